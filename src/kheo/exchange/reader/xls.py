"""Old Excel workbooks (.xls): the compound file is walked for size, errors and fonts; calamine reads the values."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from kheo.exchange.reader import guard
from kheo.exchange.reader.shapes import Book, Grid, SheetInfo, letter
from kheo.exchange.reader.xlsx import Extent, legacy_font, put_over, read_with_calamine

_END = 0xFFFFFFFE
_FREE = 0xFFFFFFFF
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}


@dataclass(frozen=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int


class CompoundFile:
    """The streams of an OLE compound file. Raises `Refused` for a damaged one; every chain is bounded."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        if len(data) < 512:
            raise guard.damaged()
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise guard.damaged()
        self._sector = 1 << shift
        (directory,) = struct.unpack_from("<I", data, 48)
        self._cutoff, mini_start = struct.unpack_from("<II", data, 56)
        self._fat = self._read_fat()
        self.entries = self._read_directory(directory)
        root = next((e for e in self.entries if e.kind == 5), None)
        self._mini = self._chain(root.start) if root else b""
        mini_fat = self._chain(mini_start) if mini_start not in (_END, _FREE) else b""
        self._mini_fat = struct.unpack(f"<{len(mini_fat) // 4}I", mini_fat[: len(mini_fat) // 4 * 4])

    def names(self) -> set[str]:
        return {entry.name for entry in self.entries}

    def stream(self, name: str) -> bytes:
        """A stream's content, b"" when there is none of that name."""
        entry = next((e for e in self.entries if e.kind == 2 and e.name == name), None)
        if entry is None:
            return b""
        if entry.size >= self._cutoff:
            return self._chain(entry.start)[: entry.size]
        pieces = []
        at, left = entry.start, len(self._mini_fat)
        while at < len(self._mini_fat) and left > 0:
            pieces.append(self._mini[at * 64 : at * 64 + 64])
            at, left = self._mini_fat[at], left - 1
        return b"".join(pieces)[: entry.size]

    def _at(self, number: int) -> bytes:
        start = (number + 1) * self._sector
        return self._data[start : start + self._sector]

    def _read_fat(self) -> tuple[int, ...]:
        numbers = list(struct.unpack_from("<109I", self._data, 76))
        (following,) = struct.unpack_from("<I", self._data, 68)
        width = self._sector // 4
        limit = len(self._data) // self._sector + 1
        while following not in (_END, _FREE) and limit > 0:
            block = self._at(following)
            if len(block) < self._sector:
                raise guard.damaged()
            words = struct.unpack(f"<{width}I", block)
            numbers.extend(words[:-1])
            following, limit = words[-1], limit - 1
        blocks = [self._at(n) for n in numbers[: len(self._data) // self._sector + 1] if n < 0xFFFFFFFA]
        fat = b"".join(blocks)
        return struct.unpack(f"<{len(fat) // 4}I", fat[: len(fat) // 4 * 4])

    def _chain(self, start: int) -> bytes:
        pieces = []
        at, left = start, len(self._fat)
        while at < len(self._fat) and left > 0:
            pieces.append(self._at(at))
            at, left = self._fat[at], left - 1
        return b"".join(pieces)

    def _read_directory(self, start: int) -> list[_Entry]:
        directory = self._chain(start)
        entries = []
        for at in range(0, len(directory) - 127, 128):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            first, size = struct.unpack_from("<II", directory, at + 116)
            if kind and 2 <= length <= 64:
                name = directory[at : at + length - 2].decode("utf-16-le", "replace")
                entries.append(_Entry(name, kind, first, size))
        return entries


@dataclass
class _Sheet:
    name: str
    start: int
    hidden: bool
    worksheet: bool
    extent: Extent = field(default_factory=Extent)


def open_ole(data: bytes) -> Book:
    """The workbook inside a compound file. Raises `Refused` naming what else it is, or that it has a password."""
    file = CompoundFile(data)
    names = file.names()
    if "EncryptedPackage" in names:
        raise guard.password()
    if names & {"WordDocument", "PowerPoint Document"}:
        raise guard.wrong_kind(_("a Word document") if "WordDocument" in names else _("a PowerPoint presentation"))
    stream = file.stream("Workbook") or file.stream("Book")
    if not stream:
        raise guard.wrong_kind(_("an Office file without a table"))
    if any(name.upper().startswith(("_VBA_PROJECT", "VBA")) for name in names):
        raise guard.macros()
    sheets, fonts, date1904 = _globals(stream)
    for sheet in sheets:
        if sheet.worksheet:
            sheet.extent = _extent(stream, sheet.start, fonts)
    found = {sheet.name: sheet for sheet in sheets if sheet.worksheet}
    if not found or len(sheets) > guard.SHEETS:
        raise guard.damaged()

    def load(name: str) -> Grid:
        extent = found[name].extent
        if extent.area > guard.AREA:
            raise guard.too_far(name, f"{letter(extent.columns - 1)}{extent.rows}")
        grid = read_with_calamine(data, name)
        put_over(grid, extent.errors)
        grid.fonts = extent.fonts
        return grid

    infos = [SheetInfo(sheet.name, sheet.hidden) for sheet in found.values()]
    return Book(kind="xls", sheets=infos, load=load, date1904=date1904)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Records from a place up to the end of that substream."""
    depth = 0
    while at + 4 <= len(stream):
        number, length = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + length]
        if len(body) < length:
            raise guard.damaged()
        yield number, body
        if number in (0x0809, 0x0409, 0x0209):
            depth += 1
        elif number == 0x000A:
            depth -= 1
            if depth <= 0:
                return
        at += 4 + length


def _globals(stream: bytes) -> tuple[list[_Sheet], dict[int, str], bool]:
    """Sheets, cell style -> old Vietnamese font, and the date system, from the first substream."""
    sheets: list[_Sheet] = []
    names: list[str] = []
    styles: list[int] = []
    date1904 = wide = False
    for number, body in _records(stream, 0):
        if number == 0x0809 and len(body) >= 2:
            wide = struct.unpack_from("<H", body)[0] == 0x0600
        elif number == 0x002F:
            raise guard.password()
        elif number == 0x0022 and len(body) >= 2:
            date1904 = body[0] == 1
        elif number == 0x0085 and len(body) > 7:
            start, hidden, kind = struct.unpack_from("<IBB", body)
            sheets.append(_Sheet(_text(body[6:], wide), start, bool(hidden & 3), kind == 0))
        elif number == 0x0031 and len(body) > 15:
            names.append(_text(body[14:], wide))
        elif number == 0x00E0 and len(body) >= 2:
            styles.append(struct.unpack_from("<H", body)[0])
    # Font number 4 does not exist in the file format: those after it are counted one too high.
    fonts = {n: names[f - (f > 4)] for n, f in enumerate(styles) if f - (f > 4) < len(names)}
    return sheets, {n: font for n, font in fonts.items() if legacy_font(font)}, date1904


def _text(body: bytes, wide: bool) -> str:
    """A short string: its length, with BIFF8 a flag byte, then letters."""
    length = body[0]
    if not wide:
        return body[1 : 1 + length].decode("latin-1")
    if len(body) > 1 and body[1] & 1:
        return body[2 : 2 + 2 * length].decode("utf-16-le", "replace")
    return body[2 : 2 + length].decode("latin-1")


# Records of one valued cell: row, column, style come first in all of them.
_VALUED = {0x0203, 0x027E, 0x00FD, 0x0204, 0x00D6, 0x0205, 0x0006}


def _extent(stream: bytes, start: int, fonts: dict[int, str]) -> Extent:
    extent = Extent()
    for number, body in _records(stream, start):
        if number in _VALUED and len(body) >= 6:
            row, column, style = struct.unpack_from("<HHH", body)
            last = column
            if number == 0x0205 and len(body) >= 8 and body[7] == 1:
                extent.errors[row, column] = _ERRORS.get(body[6], "#N/A")
            elif number == 0x0006 and len(body) >= 14 and body[6] == 2 and body[12:14] == b"\xff\xff":
                extent.errors[row, column] = _ERRORS.get(body[8], "#N/A")
            if style in fonts:
                extent.fonts[row, column] = fonts[style]
        elif number == 0x00BD and len(body) >= 6:
            row, column = struct.unpack_from("<HH", body)
            (last,) = struct.unpack_from("<H", body, len(body) - 2)
        else:
            continue
        extent.valued += 1
        extent.rows = max(extent.rows, row + 1)
        extent.columns = max(extent.columns, column + 1, last + 1)
    return extent
