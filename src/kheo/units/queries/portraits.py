"""What the pages of the map show, gathered in few queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count

from kheo.units.models import FormerName, UnitVersion
from kheo.units.queries.history import follow, history
from kheo.units.queries.places import places_of
from kheo.units.queries.versions import communes_of, districts_of, holding, id_of, units_on, views
from kheo.units.words import History, Level, Link, NameKind, PlaceView, UnitView

if TYPE_CHECKING:
    from kheo.base.errors import StrOrPromise


@dataclass(frozen=True)
class ProvinceLine:
    """A province and how many districts and communes it has on a day."""

    unit: UnitView
    districts: int
    communes: int


@dataclass(frozen=True)
class Portrait:
    """Everything the page of a unit says."""

    unit: UnitView  # as of the day, else at its nearest
    lives: bool  # whether it is there on the day
    above: tuple[UnitView, ...]  # its parents, nearest first
    history: History
    became: tuple[Link, ...]  # on the day, when it has ended
    districts: tuple[UnitView, ...]
    communes: tuple[UnitView, ...]  # on the day, or on the last day of its life
    inside_on: date
    today: PlaceView
    units: dict[int, UnitView]  # those the place names
    pieces: tuple[PlaceView, ...]
    other_names: tuple[tuple[str, StrOrPromise], ...]  # (name, why it leads here)


def provinces_with_communes(on: date) -> list[ProvinceLine]:
    """The provinces of the day in the order of the alphabet, with their counts. Three queries."""
    provinces = units_on(on, level=Level.PROVINCE)
    rows = UnitVersion.objects.filter(holding(on)).order_by()
    province_of = dict(rows.filter(unit__level=Level.DISTRICT).values_list("unit_id", "parent_id"))
    counted = rows.filter(unit__level=Level.COMMUNE).values("parent_id").annotate(n=Count("unit_id"))
    communes: dict[int | None, int] = {}
    for parent, n in counted.values_list("parent_id", "n"):
        above = province_of.get(parent, parent)
        communes[above] = communes.get(above, 0) + n
    districts: dict[int | None, int] = {}
    for above in province_of.values():
        districts[above] = districts.get(above, 0) + 1
    return [ProvinceLine(unit, districts.get(unit.id, 0), communes.get(unit.id, 0)) for unit in provinces]


def portrait(uid: str, on: date) -> Portrait | None:
    """A unit for its page, by its public id; None for an unknown one. At most 15 queries, whatever the unit."""
    unit_id = id_of(uid)
    past = history(unit_id) if unit_id is not None else None
    if unit_id is None or past is None or not past.versions:
        return None
    begun = [v for v in past.versions if v.valid_from is None or v.valid_from <= on]
    unit = begun[-1] if begun else past.versions[0]
    ended = unit.valid_to is not None and unit.valid_to <= on
    inside_on = unit.valid_to - timedelta(days=1) if ended and unit.valid_to else max(on, unit.valid_from or on)
    today, *pieces = places_of(unit_id)
    named = {today.now_p, today.now_c, *(piece.now_c for piece in pieces)} - {None}
    below = unit.level != Level.COMMUNE
    return Portrait(
        unit=unit,
        lives=bool(begun) and not ended,
        above=_above(unit, inside_on),
        history=past,
        became=tuple(follow(unit_id, inside_on, on)) if ended else (),
        districts=tuple(districts_of(unit_id, inside_on)) if unit.level == Level.PROVINCE else (),
        communes=tuple(communes_of(unit_id, inside_on)) if below else (),
        inside_on=inside_on,
        today=today,
        units=views((u for u in named if u is not None), date.max),
        pieces=tuple(pieces),
        other_names=tuple(
            (name, NameKind(kind).label)
            for name, kind in FormerName.objects.filter(unit_id=unit_id).order_by("id").values_list("name", "kind")
        ),
    )


def _above(unit: UnitView, on: date) -> tuple[UnitView, ...]:
    above: list[UnitView] = []
    while unit.parent_id is not None:
        unit = views([unit.parent_id], on)[unit.parent_id]
        above.append(unit)
    return tuple(above)
