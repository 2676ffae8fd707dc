"""Old Vietnamese codes: known by font or by what they spell, never where the text is sound or another language."""

from __future__ import annotations

import unicodedata
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from kheo.exchange.reader import legacy, read_table
from kheo.exchange.tests.reader.writing import case, saved, xls, xlsx

# The same three rows in each code, as the letters look to a reader that does not know the code.
TCVN3 = [["Tªn m« h×nh", "§¬n vÞ"], ["§\xadêng hoa tù qu¶n", "X· Hßa Th¾ng"], ["ñy ban nh©n d©n", "Ph\xadêng Phó Thñy"]]
VNI = [
    ["Teân moâ hình", "Ñôn vò"],
    ["Ñöôøng hoa töï quaûn", "Xaõ Hoøa Thaéng"],
    ["UÛy ban nhaân daân", "Phöôøng Phuù Thuûy"],
]
RIGHT = [("Đường hoa tự quản", "Xã Hòa Thắng"), ("Ủy ban nhân dân", "Phường Phú Thủy")]
SOUND = [
    "Câu lạc bộ thôn 3, Uỷ ban nhân dân xã Đà Lạt, đường hoa tự quản, khuỷu tay nghiêng",
    "Hà Nam, Cà Mau, Sóc Trăng", "São Paulo, população, saúde, educação é ação", "élève, où là très Noël",
    "رائد التجريبي", "Kpă Thử Ơ̆, H’Thử Niê Kđăm",
]  # fmt: skip


def in_1258(text: str) -> bytes:
    """As Windows-1258 writes it: the tone after its letter."""
    written = b""
    for char in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", char)
        tones = "".join(c for c in parts if c in "\u0300\u0301\u0303\u0309\u0323")
        base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones))
        written += (base + tones).encode("cp1258")
    return written


def as_lines(rows: list[list[str]]) -> str:
    return "\n".join(";".join(row) for row in rows)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (as_lines(TCVN3).encode("latin-1"), "tcvn3"),
        (as_lines(VNI).encode("cp1252"), "vni"),
        (in_1258("Tên mô hình;Đơn vị\nĐường hoa tự quản;Xã Hòa Thắng\nỦy ban nhân dân;Phường Phú Thủy"), "cp1258"),
    ],
)
def test_a_text_file_in_an_old_code_is_converted_and_asked_about(data: bytes, code: str) -> None:
    table = read_table(data, "a.csv")
    assert [row.cells for row in table.rows] == RIGHT
    assert table.headings[0].text == "Tên mô hình"
    assert (table.encoding, [a.code for a in table.asked]) == (code, ["exchange.encoding_asked"])
    assert read_table(data, "a.csv", consent_encoding=True).asked == ()


@pytest.mark.parametrize(
    ("data", "code"),
    [(xlsx(TCVN3), "tcvn3"), (xlsx(VNI), "vni"), (xls(TCVN3), "tcvn3"), (xls(TCVN3, font=".VnTime"), "tcvn3")],
)
def test_a_workbook_in_an_old_code_is_converted_with_or_without_its_font(data: bytes, code: str) -> None:
    table = read_table(data, "a")
    assert [row.cells for row in table.rows] == RIGHT
    assert (table.encoding, [a.code for a in table.asked]) == (code, ["exchange.encoding_asked"])


def test_text_made_unicode_twice_is_mended() -> None:
    spoilt = "".join(
        chr(b) if b in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([b]).decode("cp1252")
        for b in "Đường hoa tự quản".encode()
    )
    table = read_table(xlsx([["Tên", "Số"], [spoilt, 5], ["Nhà văn hóa".encode().decode("cp1252"), 6]]), "a.xlsx")
    assert [row.cells[0] for row in table.rows] == ["Đường hoa tự quản", "Nhà văn hóa"]
    assert table.encoding == "utf-8-twice"


def test_only_the_cells_in_the_old_font_are_converted_where_a_sheet_has_both() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (["Tên mô hình", "Ghi chú"], ["§\xadêng hoa", "giữ nguyên"], ["Nhà văn hóa", "tæng céng"]):
        sheet.append(row)
    sheet["A2"].font = Font(name=".VnArial")
    sheet["B3"].font = Font(name=".VnTimeH")
    table = read_table(saved(book), "a.xlsx")
    assert [row.cells for row in table.rows] == [("Đường hoa", "giữ nguyên"), ("Nhà văn hóa", "TỔNG CỘNG")]


@pytest.mark.parametrize("text", SOUND)
def test_sound_vietnamese_and_other_languages_are_left_alone(text: str) -> None:
    assert legacy.recognise([text]) is None
    table = read_table(xlsx([["Tên", "Số"], [text, 1], [text, 2]]), "a.xlsx")
    assert (table.rows[0].cells[0], table.encoding, table.asked) == (text, None, ())


def test_other_western_bytes_are_read_with_consent() -> None:
    table = read_table("Nome;Total\nEducação;5\nSaúde;6\n".encode("cp1252"), "a.csv")
    assert [row.cells[0] for row in table.rows] == ["Educação", "Saúde"]
    assert [a.code for a in table.asked] == ["exchange.encoding_asked"]


def test_the_official_letters_are_syllables_and_others_are_not() -> None:
    units = case("units/don-vi.csv").decode()
    good, words = legacy.spelling([units])
    assert words > 100
    assert good >= 0.98 * words
    assert not any(map(legacy.is_syllable, ["population", "éducation", "cộnk", "tốch", "thạg", "ngk"]))
    assert not legacy.is_syllable("càc")
