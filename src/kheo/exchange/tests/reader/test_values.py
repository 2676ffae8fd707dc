"""Numbers, days, ticks and choices as people write them: the right value, a question, or a refusal naming the place."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kheo.exchange.reader import (
    DateColumn,
    NumberColumn,
    Ratio,
    Row,
    chosen,
    is_ditto,
    is_tick,
    read_count,
    read_date,
    read_number,
    read_period,
    read_span,
    read_table,
    ticked,
)
from kheo.exchange.tests.reader.writing import xlsx

AMOUNT, COUNT = "Kinh phí (triệu đồng)", "Số hộ tham gia"


def grouped(whole: int, group: str) -> str:
    return f"{whole:,}".replace(",", group)


@given(
    st.integers(0, 10**12), st.sampled_from([".", ",", " ", "\u00a0", "\u202f"]), st.sampled_from(["", "-", "−", "("])
)
def test_a_count_is_read_whatever_sign_groups_its_thousands(whole: int, group: str, sign: str) -> None:
    text = sign + grouped(whole, group) + (")" if sign == "(" else "")
    wanted = whole if not sign else -whole
    assert NumberColumn([text], name=COUNT).read(text).value == wanted


@given(st.integers(0, 10**9), st.text("0123456789", min_size=1, max_size=6), st.booleans())
def test_an_amount_with_a_fraction_is_exact_or_asked_about_but_never_another_number(
    whole: int, part: str, vietnamese: bool
) -> None:
    group, point = (".", ",") if vietnamese else (",", ".")
    text = f"{grouped(whole, group)}{point}{part}"
    reading = NumberColumn([text], name=AMOUNT).read(text)
    wanted = Decimal(f"{whole}.{part}")
    if reading.asked:
        assert f"{wanted:f}" in reading.asked.facts["readings"]
        assert (len(part), whole < 1000) == (3, True)
    else:
        assert reading.value == wanted


@given(st.integers(1, 999), st.integers(0, 999))
def test_one_group_of_three_is_settled_by_the_column_else_asked(whole: int, rest: int) -> None:
    text = f"{whole}.{rest:03d}"
    assert NumberColumn([text, "165,34"], name=AMOUNT).read(text).value == whole * 1000 + rest
    assert NumberColumn([text, "1.234.567"], name=AMOUNT).read(text).value == whole * 1000 + rest
    alone = NumberColumn([text], name=AMOUNT).read(text, 7)
    assert (alone.value, alone.asked and (alone.asked.code, alone.asked.row, alone.asked.column)) == (
        None, ("exchange.number_ambiguous", 7, AMOUNT),
    )  # fmt: skip
    assert NumberColumn([text, "165,34", "12.5"], name=AMOUNT).read(text).asked is not None
    assert NumberColumn([text, "12.5"], name=AMOUNT).read(text).asked is not None


@given(st.text(max_size=70))
def test_any_text_is_a_number_a_question_a_refusal_or_nothing_and_only_one_of_them(text: str) -> None:
    for name in (AMOUNT, COUNT, "Cột"):
        reading = NumberColumn([text], name=name).read(text, 3)
        assert sum(x is not None for x in (reading.value, reading.asked, reading.refused)) <= 1
        if reading.refused:
            assert (reading.refused.row, reading.refused.column) == (3, name)


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_true_number_keeps_its_value(value: float) -> None:
    assert float(read_number(value).value or 0) == value


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("khoảng 70.000", "number_about"), ("gần 5", "number_about"),
        (">100", "number_about"), ("100+", "number_about"),
        ("O5", "number_unclear"), ("1e3", "number_unclear"),
        ("1.23.4", "number_unclear"), ("1,2345,6", "number_unclear"),
        ("5 -", "number_unclear"), ("(5", "number_unclear"), ("12 13", "number_unclear"), ("1 2345", "number_unclear"),
        ("9" * 500, "number_unclear"), ("#DIV/0!", "cell_error"), ("301/314", "number_ratio"), (True, "number_unclear"),
        (date(2025, 1, 1), "number_date"), (time(1), "number_date"), (float("nan"), "number_unclear"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused_with_its_reason(raw: Any, code: str) -> None:
    refused = NumberColumn([raw], name=COUNT).read(raw, 9).refused
    assert refused is not None
    assert (refused.code, refused.row, refused.column) == (f"exchange.{code}", 9, COUNT)
    assert "9" in str(refused.text)


@pytest.mark.parametrize("raw", ["", "-", "–", "...", "…", "  ", "−"])
def test_an_empty_cell_or_a_dash_says_nothing_and_is_not_zero(raw: str) -> None:
    assert read_number(raw) == (None, None, None, None)
    assert read_number("0").value == 0


@pytest.mark.parametrize(
    ("raw", "name", "right"),
    [
        ("326 hộ", COUNT, "326"), ("1.526 mô hình", "Số lượng", "1526"), ("5 triệu đồng", AMOUNT, "5"),
        ("12%", "Tỷ lệ", "0.12"), ("0,03 %", "Tỷ lệ", "0.0003"), ("'5", COUNT, "5"), ("１２", COUNT, "12"),
    ],
)  # fmt: skip
def test_the_unit_of_the_column_after_a_number_adds_nothing(raw: str, name: str, right: str) -> None:
    assert NumberColumn([raw], name=name).read(raw).value == Decimal(right)


@pytest.mark.parametrize(
    ("raw", "name", "proposed"),
    [
        ("5 tỷ", AMOUNT, "5000"),
        ("500 nghìn đồng", AMOUNT, "0.500"),
        ("5 ha", "Diện tích (m2)", "5"),
        ("2 triệu", "Số tiền (đồng)", "2000000"),
    ],
)
def test_another_unit_than_the_columns_is_asked_about(raw: str, name: str, proposed: str) -> None:
    reading = NumberColumn([raw], name=name).read(raw, 4)
    assert (reading.value, reading.asked and reading.asked.code) == (None, "exchange.number_unit")
    assert reading.asked is not None
    assert Decimal(reading.asked.facts["readings"][0]) == Decimal(proposed)  # type: ignore[index]


def test_a_count_is_whole_and_not_below_zero() -> None:
    column = NumberColumn(["12,5", "-3", "7"], name=COUNT)
    codes = [read_count(raw, column, 5).refused for raw in ("12,5", -3.0, 2.5)]
    assert [code and code.code for code in codes] == [
        "exchange.number_fraction", "exchange.number_negative", "exchange.number_fraction",
    ]  # fmt: skip
    assert read_count("7", column).value == read_count(7.0, column).value == 7


def test_so_many_of_so_many_stays_a_ratio() -> None:
    column = NumberColumn(name="Buổi tiếp dân")
    assert column.read_ratio("301/314").value == Ratio(301, 314)
    assert column.read_ratio("1.301/1.314").value == Ratio(1301, 1314)
    assert column.read_ratio("301 và 314").refused is not None


@given(st.dates(date(1901, 1, 1), date(2100, 12, 31)), st.sampled_from("/-."), st.booleans(), st.booleans())
def test_a_day_is_read_day_first_however_it_is_written(day: date, sign: str, zeros: bool, with_time: bool) -> None:
    text = (
        f"{day.day:02d}{sign}{day.month:02d}{sign}{day.year}"
        if zeros
        else f"{day.day}{sign}{day.month}{sign}{day.year}"
    )
    others = ["26/06/2025"]
    assert read_date(text + (" 23:30" if with_time else ""), [text, *others]).value == day
    assert read_date(f"ngày {day.day} tháng {day.month} năm {day.year}").value == day
    assert read_date(day.isoformat()).value == read_date(datetime(day.year, day.month, day.day, 7)).value == day


@given(st.text(max_size=40))
def test_any_text_is_a_day_a_period_a_question_or_a_refusal(text: str) -> None:
    column = DateColumn([text], name="Ngày")
    for reading in (column.read(text, 2), column.read_span(text, 2), column.read_period(text, 2)):
        assert sum(x is not None for x in (reading.value, reading.asked, reading.refused)) <= 1


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("29/02/2025", "date_no_such_day"), ("12/13/2025", "date_month"),
        ("00/00/0000", "date_month"), ("1/1/0205", "date_year"),
        ("sau Tết", "date_unclear"), (date(1900, 2, 28), "date_too_old"),
        (9.0, "date_unclear"), (timedelta(1), "date_unclear"),
        ("#REF!", "cell_error"), (True, "date_unclear"),
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused_and_never_swapped(raw: Any, code: str) -> None:
    refused = read_date(raw, ["26/06/2025"], 8, "E (Ngày)").refused
    assert refused is not None
    assert (refused.code, refused.row, refused.column) == (f"exchange.{code}", 8, "E (Ngày)")


def test_a_column_written_month_first_is_asked_about_not_guessed_row_by_row() -> None:
    column = DateColumn(["06/26/2025", "03/08/2025"], name="Ngày")
    assert column.read("03/08/2025").asked is not None
    assert column.read("05/05/2025").value == date(2025, 5, 5)
    assert column.read("06/26/2025").refused is not None


def test_a_serial_number_is_said_to_be_one_and_follows_the_books_own_calendar() -> None:
    assert DateColumn().read(45657.0)[0] == date(2024, 12, 31)
    assert DateColumn().read(45657.0).note is not None
    assert DateColumn(date1904=True).read(44195.0).value == date(2024, 12, 31)
    assert DateColumn().read("45657").asked is not None


@pytest.mark.parametrize(
    ("raw", "code", "first", "last"),
    [
        ("Tháng 7/2025", "2025-07", "2025-07-01", "2025-07-31"), ("7/2025", "2025-07", "2025-07-01", "2025-07-31"),
        ("Quý III/2025", "2025-Q3", "2025-07-01", "2025-09-30"),
        ("quý 4 năm 2025", "2025-Q4", "2025-10-01", "2025-12-31"),
        ("6 tháng đầu năm 2025", "2025-H1", "2025-01-01", "2025-06-30"),
        ("6 tháng cuối năm 2025", "2025-H2", "2025-07-01", "2025-12-31"),
        ("9 tháng đầu năm 2025", "2025-01..2025-09", "2025-01-01", "2025-09-30"),
        ("Năm 2025", "2025", "2025-01-01", "2025-12-31"),
        ("2021-2025", "2021..2025", "2021-01-01", "2025-12-31"),
        ("giai đoạn 2021 – 2025", "2021..2025", "2021-01-01", "2025-12-31"),
        (2025.0, "2025", "2025-01-01", "2025-12-31"), ("05/07/2025", "2025-07-05", "2025-07-05", "2025-07-05"),
    ],
)  # fmt: skip
def test_periods_are_read_with_their_first_and_last_day(raw: Any, code: str, first: str, last: str) -> None:
    period = read_period(raw).value
    assert period is not None
    assert (period.code, period.first.isoformat(), period.last.isoformat()) == (code, first, last)


def test_a_period_where_one_day_is_needed_is_asked_about() -> None:
    asked = read_date("Tháng 7/2025", row=3).asked
    assert asked is not None
    assert (asked.code, asked.row) == ("exchange.date_period", 3)


@given(
    st.dates(date(2000, 1, 1), date(2090, 1, 1)),
    st.integers(0, 2000),
    st.sampled_from([" - ", "-", " đến ", " – ", " đến ngày "]),
)
def test_a_span_is_read_from_its_first_to_its_last_day(first: date, days: int, between: str) -> None:
    last = first + timedelta(days=days)
    written = f"{first:%d/%m/%Y}{between}{last:%d/%m/%Y}"
    assert read_span(written).value == (first, last)
    assert read_span("Từ " + written).value == (first, last)
    if days:
        backwards = read_span(f"{last:%d/%m/%Y}{between}{first:%d/%m/%Y}").refused
        assert backwards is not None
        assert backwards.code == "exchange.span_backwards"


@pytest.mark.parametrize(
    ("raw", "first", "last"),
    [
        ("01/7-31/12/2025", "2025-07-01", "2025-12-31"), ("07/2025 - 12/2025", "2025-07-01", "2025-12-31"),
        ("Từ tháng 7/2025 đến tháng 12/2025", "2025-07-01", "2025-12-31"), ("Quý III/2025", "2025-07-01", "2025-09-30"),
        ("2021-2025", "2021-01-01", "2025-12-31"), ("từ ngày 05/7/2025", "2025-07-05", None),
        (date(2025, 7, 5), "2025-07-05", None),
    ],
)  # fmt: skip
def test_spans_are_written_in_many_ways(raw: Any, first: str, last: str | None) -> None:
    span = read_span(raw).value
    assert span is not None
    assert (span.first.isoformat(), span.last and span.last.isoformat()) == (first, last)


@pytest.mark.parametrize("raw", ["x", "X", "✓", "✔", "×", "х", "ü", True, 1.0, " x "])
def test_ticks_of_all_kinds_are_ticks(raw: Any) -> None:
    assert is_tick(raw) is True


@pytest.mark.parametrize(
    ("raw", "right"),
    [
        ("", False),
        ("-", False),
        ("0", False),
        (0.0, False),
        ("không", False),
        ("5", None),
        ("có lẽ", None),
        (3.0, None),
    ],
)
def test_what_is_no_tick_is_empty_or_unclear(raw: Any, right: bool | None) -> None:
    assert is_tick(raw) is right


@pytest.mark.parametrize("raw", ["nt", "NT", "-nt-", "n.t", '"', "''", "〃", "như trên", "-//-"])
def test_marks_for_as_above(raw: str) -> None:
    assert is_ditto(raw)


@pytest.mark.parametrize("raw", ["", "-", "nta", "Nguyễn Thử", "ntc 5", 5.0, "nhà", "không"])
def test_what_only_begins_like_a_ditto_mark_is_none(raw: Any) -> None:
    assert not is_ditto(raw)


MEANINGS = {"field": ["Lĩnh vực"], "field=economy": ["Kinh tế", "KT"], "field=culture": ["VH-XH", "Văn hóa - xã hội"]}


def test_one_tick_among_a_meanings_columns_is_its_choice_and_two_are_refused() -> None:
    rows = [["Tên", "KT", "VH-XH"], ["m1", "x", None], ["m2", None, None], ["m3", "x", "x"], ["m4", "gì", None]]
    table = read_table(xlsx(rows), "a.xlsx", meanings=MEANINGS)
    readings = [ticked(table, row, "field") for row in table.rows]
    assert [reading.value for reading in readings] == ["economy", None, None, None]
    assert [reading.refused and (reading.refused.code, reading.refused.row) for reading in readings] == [
        None, None, ("exchange.tick_twice", 4), ("exchange.tick_unclear", 5),
    ]  # fmt: skip
    assert isinstance(table.rows[0], Row)


@pytest.mark.parametrize(
    ("raw", "right"),
    [("kinh tế", "economy"), ("VHXH", "culture"), (" vh - xh ", "culture"), ("khác", None), ("", None)],
)
def test_a_written_choice_is_known_by_the_names_of_its_column(raw: str, right: str | None) -> None:
    assert chosen(raw, MEANINGS, "field") == right
