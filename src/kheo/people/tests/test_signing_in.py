"""Signing in and out, as a person does it: right, wrong, locked, closed, ended; and what must not be possible."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, resolve, reverse
from django.utils import translation

from kheo.audit.models import Entry
from kheo.people.models import User
from kheo.people.tests.folk import PASSWORD, account, post

pytestmark = pytest.mark.django_db
LOGIN, POWERS, CHANGE = "/vi/account/login/", "/vi/people/powers/", "/vi/account/password/change/"


@pytest.fixture(autouse=True)
def quick_hashes(settings: Any) -> None:
    """The real ones are slow on purpose, and here a hundred are made."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture(autouse=True)
def no_counts_from_before() -> None:
    """Limits a minute are counted in the cache; the next test starts at none."""
    cache.clear()


@pytest.fixture
def person() -> User:
    return account("lan")


def sign_in(client: Client, login: str = "lan", password: str = PASSWORD, **more: Any) -> Any:
    return client.post(more.pop("at", LOGIN), {"login": login, "password": password, **more})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


class TestRightAndWrong:
    def test_the_page_asks_for_a_name_and_a_password_and_nothing_else(self, client: Client) -> None:
        page = client.get(LOGIN)
        assert page.status_code == 200
        text = page.content.decode()
        assert 'name="login"' in text
        assert 'type="password"' in text
        for word in ("signup", "email", "remember", "reset"):
            assert word not in text

    @pytest.mark.parametrize("login", ["lan", "LAN", " Lan "])
    def test_the_right_password_opens_the_desk(self, client: Client, person: User, login: str) -> None:
        answer = sign_in(client, login)
        assert (answer.status_code, answer["Location"]) == (302, reverse("desk:home"))
        assert signed_in(client)

    @pytest.mark.parametrize(("login", "password"), [("lan", "sai"), ("lan", ""), ("khong-co", PASSWORD), ("", "")])
    def test_a_wrong_one_does_not_and_never_says_what_was_wrong(
        self, client: Client, person: User, login: str, password: str
    ) -> None:
        answer = sign_in(client, login, password)
        assert answer.status_code == 200
        assert not signed_in(client)

    def test_an_unknown_name_and_a_wrong_password_read_alike(self, client: Client, person: User) -> None:
        def errors(answer: Any) -> list[str]:
            return re.findall(r'role="alert".*?</div>', answer.content.decode(), re.S)

        wrong, unknown = sign_in(client, password="sai sai sai"), sign_in(client, "khong-co", "sai sai sai")
        closed = sign_in(client, account("dong", active=False).username)
        assert errors(wrong) == errors(unknown) == errors(closed) != []

    def test_a_closed_account_does_not_open(self, client: Client) -> None:
        account("dong", active=False)
        assert sign_in(client, "dong").status_code == 200
        assert not signed_in(client)

    def test_closing_an_account_ends_its_open_session(self, client: Client, person: User) -> None:
        sign_in(client)
        assert client.get(POWERS).status_code == 200
        User.objects.update(is_active=False)
        assert client.get(POWERS).status_code == 302

    def test_the_desk_opens_in_the_language_the_person_chose(self, client: Client) -> None:
        for language in ("en", "ar", "pt", "vi"):
            account(f"u-{language}", language=language)
            answer = sign_in(client, f"u-{language}")
            assert answer["Location"].startswith(f"/{language}/")
            client.post("/vi/account/logout/")

    def test_an_ended_post_signs_in_and_sees_nothing(self, client: Client, person: User) -> None:
        post(person, "auditor", end=date(2025, 10, 1))
        assert sign_in(client).status_code == 302
        assert client.get("/vi/audit/").status_code == 403
        assert client.get(POWERS).status_code == 200


