"""Which unit each row is about: written names to units of the day, within what the person may register for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from kheo.base.access import Actor
from kheo.base.errors import Refusal
from kheo.base.powers import Power
from kheo.exchange.reader import Row
from kheo.exchange.words import Question
from kheo.initiatives.exchange.columns import answer_to
from kheo.initiatives.rules import Seat
from kheo.units.models import Place
from kheo.units.queries import communes_of, root_places, units_on, views
from kheo.units.resolver import Resolution, Resolver
from kheo.units.words import Level, UnitView


class Written(NamedTuple):
    """What a row says about its unit; "" where it says nothing."""

    name: str
    code: str
    parent: str


@dataclass(frozen=True, slots=True)
class Found:
    """The unit of a row, or what stands against it."""

    unit: UnitView | None = None
    refused: Refusal | None = None
    asked: Question | None = None


class Units:
    """Finds units for one person's list; each written name is looked up once."""

    def __init__(self, actor: Actor, on: date, whose: UnitView | None) -> None:
        self._actor, self._on, self._whose = actor, on, whose
        self._resolver = Resolver.for_day(on)
        self._named: dict[tuple[str, str, str], Resolution] = {}
        self._allowed: dict[int, bool] = {}
        self._places: dict[int, Place] = {}
        self.called: dict[int, UnitView] = {}
        self._within: int | None = None
        self._within = self._scope()

    def _scope(self) -> int | None:
        """The province in whose communes names are looked for: of the list's unit, else the only one in reach."""
        if self._whose is not None:
            return self._province(self._whose.id)
        reach = self._actor.reach_of(Power.INITIATIVES_REGISTER)
        if reach.all:
            return None
        provinces = set(reach.provinces) | {self._province(commune) for commune in reach.communes}
        return next(iter(provinces)) if len(provinces) == 1 else None

    def _province(self, unit_id: int) -> int:
        place = self._place(unit_id)
        return place.now_p if place is not None else unit_id

    def _place(self, unit_id: int) -> Place | None:
        """The place of a unit; with the first one asked for, those of all communes a list of this reach can name."""
        if unit_id not in self._places:
            near = {unit_id}
            if self._within is not None and self._within not in self._places:
                near |= {self._within, *(unit.id for unit in communes_of(self._within, self._on))}
            elif self._within is None and not self._places:
                near |= {unit.id for unit in units_on(self._on, level=Level.COMMUNE)}
            self._places |= root_places(near)
        return self._places.get(unit_id)

    def of(self, row: Row, column: str | None, written: Written, answers: Mapping[str, str]) -> Found:
        """The unit the row names; without a name the group it stands in, else the unit the list is of."""
        if written.name or written.code:
            found = self._resolve(written.name, written.code, written.parent)
            if found.unit is None and found.asked and not written.parent and row.group:
                found = self._in_group(written, row.group, found)
            if found.unit is not None:
                return self._within_reach(found.unit, row.number, column)
            return self._settled(found, row.number, column, answers)
        first: Resolution | None = None
        for label in reversed(row.group):
            found = self._resolve(label, "", written.parent)
            if found.unit is not None:
                return self._within_reach(found.unit, row.number, column)
            first = first or found
        if first is None or self._whose is not None:
            return self._whole_list(row.number, column)
        return self._settled(first, row.number, column, answers)

    def _in_group(self, written: Written, group: Iterable[str], found: Resolution) -> Resolution:
        """A name that fits several units is one of them when the group around the row says where to look."""
        for label in group:
            inside = self._resolve(written.name, written.code, label)
            if inside.unit is not None:
                return inside
        return found

    def _resolve(self, name: str, code: str, parent: str) -> Resolution:
        key = name, code, parent
        found = self._named.get(key)
        if found is None:
            found = self._resolver.resolve(name, code=code, within=self._within, parent_written=parent)
            self._named[key] = found
        return found

    def _whole_list(self, row: int, column: str | None) -> Found:
        if self._whose is None or self._whose.level == Level.PROVINCE:
            text = _("Row %(row)s names no unit. Write it in the row, or say which unit the whole list is of.")
            return Found(refused=Refusal("units.unknown", text % {"row": row}, row, column))
        return self._within_reach(self._whose, row, column)

    def _settled(self, found: Resolution, row: int, column: str | None, answers: Mapping[str, str]) -> Found:
        """A name that fits several units, or nearly fits one, is asked; one that has ended or is unknown is refused."""
        assert found.refusal is not None
        refusal = Refusal(found.refusal.code, found.refusal.text, row, column)
        if not found.candidates or found.refusal.code in {"units.closed", "units.not_yet"}:
            return Found(refused=refusal)
        by_value = {unit.uid: unit for unit in found.candidates} | {unit.code: unit for unit in found.candidates}
        answer = answer_to("unit", answers, list(by_value))
        if answer is not None:
            return self._within_reach(by_value[answer], row, column)
        above = views({u.parent_id for u in found.candidates if u.parent_id is not None}, self._on)
        choices = tuple((unit.uid, _shown(unit, above)) for unit in found.candidates)
        return Found(asked=Question("unit", refusal, choices))

    def _within_reach(self, unit: UnitView, row: int, column: str | None) -> Found:
        allowed = self._allowed.get(unit.id)
        if allowed is None:
            place = self._place(unit.id)
            reach = self._actor.reach_of(Power.INITIATIVES_REGISTER)
            allowed = place is not None and reach.covers(Seat(place.now_p, place.now_c, place.pk))
            self._allowed[unit.id] = allowed
            self.called[unit.id] = unit
        if not allowed:
            text = _("Row %(row)s: you do not register models for %(unit)s.") % {"row": row, "unit": unit.full_name}
            return Found(refused=Refusal("initiatives.outside_reach", text, row, column))
        whose = self._whose
        if whose is not None and whose.level == Level.COMMUNE and unit.id != whose.id:
            text = _("Row %(row)s names %(unit)s, but the list is of %(whose)s.")
            said = {"row": row, "unit": unit.full_name, "whose": whose.full_name}
            return Found(refused=Refusal("initiatives.other_unit", text % said, row, column))
        return Found(unit)


def _shown(unit: UnitView, above: Mapping[int, UnitView]) -> str:
    parent = above.get(unit.parent_id or 0)
    return f"{unit.full_name}, {parent.full_name} ({unit.code})" if parent else f"{unit.full_name} ({unit.code})"
