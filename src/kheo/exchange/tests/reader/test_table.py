"""Finding the table: whatever people put around and between its rows, the same leaves come out."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kheo.exchange.reader import Table, as_json, read_table
from kheo.exchange.tests.reader.writing import case, saved, xlsx

LETTERHEADS: list[list[Any]] = [
    ["ỦY BAN NHÂN DÂN XÃ THỬ", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
    ["BAN CHỈ ĐẠO", None, None, "Độc lập - Tự do - Hạnh phúc"],
    ["Số: 12/BC-UBND", None, None, "Xã Thử, ngày 05 tháng 11 năm 2025"],
    ["BIỂU TỔNG HỢP KẾT QUẢ THỰC HIỆN"],
    ["DANH SÁCH ĐĂNG KÝ MÔ HÌNH NĂM 2025"],
    ["(Kèm theo Báo cáo số 12/BC-UBND)"],
    [None, None, "Đơn vị tính: mô hình"],
]
ENDINGS: list[list[Any]] = [
    ["Ghi chú: số liệu đến ngày 30/6/2025."],
    [None, "NGƯỜI LẬP BIỂU", None, "CHỦ TỊCH"],
    [None, "TM. BAN THƯỜNG TRỰC"],
    [None, "(đã ký)"],
    ["Nơi nhận: Thường trực Đảng ủy"],
]
NAMES = [
    "Xã Suối Thử",
    "Phường Đồi Thử",
    "Xã Bến Thử",
    "Thị trấn Gò Thử",
    "Tổ tự quản",
    "Cộng đồng dân cư thử",
    "Tổng vệ sinh",
]
GROUPS = ["Huyện Mẫu Một", "Huyện Mẫu Hai", "Thị xã Mẫu Ba"]


@dataclass
class Sheet:
    """A table with its surroundings, and the leaves that are in it."""

    rows: list[list[Any]]
    leaves: list[tuple[int, list[str], str, int, int]]  # sheet row, groups, name, two numbers
    merges: list[str]


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    rows: list[list[Any]] = [*draw(st.lists(st.sampled_from(LETTERHEADS), max_size=6, unique_by=id))]
    if rows and draw(st.booleans()):
        rows.append([None])
    merges = []
    first = len(rows) + 1
    if draw(st.booleans()):
        rows += [["TT", "Đơn vị", "Số mô hình", None, "Ghi chú"], [None, None, "Cũ", "Mới", None]]
        merges = [f"A{first}:A{first + 1}", f"B{first}:B{first + 1}", f"C{first}:D{first}", f"E{first}:E{first + 1}"]
    else:
        rows.append(["TT", "Đơn vị", "Cũ", "Mới", "Ghi chú"])
    if draw(st.booleans()):
        rows.append(["(1)", "(2)", "(3)", "(4)", "(5)"])
    grouped, totalled = draw(st.booleans()), draw(st.booleans())
    leaves: list[tuple[int, list[str], str, int, int]] = []
    number = 0
    for n in range(draw(st.integers(1, 3)) if grouped else 1):
        here = draw(
            st.lists(
                st.tuples(st.sampled_from(NAMES), st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=4
            )
        )
        group = [GROUPS[n]] if grouped else []
        if grouped:
            sums = [sum(a for _name, a, _b in here), sum(b for _name, _a, b in here)]
            rows.append([["I", "II", "III"][n], GROUPS[n], *(sums if totalled else [None, None])])
        for name, one, other in here:
            number += 1
            rows.append([number, name, one, other])
            leaves.append((len(rows), group, name, one, other))
        if totalled and not grouped and draw(st.booleans()):
            rows.append([None])
    if totalled:
        label = draw(st.sampled_from(["Tổng cộng", "TỔNG SỐ", "Cộng", "Tổng", "Tổng cộng (I+II)"]))
        rows.append([None, label, sum(leaf[3] for leaf in leaves), sum(leaf[4] for leaf in leaves)])
    ending = draw(st.lists(st.sampled_from(ENDINGS), max_size=4, unique_by=id))
    rows += ([[None]] if ending and draw(st.booleans()) else []) + ending
    return Sheet(rows, leaves, merges)


def leaves_of(table: Table) -> list[tuple[int, list[str], str, int, int]]:
    found = []
    for row in as_json(table)["rows"]:
        values = list(row["values"].values())
        found.append((row["row"], row["group"], *values[1:4]))
    return found


def as_csv(rows: Sequence[Sequence[Any]]) -> bytes:
    """As a spreadsheet program saves it: every row as wide as the widest."""
    stream = io.StringIO()
    width = max(map(len, rows))
    full = [["" if cell is None else cell for cell in row] + [""] * (width - len(row)) for row in rows]
    csv.writer(stream, delimiter=";").writerows(full)
    return stream.getvalue().encode()


@given(sheets())
@settings(max_examples=100, deadline=None)
def test_letterheads_groups_totals_and_signatures_around_a_table_change_none_of_its_leaves(sheet: Sheet) -> None:
    table = read_table(as_csv(sheet.rows), "a.csv")
    assert leaves_of(table) == sheet.leaves
    assert table.asked == table.refused == ()
    named = {row.number for row in table.rows} | {row.number for row in table.skipped}
    assert named == {n for n, row in enumerate(sheet.rows, 1) if any(cell is not None for cell in row)}


@given(sheets())
@settings(max_examples=25, deadline=None)
def test_a_workbook_with_merged_headings_gives_the_same_leaves(sheet: Sheet) -> None:
    table = read_table(xlsx(sheet.rows, merges=sheet.merges), "a.xlsx")
    assert leaves_of(table) == sheet.leaves
    if sheet.merges:
        assert [h.text for h in table.headings[2:4]] == ["Số mô hình / Cũ", "Số mô hình / Mới"]


def rows_of(data: bytes, **options: Any) -> list[list[Any]]:
    return [
        [row["row"], row["group"], *row["values"].values()] for row in as_json(read_table(data, "a", **options))["rows"]
    ]


def test_a_sheet_saved_as_csv_keeps_the_paths_of_its_merged_headings() -> None:
    book = openpyxl.load_workbook(io.BytesIO(case("A/A01_gop-o-hai-dong.xlsx")))
    table = read_table(as_csv(list(book.active.iter_rows(values_only=True))), "a.csv")
    whole = read_table(case("A/A01_gop-o-hai-dong.xlsx"), "a.xlsx")
    assert [h.text for h in table.headings] == [h.text for h in whole.headings]
    assert [row.number for row in table.rows] == [row.number for row in whole.rows]
    assert table.sums == whole.sums


def test_groups_may_stand_in_groups() -> None:
    rows = [
        ["TT", "Nội dung", "Số mô hình"], ["A", "Cấp tỉnh", 6], ["I", "Khối Đảng", 3], [1, "Ban A", 1], [2, "Ban B", 2],
        ["II", "Khối cơ quan", 3], [1, "Sở A", 3], ["B", "Cấp xã", 9], ["I", "Xã X", 4], [1, "Thôn 1", 4],
        ["II", "Xã Y", 5], [1, "Thôn 2", 5], [None, "Tổng cộng (A+B)", 15],
    ]  # fmt: skip
    table = read_table(xlsx(rows), "a.xlsx")
    assert [row.group for row in table.rows] == [
        ("Cấp tỉnh", "Khối Đảng"), ("Cấp tỉnh", "Khối Đảng"), ("Cấp tỉnh", "Khối cơ quan"),
        ("Cấp xã", "Xã X"), ("Cấp xã", "Xã Y"),
    ]  # fmt: skip
    assert all(check.ok for check in table.checks)
    assert table.sums == {2: Decimal(15)}


def test_letters_run_on_past_roman_looking_ones() -> None:
    rows: list[list[Any]] = [["TT", "Nội dung", "Số hộ"]]
    for letter in "ABCD":
        rows += [[letter, f"Khối {letter}", None], [1, f"Đơn vị {letter}", 5]]
    assert [row.group for row in read_table(xlsx(rows), "a.xlsx").rows] == [(f"Khối {x}",) for x in "ABCD"]


def test_numbers_with_parts_are_groups_when_they_are_the_sum_of_their_parts() -> None:
    rows = [["TT", "Nội dung", "Số mô hình"], [None, "TỔNG SỐ", 15], ["1", "Huyện A", 6], ["1.1", "Xã A", 4],
            ["1.2", "Xã B", 2], ["2", "Huyện B", 9], ["2.1", "Xã C", 9]]  # fmt: skip
    table = read_table(xlsx(rows), "a.xlsx")
    assert [(row.group, row.cells[1]) for row in table.rows] == [
        (("Huyện A",), "Xã A"), (("Huyện A",), "Xã B"), (("Huyện B",), "Xã C"),
    ]  # fmt: skip
    assert table.asked == ()
    rows[2][2] = 100
    assert "exchange.parts_unclear" in [a.code for a in read_table(xlsx(rows), "a.xlsx").asked]


def test_rows_numbered_in_roman_alone_are_leaves() -> None:
    rows = [["TT", "Đơn vị", "Số"], ["I", "Xã A", 4], ["II", "Xã B", 2], ["III", "Xã C", 3], [None, "Cộng", 9]]
    assert len(read_table(xlsx(rows), "a.xlsx").rows) == 3


def test_a_roman_row_over_unnumbered_rows_is_their_group() -> None:
    rows = [
        ["TT", "Đơn vị", "Tên", "Số"],
        ["I", "Xã A", None, None],
        [None, "Thôn 1", "m1", 4],
        [None, "Thôn 2", "m2", 2],
    ]
    assert [row.group for row in read_table(xlsx(rows), "a.xlsx").rows] == [("Xã A",), ("Xã A",)]


def test_banners_merged_over_the_table_are_groups() -> None:
    rows = [
        ["TT", "Đơn vị", "Số mô hình", "Số hộ"], ["I. Huyện Một", None, None, None], [1, "Xã A", 3, 4],
        [2, "Xã B", 4, 4],
        ["II. Huyện Hai", None, None, None], [1, "Xã C", 3, 4],
    ]  # fmt: skip
    table = read_table(xlsx(rows, merges=["A2:D2", "A5:D5"]), "a.xlsx")
    assert [row.group for row in table.rows] == [("Huyện Một",), ("Huyện Một",), ("Huyện Hai",)]


def test_a_leaf_with_holes_is_not_taken_for_a_signature_nor_for_a_group() -> None:
    rows = [["Mã", "Tên mô hình", "Đơn vị", "Số hộ"], ["MH-1", "m1", "Xã A", 5], ["MH-2", "m2", None, None],
            ["MH-3", "m3", "Xã A", 5], [None], ["MH-4", "m4", None, None]]  # fmt: skip
    assert [row.cells[0] for row in read_table(xlsx(rows), "a.xlsx").rows] == ["MH-1", "MH-2", "MH-3", "MH-4"]


def test_headings_repeated_on_every_printed_page_are_left_out_and_named() -> None:
    head = ["TT", "Đơn vị", "Số hộ"]
    rows = [head, [1, "Xã A", 5], head, ["(1)", "(2)", "(3)"], [2, "Xã B", 7]]
    table = read_table(xlsx(rows), "a.xlsx")
    assert [row.number for row in table.rows] == [2, 5]
    assert [(s.number, s.reason) for s in table.skipped] == [(1, "heading"), (3, "heading"), (4, "numbering")]


def test_a_second_table_under_the_first_is_not_read_into_it_but_asked_about() -> None:
    rows = [
        ["TT", "Đơn vị", "Số hộ"],
        [1, "Xã A", 5],
        [None],
        ["TT", "Họ và tên", "Chức vụ"],
        [1, "Nguyễn Thử", "Chủ tịch"],
    ]
    table = read_table(xlsx(rows), "a.xlsx")
    assert [row.number for row in table.rows] == [2]
    assert [(a.code, a.row) for a in table.asked] == [("exchange.second_table", 4)]
    assert [s.number for s in table.skipped if s.reason == "after"] == [4, 5]


def test_a_merged_cell_holds_for_the_rows_it_covers_and_a_blank_one_for_none() -> None:
    rows = [["TT", "Đơn vị", "Tên mô hình", "Số hộ"], [1, "Xã A", "m1", 3], [2, None, "m2", 4], [3, None, "m3", 5],
            [4, "Xã B", "m4", 6], [5, None, "m5", 7]]  # fmt: skip
    table = read_table(xlsx(rows, merges=["B2:B4"]), "a.xlsx")
    assert [row.cells[1] for row in table.rows] == ["Xã A", "Xã A", "Xã A", "Xã B", ""]


def test_a_number_merged_over_several_rows_is_counted_once_and_asked_about() -> None:
    rows = [["TT", "Đơn vị", "Tên mô hình", "Số hộ"], [1, "Xã A", "m1", 3], [2, "Xã A", "m2", None], [3, "B", "m3", 5]]
    table = read_table(xlsx(rows, merges=["D2:D3"]), "a.xlsx")
    assert table.sums == {3: Decimal(8)}
    assert [(a.code, a.row, a.column) for a in table.asked] == [("exchange.number_shared", 2, "D (Số hộ)")]


def test_ditto_marks_repeat_the_row_above_and_nothing_above_is_refused() -> None:
    rows = [
        ["Đơn vị", "Tên mô hình", "Số hộ"],
        ["nt", "m0", 1],
        ["Xã A", "m1", 2],
        ["-nt-", "m2", 3],
        ['"', "m3", 4],
        ["Xã B", "như trên", 5],
    ]
    table = read_table(xlsx(rows), "a.xlsx")
    assert [row.cells[0] for row in table.rows] == ["", "Xã A", "Xã A", "Xã A", "Xã B"]
    assert table.rows[4].cells[1] == "m3"
    assert [(r.code, r.row, r.column) for r in table.refused] == [("exchange.ditto_nothing", 2, "A (Đơn vị)")]


def test_years_may_be_headings() -> None:
    rows = [["BIỂU THỐNG KÊ"], ["TT", "Đơn vị", 2021, 2022, 2023], [1, "Xã A", 3, 4, 5], [2, "Xã B", 6, 7, 8]]
    table = read_table(xlsx(rows), "a.xlsx")
    assert [h.text for h in table.headings] == ["TT", "Đơn vị", "2021", "2022", "2023"]
    assert table.sums == {2: 9, 3: 11, 4: 13}


def test_a_table_need_not_begin_in_the_first_column() -> None:
    rows = [[None, None, "STT", "Tên mô hình", "Số hộ"], [None, None, 1, "m1", 3], [None, None, 2, "m2", 4]]
    reading = as_json(read_table(xlsx(rows), "a.xlsx"))
    assert reading["headings"] == ["STT", "Tên mô hình", "Số hộ"]
    assert [c["letter"] for c in reading["columns"]] == ["C", "D", "E"]


def test_two_columns_of_one_name_are_told_apart_and_a_nameless_one_by_its_letter() -> None:
    rows = [["Tên", "Số hộ", "Số hộ"], ["m1", 1, 2, "lời thêm"], ["m2", 3, 4, "lời nữa"]]
    assert as_json(read_table(xlsx(rows), "a.xlsx"))["headings"] == ["Tên", "Số hộ", "Số hộ [C]", "D"]


def test_hidden_sheets_are_read_only_when_named() -> None:
    book = openpyxl.Workbook()
    first = book.active
    first.title = "_tam"
    first.append(["TT", "Tên"])
    first.append([1, "nháp"])
    first.sheet_state = "veryHidden"
    second = book.create_sheet("Chính")
    second.append(["TT", "Tên"])
    second.append([1, "thật"])
    assert rows_of(saved(book)) == [[2, [], 1, "thật"]]
    assert rows_of(saved(book), sheet="_tam") == [[2, [], 1, "nháp"]]


def two_sheets() -> bytes:
    book = openpyxl.Workbook()
    for title, heading in (("Hướng dẫn", ["Bước", "Nội dung"]), ("Danh sách", ["TT", "Tên mô hình", "Số hộ"])):
        sheet = book.create_sheet(title)
        sheet.append(heading)
        sheet.append([1, "một", 5][: len(heading)])
        sheet.append([2, "hai", 6][: len(heading)])
    book.remove(book["Sheet"])
    return saved(book)


def test_the_sheet_that_answers_the_meanings_asked_for_is_taken() -> None:
    table = read_table(two_sheets(), "a.xlsx", meanings={"title": ["Tên mô hình"], "households": ["Số hộ"]})
    assert (table.sheet, table.asked) == ("Danh sách", ())
    assert read_table(two_sheets(), "a.xlsx").sheet == "Hướng dẫn"


def test_a_second_sheet_of_the_same_kind_is_never_lost_without_a_word() -> None:
    book = openpyxl.load_workbook(io.BytesIO(two_sheets()))
    book.copy_worksheet(book["Danh sách"]).title = "Danh sách 2"
    table = read_table(saved(book), "a.xlsx", meanings={"title": ["Tên mô hình"], "households": ["Số hộ"]})
    assert [a.code for a in table.asked] == ["exchange.other_sheets"]
    assert "Danh sách 2" in str(table.asked[0].text)


@pytest.mark.parametrize("name", ["A/A01_gop-o-hai-dong.xlsx", "main/dang-ky-lam-dong-2025.xlsx"])
def test_reading_the_same_file_twice_gives_the_same_table(name: str) -> None:
    assert read_table(case(name), "a.xlsx") == read_table(case(name), "a.xlsx")
