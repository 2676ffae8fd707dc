"""The page of a place: its figures now, how they lay before the mergers, what reports say of it, its newest models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kheo.base.access import Actor
from kheo.figures.queries import coverage, lain, quoted
from kheo.figures.words import Coverage, Quoted
from kheo.initiatives.queries import Wanted, public_page
from kheo.initiatives.words import PublicRow
from kheo.portal.queries.front import by_member
from kheo.portal.queries.maps import Picture, picture
from kheo.portal.rules import speaking_of
from kheo.units.queries import NOW, outlines, trace, views
from kheo.units.words import Level, UnitView

NEWEST = 6
FIRST_NEW_MAP = date(2025, 7, 1)
LAST_OLD_MAP = FIRST_NEW_MAP - timedelta(days=1)


@dataclass(frozen=True)
class Portrait:
    """Everything the page of a place shows. One that has ended has no figures of today: it leads to what it became."""

    unit: UnitView
    above: UnitView | None
    became: tuple[UnitView, ...]
    now: Coverage | None
    by_field: tuple[tuple[str, int], ...]
    former: tuple[tuple[UnitView, int], ...]  # the provinces it was formed from, each with its part of today's stock
    former_on: date
    picture: Picture | None
    quoted: tuple[Quoted, ...]
    newest: Sequence[PublicRow]


def portrait(unit: UnitView, *, on: date, actor: Actor) -> Portrait:
    """A unit of any map for its page."""
    lives = unit.valid_to is None or on < unit.valid_to
    counted = lives and unit.level != Level.DISTRICT
    outline = outlines(NOW).get(unit.id) if unit.level == Level.PROVINCE else None
    before = outline.came_from if outline and len(outline.came_from) > 1 else ()
    named = views({unit.parent_id, *before} - {None}, LAST_OLD_MAP if before else on)  # type: ignore[arg-type]
    became = [] if lives or unit.valid_to is None else trace(unit.id, unit.valid_to - timedelta(days=1), on)
    parts = lain("initiatives", unit.id, map=LAST_OLD_MAP, on=on, actor=actor) if before else {}
    now = coverage("initiatives", of=unit.id, period=None, on=on, actor=actor) if counted else None
    former = [named[id] for id in before if id in named]
    speaking = speaking_of(quoted(), {unit.name, *(one.name for one in former)}) if unit.level == Level.PROVINCE else ()
    return Portrait(
        unit=unit,
        above=named.get(unit.parent_id) if unit.parent_id is not None else None,
        became=tuple(after for after, _kind, _part in became if after.id != unit.id),
        now=now,
        by_field=by_member(now) if now else (),
        former=tuple((one, parts.get(one.id, 0)) for one in former),
        former_on=LAST_OLD_MAP,
        picture=picture(unit.id, parts) if outline else None,
        quoted=tuple(speaking),
        newest=public_page(Wanted(unit=unit), on=on, size=NEWEST).rows,
    )
