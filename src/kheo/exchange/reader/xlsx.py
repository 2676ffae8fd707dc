"""Excel workbooks (.xlsx): parts streamed and measured first, values then read by calamine, errors and fonts added."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree.ElementTree import Element
from xml.parsers import expat

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from python_calamine import CalamineError, CalamineWorkbook

from kheo.base.errors import Refused
from kheo.exchange.reader import guard
from kheo.exchange.reader.fonts import legacy_font, names_legacy_font
from kheo.exchange.reader.shapes import Book, Grid, Merge, Raw, SheetInfo, letter

SMALL = 4 << 20  # bytes of the parts that are read whole: the list of sheets, styles
MERGES = 100_000
STRINGS = 3_000_000

_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_ROW = re.compile(rb'<row r="([0-9]{1,7})"')
# A cell written in any other way than `<c r="A1"`: other order or quotes, no place, a prefix.
_UNUSUAL = re.compile(rb'<c(?! r="[A-Z]|ol|onditional|f|ontrol|ustom|ell|omment)')
_PREFIXED = re.compile(rb"<[\w.-]{1,60}:(?:c|row)[\s/>]")
_ERROR = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*\bt="e"[^>]*>(?:(?!</c>).)*?<v>([^<]{1,20})</v>', re.DOTALL)
_STYLE = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})" (?:[^>]*? )?s="([0-9]{1,6})"')
# A count a part tells of itself: a fast reader takes memory for as many before it looks.
_HUGE_COUNT = re.compile(rb"ount\s*=\s*[\"'][^\"'<>]{0,20}[0-9]{8}")
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass
class Extent:
    """What a sheet's own XML holds: the far corner of its cells, its error cells, the styles of its cells."""

    rows: int = 0
    columns: int = 0
    valued: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    fonts: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def area(self) -> int:
        return self.rows * self.columns


def open_xlsx(data: bytes, parts: Mapping[str, zipfile.ZipInfo]) -> Book:
    """A book whose sheets are measured before any is loaded. Raises `Refused` for one that is too large or unsafe."""
    _measure_all(data, parts)
    sheets, paths, date1904 = _sheets(data, parts)
    if not sheets or len(sheets) > guard.SHEETS:
        raise guard.damaged()
    fonts = _legacy_styles(data, parts)

    def load(name: str) -> Grid:
        extent = Extent()
        if path := paths.get(name):
            extent = _extent(lambda: guard.unpacked(data, parts[path]), fonts)
        else:  # a sheet whose part cannot be told: calamine may find it, so all are measured
            for other in [p for p in parts if "/worksheets/" in p]:
                extent.rows = max(extent.rows, _extent(lambda p=other: guard.unpacked(data, parts[p]), {}).rows)  # type: ignore[misc]
        if extent.area > guard.AREA or extent.columns > guard.COLUMNS:
            raise guard.too_far(name, f"{letter(extent.columns - 1)}{extent.rows}")
        grid = _read(data, name)
        _put_over(grid, extent.errors)
        grid.fonts = extent.fonts
        return grid

    return Book(kind="xlsx", sheets=sheets, load=load, date1904=date1904)


def _read(data: bytes, name: str) -> Grid:
    """One sheet's values and merged ranges. Whatever calamine cannot digest is a damaged file."""
    try:
        with CalamineWorkbook.from_filelike(BytesIO(data)) as book:
            sheet = book.get_sheet_by_name(name)
            rows: list[list[Raw]] = sheet.to_python(skip_empty_area=False)
            merges = [Merge(*top_left, *bottom_right) for top_left, bottom_right in sheet.merged_cell_ranges or ()]
    except CalamineError as error:
        raise guard.damaged() from error
    except (ValueError, OverflowError, OSError) as error:
        raise guard.damaged() from error
    except BaseException as error:
        # A panic inside the Rust reader is not an `Exception`; it says the file is malformed.
        if type(error).__name__ == "PanicException":
            raise guard.damaged() from error
        raise
    return Grid(name=name, rows=rows, merges=merges)


