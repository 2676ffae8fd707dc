"""One table as a file: headings in the first row, rows streamed, little memory however many there are."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import IO, TypeVar

import xlsxwriter
from django.http import FileResponse, HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kheo.base import clock
from kheo.base.errors import Refusal, Refused
from kheo.base.marks import guard

Cell = str | int | float | Decimal | date | None
T = TypeVar("T")
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
# Whether this installation shows a demonstration: every file then says so. Filled once by config/wiring.py.
_demonstration: Callable[[], bool] = bool


def wire_watermark(holds_demonstration: Callable[[], bool]) -> None:
    """Fill the slot once, from config/wiring.py."""
    global _demonstration
    _demonstration = holds_demonstration


def file_kind(request: HttpRequest) -> str | None:
    """Whether a list is asked for as a file (`?format=xlsx`, `?format=csv`); None: as a page."""
    asked = request.GET.get("format", "")
    return asked if asked in TYPES else None


def table_file(
    kind: str,
    *,
    name: str,
    headings: Sequence[object],
    rows: Iterable[Sequence[Cell]],
    sheet: str = "",
    widths: Sequence[int] = (),
    on: date,
) -> FileResponse:
    """A list as a file to take along, written row by row into a temporary file and sent from there. `name`: ASCII,
    without its ending. A demonstration says so in the name, and in a workbook at the head of every printed page."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    named = [str(heading) for heading in headings]
    try:
        if kind == "xlsx":
            write_xlsx(file, sheet=sheet or name[:31], headings=named, rows=rows, widths=widths)
        else:
            write_csv(file, headings=named, rows=rows)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    mark = "demo-" if _demonstration() else ""
    filename = f"{mark}{name}-{on.isoformat()}.{kind}"
    return FileResponse(file, as_attachment=True, filename=filename, content_type=TYPES[kind])


def in_batches(rows: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    """The rows a few hundred at a time, so that what belongs to them is asked for together."""
    rest = iter(rows)
    while several := list(islice(rest, size)):
        yield several


MOST_ROWS = 1_048_576  # of an Excel sheet, headings included


def write_xlsx(
    file: IO[bytes], *, sheet: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[int] = ()
) -> None:
    """Write a workbook of one sheet. Text is text whatever it begins with, days are days, numbers numbers.

    Raises `Refused` (`exchange.too_many_rows`) past the length of an Excel sheet.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        page = book.add_worksheet(sheet)
        if _demonstration():
            said = _("Demonstration data. Nothing on this page is real.")
            page.set_header(f"&C{said}")
            book.set_properties({"comments": said})
        if get_language() == "ar":
            page.right_to_left()
        day, bold = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"bold": True, "bottom": 1})
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        page.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            page.write_string(0, column, heading, bold)
        for at, row in enumerate(rows, start=1):
            if at >= MOST_ROWS:
                text = _("An Excel sheet holds at most %(most)s rows; export as csv, or narrow the list.")
                raise Refused(Refusal("exchange.too_many_rows", text % {"most": MOST_ROWS}))
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    if cell:
                        page.write_string(at, column, cell)
                elif isinstance(cell, datetime):
                    page.write_string(at, column, _moment(cell))
                elif isinstance(cell, date):
                    page.write_datetime(at, column, cell, day)
                elif cell is not None:
                    page.write_number(at, column, cell)


def write_csv(file: IO[bytes], *, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a csv (UTF-8 with its byte-order mark, commas, days as 05/11/2025). Text that would run is guarded."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    try:
        out = csv.writer(text)
        out.writerow([guard(heading) for heading in headings])
        for row in rows:
            out.writerow([_plain(cell) for cell in row])
    finally:
        text.detach()


def _moment(cell: datetime) -> str:
    return cell.astimezone(clock.VIETNAM).strftime("%d/%m/%Y %H:%M")


def _plain(cell: Cell) -> str | int | float | Decimal:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return _moment(cell)
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return guard(cell) if isinstance(cell, str) else cell
