"""Places and their rows on every map, drawn from an atlas: the derived tables of figures.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from kheo.units.ground.atlas import Atlas, Where
from kheo.units.words import Level

FIRST_CHILD = 1_000_001  # a root place carries its unit's number; child places are numbered from here


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A row of table place."""

    id: int
    origin: int
    refines: int | None
    piece: int | None
    rec_c: int | None
    rec_p: int
    now_c: int | None
    now_p: int


@dataclass(frozen=True, slots=True)
class PlaceUnitRow:
    """A row of table place_unit."""

    place: int
    since: date
    commune: int | None
    district: int | None
    province: int | None


def draw_places(atlas: Atlas, today: date, *, next_child: int) -> tuple[list[PlaceRow], list[PlaceUnitRow]]:
    """A root place for every unit and a child place for every piece of a divided commune, with their rows on all maps.

    `rec_p` is the province of the unit's last version; what it was on another day of a life that crossed a province's
    end stands in the rows. `today` decides `now_*`; a unit that begins later has the map of its first day as now.
    Ground kept at a higher level that came to lie in several provinces stays, today, with the one that held it last.
    """
    places: list[PlaceRow] = []
    rows: list[PlaceUnitRow] = []
    for unit in sorted(atlas.level):
        level = atlas.level[unit]
        now_day = atlas.map_day(max(today, atlas.birth(unit)))
        now = atlas.where(unit, now_day)
        rec_c = unit if level == Level.COMMUNE else None
        rec_p = _known(atlas.where(unit, atlas.last_map(unit)).province, unit)
        lines = list(_changes(unit, ((day, atlas.where(unit, day)) for day in atlas.days)))
        held = [line.province for line in lines if line.province is not None and line.since <= now_day]
        places.append(PlaceRow(unit, unit, None, None, rec_c, rec_p, now.commune, now.province or held[-1]))
        rows += lines
        if level != Level.COMMUNE or atlas.lives(unit, now_day):
            continue
        pieces = sorted(atlas.cells(unit, now_day))
        if len(pieces) < 2:
            continue
        for piece in pieces:
            there = atlas.held_by({piece}, now_day)
            now_p = _known(there.province, unit)
            places.append(PlaceRow(next_child, unit, unit, piece, rec_c, rec_p, there.commune, now_p))
            rows += _changes(next_child, ((day, _piece_where(atlas, unit, piece, now_day, day)) for day in atlas.days))
            next_child += 1
    return places, rows


def _piece_where(atlas: Atlas, unit: int, piece: int, now_day: date, day: date) -> Where:
    """Where the piece of `unit` that is `piece` today lies on the map of a day."""
    if day < atlas.birth(unit) or atlas.lives(unit, day):
        return atlas.where(unit, day)
    if day > now_day:
        return atlas.held_by(atlas.leads(piece, now_day, day), day)
    return atlas.held_by((c for c in atlas.cells(unit, day) if piece in atlas.leads(c, day, now_day)), day)


def _changes(place: int, answers: Iterable[tuple[date, Where]]) -> Iterator[PlaceUnitRow]:
    last: Where | None = None
    for day, where in answers:
        if where != last:
            yield PlaceUnitRow(place, day, where.commune, where.district, where.province)
        last = where


def _known(province: int | None, unit: int) -> int:
    if province is None:
        raise ValueError(f"unit {unit} lies in no province on the map of its own life or of today")
    return province