def _put_over(grid: Grid, errors: Mapping[tuple[int, int], str]) -> None:
    """Error cells back in their places: calamine gives them as empty, which would lose them without a word."""
    for (row, column), text in errors.items():
        while len(grid.rows) <= row:
            grid.rows.append([])
        line = grid.rows[row]
        line.extend([""] * (column + 1 - len(line)))
        line[column] = text


def _measure_all(data: bytes, parts: Mapping[str, zipfile.ZipInfo]) -> None:
    """Unpacks every part once, in pieces, counting. Raises `Refused` before anything large is kept."""
    if sum(info.file_size for name, info in parts.items() if "/media/" not in name) > guard.UNPACKED:
        raise guard.too_big(guard.UNPACKED)
    left = guard.UNPACKED
    for name, info in parts.items():
        strings = merges = 0
        edge = b""
        for number, piece in enumerate(guard.unpacked(data, info, left)):
            if "/media/" in name:
                continue
            left -= len(piece)
            if left < 0:
                raise guard.too_big(guard.UNPACKED)
            if _HUGE_COUNT.search(edge + piece[:200]) or _HUGE_COUNT.search(piece):
                raise guard.unsafe()
            edge = piece[-200:]
            if number == 0 and name.endswith((".xml", ".rels")) and _ENTITY.search(piece.replace(b"\0", b"")):
                raise guard.unsafe()
            strings += piece.count(b"si>") // 2
            merges += piece.count(b"mergeCell ")
        if strings > STRINGS or merges > MERGES:
            raise guard.too_big(guard.UNPACKED)


def _small(data: bytes, parts: Mapping[str, zipfile.ZipInfo], name: str) -> Element | None:
    if name not in parts:
        return None
    try:
        return fromstring(b"".join(guard.unpacked(data, parts[name], SMALL)))
    except DefusedXmlException as error:
        raise guard.unsafe() from error
    except (SyntaxError, ValueError, LookupError) as error:
        raise guard.damaged() from error


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _sheets(data: bytes, parts: Mapping[str, zipfile.ZipInfo]) -> tuple[list[SheetInfo], dict[str, str], bool]:
    """Worksheets in their order, the part each is in, and whether days are counted from 1904."""
    book = _small(data, parts, "xl/workbook.xml")
    if book is None:
        raise guard.damaged()
    targets: dict[str, str] = {}
    relations = _small(data, parts, "xl/_rels/workbook.xml.rels")
    for relation in relations if relations is not None else ():
        target = relation.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        if relation.get("Type", "").endswith("/worksheet") and path in parts:
            targets[relation.get("Id", "")] = path
    sheets: list[SheetInfo] = []
    paths: dict[str, str] = {}
    date1904 = False
    for element in book.iter():
        tag = _local(element.tag)
        if tag == "workbookPr":
            date1904 = element.get("date1904", "0").lower() in {"1", "true"}
        elif tag == "sheet":
            name = element.get("name", "")
            relation_id = next((v for k, v in element.items() if _local(k) == "id"), "")
            if name in paths or (targets and relation_id not in targets):
                continue  # chart sheets, dialogs
            sheets.append(SheetInfo(name, element.get("state", "visible") != "visible"))
            if relation_id in targets:
                paths[name] = targets[relation_id]
    return sheets, paths, date1904


def _legacy_styles(data: bytes, parts: Mapping[str, zipfile.ZipInfo]) -> dict[int, str]:
    """Cell style number -> font name, for the styles whose font is of an old Vietnamese code (.Vn…, VNI-…, VPS …)."""
    info = parts.get("xl/styles.xml")
    if info is None or info.file_size > SMALL:
        return {}
    if not names_legacy_font(b"".join(guard.unpacked(data, info, SMALL)).decode("utf-8", "replace")):
        return {}
    styles = _small(data, parts, "xl/styles.xml")
    names: list[str] = []
    found: dict[int, str] = {}
    for part in styles if styles is not None else ():
        if _local(part.tag) == "fonts":
            names = [next((n.get("val", "") for n in font if _local(n.tag) == "name"), "") for font in part]
        elif _local(part.tag) == "cellXfs":
            for number, style in enumerate(part):
                font = int(style.get("fontId", "0") or 0)
                if font < len(names) and legacy_font(names[font]):
                    found[number] = names[font]
    return found


