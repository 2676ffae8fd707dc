"""Files that are no table, are locked, cut, or made to do harm: one clear sentence, nothing unpacked whole."""

from __future__ import annotations

import io
import re
import resource
import struct
import time
import zipfile
import zlib
from collections.abc import Callable

import openpyxl
import pytest

from kheo.base.errors import Refused
from kheo.exchange.reader import as_json, guard, read_table
from kheo.exchange.tests.reader import writing
from kheo.exchange.tests.reader.writing import SHEET, case, repacked, sheet_xml, with_sheet, xlsx

LIST = xlsx([["TT", "Đơn vị", "Số hộ"], [1, "Xã A", 5], [2, "Xã B", 7]])


def refusal(data: bytes, name: str = "danh-sach.xlsx") -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        read_table(data, name)
    only = refused.value.refusal
    return only.code.removeprefix("exchange."), str(only.text)


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "picture"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 40, "picture"),
        (b"{\\rtf1 Danh s\\'e1ch}", "RTF"),
        (b"Rar!\x1a\x07\x00", "archive"),
        (b"\x1f\x8b\x08\x00", "archive"),
        (b"MZ\x90\x00" + b"\0" * 60, "program"),
        (b"SQLite format 3\0", "database"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "MHT"),
        (b'{\n "rows": []}', "JSON"),
        (b'<?xml version="1.0"?><a/>', "XML"),
        (b"<html><body><p>Xin ch\xc3\xa0o</p></body></html>", "web page"),
        (bytes(range(256)) * 20, "binary"),
    ],
)
def test_what_is_no_table_is_refused_by_its_real_name_and_told_what_to_do(data: bytes, named: str) -> None:
    code, text = refusal(data)
    assert code == "file_kind"
    assert named in text
    assert ".xlsx" in text


def zipped(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, b"<a/>")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("names", "named"),
    [
        (("[Content_Types].xml", "word/document.xml"), "Word"),
        (("[Content_Types].xml", "ppt/presentation.xml"), "PowerPoint"),
        (("[Content_Types].xml", "xl/workbook.bin"), "xlsb"),
        (("anh.jpg",), "ZIP"),
    ],
)
def test_other_office_files_are_named(names: tuple[str, ...], named: str) -> None:
    code, text = refusal(zipped(*names))
    assert (code, named in text) == ("file_kind", True)


def test_other_old_office_files_are_named() -> None:
    assert "Word" in refusal(writing.compound({"WordDocument": b"x"}))[1]
    assert "PowerPoint" in refusal(writing.compound({"PowerPoint Document": b"x"}))[1]
    assert refusal(writing.compound({"Contents": b"x"}))[0] == "file_kind"


def test_a_locked_workbook_is_named_as_locked() -> None:
    locked_new = writing.compound({"EncryptionInfo": b"x", "EncryptedPackage": b"x"})
    locked_old = writing.xls([["TT", "Tên"], [1, "a"]], globals_extra=writing.record(0x002F, b"\0" * 6))
    assert refusal(locked_new)[0] == refusal(locked_old, "a.xls")[0] == "file_password"
    flagged = bytearray(LIST)
    for at in range(len(flagged) - 4):
        if flagged[at : at + 4] == b"PK\x01\x02":
            flagged[at + 8] |= 1
    assert refusal(bytes(flagged))[0] == "file_password"


def test_a_workbook_with_macros_is_refused_unopened() -> None:
    assert refusal(repacked(LIST, {}, {"xl/vbaProject.bin": b"x"}))[0] == "file_macros"
    assert refusal(repacked(LIST, {}, {"xl/macrosheets/sheet1.xml": b"x"}))[0] == "file_macros"
    assert refusal(writing.compound({"Workbook": b"x", "_VBA_PROJECT": b"x"}), "a.xls")[0] == "file_macros"
    assert refusal(repacked(writing.ods([["a"]]), {}, {"Basic/Standard/Module1.xml": b"x"}))[0] == "file_macros"


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("make", [lambda: LIST, lambda: writing.ods([["TT", "Tên"], [1, "a"]])])
def test_a_cut_workbook_is_said_to_be_cut(make: Callable[[], bytes], share: float) -> None:
    data = make()
    assert refusal(data[: int(len(data) * share)])[0] == "file_damaged"


def test_a_cut_old_workbook_is_said_to_be_cut() -> None:
    data = writing.xls([["TT", "Tên"], *[[n, f"Mô hình {n}"] for n in range(200)]])
    assert refusal(data[:3000], "a.xls")[0] == "file_damaged"


