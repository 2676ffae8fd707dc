"""What units came from and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import F

from kheo.units.models import Place, Succession, Unit, UnitVersion
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
    level = Unit.objects.filter(pk=unit_id).values_list("level", flat=True).first()
    if level is None:
        return []
    lives = UnitVersion.objects.filter(holding(to), unit_id=unit_id).exists()
    start = {unit_id: _Step(SuccessionKind.UNCHANGED.value, "whole", True)}
    if lives:
        changes = Succession.objects.filter(predecessor_id=unit_id, successor_id=unit_id)
        between = changes.filter(edition__in_force_from__gt=min(frm, to), edition__in_force_from__lte=max(frm, to))
        for row in between.select_related("edition").order_by("edition__in_force_from"):
            start = {unit_id: _Step(row.kind, "whole", True)}
    elif level == Level.DISTRICT:
        return _district(unit_id, to)
    ends = start if lives else _walk(start, to, forward=to >= frm)
    found = views(ends, to)
    links = [Link(found[unit], to, step.kind, step.part, step.primary) for unit, step in ends.items()]
    return sorted(links, key=lambda link: (not link.primary, link.unit.sort_key, link.unit.code))


def trace(unit_id: int, frm: date, to: date) -> list[tuple[UnitView, str, str]]:
    """`follow` in short: (unit, kind, whole or part)."""
    return [(link.unit, link.kind, link.whole_or_part) for link in follow(unit_id, frm, to)]


def _walk(front: dict[int, _Step], to: date, *, forward: bool) -> dict[int, _Step]:
    """Go from edition to edition until every unit of the front lives on the day."""
    arrived: dict[int, _Step] = {}
    side, other = ("predecessor_id", "successor_id") if forward else ("successor_id", "predecessor_id")
    while front:
        on_map = set(UnitVersion.objects.filter(holding(to), unit_id__in=list(front)).values_list("unit_id", flat=True))
        arrived |= {unit: step for unit, step in front.items() if unit in on_map}
        rest = {unit: step for unit, step in front.items() if unit not in on_map}
        rows = Succession.objects.filter(**{f"{side}__in": list(rest)}, successor__isnull=False)
        window = {"edition__in_force_from__lte": to} if forward else {"edition__in_force_from__gt": to}
        front = {}
        for row in rows.filter(**window).exclude(predecessor_id=F("successor_id")).order_by("id"):
            unit, step = getattr(row, other), rest[getattr(row, side)].then(row)
            if unit not in front or (step.primary and not front[unit].primary):
                front[unit] = step
    return arrived


def _district(unit_id: int, to: date) -> list[Link]:
    """The communes of the day among which an abolished district's ground lies."""
    end = UnitVersion.objects.filter(unit_id=unit_id).order_by("-id").values_list("valid_to", flat=True).first()
    if end is None or to < end:
        return []
    last_day = end - timedelta(days=1)
    start = {unit.id: _Step(SuccessionKind.ABOLISHED.value, "whole", True) for unit in communes_of(unit_id, last_day)}
    ends = _walk({unit_id: _Step(SuccessionKind.ABOLISHED.value, "whole", True), **start}, to, forward=True)
    found = views(ends, to)
    part = "whole" if Place.objects.filter(origin_id=unit_id, now_c__isnull=False).exists() else "part"
    links = [Link(found[u], to, SuccessionKind.ABOLISHED.value, part, part == "whole") for u in ends]
    return sorted(links, key=lambda link: (link.unit.sort_key, link.unit.code))
