"""A workbook to fill in for one unit: headings the importer knows, lists to choose from, codes locked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

import xlsxwriter
from django.utils.translation import gettext as _

from kheo.initiatives.words import FILE_WORDS, HEADINGS, HEADINGS_PASSED_OVER
from kheo.units.words import UnitView

ROWS = 300  # lines to fill in
SHEET, CODES = "Đăng ký", "Mã đơn vị"
COLUMNS = tuple(key for key in HEADINGS if key not in HEADINGS_PASSED_OVER and key != "code")
WIDTHS = {"title": 52, "unit_code": 10, "unit": 30, "field": 30, "kind": 16, "novelty": 20, "goal": 44, "note": 26}
ABOVE = 3  # rows of the title block


def write_template(file: IO[bytes], *, of: UnitView, units: Sequence[UnitView], period: str) -> None:
    """Write the workbook. `units`: those a row may be of, in the order of the alphabet; one alone stands in every row.

    Choosing a unit by its name fills in nothing: names are read as they stand. Where there is one unit only, its code
    and name stand in every row, locked. The list of codes is a sheet of its own, locked and hidden.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        page, codes = book.add_worksheet(SHEET), book.add_worksheet(CODES)
        bold, head = book.add_format({"bold": True, "font_size": 13}), book.add_format({"bold": True, "bottom": 1})
        free, day = {"locked": False}, {"locked": False, "num_format": "dd/mm/yyyy"}
        open_cell, open_day = book.add_format(free), book.add_format(day)
        whole, fixed = book.add_format({"locked": False, "num_format": "0"}), book.add_format({"font_color": "#666666"})
        page.write_string(0, 0, "DANH SÁCH ĐĂNG KÝ MÔ HÌNH DÂN VẬN KHÉO", bold)
        page.write_string(1, 0, f"{of.full_name} ({of.code}), {period}")
        for row, unit in enumerate(units):
            codes.write_string(row, 0, unit.code)
            codes.write_string(row, 1, unit.full_name)
        codes.protect()
        codes.hide()
        first, last = ABOVE + 1, ABOVE + ROWS
        alone = units[0] if len(units) == 1 else None
        for at, key in enumerate(COLUMNS):
            page.write_string(ABOVE, at, HEADINGS[key], head)
            cell = {"start": open_day, "end": open_day, "households": whole}.get(key, open_cell)
            locked = key == "unit_code" or (key == "unit" and alone is not None)
            page.set_column(at, at, WIDTHS.get(key, 14), fixed if locked else cell)
            for row in range(first, last + 1):
                if alone is not None and key in ("unit_code", "unit"):
                    page.write_string(row, at, alone.code if key == "unit_code" else alone.full_name, fixed)
                elif not locked:
                    page.write_blank(row, at, None, cell)
            choices: object = list(FILE_WORDS[key].values()) if key in FILE_WORDS else None
            if key == "unit" and alone is None:
                choices = f"='{CODES}'!$B$1:$B${len(units)}"
            if choices:
                wrong = {"error_title": HEADINGS[key], "error_message": _("Choose one of the list.")}
                page.data_validation(first, at, last, at, {"validate": "list", "source": choices, **wrong})
        page.freeze_panes(ABOVE + 1, 1)
        page.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