@pytest.mark.parametrize("name", ["../x.xml", "/etc/x.xml", "a\\b.xml", "C:x.xml", "xl/../../x.xml"])
def test_a_workbook_with_tricks_in_its_part_names_is_refused(name: str) -> None:
    assert refusal(repacked(LIST, {}, {name: b"x"}))[0] == "file_unsafe"


def test_a_workbook_that_holds_one_part_twice_is_refused() -> None:
    stream = io.BytesIO(LIST)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(SHEET, b"<worksheet/>")
    assert refusal(stream.getvalue())[0] == "file_unsafe"


def test_xml_that_multiplies_itself_is_refused() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    xml = sheet_xml('<row r="1"><c r="A1"><v>&b;</v></c></row>').replace("?>", "?>" + bomb)
    assert refusal(with_sheet(xml))[0] == "file_unsafe"
    book = writing.part(LIST, "xl/workbook.xml").replace(b"<workbook", bomb.encode() + b"<workbook", 1)
    assert refusal(repacked(LIST, {"xl/workbook.xml": book}))[0] == "file_unsafe"
    old = case("A/A07_xml2003.xls").replace(b"?>", b"?>" + bomb.encode(), 1)
    assert refusal(old, "a.xls")[0] == "file_unsafe"


def test_a_count_that_a_part_tells_of_itself_reserves_no_memory() -> None:
    strings = '<sst count="4294967295" uniqueCount="4294967295"><si><t>a</t></si></sst>'
    assert refusal(repacked(LIST, {}, {"xl/sharedStrings.xml": strings.encode()}))[0] == "file_unsafe"
    padded = " " * (guard.CHUNK - 30) + strings  # the count lies across two pieces
    assert refusal(repacked(LIST, {}, {"xl/sharedStrings.xml": padded.encode()}))[0] == "file_unsafe"


def grown(action: Callable[[], object]) -> tuple[float, int]:
    """Seconds of work and megabytes by which the highest memory of the process rose (other processes may be busy)."""
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    action()
    return time.process_time() - start, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10


def test_a_bomb_is_refused_quickly_in_one_sentence_without_memory() -> None:
    codes: list[str] = []
    seconds, megabytes = grown(lambda: codes.append(refusal(case("A/A06_bom-nen-250MB.xlsx"))[0]))
    assert codes == ["file_too_big"]
    assert seconds < 5
    assert megabytes < 100


