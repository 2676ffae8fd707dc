"""Old Excel workbooks (.xls, BIFF5 to BIFF8), read record by record, every length checked.

Readers written for speed end the whole process on some malformed files; this one only ever refuses.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial

from django.utils.translation import gettext as _

from kheo.exchange.reader import guard
from kheo.exchange.reader.compound import CompoundFile
from kheo.exchange.reader.fonts import legacy_font
from kheo.exchange.reader.shapes import Book, Grid, Merge, Raw, SheetInfo, letter

BOF, EOF, CONTINUE, FILEPASS, DATEMODE, CODEPAGE = {0x0809, 0x0409, 0x0209}, 0x000A, 0x003C, 0x002F, 0x0022, 0x0042
BOUNDSHEET, FONT, FORMAT, XF, SST = 0x0085, 0x0031, 0x041E, 0x00E0, 0x00FC
NUMBER, RK, MULRK, LABELSST, LABEL, RSTRING, BOOLERR = 0x0203, 0x027E, 0x00BD, 0x00FD, 0x0204, 0x00D6, 0x0205
FORMULA, STRING, MERGED = 0x0006, 0x0207, 0x00E5
_VALUED = {NUMBER, RK, LABELSST, LABEL, RSTRING, BOOLERR, FORMULA}
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!"}
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_MERGES = 100_000


@dataclass
class _Globals:
    """What holds for all sheets."""

    wide: bool = False  # BIFF8: letters of 16 bits
    codec: str = "cp1252"
    date1904: bool = False
    strings: list[str] = field(default_factory=list)
    days: set[int] = field(default_factory=set)  # styles that show a number as a day
    fonts: dict[int, str] = field(default_factory=dict)  # styles in an old Vietnamese font
    sheets: dict[str, tuple[int, bool]] = field(default_factory=dict)  # name -> where it starts, hidden


def open_ole(data: bytes) -> Book:
    """The workbook inside a compound file. Raises `Refused` naming what else it is, or that it has a password."""
    file = CompoundFile(data)
    names = file.names()
    if "EncryptedPackage" in names:
        raise guard.password()
    if "WordDocument" in names:
        raise guard.wrong_kind(_("a Word document"))
    if "PowerPoint Document" in names:
        raise guard.wrong_kind(_("a PowerPoint presentation"))
    stream = file.stream("Workbook") or file.stream("Book")
    if not stream:
        raise guard.wrong_kind(_("an Office file without a table"))
    if any(name.upper().startswith(("_VBA_PROJECT", "VBA")) for name in names):
        raise guard.macros()
    try:
        book = _read_globals(stream)
    except (struct.error, IndexError) as error:
        raise guard.damaged() from error
    if not book.sheets or len(book.sheets) > guard.SHEETS:
        raise guard.damaged()
    infos = [SheetInfo(name, hidden) for name, (_start, hidden) in book.sheets.items()]
    return Book(kind="xls", sheets=infos, load=partial(_load, stream, book), date1904=book.date1904)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Records from a place up to the end of that substream."""
    depth = 0
    while at + 4 <= len(stream):
        number, length = struct.unpack_from("<HH", stream, at)
        at += 4 + length
        if at > len(stream):
            raise guard.damaged()
        yield number, stream[at - length : at]
        if number in BOF:
            depth += 1
        elif number == EOF:
            depth -= 1
            if depth <= 0:
                return
    raise guard.damaged()


