"""Every name and code that a unit ever bore, in memory: built once from the tables, again when the map changes."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Max

from kheo.units.ground import Atlas
from kheo.units.models import Edition, FormerName, UnitVersion
from kheo.units.queries import atlas as read_atlas
from kheo.units.queries.versions import as_views
from kheo.units.resolver.written import loose, name_reading
from kheo.units.words import BEFORE_EDITIONS, Level, UnitView

# Kinds of data/units/former_names.csv that name the unit itself, and those that name one that had gone into it before.
OTHER_SPELLING = frozenset({"spelling", "tone_style", "earlier_name"})
POPULAR = "popular"
GONE_INTO = frozenset({"earlier_unit", "same_code_2020"})


@dataclass(frozen=True, slots=True)
class Name:
    """One name of one unit: of a version (`start`, `end` say when), or another spelling, or of a unit gone into it."""

    unit: int
    same: str
    types: frozenset[str]
    kind: str  # "version" or a kind of former_names.csv
    start: date
    end: date | None
    written: str


class Gazetteer:
    """Names, codes and kin of all units of all times."""

    def __init__(self) -> None:
        self.atlas: Atlas = read_atlas()
        self.versions: dict[int, list[UnitView]] = defaultdict(list)
        self.by_key: dict[str, list[Name]] = defaultdict(list)
        self.by_loose: dict[str, set[str]] = defaultdict(set)
        self.by_code: dict[str, list[UnitView]] = defaultdict(list)
        self._kin: dict[int, frozenset[int]] = {}
        self._chains: dict[tuple[int, date], frozenset[int]] = {}
        for unit in as_views(UnitVersion.objects.order_by("unit_id", F("valid_from").asc(nulls_first=True))):
            self.versions[unit.id].append(unit)
            self.by_code[unit.code].append(unit)
            self._add(unit.id, unit.name, unit.type, "version", unit.valid_from, unit.valid_to)
        bounds = {day for unit in self.versions.values() for v in unit for day in (v.valid_from, v.valid_to) if day}
        self._bounds = [BEFORE_EDITIONS, *sorted(bounds)]
        for unit_id, name, kind, type_ in FormerName.objects.values_list("unit_id", "name", "kind", "type"):
            self._add(unit_id, name, type_, kind, None, None)

    def _add(self, unit: int, name: str, type_: str, kind: str, start: date | None, end: date | None) -> None:
        reading = name_reading(name)
        types = frozenset({type_}) if type_ else frozenset(v.type for v in self.versions[unit])
        self.by_key[reading.key].append(Name(unit, reading.same, types, kind, start or BEFORE_EDITIONS, end, name))
        self.by_loose[loose(reading.key)].add(reading.key)

    def same_names_since(self, on: date) -> date:
        """The first day of the time around `on` in which no unit, name, type or code changes."""
        return self._bounds[max(0, bisect_right(self._bounds, on) - 1)]

    def lives(self, unit: int, on: date) -> bool:
        return self.atlas.lives(unit, on)

    def view(self, unit: int, on: date) -> UnitView:
        """The unit as of the day, else its nearest version."""
        versions = self.versions[unit]
        return next((v for v in reversed(versions) if v.valid_from is None or v.valid_from <= on), versions[0])

    def types(self, unit: int) -> frozenset[str]:
        """Every type the unit ever had."""
        return frozenset(v.type for v in self.versions[unit])

    def chain(self, unit: int, on: date) -> frozenset[int]:
        """The units above a unit on the day, or on the nearest day of its life."""
        on = max(on, self.atlas.birth(unit))
        day = self.atlas.map_day(on) if self.atlas.lives(unit, on) else self.atlas.last_map(unit)
        if (unit, day) not in self._chains:
            above = set()
            parent = self.atlas.parent(unit, day)
            while parent is not None:
                above.add(parent)
                parent = self.atlas.parent(parent, day)
            self._chains[unit, day] = frozenset(above)
        return self._chains[unit, day]

    def kin(self, unit: int) -> frozenset[int]:
        """Every unit that on some map lay above ground the unit has, had or passed on."""
        if unit not in self._kin:
            found: set[int] = set()
            for day in self.atlas.days:
                found.update(*(self.chain(piece, day) for piece in self.ground(unit, day)))
                if self.atlas.level[unit] == Level.DISTRICT and self.atlas.lives(unit, day):
                    found |= self.chain(unit, day)
            self._kin[unit] = frozenset(found)
        return self._kin[unit]

    def ground(self, unit: int, on: date) -> list[int]:
        """The units of the day's map on which a unit's ground may lie: itself, or what it came from or became."""
        if self.atlas.lives(unit, on):
            return [unit]
        if self.atlas.level[unit] == Level.PROVINCE:
            province = self.atlas.where(unit, on).province
            return [] if province is None else [province]
        return sorted(cell for cell in self.atlas.cells(unit, on) if self.atlas.lives(cell, on))

    def lies_in(self, unit: int, scope: int, on: date) -> bool:
        """Whether a unit is the scope or lies in it: on the day's map if both are on it, else on any map."""
        if unit == scope:
            return True
        if self.atlas.lives(unit, on) and self.atlas.lives(scope, on):
            return scope in self.chain(unit, on)
        return scope in self.kin(unit)


_held: tuple[tuple[object, ...], Gazetteer] | None = None


def gazetteer() -> Gazetteer:
    """The gazetteer of the map as it stands in the database. Two small queries; built anew (1 s) after a decree."""
    global _held
    stamp = Edition.objects.count(), UnitVersion.objects.aggregate(last=Max("id"))["last"]
    if _held is None or _held[0] != stamp:
        _held = stamp, Gazetteer()
    return _held[1]
