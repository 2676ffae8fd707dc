"""The one rule of ground: a unit lies in another on a map when all of its ground lies in it; else that map cannot say.

Ground is followed in cells. A cell is a commune, or a district for the ground that belonged to no commune (the five
island districts, Kim Sơn's mudflat). What became of a part of a divided cell is not known beyond its successors, so the
cells of a unit on another map are all those it may touch: one cell is an answer, several are not.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kheo.units.words import BEFORE_EDITIONS, Level


@dataclass(frozen=True, slots=True)
class Spell:
    """One version's stay under one parent, half-open; `start` None: before the first edition, `end` None: holds."""

    unit: int
    level: str
    parent: int | None
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class Edge:
    """Ground of `predecessor` that passed to `successor` on `day`."""

    predecessor: int
    successor: int
    day: date


@dataclass(frozen=True, slots=True)
class Where:
    """Unit ids of the commune, district and province something lies in; None: that map has none or cannot say."""

    commune: int | None
    district: int | None
    province: int | None


class Atlas:
    """All maps at once. `days`: BEFORE_EDITIONS and the first days of the maps on which ground or parents differ."""

    def __init__(self, spells: Iterable[Spell], edges: Iterable[Edge]) -> None:
        self.level: dict[int, str] = {}
        self._parents: dict[int, list[tuple[date, int | None]]] = {}
        self._birth: dict[int, date] = {}
        self._end: dict[int, date | None] = {}
        for spell in sorted(spells, key=lambda s: s.start or BEFORE_EDITIONS):
            start, parents = spell.start or BEFORE_EDITIONS, self._parents.setdefault(spell.unit, [])
            self.level[spell.unit] = spell.level
            self._birth.setdefault(spell.unit, start)
            self._end[spell.unit] = spell.end
            if not parents or parents[-1][1] != spell.parent:  # a new name or type moves no ground
                parents.append((start, spell.parent))
        starts = {day for parents in self._parents.values() for day, _ in parents}
        self.days = sorted({BEFORE_EDITIONS} | starts | {end for end in self._end.values() if end})
        self._after: dict[int, dict[date, list[int]]] = {}
        self._before: dict[int, dict[date, list[int]]] = {}
        for edge in edges:
            if edge.predecessor != edge.successor:
                self._after.setdefault(edge.predecessor, {}).setdefault(edge.day, []).append(edge.successor)
                self._before.setdefault(edge.successor, {}).setdefault(edge.day, []).append(edge.predecessor)
        self._children: dict[date, dict[int, list[int]]] = {}
        self._cells: dict[tuple[int, date], frozenset[int]] = {}

    def map_day(self, day: date) -> date:
        """The first day of the map that holds on `day`."""
        return self.days[max(0, bisect_right(self.days, day) - 1)]

    def birth(self, unit: int) -> date:
        return self._birth[unit]

    def lives(self, unit: int, day: date) -> bool:
        end = self._end[unit]
        return self._birth[unit] <= day and (end is None or day < end)

    def parent(self, unit: int, day: date) -> int | None:
        """The unit's parent on the day, which must be a day of its life."""
        return next(parent for since, parent in reversed(self._parents[unit]) if since <= day)

    def last_map(self, unit: int) -> date:
        """The first day of the last map the unit is on."""
        end = self._end[unit]
        return self.days[-1] if end is None else self.days[bisect_left(self.days, end) - 1]

    def where(self, unit: int, day: date) -> Where:
        """Where the ground of a unit lies on the map of a day."""
        if self.lives(unit, day):
            return self._stand(unit, day)
        if self.level[unit] == Level.PROVINCE:
            return Where(None, None, self._province(unit, day))
        return self.held_by(self.cells(unit, day), day)

    def held_by(self, cells: Iterable[int], day: date) -> Where:
        """What holds all of these cells of the day's map."""
        stands = {self._stand(cell, day) for cell in cells}
        communes = {s.commune for s in stands}
        districts = {s.district for s in stands}
        provinces = {s.province for s in stands}
        return Where(*(only.pop() if len(only) == 1 else None for only in (communes, districts, provinces)))

    def cells(self, unit: int, day: date) -> frozenset[int]:
        """The cells of the day's map that the ground of a commune or district may touch."""
        goal = self.map_day(day)
        key = (unit, goal)
        if key not in self._cells:
            start = min(max(goal, self._birth[unit]), self.last_map(unit))
            self._cells[key] = self._walk(self._own_cells(unit, start), start, goal)
        return self._cells[key]

    def leads(self, cell: int, day: date, to: date) -> frozenset[int]:
        """The cells of map `to` that a cell of map `day` may touch."""
        return self._walk(frozenset({cell}), self.map_day(day), self.map_day(to))

    def _walk(self, cells: frozenset[int], start: date, goal: date) -> frozenset[int]:
        at, last, step = self.days.index(start), self.days.index(goal), 1 if start < goal else -1
        while at != last:
            at += step
            cells = frozenset(found for cell in cells for found in self._step(cell, at, step))
        return cells

    def _step(self, cell: int, at: int, step: int) -> Iterable[int]:
        """The cells on map number `at` of a cell of the map before it (step 1) or after it (step -1)."""
        if self.lives(cell, self.days[at]):
            return (cell,)
        if step == 1:
            return self._after.get(cell, {}).get(self.days[at], ())
        return self._before.get(cell, {}).get(self.days[at + 1], ())

    def _own_cells(self, unit: int, day: date) -> frozenset[int]:
        if self.level[unit] == Level.COMMUNE:
            return frozenset({unit})
        cells = set(self._children_on(day).get(unit, ()))
        if unit in self._after:  # ground of the district's own
            cells.add(unit)
        return frozenset(cells)

    def _children_on(self, day: date) -> dict[int, list[int]]:
        if day not in self._children:
            found: dict[int, list[int]] = defaultdict(list)
            for unit, level in self.level.items():
                if level == Level.COMMUNE and self.lives(unit, day) and (parent := self.parent(unit, day)) is not None:
                    found[parent].append(unit)
            self._children[day] = found
        return self._children[day]

    def _stand(self, unit: int, day: date) -> Where:
        level, above = self.level[unit], self.parent(unit, day)
        if level == Level.PROVINCE:
            return Where(None, None, unit)
        if level == Level.DISTRICT:
            return Where(None, unit, above)
        if above is not None and self.level[above] == Level.DISTRICT:
            return Where(unit, above, self.parent(above, day))
        return Where(unit, None, above)

    def _province(self, unit: int, day: date) -> int | None:
        """The province of the day's map that holds all of a province that had ended by then; None if it came later."""
        found = {unit}
        while found and not all(self.lives(p, day) for p in found):
            found = {q for p in found for since, to in self._after.get(p, {}).items() if since <= day for q in to}
        return found.pop() if len(found) == 1 else None
