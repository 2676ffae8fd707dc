"""The desk: whose it is, what lies on it, and how little it asks the database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from kheo.base import clock
from kheo.base.access import OPERATOR
from kheo.exchange.models import ImportRun
from kheo.figures.actions import load_periods
from kheo.initiatives import actions
from kheo.initiatives.tests.ground import (
    DAY,
    KNOWN,
    PHAN_THIET,
    PHU_THUY,
    REGISTER,
    SEE,
    again,
    commune,
    province,
    registered,
    unit,
)
from kheo.people.actions import give_post, load_roles
from kheo.people.models import Role, User
from kheo.units.queries import by_code

pytestmark = pytest.mark.django_db
TODAY = date(2025, 11, 20)
DESK = "/vi/desk/"


@pytest.fixture(autouse=True)
def ground(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    monkeypatch.setattr(clock, "now", lambda: datetime(2025, 11, 20, 3, tzinfo=UTC))
    load_periods()
    load_roles()


def signed_in(client: Client, role: str | None, code: str | None = None) -> User:
    user = User.objects.create(username=f"{role}-{code}", full_name="Cán bộ thử")
    if role:
        where = by_code(code, TODAY)[0] if code else None
        post = Role.objects.get(code=role)
        give_post(actor=OPERATOR, person=user, role=post, unit=where, start=DAY, on=TODAY, known=KNOWN)
    client.force_login(user, backend="kheo.people.backends.PostBackend")
    return user


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    answer = client.get(DESK)
    assert answer.status_code == 302
    assert "/account/login/" in answer.headers["Location"]


def test_who_accepts_sees_what_waits_in_their_reach_only(client: Client) -> None:
    registered(title="Chờ tôi xem")
    back = registered(title="Đã trả lại")
    actions.return_(actor=province(), initiative=again(back), reason="Thiếu", on=DAY, known=KNOWN)
    far = {"title": "Của phường khác", "unit_id": unit(PHU_THUY)}
    registered(commune(PHU_THUY, SEE, REGISTER), **far)
    signed_in(client, "commune_officer", PHAN_THIET)
    text = client.get(DESK).content.decode()
    assert "Chờ tôi xem" in text
    assert "Đã trả lại" in text
    assert "Của phường khác" not in text
    assert "Phường Phan Thiết" in text


def test_gaps_of_the_territory_are_counted_and_the_first_named(client: Client) -> None:
    registered(province(), field="economy")
    signed_in(client, "commune_officer", PHAN_THIET)
    text = client.get(DESK).content.decode()
    assert '<b class="k-num">3</b>' in text  # three of four fields have nothing
    assert '<b class="k-num">1</b>' in text  # one model in the list


def test_the_nation_sees_gaps_by_province_and_no_deeds_it_may_not_do(client: Client) -> None:
    signed_in(client, "nation_commission")
    text = client.get(DESK).content.decode()
    assert '<b class="k-num">136</b>' in text  # 34 provinces by 4 fields, all empty
    assert "/initiatives/new/" not in text


def test_own_imports_are_listed_and_nobody_elses(client: Client) -> None:
    mine = signed_in(client, "commune_officer", PHAN_THIET)
    other = User.objects.create(username="other", full_name="x")
    for person, name in ((mine, "cua-toi.xlsx"), (other, "cua-nguoi-khac.xlsx")):
        ImportRun.objects.create(
            kind="x",
            filename=name,
            sha256="0",
            person=person,
            actor_name="x",
            state="staged",
            on=TODAY,
            staged_at=KNOWN,
        )
    text = client.get(DESK).content.decode()
    assert "cua-toi.xlsx" in text
    assert "cua-nguoi-khac.xlsx" not in text


@pytest.mark.parametrize("role", [None, "administrator"])
def test_who_sees_no_models_has_an_empty_desk_that_says_why(client: Client, role: str | None) -> None:
    signed_in(client, role)
    answer = client.get(DESK)
    assert answer.status_code == 200
    assert "k-empty" in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_do_not_grow_with_rows(client: Client, django_assert_max_num_queries: Any, rows: int) -> None:
    for n in range(rows):
        registered(title=f"Mô hình {n}")
    signed_in(client, "province_commission", "68")
    client.get(DESK)
    with django_assert_max_num_queries(20):
        client.get(DESK)
