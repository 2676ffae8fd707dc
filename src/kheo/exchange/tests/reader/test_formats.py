"""Every kind of file gives the same table; what each tells in its own way (errors, spans, days, fonts) is kept."""

from __future__ import annotations

import re
import struct
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from kheo.base.errors import Refused
from kheo.exchange.reader import Table, as_json, read_table
from kheo.exchange.reader.plain import sniff
from kheo.exchange.tests.reader.writing import (
    SHEET,
    case,
    ods,
    part,
    record,
    repacked,
    saved,
    sheet_xml,
    with_sheet,
    xls,
    xlsx,
)

ROWS: list[list[Any]] = [["TT", "Đơn vị", "Số hộ"], [1, "Xã A & B", 5], [2, "Xã C", 7.5], [None, "Tổng cộng", 12.5]]


def html(rows: list[list[Any]]) -> bytes:
    cells = ["".join(f"<td>{'' if c is None else str(c).replace('&', '&amp;')}</td>" for c in row) for row in rows]
    return ("<meta charset=utf-8><table>" + "".join(f"<tr>{line}</tr>" for line in cells) + "</table>").encode()


def xml2003(rows: list[list[Any]], extra: str = "") -> bytes:
    lines = []
    for row in rows:
        cells = []
        for n, cell in enumerate(row, 1):
            if cell is not None:
                kind = "Number" if isinstance(cell, int | float) else "String"
                text = str(cell).replace("&", "&amp;")
                cells.append(f'<Cell ss:Index="{n}"><Data ss:Type="{kind}">{text}</Data></Cell>')
        lines.append(f"<Row>{''.join(cells)}</Row>")
    return (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="Biểu"><Table>{"".join(lines)}</Table></Worksheet>{extra}</Workbook>'
    ).encode()


def plain(rows: list[list[Any]]) -> bytes:
    return "\n".join("\t".join("" if c is None else str(c) for c in row) for row in rows).encode("utf-16")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (xlsx(ROWS), "xlsx"),
        (xls(ROWS), "xls"),
        (ods(ROWS), "ods"),
        (html(ROWS), "html"),
        (xml2003(ROWS), "xml2003"),
        (plain(ROWS), "csv"),
    ],
)
def test_every_kind_of_file_gives_the_same_rows_sums_and_checks(data: bytes, kind: str) -> None:
    table = read_table(data, "a")
    reading = as_json(table)
    assert reading["kind"] == kind
    assert [list(row["values"].values()) for row in reading["rows"]] == [[1, "Xã A & B", 5], [2, "Xã C", 7.5]]
    assert reading["sums"] == {"Số hộ": 12.5}
    assert [(t["row"], t["kind"], t["ok"]) for t in reading["totals"]] == [(4, "total", True)]


def refused(table: Table) -> list[tuple[str, int, str]]:
    return [(r["code"], r["row"], r["column"]) for r in as_json(table)["refused"]]


def broken_formulas() -> bytes:
    book = openpyxl.Workbook()
    for row in (["TT", "Đơn vị", "Số hộ"], [1, "Xã A", 5], [2, "Xã B", 6], [3, "Xã C", "#REF!"]):
        book.active.append(row)
    book.active["C4"].data_type = "e"
    return saved(book)


@pytest.mark.parametrize(
    "data",
    [
        broken_formulas(),
        xls([*ROWS[:2], [2, "Xã B", 6], [3, "Xã C", "#REF!"]]),
        ods(
            [
                *ROWS[:2],
                [2, "Xã B", 6],
                [3, "Xã C", {"office:value-type": "float", "office:value": "0", "text": "#REF!"}],
            ]
        ),
    ],
)
def test_a_formula_that_failed_is_a_refusal_of_its_cell_and_never_an_empty_one(data: bytes) -> None:
    assert refused(read_table(data, "a")) == [("exchange.cell_error", 4, "C (Số hộ)")]


def test_error_cells_are_found_also_where_the_xml_is_written_unusually() -> None:
    unusual = part(broken_formulas(), SHEET).decode().replace('<c r="C4"', "<c r='C4'")
    assert refused(read_table(repacked(broken_formulas(), {SHEET: unusual.encode()}), "a.xlsx")) == [
        ("exchange.cell_error", 4, "C (Số hộ)")
    ]


def test_the_stored_value_of_a_formula_is_read_and_nothing_is_run(tmp_path: Any) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Tên", "Số hộ"])
    sheet.write_row(1, 0, ["m1"])
    sheet.write_formula(1, 1, "=2+3", None, 5)
    sheet.write_row(2, 0, ["m2"])
    sheet.write_formula(2, 1, "='[khác.xlsx]Sheet1'!A1", None, 7)
    book.close()
    assert [row.cells[1] for row in read_table(path.read_bytes(), "a.xlsx").rows] == [5.0, 7.0]


