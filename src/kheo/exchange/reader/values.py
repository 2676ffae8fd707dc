"""Small values: ticks, ditto marks, codes; and the typed readers importers call, one per kind of value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

from kheo.base.errors import Refusal
from kheo.base.text import clean, fold
from kheo.exchange.reader.dates import DateColumn, Period, Span
from kheo.exchange.reader.headings import names_of
from kheo.exchange.reader.numbers import NOTHING, NumberColumn, Ratio
from kheo.exchange.reader.shapes import Heading, Raw, Reading, Row, Table

# Marks people tick with. The last ones are what the Wingdings fonts draw as a tick.
_TICKS = frozenset("x X × х Х ✓ ✔ √ ☑ ☒ v V ✗ ✘ * + • ● ■ ü þ ý û R P có Có 1".split(" "))
_NO_TICKS = frozenset({*NOTHING, "0", "không", "Không", "k", "o", "O", "☐", "□"})
_DITTO = frozenset({"nt", "n t", "nhu tren", "ntr"})
_DITTO_SIGNS = frozenset({'"', "″", "〃", "''", "”", "“", "--//--", "-//-", "//", '-"-', '"-"', '- " -', "“”", '""'})
DITTO_STARTS = frozenset("-nN(–\"″〃'”“/ ")


def is_ditto(raw: Raw) -> bool:
    """Whether a cell says “as above”: nt, -nt-, như trên, a ditto mark."""
    if type(raw) is not str or not raw or len(raw) > 12:
        return False
    text = raw.strip()
    return text in _DITTO_SIGNS or (len(text) <= 10 and text[:1] in "-nN(–" and fold(text) in _DITTO)


def is_tick(raw: Raw) -> bool | None:
    """True for a tick, False for an empty cell, a dash or a no, None for anything that is neither."""
    if raw is True or raw is False:
        return raw is True
    if isinstance(raw, int | float):
        return bool(raw) if raw in (0, 1) else None
    if not isinstance(raw, str):
        return None
    text = raw.strip()
    if text in _NO_TICKS:
        return False
    return True if text in _TICKS else None


_PLAIN = re.compile(r"(?:[!-~]+(?: [!-~]+)*)?\Z")
_cleaned = lru_cache(maxsize=65_536)(clean)


def as_text(raw: Raw) -> str:
    """A cell as one line of text: whole numbers without a fraction, days as day/month/year."""
    if type(raw) is str:
        return raw if _PLAIN.match(raw) else _cleaned(raw)
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e16:
        return str(int(raw))
    if isinstance(raw, datetime):
        return raw.strftime("%d/%m/%Y %H:%M") if (raw.hour or raw.minute) else raw.strftime("%d/%m/%Y")
    if isinstance(raw, date):
        return raw.strftime("%d/%m/%Y")
    return str(raw)


Numbers = NumberColumn | Iterable[Raw]
Dates = DateColumn | Iterable[Raw]


def read_number(raw: Raw, column: Numbers = (), row: int | None = None, name: str = "") -> Reading[Decimal]:
    """A number, read by what its column proves. Give a `NumberColumn` when reading many rows."""
    return _numbers(column, name).read(raw, row)


def read_count(raw: Raw, column: Numbers = (), row: int | None = None, name: str = "") -> Reading[int]:
    """A whole number of things, 0 or more (`326 hộ` is 326)."""
    if not isinstance(column, NumberColumn):
        column = NumberColumn(column, name=name, count=True)
    return column.read_count(raw, row)


def read_date(raw: Raw, column: Dates = (), row: int | None = None, name: str = "") -> Reading[date]:
    """One day."""
    return _dates(column, name).read_day(raw, row)


def read_period(raw: Raw, column: Dates = (), row: int | None = None, name: str = "") -> Reading[Period]:
    """A month, quarter, year or stretch of years."""
    return _dates(column, name).read_period(raw, row)


def read_span(raw: Raw, column: Dates = (), row: int | None = None, name: str = "") -> Reading[Span]:
    """From a day to a day."""
    return _dates(column, name).read_span(raw, row)


def _numbers(column: Numbers, name: str) -> NumberColumn:
    return column if isinstance(column, NumberColumn) else NumberColumn(column, name=name)


def _dates(column: Dates, name: str) -> DateColumn:
    return column if isinstance(column, DateColumn) else DateColumn(column, name=name)


def ticked(table: Table, row: Row, meaning: str) -> Reading[str]:
    """The one choice ticked among the columns of a meaning. None ticked says nothing; two ticked are refused."""
    found: list[Heading] = []
    for heading in table.choices(meaning):
        tick = is_tick(row.cells[heading.index])
        if tick is None:
            text = _("Row %(row)s, column %(column)s: “%(value)s” is neither a tick nor empty.")
            shown = {"row": row.number, "column": heading.name, "value": as_text(row.cells[heading.index])[:80]}
            return Reading(refused=Refusal("exchange.tick_unclear", text % shown, row.number, heading.name))
        if tick:
            found.append(heading)
    if len(found) > 1:
        text = _("Row %(row)s: %(columns)s are both ticked; only one can be.")
        shown = {"row": row.number, "columns": ", ".join(heading.name for heading in found)}
        return Reading(refused=Refusal("exchange.tick_twice", text % shown, row.number, found[1].name))
    return Reading(found[0].choice if found else None)


def chosen(raw: Raw, meanings: Mapping[str, Sequence[str]], meaning: str) -> str | None:
    """The choice a written value names (`VH-XH` -> culture_society), by the names its tick columns would have."""
    key = fold(as_text(raw))
    tight = key.replace(" ", "")
    if not tight:
        return None
    names = [name for name in names_of(meanings) if name.meaning == meaning and name.choice]
    for name in names:
        if any(key == known or tight == known.replace(" ", "") for known in name.keys):
            return name.choice
    return None


_CODE_HEADING = re.compile(
    r"^(ma|ma so|ma hieu|so hieu|so ky hieu|code|id|so quyet dinh|so dien thoai|dien thoai|sdt|cccd|cmnd)\b"
)


def is_code_heading(text: str) -> bool:
    """Whether a column's cells are names written in digits, whose zeros count."""
    return bool(_CODE_HEADING.match(fold(text)))


__all__ = [
    "DateColumn",
    "NumberColumn",
    "Period",
    "Ratio",
    "Span",
    "as_text",
    "chosen",
    "is_code_heading",
    "is_ditto",
    "is_tick",
    "read_count",
    "read_date",
    "read_number",
    "read_period",
    "read_span",
    "ticked",
]
