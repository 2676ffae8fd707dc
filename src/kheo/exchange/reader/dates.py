"""Days, periods and spans of days as offices write them. Which number is the day, the column settles, not the row."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from kheo.base.errors import Refusal
from kheo.base.text import clean, day_text, fold
from kheo.exchange.reader.numbers import ERROR_CELLS, LONGEST, NOTHING, why_no_value
from kheo.exchange.reader.shapes import Raw, Reading

# Before this a serial number means nothing: Excel's calendar has a 29 February 1900 that never was, and small numbers
# formatted as days land here.
FIRST_TRUE_DAY = date(1900, 3, 1)
_LONGEST = 200  # letters of a cell that may name days
_SERIALS = range(10_000, 80_000)  # 1927 to 2119

_TIME = re.compile(
    r"(?:T|[\s,]+)(?:lúc\s+)?\d{1,2}\s*(?:[:hg]\s*\d{2}(?::\d{2}(?:\.\d+)?)?|h|giờ)\s*(?:AM|PM|SA|CH)?Z?$",
    re.IGNORECASE,
)
_DMY = re.compile(r"^(\d{1,2})\s*([/.\-])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})$")
_YMD = re.compile(r"^(\d{4})\s*([/.\-])\s*(\d{1,2})\s*\2\s*(\d{1,2})$")
_DM = re.compile(r"^(\d{1,2})\s*[/.]\s*(\d{1,2})$")
_WORDS = re.compile(r"^(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})$")
_MONTH = re.compile(r"^(?:thang )?(\d{1,2})[ /.\-]+(?:nam )?(\d{4})$")
_QUARTER = re.compile(r"^(?:quy|q) ?(i{1,3}|iv|[1-4])[ /.\-]+(?:nam )?(\d{4})$")
_YEAR = re.compile(r"^(?:ca )?(?:nam )?(\d{4})$")
_YEARS = re.compile(r"^(?:giai doan |nhiem ky |tu nam |tu |nam )?(\d{4}) *(?:-|den(?: nam)?) *(\d{4})$")
_PART = re.compile(r"^(?:(\d{1,2}) thang|nua) (dau|cuoi)(?: nam)? (\d{4})$")
_BETWEEN = re.compile(
    r"\s*(?:đến\s+hết(?:\s+ngày)?|đến\s+ngày|đến|tới(?:\s+ngày)?|→|->|–|—|~)\s*|\s+-\s+", re.IGNORECASE
)
_FROM = re.compile(r"^(?:từ\s+)?(?:ngày\s+)?", re.IGNORECASE)
_TWO_DAYS = re.compile(r"^(\S*\d[/.]\d\S*)-(\d\S*[/.]\S*)$")


class Period(NamedTuple):
    """A named stretch of time: `code` 2025, 2025-07, 2025-Q3, 2025-H1, 2021..2025; its first and last day."""

    code: str
    first: date
    last: date


class Span(NamedTuple):
    """From a day to a day, both included; `last` None when it has no end."""

    first: date
    last: date | None


class DateColumn:
    """Reads the days of one column. Day comes before month, unless the column proves otherwise: then it is asked."""

    def __init__(self, values: Iterable[Raw] = (), *, name: str = "", date1904: bool = False) -> None:
        self.name = name
        self._day_zero = date(1904, 1, 1) if date1904 else date(1899, 12, 30)
        day_first = month_first = False
        for value in values:
            if type(value) is str and len(value) <= _LONGEST:
                for match in _DMY.finditer(_bare(value)):
                    first, second = int(match[1]), int(match[3])
                    day_first = day_first or (first > 12 >= second)
                    month_first = month_first or (second > 12 >= first)
        self._american = month_first and not day_first

    def read(self, raw: Raw, row: int | None = None) -> Reading[date | Period]:
        """A day, or the period a cell names instead of one. A serial number is said to be one."""
        if isinstance(raw, datetime):
            raw = raw.date()
        if isinstance(raw, date):
            if raw < FIRST_TRUE_DAY:
                return self._no(row, "date_too_old", _("it is a small number shown as a day, not a day"), raw)
            return Reading(raw)
        if isinstance(raw, bool | time | timedelta):
            return self._no(row, "date_unclear", _("it is not a day"), raw)
        if isinstance(raw, int | float):
            return self._serial(raw, row)
        if len(raw) > _LONGEST:
            return self._no(row, "date_unclear", _("it is not a day"), raw)
        text = _bare(raw)
        if text in NOTHING:
            return Reading()
        if text.upper() in ERROR_CELLS:
            return self._no(row, "cell_error", why_no_value(text), raw)
        if text.isdecimal() and int(text[:6]) in _SERIALS and len(text) == 5:
            day = self._day_zero + timedelta(days=int(text))
            ask = _("Row %(row)s, column %(column)s: “%(value)s” may be the day %(day)s as computers count. Is it?")
            shown = {"row": row, "column": self.name, "value": raw, "day": day_text(day)}
            facts: dict[str, object] = {"value": raw, "readings": [day.isoformat()]}
            return Reading(None, asked=Refusal("exchange.date_serial", ask % shown, row, self.name, facts))
        if period := period_of(text):
            return Reading(period)
        return self._day(text, raw, row)

    def read_day(self, raw: Raw, row: int | None = None) -> Reading[date]:
        """A single day; a period in its place is asked about."""
        reading = self.read(raw, row)
        if isinstance(reading.value, Period):
            text = _("Row %(row)s, column %(column)s: “%(value)s” is a period, and one day is needed. Which day?")
            shown = {"row": row, "column": self.name, "value": raw}
            doubt = Refusal("exchange.date_period", text % shown, row, self.name, {"value": str(raw)})
            return Reading(None, asked=doubt)
        return Reading(reading.value, reading.asked, reading.refused, reading.note)

    def read_period(self, raw: Raw, row: int | None = None) -> Reading[Period]:
        """A period; a single day is the period of that day."""
        if isinstance(raw, int | float) and not isinstance(raw, bool) and 1900 <= raw <= 2200 and raw == int(raw):
            return Reading(_year(int(raw)))
        reading = self.read(raw, row)
        value = reading.value
        if value is not None and not isinstance(value, Period):
            value = Period(value.isoformat(), value, value)
        return Reading(value, reading.asked, reading.refused, reading.note)

    def read_span(self, raw: Raw, row: int | None = None) -> Reading[Span]:
        """From a day to a day: `Từ 19/07/2025 đến 31/12/2025`, `01/7-31/12/2025`, `07/2025 - 12/2025`, a period."""
        if not isinstance(raw, str) or len(raw) > _LONGEST:
            return self._one(self.read(raw, row))
        text = _FROM.sub("", _bare(raw))
        if period := period_of(_bare(raw)) or period_of(text):
            return Reading(Span(period.first, period.last))
        joined = _TWO_DAYS.match(text)
        sides = [joined[1], joined[2]] if joined else [side for side in _BETWEEN.split(text) if side]
        if len(sides) == 1:
            return self._one(self.read(sides[0], row))
        if len(sides) != 2:
            return self._no(row, "span_unclear", _("it is not a span of days"), raw)
        first, last = _FROM.sub("", sides[0]).strip(), _FROM.sub("", sides[1]).strip()
        end = self.read(last, row)
        if isinstance(end.value, date | Period):
            ends = end.value.last if isinstance(end.value, Period) else end.value
            if short := _DM.match(first):
                first = f"{short[1]}/{short[2]}/{ends.year}"
            elif first.isdecimal() and len(first) <= 2:
                same = f"{first}/{ends.month}/{ends.year}"
                first = f"{first}/{ends.year}" if isinstance(end.value, Period) else same
        begin = self.read(first, row)
        for side in (begin, end):
            if side.refused or side.asked:
                return Reading(None, side.asked, side.refused)
        if begin.value is None or end.value is None:
            return self._no(row, "span_unclear", _("it is not a span of days"), raw)
        span = Span(_first(begin.value), _last(end.value))
        if span.last is not None and span.last < span.first:
            return self._no(row, "span_backwards", _("it ends before it begins"), raw)
        return Reading(span)

    def _one(self, reading: Reading[date | Period]) -> Reading[Span]:
        value = reading.value
        span = None
        if isinstance(value, Period):
            span = Span(value.first, value.last)
        elif value is not None:
            span = Span(value, None)
        return Reading(span, reading.asked, reading.refused, reading.note)

    def _serial(self, raw: float, row: int | None) -> Reading[date | Period]:
        if int(raw) in _SERIALS:
            day = self._day_zero + timedelta(days=int(raw))
            text = _("Row %(row)s, column %(column)s: the number %(value)s was read as the day %(day)s.")
            shown = {"row": row, "column": self.name, "value": f"{raw:g}", "day": day_text(day)}
            return Reading(day, note=Refusal("exchange.date_serial", text % shown, row, self.name))
        if 1900 <= raw <= 2200 and raw == int(raw):
            return Reading(_year(int(raw)))
        return self._no(row, "date_unclear", _("it is not a day"), raw)

    def _day(self, text: str, raw: Raw, row: int | None) -> Reading[date | Period]:
        if match := _YMD.match(text):
            return self._made(int(match[1]), int(match[3]), int(match[4]), raw, row)
        if match := _DMY.match(text):
            first, second, year = int(match[1]), int(match[3]), int(match[4])
            if len(match[4]) == 2:
                year += 2000 if year < 70 else 1900
            if self._american and first <= 12 and second <= 12 and first != second:
                return self._american_doubt(raw, row)
            return self._made(year, second, first, raw, row)
        if match := _WORDS.match(fold(text)):
            return self._made(int(match[3]), int(match[2]), int(match[1]), raw, row)
        return self._no(row, "date_unclear", _("it is not a day"), raw)

    def _made(self, year: int, month: int, day: int, raw: Raw, row: int | None) -> Reading[Any]:
        if not 1 <= month <= 12:
            return self._no(row, "date_month", _("there is no month %(month)s") % {"month": month}, raw)
        if not 1900 <= year <= 2200:
            return self._no(row, "date_year", _("the year %(year)s cannot be meant") % {"year": year}, raw)
        if not 1 <= day <= monthrange(year, month)[1]:
            return self._no(row, "date_no_such_day", _("there is no such day"), raw)
        return Reading(date(year, month, day))

    def _american_doubt(self, raw: Raw, row: int | None) -> Reading[Any]:
        text = _("Row %(row)s, column %(column)s: other days here are written month first; is “%(value)s” day first?")
        shown = {"row": row, "column": self.name, "value": raw}
        doubt = Refusal("exchange.date_order", text % shown, row, self.name, {"value": str(raw)})
        return Reading(None, asked=doubt)

    def _no(self, row: int | None, code: str, why: str, raw: object) -> Reading[Any]:
        text = _("Row %(row)s, column %(column)s: “%(value)s” cannot be taken as a day: %(why)s.")
        shown = {"row": row, "column": self.name, "value": str(raw)[:80], "why": why}
        return Reading(refused=Refusal(f"exchange.{code}", text % shown, row, self.name, {"value": str(raw)[:80]}))


def _bare(text: str) -> str:
    """A written day without its time and the word before it."""
    return _TIME.sub("", clean(text)).strip().removeprefix("Ngày ").removeprefix("ngày ").strip(" .;,")


def _first(value: date | Period) -> date:
    return value.first if isinstance(value, Period) else value


def _last(value: date | Period) -> date:
    return value.last if isinstance(value, Period) else value


def _year(year: int) -> Period:
    return Period(str(year), date(year, 1, 1), date(year, 12, 31))


def _months(code: str, year: int, first: int, last: int) -> Period:
    return Period(code, date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def period_of(text: str) -> Period | None:
    """The period a text names, None when it names none: month, quarter, half, the first nine months, year, years."""
    if len(text) > LONGEST:
        return None
    key = re.sub(r"\s+", " ", re.sub(r"[^\w/.\-]+", " ", _plain(text))).strip()
    if match := _QUARTER.match(key):
        quarter = {"i": 1, "ii": 2, "iii": 3, "iv": 4}.get(match[1]) or int(match[1])
        return _checked(match[2]) and _months(f"{match[2]}-Q{quarter}", int(match[2]), quarter * 3 - 2, quarter * 3)
    if match := _MONTH.match(key):
        month = int(match[1])
        if not 1 <= month <= 12:
            return None
        return _checked(match[2]) and _months(f"{match[2]}-{month:02d}", int(match[2]), month, month)
    if match := _PART.match(key):
        months, year = int(match[1] or 6), match[3]
        if not 1 <= months <= 12 or not _checked(year):
            return None
        first, last = (1, months) if match[2] == "dau" else (13 - months, 12)
        half = "H1" if first == 1 else "H2"
        code = f"{year}-{half}" if months == 6 else f"{year}-{first:02d}..{year}-{last:02d}"
        return _months(code, int(year), first, last)
    if match := _YEARS.match(key):
        first, last = int(match[1]), int(match[2])
        if first <= last and _checked(match[1]) and _checked(match[2]):
            return Period(f"{first}..{last}", date(first, 1, 1), date(last, 12, 31))
        return None
    if match := _YEAR.match(key):
        return _year(int(match[1])) if _checked(match[1]) else None
    return None


def _checked(year: str) -> Any:
    return 1900 <= int(year) <= 2200 or None


def _plain(text: str) -> str:
    """Folded letters, the signs of dates kept."""
    text = clean(text).replace("–", "-").replace("—", "-")
    return "".join(char if char in "/.-" else fold(char) or " " for char in text)
