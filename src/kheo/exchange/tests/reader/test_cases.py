"""The public trouble cases read as `kheo exchange read FILE --json` shows them, against the exact right values."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from typing import Any

import pytest

from kheo.base.errors import Refused
from kheo.exchange.reader import as_json, read_table
from kheo.exchange.tests.reader.writing import CASES, case

EXPECTED: dict[str, Any] = json.loads((CASES / "A" / "expected.json").read_text())


def read(name: str, **options: Any) -> dict[str, Any]:
    reading = as_json(read_table(case(f"A/{name}"), name, **options))
    json.dumps(reading)  # whatever is answered can be printed as JSON
    return reading


def column(reading: dict[str, Any], heading: str) -> list[Any]:
    return [row["values"][heading] for row in reading["rows"]]


def test_a01_a_sheet_made_for_print_comes_to_its_twelve_leaves() -> None:
    reading, right = read("A01_gop-o-hai-dong.xlsx"), EXPECTED["A01_gop-o-hai-dong.xlsx"]
    values = [(row["group"], row["values"]) for row in reading["rows"]]
    rows = [{"unit": v["Đơn vị"], "group": group[0], "total": v["Tổng số"]} for group, v in values]
    assert rows == right["rows"]
    assert reading["sums"]["Tổng số"] == right["total"] == 5813
    by_field = {path.rpartition(" / ")[2]: n for path, n in reading["sums_of_headings"].items() if " / " in path}
    assert by_field == right["by_field"]
    for field, n in right["by_field"].items():
        assert sum(v for heading, v in reading["sums"].items() if f"/ {field} /" in heading) == n
    assert reading["heading_rows"] == [7, 9]
    assert reading["asked"] == reading["refused"] == []


def test_a01_names_every_row_it_left_out() -> None:
    reading = read("A01_gop-o-hai-dong.xlsx")
    reasons = {row["row"]: row["reason"] for row in reading["skipped"]}
    assert [n for n, reason in reasons.items() if reason == "group"] == [10, 15, 19, 24]
    assert reasons[26] == "total"
    assert reasons[28] == "note"
    assert reasons[29] == reasons[31] == "signature"
    assert {row["row"] for row in reading["rows"]}.isdisjoint(reasons)
    assert [total["ok"] for total in reading["totals"]] == [True] * EXPECTED["A01_gop-o-hai-dong.xlsx"]["summary_rows"]


@pytest.mark.parametrize("name", ["A02_dimension-A1.xlsx", "A02_khong-dimension.xlsx", "A02_dimension-khong-lo.xlsx"])
def test_a02_a_size_the_file_tells_about_itself_is_not_believed(name: str) -> None:
    start = time.process_time()
    reading = read(name)
    assert (len(reading["rows"]), reading["sums"]) == (24, {"Số mô hình": 900})
    assert time.process_time() - start < 5


@pytest.mark.parametrize("name", ["A03_so-viet.xlsx", "A03_so-viet.csv"])
def test_a03_every_way_of_writing_a_number_comes_to_its_right_value(name: str) -> None:
    reading = read(name)
    asked = {a["row"] for a in reading["asked"] if a["code"] == "exchange.number_ambiguous"}
    refused = {r["row"]: r for r in reading["refused"]}
    for row, right in zip(reading["rows"], EXPECTED["A03_so-viet.xlsx"]["cases"], strict=True):
        value, number = row["values"]["Giá trị"], row["row"]
        assert row["values"]["Đơn vị tính"] == right["unit"]
        if right["right"] == "ASK":
            assert (number in asked, value) == (True, None)
        elif right["right"].startswith("REFUSE"):
            assert (refused[number]["column"], value) == ("A (Giá trị)", None)
        elif right["right"] == "EMPTY":
            assert value is None
            assert number not in refused
        elif " of " in right["right"]:
            assert value == right["right"].replace(" of ", "/")
        else:
            assert Decimal(str(value)) == Decimal(right["right"]), right


def test_a03_amounts_in_several_units_of_measure_are_not_added_up() -> None:
    assert read("A03_so-viet.csv")["sums"] == {}


def test_a04_written_days_are_read_day_first_because_the_column_says_so() -> None:
    reading, rights = read("A04_ngay-thang.xlsx"), EXPECTED["A04_ngay-thang.xlsx"]["Chu"]
    problems = {p["row"]: p for p in reading["asked"] + reading["refused"]}
    for row, right in zip(reading["rows"], rights, strict=True):
        value, wanted = row["values"]["Ngày ban hành"], right["right"]
        if wanted.startswith(("REFUSE", "2024-12-31 after asking")):
            assert value is None
            assert problems[row["row"]]["column"] == "A (Ngày ban hành)"
        elif wanted == "EMPTY":
            assert value is None
        elif wanted.startswith("period "):
            assert value == wanted.split()[1].rstrip(",")
        else:
            assert value == wanted


def test_a04_true_days_keep_their_meaning_and_a_serial_number_is_said_to_be_one() -> None:
    reading = read("A04_ngay-thang.xlsx", sheet="That")
    days = ["2024-12-31", "2024-12-31", "2024-12-31", None, "2025-08-03"]
    assert column(reading, "Ngày ban hành") == days
    assert [note["row"] for note in reading["notes"]] == [3]
    assert [(r["row"], r["code"]) for r in reading["refused"]] == [(5, "exchange.date_too_old")]


def test_a04_a_book_that_counts_from_1904_gives_the_true_day() -> None:
    reading = read("A04_ngay-1904.xlsx")
    assert column(reading, "Ngày") == EXPECTED["A04_ngay-1904.xlsx"]["right"]
    assert reading["date1904"] is True


@pytest.mark.parametrize(
    ("name", "encoding", "delimiter"),
    [
        ("A05_bom.csv", "utf-8-sig", ","),
        ("A05_bom-cham-phay.csv", "utf-8-sig", ";"),
        ("A05_utf16le-tab.txt", "utf-16-le", "\t"),
        ("A05_sep.csv", "utf-8-sig", ";"),
    ],
)
def test_a05_four_flavours_of_csv_give_the_same_three_rows(name: str, encoding: str, delimiter: str) -> None:
    reading, right = read(name), EXPECTED[name]
    assert reading["headings"][0] == right["first_header"] == "Mã đơn vị"
    assert column(reading, "Mã đơn vị") == right["codes"]
    assert [str(v) for v in column(reading, "Giá trị (triệu đồng)")] == right["values"]
    assert column(reading, "Tên mô hình")[2] == "Mô hình “Ba không” thử năm 2025"
    assert [row["row"] for row in reading["rows"]] == [2, 3, 4]
    assert (reading["encoding"], reading["delimiter"]) == (encoding, delimiter)


def test_a05_the_cell_with_a_line_break_stays_one_cell() -> None:
    table = read_table(case("A/A05_sep.csv"), "A05_sep.csv")
    assert table.rows[2].cells[1] == "Mô hình “Ba không” thử\nnăm 2025"


def test_a06_honest_rows_that_pack_well_are_read() -> None:
    reading = read("A06_file-that-nen-cao.xlsx")
    assert len(reading["rows"]) == EXPECTED["A06_file-that-nen-cao.xlsx"]["data_rows"]


@pytest.mark.parametrize(
    ("name", "kind"), [("A07_html.xls", "html"), ("A07_xml2003.xls", "xml2003"), ("A07_tab.xls", "csv")]
)
def test_a07_a_file_is_read_as_what_it_is_not_as_what_it_is_called(name: str, kind: str) -> None:
    reading = read(name)
    assert sum(reading["sums"].values()) == 1635
    assert reading["kind"] == kind
    assert [note["code"] for note in reading["notes"]] == ["exchange.file_name_misleads"]


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("A07_khong-phai.xlsx", "exchange.file_kind", "PDF"),
        ("A07_rong.xlsx", "exchange.file_empty", "0 bytes"),
        ("A10_ten-tep-NFD.zip", "exchange.file_kind", "ZIP"),
    ],
)
def test_a07_what_is_no_table_is_refused_by_its_real_name(name: str, code: str, words: str) -> None:
    with pytest.raises(Refused) as refused:
        read(name)
    assert refused.value.refusal.code == code
    assert words in str(refused.value.refusal.text)


@pytest.mark.parametrize("name", ["A08_tcvn3.xlsx", "A08_tcvn3.csv"])
def test_a08_old_letters_are_recognised_converted_and_asked_about(name: str) -> None:
    reading = read(name)
    rows = [[row["values"]["Tên mô hình"], row["values"]["Đơn vị"]] for row in reading["rows"]]
    assert rows == EXPECTED["A08_tcvn3.xlsx"]["rows"]
    assert reading["encoding"] == "tcvn3"
    assert [a["code"] for a in reading["asked"]] == ["exchange.encoding_asked"]
    assert "ủy ban" in reading["asked"][0]["text"]
    assert read(name, consent_encoding=True)["asked"] == []


def test_a08_a_font_of_capitals_gives_capitals() -> None:
    reading = read("A08_tcvn3.xlsx")
    assert [row for row in reading["skipped"] if row["reason"] == "total"] == [
        {"row": 6, "reason": "total", "text": "TỔNG CỘNG"}
    ]


def test_a11_codes_keep_their_zeros_and_each_row_its_day() -> None:
    reading = read("A11_ma-dung-lai.csv")
    assert column(reading, "Mã") == ["26740", "26740", "00004", "00004", "22924", "22924"]
    assert column(reading, "Ngày báo cáo")[:2] == ["2025-06-15", "2025-07-15"]


def test_a12_two_places_of_one_name_stay_two_lines_and_the_hook_resolves_each() -> None:
    asked: list[tuple[Any, ...]] = []

    def units(*question: Any) -> tuple[Any, None]:
        asked.append(question)
        return question[1] or None, None

    reading = as_json(read_table(case("A/A12_trung-ten-xa.xlsx"), "A12.xlsx"), units=units)
    assert column(reading, "Số mô hình")[:3] == [6, 9, 2]
    assert asked[0] == ("Xã Tân Hà", "23221", "Huyện Đức Linh", None, 2)
    assert asked[3] == ("Bình Tân", "", "TX. La Gi", None, 5)
    assert asked[5][1] == "4"
    assert [row["unit"] for row in reading["rows"]][:3] == ["23221", "23257", None]


def test_a11_the_hook_is_given_the_day_of_each_row() -> None:
    days: list[str] = []

    def units(_name: str, _code: str, _parent: str, day: Any, _row: int) -> tuple[None, None]:
        days.append(day.isoformat())
        return None, None

    as_json(read_table(case("A/A11_ma-dung-lai.csv"), "A11.csv"), units=units)
    assert days[:2] == ["2025-06-15", "2025-07-15"]


def test_a13_periods_are_read_as_periods() -> None:
    assert column(read("A13_sau-ngay-dong.csv"), "Kỳ") == ["2025-H1", "2025-Q3", "2025", "2025-H1", "2025-Q3"]


def test_a14_every_row_of_both_lists_is_there_with_its_sheet_row() -> None:
    first, second = read("A14_lan1-loi-dong-57.xlsx"), read("A14_lan2-sua-va-them.xlsx")
    assert len(first["rows"]) == EXPECTED["A14_lan1-loi-dong-57.xlsx"]["rows"]
    assert {r["row"]: r["values"]["Đơn vị"] for r in first["rows"]}[58] == "Xã Không Có Thật"
    assert column(second, "Mã mô hình").count("MH-0001") == 2
    assert column(second, "Mã mô hình").count(None) == 1


def test_a19_not_reported_is_not_zero() -> None:
    reading = read("A19_khong-va-trong.csv")
    assert column(reading, "Số mô hình") == [0, None, 12, None, 8]
    assert column(reading, "Tỷ lệ hộ nghèo") == [0, None, 0.06, None, 0.06]
    assert reading["sums"] == {"Số mô hình": 20}


def test_a21_cells_that_look_like_formulas_come_back_letter_for_letter() -> None:
    table = read_table(case("A/A21_tiem-cong-thuc.csv"), "A21.csv")
    cells = [row.cells[0] for row in table.rows]
    assert len(cells) == 13
    assert cells[:3] == ["=1+1", "+84 900 000 000", "-5"]
    assert cells[5:7] == ["\t=1+1", "\r=1+1"]