def column_index(letters: str) -> int:
    """A -> 0, AA -> 26."""
    index = 0
    for char in letters:
        index = index * 26 + ord(char) - 64
    return index - 1


def _extent(source: Callable[[], Iterable[bytes]], fonts: Mapping[int, str]) -> Extent:
    """Measures a sheet by a fast scan that only stops at cells beyond the corner known so far; by the exact, slower
    walk where its XML is written unusually, or where it seems too large (it may be: formatted empty cells)."""
    extent = Extent()
    corner, bottom, seen = b"A", 1, 0
    for text in _whole_cells(source()):
        if _UNUSUAL.search(text) or (b":c" in text and _PREFIXED.search(text)):
            return _exact_extent(source(), fonts)
        seen += text.count(b'<c r="')
        if rows := _ROW.findall(text):
            bottom = max(bottom, int(rows[-1]))
        if _beyond(corner, bottom).search(text):
            cells = _CELL.findall(text)
            corner = max([corner, *{cell[0] for cell in cells}], key=lambda letters: (len(letters), letters))
            bottom = max(bottom, *(int(cell[1]) for cell in cells))
        if b't="e"' in text:
            for letters, row, error in _ERROR.findall(text):
                extent.errors[int(row) - 1, column_index(letters.decode())] = error.decode("utf-8", "replace")
        if fonts:
            for letters, row, style in _STYLE.findall(text):
                if font := fonts.get(int(style)):
                    extent.fonts[int(row) - 1, column_index(letters.decode())] = font
    extent.rows, extent.columns = _ceiling(bottom), column_index(corner.decode()) + 1
    if not seen or extent.area > guard.AREA or extent.columns > guard.COLUMNS:
        return _exact_extent(source(), fonts)
    return extent


def _ceiling(row: int) -> int:
    """The largest row that `_beyond` lets pass: the first two digits of `row`, then nines."""
    step: int = 10 ** max(0, len(str(row)) - 2)
    return row // step * step + step - 1


def _beyond(corner: bytes, bottom: int) -> re.Pattern[bytes]:
    """Cells to the right of a column or below (the ceiling of) a row."""
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
    return re.compile(f'<c r="(?:{"|".join(right)}|[A-Z]{{1,3}}(?:{"|".join(below)}))'.encode())


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
    extent = Extent()
    at_row = at_column = -1
    cell_type = ""
    inside = False
    text: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal at_row, at_column, cell_type, inside
        tag = name.rpartition(":")[2]
        if tag == "row":
            at_row = int(attributes["r"]) - 1 if attributes.get("r", "").isdecimal() else at_row + 1
            at_column = -1
        elif tag == "c":
            place = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", attributes.get("r", "").upper())
            at_column += 1
            if place:
                at_row, at_column = int(place[2]) - 1, column_index(place[1])
            cell_type = attributes.get("t", "")
            if attributes.get("s", "").isdecimal() and (font := fonts.get(int(attributes["s"]))):
                extent.fonts[at_row, at_column] = font
        elif tag in {"v", "is"}:
            inside = True
            text.clear()
            extent.valued += 1
            extent.rows = max(extent.rows, at_row + 1)
            extent.columns = max(extent.columns, at_column + 1)

    def end(name: str) -> None:
        nonlocal inside
        if inside and name.rpartition(":")[2] == "v":
            inside = False
            if cell_type == "e":
                extent.errors[at_row, at_column] = "".join(text)[:20]

    def chars(data: str) -> None:
        if inside and cell_type == "e":
            text.append(data)

    def no_entities(*_args: object) -> None:
        raise guard.unsafe()

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = chars
    parser.EntityDeclHandler = no_entities
    parser.StartDoctypeDeclHandler = no_entities
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError) as error:
        raise guard.damaged() from error
    except Refused:
        raise
    return extent
