"""The public list: what a reader may choose, each choice with its number from the figures, never counted row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kheo.base.access import Actor
from kheo.figures.queries import coverage, periods
from kheo.figures.words import Caption, PeriodView
from kheo.portal.queries.front import by_member, whole
from kheo.units.queries import units_on, views
from kheo.units.words import Level, UnitView

PAGE = 24


@dataclass(frozen=True)
class Counts:
    """How many models are in the list on this day: of each field, of each unit below, of both, in all."""

    fields: Mapping[str, int]
    units: Mapping[str, int]
    total: int
    caption: Caption


def counts(unit: UnitView | None, field: str, *, on: date, actor: Actor) -> Counts | None:
    """The numbers beside the choices where these are chosen: each field in the unit, each unit of the field, and what
    the list holds. None for a unit that is not on today's map."""
    if unit is not None and (unit.level == Level.DISTRICT or (unit.valid_to is not None and unit.valid_to <= on)):
        return None
    matrix = coverage("initiatives", of=unit.id if unit else None, period=None, on=on, actor=actor)
    fields = dict(by_member(matrix))
    asked = (field,) if field else tuple(fields)
    below = {row.uid: sum(n for code in asked if whole(n := row.cells[code])) for row in matrix.rows}
    return Counts(fields, below, sum(fields[code] for code in asked), matrix.caption)


@dataclass(frozen=True)
class Offer:
    """The units a reader may choose from: the provinces, and the communes of the province chosen."""

    provinces: Sequence[UnitView]
    communes: Sequence[UnitView]
    around: UnitView | None  # the province whose communes are offered


def offer(unit: UnitView | None, on: date) -> Offer:
    """The provinces of today, and the communes of the one that is chosen or lies around what is chosen."""
    provinces = units_on(on, level=Level.PROVINCE)
    around = unit.id if unit and unit.level == Level.PROVINCE else unit.parent_id if unit else None
    if around is None:
        return Offer(provinces, (), None)
    own = next((p for p in provinces if p.id == around), None)
    communes = units_on(on, level=Level.COMMUNE, parent_id=around) if own else []
    return Offer(provinces, communes, own or views([around], on).get(around))


def terms() -> list[PeriodView]:
    """The terms in which models are registered, newest first."""
    return [p for p in reversed(periods()) if p.registers]
