"""The columns of one registration list: where each fact stands and how its cells are read, set up once for a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kheo.base.errors import Refusal
from kheo.base.text import fold
from kheo.exchange.reader import DateColumn, Heading, NumberColumn, Reading, Row, Table, as_text, ticked
from kheo.exchange.words import Question, RowReading
from kheo.initiatives.exchange.meanings import CHOICES, NAMES, choice_of
from kheo.initiatives.words import Field, Kind, Novelty

LABELS: Mapping[str, Any] = {"field": Field, "kind": Kind, "novelty": Novelty}


class Columns:
    """Reads the facts of a row that need no unit and no register. Nothing here asks the database."""

    def __init__(self, table: Table, defaults: Mapping[str, str]) -> None:
        self.table = replace(table, rows=())  # headings only: the rows come one by one and go again
        self.defaults = defaults  # kind and novelty, answered for the whole list when it has no column for them
        self.at = {meaning: table.column(meaning) for meaning in NAMES if "=" not in meaning}
        self.ticks = {meaning: bool(table.choices(meaning)) for meaning in CHOICES}
        self._words: dict[tuple[str, str], str | None] = {}
        self._days = {m: self._dates(m, table) for m in ("when", "start", "end")}
        heading = self.at["households"]
        cells = table.cells_of(heading) if heading else ()
        self._households = NumberColumn(cells, name=heading.name if heading else "", count=True)

    def has(self, meaning: str) -> bool:
        """Whether the list says this at all."""
        return self.at.get(meaning) is not None or self.ticks.get(meaning, False)

    def name(self, meaning: str) -> str | None:
        """How a sentence names the column."""
        heading = self.at.get(meaning)
        return heading.name if heading else None

    def text(self, row: Row, meaning: str) -> str:
        """The cell as one clean line of text, "" when empty or when there is no such column."""
        heading = self.at.get(meaning)
        return as_text(row.cells[heading.index]) if heading is not None else ""

    def choice(self, row: Row, meaning: str, answers: Mapping[str, str], reading: RowReading) -> str | None:
        """Field, kind or novelty of a row: ticked, written, answered, or the same for the whole list."""
        if meaning in self.defaults:
            return self.defaults[meaning]
        written = self.text(row, meaning)
        if written:
            known = self._words.get((meaning, written), "")
            if known == "":
                known = self._words[meaning, written] = choice_of(meaning, written)
            if known is not None:
                return known
        elif self.ticks[meaning]:
            tick = ticked(self.table, row, meaning)
            if tick.refused is not None:
                reading.refused.append(tick.refused)
                return None
            if tick.value is not None:
                return tick.value if tick.value in LABELS[meaning].values else choice_of(meaning, tick.value)
        answer = answer_to(meaning, answers, LABELS[meaning].values)
        if answer is None:
            reading.asked.append(self._which(row, meaning, written))
        return answer

    def _which(self, row: Row, meaning: str, written: str) -> Question:
        said = {"row": row.number, "what": NAMES[meaning], "value": written[:80]}
        if written:
            text = _("Row %(row)s: “%(value)s” does not say which: %(what)s.") % said
        else:
            text = _("Row %(row)s does not say: %(what)s.") % said
        column = self.name(meaning) or next((h.name for h in self.table.choices(meaning)), None)
        choices = tuple((c.value, str(c.label)) for c in LABELS[meaning])
        return Question(meaning, Refusal(f"initiatives.{meaning}_unclear", text, row.number, column), choices)

    def households(self, row: Row, answers: Mapping[str, str], reading: RowReading) -> int | None:
        """Households as a whole number (`326 hộ` is 326); None when the cell says nothing."""
        heading = self.at["households"]
        if heading is None:
            return None
        read = self._households.read_count(row.cells[heading.index], row.number)
        found: int | None = self._settled("households", read, answers, reading, lambda text: int(Decimal(text)))
        return found

    def days(self, row: Row, answers: Mapping[str, str], reading: RowReading) -> tuple[date | None, date | None]:
        """First and last day (inclusive), from two columns or from one that says from … to …."""
        start = self._day(row, "start", answers, reading)
        end = self._day(row, "end", answers, reading)
        heading, column = self.at["when"], self._days["when"]
        if heading is not None and column is not None and start is None and end is None:
            if not fold(as_text(row.cells[heading.index])):
                return None, None
            read = column.read_span(row.cells[heading.index], row.number)
            if read.value is not None and read.asked is None and read.refused is None:
                return read.value.first, read.value.last
            self._settled("when", Reading(None, read.asked, read.refused), answers, reading, date.fromisoformat)
        return start, end

    def _day(self, row: Row, meaning: str, answers: Mapping[str, str], reading: RowReading) -> date | None:
        heading, column = self.at[meaning], self._days[meaning]
        if heading is None or column is None:
            return None
        read = column.read_day(row.cells[heading.index], row.number)
        found: date | None = self._settled(meaning, read, answers, reading, date.fromisoformat)
        return found

    def _settled(
        self,
        meaning: str,
        read: Reading[Any],
        answers: Mapping[str, str],
        reading: RowReading,
        parse: Callable[[str], Any],
    ) -> Any:
        """The value read, or the one a person chose among the readings offered; else what stands against it is kept."""
        if read.refused is not None:
            reading.refused.append(read.refused)
            return None
        if read.asked is None:
            return read.value
        offered = read.asked.facts.get("readings")
        values = [str(value) for value in offered] if isinstance(offered, Sequence) else []
        answer = answer_to(meaning, answers, values)
        if answer is not None:
            return parse(answer)
        reading.asked.append(Question(meaning, read.asked, tuple((value, value) for value in values)))
        return None

    def _dates(self, meaning: str, table: Table) -> DateColumn | None:
        heading: Heading | None = self.at[meaning]
        if heading is None:
            return None
        return DateColumn(table.cells_of(heading), name=heading.name, date1904=table.date1904)


def answer_to(key: str, answers: Mapping[str, str], choices: Sequence[str]) -> str | None:
    """The answer kept for a question of a row, by its key or given for the row as a whole; None: not answered."""
    if not answers:
        return None
    given = answers.get(key) or answers.get("", "")
    return given if given in choices else None
