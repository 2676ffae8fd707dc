"""Numbers as Vietnamese offices write them: the sign that groups and the one that parts are settled by the column."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from django.utils.translation import gettext as _

from kheo.base.errors import Refusal
from kheo.base.text import fold, same_key, unmark
from kheo.exchange.reader.shapes import Raw, Reading

UNCOUNTED = "#?"  # stands for a formula whose result is not in the file
ERROR_CELLS = frozenset(
    {
        "#REF!",
        "#DIV/0!",
        "#VALUE!",
        "#NAME?",
        "#N/A",
        "#NULL!",
        "#NUM!",
        "#GETTING_DATA",
        "#SPILL!",
        "#CALC!",
        UNCOUNTED,
    }
)
NOTHING = frozenset({"", "-", "–", "—", "−", "…", "...", "..", "./.", "--", "---"})


def why_no_value(error: str) -> str:
    """Why a cell with an error in it has no value."""
    if error == UNCOUNTED:
        return _("the result of its formula is not stored; open the file in a spreadsheet program and save it again")
    return _("the formula in this cell failed in the file")


_ABOUT = re.compile(
    r"^(khoang|gan|hon|tren|duoi|chung|it nhat|nhieu nhat|toi da|toi thieu|vai|may|tam|uoc|about|over|nearly|almost)\b"
)
_ABOUT_SIGNS = ("~", "≈", ">", "<", "≥", "≤", "±")
_COUNT = (
    "mô hình|hộ|người|xã|phường|thôn|bản|tổ|khu|suất|quà|nhà|căn|buổi|lượt|cuộc|đơn vị|tập thể|cá nhân|công|văn bản|"
    "số lượng|điển hình|học bổng|con|cây|cái|chiếc|đoàn|đội|hội viên|đảng viên|sl|models?|households?|number|count"
)
_AMOUNT = (
    "triệu|tỷ|tỉ|đồng|nghìn|ngàn|vnd|usd|giá trị|kinh phí|tiền|vốn|ha|m|m2|m3|m²|km|km2|kg|tấn|tạ|lít|tỷ lệ|tỉ lệ|"
    "diện tích|chiều dài|khối lượng|điểm|doanh thu|thu nhập|trị giá|amount|value"
)
_COUNTED, _MEASURED = (re.compile(rf"(?<!\w)(?:{words})(?!\w)") for words in (_COUNT, _AMOUNT))
_COUNTED_BARE, _MEASURED_BARE = (
    re.compile(rf"\b(?:{'|'.join(map(unmark, words.split('|')))})\b") for words in (_COUNT, _AMOUNT)
)
LONGEST = 60  # letters and digits of a cell that may be a number with its unit
_TIMES = {"nghin": 3, "ngan": 3, "trieu": 6, "tr": 6, "ty": 9, "ti": 9}
_SPACES = "\u00a0\u202f\u2009\u2007\u2008\u205f "
_SPLIT = re.compile(r"^([(]?[+\-−–]?[(]?\s*[\d][\d.,'’" + _SPACES + r"]*[)]?)\s*(%?)\s*([^\d%]*)$")
_RATIO = re.compile(r"^(\d{1,3}(?:[.\s]?\d{3})*)\s*/\s*(\d{1,3}(?:[.\s]?\d{3})*|\d+)$|^(\d+)\s*/\s*(\d+)$")

_VIETNAMESE = re.compile(
    r"^\d{1,3}(\.\d{3}){2,}$|^\d{1,3}(\.\d{3})+,\d+$|^\d+,(\d{1,2}|\d{4,})$|^0,\d{3}$|^\d{4,},\d+$"
)
_ENGLISH = re.compile(r"^\d{1,3}(,\d{3}){2,}$|^\d{1,3}(,\d{3})+\.\d+$|^\d+\.(\d{1,2}|\d{4,})$|^0\.\d{3}$|^\d{4,}\.\d+$")


class Style(Enum):
    """What the column's own values prove about the sign that parts a whole from its fraction."""

    UNKNOWN = "unknown"
    VIETNAMESE = "vietnamese"  # 1.234,5
    ENGLISH = "english"  # 1,234.5
    MIXED = "mixed"


class Ratio(NamedTuple):
    """So many of so many: 301/314. Never a quotient, never a date."""

    part: int
    whole: int

    def __str__(self) -> str:
        return f"{self.part}/{self.whole}"


def is_count(text: str) -> bool | None:
    """Whether a heading or a unit of measure names things counted one by one; None when it does not say."""
    key = same_key(text)
    bare = key.isascii()  # typed without marks: tấn and tân cannot be told apart, nor need they
    if "%" in text or (_MEASURED_BARE if bare else _MEASURED).search(key):
        return False
    if key.startswith(("số ", "so ", "tổng số")) or (_COUNTED_BARE if bare else _COUNTED).search(key):
        return True
    return None


