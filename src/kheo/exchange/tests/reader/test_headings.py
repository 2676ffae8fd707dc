"""What columns mean: synonyms, brackets, slips of the fingers, choices, what a person chose before, and doubts."""

from __future__ import annotations

from typing import Any

import pytest

from kheo.exchange.reader import Table, read_table
from kheo.exchange.tests.reader.test_main_lists import MEANINGS
from kheo.exchange.tests.reader.writing import xlsx


def headed(*headings: Any, meanings: Any = MEANINGS, **options: Any) -> Table:
    return read_table(
        xlsx([headings, ["a"] * len(headings), ["b"] * len(headings)]), "a.xlsx", meanings=meanings, **options
    )


def meaning_of(*headings: Any, **options: Any) -> list[str | None]:
    return [h.meaning if h.choice is None else f"{h.meaning}={h.choice}" for h in headed(*headings, **options).headings]


@pytest.mark.parametrize(
    ("written", "meaning"),
    [
        ("Tên mô hình", "title"), ("TÊN MÔ HÌNH", "title"), ("Ten mo hinh", "title"), ("Tên mô hình:", "title"),
        ("Tên  mô\nhình", "title"), ("Tên mô hình (ghi đầy đủ)", "title"), ("Tên mô hình “Dân vận khéo”", "title"),
        ("Tên mô hìnhh", "title"), ("Đơn vị (xã, phường)", "unit"), ("Đơn vị tính", None),
        ("Số hộ tham gia mô hình", "households"),
        ("Lĩnh vực (KT/VHXH/QPAN/HTCT)", "field"), ("Tập thể hoặc cá nhân", "kind"),
        ("Số tập thể", None), ("Ghi chú", None),
    ],
)  # fmt: skip
def test_a_heading_is_understood_by_its_meaning(written: str, meaning: str | None) -> None:
    assert meaning_of("Mã", written)[1] == meaning


def test_what_a_person_chose_before_wins_over_the_words() -> None:
    assert meaning_of("Tên gọi lạ", "Tên mô hình", remembered={"ten goi la": "title", "ten mo hinh": ""}) == [
        "title",
        None,
    ]
    assert meaning_of("Cột KT", "Tên mô hình", remembered={"cot kt": "field=economy"})[0] == "field=economy"


def test_the_closer_of_two_headings_gets_the_meaning() -> None:
    assert meaning_of("Tên mô hình", "Tên mô hình cũ") == ["title", None]


def test_two_headings_that_fit_equally_are_asked_about_and_neither_is_taken() -> None:
    table = headed("Mã", "Tên mô hình cũ", "Tên mô hình mới")
    assert [h.meaning for h in table.headings] == [None, None, None]
    assert [a.code for a in table.asked] == ["exchange.heading_twice"]
    assert "B (Tên mô hình cũ), C (Tên mô hình mới)" in str(table.asked[0].text)


def test_an_unknown_label_under_a_meaning_stays_visible_as_its_choice() -> None:
    rows = [["Tên mô hình", "Lĩnh vực", None], [None, "KT", "Khác"], ["m1", "x", None], ["m2", None, "x"]]
    table = read_table(xlsx(rows, merges=["A1:A2", "B1:C1"]), "a.xlsx", meanings=MEANINGS)
    assert [(h.meaning, h.choice) for h in table.headings] == [("title", None), ("field", "economy"), ("field", "Khác")]


def test_columns_are_named_by_letter_and_heading_in_sentences() -> None:
    table = headed("Tên mô hình", "Đơn vị")
    assert [h.name for h in table.headings] == ["A (Tên mô hình)", "B (Đơn vị)"]
    column = table.column("unit")
    assert column is not None
    assert list(table.cells_of(column)) == ["a", "b"]
    assert table.column("households") is None
