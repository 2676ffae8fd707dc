"""Where a table ends: the notes and signatures under it, and a second table that must not be read as part of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

from kheo.base.text import fold
from kheo.exchange.reader.marks import SERIAL_KEYS, is_note, is_signature, is_total
from kheo.exchange.reader.shapes import Raw
from kheo.exchange.reader.table import kind_of
from kheo.exchange.reader.values import as_text


def typical_width(rows: Sequence[Sequence[Raw]], body: int) -> float:
    """How many cells a row of the table usually fills."""
    widths = [n for line in rows[body : body + 100] if (n := sum(kind_of(cell) != "" for cell in line))]
    return median(widths) if widths else 1.0


def end_of_table(rows: Sequence[Sequence[Raw]], body: int, typical: float) -> tuple[int, list[tuple[int, str]]]:
    """The first row after the table, and what each filled row from there on is (note or signature).

    Goes up from the last row while rows look like no data. Loose texts only count as an ending when a note, a
    signature, a total or a blank row parts them from the data: a leaf with holes is never taken for a signature.
    """
    start = len(rows)
    pending: list[tuple[int, str]] = []
    for at in range(len(rows) - 1, body - 1, -1):
        filled = [c for c, cell in enumerate(rows[at]) if kind_of(cell)]
        if not filled:
            start = at + 1 if pending else start
            continue
        reason = _reason(rows, at, filled, body, typical)
        if not reason:
            if pending and is_total(rows[at][filled[0]]):
                start = at + 1
            break
        if reason != "loose":
            start = at
        pending.append((at, reason))
    tail: list[tuple[int, str]] = []
    signed = False
    for at, reason in reversed(pending):
        if at >= start:
            signed = signed or reason == "signature"
            tail.append((at, "signature" if signed and reason != "note" else "note"))
    return (start if tail else len(rows)), tail


def _reason(rows: Sequence[Sequence[Raw]], at: int, filled: list[int], body: int, typical: float) -> str:
    """note, signature, loose (few texts that may belong to a signature), or nothing for a row of the table."""
    line = rows[at]
    if any(kind_of(line[c]) in ("n", "d") for c in filled):
        return ""
    texts = [as_text(line[c]) for c in filled]
    if is_note(texts[0]) or (len(filled) == 1 and texts[0].startswith(("(*", "*"))):
        return "note" if len(filled) <= 2 else ""
    if len(filled) <= 4 and any(is_signature(text) for text in texts):
        return "signature"
    if is_total(line[filled[0]]):
        return ""
    sparse = typical >= 3 and len(filled) <= min(3, typical - 1)
    return "loose" if sparse and not _like_a_leaf(rows, line, filled, body) else ""


def _like_a_leaf(rows: Sequence[Sequence[Raw]], line: Sequence[Raw], filled: list[int], body: int) -> bool:
    """A code or a running number in the first column, of the form the rows above have."""
    if filled[0] != 0 or len(filled) < 2:
        return False
    code = as_text(line[0])
    above = Counter(_form(as_text(row[0])) for row in rows[body : body + 50] if row)
    return any(char.isdigit() for char in code) and above[_form(code)] >= 2


def _form(text: str) -> str:
    """The form of a code: MH-0107 -> A-9."""
    return re.sub(r"[^\W\d_]+", "A", re.sub(r"\d+", "9", text))


def second_headings(rows: Sequence[Sequence[Raw]], serial: int, body: int, end: int) -> list[int]:
    """Rows under the headings that begin with STT or TT again."""
    found = []
    for at in range(body, end):
        line = rows[at]
        cell = line[serial] if serial < len(line) else ""
        if type(cell) is str and len(cell) < 16 and fold(cell) in SERIAL_KEYS:
            found.append(at)
    return found
