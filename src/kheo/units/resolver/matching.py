"""Which units a piece of text may name on a day, sorted by how well it fits. No sentence is made here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from rapidfuzz import fuzz, process

from kheo.units.resolver.gazetteer import GONE_INTO, POPULAR, Gazetteer, Name
from kheo.units.resolver.written import Reading, loose, readings, same_marks
from kheo.units.words import How, Level

NEAR = 82.0  # likeness in percent from which a name is offered as "perhaps meant"
NEAR_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to look: a unit that must hold the answer, sets of units above it (one of each must), a level."""

    within: int | None = None
    above: tuple[frozenset[int], ...] = ()
    level: str | None = None


@dataclass(slots=True)
class Hits:
    """Units by how they fit: `live` carries the best rank and what told it; the others only whether the marks agree."""

    live: dict[int, tuple[int, str]] = field(default_factory=dict)
    closed: dict[int, int] = field(default_factory=dict)
    gone_into: dict[int, int] = field(default_factory=dict)
    later: dict[int, int] = field(default_factory=dict)
    doubtful: set[int] = field(default_factory=set)

    def best(self) -> list[tuple[int, str]]:
        """The live units of the best rank there is."""
        rank = min((rank for rank, _how in self.live.values()), default=0)
        return [(unit, how) for unit, (found, how) in self.live.items() if found == rank]

    def __bool__(self) -> bool:
        return bool(self.live or self.closed or self.gone_into or self.later or self.doubtful)


class Matcher:
    """Names against the units of one day."""

    def __init__(self, known: Gazetteer, on: date) -> None:
        self._known, self._on = known, on
        self._live_keys: list[str] | None = None

    def hits(self, text: str, scope: Scope) -> Hits:
        """The units that `text` may name."""
        found = Hits()
        for reading in readings(text):
            for name in self._known.by_key.get(reading.key, ()):
                if self.in_scope(name.unit, scope):
                    self._sort_in(found, reading, name)
        return found

    def _sort_in(self, found: Hits, reading: Reading, name: Name) -> None:
        marks = same_marks(reading, name.same)
        if reading.types is None:
            fit = 2
        elif name.kind in GONE_INTO:
            fit = 2 if name.types & reading.types else 0
        else:
            fit = 2 if name.types & reading.types else 1 if self._known.types(name.unit) & reading.types else 0
        if not marks or not fit:
            if self._known.lives(name.unit, self._on) and name.kind not in GONE_INTO:
                found.doubtful.add(name.unit)
            return
        if name.kind in GONE_INTO:
            _better(found.gone_into, name.unit, marks)
        elif self._known.lives(name.unit, self._on):
            held = name.start <= self._on and (name.end is None or self._on < name.end)
            said = held and name.kind in ("version", POPULAR)
            how = How.NAME if said else How.OTHER_NAME
            rank = (0 if said else 2) + (2 - fit)
            if marks < 2:
                how, rank = How.UNMARKED, 4 + (2 - fit)
            if name.unit not in found.live or rank < found.live[name.unit][0]:
                found.live[name.unit] = rank, how.value
        elif self._known.atlas.birth(name.unit) > self._on:
            _better(found.later, name.unit, marks)
        else:
            _better(found.closed, name.unit, marks)

    def in_scope(self, unit: int, scope: Scope) -> bool:
        """Whether a unit is of the level and lies where it must."""
        known, on = self._known, self._on
        if scope.level is not None and known.atlas.level[unit] != scope.level:
            return False
        if scope.within is not None and not known.lies_in(unit, scope.within, on):
            return False
        return all(any(u != unit and known.lies_in(unit, u, on) for u in one_of) for one_of in scope.above)

    def above(self, text: str) -> frozenset[int]:
        """The provinces and districts of any day that a text may name as a parent."""
        return frozenset(
            name.unit
            for reading in readings(text)
            for name in self._known.by_key.get(reading.key, ())
            if self._known.atlas.level[name.unit] != Level.COMMUNE
            and name.kind not in GONE_INTO
            and same_marks(reading, name.same)
            and (reading.types is None or self._known.types(name.unit) & reading.types)
        )

    def near(self, text: str, scope: Scope) -> list[int]:
        """Live units whose names are spelt nearly so: i for y, đắc for đắk, a letter more or less. To ask about."""
        found: dict[int, None] = {}
        for reading in readings(text):
            for key in sorted(self._known.by_loose.get(loose(reading.key), ())):
                found |= dict.fromkeys(self._live_of(key, reading, scope))
        if found:
            return list(found)
        for reading in readings(text):
            if len(reading.key) < 4:
                continue
            alike = process.extract(reading.key, self._keys(), scorer=fuzz.ratio, score_cutoff=NEAR, limit=20)
            for key, _score, _at in alike:
                found |= dict.fromkeys(self._live_of(key, reading, scope))
        return list(found)[:NEAR_AT_MOST]

    def _live_of(self, key: str, reading: Reading, scope: Scope) -> Iterable[int]:
        for name in self._known.by_key[key]:
            fits = reading.types is None or self._known.types(name.unit) & reading.types
            lives = name.kind not in GONE_INTO and self._known.lives(name.unit, self._on)
            if fits and lives and self.in_scope(name.unit, scope):
                yield name.unit

    def _keys(self) -> list[str]:
        if self._live_keys is None:
            self._live_keys = sorted(
                key
                for key, names in self._known.by_key.items()
                if any(n.kind not in GONE_INTO and self._known.lives(n.unit, self._on) for n in names)
            )
        return self._live_keys


def _better(found: dict[int, int], unit: int, marks: int) -> None:
    found[unit] = max(marks, found.get(unit, 0))