def _read_globals(stream: bytes) -> _Globals:
    book = _Globals()
    names: list[str] = []
    styles: list[tuple[int, int]] = []
    formats: dict[int, str] = {}
    pieces: list[bytes] = []
    collecting = False
    for number, body in _records(stream, 0):
        collecting = (number == CONTINUE and collecting) or number == SST
        if collecting:
            pieces.append(body)
        elif number in BOF:
            book.wide = struct.unpack_from("<H", body)[0] == 0x0600
        elif number == FILEPASS:
            raise guard.password()
        elif number == DATEMODE:
            book.date1904 = body[:1] == b"\1"
        elif number == CODEPAGE:
            page = struct.unpack_from("<H", body)[0]
            book.codec = f"cp{page}" if page in {437, 850, 874, 932, 936, 949, 950, *range(1250, 1259)} else "cp1252"
        elif number == BOUNDSHEET:
            start, hidden, kind = struct.unpack_from("<IBB", body)
            name = _short_text(book, body[6:])
            if kind == 0 and name not in book.sheets:
                book.sheets[name] = (start, bool(hidden & 3))
        elif number == FONT:
            names.append(_short_text(book, body[14:]))
        elif number == FORMAT:
            key = struct.unpack_from("<H", body)[0]
            formats[key] = _text(book, body[2:]) if book.wide else _short_text(book, body[2:])
        elif number == XF:
            styles.append(struct.unpack_from("<HH", body))
    for style, (font, shown_as) in enumerate(styles):
        font -= font > 4  # font number 4 does not exist in the file format
        if font < len(names) and legacy_font(names[font]):
            book.fonts[style] = names[font]
        if shown_as in _DATE_FORMATS or _shows_day(formats.get(shown_as, "")):
            book.days.add(style)
    book.strings = _shared_strings(pieces) if pieces else []
    return book


def _shows_day(written: str) -> bool:
    bare = _LITERAL.sub("", written.split(";")[0]).lower()
    return any(char in bare for char in "ymdhs") and "general" not in bare


def _short_text(book: _Globals, body: bytes) -> str:
    """A string with a length of one byte."""
    if book.wide:
        return _wide_text(body[2:], body[0], body[1])
    return body[1 : 1 + body[0]].decode(book.codec, "replace")


def _text(book: _Globals, body: bytes) -> str:
    """A string with a length of two bytes."""
    length = struct.unpack_from("<H", body)[0]
    if not book.wide:
        return body[2 : 2 + length].decode(book.codec, "replace")
    flags = body[2] if len(body) > 2 else 0
    return _wide_text(body[3:], length, flags)


def _wide_text(body: bytes, length: int, flags: int) -> str:
    if flags & 1:
        return body[: 2 * length].decode("utf-16-le", "replace")
    return body[:length].decode("latin-1")


