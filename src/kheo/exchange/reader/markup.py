"""Tables written as text with marks: HTML saved as .xls, Excel 2003 XML, OpenDocument. Read by small parsers."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from html.parser import HTMLParser
from xml.parsers import expat

from django.utils.translation import gettext as _

from kheo.exchange.reader import guard
from kheo.exchange.reader.plain import decode
from kheo.exchange.reader.shapes import Book, Grid, Merge, Raw, SheetInfo, letter


class Filler:
    """Puts cells into a grid one after the other; cells covered by a merged range from above are stepped over."""

    def __init__(self, name: str) -> None:
        self.grid = Grid(name=name, rows=[])
        self.at_row = -1
        self._at_column = 0
        self._held: dict[int, int] = {}  # column -> first row no longer covered from above
        self._area = 0

    def row(self, at: int | None = None) -> None:
        self.at_row = self.at_row + 1 if at is None else max(at, 0)
        self._at_column = 0
        if self.at_row >= guard.ROWS:
            raise guard.too_far(self.grid.name, f"A{self.at_row + 1}")

    def cell(self, value: Raw, across: int = 1, down: int = 1, at: int | None = None) -> None:
        if self.at_row < 0:
            self.row()
        column = self._at_column if at is None else max(at, 0)
        while at is None and self._held.get(column, 0) > self.at_row:
            column += 1
        across, down = max(1, across), max(1, min(down, guard.ROWS))
        self._at_column = column + across
        if value != "":
            self.put(column, value)
        if (across > 1 or down > 1) and len(self.grid.merges) < 100_000:
            right = column + min(across, guard.COLUMNS) - 1
            self._area += right - column
            self.grid.merges.append(Merge(self.at_row, column, self.at_row + down - 1, right))
            if down > 1:
                self._held.update(dict.fromkeys(range(column, right + 1), self.at_row + down))

    def reserve(self, cells: int) -> None:
        """Refuses before `cells` more are filled when the sheet would become too large."""
        if self._area + cells > guard.AREA:
            raise guard.too_far(self.grid.name, str(self.at_row + 1))

    def put(self, column: int, value: Raw) -> None:
        rows = self.grid.rows
        if column >= guard.COLUMNS:
            raise guard.too_far(self.grid.name, f"{letter(column)}{self.at_row + 1}")
        while len(rows) <= self.at_row:
            rows.append([])
        line = rows[self.at_row]
        self._area += max(0, column + 1 - len(line))
        if self._area > guard.AREA:
            raise guard.too_far(self.grid.name, f"{letter(column)}{self.at_row + 1}")
        line.extend([""] * (column + 1 - len(line)))
        line[column] = value

    def skip(self, cells: int) -> None:
        self._at_column += cells


def _book(kind: str, grids: list[Grid], hidden: Iterable[str] = (), encoding: str | None = None) -> Book:
    by_name: dict[str, Grid] = {}
    for grid in grids:
        while grid.name in by_name:
            grid.name += "'"
        by_name[grid.name] = grid
    unseen = set(hidden)
    infos = [SheetInfo(name, name in unseen) for name in by_name]
    return Book(kind=kind, sheets=infos, load=by_name.__getitem__, encoding=encoding)


class _Html(HTMLParser):
    """All tables of the page one under the other, as Excel shows such a file. A table inside a cell is its text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.filler = Filler("HTML")
        self.tables = 0
        self._depth = 0
        self._text: list[str] | None = None
        self._spans = (1, 1)
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style"}:
            self._silent += 1
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables += 1
                if self.filler.at_row >= 0:
                    self.filler.row()  # a blank row between two tables
        elif self._depth == 1 and tag == "tr":
            self._close_cell()
            self.filler.row()
        elif self._depth == 1 and tag in {"td", "th"}:
            self._close_cell()
            given = dict(attrs)
            self._spans = (_span(given.get("colspan")), _span(given.get("rowspan")))
            self._text = []
        elif tag in {"br", "p", "div", "li"} and self._text:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._silent = max(0, self._silent - 1)
        elif tag == "table" and self._depth:
            if self._depth == 1:
                self._close_cell()
            self._depth -= 1
        elif self._depth == 1 and tag in {"td", "th", "tr"}:
            self._close_cell()

    def handle_data(self, data: str) -> None:
        if self._text is not None and not self._silent:
            self._text.append(re.sub(r"[ \t\r\n]+", " ", data))

    def _close_cell(self) -> None:
        if self._text is not None:
            text = "\n".join(line.strip(" ") for line in "".join(self._text).split("\n"))
            self.filler.cell(text.strip(" \n"), *self._spans)
        self._text = None