def lying(data: bytes, name: str, size: int) -> bytes:
    """A zip that declares a part to be smaller than it is, with the checksum of the beginning it admits to."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo(name)
        with archive.open(info) as part:
            crc = zlib.crc32(part.read(size))
    told = bytearray(data)
    encoded = name.encode()
    for signature, at_crc, at_size, at_name in ((b"PK\x03\x04", 14, 22, 30), (b"PK\x01\x02", 16, 24, 46)):
        at = told.find(signature)
        while at >= 0:
            if told[at + at_name : at + at_name + len(encoded)] == encoded:
                struct.pack_into("<I", told, at + at_crc, crc)
                struct.pack_into("<I", told, at + at_size, size)
            at = told.find(signature, at + 4)
    return bytes(told)


def test_a_bomb_that_lies_about_its_size_is_counted_while_unpacking() -> None:
    codes: list[str] = []
    bomb = lying(case("A/A06_bom-nen-250MB.xlsx"), SHEET, 10_000)
    seconds, megabytes = grown(lambda: codes.append(refusal(bomb)[0]))
    assert codes == ["file_too_big"]
    assert seconds < 5
    assert megabytes < 100
    assert refusal(lying(LIST, SHEET, 100))[0] == "file_damaged"


def test_a_file_too_large_to_be_taken_in_is_refused_before_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "PACKED", 1000)
    assert refusal(LIST)[0] == "file_too_big"


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'


@pytest.mark.parametrize(
    "cells",
    [
        FAR,
        FAR.replace('"', "'"),  # other quotes
        '<row><c><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>',
        FAR.replace("<c r=", "<c s='0' r="),  # other order
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>2</v></c></row>',  # a cell that denies its row
        FAR.replace("<c ", "<c\n"),
        '<row r="1"><c r="ZZZ1"><v>1</v></c></row>',
        '<row r="9999999"><c r="A9999999"><v>1</v></c></row>' + FAR,
    ],
)
def test_a_value_far_outside_is_refused_before_memory_is_taken_for_the_empty_cells_between(cells: str) -> None:
    seconds, megabytes = grown(lambda: refusal(with_sheet(sheet_xml(cells))))
    assert refusal(with_sheet(sheet_xml(cells)))[0] == "file_too_many_cells"
    assert seconds < 5
    assert megabytes < 100


@pytest.mark.parametrize(
    "cell",
    [
        "1" + " " * 32_000 + "5",
        "1." * 16_000,
        "từ " * 10_000,
        "(" * 32_000,
        "9" * 32_000,
        "1/" * 16_000,
        "a" * 32_000,
        "- " * 16_000,
    ],
)
def test_long_cells_made_to_be_slow_are_not(cell: str) -> None:
    start = time.process_time()
    for heading in ("Số hộ", "Ngày bắt đầu", "Thời gian", "Ghi chú"):
        rows = [["TT", heading], *[[n, cell] for n in range(4)], [5, "26/06/2025"]]
        as_json(read_table("\n".join("\t".join(map(str, row)) for row in rows).encode(), "a.csv"))
    assert time.process_time() - start < 5


def test_xml_made_to_be_slow_is_not() -> None:
    start = time.process_time()
    for cell in ('<c r="A1" t="e">', '<c r="A1" t="e" ', '<c r="A1" t="e"><v>', '<c r="A1"><f>'):
        assert refusal(with_sheet(sheet_xml('<row r="1">' + cell * 40_000)))[0] == "file_damaged"
    assert time.process_time() - start < 10


def test_formatted_empty_cells_far_outside_do_no_harm() -> None:
    cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>Tên xã</t></is></c></row><row r="2"><c r="A2"><v>5</v></c></row>'
    far = '<row r="1048576"><c r="A1048576" s="0"/><c r="XFD1048576" s="0"/></row>'
    table = read_table(with_sheet(sheet_xml(cells + far)), "a.xlsx")
    assert [row.cells for row in table.rows] == [(5.0,)]


def test_a_sheet_whose_xml_is_written_unusually_is_read_all_the_same() -> None:
    plain = writing.part(LIST, SHEET).decode()
    for written in (r'<c  r="\1"', r"<c r='\1'", r'<c s="0" r="\1"'):
        unusual = re.sub(r'<c r="([A-Z0-9]+)"', written, plain)
        table = read_table(repacked(LIST, {SHEET: unusual.encode()}), "a.xlsx")
        assert [row.cells for row in table.rows] == [(1.0, "Xã A", 5.0), (2.0, "Xã B", 7.0)]


def test_an_old_workbook_with_a_value_far_outside_takes_no_memory_for_the_empty_cells_between() -> None:
    far = writing.record(0x0203, struct.pack("<HHHd", 65535, 255, 0, 1.0))
    book = writing.xls([["TT", "Tên"], [1, "a"]], extra=far)
    seconds, megabytes = grown(lambda: read_table(book, "a.xls"))
    assert seconds < 5
    assert megabytes < 100
    assert read_table(book, "a.xls").rows[-1].number == 65536
    beyond = writing.record(0x0203, struct.pack("<HHHd", 3, 300, 0, 1.0))
    assert refusal(writing.xls([["TT", "Tên"], [1, "a"]], extra=beyond), "a.xls")[0] == "file_damaged"


def test_repeated_cells_of_an_opendocument_are_bounded() -> None:
    cell = (
        '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="{}">'
        "<text:p>1</text:p></table:table-cell>"
    )
    wide = f'<table:table-row table:number-rows-repeated="1048576">{cell.format(16384)}</table:table-row>'
    tall = f'<table:table-row table:number-rows-repeated="1048576">{cell.format(900)}</table:table-row>'
    for extra in (wide, tall):
        assert refusal(writing.ods([["Tên"]], extra=extra), "a.ods")[0] == "file_too_many_cells"


def test_a_locked_opendocument_is_named_as_locked() -> None:
    manifest = b'<manifest:file-entry><manifest:encryption-data manifest:checksum="x"/></manifest:file-entry>'
    assert refusal(repacked(writing.ods([["a"]]), {}, {"META-INF/manifest.xml": manifest}))[0] == "file_password"


def test_a_book_of_thousands_of_sheets_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "SHEETS", 3)
    book = openpyxl.Workbook()
    for _n in range(4):
        book.create_sheet()
    assert refusal(writing.saved(book))[0] == "file_damaged"


def test_a_file_without_any_table_says_so() -> None:
    assert refusal(xlsx([]))[0] == "file_no_table"
    assert refusal(b"\n\n\n", "a.csv")[0] == "file_no_table"
    with pytest.raises(Refused) as refused:
        read_table(LIST, "a.xlsx", sheet="Khác")
    assert refused.value.refusal.code == "exchange.file_sheet_unknown"
    assert "Sheet" in str(refused.value.refusal.text)
