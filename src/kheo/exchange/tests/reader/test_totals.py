"""What a sheet says its sums are, against the leaves it covers."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kheo.exchange.reader import Table, read_table
from kheo.exchange.tests.reader.writing import xlsx

HEAD = ["TT", "Đơn vị", "Số mô hình", "Kinh phí (triệu đồng)"]


def read(*rows: list[Any]) -> Table:
    return read_table(xlsx([HEAD, *rows]), "a.xlsx")


def doubts(table: Table) -> list[tuple[str, int | None, str | None]]:
    return [(a.code.removeprefix("exchange."), a.row, a.column) for a in table.asked]


def test_a_total_that_does_not_match_its_leaves_is_asked_about_with_both_numbers() -> None:
    table = read([1, "Xã A", 5, 1.5], [2, "Xã B", 7, 2.5], [None, "Tổng cộng", 13, 4])
    assert doubts(table) == [("total_mismatch", 4, "C (Số mô hình)")]
    assert "13" in str(table.asked[0].text)
    assert "12" in str(table.asked[0].text)
    assert [(c.column, c.ok) for c in table.checks] == [(2, False), (3, True)]


def test_a_groups_own_number_is_checked_against_its_leaves_only() -> None:
    table = read(["I", "Huyện A", 5, None], [1, "Xã A", 5, 1], ["II", "Huyện B", 9, None], [1, "Xã B", 7, 1])
    assert doubts(table) == [("total_mismatch", 4, "C (Số mô hình)")]


def test_subtotals_cover_their_group_and_the_grand_total_everything() -> None:
    table = read(
        ["I", "Xã A", None, None], [1, "m1", 4, 1], [2, "m2", 2, 1], [None, "Cộng", 6, 2],
        ["II", "Xã B", None, None], [1, "m3", 9, 1], [None, "Cộng", 9, 1], [None, "Tổng cộng", 15, 3],
    )  # fmt: skip
    assert doubts(table) == []
    assert [(t.kind, t.first, t.last) for t in table.totals if t.kind != "group"] == [
        ("subtotal", 0, 2), ("subtotal", 2, 3), ("total", 0, 3),
    ]  # fmt: skip


def test_a_total_above_its_leaves_is_a_total_too() -> None:
    table = read([None, "TỔNG SỐ", 12, 4], [1, "Xã A", 5, 1.5], [2, "Xã B", 7, 2.5])
    assert (len(table.rows), doubts(table), table.totals[0].last) == (2, [], 2)


def test_bare_sums_under_the_last_numbered_row_are_a_total() -> None:
    table = read([1, "Xã A", 5, 1.5], [2, "Xã B", 7, 2.5], [None, None, 12, 4])
    assert ([s.reason for s in table.skipped], len(table.rows)) == (["heading", "total"], 2)


def test_a_total_that_carries_a_running_number_is_a_total() -> None:
    table = read([1, "Xã A", 5, 1.5], [2, "Xã B", 7, 2.5], [3, "Tổng cộng", 12, 4])
    assert (len(table.rows), doubts(table), [t.kind for t in table.totals]) == (2, [], ["total"])


def test_names_that_begin_like_a_total_are_leaves() -> None:
    names = ["Cộng đồng dân cư tự quản", "Tổng vệ sinh ngày thứ Bảy", "Tổng đội thanh niên xung phong", "Tổ tự quản"]
    table = read_table(xlsx([["Tên mô hình", "Số hộ"], *[[name, 5] for name in names]]), "a.xlsx")
    assert [row.cells[0] for row in table.rows] == names


def test_binary_noise_of_a_formula_is_no_mismatch() -> None:
    table = read([1, "Xã A", 5, 1.1], [2, "Xã B", 7, 2.2], [None, "Tổng cộng", 12, 3.3000000000000003])
    assert doubts(table) == []


def test_shares_prices_and_years_are_not_added_up() -> None:
    rows = [
        ["TT", "Đơn vị", "Tỷ lệ (%)", "Đơn giá", "Năm", "Số hộ / Nam"],
        [1, "Xã A", 50, 7, 2024, 3],
        [2, "Xã B", 70, 8, 2025, 4],
    ]
    assert read_table(xlsx(rows), "a.xlsx").sums == {5: 7}


@given(st.lists(st.lists(st.decimals(-1000, 1000, places=2), min_size=1, max_size=5), min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_sums_are_exact_whatever_the_fractions(groups: list[list[Any]]) -> None:
    rows: list[list[Any]] = []
    for n, numbers in enumerate(groups):
        rows.append([["I", "II", "III", "IV"][n], f"Huyện {n}", None, float(sum(numbers))])
        rows += [[at, f"Xã {n} {at}", 1, float(number)] for at, number in enumerate(numbers, 1)]
    table = read(*rows)
    assert table.sums[3] == sum(sum(numbers) for numbers in groups)
    assert doubts(table) == []
