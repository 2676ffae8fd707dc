"""The desk: whose it is, what lies on it, and how little it asks the database."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from kheo.audit.actions import seal
from kheo.base import clock
from kheo.base.access import OPERATOR
from kheo.desk.queries import due
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
    term,
    unit,
)
from kheo.initiatives.words import Registration
from kheo.law.actions import load_calendar, load_numbers
from kheo.law.models import LegalNumber
from kheo.people.actions import end_post, give_post, load_roles
from kheo.people.models import Post, Role, User
from kheo.people.queries import actor_of, upkeep
from kheo.units.queries import by_code, communes_of, units_on

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


def test_who_holds_no_post_has_an_empty_desk_that_says_why(client: Client) -> None:
    signed_in(client, None)
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


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a plan for few rows says nothing in PostgreSQL")
@pytest.mark.parametrize("address", [DESK, "/vi/initiatives/"])
def test_a_commune_is_never_looked_for_in_the_whole_country(client: Client, address: str) -> None:
    signed_in(client, "commune_officer", PHU_THUY)
    asked: list[tuple[str, Any]] = []

    def listen(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, *rest)

    with connection.execute_wrapper(listen):
        assert client.get(address).status_code == 200
    of_models = [(sql, params) for sql, params in asked if 'FROM "initiative" ' in sql]
    assert of_models
    with connection.cursor() as cursor:
        for sql, params in of_models:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            ways = [row[3] for row in cursor.fetchall() if re.search(r"(SCAN|SEARCH) initiative\b", row[3])]
            assert ways
            assert all("(now_c=?" in way for way in ways), (sql, ways)


def test_what_waits_is_accepted_or_returned_from_the_desk_itself(client: Client) -> None:
    one, other = registered(title="Mô hình một"), registered(title="Mô hình hai")
    signed_in(client, "commune_officer", PHAN_THIET)
    page = client.get(DESK).content.decode()
    assert f'value="{one.pk}:{again(one).version}"' in page
    done = client.post("/vi/initiatives/accept/", {"tick": f"{one.pk}:1", "from": "desk"})
    assert done.headers["Location"] == DESK
    sent = {"tick": f"{other.pk}:1", "from": "desk", "reason": "Thiếu số hộ"}
    assert client.post("/vi/initiatives/return/", sent).headers["Location"] == DESK
    assert [again(m).state for m in (one, other)] == ["accepted", "returned"]
    assert again(other).return_reason == "Thiếu số hộ"


def test_nothing_is_returned_without_a_reason_or_a_tick(client: Client) -> None:
    model = registered()
    signed_in(client, "commune_officer", PHAN_THIET)
    for sent in ({"tick": f"{model.pk}:1"}, {"reason": "Thiếu"}):
        assert client.post("/vi/initiatives/return/", sent).headers["Location"] == "/vi/initiatives/"
    assert client.post("/vi/initiatives/return/", {"tick": "x", "reason": "y"}).status_code == 404
    assert again(model).state == "submitted"


def test_what_waits_longer_than_the_office_allows_is_late(client: Client) -> None:
    load_numbers()
    load_calendar()
    # Five working days after the 12th end on the 19th, after the 13th today: Thursday, the 20th.
    for day in (date(2025, 11, 12), date(2025, 11, 13), date(2025, 11, 14)):
        registered(on=day, title=f"Gửi {day:%d/%m}")
    actor = actor_of(signed_in(client, "commune_officer", PHAN_THIET), TODAY)
    found = due(actor, TODAY)
    assert found is not None
    assert (found.late, found.today, found.days) == (1, 1, 5)
    assert (found.late_until, found.today_until) == (date(2025, 11, 12), date(2025, 11, 13))
    chips = re.findall(
        r'class="k-s (bad|warn|info)">.*?(late|due today|Registered)</span>', client.get("/en/desk/").content.decode()
    )
    assert [word for _tone, word in chips][:3] == ["late", "due today", "Registered"]
    LegalNumber.objects.filter(code="desk.accept_default").delete()
    assert due(actor, TODAY) is None
    assert client.get(DESK).status_code == 200


def test_silent_and_unconfirmed_models_come_up_and_are_confirmed_by_ticks(client: Client, later: date) -> None:
    load_numbers()
    model = registered(title="Im lặng đã lâu")
    actions.accept(actor=province(), initiative=again(model), on=DAY, known=KNOWN)
    writer = actor_of(signed_in(client, "commune_officer", PHAN_THIET), later)
    written = Registration(title="Còn viết dở", field="", kind="", novelty="", unit_id=unit(PHAN_THIET))
    draft = actions.draft(actor=writer, given=written, period=term(), on=later, known=KNOWN)
    text = client.get("/en/desk/").content.decode()
    assert f'name="tick" value="{model.pk}:2"' in text
    assert "7 months of silence" in text
    assert "not confirmed for this year" in text
    assert f'href="/en/initiatives/{draft.pk}/"' in text
    assert client.post("/en/initiatives/confirm/", {"tick": f"{model.pk}:2", "from": "desk"}).status_code == 302
    text = client.get("/en/desk/").content.decode()
    assert 'name="tick"' not in text
    assert "of silence" not in text


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> date:
    """Half a year and a little more after the models of `ground` were registered."""
    day = date(2026, 6, 8)
    monkeypatch.setattr(clock, "today", lambda: day)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 6, 8, 3, tzinfo=UTC))
    return day


def test_an_auditor_finds_the_trail_and_how_it_is_sealed(client: Client, django_assert_max_num_queries: Any) -> None:
    registered(title="Mô hình một")
    signed_in(client, "auditor")
    seal(known=KNOWN)
    registered(title="Mô hình hai")
    client.get(DESK)
    with django_assert_max_num_queries(12):
        text = client.get(DESK).content.decode()
    assert "Mô hình hai" in text
    [open_still] = re.findall(r'<b class="k-num">1</b><span>[^<]*', text)
    assert open_still
    assert "k-empty" not in text


def test_an_administrator_finds_what_lies_undone_with_the_accounts(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    communes = len(units_on(TODAY, level="commune"))
    User.objects.create(username="chua-vao", full_name="Chưa đăng nhập")
    signed_in(client, "commune_officer", PHAN_THIET)
    admin = signed_in(client, "administrator")
    found = upkeep(actor_of(admin, TODAY), TODAY)
    assert (found.unused, found.ending, found.vacant) == (1, 0, communes - 1)  # who is signed in has signed in
    end_post(actor=OPERATOR, post=Post.objects.first(), end=TODAY + timedelta(9), on=TODAY, known=KNOWN)
    with django_assert_max_num_queries(12):
        text = client.get(DESK).content.decode()
    assert "?state=unused" in text
    assert upkeep(actor_of(admin, TODAY), TODAY).ending == 1
    assert "chua-vao" in client.get("/vi/people/accounts/?state=unused").content.decode()
    province = signed_in(client, "province_administrator", "68")
    assert upkeep(actor_of(province, TODAY), TODAY).vacant == len(communes_of(by_code("68", TODAY)[0].id, TODAY)) - 1
    assert upkeep(actor_of(signed_in(client, "province_viewer", "52"), TODAY), TODAY) is None


def test_a_model_is_begun_on_the_desk_itself(client: Client) -> None:
    signed_in(client, "commune_officer", PHAN_THIET)
    assert 'id="quick-title"' in client.get(DESK).content.decode()
    sheet = client.get("/vi/initiatives/new/", {"title": "Đường hoa", "field": "culture_society"}).content.decode()
    assert 'value="Đường hoa"' in sheet
    assert re.search(r'value="culture_society"[^>]* checked', sheet)
