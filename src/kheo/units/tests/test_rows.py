"""Rows of tables: cases A11, A12 and A13 of the trouble list, through the resolver."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from kheo.units.queries import by_code
from kheo.units.resolver import Resolver, fitting_day, resolve_row, resolve_rows, resolve_span

pytestmark = pytest.mark.django_db

CASES = Path(__file__).resolve().parents[4] / "tests" / "cases" / "A"
TODAY = date(2026, 11, 25)
OLD_MAP = date(2025, 6, 30)
# A12_trung-ten-xa.xlsx as (name, code, parent); the codes lost their zeros in the sheet.
A12 = [
    ("Xã Tân Hà", "23221", "Huyện Đức Linh"),
    ("Xã Tân Hà", "23257", "Huyện Hàm Tân"),
    ("Xã Tân Hà", "", ""),
    ("Bình Tân", "", "TX. La Gi"),
    ("Bình Tân", "", "H. Bắc Bình"),
    ("Phường Trúc Bạch", "4", "Quận Ba Đình"),
    ("TT. Yên Viên", "526", "Huyện Gia Lâm"),
    ("X. Yên Viên", "532", "Huyện Gia Lâm"),
]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def test_a11_one_code_is_six_units_on_six_days():
    with (CASES / "A11_ma-dung-lai.csv").open(encoding="utf-8-sig") as file:
        rows = [(row["Mã"], row["Ngày báo cáo"].split("/")) for row in csv.DictReader(file)]
    found = [resolve_row("", code, "", date(int(y), int(m), int(d))) for code, (d, m, y) in rows]
    assert [answer.unit.full_name for answer in found] == [
        "Phường Bến Nghé",
        "Phường Sài Gòn",
        "Phường Trúc Bạch",
        "Phường Ba Đình",
        "Phường Phú Thủy",
        "Phường Phú Thuỷ",
    ]
    assert len({answer.unit.id for answer in found}) == 6
    assert {answer.unit.code_system for answer in found} == {"QD124", "QD19"}


def test_a12_names_its_units_and_asks_about_the_one_that_is_two():
    day = fitting_day(A12, TODAY)
    assert day == OLD_MAP
    found = resolve_rows(A12, day)
    assert [answer.unit.code if answer.unit else "ASK" for answer in found] == [
        "23221", "23257", "ASK", "23237", "23047", "00004", "00526", "00532",
    ]  # fmt: skip
    assert found[2].refusal.code == "units.ambiguous"
    assert [unit.code for unit in found[2].candidates] == ["23221", "23257"]


def test_a12_within_the_province_of_the_officer_asks_about_the_same_two():
    [province] = by_code("60", OLD_MAP, "province")
    found = Resolver.for_day(OLD_MAP).resolve("Xã Tân Hà", within=province.id)
    assert {unit.code for unit in found.candidates} == {"23221", "23257"}


def test_neighbours_shorten_a_question_and_never_answer_it():
    rows = [("Xã Hàm Thuận", "", "Lâm Đồng"), ("Xã Tân Lập", "", "")]
    alone = resolve_row("Xã Tân Lập", "", "", TODAY)
    assert alone.refusal.code == "units.ambiguous"
    among = resolve_rows(rows, TODAY)[1]
    assert among.unit is None
    assert set(among.candidates) <= set(alone.candidates)


def test_a_table_of_todays_units_is_read_on_the_day_asked():
    assert fitting_day([("Phường La Gi", "", ""), ("P. Phú Thuỷ", "", "")], TODAY) == TODAY
    assert fitting_day([("Xã Suối Thử", "", "Huyện Mẫu Một")], TODAY) == TODAY
    assert fitting_day([], TODAY) == TODAY


def test_a13_accepts_refuses_and_asks_by_the_life_of_the_unit():
    half, quarter, year = (
        (date(2025, 1, 1), date(2025, 7, 1)),
        (date(2025, 7, 1), date(2025, 10, 1)),
        (date(2025, 1, 1), date(2026, 1, 1)),
    )
    accepted = resolve_span("Thị xã La Gi", "594", "", *half)
    assert accepted.unit.full_name == "Thị xã La Gi"
    closed = resolve_span("Thị xã La Gi", "594", "", *quarter)
    assert closed.refusal.code == "units.closed"
    assert {unit.code for unit in closed.candidates} == {"23235", "23231", "23246"}
    across = resolve_span("Thị xã La Gi", "594", "", *year)
    assert across.refusal.code == "units.changes_within"
    assert across.candidates[0].code == "594"
    early = resolve_span("Phường La Gi", "23235", "", *half)
    assert early.refusal.code == "units.not_yet"
    assert "Tân An" in str(early.refusal.text)
    assert resolve_span("Phường La Gi", "23235", "", *quarter).unit.full_name == "Phường La Gi"


def test_a_unit_that_changes_its_hands_within_the_time_is_asked():
    found = resolve_span("Phường Phú Thủy", "22924", "", date(2025, 1, 1), date(2026, 1, 1))
    assert found.refusal.code == "units.changes_within"
    assert len(found.candidates) == 2


def test_a_unit_that_only_changed_its_type_lives_on():
    found = resolve_span("Đồng Nai", "75", "", date(2026, 1, 1), date(2027, 1, 1))
    assert found.unit.full_name == "Thành phố Đồng Nai"


def test_two_hundred_thousand_rows_of_a_province_are_resolved_in_seconds():
    """Counted, not timed: every distinct text is worked out once."""
    resolver = Resolver.for_day(TODAY)
    [province] = by_code("68", TODAY, "province")
    first = resolver.resolve("P. Phan Thiết", within=province.id)
    assert all(resolver.resolve("P. Phan Thiết", within=province.id) is first for _n in range(1000))


def test_holding_a_resolver_asks_the_database_nothing(django_assert_num_queries):
    resolver = Resolver.for_day(TODAY)
    with django_assert_num_queries(0):
        resolver.resolve("xã Đông Kỳ Lạ", parent_written="Bình Thuận")
        resolver.resolve("huyện Tuy Phong")
    with django_assert_num_queries(2):
        assert Resolver.for_day(date(2026, 12, 1)) is resolver
