"""The table a commune keeps of its villages: village or organisation, person, telephone number, as csv or pasted."""

from __future__ import annotations

import csv
import io

from django.utils.translation import gettext as _

from kheo.base.errors import Refusal, Refused
from kheo.base.text import clean, fold
from kheo.people.words import VillageLine

MOST_BYTES = 1_000_000
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# A first line that names its columns is no person.
_HEADINGS = frozenset(
    {"thon", "ten thon", "thon to dan pho", "thon to chuc", "to dan pho", "khu pho", "to chuc", "ten to chuc"}
    | {"don vi", "ten don vi", "village", "village or organisation"}
)


def written(data: bytes) -> str:
    """The text of a csv as it was saved (UTF-8 or UTF-16).

    Raises Refused for a workbook, for letters that are not Unicode, and for a file that is too long.
    """
    if len(data) > MOST_BYTES:
        text = _("The table is longer than %(most)s MB. Send it in smaller parts.") % {"most": MOST_BYTES // 1_000_000}
        raise Refused(Refusal("people.table_long", text))
    if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0":
        text = _("This is a workbook. Save the sheet as csv (UTF-8) and send that, or copy its cells and paste them.")
        raise Refused(Refusal("people.table_kind", text))
    try:
        return data.decode(next((code for mark, code in _MARKS.items() if data.startswith(mark)), "utf-8"))
    except UnicodeDecodeError as fault:
        text = _("The letters of the table are not in Unicode. Save it as csv (UTF-8) and send that.")
        raise Refused(Refusal("people.table_letters", text)) from fault


def village_lines(data: bytes | str) -> list[VillageLine]:
    """The lines of a csv (comma, semicolon or tab), with their numbers in the file, headings left out.

    Village, person, telephone number and, where known, the user name of the account that is meant. Raises Refused as
    `written` does, and for a line of more or fewer columns.
    """
    text = data if isinstance(data, str) else written(data)
    first = text.split("\n", 1)[0]
    apart = max("\t;,", key=first.count)
    lines: list[VillageLine] = []
    refused: list[Refusal] = []
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=apart))
    except csv.Error as fault:
        said = _("The table cannot be read: %(reason)s.") % {"reason": fault}
        raise Refused(Refusal("people.table_kind", said)) from fault
    for number, cells in enumerate(rows, 1):
        words = [clean(cell) for cell in cells]
        while words and not words[-1]:
            words.pop()
        if not words or (not lines and fold(words[0]) in _HEADINGS):
            continue
        if not 2 <= len(words) <= 4:
            said = _("A line says village, person and telephone number; this one has %(n)s columns.")
            refused.append(Refusal("people.table_line", said % {"n": len(words)}, row=number))
            continue
        lines.append(VillageLine(number, *words))
    if refused:
        raise Refused(refused)
    return lines
