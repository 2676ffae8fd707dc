"""What a decree means for the units of the day before: which end, begin or change; or every reason against it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from kheo.base.errors import Refusal, Refused
from kheo.base.text import day_text, fold_tight
from kheo.units.decrees.written import LEVEL_OF_TYPE, DecreeRow
from kheo.units.words import SAME_UNIT, Level, Part, SuccessionKind, UnitView

DIVIDED = frozenset({SuccessionKind.SPLIT.value, SuccessionKind.PARTIAL.value})
Above = int | str | None  # a unit that is there, the code of one that begins, or nothing (a province)


@dataclass(frozen=True)
class Standing:
    """The units that the rows of a decree name, as they stand on the day before it."""

    by_code: Mapping[str, UnitView]
    closed: Mapping[str, UnitView] = field(default_factory=dict)  # who bore a code last, when nobody does now
    busy: frozenset[int] = frozenset()  # units that change on the decree's day or later
    inside: Mapping[int, Sequence[UnitView]] = field(default_factory=dict)  # communes of the provinces named


@dataclass(frozen=True)
class Edge:
    """Ground that passes from a unit."""

    unit: int
    kind: str
    part: str
    primary: bool


@dataclass(frozen=True)
class Born:
    """A unit that begins: its ground is that of its `edges`."""

    code: str
    level: str
    type: str
    name: str
    above: Above
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class Changed:
    """A unit that keeps its ground and its identity under another name, type, code or parent."""

    unit: UnitView
    kind: str
    type: str
    code: str
    name: str
    above: Above


@dataclass(frozen=True)
class Plan:
    """What a decree does: units that begin, change and end."""

    born: tuple[Born, ...]
    changed: tuple[Changed, ...]
    ended: tuple[UnitView, ...]


def plan(rows: Sequence[DecreeRow], standing: Standing) -> Plan:
    """What one decree does. Raises Refused with every reason against it, each by its row (codes units.decree_*)."""
    return _Planner(rows, standing).plan()


class _Planner:
    def __init__(self, rows: Sequence[DecreeRow], standing: Standing) -> None:
        self.rows, self.standing, self.faults = rows, standing, list[Refusal]()
        self.of: dict[int, list[DecreeRow]] = defaultdict(list)  # rows by the unit they speak of
        self.units: dict[int, UnitView] = {}
        self.into: dict[str, list[DecreeRow]] = defaultdict(list)  # rows by the code of the unit that begins

    def plan(self) -> Plan:
        self._known()
        self._stop()
        for unit, rows in self.of.items():
            self._one_fate(self.units[unit], rows)
        self._no_circle()
        self._stop()
        ended = {unit for unit, rows in self.of.items() if rows[0].kind not in SAME_UNIT}
        born = [self._born(code, rows) for code, rows in self.into.items()]
        changed = [self._changed(self.units[unit], rows[0]) for unit, rows in self.of.items() if unit not in ended]
        changed += self._followers(ended)
        self._codes(ended, [b for b in born if b], changed)
        self._stop()
        return Plan(
            tuple(b for b in born if b),
            tuple(c for c in changed if self._differs(c)),
            tuple(self.units[unit] for unit in sorted(ended)),
        )

    def _no(self, row: DecreeRow, code: str, column: str, text: str) -> None:
        self.faults.append(Refusal(f"units.decree_{code}", text, row=row.line, column=column))

    def _stop(self) -> None:
        if self.faults:
            raise Refused(sorted(self.faults, key=lambda f: f.row or 0))

    def _known(self) -> None:
        """Every unit named is in force on the day before, and nothing later is known of it."""
        seen: set[tuple[str, ...]] = set()
        for row in self.rows:
            unit = self.standing.by_code.get(row.from_code)
            key = (row.from_code, row.to_code, row.kind)
            if unit is None:
                self._unknown(row, row.from_code, "from_code")
            elif unit.level == Level.DISTRICT or row.kind == SuccessionKind.ABOLISHED:
                self._no(row, "ground", "kind", _("The ground of a unit must go somewhere; say what it goes into."))
            elif unit.id in self.standing.busy:
                told = _(
                    "%(unit)s changes on %(day)s or later already; decrees are applied in the order of their days."
                )
                self._no(row, "order", "from_code", told % {"unit": unit.full_name, "day": day_text(row.day)})
            elif key in seen:
                self._no(row, "twice", "from_code", _("The same change stands in an earlier row."))
            else:
                self.units[unit.id] = unit
                self.of[unit.id].append(row)
                if row.kind not in SAME_UNIT:
                    self.into[row.to_code].append(row)
            seen.add(key)

    def _unknown(self, row: DecreeRow, code: str, column: str) -> None:
        before = self.standing.closed.get(code)
        if before is not None and before.valid_to is not None:
            told = _("%(code)s was %(unit)s until %(day)s; no unit bears this code on the day before.")
            facts = {"code": code, "unit": before.full_name, "day": day_text(before.valid_to)}
            self._no(row, "closed", column, told % facts)
        else:
            self._no(row, "unknown", column, _("No unit bears the code %(code)s on the day before.") % {"code": code})

    def _one_fate(self, unit: UnitView, rows: list[DecreeRow]) -> None:
        """A unit keeps its ground, goes into one other whole, or is divided: never two of these."""
        first, kinds = rows[0], {row.kind for row in rows}
        told: str | None = None
        if len(rows) > 1 and not kinds <= DIVIDED:
            told = _("%(unit)s has two fates in this decree, in rows %(rows)s; a unit keeps its ground, goes into "
                     "another whole, or is divided.")  # fmt: skip
        elif kinds <= DIVIDED and len(rows) < 2:
            told = _("%(unit)s is divided into one piece only; name every piece, or say that it goes whole.")
        elif kinds <= DIVIDED and sum(row.primary or row.kind == SuccessionKind.SPLIT for row in rows) != 1:
            told = _("%(unit)s is divided, and exactly one piece must be the proposed main one.")
        elif kinds <= DIVIDED and unit.level == Level.PROVINCE:
            told = _("%(unit)s is a province; records kept by it could not be placed in its pieces. Move its communes "
                     "one by one instead.")  # fmt: skip
        elif kinds == {SuccessionKind.MERGE} and len(self.into[first.to_code]) == 1:
            told = _("%(unit)s goes whole into a unit that receives nothing else: that is the same ground. Say rename, "
                     "type_change or parent_change.")  # fmt: skip
        if told:
            lines = ", ".join(str(row.line) for row in rows)
            self._no(first, "overlap", "kind", told % {"unit": unit.full_name, "rows": lines})
        for row in rows:
            if row.kind not in SAME_UNIT and row.part == Part.WHOLE and row.kind in DIVIDED:
                self._no(row, "part", "whole_or_part", _("A piece of a divided unit is not the whole of it."))

    def _no_circle(self) -> None:
        """Whole units that go into each other in a ring end nowhere; nor is a unit its own parent."""
        goes = {row.from_code: row for row in self.rows if row.kind == SuccessionKind.MERGE}
        for row in self.rows:
            if row.to_parent and row.to_parent in {row.to_code or row.from_code}:
                self._no(row, "cycle", "to_parent_code", _("A unit cannot lie in itself."))
        for start in goes:
            at, way = start, [start]
            while at in goes and goes[at].to_code != at and len(way) <= len(goes):
                at = goes[at].to_code
                if at == start:
                    told = _("%(units)s go into each other in a circle.") % {"units": ", ".join(way)}
                    self._no(goes[start], "cycle", "to_code", told)
                    break
                way.append(at)

    def _born(self, code: str, rows: list[DecreeRow]) -> Born | None:
        first = rows[0]
        if not code:
            self._no(first, "empty", "to_code", _("The cell is empty."))
            return None
        names = {(fold_tight(r.to_name), r.to_type, r.to_parent) for r in rows if r.to_name or r.to_type or r.to_parent}
        if len(names) > 1:
            told = _("The rows that lead to %(code)s do not agree on its name, type or parent.") % {"code": code}
            self._no(first, "disagree", "to_name", told)
            return None
        given = next((r for r in rows if r.to_name), first)
        receiver = self.standing.by_code.get(code)
        name = given.to_name or (receiver.name if receiver else "")
        type_ = given.to_type or (receiver.type if receiver else "")
        if not name or not type_:
            told = _("%(code)s begins with this decree: give its name and type.") % {"code": code}
            self._no(first, "empty", "to_name" if not name else "to_type", told)
            return None
        level = LEVEL_OF_TYPE[type_]
        if wrong := next((r for r in rows if self._unit(r).level != level), None):
            told = _("%(unit)s and what it becomes are not of one level.") % {"unit": self._unit(wrong).full_name}
            self._no(wrong, "level", "to_type", told)
            return None
        edges = tuple(
            Edge(self._unit(r).id, r.kind, r.part, r.kind not in DIVIDED or r.primary or r.kind == SuccessionKind.SPLIT)
            for r in rows
        )
        above = self._above(given, level, receiver.parent_id if receiver else None)
        return Born(code, level, type_, name, above, edges)

    def _unit(self, row: DecreeRow) -> UnitView:
        return self.standing.by_code[row.from_code]

    def _above(self, row: DecreeRow, level: str, otherwise: int | None) -> Above:
        """The parent a row gives: a province that begins with this decree, or one that is there and does not end."""
        if level == Level.PROVINCE:
            if row.to_parent:
                self._no(row, "parent", "to_parent_code", _("A province lies in no other unit."))
            return None
        if not row.to_parent:
            if otherwise is None:
                told = _("Say in which province it lies.")
                self._no(row, "parent", "to_parent_code", told)
            return self._today(otherwise)
        if row.to_parent in self.into:
            return row.to_parent
        unit = self.standing.by_code.get(row.to_parent)
        if unit is None:
            self._unknown(row, row.to_parent, "to_parent_code")
        elif unit.level != Level.PROVINCE:
            told = _("%(unit)s is no province.") % {"unit": unit.full_name}
            self._no(row, "parent", "to_parent_code", told)
        elif unit.id in self.of and self.of[unit.id][0].kind not in SAME_UNIT:
            told = _("%(unit)s ends with this decree.") % {"unit": unit.full_name}
            self._no(row, "parent", "to_parent_code", told)
        return unit.id if unit else None

    def _today(self, province: int | None) -> Above:
        """A parent that goes whole into another is that other from the decree's day."""
        rows = self.of.get(province or 0, ())
        return rows[0].to_code if rows and rows[0].kind not in SAME_UNIT else province

    def _changed(self, unit: UnitView, row: DecreeRow) -> Changed:
        if row.to_type and LEVEL_OF_TYPE[row.to_type] != unit.level:
            told = _("%(unit)s and what it becomes are not of one level.") % {"unit": unit.full_name}
            self._no(row, "level", "to_type", told)
        found = Changed(
            unit, row.kind, row.to_type or unit.type, row.to_code or unit.code, row.to_name or unit.name,
            self._above(row, unit.level, unit.parent_id),
        )  # fmt: skip
        if row.kind != SuccessionKind.UNCHANGED and not self._differs(found):
            told = _("%(unit)s would stay as it is.") % {"unit": unit.full_name}
            self._no(row, "nothing", "kind", told)
        return found

    def _followers(self, ended: Iterable[int]) -> list[Changed]:
        """The communes of a province that goes whole into another go along, unless a row speaks of them."""
        found = []
        for province in ended:
            for commune in self.standing.inside.get(province, ()):
                if commune.id not in self.of:
                    to = self.of[province][0].to_code
                    moved = SuccessionKind.PARENT_CHANGE.value
                    found.append(Changed(commune, moved, commune.type, commune.code, commune.name, to))
        return found

    def _differs(self, found: Changed) -> bool:
        unit = found.unit
        now = (unit.type, unit.code, unit.name, unit.parent_id)
        return now != (found.type, found.code, found.name, found.above)

    def _codes(self, ended: set[int], born: Sequence[Born], changed: Sequence[Changed]) -> None:
        """No code and no name is borne by two units from the decree's day."""
        line = {unit: rows[0] for unit, rows in self.of.items()}
        taken: dict[str, str] = {}
        given = [(b.code, b.name, self.into[b.code][0]) for b in born]
        given += [(c.code, c.name, line[c.unit.id]) for c in changed if c.unit.id in line]
        leaves = ended | {c.unit.id for c in changed if c.code != c.unit.code}
        for code, name, row in given:
            bearer = self.standing.by_code.get(code)
            goes_on = bearer is not None and bearer.id not in leaves and bearer.id != self._unit(row).id
            if goes_on and bearer is not None and row.kind not in SAME_UNIT:
                told = _("%(unit)s receives ground, so it must be named too: the whole of it goes into the unit that "
                         "bears its name and code from this day.")  # fmt: skip
                self._no(row, "unlisted", "to_code", told % {"unit": f"{bearer.full_name} ({code})"})
            elif goes_on and bearer is not None:
                told = _("The code %(code)s belongs to %(unit)s.") % {"code": code, "unit": bearer.full_name}
                self._no(row, "code", "to_code", told)
            elif code in taken:
                told = _("The code %(code)s is given to two units.") % {"code": code}
                self._no(row, "code", "to_code", told)
            taken[code] = name
