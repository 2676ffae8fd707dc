"""From what people wrote to the unit they meant, on a day: one unit, or a question, never a silent guess."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import get_language

from kheo.base.text import clean
from kheo.units.resolver.answers import Answers, Resolution
from kheo.units.resolver.gazetteer import Gazetteer, gazetteer
from kheo.units.resolver.matching import Hits, Matcher, Scope
from kheo.units.resolver.written import Cut, cuts, readings, same_marks, split_code
from kheo.units.words import How, Level, UnitView

MEMORY = 50_000  # answers kept for one day
LONGEST = 300  # letters of a written name that are looked at
_UID = re.compile(r"u\d{5,9}")
_WIDTHS = {Level.PROVINCE.value: 2, Level.DISTRICT.value: 3, Level.COMMUNE.value: 5}
_resolvers: dict[date, Resolver] = {}


class Resolver:
    """Written names of units on one day's map. Get it by `for_day`; hold it for a whole file."""

    def __init__(self, known: Gazetteer, on: date) -> None:
        self.on = on
        self._known = known
        self._match = Matcher(known, on)
        self._say = Answers(known, on)
        self._memory: dict[tuple[object, ...], Resolution] = {}

    @staticmethod
    def for_day(on: date) -> Resolver:
        """The resolver of the map that holds on the day; kept until the map changes. One small query."""
        known = gazetteer()
        day = known.same_names_since(on)
        found = _resolvers.get(day)
        if found is None or found._known is not known:
            found = _resolvers[day] = Resolver(known, day)
        return found

    def resolve(
        self,
        written: str,
        *,
        code: str = "",
        within: int | None = None,
        parent_written: str = "",
        level: str | None = None,
    ) -> Resolution:
        """The unit that a text, a code, or both name: inside unit `within`, under the parent written, of the level."""
        key = (get_language(), written, code, within, parent_written, level)
        found = self._memory.get(key)
        if found is None:
            if len(self._memory) >= MEMORY:
                self._memory.clear()
            found = self._memory[key] = self._resolve(written, code, within, parent_written, level)
        return found

    def _resolve(
        self, written: str, code: str, within: int | None, parent_written: str, level: str | None
    ) -> Resolution:
        text, code = clean(written[:LONGEST]), clean(code[:LONGEST]).removesuffix(".0")
        if not code and _UID.fullmatch(text):
            return self._by_uid(text)
        if not code:
            code, text = split_code(text)
        scope = Scope(within, (), level)
        parent = clean(parent_written[:LONGEST])
        if parent:
            above = self._above(parent)
            if not above:
                named = self._named(self._by_name(text, scope)) if text else []
                return self._say.parent_unknown(text, parent, named) if named else self._say.unknown(parent)
            scope = replace(scope, above=above)
        if code:
            return self._by_code(code, text, scope)
        if text.isdecimal():
            return self._by_number(text, scope)
        return self._by_name(text, scope) if text else self._say.empty()

    def _above(self, text: str) -> tuple[frozenset[int], ...]:
        """For each unit a parent's text names, the units it may be: "huyện Đức Linh, tỉnh Bình Thuận" names two."""
        for cut in cuts(text):
            sets = tuple(self._match.above(piece) for piece in (cut.unit, *cut.above))
            if cut.sure and all(sets):
                return sets
        return ()

    # by name

    def _by_name(self, text: str, scope: Scope) -> Resolution:
        first: Resolution | None = None  # the most literal cut that names a unit at all, if none names one of the day
        for cut in cuts(text):
            inner = self._cut_scope(cut, scope)
            hits = self._match.hits(cut.unit, inner) if inner is not None else None
            if not hits or (first is not None and not cut.sure):
                continue
            found = self._decide(text, hits, cut)
            if hits.live:
                return found if cut.sure or found.unit is None else self._say.ambiguous(text, [found.unit.id])
            first = first or found
        return first or self._nothing(text, scope)

    def _cut_scope(self, cut: Cut, scope: Scope) -> Scope | None:
        """The scope narrowed by what stands above in the text itself; None when that names no unit."""
        above = tuple(self._match.above(piece) for piece in cut.above)
        return replace(scope, above=scope.above + above) if all(above) else None

    def _decide(self, text: str, hits: Hits, cut: Cut) -> Resolution:
        best = hits.best()
        if len(best) == 1:
            unit, how = best[0]
            return self._say.found(unit, cut.how if cut.how and how == How.NAME else how)
        if best:
            return self._say.ambiguous(text, [unit for unit, _how in best])
        gone = _best_marks(hits.closed)
        gone = gone or _best_marks(hits.gone_into)
        if gone:
            return self._say.closed(text, gone, self._ground(gone))
        if hits.later:
            later = _best_marks(hits.later)
            return self._say.not_yet(later, self._ground(later))
        return self._say.ambiguous(text, sorted(hits.doubtful))

    def _nothing(self, text: str, scope: Scope) -> Resolution:
        """No unit here bears the name: offer nearly equal ones, else say where there is one."""
        unit_text = next((cut.unit for cut in reversed(cuts(text)) if self._cut_scope(cut, scope) is not None), text)
        near = self._match.near(unit_text, scope)
        if near:
            return self._say.unknown(text, near)
        elsewhere: list[int] = []
        if scope.within is not None or scope.above:
            elsewhere = [unit for unit, _how in self._match.hits(unit_text, Scope(level=scope.level)).best()]
        return self._say.unknown(text, (), elsewhere)

    # by code

    def _by_uid(self, uid: str) -> Resolution:
        unit = int(uid[1:])
        if unit not in self._known.versions:
            return self._say.unknown(uid)
        return self._life(uid, unit) or self._say.found(unit, How.CODE.value)

    def _life(self, written: str, unit: int) -> Resolution | None:
        """Why the unit is not on the day's map; None if it is."""
        if self._known.lives(unit, self.on):
            return None
        if self._known.atlas.birth(unit) > self.on:
            return self._say.not_yet([unit], self._ground([unit]))
        return self._say.closed(written, [unit], self._ground([unit]))

    def _by_code(self, code: str, text: str, scope: Scope) -> Resolution:
        holders = self._holders(code, scope.level)
        now = [v for v in holders if _holds(v, self.on)]
        if not text:
            return self._bare_code(code, now, holders, scope)
        by_name = self._by_name(text, scope)
        named = self._named(by_name)
        agreeing = self._one_unit([v for v in now if self._agrees(v.id, text)], code, named)
        if len(agreeing) > 1:
            return self._say.ambiguous(text, [v.id for v in agreeing])
        if agreeing:
            unit = agreeing[0]
            if scope.within is not None and not self._known.lies_in(unit.id, scope.within, self.on):
                return self._say.unknown(text, (), [unit.id])
            if not self._match.in_scope(unit.id, scope) or self._rival(unit.id, text, scope):
                return self._say.mismatch(code, text, [unit.id], named)
            return self._say.found(unit.id, (How.CODE if unit.code == code else How.ZEROS).value)
        other_day = [v for v in holders if self._agrees(v.id, text, typed=True)]
        if other_day and (life := self._life(text, other_day[0].id)):
            return life
        if not now and not named:
            return by_name
        return self._say.mismatch(code, text, [v.id for v in now if v.code == code] or [v.id for v in now], named)

    def _bare_code(self, code: str, now: list[UnitView], holders: list[UnitView], scope: Scope) -> Resolution:
        """A code alone: who bears it now and here; else who bore it or will."""
        here = self._one_unit([v for v in now if self._match.in_scope(v.id, scope)], code, ())
        if len(here) == 1:
            return self._say.found(here[0].id, (How.CODE if here[0].code == code else How.ZEROS).value)
        if here:
            return self._say.ambiguous(code, [v.id for v in here])
        if now:
            return self._say.unknown(code, (), [v.id for v in now])
        other = self._one_unit(holders, code, ())
        if len(other) == 1 and (life := self._life(code, other[0].id)):
            return life
        return self._say.ambiguous(code, [v.id for v in other]) if other else self._say.unknown(code)

    @staticmethod
    def _one_unit(versions: list[UnitView], code: str, named: Sequence[int]) -> list[UnitView]:
        """One version of each unit: the code as written goes before one with zeros put back, then the name decides."""
        units = list({v.id: v for v in versions}.values())
        units = [v for v in units if v.code == code] or units
        return [v for v in units if v.id in named] or units

    def _by_number(self, text: str, scope: Scope) -> Resolution:
        """A bare number where a name should stand: a code, or a numbered ward; a question where it is both."""
        plain = len(text) <= 2 and not text.startswith("0")
        wards = [unit for unit, _how in self._match.hits(text, scope).best()] if plain else []
        if not wards:
            return self._by_code(text, "", scope)
        holders = [v.id for v in self._holders(text, scope.level) if _holds(v, self.on)]
        both = dict.fromkeys((*(u for u in holders if self._match.in_scope(u, scope)), *wards))
        return self._say.found(wards[0], How.NAME.value) if len(both) == 1 else self._say.ambiguous(text, both)

    def _holders(self, code: str, level: str | None) -> list[UnitView]:
        """Versions of any day with this code, also with the zeros put back that a spreadsheet took away."""
        if not code.isdecimal() or len(code) > 5:
            return []
        widths = [_WIDTHS[level]] if level else sorted(_WIDTHS.values())
        padded = dict.fromkeys(code.zfill(width) for width in widths if len(code) <= width)
        found = [version for text in padded for version in self._known.by_code.get(text, ())]
        return [v for v in found if level is None or v.level == level]

    def _agrees(self, unit: int, text: str, *, typed: bool = False) -> bool:
        """Whether the text may name the unit, at whatever time; `typed`: with the type it says, if it says one."""
        for cut in cuts(text):
            for reading in readings(cut.unit):
                for name in self._known.by_key.get(reading.key, ()):
                    if name.unit != unit or not same_marks(reading, name.same):
                        continue
                    if not typed or reading.types is None or self._known.types(unit) & reading.types:
                        return True
        return False

    def _rival(self, unit: int, text: str, scope: Scope) -> list[int]:
        """Other units of the same province that fit the written type where the code's unit does not: a homonym."""
        best = self._match.hits(text, scope).best()
        if unit in {found for found, _how in best}:
            return []
        above = self._known.chain(unit, self.on)
        return [found for found, how in best if how == How.NAME and self._known.chain(found, self.on) & above]

    def _ground(self, units: Iterable[int]) -> list[int]:
        return [piece for unit in units for piece in self._known.ground(unit, self.on)]

    @staticmethod
    def _named(found: Resolution) -> list[int]:
        return [found.unit.id] if found.unit else [unit.id for unit in found.candidates]


def _holds(version: UnitView, on: date) -> bool:
    return (version.valid_from is None or version.valid_from <= on) and (
        version.valid_to is None or on < version.valid_to
    )


def _best_marks(units: dict[int, int]) -> list[int]:
    best = max(units.values(), default=0)
    return sorted(unit for unit, marks in units.items() if marks == best)
