"""The two registration lists as communes keep them: every row as its right reading says, the unit's code apart."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from kheo.base.text import clean
from kheo.exchange.reader import (
    DateColumn,
    NumberColumn,
    Row,
    Table,
    as_text,
    chosen,
    read_count,
    read_date,
    read_span,
    read_table,
    ticked,
)
from kheo.exchange.tests.reader.writing import CASES, case

MEANINGS: Mapping[str, Sequence[str]] = {
    "title": ["Tên mô hình", "Tên mô hình, điển hình"],
    "unit": ["Đơn vị", "Đơn vị đăng ký"],
    "field": ["Lĩnh vực"],
    "field=economy": ["Kinh tế", "KT"],
    "field=culture_society": ["VH-XH", "VHXH", "Văn hóa - xã hội"],
    "field=defence_security": ["QP-AN", "QPAN", "Quốc phòng - An ninh"],
    "field=political_system": ["XD HTCT", "HTCT", "Xây dựng HTCT"],
    "kind": ["Tập thể/Cá nhân"],
    "kind=collective": ["Tập thể", "TT"],
    "kind=individual": ["Cá nhân", "CN"],
    "novelty": ["Loại đăng ký", "Mới/Duy trì/Nhân rộng"],
    "novelty=new": ["Đăng ký mới", "Mới"],
    "novelty=kept": ["Duy trì", "DT"],
    "novelty=replicated": ["Nhân rộng"],
    "span": ["Thời gian thực hiện"],
    "start": ["Ngày bắt đầu"],
    "end": ["Ngày kết thúc"],
    "households": ["Số hộ tham gia", "Hộ tham gia"],
}
LISTS: dict[str, Any] = json.loads((CASES / "main" / "expected.json").read_text())
NAMES = ["dang-ky-lam-dong-2025.xlsx", "dang-ky-gia-lai-2025.xlsx"]


def reading(name: str) -> Table:
    return read_table(case(f"main/{name}"), name, meanings=MEANINGS)


def cell(table: Table, row: Row, meaning: str) -> Any:
    heading = table.column(meaning)
    return row.cells[heading.index] if heading else ""


def choice(table: Table, row: Row, meaning: str) -> str | None:
    if table.choices(meaning):
        return ticked(table, row, meaning).value
    return chosen(cell(table, row, meaning), MEANINGS, meaning)


def days(table: Table, row: Row) -> tuple[Any, Any]:
    if span := table.column("span"):
        column = DateColumn(table.cells_of(span), name=span.name)
        value = read_span(row.cells[span.index], column, row.number).value
        return (value.first, value.last) if value else (None, None)
    return read_date(cell(table, row, "start")).value, read_date(cell(table, row, "end")).value


def as_registered(table: Table, row: Row) -> dict[str, Any]:
    start, end = days(table, row)
    heading = table.column("households")
    assert heading is not None
    households = NumberColumn(table.cells_of(heading), name=heading.name, count=True)
    return {
        "row": row.number,
        "name": clean(as_text(cell(table, row, "title"))),
        "field": choice(table, row, "field"),
        "kind": choice(table, row, "kind"),
        "start": start.isoformat(),
        "end": end.isoformat(),
        "households": read_count(row.cells[heading.index], households, row.number).value,
        "novelty": choice(table, row, "novelty"),
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_row_of_a_registration_list_is_read_as_it_is_meant(name: str) -> None:
    table = reading(name)
    rights = [{k: v for k, v in row.items() if k != "unit_code"} for row in LISTS[name]["rows"]]
    assert [as_registered(table, row) for row in table.rows] == rights
    assert table.asked == table.refused == ()


@pytest.mark.parametrize("name", NAMES)
def test_the_units_written_in_a_list_are_those_of_its_rows_also_where_it_says_as_above(name: str) -> None:
    table = reading(name)
    written: dict[str, set[str]] = {}
    for row, right in zip(table.rows, LISTS[name]["rows"], strict=True):
        written.setdefault(right["unit_code"], set()).add(as_text(cell(table, row, "unit")))
    assert all(len(names) == 1 for names in written.values())
    counts = Counter(as_text(cell(table, row, "unit")) for row in table.rows)
    by_unit = {next(iter(names)): LISTS[name]["totals"]["by_unit"][code] for code, names in written.items()}
    assert counts == by_unit


def test_the_hidden_first_sheet_is_not_taken() -> None:
    assert reading(NAMES[0]).sheet == "Đăng ký 2025"


def test_headings_are_paths_and_ticks_under_a_meaning_are_its_choices() -> None:
    table = reading(NAMES[0])
    assert [(h.text, h.meaning, h.choice) for h in table.headings[2:8]] == [
        ("Lĩnh vực / KT", "field", "economy"),
        ("Lĩnh vực / VH-XH", "field", "culture_society"),
        ("Lĩnh vực / QP-AN", "field", "defence_security"),
        ("Lĩnh vực / XD HTCT", "field", "political_system"),
        ("Tập thể", "kind", "collective"),
        ("Cá nhân", "kind", "individual"),
    ]
    assert table.heading_rows == (7, 8)


def test_the_sheets_own_totals_are_checked_against_the_leaves_ticks_too() -> None:
    table = reading(NAMES[0])
    grand = next(total for total in table.totals if total.kind == "total")
    assert (grand.number, grand.first, grand.last) == (79, 0, 64)
    assert {c.column: int(c.summed) for c in table.checks if c.number == 79} == {
        2: 16, 3: 30, 4: 9, 5: 9, 6: 48, 7: 16, 10: 14249,
    }  # fmt: skip
    assert [total.label for total in table.totals if total.kind == "group"] == [
        "Phường Phan Thiết", "Xã Tuy Phong", "Phường La Gi", "Phường Phú Thủy", "Xã Hàm Thuận",
    ]  # fmt: skip
    assert all(check.ok for check in table.checks)