class TestSafety:
    def test_a_stranger_is_sent_to_sign_in_and_comes_back(self, client: Client, person: User) -> None:
        away = client.get("/vi/people/powers/?x=1")
        assert away.status_code == 302
        assert away["Location"] == f"{LOGIN}?next=/vi/people/powers/%3Fx%3D1"
        form = client.get(away["Location"]).content.decode()
        assert 'name="next"' in form
        back = sign_in(client, next="/vi/people/powers/?x=1")
        assert back["Location"] == "/vi/people/powers/?x=1"

    @pytest.mark.parametrize(
        "away",
        [
            "https://evil.example/",
            "//evil.example/",
            "///evil.example",
            "http:///evil.example",
            "\\\\evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "https:evil.example",
            "https://testserver@evil.example/",
            "  //evil.example",
        ],
    )
    @pytest.mark.parametrize("way", ["field", "query"])
    def test_nobody_is_led_to_another_site(self, client: Client, person: User, away: str, way: str) -> None:
        if way == "field":
            answer = sign_in(client, next=away)
        else:
            answer = client.post(LOGIN, {"login": "lan", "password": PASSWORD}, query_params={"next": away})
        assert answer.status_code == 302
        assert answer["Location"] == reverse("desk:home")

    def test_a_line_break_in_the_address_makes_no_header(self, client: Client, person: User) -> None:
        answer = sign_in(client, next="/vi/\r\nSet-Cookie: a=b")
        assert answer["Location"] == "/vi/%0D%0ASet-Cookie:%20a=b"
        assert "a" not in answer.cookies

    def test_signing_out_leads_to_no_other_site_either(self, client: Client, person: User) -> None:
        client.force_login(person)
        answer = client.post("/vi/account/logout/", {"next": "https://evil.example/"})
        assert answer["Location"].startswith("/")
        assert not answer["Location"].startswith("//")

    def test_a_session_known_before_signing_in_is_not_the_one_after(self, client: Client, person: User) -> None:
        client.get(LOGIN)
        session = client.session
        session["planted"] = "x"
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = before = session.session_key
        sign_in(client)
        assert client.session.session_key != before
        assert not Client(headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={before}"}).session.get("_auth_user_id")

    def test_a_form_from_elsewhere_is_refused(self, person: User) -> None:
        strict = Client(enforce_csrf_checks=True)
        assert sign_in(strict).status_code == 403
        assert not signed_in(strict)
        strict.force_login(person)
        assert strict.post("/vi/account/logout/").status_code == 403
        assert strict.post(CHANGE, {}).status_code == 403
        assert signed_in(strict)

    def test_looking_at_the_sign_out_page_signs_nobody_out(self, client: Client, person: User) -> None:
        client.force_login(person)
        assert client.get("/vi/account/logout/").status_code == 200
        assert signed_in(client)
        assert client.post("/vi/account/logout/").status_code == 302
        assert not signed_in(client)

    def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(self, client: Client, person: User) -> None:
        cookie = sign_in(client).cookies[settings.SESSION_COOKIE_NAME]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"

    @pytest.mark.parametrize(
        "path",
        [
            "signup",
            "email",
            "confirm-email",
            "password/reset",
            "password/set",
            "inactive",
            "login/code",
            "social/signup",
        ],
    )
    def test_no_other_page_of_the_sign_in_library_is_open(self, client: Client, path: str) -> None:
        assert client.get(f"/vi/account/{path}/").status_code == 404

    @pytest.mark.parametrize("name", ["account_signup", "account_email", "account_reset_password"])
    def test_nor_has_it_a_name(self, name: str) -> None:
        with pytest.raises(NoReverseMatch):
            reverse(name)

    def test_the_three_pages_have_their_names_in_every_language(self) -> None:
        for language in ("vi", "en", "ar", "pt"):
            with translation.override(language):
                for name in ("account_login", "account_logout", "account_change_password"):
                    assert resolve(reverse(name)).url_name == name
                    assert reverse(name).startswith(f"/{language}/account/")


class TestLocking:
    @pytest.fixture
    def locked(self, client: Client, person: User) -> Client:
        for i in range(settings.AXES_FAILURE_LIMIT):
            sign_in(client, "Lan" if i % 2 else "lan", "sai sai sai")
        return client

    @pytest.mark.parametrize(
        ("language", "sentence"),
        [("en", "is locked for 15 minutes"), ("vi", "15")],
    )
    def test_after_eight_wrong_tries_even_the_right_one_is_locked(
        self, locked: Client, language: str, sentence: str
    ) -> None:
        answer = sign_in(locked, at=f"/{language}/account/login/")
        assert answer.status_code == 429
        assert sentence in answer.content.decode()
        assert f'lang="{language}"' in answer.content.decode()
        assert answer["Retry-After"] == "900"
        assert not signed_in(locked)

    def test_capital_letters_are_no_way_round(self, locked: Client) -> None:
        assert sign_in(locked, "LAN").status_code == 429

    def test_another_person_at_the_same_computer_is_not_locked(self, locked: Client) -> None:
        account("hoa")
        assert sign_in(locked, "hoa").status_code == 302

    def test_the_same_person_elsewhere_is_not_locked(self, locked: Client) -> None:
        elsewhere = Client(REMOTE_ADDR="10.1.2.3")
        assert sign_in(elsewhere).status_code == 302

    def test_a_right_password_clears_the_wrong_tries_before_it(self, client: Client, person: User) -> None:
        for _ in range(2):
            for _ in range(settings.AXES_FAILURE_LIMIT - 1):
                assert sign_in(client, password="sai sai sai").status_code == 200
            assert sign_in(client).status_code == 302
            client.post("/vi/account/logout/")


class TestPassword:
    def change(self, client: Client, old: str = PASSWORD, new: str = "chin-muoi-chin-cay", again: str = "") -> Any:
        return client.post(CHANGE, {"oldpassword": old, "password1": new, "password2": again or new})

    def test_a_stranger_is_asked_to_sign_in(self, client: Client) -> None:
        assert client.get(CHANGE)["Location"] == f"{LOGIN}?next={CHANGE}"

    def test_a_person_changes_it_stays_signed_in_and_the_trail_says_so(self, client: Client, person: User) -> None:
        elsewhere = Client()
        for one in (client, elsewhere):
            sign_in(one)
        assert client.get(CHANGE).status_code == 200
        answer = self.change(client)
        assert answer.status_code == 302
        person.refresh_from_db()
        assert person.check_password("chin-muoi-chin-cay")
        assert client.get(POWERS).status_code == 200
        assert elsewhere.get(POWERS).status_code == 302  # other sessions end
        entry = Entry.objects.get()
        assert (entry.act, entry.actor_name, entry.facts) == ("people.set_password", "lan", {"by_themselves": True})

    @pytest.mark.parametrize(
        "wrong",
        [{"old": "sai sai sai"}, {"new": "ngan"}, {"new": "password12"}, {"again": "khac-khac-khac"}],
    )
    def test_a_wrong_one_changes_nothing(self, client: Client, person: User, wrong: dict[str, str]) -> None:
        client.force_login(person)
        answer = self.change(client, **wrong)
        assert answer.status_code == 200
        assert 'role="alert"' in answer.content.decode()
        person.refresh_from_db()
        assert person.check_password(PASSWORD)
        assert not Entry.objects.exists()

    def test_guessing_the_old_one_is_slowed_down(self, client: Client, person: User) -> None:
        client.force_login(person)
        answers = [self.change(client, old=f"sai {i} sai").status_code for i in range(6)]
        assert answers == [200, 200, 200, 200, 200, 429]
