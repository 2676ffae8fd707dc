"""Periods and quoted figures as the package brings them."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal
from importlib import resources

import pytest
from django.utils.translation import override

from kheo.figures import actions, queries
from kheo.figures.models import Period, QuotedFigure
from kheo.figures.words import QUOTED_WORDS, plain, quoted_word

pytestmark = pytest.mark.django_db


def test_loading_twice_changes_nothing() -> None:
    assert (actions.load_periods(), actions.load_quoted()) == (14, 27)
    before = [list(Period.objects.order_by("id").values()), list(QuotedFigure.objects.order_by("id").values())]
    actions.load_periods()
    actions.load_quoted()
    assert [list(Period.objects.order_by("id").values()), list(QuotedFigure.objects.order_by("id").values())] == before


def test_a_changed_period_keeps_its_number() -> None:
    actions.load_periods()
    number = queries.period("2025-2030").id
    Period.objects.filter(code="2025-2030").update(name="x")
    actions.load_periods()
    assert queries.period("2025-2030").id == number
    assert queries.period("2025-2030").name != "x"


def test_every_day_of_a_term_has_one_term() -> None:
    actions.load_periods()
    day, seen = date(2014, 12, 25), []
    while day < date(2030, 7, 10):
        term = queries.period_on(day)
        seen.append(term.code if term else "")
        day += timedelta(days=1)
    assert list(dict.fromkeys(seen)) == ["", "2015-2020", "2020-2025", "2025-2030"]
    assert [queries.period_on(d).code for d in (date(2025, 6, 30), date(2025, 7, 1))] == ["2020-2025", "2025-2030"]  # type: ignore[union-attr]


def test_same_is_read_as_the_row_above() -> None:
    actions.load_quoted()
    assert not QuotedFigure.objects.filter(source="same").exists()
    assert not QuotedFigure.objects.filter(source_address="same").exists()
    found = {figure.code: figure for figure in queries.quoted()}
    assert found["q05"].source == found["q01"].source == "conference of the province"
    assert found["q09"].source_address == ""
    assert found["q20"].source == "interview with the city's commission"


def test_what_the_reports_say_is_kept_to_the_letter() -> None:
    actions.load_quoted()
    found = {figure.code: figure for figure in queries.quoted()}
    assert sum(found[code].value for code in ("q02", "q03", "q04", "q05")) == found["q01"].value == 5813
    assert (found["q22"].value, found["q22"].denominator) == (301, 314)
    assert (found["q17"].value, found["q17"].unit_of_count) == (Decimal("0.03"), "per cent of households")
    assert found["q27"].value == 165_340_000_000
    assert [figure.territory for figure in queries.quoted(territory="Ninh Bình")] == ["Ninh Bình"] * 3
    with resources.files("kheo.figures").joinpath("data", "quoted-figures.csv").open(encoding="utf-8") as file:
        assert {row["qualifier"] for row in csv.DictReader(file)} == {"", "nearly", "more than", "basically"}


def test_whole_numbers_stay_whole_and_others_lose_no_digit() -> None:
    assert [plain(Decimal(text)) for text in ("5813.0000", "0.0300", "165.3400")] == [
        5813,
        Decimal("0.03"),
        Decimal("165.34"),
    ]


def test_every_word_of_the_quoted_figures_can_be_translated() -> None:
    actions.load_quoted()
    with override("en"):
        known = {str(word) for word in QUOTED_WORDS} | {"Bình Thuận", "Hà Nội", "Ninh Bình", ""}
    for figure in queries.quoted():
        words = {
            figure.qualifier,
            figure.unit_of_count,
            figure.state,
            figure.stock_or_flow,
            figure.territory,
            figure.source,
            figure.note,
        }
        assert words <= known
    assert quoted_word("") == ""
