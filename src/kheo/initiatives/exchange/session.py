"""One registration list on its way in: its rows read, matched with the registry, saved, taken back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from kheo.base.access import Actor
from kheo.base.errors import Refusal, Refused
from kheo.base.text import fold, same_key
from kheo.exchange.reader import Row, Table, as_text
from kheo.exchange.words import Key, Match, Question, RowReading, SavedRow, Undone
from kheo.figures.words import PeriodView
from kheo.initiatives import actions, rules
from kheo.initiatives.exchange.ahead import ListAhead, registration
from kheo.initiatives.exchange.columns import LABELS, Columns
from kheo.initiatives.exchange.held import Outcome, Register, code_key, title_key
from kheo.initiatives.exchange.meanings import NAMES
from kheo.initiatives.exchange.places import Units, Written
from kheo.initiatives.models import Initiative
from kheo.initiatives.words import CODE_LENGTH, LONG_TEXT_LENGTH, TITLE_LENGTH, Change, Field, Kind
from kheo.units.words import UnitView

_YEAR = re.compile(r"(?<!thang \d )(?<!thang \d\d )\bnam (20\d\d)\b")
_TERM = re.compile(r"\b(?:giai doan|nhiem ky) (20\d\d) (20\d\d)\b")
_LONGEST = {"code": CODE_LENGTH, "goal": LONG_TEXT_LENGTH, "note": LONG_TEXT_LENGTH}
CHUNK = 500


class RegistrationSession:
    """A list for one period, on one day, by one person. Without a table nothing is read any more."""

    def __init__(
        self,
        actor: Actor,
        period: PeriodView,
        whose: UnitView | None,
        on: date,
        table: Table | None,
        answers: Mapping[str, str],
    ) -> None:
        self._actor, self._period, self._on = actor, period, on
        self._register = Register(actor, period)
        self._units = Units(actor, on, whose)
        self.questions: list[Question] = []
        self._columns = self._begin(table, answers) if table is not None else None

    def _begin(self, table: Table, answers: Mapping[str, str]) -> Columns:
        defaults: dict[str, str] = {}
        columns = Columns(table, defaults)
        if not columns.has("title"):
            text = _("No column says: %(what)s. Say which one does, or send the corrected file.")
            refusal = Refusal("initiatives.no_title", text % {"what": NAMES["title"]}, table.heading_rows[0])
            self.questions.append(Question("title", refusal))
        for meaning in ("kind", "novelty"):
            if columns.has(meaning):
                continue
            if answers.get(meaning) in LABELS[meaning].values:
                defaults[meaning] = answers[meaning]
                continue
            text = _("The list does not say: %(what)s. What holds for all its rows?") % {"what": NAMES[meaning]}
            choices = tuple((c.value, str(c.label)) for c in LABELS[meaning])
            self.questions.append(Question(meaning, Refusal(f"initiatives.no_{meaning}", text), choices))
            defaults[meaning] = choices[0][0]  # shown meanwhile; nothing is saved before the answer
        if answers.get("period") != "yes" and (question := self._wrong_period(table)):
            self.questions.append(question)
        return columns

    def _wrong_period(self, table: Table) -> Question | None:
        """The title of the list speaks of a year or a term that is not of the period it is brought in for."""
        for row in table.skipped:
            if row.reason != "title":
                continue
            text = fold(row.text)
            terms = [(f"{first}-{last}", int(first), int(last)) for first, last in _TERM.findall(text)]
            wrong = [code for code, first, last in terms if code != self._period.code and last > first]
            wrong += [year for year in _YEAR.findall(text) if not self._has_year(int(year))]
            if wrong:
                said = {"row": row.number, "title": row.text[:120], "period": self._period.code}
                sentence = _("Row %(row)s, “%(title)s”, is of another time than the period %(period)s. Is that right?")
                choices = (("yes", _("Yes, the list belongs to %(period)s") % said),)
                return Question("period", Refusal("initiatives.wrong_period", sentence % said, row.number), choices)
        return None

    def _has_year(self, year: int) -> bool:
        return self._period.start < date(year + 1, 1, 1) and date(year, 1, 1) < self._period.end

    def is_blank(self, row: Row) -> bool:
        """A row of our own workbook that stands ready: its unit and nothing beside it."""
        columns = self._columns
        assert columns is not None
        units = {h.index for meaning in ("unit", "unit_code", "parent") if (h := columns.at.get(meaning)) is not None}
        return bool(units) and not any(as_text(cell) for at, cell in enumerate(row.cells) if at not in units)

    def read_row(self, row: Row, answers: Mapping[str, str]) -> RowReading:
        """One model as the list says it."""
        columns = self._columns
        assert columns is not None
        reading = RowReading(row.number, answers=answers)
        title = columns.text(row, "title")
        key = same_key(title)
        self._why_not_title(title, key, row, reading)
        values: dict[str, Any] = {"title": title, "key": key}
        for meaning in ("field", "kind", "novelty"):
            choice = columns.choice(row, meaning, answers, reading)
            if choice is not None:
                values[meaning] = choice
        start, end = columns.days(row, answers, reading)
        if start is not None:
            values["start"] = start.isoformat()
        if end is not None:
            values["end"] = end.isoformat()
        self._why_not_days(start, end, row, reading)
        households = columns.households(row, answers, reading)
        if households is not None:
            values["households"] = households
            if refusal := rules.why_not_households(households):
                reading.refused.append(self._of_row(refusal, row, "households"))
        for meaning, longest in _LONGEST.items():
            if text := columns.text(row, meaning):
                values[meaning] = text
                if len(text) > longest and (refusal := rules.why_not_text(meaning, text)):
                    reading.refused.append(self._of_row(refusal, row, meaning))
        written = Written(columns.text(row, "unit"), columns.text(row, "unit_code"), columns.text(row, "parent"))
        column = columns.name("unit") or columns.name("unit_code")
        found = self._units.of(row, column, written, answers)
        if found.unit is not None:
            values["unit"] = found.unit.id
        elif found.asked is not None:
            reading.asked.append(found.asked)
        elif found.refused is not None:
            reading.refused.append(found.refused)
        shown = found.unit.full_name if found.unit else _quoted(written.name or written.code)
        reading.values = values
        reading.shown = {"title": title, "unit": shown, "field": values.get("field", "")}
        return reading

    def _why_not_title(self, title: str, key: str, row: Row, reading: RowReading) -> None:
        if len(title) <= TITLE_LENGTH and len(key) <= TITLE_LENGTH and any(map(str.isalnum, key)):
            return
        if refusal := rules.why_not_title(title):
            reading.refused.append(self._of_row(refusal, row, "title"))

    def _why_not_days(self, start: date | None, end: date | None, row: Row, reading: RowReading) -> None:
        """The end is not before the start, and the time of the model touches the period it is registered in."""
        if refusal := rules.why_not_days(start, end):
            reading.refused.append(self._of_row(refusal, row, "end", "when"))
        outside = (start is not None and start >= self._period.end) or (end is not None and end < self._period.start)
        if outside:
            text = _("Row %(row)s: the model runs outside the period %(period)s.")
            refusal = Refusal("initiatives.outside_period", text % {"row": row.number, "period": self._period.code})
            reading.refused.append(self._of_row(refusal, row, "start", "when", "end"))

    def _of_row(self, refusal: Refusal, row: Row, *meanings: str) -> Refusal:
        """A rule's refusal, told of this row and of the column that says it."""
        assert self._columns is not None
        column = next((name for m in meanings if (name := self._columns.name(m))), None)
        return Refusal(refusal.code, refusal.text, row.number, column, refusal.facts)

    def group(self, reading: RowReading) -> int:
        """The models of one unit are matched together."""
        unit: int = reading.values.get("unit", 0)
        return unit

    def keys(self, reading: RowReading) -> Sequence[Key]:
        """A list code, and a title within its unit, stand once in a file."""
        values = reading.values
        found = []
        if code := values.get("code"):
            found.append(Key(code_key(code), None, code))
        if "unit" in values and values["key"]:
            found.append(Key(title_key(values["unit"], values["key"]), None, values["title"]))
        return found

    def match(self, readings: Sequence[RowReading], in_file: Set[str]) -> Mapping[int, Outcome]:
        """What the registry holds for the rows; see `Register`."""
        return self._register.match(readings, in_file)

    def save_many(
        self, readings: Sequence[RowReading], matches: Mapping[int, Match], *, run: int, known: datetime
    ) -> Sequence[SavedRow]:
        """Register the new rows and change the held ones, by the registry's own rules."""
        fresh = [reading for reading in readings if reading.number not in matches]
        rows = [registration(reading) for reading in fresh]
        ids = actions.register_many(
            actor=self._actor, rows=rows, period=self._period, on=self._on, known=known, run=run
        )
        saved = [SavedRow(reading.number, id, 1) for reading, id in zip(fresh, ids, strict=True)]
        changed = [(r.number, matches[r.number]) for r in readings if r.number in matches]
        changes = [Change(match.id, match.version, match.changes) for _number, match in changed]
        versions = actions.change_many(actor=self._actor, changes=changes, on=self._on, known=known, run=run)
        saved += [
            SavedRow(number, id, version, match.before)
            for (number, match), (id, version) in zip(changed, versions, strict=True)
        ]
        return saved

    def ahead(self) -> ListAhead:
        """Long lists are written ahead."""
        return ListAhead(self._actor, self._period, self._on)

    def void(self, rows: Sequence[SavedRow], *, run: int, known: datetime) -> Undone:
        """Void what the list made, put back what it changed; rows somebody touched since are refused, each named."""
        touched = []
        for start in range(0, len(rows), CHUNK):
            some = {row.id: row for row in rows[start : start + CHUNK]}
            now = Initiative.objects.filter(pk__in=some).values_list("id", "version", "title", "voided_at")
            for id, version, title, voided in now:
                if version != some[id].version or voided is not None:
                    text = _("Row %(row)s, “%(title)s”, was changed since it was saved.")
                    said = {"row": some[id].number, "title": title}
                    touched.append(Refusal("initiatives.stale", text % said, some[id].number))
        if touched:
            raise Refused(sorted(touched, key=lambda refusal: refusal.row or 0))
        actions.void_many(
            actor=self._actor,
            rows=[(row.id, row.version, row.before) for row in rows],
            on=self._on,
            known=known,
            run=run,
        )
        restored = sum(row.before is not None for row in rows)
        return Undone(len(rows) - restored, restored)

    def totals(self, readings: Iterable[RowReading]) -> dict[str, Any]:
        """What the good rows add up to, as the JSON of an import says it."""
        fields: Counter[str] = Counter()
        kinds: Counter[str] = Counter()
        units: Counter[str] = Counter()
        rows = households = 0
        called = self._units.called
        for reading in readings:
            values = reading.values
            rows += 1
            households += values.get("households") or 0
            fields[values["field"]] += 1
            kinds[values["kind"]] += 1
            units[called[values["unit"]].code] += 1
        return {
            "rows": rows,
            "by_field": {field.value: fields[field.value] for field in Field},
            "collective": kinds[Kind.COLLECTIVE],
            "individual": kinds[Kind.INDIVIDUAL],
            "households": households,
            "by_unit": dict(sorted(units.items())),
        }


def _quoted(text: str) -> str:
    return f"“{text}”" if text else ""
