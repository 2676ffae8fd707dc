"""What kind of value each column holds, and its cells read as such."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kheo.base.text import fold, same_key
from kheo.exchange.reader.dates import DateColumn, Period, Span, period_of
from kheo.exchange.reader.numbers import LONGEST, NumberColumn, is_count, ratio_of
from kheo.exchange.reader.shapes import Heading, Raw, Reading, Row
from kheo.exchange.reader.table import kind_of, sample_size
from kheo.exchange.reader.values import as_text, is_code_heading, is_tick

SERIAL, NUMBER, DATE, SPAN, CODE, TICK, TEXT, YEAR = "serial", "number", "date", "span", "code", "tick", "text", "year"

_DAY = re.compile(
    r"^\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*(\d{4}|\d{2})\b|^\d{4}-\d{1,2}-\d{1,2}|tháng\s+\d{1,2}\s+năm",
    re.IGNORECASE,
)
_TWO_DATES = re.compile(
    r"\d{1,2}[/.]\d{1,2}([/.]\d{2,4})?\D{1,20}\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{1,2}[/.]\d{4}\D{1,20}\d{1,2}[/.]\d{4}"
)
_NOT_ADDED = re.compile(
    r"(?<!\w)(tỷ lệ|tỉ lệ|phần trăm|bình quân|trung bình|đơn giá|năm|tuổi|mật độ|hệ số|chỉ số|xếp hạng|thứ tự|"
    r"ty le|binh quan|trung binh|don gia)(?!\w)|^điểm|%"
)
_WORDY = re.compile(r"^(ghi chu|ten|dia chi|noi dung|ket qua|muc tieu|chuc vu|note|name)\b")


@dataclass(frozen=True)
class Column:
    """A column's kind, and the reader for its cells (None for text, codes and ticks)."""

    heading: Heading
    kind: str
    numbers: NumberColumn | None = None
    dates: DateColumn | None = None
    unit_at: int | None = None  # the column that holds the unit of measure of each row
    one_unit: bool = True  # whether all rows are in one unit of measure

    def read(self, row: Row) -> Reading[object]:
        """The cell of a row, typed: Decimal, int, date, Period, Span, text; None for empty."""
        raw = row.cells[self.heading.index]
        if self.numbers is not None and self.kind != YEAR:
            unit = as_text(row.cells[self.unit_at]) if self.unit_at is not None else None
            reading = self.numbers.read(raw, row.number, unit=unit or None)
            if reading.refused and (ratio := ratio_of(raw)):
                return Reading(ratio)
            return reading  # type: ignore[return-value]
        if self.dates is not None:
            return self.dates.read_span(raw, row.number) if self.kind == SPAN else self.dates.read(raw, row.number)  # type: ignore[return-value]
        text = as_text(raw)
        if self.kind in {SERIAL, YEAR} and text.isdecimal() and text[0] != "0" and len(text) < LONGEST:
            return Reading(Decimal(text))
        return Reading(text or None)

    @property
    def plain(self) -> bool:
        """Whether its cells are read as the text they are."""
        return self.kind in {TEXT, CODE, TICK}

    @property
    def added(self) -> bool:
        """Whether the sum of the column means anything."""
        return self.kind == NUMBER and self.one_unit and not _NOT_ADDED.search(same_key(" ".join(self.heading.path)))


def columns_of(
    headings: Sequence[Heading], rows: Sequence[Row], serial: int | None, date1904: bool
) -> tuple[Column, ...]:
    """The kind of each column, by its heading and by its leaves (spread over the table when it is long)."""
    step = max(1, len(rows) // sample_size(len(headings)))
    sample = rows[::step]
    unit_at = next((h.index for h in headings if fold(h.text) in {"don vi tinh", "dvt", "don vi do", "unit"}), None)
    one_unit = unit_at is None or len({as_text(row.cells[unit_at]) for row in rows}) < 2
    found = []
    for heading in headings:
        values = [row.cells[heading.index] for row in sample]
        kind = SERIAL if heading.index == serial else _kind(heading, values)
        numbers = dates = None
        if kind in {NUMBER, DATE, SPAN}:
            everything = [row.cells[heading.index] for row in rows]
            if kind == NUMBER:
                numbers = NumberColumn(everything, name=heading.name, count=is_count(" ".join(heading.path)))
            else:
                dates = DateColumn(everything, name=heading.name, date1904=date1904)
        at = unit_at if kind == NUMBER and unit_at != heading.index else None
        found.append(Column(heading, kind, numbers, dates, at, one_unit))
    return tuple(found)


def _kind(heading: Heading, values: Sequence[Raw]) -> str:
    kinds = Counter(map(kind_of, values))
    filled = sum(n for kind, n in kinds.items() if kind in ("t", "n", "d"))
    label = fold(heading.path[-1]) if heading.path else ""
    ticks = sum(is_tick(value) is True for value in values)
    marks = sum(type(value) is str and kind_of(value) == "x" and is_tick(value) is True for value in values)
    if (marks and marks >= 0.6 * (filled + kinds["x"])) or (heading.choice is not None and ticks):
        return TICK
    texts = [value[:200].strip() for value in values if type(value) is str and kind_of(value) in ("t", "n")]
    if is_code_heading(label) or any(re.fullmatch(r"0\d+", text) for text in texts):
        return CODE
    if not filled:
        return TEXT
    spans = sum(bool(_TWO_DATES.search(text)) for text in texts)
    if spans >= 0.3 * filled:
        return SPAN
    days = kinds["d"] + sum(bool(_DAY.search(text)) for text in texts)
    named_day = label.startswith(("ngay ", "thoi gian", "thoi diem", "ky ")) or label in {"ngay", "ky", "date"}
    periods = sum(period_of(text) is not None for text in texts) if named_day or days else 0
    if days + periods >= (0.3 if named_day else 0.5) * filled and days + periods:
        return DATE
    if heading.path and same_key(heading.path[-1]) in {"năm", "year", "năm sinh", "năm thành lập"}:
        return YEAR
    return NUMBER if _mostly_numbers(heading, values, filled) else TEXT


def _mostly_numbers(heading: Heading, values: Sequence[Raw], filled: int) -> bool:
    label = fold(heading.path[-1]) if heading.path else ""
    reader = NumberColumn(values, name=heading.name)
    numbers = 0
    for value in values:
        if type(value) is str and not any(map(str.isdigit, value)):
            continue
        reading = reader.read(value)
        asked_word = reading.asked is not None and reading.asked.code == "exchange.number_unit"
        numbers += reading.value is not None or (reading.asked is not None and not asked_word) or bool(ratio_of(value))
    share = numbers / filled
    hinted = is_count(" ".join(heading.path)) is not None
    return share >= (0.95 if _WORDY.match(label) else 0.5 if hinted else 0.7)


def as_value(value: object) -> object:
    """A typed value for JSON: whole numbers and exact fractions as numbers, else text; days and periods as ISO text."""
    if isinstance(value, Decimal):
        return number_json(value)
    if isinstance(value, Period):
        return value.code
    if isinstance(value, Span):
        last = value.last.isoformat() if value.last else ""
        return f"{value.first.isoformat()}/{last}"
    return value if isinstance(value, int | str | type(None)) else str(value)


def number_json(value: Decimal) -> int | float | str:
    """A number JSON can carry without losing anything, else its digits as text."""
    if value == value.to_integral_value():
        return int(value)
    near = float(value)
    return near if Decimal(repr(near)) == value else f"{value:f}"
