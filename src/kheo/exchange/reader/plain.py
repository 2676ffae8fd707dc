"""Tables written as plain text: which letters the bytes are, which sign separates the cells."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext as _

from kheo.base.errors import Refusal
from kheo.base.marks import unguard
from kheo.exchange.reader import guard, legacy
from kheo.exchange.reader.shapes import Book, Grid, Raw, SheetInfo

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 1 << 18
DELIMITERS = "\t;|,"  # a tie goes to the first
_FIELD = 1 << 20


@dataclass
class Text:
    """Decoded text, the encoding by its name, and what must be asked about it."""

    text: str
    encoding: str
    asked: list[Refusal] = field(default_factory=list)


def decode(data: bytes, *, declared: str | None = None) -> Text:
    """Bytes as text. Raises `Refused` for bytes that are no text; old Vietnamese codes are asked about."""
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return _strict(data[len(bom) :], codec)
    if b"\0" in data[:4096]:
        even, odd = data[:4096:2].count(0), data[1:4096:2].count(0)
        if max(even, odd) * 4 < min(len(data), 4096) or min(even, odd) > max(even, odd) / 4:
            raise guard.wrong_kind(_("a binary file"))
        return _strict(data, "utf-16-le" if odd > even else "utf-16-be")
    try:
        return Text(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    if found := legacy.decode(data):
        return Text(found.text, found.encoding, [found.question])
    return _declared(data, declared)


def _strict(data: bytes, codec: str) -> Text:
    try:
        return Text(data.decode("utf-8" if codec == "utf-8-sig" else codec), codec)
    except UnicodeDecodeError:
        if len(data) % 2 and codec.startswith("utf-16"):
            raise guard.damaged() from None
        raise guard.wrong_kind(_("text in letters that cannot be told")) from None


def _declared(data: bytes, declared: str | None) -> Text:
    """Bytes of no Vietnamese code: as the page says they are, else as Windows-1252, with consent."""
    try:
        codec = codecs.lookup(declared or "cp1252").name
        text = data.decode(codec)
    except (LookupError, UnicodeDecodeError, ValueError):
        raise guard.wrong_kind(_("text in letters that cannot be told")) from None
    if sum(char < " " and char not in "\t\r\n\f" for char in text[:4096]) > 8:
        raise guard.wrong_kind(_("a binary file"))
    return Text(text, codec, [] if declared else [legacy.question(codec)])


def open_text(data: bytes) -> Book:
    """A book of one sheet. Row numbers count records as a spreadsheet shows them; a `sep=` line is not one of them."""
    text = decode(data)
    body, delimiter = text.text, ""
    first, _newline, rest = body.partition("\n")
    marked = first.strip("\r").strip('"')
    if marked.lower().startswith("sep=") and len(marked) == 5:
        body, delimiter = rest, marked[4]
    if body.count("\0"):
        raise guard.wrong_kind(_("a binary file"))
    delimiter = delimiter or sniff(body[:_SAMPLE])
    rows = records(body, delimiter)
    grid = Grid(name="", rows=rows)
    return Book(
        kind="csv",
        sheets=[SheetInfo("")],
        load=lambda _name: grid,
        encoding=text.encoding,
        delimiter=delimiter,
        asked=text.asked,
    )


def records(body: str, delimiter: str) -> list[list[Raw]]:
    """The cells of each record. A quote that is never closed is taken as a letter (`"` alone means ditto)."""
    previous = csv.field_size_limit(_FIELD)
    try:
        rows = _read(body, delimiter, csv.QUOTE_MINIMAL)
        if _swallowed(body, delimiter, rows):
            rows = _read(body, delimiter, csv.QUOTE_NONE)
    except csv.Error:
        try:
            rows = _read(body, delimiter, csv.QUOTE_NONE)
        except csv.Error:
            raise guard.wrong_kind(_("plain text")) from None
    finally:
        csv.field_size_limit(previous)
    return rows


def _read(body: str, delimiter: str, quoting: Literal[0, 3]) -> list[list[Raw]]:
    rows: list[list[Raw]] = []
    area = 0
    for record in csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, quoting=quoting):
        area += len(record)
        if area > guard.AREA or len(record) > guard.COLUMNS or len(rows) >= guard.ROWS:
            raise guard.too_far("", str(len(rows) + 1))
        # Our own csv marks text that would run as a formula; the mark comes off here and nowhere else.
        rows.append([unguard(cell) if cell[:1] == "'" else cell for cell in record])
    return rows


def _swallowed(body: str, delimiter: str, rows: list[list[Raw]]) -> bool:
    """Whether the last record ran to the end of the file because a quote was never closed."""
    if body.count('"') % 2 == 0:
        return False
    last = [cell for cell in rows[-1] if isinstance(cell, str) and "\n" in cell] if rows else []
    return any(cell.count("\n") > 20 or delimiter in cell for cell in last)


def sniff(sample: str) -> str:
    """The sign that parts the sample into rows of the same number of cells most steadily; a comma when none does."""
    lines = sample.splitlines(keepends=True)
    if len(lines) > 1 and len(sample) >= _SAMPLE:
        lines = lines[:-1]
    best, best_score = ",", 0.0
    parted: dict[str, float] = {}
    for delimiter in DELIMITERS:
        try:
            rows = list(csv.reader(lines[:400], delimiter=delimiter))
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows if any(cell.strip() for cell in row))
        wide = {width: n for width, n in widths.items() if width > 1}
        if not wide:
            continue
        parted[delimiter] = sum(wide.values()) / sum(widths.values())
        width, often = max(wide.items(), key=lambda item: (item[1], item[0]))
        share = often / sum(widths.values())
        # A quote left inside a cell was meant to begin one: this sign cut through quoted text.
        stray = sum(any('"' in cell for cell in row) for row in rows) / len(rows)
        score = share * (1 - 0.5 / width) * (1 - 0.5 * stray) if share >= 0.25 else 0.0
        if score > best_score + 1e-9:
            best, best_score = delimiter, score
    if not best_score and parted:
        most = max(parted, key=lambda delimiter: parted[delimiter])
        return most if parted[most] >= 0.25 else best
    return best
