"""How far a worksheet really reaches, from its own XML: its far corner, its error cells, the styles of its cells.

What a sheet says of its own size is never believed; a reader that takes memory for a rectangle is only let in after.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from kheo.exchange.reader import guard
from kheo.exchange.reader.numbers import UNCOUNTED

_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_ROW = re.compile(rb'<row r="([0-9]{1,7})"')
# A cell written in any other way than `<c r="A1"`: other order or quotes, no place, a prefix.
_USUAL = r'(?! r="[A-Z]|ol|onditional|f|ontrol|ustom|ell|omment)'
_UNUSUAL = re.compile(f"<c{_USUAL}".encode())
_PREFIXED = re.compile(rb"<[\w.-]{1,60}:(?:c|row)[\s/>]")
# None of these looks past the next tag of a cell: what is never closed costs no time.
_ERROR = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^<>]*\bt="e"[^<>]*>(?:(?!</?c[ >]).)*?<v>([^<]{1,20})</v>', re.DOTALL
)
# A formula whose result was never stored (a program wrote the book and nobody opened it). An empty text is a result.
_UNCOUNTED = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?![^<>]*\bt="str")[^<>]*>'
    rb"<f(?:[^<>]*/>|[^<>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>"
)
_STYLE = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})" (?:[^<>]*? )?s="([0-9]{1,6})"')


@dataclass
class Extent:
    """What a sheet's own XML holds: the far corner of its cells, its error cells, the styles of its cells."""

    rows: int = 0
    columns: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    fonts: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def area(self) -> int:
        return self.rows * self.columns


def column_index(letters: str) -> int:
    """A -> 0, AA -> 26."""
    index = 0
    for char in letters:
        index = index * 26 + ord(char) - 64
    return index - 1


def extent_of(source: Callable[[], Iterable[bytes]], fonts: Mapping[int, str]) -> Extent:
    """Measures a sheet by a fast scan that only stops at cells beyond the corner known so far; by the exact, slower
    walk where its XML is written unusually, or where it seems too large (it may be: formatted empty cells)."""
    extent = Extent()
    corner, bottom, seen = b"A", 1, 0
    for text in _whole_cells(source()):
        if b":c" in text and _PREFIXED.search(text):
            return _exact_extent(source(), fonts)
        seen += text.count(b'<c r="')
        if rows := _ROW.findall(text):
            bottom = max(bottom, int(rows[-1]))
        if _stop(corner, bottom).search(text):
            if _UNUSUAL.search(text):
                return _exact_extent(source(), fonts)
            cells = _CELL.findall(text)
            corner = max([corner, *{cell[0] for cell in cells}], key=lambda letters: (len(letters), letters))
            bottom = max(bottom, *(int(cell[1]) for cell in cells))
        if b't="e"' in text:
            for letters, row, error in _ERROR.findall(text):
                extent.errors[int(row) - 1, column_index(letters.decode())] = error.decode("utf-8", "replace")
        if b"<f" in text:
            for letters, row in _UNCOUNTED.findall(text):
                extent.errors[int(row) - 1, column_index(letters.decode())] = UNCOUNTED
        if fonts:
            for letters, row, style in _STYLE.findall(text):
                if font := fonts.get(int(style)):
                    extent.fonts[int(row) - 1, column_index(letters.decode())] = font
    extent.rows, extent.columns = _ceiling(bottom), column_index(corner.decode()) + 1
    if not seen or extent.area > guard.AREA or extent.columns > guard.COLUMNS:
        return _exact_extent(source(), fonts)
    return extent


def _ceiling(row: int) -> int:
    """The largest row that `_stop` lets pass: the first two digits of `row`, then nines."""
    step: int = 10 ** max(0, len(str(row)) - 2)
    return row // step * step + step - 1


def _stop(corner: bytes, bottom: int) -> re.Pattern[bytes]:
    """What the scan stops at: cells right of a column or below (the ceiling of) a row, or written unusually."""
    letters = corner.decode()
    right = [f"[A-Z]{{{len(letters) + 1}}}"] if len(letters) < 3 else []
    for at, char in enumerate(letters):
        if char < "Z":
            right.append(f"{letters[:at]}[{chr(ord(char) + 1)}-Z][A-Z]{{{len(letters) - at - 1}}}[0-9]")
    top = str(_ceiling(bottom))
    below = [f"[0-9]{{{len(top) + 1}}}"]
    for at, digit in enumerate(top[:2]):
        if digit < "9":
            below.append(f"{top[:at]}[{int(digit) + 1}-9][0-9]{{{len(top) - at - 1}}}")
    far = "|".join([*right, f"[A-Z]{{1,3}}(?:{'|'.join(below)})"])
    return re.compile(f'<c(?:{_USUAL}| r="(?:{far}))'.encode())


def _whole_cells(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces cut anew, so that no cell lies across two of them."""
    rest = b""
    for piece in pieces:
        rest += piece
        cut = rest.rfind(b"<c ")
        if cut > 0:
            yield rest[:cut]
            rest = rest[cut:]
        elif len(rest) > 8 * guard.CHUNK:
            yield rest
            rest = b""
    if rest:
        yield rest


def _exact_extent(pieces: Iterable[bytes], fonts: Mapping[int, str]) -> Extent:
    """Walks the XML: cells that hold something, wherever their place is written or implied."""
    walk = _Walk(fonts)
    parser = expat.ParserCreate()
    parser.StartElementHandler = walk.start
    parser.EndElementHandler = walk.end
    parser.CharacterDataHandler = walk.text
    parser.EntityDeclHandler = parser.StartDoctypeDeclHandler = walk.forbidden
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError) as error:
        raise guard.damaged() from error
    return walk.extent


class _Walk:
    """The handlers of the exact walk."""

    def __init__(self, fonts: Mapping[int, str]) -> None:
        self.extent = Extent()
        self._fonts = fonts
        self._row = self._column = -1
        self._type = ""
        self._formula = self._inside = False
        self._value: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "row":
            written = attributes.get("r", "")
            self._row = int(written) - 1 if written.isdecimal() and len(written) < 9 else self._row + 1
            self._column = -1
        elif tag == "c":
            self._cell(attributes)
        elif tag == "f":
            self._formula = True
        elif tag in {"v", "is"}:
            self._inside = tag == "v"
            self.extent.rows = max(self.extent.rows, self._row + 1)
            self.extent.columns = max(self.extent.columns, self._column + 1)

    def _cell(self, attributes: dict[str, str]) -> None:
        place = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", attributes.get("r", "").upper())
        self._column += 1
        if place:
            self._row, self._column = int(place[2]) - 1, column_index(place[1])
        self._type, self._formula = attributes.get("t", ""), False
        self._value.clear()
        style = attributes.get("s", "")
        if style.isdecimal() and (font := self._fonts.get(int(style[:9]))):
            self.extent.fonts[self._row, self._column] = font

    def text(self, data: str) -> None:
        if self._inside and len(self._value) < 20:
            self._value.append(data)

    def end(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        if tag == "v":
            self._inside = False
        elif tag == "c":
            value = "".join(self._value).strip()
            if self._type == "e" and value:
                self.extent.errors[self._row, self._column] = value[:20]
            elif self._formula and not value and self._type != "str":
                self.extent.errors[self._row, self._column] = UNCOUNTED

    def forbidden(self, *_args: object) -> None:
        raise guard.unsafe()