def _span(written: str | None) -> int:
    return int(written) if written and written.isascii() and written.strip().isdecimal() and len(written) < 8 else 1


def open_html(data: bytes) -> Book:
    """The tables of an HTML page. Raises `Refused` when it holds none."""
    meta = re.search(rb"charset\s*=\s*[\"']?\s*([\w-]{2,20})", data[:4096], re.IGNORECASE)
    text = decode(data, declared=meta[1].decode("ascii") if meta else None)
    parser = _Html()
    parser.feed(text.text)
    parser.close()
    parser._close_cell()
    if not parser.tables:
        raise guard.wrong_kind(_("a web page without a table"))
    book = _book("html", [parser.filler.grid], encoding=text.encoding)
    book.asked.extend(text.asked)
    return book


def _parse(pieces: Iterable[bytes], parser: expat.XMLParserType) -> None:
    """Runs an expat parser with document types and entities refused."""

    def forbidden(*_args: object) -> None:
        raise guard.unsafe()

    parser.StartDoctypeDeclHandler = forbidden
    parser.EntityDeclHandler = forbidden
    parser.buffer_text = True
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise guard.damaged() from error


def open_xml2003(data: bytes) -> Book:
    """Excel 2003 XML: rows and cells may name their place (`ss:Index`) and span others."""
    grids: list[Grid] = []
    hidden: list[str] = []
    filler: Filler | None = None
    cell: dict[str, str] = {}
    kind = ""
    text: list[str] | None = None
    visible: list[str] | None = None

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal filler, cell, kind, text, visible
        tag = name.rpartition("}")[2]
        given = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        if tag == "Worksheet":
            filler = Filler(given.get("Name", f"{len(grids) + 1}"))
            grids.append(filler.grid)
        elif filler is None:
            return
        elif tag == "Row":
            filler.row(_span(given["Index"]) - 1 if "Index" in given else None)
        elif tag == "Cell":
            cell, kind, text = given, "", None
        elif tag == "Data":
            kind, text = given.get("Type", "String"), []
        elif tag == "Visible":
            visible = []

    def end(name: str) -> None:
        nonlocal visible
        tag = name.rpartition("}")[2]
        if tag == "Cell" and filler is not None:
            value = _xml2003_value(kind, "".join(text or ()))
            at = _span(cell["Index"]) - 1 if "Index" in cell else None
            filler.cell(value, _plus(cell.get("MergeAcross")), _plus(cell.get("MergeDown")), at)
        elif tag == "Visible" and filler is not None:
            if "".join(visible or ()).strip() in {"SheetHidden", "SheetVeryHidden"}:
                hidden.append(filler.grid.name)
            visible = None

    def chars(data: str) -> None:
        if visible is not None:
            visible.append(data)
        elif text is not None:
            text.append(data)

    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, chars
    _parse([data], parser)
    return _book("xml2003", grids, hidden)


def _plus(written: str | None) -> int:
    return _span(written) + 1 if written and written != "0" else 1


def _xml2003_value(kind: str, text: str) -> Raw:
    try:
        if kind == "Number":
            return float(text)
        if kind == "DateTime":
            return datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        return text
    return text == "1" if kind == "Boolean" else text


def open_ods(data: bytes, parts: Mapping[str, zipfile.ZipInfo]) -> Book:
    """An OpenDocument workbook."""
    if "content.xml" not in parts:
        raise guard.damaged()
    manifest = parts.get("META-INF/manifest.xml")
    if manifest and b"encryption-data" in b"".join(guard.unpacked(data, manifest, 4 << 20)):
        raise guard.password()
    left = guard.UNPACKED
    for name, info in parts.items():
        if not name.startswith(("Pictures/", "Thumbnails/")):
            left -= sum(len(piece) for piece in guard.unpacked(data, info, left))
    return open_ods_xml(guard.unpacked(data, parts["content.xml"]))


