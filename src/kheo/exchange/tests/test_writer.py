"""Tables as files: text stays text, numbers numbers, days days, and every letter comes back."""

from __future__ import annotations

import csv
import io
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kheo.base import sheets as tables
from kheo.base.errors import Refused
from kheo.base.marks import guard, unguard
from kheo.base.sheets import write_csv, write_xlsx
from kheo.exchange.reader import read_table

RUNS = [
    "=1+1",
    "+84 900 000 000",
    "-5",
    "@thu",
    "\t=1+1",
    " =1+1",
    "=cmd|' /C calc'!A0",
    "＝1+1",
    "−5%",
    "- gạch",
    "\r=1",
]
STAYS = ["Bình thường", "5", "a=b", "'nháy đơn'", "", "“=1+1”", "Ủy ban", "x@y"]


@pytest.mark.parametrize("text", RUNS)
def test_text_that_would_run_is_marked_and_comes_back(text: str) -> None:
    assert guard(text) == f"'{text}"
    assert unguard(guard(text)) == text
    assert unguard(guard(guard(text))) == guard(text)


@pytest.mark.parametrize("text", STAYS)
def test_other_text_is_left_alone(text: str) -> None:
    assert guard(text) == unguard(text) == text


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n ＝−a5đ"), max_size=6))
def test_every_text_comes_back_letter_for_letter(text: str) -> None:
    assert unguard(guard(text)) == text
    assert guard(text)[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n", "＝")


def test_a_workbook_has_typed_cells_and_no_formula() -> None:
    file = io.BytesIO()
    rows = [[text, 5, None, date(2025, 11, 5)] for text in [*RUNS, *STAYS]] + [["x", -5, 0, None]]
    write_xlsx(file, sheet="Mô hình", headings=["Chữ", "Số", "Trống", "Ngày"], rows=rows)
    book = openpyxl.load_workbook(io.BytesIO(file.getvalue()))
    sheet = book["Mô hình"]
    cells = {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row}
    assert "f" not in cells
    texts = [sheet.cell(at, 1).value or "" for at in range(2, 2 + len(RUNS) + len(STAYS))]
    assert [text.replace("_x000D_", "\r") for text in texts] == [*RUNS, *STAYS]
    last = sheet.max_row
    assert (sheet.cell(last, 2).value, sheet.cell(last, 3).value) == (-5, 0)
    assert sheet.cell(2, 4).value.date() == date(2025, 11, 5)


def test_a_csv_marks_text_and_leaves_numbers_bare() -> None:
    file = io.BytesIO()
    write_csv(file, headings=["Tên mô hình", "Số hộ"], rows=[["-5", -5], ["=1+1", None], ["Bình, thường", 0]])
    assert file.getvalue().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"))))
    assert rows == [["Tên mô hình", "Số hộ"], ["'-5", "-5"], ["'=1+1", ""], ["Bình, thường", "0"]]
    assert not file.closed


def test_the_reader_takes_the_mark_off_again() -> None:
    file = io.BytesIO()
    titles = [text for text in RUNS if text == text.strip()] + ["'=1+1", "Bình thường"]
    write_csv(file, headings=["Tên mô hình", "Số hộ"], rows=[[title, n] for n, title in enumerate(titles)])
    table = read_table(file.getvalue(), "x.csv", meanings={"title": ["Tên mô hình"], "households": ["Số hộ"]})
    assert [row.cells[0] for row in table.rows] == titles


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    write_xlsx(io.BytesIO(), sheet="x", headings=["a"], rows=[["1"], ["2"]])
    with pytest.raises(Refused) as no:
        write_xlsx(io.BytesIO(), sheet="x", headings=["a"], rows=[["1"], ["2"], ["3"]])
    assert no.value.refusal.code == "exchange.too_many_rows"