@pytest.mark.parametrize("written", ['<c r="', "<c r='"])
def test_a_formula_whose_result_was_never_stored_is_refused_not_taken_for_an_empty_cell(written: str) -> None:
    data = xlsx(
        [
            ["TT", "Đơn vị", "Số hộ"],
            [1, "Xã A", 5],
            [2, "Xã B", "=C2+1"],
            [3, '=""', 6],
            [None, "Tổng cộng", "=SUM(C2:C4)"],
        ]
    )
    xml = re.sub(r'<c r="([A-Z0-9]+)"', written + r"\1" + written[-1], part(data, SHEET).decode())
    quote = written[-1]
    xml = xml.replace(f"4{quote}><f>", f"4{quote} t={quote}str{quote}><f>")  # an empty text is a result
    table = read_table(repacked(data, {SHEET: xml.encode()}), "a.xlsx")
    assert refused(table) == [("exchange.cell_error", 3, "C (Số hộ)")]
    assert "save it again" in as_json(table)["refused"][0]["text"]
    assert [row.number for row in table.rows] == [2, 3, 4]


def test_spans_of_html_and_xml_are_merged_headings() -> None:
    page = case("A/A07_html.xls")
    assert [h.text for h in read_table(page, "a.xls").headings][2:] == ["Mô hình / Cũ", "Mô hình / Mới"]
    data = xml2003([["TT", "Số hộ", None], [None, "Nam", "Nữ"], [1, 2, 3], [2, 4, 5]])
    data = data.replace(
        b'<Cell ss:Index="1"><Data ss:Type="String">TT', b'<Cell ss:MergeDown="1"><Data ss:Type="String">TT'
    )
    data = data.replace(
        b'<Cell ss:Index="2"><Data ss:Type="String">S', b'<Cell ss:MergeAcross="1"><Data ss:Type="String">S'
    )
    table = read_table(data, "a.xml")
    assert [h.text for h in table.headings] == ["TT", "Số hộ / Nam", "Số hộ / Nữ"]
    assert [row.cells for row in table.rows] == [(1.0, 2.0, 3.0), (2.0, 4.0, 5.0)]


def test_the_tables_of_a_page_stand_under_each_other_and_scripts_say_nothing() -> None:
    head = b"<table><tr><td>UBND x\xc3\xa3<td>C\xe1\xbb\x98NG H\xc3\x92A<script>alert(1)</script></table>"
    table = read_table(head + html(ROWS), "a.xls")
    assert [row.number for row in table.rows] == [4, 5]
    assert all("alert" not in s.text for s in table.skipped)


def test_a_table_inside_a_cell_is_its_text() -> None:
    inner = html([["Tên", "Số hộ"], ["m1", 5]]).replace(
        b"<td>m1</td>", b"<td>m1<br><table><tr><td>x</td></tr></table></td>"
    )
    assert [row.cells for row in read_table(inner, "a.xls").rows] == [("m1\nx", "5")]


def test_hidden_sheets_of_every_kind_are_not_taken() -> None:
    hidden = (
        '<Worksheet ss:Name="Ẩn"><Table><Row><Cell><Data ss:Type="String">TT</Data></Cell></Row></Table>'
        "<WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>"
    )
    assert read_table(xml2003(ROWS, hidden), "a.xml").sheet == "Biểu"
    with pytest.raises(Refused) as nothing:
        read_table(ods(ROWS, hidden=True), "a.ods")
    assert nothing.value.refusal.code == "exchange.file_no_table"
    assert len(read_table(ods(ROWS, hidden=True), "a.ods", sheet="Bảng").rows) == 2


def test_days_of_every_kind_are_days() -> None:
    day = {"office:value-type": "date", "office:date-value": "2025-07-05", "text": "5/7/25"}
    assert read_table(ods([["Tên", "Ngày"], ["m1", day]]), "a.ods").rows[0].cells[1] == date(2025, 7, 5)
    book = openpyxl.Workbook()
    book.active.append(["Tên", "Ngày"])
    book.active.append(["m1", datetime(2025, 7, 5)])
    assert as_json(read_table(saved(book), "a.xlsx"))["rows"][0]["values"]["Ngày"] == "2025-07-05"


