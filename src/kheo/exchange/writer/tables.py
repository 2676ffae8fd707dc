"""One table as a file: headings in the first row, rows streamed, little memory however many there are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import IO

import xlsxwriter
from django.utils.translation import gettext as _

from kheo.base.errors import Refusal, Refused
from kheo.exchange.writer.marks import guard

Cell = str | int | date | None
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


def _plain(cell: Cell) -> str | int:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return guard(cell) if isinstance(cell, str) else cell
