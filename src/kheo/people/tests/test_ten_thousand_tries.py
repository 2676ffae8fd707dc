"""Ten thousand tries at signing in: the lock answers without hashing, tables stay small, the right person gets in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.auth import hashers
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from kheo.people.adapter import KNOWN, MOST_OF_A_NAME, MOST_OF_AN_ADDRESS, AccountAdapter
from kheo.people.models import User
from kheo.people.tests.folk import PASSWORD, account

pytestmark = pytest.mark.django_db
LOGIN = "/vi/account/login/"
# What a try costs and leaves is counted in both databases; that nothing piles up over ten thousand, in one.
TRIES = 10_000 if connection.vendor == "sqlite" else 2_000


@pytest.fixture(autouse=True)
def hashed(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that was hashed; the hash itself costs nothing here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    cache.clear()
    seen: list[str] = []
    encode = hashers.MD5PasswordHasher.encode

    def counted(self: Any, password: str, salt: str) -> str:
        seen.append(password)
        return str(encode(self, password, salt))

    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counted)
    return seen


@pytest.fixture
def lan() -> User:
    return account("lan")


def attempt(
    login: str, password: str, address: str = "127.0.0.1", client: Client | None = None, agent: str = "x"
) -> int:
    client = client or Client()
    sent = {"login": login, "password": password}
    return client.post(LOGIN, sent, REMOTE_ADDR=address, headers={"user-agent": agent}).status_code


def known(login: str, address: str = "10.9.9.9") -> Client:
    """The browser of somebody who has signed in before."""
    client = Client()
    assert attempt(login, PASSWORD, address, client) == 302
    client.post("/vi/account/logout/")
    return client


def knock(login: str, password: str, address: str, agent: str = "x") -> bool:
    """What the page does with what was typed, without drawing a page; whether the door was locked."""
    request = RequestFactory().post(
        LOGIN, {"login": login, "password": password}, REMOTE_ADDR=address, headers={"user-agent": agent}
    )
    assert AccountAdapter(request).authenticate(request, username=login, password=password) is None
    return bool(request.axes_locked_out)  # type: ignore[attr-defined]


def test_ten_thousand_tries_from_everywhere_at_everybody(lan: User, hashed: list[str]) -> None:
    """A fifth at one name from one address, a fifth from one address at many names, the rest from many at few."""
    browser = known("lan", "127.0.0.1")
    hashed.clear()
    for n in range(TRIES):
        if n % 5 == 0:
            knock("lan", f"sai {n}", "127.0.0.1", f"agent {n % 7}")
        elif n % 5 == 1:
            knock(f"ten-{n}", f"sai {n}", "10.4.4.4")
        else:
            knock(("lan", "admin", "c22945", "v22945")[n % 4], f"sai {n}", f"10.{n % 3}.{n // 250 % 250}.{n % 250}")
    assert len(hashed) <= settings.AXES_FAILURE_LIMIT + MOST_OF_AN_ADDRESS + 4 * MOST_OF_A_NAME
    assert AccessAttempt.objects.count() <= len(hashed)
    kept = AccessAttempt.objects.values_list("post_data", "get_data", "user_agent")
    assert sum(len(part) for row in kept for part in row) < 200 * len(hashed)  # what was typed is not heaped up
    assert attempt("lan", PASSWORD, "127.0.0.1") == 429
    assert attempt("lan", PASSWORD, "127.0.0.1", browser) == 302  # at the very address of who guesses


def test_many_names_from_one_address(lan: User, hashed: list[str]) -> None:
    answers = [attempt(f"ten-{n}", "sai sai sai") for n in range(MOST_OF_AN_ADDRESS + 20)]
    assert answers == [200] * MOST_OF_AN_ADDRESS + [429] * 20
    assert len(hashed) == MOST_OF_AN_ADDRESS
    assert AccessAttempt.objects.count() == MOST_OF_AN_ADDRESS
    assert attempt("lan", PASSWORD, "10.1.1.1") == 302  # elsewhere nobody is kept out


def test_many_addresses_at_one_name(lan: User, hashed: list[str]) -> None:
    browser = known("lan")
    hashed.clear()
    answers = [attempt("lan", f"sai {n}", f"10.0.{n // 250}.{n % 250}") for n in range(MOST_OF_A_NAME + 20)]
    assert answers == [200] * MOST_OF_A_NAME + [429] * 20
    assert len(hashed) == MOST_OF_A_NAME
    assert attempt("lan", PASSWORD, "10.7.7.7") == 429  # a stranger's browser waits
    assert attempt("lan", PASSWORD, "10.7.7.8", browser) == 302  # the person's own does not


def test_the_mark_of_a_browser_is_the_persons_and_cannot_be_made(lan: User) -> None:
    account("hoa")
    browser = known("hoa")
    for n in range(MOST_OF_A_NAME):
        attempt("lan", f"sai {n}", f"10.0.0.{n}")
    assert attempt("lan", PASSWORD, "10.7.7.7", browser) == 429
    for forged in ("x.y", "lan", ".", "x." + "0" * 32, "\u00e9.\u00e9"):
        other = Client()
        other.cookies[KNOWN] = forged
        assert attempt("lan", PASSWORD, "10.7.7.7", other) == 429


def test_a_known_browser_has_its_own_lock(lan: User) -> None:
    browser = known("lan")
    for n in range(settings.AXES_FAILURE_LIMIT):
        attempt("lan", f"sai {n}", client=browser)
    assert attempt("lan", PASSWORD, client=browser) == 429


def test_a_quarter_of_an_hour_later_the_door_is_open_and_the_table_swept(lan: User) -> None:
    for n in range(settings.AXES_FAILURE_LIMIT + 20):
        attempt("lan", f"sai {n}")
    for n in range(MOST_OF_A_NAME):
        attempt("lan", f"sai {n}", f"10.0.0.{n}")
    assert attempt("lan", PASSWORD) == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert attempt("lan", PASSWORD) == 302
    assert AccessAttempt.objects.count() == 0


def test_tries_leave_no_session_no_log_and_nothing_that_was_typed(lan: User) -> None:
    for n in range(12):
        attempt("lan", "mat-khau-go-nham")
        attempt("mat-khau-go-nham-vao-o-ten", f"sai {n}")
    assert Session.objects.count() == 0
    known("lan", "10.5.5.5")
    assert AccessLog.objects.count() == 0
    stored = str(list(AccessAttempt.objects.values_list("post_data", "get_data")))
    assert "go-nham" not in stored
