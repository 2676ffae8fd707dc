"""What the registry holds already for the rows of a list: the same model, a changed one, or one to be asked about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from datetime import date
from typing import Any, NamedTuple

from django.db.models import F
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from kheo.base.access import Actor
from kheo.base.errors import Refusal
from kheo.base.powers import Power
from kheo.base.text import day_text
from kheo.exchange.words import Difference, Match, Question, RowReading
from kheo.figures.words import PeriodView
from kheo.initiatives.exchange.columns import LABELS, answer_to
from kheo.initiatives.exchange.meanings import NAMES
from kheo.initiatives.models import Initiative
from kheo.initiatives.rules import Seat
from kheo.initiatives.words import COUNTED, State
from kheo.units.queries import views

UNITS_AT_ONCE = 300
NEAR = 90  # likeness in percent from which two titles are asked about
FACTS = ("title", "field", "kind", "novelty", "start", "end", "households", "code", "goal", "note")
_NUMBER = re.compile(r"\d+")
SAME, OTHER = "same", "other"
Outcome = Match | Question | Refusal


class Held(NamedTuple):
    """One model of the registry, with what a list may say about it."""

    id: int
    version: int
    unit: int
    key: str
    state: str
    now_p: int
    now_c: int | None
    place: int
    title: str
    field: str
    kind: str
    novelty: str
    start: date | None
    end: date | None
    households: int | None
    code: str
    goal: str
    note: str


_COLUMNS = ("id", "version", "place__origin", "title_key", "state", "now_p", "now_c", "place", *FACTS)


def code_key(code: str) -> str:
    """The key a list code has in a file."""
    return f"code {code.casefold()}"


def title_key(unit: int, key: str) -> str:
    """The key a model has in a file: its unit and its title."""
    return f"title {unit} {key}"


class Register:
    """Matches readings with the living models of one period, unit by unit: few questions however many rows."""

    def __init__(self, actor: Actor, period: PeriodView) -> None:
        self._actor, self._period = actor, period

    def match(self, readings: Sequence[RowReading], in_file: Set[str]) -> dict[int, Outcome]:
        """Row -> what is held for it; no entry: nothing is."""
        coded = any(key.startswith("code ") for key in in_file)
        by_unit: dict[int, list[RowReading]] = defaultdict(list)
        for reading in readings:
            by_unit[reading.values["unit"]].append(reading)
        found: dict[int, Outcome] = {}
        lost: list[RowReading] = []
        for units in _some(sorted(by_unit)):
            held = self._held(units)
            for unit in units:
                shelf = Shelf(held.get(unit, ()), in_file)
                for reading in by_unit[unit]:
                    outcome = self._one(reading, shelf, coded)
                    if outcome is not None:
                        found[reading.number] = outcome
                    elif reading.values.get("code"):
                        lost.append(reading)
        found |= self._moved(lost)
        return found

    def _held(self, units: Sequence[int]) -> dict[int, list[Held]]:
        # "+ 0": the units find the rows; SQLite would take the index of the period and look at all of its models.
        of_term = Initiative.objects.alias(term=F("period_id") + 0).filter(term=self._period.id)
        of_term = of_term.exclude(state=State.DRAFT)
        living = of_term.filter(place__origin__in=units, voided_at__isnull=True).values_list(*_COLUMNS)
        found: dict[int, list[Held]] = defaultdict(list)
        for row in living.iterator(chunk_size=5_000):
            held = Held(*row)
            found[held.unit].append(held)
        return found

    def _one(self, reading: RowReading, shelf: Shelf, coded: bool) -> Outcome | None:
        values = reading.values
        code = values.get("code", "")
        by_title = shelf.by_title.get(values["key"])
        if code and (by_code := shelf.by_code.get(code.casefold())):
            if by_title is not None and by_title.id != by_code.id:
                return self._title_taken(reading, by_title)
            return self._compared(reading, by_code)
        if by_title is not None:
            if code and by_title.code:
                return self._other_code(reading, by_title)
            return self._compared(reading, by_title)
        if coded and not code and answer_to("code", reading.answers, ("new",)) is None:
            text = _("Row %(row)s has no code, though the list has codes. Is it a model of its own?")
            refusal = Refusal("initiatives.no_code", text % {"row": reading.number}, reading.number)
            return Question("code", refusal, (("new", _("Yes, register it without a code")),))
        return self._near(reading, shelf)

    def _near(self, reading: RowReading, shelf: Shelf) -> Outcome | None:
        """A model of the unit whose title is nearly this one and that no row of the file is: the same or another?"""
        near = shelf.near(reading.values["key"])
        if near is None:
            return None
        likeness, held = near
        answer = answer_to(SAME, reading.answers, (SAME, OTHER))
        if answer == SAME:
            return self._compared(reading, held)
        if answer == OTHER:
            return None
        text = _("Row %(row)s is %(likeness)s%% like “%(title)s”, which this unit has already. One model or two?")
        said = {"row": reading.number, "likeness": likeness, "title": held.title}
        return self._same_or_other(Refusal("initiatives.near_title", text % said, reading.number))

    @staticmethod
    def _same_or_other(refusal: Refusal) -> Question:
        return Question(SAME, refusal, ((SAME, _("The same model")), (OTHER, _("Two different models"))))

    def _moved(self, readings: Sequence[RowReading]) -> dict[int, Outcome]:
        """Rows whose code is held with nearly the same title by another unit in reach: moved, or a code used twice?"""
        found: dict[int, Outcome] = {}
        for some in _some(readings):
            codes = {reading.values["code"] for reading in some}
            elsewhere = Initiative.objects.within(self._actor, Power.INITIATIVES_REGISTER).filter(
                code__in=codes, period=self._period.id, voided_at__isnull=True
            )
            by_code: dict[str, list[Held]] = defaultdict(list)
            for row in elsewhere.exclude(state=State.DRAFT).values_list(*_COLUMNS):
                held = Held(*row)
                by_code[held.code].append(held)
            for reading in some:
                for held in by_code.get(reading.values["code"], ()):
                    if outcome := self._moved_one(reading, held):
                        found[reading.number] = outcome
        return found

    def _moved_one(self, reading: RowReading, held: Held) -> Outcome | None:
        key = reading.values["key"]
        if held.unit == reading.values["unit"] or not _alike(key, held.key):
            return None
        answer = answer_to(SAME, reading.answers, (SAME, OTHER))
        if answer == SAME:
            return self._compared(reading, held)
        if answer == OTHER:
            return None
        text = _("Row %(row)s: the code %(code)s names “%(title)s” of another unit. One model that moved, or two?")
        said = {"row": reading.number, "code": held.code, "title": held.title}
        return self._same_or_other(Refusal("initiatives.code_elsewhere", text % said, reading.number))

    def _compared(self, reading: RowReading, held: Held) -> Outcome:
        """How the row differs from what is held. What a row does not say changes nothing."""
        values = reading.values
        changes: dict[str, Any] = {}
        before: dict[str, Any] = {}
        differences: list[Difference] = []
        for fact in FACTS:
            if fact not in values:
                continue
            old = getattr(held, fact)
            if isinstance(old, date):
                old = old.isoformat()
            if values[fact] != old:
                changes[fact], before[fact] = values[fact], old
                differences.append(Difference(NAMES[fact], _said(fact, old), _said(fact, values[fact])))
        if values["unit"] != held.unit:
            changes["unit_id"], before["unit_id"] = values["unit"], held.unit
            was = views([held.unit], self._period.start)[held.unit].full_name
            differences.append(Difference(NAMES["unit"], was, reading.shown.get("unit", "")))
        if changes and (refusal := self._why_not_change(reading, held)):
            return refusal
        shown = "" if changes else _("The same as record %(id)s.") % {"id": held.id}
        return Match(held.id, held.version, changes, before, differences, shown)

    def _why_not_change(self, reading: RowReading, held: Held) -> Refusal | None:
        row = reading.number
        if held.state == State.REMOVED:
            text = _("Row %(row)s: “%(title)s” was removed from the list; it is not changed any more.")
            return Refusal("initiatives.closed", text % {"row": row, "title": held.title}, row)
        listed = held.state in COUNTED
        power = Power.INITIATIVES_ACCEPT if listed else Power.INITIATIVES_REGISTER
        if self._actor.may(power, Seat(held.now_p, held.now_c, held.place)):
            return None
        text = _("Row %(row)s: “%(title)s” is in the list already; only who accepts models there changes it.")
        return Refusal("initiatives.in_list", text % {"row": row, "title": held.title}, row)

    def _title_taken(self, reading: RowReading, held: Held) -> Refusal:
        text = _("Row %(row)s: this unit has “%(title)s” already, under the code %(code)s.")
        said = {"row": reading.number, "title": held.title, "code": held.code or "–"}
        return Refusal("initiatives.duplicate", text % said, reading.number)

    def _other_code(self, reading: RowReading, held: Held) -> Refusal:
        text = _("Row %(row)s: “%(title)s” has the code %(held)s here, the row says %(code)s. Put one of them right.")
        said = {"row": reading.number, "title": held.title, "held": held.code, "code": reading.values["code"]}
        return Refusal("initiatives.code_differs", text % said, reading.number)


class Shelf:
    """The models one unit holds, by title and by code; and, looked up when needed, those that no row of the file is."""

    def __init__(self, held: Sequence[Held], in_file: Set[str]) -> None:
        self._held, self._in_file = held, in_file
        self.by_title = {one.key: one for one in held}
        self.by_code = {one.code.casefold(): one for one in held if one.code}
        self._apart: dict[str, Held] | None = None

    def near(self, key: str) -> tuple[int, Held] | None:
        """The nearest of those that are not in the file, and its likeness in percent."""
        if self._apart is None:
            self._apart = {
                one.key: one
                for one in self._held
                if title_key(one.unit, one.key) not in self._in_file
                and not (one.code and code_key(one.code) in self._in_file)
            }
        if not self._apart:
            return None
        numbers = _NUMBER.findall(key)
        keys = [known for known in self._apart if _NUMBER.findall(known) == numbers]
        best = process.extractOne(key, keys, scorer=fuzz.ratio, score_cutoff=NEAR)
        return (int(best[1]), self._apart[best[0]]) if best else None


def _alike(one: str, other: str) -> bool:
    """Nearly one title. Titles that differ in a number (thôn 6, thôn 9) are two."""
    return _NUMBER.findall(one) == _NUMBER.findall(other) and fuzz.ratio(one, other) >= NEAR


def _said(fact: str, value: Any) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return ""
    if fact in LABELS:
        return str(LABELS[fact](value).label)
    if fact in {"start", "end"}:
        return day_text(date.fromisoformat(value))
    return str(value)


def _some(things: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(things), UNITS_AT_ONCE):
        yield things[start : start + UNITS_AT_ONCE]


__all__ = ["FACTS", "Outcome", "Register", "code_key", "title_key"]
