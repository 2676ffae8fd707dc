"""Excel workbooks (.xlsx): parts streamed and measured first, values then read by calamine, errors and fonts added."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from python_calamine import CalamineError, CalamineWorkbook

from kheo.exchange.reader import guard
from kheo.exchange.reader.extent import Extent, extent_of
from kheo.exchange.reader.fonts import legacy_font, names_legacy_font
from kheo.exchange.reader.shapes import Book, Grid, Merge, Raw, SheetInfo, letter

SMALL = 4 << 20  # bytes of the parts that are read whole: the list of sheets, styles
MERGES = 100_000
STRINGS = 3_000_000

# A count a part tells of itself: a fast reader takes memory for as many before it looks.
_HUGE_COUNT = re.compile(rb"ount\s*=\s*[\"'][^\"'<>]{0,20}[0-9]{8}")
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


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
            extent = extent_of(lambda: guard.unpacked(data, parts[path]), fonts)
        else:  # a sheet whose part cannot be told: calamine may find it, so all are measured
            for other in [p for p in parts if "/worksheets/" in p]:
                extent.rows = max(extent.rows, extent_of(lambda p=other: guard.unpacked(data, parts[p]), {}).rows)  # type: ignore[misc]
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
