"""A decree as a CSV table (design 9): every row read or refused by line and column, nothing saved."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _

from kheo.base.errors import Refusal, Refused
from kheo.base.text import clean
from kheo.units.words import Level, Part, SuccessionKind

COLUMNS = (
    "decree", "date", "kind", "from_code", "to_code", "to_name", "to_type", "to_parent_code", "whole_or_part",
    "is_primary",
)  # fmt: skip
NEEDED = COLUMNS[:4]
LONGEST = 5_000_000  # characters; the whole map of 2025 is a fifth of it
LEVEL_OF_TYPE = {
    "tỉnh": Level.PROVINCE, "thành phố": Level.PROVINCE, "xã": Level.COMMUNE, "phường": Level.COMMUNE,
    "đặc khu": Level.COMMUNE,
}  # fmt: skip
_YES, _NO = {"1", "x", "true", "yes", "có"}, {"", "0", "false", "no", "không"}


@dataclass(frozen=True)
class DecreeRow:
    """One line: what becomes of the unit that bears `from_code` on the day before `day`. Empty `to_*`: as before."""

    line: int
    decree: str
    day: date
    kind: str
    from_code: str
    to_code: str = ""
    to_name: str = ""
    to_type: str = ""
    to_parent: str = ""
    part: str = Part.WHOLE.value
    primary: bool = False


def read_decrees(data: bytes) -> list[list[DecreeRow]]:
    """The decrees of a table, each with its rows, in the order of their days.

    Raises Refused with every row that cannot be read, by line and column: units.decree_unreadable, _column, _date,
    _kind, _part, _type, _empty.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(Refusal("units.decree_unreadable", _("The file is not text in UTF-8."))) from None
    if len(text) > LONGEST or "\x00" in text:
        raise Refused(Refusal("units.decree_unreadable", _("This is no table of a decree.")))
    try:
        table = list(csv.reader(io.StringIO(text)))
    except csv.Error as fault:
        told = _("The table cannot be read: %(reason)s.") % {"reason": fault}
        raise Refused(Refusal("units.decree_unreadable", told)) from None
    heading = [clean(cell).casefold() for cell in table[0]] if table else []
    missing = [name for name in NEEDED if name not in heading]
    if missing:
        told = _("The table has no column %(column)s.") % {"column": ", ".join(missing)}
        raise Refused(Refusal("units.decree_column", told, row=1))
    rows, faults = list[DecreeRow](), list[Refusal]()
    for line, cells in enumerate(table[1:], start=2):
        if any(cell.strip() for cell in cells):
            given = dict(zip(heading, (clean(cell) for cell in cells), strict=False))
            found = _row(line, given)
            if isinstance(found, Refusal):
                faults.append(found)
            else:
                rows.append(found)
    if faults:
        raise Refused(faults)
    if not rows:
        raise Refused(Refusal("units.decree_empty", _("The table names no unit.")))
    rows.sort(key=lambda r: (r.day, r.decree))
    return [list(group) for _key, group in groupby(rows, key=lambda r: (r.day, r.decree))]


def _row(line: int, given: dict[str, str]) -> DecreeRow | Refusal:
    def no(code: str, column: str, text: str) -> Refusal:
        return Refusal(f"units.decree_{code}", text, row=line, column=column)

    for column in NEEDED:
        if not given.get(column):
            return no("empty", column, _("The cell is empty."))
    kind, part = given["kind"].casefold(), given.get("whole_or_part", "").casefold()
    to_type, primary = given.get("to_type", "").casefold(), given.get("is_primary", "").casefold()
    try:
        day = date.fromisoformat(given["date"])
    except ValueError:
        return no("date", "date", _("%(value)s is not a date; write YYYY-MM-DD.") % {"value": given["date"]})
    if kind not in SuccessionKind.values:
        allowed = ", ".join(SuccessionKind.values)
        told = _("%(value)s is no kind of change; there are: %(allowed)s.") % {"value": kind, "allowed": allowed}
        return no("kind", "kind", told)
    if part and part not in Part.values:
        allowed = ", ".join(Part.values)
        told = _("%(value)s is not how much of a unit goes along; there are: %(allowed)s.")
        return no("part", "whole_or_part", told % {"value": part, "allowed": allowed})
    if to_type and to_type not in LEVEL_OF_TYPE:
        allowed = ", ".join(LEVEL_OF_TYPE)
        told = _("%(value)s is no type of unit of today's map; there are: %(allowed)s.")
        return no("type", "to_type", told % {"value": to_type, "allowed": allowed})
    if primary not in _YES | _NO:
        return no("part", "is_primary", _("%(value)s is neither 1 nor 0.") % {"value": primary})
    divided = kind in (SuccessionKind.SPLIT, SuccessionKind.PARTIAL)
    return DecreeRow(
        line, given["decree"], day, kind, given["from_code"], given.get("to_code", ""), given.get("to_name", ""),
        to_type, given.get("to_parent_code", ""), part or (Part.PART if divided else Part.WHOLE).value, primary in _YES,
    )  # fmt: skip
