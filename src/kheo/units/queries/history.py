"""What units came from and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import F

from kheo.units.models import Succession, UnitVersion
from kheo.units.queries.versions import as_views, communes_of, holding, views
from kheo.units.words import BEFORE_EDITIONS, History, Level, Link, SuccessionKind, UnitView

if TYPE_CHECKING:
    from django.db.models import QuerySet

_DIVIDED = frozenset({SuccessionKind.SPLIT.value, SuccessionKind.PARTIAL.value})


def history(unit_id: int) -> History:
    """A unit's versions, the units its ground came from and those it went to; neighbours as of the day of change."""
    versions = tuple(
        as_views(UnitVersion.objects.filter(unit_id=unit_id).order_by(F("valid_from").asc(nulls_first=True)))
    )
    came = Succession.objects.filter(successor_id=unit_id).exclude(predecessor_id=unit_id)
    went = Succession.objects.filter(predecessor_id=unit_id, successor__isnull=False).exclude(successor_id=unit_id)
    return History(versions, _links(came, "predecessor_id", -1), _links(went, "successor_id", 0))


def _links(rows: QuerySet[Succession], side: str, shift: int) -> tuple[Link, ...]:
    """Succession rows with the unit of one side as of the day of change, or the day before it."""
    by_day: dict[date, list[Succession]] = {}
    for row in rows.select_related("edition"):
        by_day.setdefault(row.edition.in_force_from or BEFORE_EDITIONS, []).append(row)
    links = []
    for day, same_day in by_day.items():
        units = views((getattr(row, side) for row in same_day), day + timedelta(days=shift))
        for row in same_day:
            unit = units[getattr(row, side)]
            links.append(Link(unit, day, row.kind, row.whole_or_part, row.is_primary, row.note))
    return tuple(sorted(links, key=lambda link: (link.day, not link.primary, link.unit.sort_key)))


@dataclass(frozen=True)
class _Step:
    """How ground got from the first unit to one unit on the way."""

    kind: str
    part: str
    primary: bool

    def then(self, row: Succession) -> _Step:
        """Divided once is divided for good; several divisions are a `part`."""
        whole = row.whole_or_part == "whole"
        divided = self.kind in _DIVIDED
        kind = self.kind if divided and whole else row.kind
        part = self.part if whole else row.whole_or_part if self.part == "whole" else "part"
        return _Step(kind, part or "part", self.primary and row.is_primary)


def follow(unit_id: int, frm: date, to: date) -> list[Link]:
    """What the unit of day `frm` is on day `to`, forward or (to < frm) backward; itself if it still (already) lives.

    A district is followed through its communes and leads to several as `part`. Empty: its ground is on no such map.
    """
    life = list(
        UnitVersion.objects.filter(unit_id=unit_id)
        .order_by(F("valid_from").asc(nulls_first=True))
        .values_list("unit__level", "valid_from", "valid_to")
    )
    if not life:
        return []
    (level, birth, _to), (_level, _from, end) = life[0], life[-1]
    start = {unit_id: _Step(SuccessionKind.UNCHANGED.value, "whole", True)}
    if (birth is None or birth <= to) and (end is None or to < end):
        ends = {unit_id: _last_change(unit_id, frm, to)}
    elif level == Level.DISTRICT:
        return _district(unit_id, end, to)
    else:
        ends = _walk(start, to, forward=to >= frm)
    found = views(ends, to)
    links = [Link(found[unit], to, step.kind, step.part, step.primary) for unit, step in ends.items()]
    return sorted(links, key=lambda link: (not link.primary, link.unit.sort_key, link.unit.code))


def _last_change(unit_id: int, frm: date, to: date) -> _Step:
    """How a unit that lives on both days changed in between: its latest change, or none."""
    changes = Succession.objects.filter(predecessor_id=unit_id, successor_id=unit_id)
    between = changes.filter(edition__in_force_from__gt=min(frm, to), edition__in_force_from__lte=max(frm, to))
    kinds = list(between.order_by("edition__in_force_from").values_list("kind", flat=True))
    return _Step(kinds[-1] if kinds else SuccessionKind.UNCHANGED.value, "whole", True)


def trace(unit_id: int, frm: date, to: date) -> list[tuple[UnitView, str, str]]:
    """`follow` in short: (unit, kind, whole or part)."""
    return [(link.unit, link.kind, link.whole_or_part) for link in follow(unit_id, frm, to)]


def _walk(front: dict[int, _Step], to: date, *, forward: bool) -> dict[int, _Step]:
    """Go from edition to edition, from units that are not on the day's map to those that are."""
    arrived: dict[int, _Step] = {}
    side, other = ("predecessor_id", "successor_id") if forward else ("successor_id", "predecessor_id")
    window = {"edition__in_force_from__lte": to} if forward else {"edition__in_force_from__gt": to}
    while front:
        rows = Succession.objects.filter(**{f"{side}__in": list(front)}, successor__isnull=False, **window)
        found: dict[int, _Step] = {}
        for row in rows.exclude(predecessor_id=F("successor_id")).order_by("id"):
            unit, step = getattr(row, other), front[getattr(row, side)].then(row)
            if unit not in found or (step.primary and not found[unit].primary):
                found[unit] = step
        here = UnitVersion.objects.filter(holding(to), unit_id__in=list(found)).values_list("unit_id", flat=True)
        on_map = set(here) if found else set()
        arrived |= {unit: step for unit, step in found.items() if unit in on_map}
        front = {unit: step for unit, step in found.items() if unit not in on_map}
    return arrived


def _district(unit_id: int, end: date | None, to: date) -> list[Link]:
    """The communes of the day among which an abolished district's ground lies."""
    if end is None or to < end:
        return []
    last_day = end - timedelta(days=1)
    abolished = _Step(SuccessionKind.ABOLISHED.value, "whole", True)
    cells = [unit_id, *(unit.id for unit in communes_of(unit_id, last_day))]
    living = set(UnitVersion.objects.filter(holding(to), unit_id__in=cells).values_list("unit_id", flat=True))
    ends = _walk({cell: abolished for cell in cells if cell not in living}, to, forward=True)
    found = views([*ends, *living], to)
    part = "whole" if len(found) == 1 else "part"
    links = [Link(unit, to, SuccessionKind.ABOLISHED.value, part, part == "whole") for unit in found.values()]
    return sorted(links, key=lambda link: (link.unit.sort_key, link.unit.code))