def open_ods_xml(pieces: Iterable[bytes]) -> Book:
    """The content part of an OpenDocument workbook, or a flat one: repeated cells and rows are written as a count."""
    reader = _Ods()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.chars
    _parse(pieces, parser)
    if not reader.grids:
        raise guard.wrong_kind(_("an OpenDocument document"))
    return _book("ods", reader.grids, reader.hidden)


class _Ods:
    def __init__(self) -> None:
        self.grids: list[Grid] = []
        self.hidden: list[str] = []
        self._unseen_styles: set[str] = set()
        self._style = ""
        self._filler: Filler | None = None
        self._rows = 1
        self._cells = 1
        self._given: dict[str, str] = {}
        self._line: list[tuple[int, Raw]] = []
        self._paragraphs: list[str] | None = None
        self._note = 0
        self._width = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition("}")[2]
        given = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        if tag == "style":
            self._style = given.get("name", "")
        elif tag == "table-properties" and given.get("display") == "false":
            self._unseen_styles.add(self._style)
        elif tag == "table":
            self._filler = Filler(given.get("name", f"{len(self.grids) + 1}"))
            self.grids.append(self._filler.grid)
            if given.get("style-name") in self._unseen_styles:
                self.hidden.append(self._filler.grid.name)
        elif self._filler is None:
            return
        elif tag == "table-row":
            self._rows = _span(given.get("number-rows-repeated"))
            self._line, self._width = [], 0
            self._filler.at_row += 1
        elif tag in {"table-cell", "covered-table-cell"}:
            self._given, self._paragraphs = given, []
            self._cells = _span(given.get("number-columns-repeated"))
        elif tag in {"annotation", "note"}:
            self._note += 1
        elif tag == "p" and self._paragraphs is not None and not self._note:
            self._paragraphs.append("")
        elif tag == "s" and self._paragraphs:
            self._paragraphs[-1] += " " * min(_span(given.get("c")), 200)
        elif tag in {"tab", "line-break"} and self._paragraphs:
            self._paragraphs[-1] += "\t" if tag == "tab" else "\n"

    def chars(self, data: str) -> None:
        if self._paragraphs and not self._note:
            self._paragraphs[-1] += data

    def end(self, name: str) -> None:
        tag = name.rpartition("}")[2]
        if tag in {"annotation", "note"}:
            self._note -= 1
        elif self._filler is None:
            return
        elif tag in {"table-cell", "covered-table-cell"} and self._paragraphs is not None:
            self._cell(tag == "covered-table-cell")
            self._paragraphs = None
        elif tag == "table-row":
            self._row()
        elif tag == "table":
            self._filler = None

    def _cell(self, covered: bool) -> None:
        assert self._filler is not None
        value: Raw = "" if covered else _ods_value(self._given, "\n".join(self._paragraphs or ()))
        across, down = _span(self._given.get("number-columns-spanned")), _span(self._given.get("number-rows-spanned"))
        if (across > 1 or down > 1) and len(self._filler.grid.merges) < 100_000:
            top, left = self._filler.at_row, self._width
            self._filler.grid.merges.append(Merge(top, left, top + down - 1, left + min(across, guard.COLUMNS) - 1))
        if value != "":
            if self._width + self._cells > guard.COLUMNS:
                raise guard.too_far(self._filler.grid.name, f"{letter(self._width + self._cells - 1)}1")
            self._line.extend((self._width + n, value) for n in range(self._cells))
        self._width += self._cells

    def _row(self) -> None:
        assert self._filler is not None
        filler = self._filler
        if self._line:
            first = filler.at_row
            filler.reserve(self._rows * (self._line[-1][0] + 1))
            for repeat in range(self._rows):
                if repeat:
                    filler.row()
                for column, value in self._line:
                    filler.put(column, value)
            filler.at_row = first
        filler.at_row = min(filler.at_row + self._rows - 1, guard.ROWS)


def _ods_value(given: dict[str, str], text: str) -> Raw:
    kind = given.get("value-type", "")
    try:
        if kind in {"float", "percentage", "currency"} and not text.startswith("#"):
            return float(given["value"])
        if kind == "date":
            written = given["date-value"]
            return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)
        if kind == "boolean":
            return given.get("boolean-value") == "true"
    except (ValueError, KeyError):
        return text
    return text