class _Pieces:
    """A record with its continuations, read as one; letters that run on say anew how wide they are."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces
        self._piece = self._at = 0

    def take(self, count: int) -> bytes:
        taken = b""
        while len(taken) < count:
            part = self._pieces[self._piece][self._at : self._at + count - len(taken)]
            taken += part
            self._at += len(part)
            if not part:
                self._piece, self._at = self._piece + 1, 0
        return taken

    def letters(self, count: int, wide: bool) -> str:
        text = ""
        while count > 0:
            size = 2 if wide else 1
            part = self._pieces[self._piece][self._at : self._at + count * size]
            self._at += len(part)
            got = len(part) // size
            text += part.decode("utf-16-le" if wide else "latin-1", "replace")
            count -= got
            if count > 0:
                self._piece, self._at = self._piece + 1, 1
                wide = bool(self._pieces[self._piece][0] & 1)
        return text


def _shared_strings(pieces: list[bytes]) -> list[str]:
    source = _Pieces(pieces)
    whole = sum(map(len, pieces))
    count = struct.unpack("<II", source.take(8))[1]
    strings: list[str] = []
    for _n in range(min(count, whole)):
        length, flags = struct.unpack("<HB", source.take(3))
        runs = struct.unpack("<H", source.take(2))[0] if flags & 8 else 0
        extra = struct.unpack("<I", source.take(4))[0] if flags & 4 else 0
        strings.append(source.letters(length, bool(flags & 1)))
        source.take(min(4 * runs + extra, whole))
    return strings


def _load(stream: bytes, book: _Globals, name: str) -> Grid:
    grid = Grid(name=name, rows=[])
    try:
        _fill(grid, stream, book, book.sheets[name][0])
    except (struct.error, IndexError) as error:
        raise guard.damaged() from error
    return grid


def _fill(grid: Grid, stream: bytes, book: _Globals, start: int) -> None:
    area = 0
    waiting: tuple[int, int] | None = None  # the formula whose text comes in the next record

    def put(row: int, column: int, style: int, value: Raw) -> None:
        nonlocal area
        if column > 255:  # the file format knows no more
            raise guard.damaged()
        while len(grid.rows) <= row:
            grid.rows.append([])
        line = grid.rows[row]
        area += max(0, column + 1 - len(line))
        if area > guard.AREA:
            raise guard.too_far(grid.name, f"{letter(column)}{row + 1}")
        line.extend([""] * (column + 1 - len(line)))
        if style in book.days and type(value) is float:
            value = _day(value, book.date1904)
        line[column] = value
        if style in book.fonts:
            grid.fonts[row, column] = book.fonts[style]

    for number, body in _records(stream, start):
        if number in _VALUED:
            row, column, style = struct.unpack_from("<HHH", body)
            value = _value(book, number, body)
            waiting = (row, column) if number == FORMULA and value is None else None
            put(row, column, style, "" if value is None else value)
        elif number == STRING and waiting:
            grid.rows[waiting[0]][waiting[1]] = _text(book, body)
            waiting = None
        elif number == MULRK:
            row, column = struct.unpack_from("<HH", body)
            for n in range((len(body) - 6) // 6):
                style, packed = struct.unpack_from("<HI", body, 4 + 6 * n)
                put(row, column + n, style, _unpacked(packed))
        elif number == MERGED:
            for n in range(min(struct.unpack_from("<H", body)[0], (len(body) - 2) // 8)):
                top, bottom, left, right = struct.unpack_from("<HHHH", body, 2 + 8 * n)
                if len(grid.merges) < _MERGES:
                    grid.merges.append(Merge(top, left, bottom, right))


def _value(book: _Globals, number: int, body: bytes) -> Raw | None:
    """The value of a cell record; None for a formula whose text follows."""
    if number == NUMBER:
        return _float(body[6:14])
    if number == RK:
        return _unpacked(struct.unpack_from("<I", body, 6)[0])
    if number == LABELSST:
        shared: int = struct.unpack_from("<I", body, 6)[0]
        return book.strings[shared]
    if number in {LABEL, RSTRING}:
        return _text(book, body[6:])
    if number == BOOLERR:
        return _ERRORS.get(body[6], "#N/A") if body[7] else body[6] == 1
    if body[12:14] != b"\xff\xff":
        return _float(body[6:14])
    kind = body[6]
    if kind == 1:
        return body[8] == 1
    if kind == 2:
        return _ERRORS.get(body[8], "#N/A")
    return None if kind == 0 else ""


def _float(body: bytes) -> float:
    value: float = struct.unpack("<d", body)[0]
    return value


def _unpacked(packed: int) -> float:
    """A number squeezed into 30 bits: whole or the high half of a fraction, perhaps a hundredth."""
    if packed & 2:
        value = float((packed >> 2) - (1 << 30 if packed & 0x80000000 else 0))
    else:
        value = _float(struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))
    return value / 100 if packed & 1 else value


def _day(serial: float, date1904: bool) -> Raw:
    """A serial number as the day it is shown as; below 1 a time of day; left alone where no day is meant."""
    if not 0 <= serial < 2_958_466:
        return serial
    moment = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30) + timedelta(days=serial < 60)
    moment += timedelta(seconds=round(serial * 86_400))
    if serial < 1 and not date1904:
        return time(moment.hour, moment.minute, moment.second)
    return date(moment.year, moment.month, moment.day) if moment.time() == time() else moment
