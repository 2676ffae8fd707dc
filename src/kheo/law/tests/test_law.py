"""Numbers come with their day and source; working days follow the country's calendar (case A15)."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client

from kheo.base.errors import Refused
from kheo.law.actions import load_calendar, load_numbers
from kheo.law.models import LegalNumber, SpecialDay
from kheo.law.queries import add_working_days, is_working_day, latest_due, number

pytestmark = pytest.mark.django_db
CASE = Path(__file__).parents[4] / "tests" / "cases" / "A" / "A15_han-tra-loi.csv"


def test_a_number_changes_on_its_day_and_names_its_source() -> None:
    load_numbers()
    before, after = number("base_salary", date(2026, 6, 30)), number("base_salary", date(2026, 7, 1))
    assert (before.value, after.value) == (Decimal(2340000), Decimal(2530000))
    assert after.citation == "Nghị định 161/2026/NĐ-CP"


def test_a_day_without_a_recorded_number_is_refused_by_name() -> None:
    load_numbers()
    with pytest.raises(Refused) as no:
        number("base_salary", date(2020, 1, 1))
    assert no.value.refusal.code == "law.no_number"


def test_due_days_follow_holidays_days_in_lieu_and_working_saturdays() -> None:
    load_calendar()
    with CASE.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    reckoned = [add_working_days(date.fromisoformat(r["received"]), int(r["working_days"])).isoformat() for r in rows]
    assert reckoned == [r["right"] for r in rows]


def test_what_is_overdue_agrees_with_the_due_days() -> None:
    load_calendar()
    for on in (date(2025, 9, 4), date(2025, 11, 20), date(2026, 2, 25)):
        latest, today = latest_due(on, 5)
        assert add_working_days(latest, 5) < on
        assert add_working_days(latest + timedelta(days=1), 5) >= on
        assert add_working_days(today, 5) <= on
        assert add_working_days(today + timedelta(days=1), 5) > on


def test_a_swap_day_added_by_an_office_counts_at_once() -> None:
    load_calendar()
    assert not is_working_day(date(2025, 12, 27))
    SpecialDay.objects.create(day=date(2025, 12, 27), works=True, name="bù", citation="QĐ thử")
    assert is_working_day(date(2025, 12, 27))
    assert add_working_days(date(2025, 12, 26), 1) == date(2025, 12, 27)


def test_loading_again_keeps_what_an_office_corrected() -> None:
    load_numbers()
    LegalNumber.objects.filter(code="vote.notice").update(value=3)
    load_numbers()
    assert number("vote.notice", date(2026, 1, 1)).value == 3
    assert LegalNumber.objects.filter(code="vote.notice").count() == 1


def test_the_page_shows_every_number_and_source_in_three_queries(client: Client, django_assert_num_queries) -> None:
    load_numbers()
    load_calendar()
    with django_assert_num_queries(3):
        page = client.get("/en/law/numbers/")
    assert page.status_code == 200
    assert "Luật 10/2022/QH15 Điều 12.3" in page.content.decode()
