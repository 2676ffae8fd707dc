"""Signing in by telephone number: every way of writing one, one account behind both names, one lock for both."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from kheo.base.access import OPERATOR
from kheo.base.errors import Refused
from kheo.people import actions
from kheo.people.models import User
from kheo.people.queries import login_names
from kheo.people.rules import phone_of
from kheo.people.tests.folk import PASSWORD, TODAY, account

pytestmark = pytest.mark.django_db
LOGIN, POWERS, CHANGE = "/vi/account/login/", "/vi/people/powers/", "/vi/account/password/change/"
NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quick_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    cache.clear()


@pytest.fixture
def lan() -> User:
    person = account("lan")
    person.phone = "0912345678"
    person.save(update_fields=["phone"])
    return person


def sign_in(client: Client, login: str, password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"login": login, "password": password})


def create(username: str, phone: str) -> User:
    return actions.create_account(
        actor=OPERATOR, username=username, full_name="X", password=PASSWORD, phone=phone, on=TODAY, known=NOW
    )


@pytest.mark.parametrize(
    "written",
    ["0912345678", "0912 345 678", "0912.345.678", "(091) 234-5678", "+84912345678", "+84 912 345 678", "84912345678",
     "0084912345678", "٠٩١٢٣٤٥٦٧٨", "\u200e0912345678 "],
)  # fmt: skip
def test_every_way_of_writing_one_number_signs_in(client: Client, lan: User, written: str) -> None:
    assert phone_of(written) == "0912345678"
    assert sign_in(client, written).status_code == 302
    assert client.session["_auth_user_id"] == str(lan.pk)


@pytest.mark.parametrize("written", ["", "12345", "lan", "0912", "09123456789012", "0912x45678", "+1 912 345 6789"])
def test_what_is_no_number_is_none(written: str) -> None:
    assert phone_of(written) is None


def test_of_accounts_in_sight_one_has_a_number_and_no_name_looks_like_one(lan: User) -> None:
    for username, phone, code in (
        ("hoa", "+84 912 345 678", "people.phone_taken"),
        ("hoa", "12", "people.phone"),
        ("0912345678", "", "people.username"),
        ("84912345678", "", "people.username"),
    ):
        with pytest.raises(Refused) as no:
            create(username, phone)
        assert [r.code for r in no.value.refusals] == [code]
    assert create("hoa", "0912 345 679").phone == "0912345679"
    assert [create("minh", "").phone, create("tam", "").phone] == [None, None]


def test_two_accounts_with_one_number_are_told_apart_by_the_password(client: Client, lan: User) -> None:
    hoa = account("hoa")
    hoa.phone = lan.phone
    hoa.set_password("mot-cau-khac-han")
    hoa.save()
    assert sign_in(client, "0912345678", "mot-cau-khac-han").status_code == 302
    assert client.session["_auth_user_id"] == str(hoa.pk)
    client.post("/vi/account/logout/")
    assert sign_in(client, "0912345678").status_code == 302
    assert client.session["_auth_user_id"] == str(lan.pk)
    other = Client()
    for i in range(settings.AXES_FAILURE_LIMIT):
        sign_in(other, "0912345678", f"sai {i}")
    assert sign_in(other, "0912345678", "mot-cau-khac-han").status_code == 429  # the number is locked for both


def test_wrong_tries_under_both_names_are_counted_together(client: Client, lan: User) -> None:
    spellings = ("lan", "0912345678", "+84912345678", "LAN")
    for i in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, spellings[i % 4], "sai sai sai")
    assert [sign_in(client, name).status_code for name in spellings] == [429] * 4


def test_one_query_finds_the_name_whether_it_is_there_or_not(lan: User, django_assert_num_queries: Any) -> None:
    for written, name in (("0912 345 678", "lan"), ("LAN", "lan"), ("0900 000 000", "0900000000"), ("xyz", "xyz")):
        with django_assert_num_queries(1):
            assert [user.username for user in login_names(written)] == [name]


def test_an_unknown_number_costs_one_hash_like_a_wrong_password(
    client: Client, lan: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    hasher = "django.contrib.auth.hashers.MD5PasswordHasher.encode"
    monkeypatch.setattr(hasher, lambda _self, password, salt: hashed.append(password) or f"md5${salt}$x")
    for login in ("0912345678", "0900000000", "lan", "khong-co"):
        before = len(hashed)
        assert sign_in(client, login, "sai sai sai").status_code == 200
        assert len(hashed) - before == 1


def test_three_hundred_tries_leave_a_small_table_and_no_way_in(client: Client, lan: User) -> None:
    for i in range(300):  # the pair is locked after eight; the rest is all alike
        sign_in(client, "0912345678" if i % 2 else "lan", f"sai {i}")
    assert AccessAttempt.objects.count() == 1
    assert sign_in(client, "lan").status_code == 429


def test_a_password_of_the_office_opens_one_page_until_it_is_changed(client: Client, lan: User) -> None:
    actions.set_password(actor=OPERATOR, person=lan, password="mot-cau-cua-van-phong", on=TODAY, known=NOW)
    sign_in(client, "0912 345 678", "mot-cau-cua-van-phong")
    assert client.get(POWERS)["Location"] == CHANGE
    assert client.get(CHANGE).status_code == 200
    new = {"oldpassword": "mot-cau-cua-van-phong", "password1": "chin-muoi-chin", "password2": "chin-muoi-chin"}
    client.post(CHANGE, new)
    assert client.get(POWERS).status_code == 200
