"""From the bytes of a file to its table: open it, mend old letters, choose the sheet, find its table, sort the rows."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import PurePath
from types import MappingProxyType

from django.utils.translation import gettext as _

from kheo.base.errors import Refusal
from kheo.exchange.reader import guard, legacy
from kheo.exchange.reader.columns import columns_of
from kheo.exchange.reader.headings import Names, build, distinct, names_of, understand
from kheo.exchange.reader.rows import Walker
from kheo.exchange.reader.shapes import Book, Grid, Heading, Skipped, Table
from kheo.exchange.reader.sheets import open_book
from kheo.exchange.reader.table import Block, find
from kheo.exchange.reader.totals import check, sums_of
from kheo.exchange.reader.values import as_text

_NONE: Mapping[str, str] = MappingProxyType({})
_NO_MEANINGS: Mapping[str, Sequence[str]] = MappingProxyType({})
_KINDS = {"xlsx": ".xlsx", "xls": ".xls", "ods": ".ods", "csv": ".csv", "html": "HTML", "xml2003": "Excel 2003 XML"}


@dataclass
class Found:
    """A sheet whose table was found."""

    name: str
    grid: Grid
    block: Block
    headings: list[Heading]
    code: str | None  # the old Vietnamese code its letters were in
    asked: list[Refusal]

    @property
    def meant(self) -> int:
        return len({(h.meaning, h.choice) for h in self.headings if h.meaning})


def read_table(
    data: bytes,
    filename: str,
    *,
    meanings: Mapping[str, Sequence[str]] = _NO_MEANINGS,
    sheet: str | None = None,
    consent_encoding: bool = False,
    remembered: Mapping[str, str] = _NONE,
) -> Table:
    """The table of a file. `meanings`: word -> headings people write for it (`field=economy` for a choice).

    `remembered`: heading key -> word, chosen by a person before. `consent_encoding`: the person has seen the converted
    letters and agrees. Raises `Refused` (codes exchange.file_*) when the file as a whole cannot be read.
    """
    with _collector_paused():
        return _read(open_book(data), filename, meanings, sheet, consent_encoding, remembered)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """A million cells are made, none of them in a circle: looking for circles meanwhile costs a fifth of the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _read(
    book: Book,
    filename: str,
    meanings: Mapping[str, Sequence[str]],
    sheet: str | None,
    consent_encoding: bool,
    remembered: Mapping[str, str],
) -> Table:
    names = names_of(meanings)
    found, others = _choose(book, sheet, names, meanings, remembered)
    walker = Walker(found.grid, found.block, found.headings)
    body = walker.walk()
    rows = tuple(body.rows)
    columns = columns_of(found.headings, rows, walker.serial, book.date1904)
    sums, values = sums_of(columns, rows)
    totals, checks, mismatched = check(body.gatherings, found.grid, columns, values, len(rows))
    encoding = found.code or book.encoding
    asked = [] if consent_encoding else list(book.asked)
    if found.code and not consent_encoding:
        asked.append(legacy.question(found.code))
    asked += found.asked + others + body.asked + mismatched
    top = _above(found.grid, found.block)
    return Table(
        kind=book.kind,
        sheet=found.name,
        encoding=encoding,
        delimiter=book.delimiter,
        date1904=book.date1904,
        headings=tuple(found.headings),
        heading_rows=(found.block.first + 1, found.block.last + 1),
        rows=rows,
        skipped=tuple(sorted(top + body.skipped)),
        totals=tuple(totals),
        checks=tuple(checks),
        sums=sums,
        asked=tuple(asked),
        refused=tuple(body.refused),
        notes=tuple(book.notes + _name_note(book.kind, filename)),
        serial=walker.serial,
    )


def _choose(
    book: Book,
    wanted: str | None,
    names: Sequence[Names],
    meanings: Mapping[str, Sequence[str]],
    remembered: Mapping[str, str],
) -> tuple[Found, list[Refusal]]:
    """The sheet named, else the visible sheet that answers most meanings (the first of equals). Other sheets like it
    are asked about; hidden ones are only read when named."""
    known = [info.name for info in book.sheets]
    if wanted is not None:
        if wanted not in known:
            shown = {"sheet": wanted, "sheets": ", ".join(info.name for info in book.sheets if not info.hidden)}
            raise guard.refuse("file_sheet_unknown", _("There is no sheet “%(sheet)s”. Sheets: %(sheets)s.") % shown)
        found = _look(book, wanted, names, meanings, remembered)
        if found is None:
            raise _nothing()
        return found, []
    best: Found | None = None
    seen: list[Found] = []
    for info in book.sheets:
        found = None if info.hidden else _look(book, info.name, names, meanings, remembered)
        if found is None:
            continue
        if best is None or found.meant > best.meant:
            best, found = found, best
        if found is not None:
            seen.append(replace(found, grid=Grid(found.name, [])))  # its cells are not needed to name it
    if best is None:
        raise _nothing()
    alike = [other.name for other in seen if _alike(other, best)]
    if not alike:
        return best, []
    text = _("Sheet “%(sheet)s” was read. These sheets hold tables too and were not read: %(others)s. Which is meant?")
    shown = {"sheet": best.name, "others": ", ".join(alike)}
    return best, [Refusal("exchange.other_sheets", text % shown, facts={"sheets": [best.name, *alike]})]


def _nothing() -> Exception:
    return guard.refuse(
        "file_no_table",
        _("No table was found in the file: no row of headings with rows under it. Is it the right sheet and file?"),
    )


def _alike(one: Found, other: Found) -> bool:
    if other.meant:
        return one.meant * 2 >= other.meant
    mine, theirs = {h.key for h in one.headings}, {h.key for h in other.headings}
    return len(mine & theirs) * 2 >= len(theirs)


def _look(
    book: Book, name: str, names: Sequence[Names], meanings: Mapping[str, Sequence[str]], remembered: Mapping[str, str]
) -> Found | None:
    grid = book.load(name)
    code = None if book.asked else legacy.mend(grid)
    block = find(grid, names)
    if block is None:
        return None
    width = max((n + 1 for n, path in enumerate(block.paths) if path), default=0)
    for line in grid.rows[block.body :]:
        if len(line) > width:
            width = max(width, next((n + 1 for n in range(len(line) - 1, -1, -1) if line[n] != ""), 0))
    paths = [*block.paths, *[()] * width][:width]
    headings, asked = understand(distinct([build(n, path) for n, path in enumerate(paths)]), meanings, remembered)
    return Found(name, grid, block, headings, code, asked)


def _above(grid: Grid, block: Block) -> list[Skipped]:
    """The rows over the table's body by what they are: title block, headings, numbering."""
    skipped = []
    for at in range(min(block.body, len(grid.rows))):
        reason = "title" if at < block.first else "heading" if at <= block.last else "numbering"
        text = " | ".join(as_text(cell) for cell in grid.rows[at] if as_text(cell))
        if text:
            skipped.append(Skipped(at + 1, reason, text[:300]))
    return skipped


_ENDINGS = {".xlsx": "xlsx", ".xls": "xls", ".ods": "ods", ".csv": "csv", ".html": "html", ".htm": "html"}


def _name_note(kind: str, filename: str) -> list[Refusal]:
    """Said when the name promises another kind of file: it was read by its content."""
    promised = _ENDINGS.get(PurePath(filename).suffix.lower())
    if promised is None or promised == kind:
        return []
    text = _("The file is called %(name)s but is %(kind)s inside; it was read as that.")
    shown = {"name": PurePath(filename).name, "kind": _KINDS.get(kind, kind)}
    return [Refusal("exchange.file_name_misleads", text % shown)]