def test_an_old_workbook_says_which_numbers_are_days_in_its_own_calendar() -> None:
    # Styles: 0 and 1 plain, 2 shown as a day by a built-in format.
    styles = record(0x00E0, struct.pack("<HHH", 0, 0, 0) + b"\0" * 14) + record(
        0x00E0, struct.pack("<HHH", 0, 14, 0) + b"\0" * 14
    )
    cell = record(0x0203, struct.pack("<HHHd", 1, 1, 1, 45657.0))
    rows: list[list[Any]] = [["Tên", "Ngày"], ["m1", None]]
    assert read_table(xls(rows, extra=cell, globals_extra=styles), "a.xls").rows[0].cells[1] == date(2024, 12, 31)


def test_numbers_squeezed_into_thirty_bits_come_out_whole() -> None:
    whole = struct.pack("<HI", 0, (1234 << 2) | 2)
    part_of = struct.pack("<HI", 0, (16534 << 2) | 3)
    below = struct.pack("<HI", 0, ((-5 & 0x3FFFFFFF) << 2) | 2)
    squeezed = record(0x00BD, struct.pack("<HH", 1, 1) + whole + part_of + below + struct.pack("<H", 3))
    rows: list[list[Any]] = [["Tên", "Một", "Hai", "Ba"], ["m1", None, None, None]]
    assert read_table(xls(rows, extra=squeezed), "a.xls").rows[0].cells == ("m1", 1234.0, 165.34, -5.0)


def test_shared_strings_of_an_old_workbook_run_on_over_records() -> None:
    first = struct.pack("<II", 2, 2) + struct.pack("<HB", 4, 1) + "Xã".encode("utf-16-le")
    rest = b"\1" + " A".encode("utf-16-le") + struct.pack("<HB", 3, 0) + b"xyz"
    shared = record(0x00FC, first) + record(0x003C, rest)
    cells = record(0x00FD, struct.pack("<HHHI", 1, 0, 0, 0)) + record(0x00FD, struct.pack("<HHHI", 2, 0, 0, 1))
    rows: list[list[Any]] = [["Tên xã"], [None], [None]]
    assert [row.cells for row in read_table(xls(rows, extra=cells, globals_extra=shared), "a.xls").rows] == [
        ("Xã A",),
        ("xyz",),
    ]


def test_letters_inside_a_part_never_count_as_cells() -> None:
    cells = (
        '<!-- <c r="XFD1048576"><v>1</v></c> --><row r="1"><c r="A1" t="inlineStr"><is><t>Tên</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t><![CDATA[<c r="XFD9"><v>1</v></c>]]></t></is></c></row>'
    )
    assert [row.cells for row in read_table(with_sheet(sheet_xml(cells)), "a.xlsx").rows] == [
        ('<c r="XFD9"><v>1</v></c>',)
    ]


WORD = st.text("abcđêơ ;,|", min_size=0, max_size=12).map(lambda text: "a" + text + "b")


@given(st.lists(st.lists(WORD, min_size=3, max_size=3), min_size=2, max_size=12), st.sampled_from("\t;|,"))
@settings(deadline=None)
def test_the_sign_between_cells_is_found_whatever_the_cells_hold(rows: list[list[str]], sign: str) -> None:
    quoted = "\r\n".join(
        sign.join(f'"{cell}"' if any(c in cell for c in ";,|") else cell for cell in row) for row in rows
    )
    assert sniff(quoted + "\r\n") == sign


def test_a_single_column_is_not_parted_by_a_sign_that_stands_once() -> None:
    assert len(as_json(read_table(case("A/A21_tiem-cong-thuc.csv"), "a.csv"))["headings"]) == 1


def test_a_quote_never_closed_is_a_letter_and_eats_no_rows() -> None:
    lines = ["Tên;Số hộ", 'Mô hình 5";4', "m2;5", *[f"m{n};{n}" for n in range(3, 40)]]
    assert len(read_table("\n".join(lines).encode(), "a.csv").rows) == 39


def test_a_ditto_mark_alone_between_signs_is_a_ditto_mark() -> None:
    table = read_table('Đơn vị\tTên\nXã A\tm1\n"\tm2\n'.encode(), "a.txt")
    assert [row.cells for row in table.rows] == [("Xã A", "m1"), ("Xã A", "m2")]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_text_is_read_in_every_unicode_writing_with_or_without_its_mark(codec: str) -> None:
    table = read_table("Tên mô hình;Số hộ\nĐường hoa;5\nNhà văn hóa;6\n".encode(codec), "a.csv")
    assert [row.cells for row in table.rows] == [("Đường hoa", "5"), ("Nhà văn hóa", "6")]
    assert table.asked == ()


def test_a_name_that_promises_another_kind_is_told_and_harmless() -> None:
    assert [str(n.text) for n in read_table(xlsx(ROWS), "a.csv").notes] == [
        "The file is called a.csv but is .xlsx inside; it was read as that."
    ]
    assert read_table(xlsx(ROWS), "a.xlsx").notes == ()