def style_of(values: Iterable[Raw]) -> Style:
    """What a column proves: `165,34` and `1.234.567` can only be Vietnamese, `12.5` and `1,234,567` only English."""
    vietnamese = english = False
    for value in values:
        if type(value) is not str or len(value) > LONGEST or ("." not in value and "," not in value):
            continue
        match = _SPLIT.match(value.strip())
        core = match[1].strip("()+-−– ") if match else ""
        vietnamese = vietnamese or bool(_VIETNAMESE.match(core))
        english = english or bool(_ENGLISH.match(core))
        if vietnamese and english:
            return Style.MIXED
    if vietnamese:
        return Style.VIETNAMESE
    return Style.ENGLISH if english else Style.UNKNOWN


class NumberColumn:
    """Reads the numbers of one column. `name` is how sentences call it; `unit` its unit of measure if it has one."""

    def __init__(
        self, values: Iterable[Raw] = (), *, name: str = "", unit: str = "", count: bool | None = None
    ) -> None:
        self.name = name
        self._style = style_of(values)
        self._unit = fold(unit or name)
        self._count = is_count(unit or name) if count is None else count

    def read(self, raw: Raw, row: int | None = None, *, unit: str | None = None) -> Reading[Decimal]:
        """A number, exactly. Empty and dash say nothing (not 0); what two readings fit is asked; a ratio is refused."""
        kind = type(raw)
        if kind is float:
            return self._float(raw, row)  # type: ignore[arg-type]
        if kind is int:
            return Reading(Decimal(raw))  # type: ignore[arg-type]
        if kind is str:
            text = str(raw)
            if len(text) < LONGEST and text.isdecimal() and text.isascii():
                return Reading(Decimal(text))
            return self._text(text, row, unit)
        if isinstance(raw, date | datetime | time | timedelta):
            return self._no(row, "number_date", _("a date or time stands where a number is expected"), raw)
        return self._no(row, "number_unclear", _("it is not a number"), raw)

    def read_count(self, raw: Raw, row: int | None = None) -> Reading[int]:
        """A whole number of things, 0 or more."""
        reading = self.read(raw, row)
        if reading.value is None:
            return Reading(None, reading.asked, reading.refused, reading.note)
        if reading.value != reading.value.to_integral_value():
            return self._no(row, "number_fraction", _("it is not a whole number"), raw)
        if reading.value < 0:
            return self._no(row, "number_negative", _("it is below zero"), raw)
        return Reading(int(reading.value), reading.asked, note=reading.note)

    def read_ratio(self, raw: Raw, row: int | None = None) -> Reading[Ratio]:
        """So many of so many (301/314)."""
        ratio = ratio_of(raw)
        return Reading(ratio) if ratio else self._no(row, "ratio_unclear", _("it is not of the form 301/314"), raw)

    def _float(self, value: float, row: int | None) -> Reading[Decimal]:
        if value != value or value in (float("inf"), float("-inf")):
            return self._no(row, "number_unclear", _("it is not a number"), value)
        return Reading(Decimal(int(value)) if value.is_integer() else Decimal(repr(value)))

    def _text(self, raw: str, row: int | None, unit: str | None) -> Reading[Decimal]:
        text = unicodedata.normalize("NFKC", raw).strip().lstrip("'").strip()
        if text in NOTHING or raw.strip() in NOTHING:
            return Reading()
        if len(text) > LONGEST:
            return self._no(row, "number_unclear", _("it is not a number"), raw)
        if text.upper() in ERROR_CELLS:
            return self._no(row, "cell_error", why_no_value(text), raw)
        if _ABOUT.match(fold(text)) or text.startswith(_ABOUT_SIGNS) or text.endswith("+"):
            return self._no(row, "number_about", _("it says ‘about’, and a register needs the number itself"), raw)
        if ratio_of(text):
            return self._no(row, "number_ratio", _("it is so many of so many, not one number"), raw)
        match = _SPLIT.match(text)
        if match is None:
            mixed = any(char.isdigit() for char in text) and any(char.isalpha() for char in text)
            why = _("it mixes letters and digits") if mixed else _("it is not a number")
            return self._no(row, "number_unclear", why, raw)
        core, percent, word = match.groups()
        negative = (core[0] == "(" and core[-1] == ")") or core.strip("( ").startswith(("-", "−", "–"))
        if core.count("(") != core.count(")"):
            return self._no(row, "number_unclear", _("it is not a number"), raw)
        count = self._count if unit is None else is_count(unit)
        counted_by_word = bool(word) and count is None and is_count(word) is True
        found = self._digits(core.strip("()+-−– " + _SPACES), bool(count or counted_by_word))
        if found is None:
            return self._no(row, "number_unclear", _("it is not a number"), raw)
        if len(found) > 1:
            return self._ask(row, raw, found)
        value = -found[0] if negative else found[0]
        if percent:
            value = value.scaleb(-2)
        return self._with_word(value, word.strip(" .:;"), raw, row, unit) if word.strip(" .:;") else Reading(value)

    def _digits(self, core: str, count: bool) -> tuple[Decimal, ...] | None:
        """The readings of a bare number: one, two when it can be read both ways, None when it is malformed."""
        for space in _SPACES + "'’":
            if space in core:
                if not re.fullmatch(rf"\d{{1,3}}({re.escape(space)}\d{{3}})+([.,]\d+)?", core):
                    return None
                core = core.replace(space, "")
        dots, commas = core.count("."), core.count(",")
        if not dots and not commas:
            return (Decimal(core),)
        if dots and commas:
            part = "." if core.rfind(".") > core.rfind(",") else ","
            group = "," if part == "." else "."
            form = rf"\d{{1,3}}({re.escape(group)}\d{{3}})+{re.escape(part)}\d+"
            if not re.fullmatch(form, core):
                return None
            return (Decimal(core.replace(group, "").replace(part, ".")),)
        sign = "." if dots else ","
        if dots + commas > 1:
            whole = re.fullmatch(rf"\d{{1,3}}({re.escape(sign)}\d{{3}})+", core)
            return (Decimal(core.replace(sign, "")),) if whole else None
        before, after = core.split(sign)
        if not before or not after:
            return None
        grouped, parted = Decimal(before + after), Decimal(f"{before}.{after}")
        if len(after) != 3 or len(before) > 3 or before.startswith("0"):
            return (parted,)
        if count:
            return (grouped,)
        if self._style is Style.VIETNAMESE:
            return (grouped,) if sign == "." else (parted,)
        return grouped, parted

    def _with_word(self, value: Decimal, word: str, raw: str, row: int | None, unit: str | None) -> Reading[Decimal]:
        """A number with a word after it: the column's own unit adds nothing; another unit is asked about."""
        key = fold(word)
        words = key.split()
        if not words or len(words) > 4:
            return self._no(row, "number_unclear", _("it is not a number"), raw)
        of_column = self._unit if unit is None else fold(unit)
        if f" {key} " in f" {of_column} ":
            return Reading(value)
        scale = next((_TIMES[w] for w in words if w in _TIMES), 0)
        if not scale and is_count(word) and (self._count if unit is None else is_count(unit)) is not False:
            return Reading(value)
        if scale:
            value = value.scaleb(scale - next((_TIMES[w] for w in of_column.split() if w in _TIMES), 0))
        text = _("Row %(row)s, column %(column)s: “%(value)s” has a unit of its own; is it %(number)s in this column?")
        facts: dict[str, object] = {"value": str(raw), "readings": [f"{value:f}"]}
        shown = {"row": row, "column": self.name, "value": raw, "number": f"{value:f}"}
        return Reading(None, asked=Refusal("exchange.number_unit", text % shown, row, self.name, facts))

    def _ask(self, row: int | None, raw: Raw, found: tuple[Decimal, ...]) -> Reading[Decimal]:
        text = _("Row %(row)s, column %(column)s: “%(value)s” can be read as %(first)s or as %(second)s. Which one?")
        first, second = (f"{number:f}" for number in found[:2])
        shown = {"row": row, "column": self.name, "value": raw, "first": first, "second": second}
        facts: dict[str, object] = {"value": str(raw), "readings": [first, second]}
        return Reading(None, asked=Refusal("exchange.number_ambiguous", text % shown, row, self.name, facts))

    def _no(self, row: int | None, code: str, why: str, raw: object) -> Reading:  # type: ignore[type-arg]
        text = _("Row %(row)s, column %(column)s: “%(value)s” cannot be taken as a number: %(why)s.")
        shown = {"row": row, "column": self.name, "value": str(raw)[:80], "why": why}
        return Reading(refused=Refusal(f"exchange.{code}", text % shown, row, self.name, {"value": str(raw)[:80]}))


def ratio_of(raw: Raw) -> Ratio | None:
    """301/314 as a ratio, None for anything else."""
    if type(raw) is not str or "/" not in raw or len(raw) > LONGEST:
        return None
    match = _RATIO.match(raw.strip())
    if match is None:
        return None
    part, whole = (re.sub(r"[.\s]", "", piece) for piece in (match[1] or match[3], match[2] or match[4]))
    return Ratio(int(part), int(whole))
