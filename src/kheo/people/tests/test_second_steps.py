"""Second steps: an app's codes and recovery codes from adding to signing in; lost ones; secrets in the tables."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from kheo.audit.models import Entry
from kheo.base.errors import Invisible, NotAllowed, Refused
from kheo.people import actions
from kheo.people.adapter import SecondStepAdapter
from kheo.people.models import User
from kheo.people.queries import actor_of
from kheo.people.tests.folk import PASSWORD, TODAY, account, post, village

pytestmark = pytest.mark.django_db
LOGIN, ME, STEP = "/vi/account/login/", "/vi/people/me/", "/vi/account/second-step/"
APP, CODES = STEP + "app/", STEP + "codes/"
WHEN: dict[str, Any] = {"on": TODAY, "known": datetime(2026, 11, 25, 3, tzinfo=UTC)}


@pytest.fixture(autouse=True)
def quick_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    cache.clear()


def code(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def sign_in(client: Client, login: str = "lan", password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"login": login, "password": password})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.fixture
def lan() -> User:
    return account("lan")


@pytest.fixture
def added(client: Client, lan: User) -> tuple[str, list[str]]:
    """Lan has added an app: its secret and the recovery codes shown once. Signed out again."""
    sign_in(client)
    asked = client.get(APP)
    assert asked["Location"].startswith("/vi/account/confirm/?next=")
    assert client.post(asked["Location"], {"password": PASSWORD})["Location"] == APP
    page = client.get(APP).content.decode()
    secret = re.search(r'class="k-code text-break">(\w+)<', page)
    assert secret
    assert "data:image/svg+xml;base64," in page
    assert client.post(APP, {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.exists()
    assert client.post(APP, {"code": code(secret[1])})["Location"] == CODES
    codes = re.findall(r'<bdi class="k-code">(\d{8})</bdi>', client.get(CODES).content.decode())
    assert len(codes) == 10
    assert not re.findall(r"\d{8}", re.sub(r"[\w-]{9,}", "", client.get(CODES).content.decode()))  # shown once
    client.post("/vi/account/logout/")
    return secret[1], codes


class TestSigningIn:
    def test_the_password_alone_opens_nothing(self, client: Client, added: tuple[str, list[str]]) -> None:
        assert sign_in(client)["Location"] == STEP
        assert not signed_in(client)
        assert client.get(ME).status_code == 302
        assert not signed_in(client)

    def test_the_code_of_the_app_does_and_only_once(self, client: Client, added: tuple[str, list[str]]) -> None:
        right = code(added[0], 1)
        sign_in(client)
        assert client.get(STEP).status_code == 200
        assert client.post(STEP, {"code": right})["Location"] == "/vi/desk/"
        assert signed_in(client)
        other = Client()
        sign_in(other)
        assert other.post(STEP, {"code": right}).status_code == 200
        assert not signed_in(other)

    def test_a_recovery_code_does_once(self, client: Client, added: tuple[str, list[str]]) -> None:
        for expected in (302, 200):
            one = Client()
            sign_in(one)
            assert one.post(STEP, {"code": added[1][3]}).status_code == expected

    def test_wrong_codes_lock_like_wrong_passwords(self, added: tuple[str, list[str]]) -> None:
        client = Client()  # a browser nobody knows
        sign_in(client)
        answers = [client.post(STEP, {"code": f"{n:06d}"}).status_code for n in range(settings.AXES_FAILURE_LIMIT)]
        assert answers[:-1] == [200] * (settings.AXES_FAILURE_LIMIT - 1)
        assert answers[-1] == 429
        assert client.post(STEP, {"code": code(added[0], 1)}).status_code == 429
        fresh = Client()
        assert sign_in(fresh).status_code == 429
        assert not signed_in(client)

    def test_somebody_with_a_step_half_done_stays_a_stranger(
        self, client: Client, added: tuple[str, list[str]]
    ) -> None:
        sign_in(client)
        for path in ("desk/", "people/me/", "people/powers/", "initiatives/"):
            assert client.get(f"/vi/{path}").status_code == 302
        assert not signed_in(client)

    def test_a_closed_account_with_a_step_reads_like_none(self, client: Client, added: tuple[str, list[str]]) -> None:
        sign_in(client)
        User.objects.update(is_active=False)
        client.post(STEP, {"code": code(added[0], 1)})
        assert client.get(ME).status_code == 302
        assert sign_in(Client()).status_code == 200


class TestTheAccount:
    def test_adding_and_removing_is_in_the_trail_without_a_secret(
        self, client: Client, added: tuple[str, list[str]]
    ) -> None:
        sign_in(client)
        client.post(STEP, {"code": code(added[0], 1)})
        confirm = client.get(APP + "remove/")["Location"]
        client.post(confirm, {"password": PASSWORD})
        assert client.get(APP + "remove/").status_code == 200
        assert client.post(APP + "remove/")["Location"] == ME
        assert not Authenticator.objects.exists()  # the recovery codes go with the last step
        trail = [(e.act, e.facts) for e in Entry.objects.order_by("pk")]
        assert trail == [("people.add_second_step", {"step": "totp"}), ("people.remove_second_step", {"step": "totp"})]

    def test_new_recovery_codes_end_the_old_ones(self, client: Client, added: tuple[str, list[str]]) -> None:
        sign_in(client)
        client.post(STEP, {"code": code(added[0], 1)})
        client.post(client.get(CODES + "new/")["Location"], {"password": PASSWORD})
        assert client.post(CODES + "new/")["Location"] == CODES
        assert Entry.objects.filter(act="people.renew_recovery_codes").count() == 1
        other = Client()
        sign_in(other)
        assert other.post(STEP, {"code": added[1][0]}).status_code == 200

    def test_the_tables_hold_no_secret_as_it_is(self, added: tuple[str, list[str]]) -> None:
        stored = str(list(Authenticator.objects.values_list("data", flat=True)))
        assert added[0] not in stored
        assert SecondStepAdapter().decrypt(Authenticator.objects.get(type="totp").data["secret"]) == added[0]

    def test_with_the_key_lost_no_code_fits_and_no_page_breaks(
        self, client: Client, added: tuple[str, list[str]], settings: Any
    ) -> None:
        settings.SECRET_KEY = "another-secret-key-of-another-machine"
        one = Client()
        sign_in(one)
        assert one.post(STEP, {"code": code(added[0], 1)}).status_code == 200
        assert not signed_in(one)

    def test_a_key_that_was_changed_with_care_still_opens(
        self, client: Client, added: tuple[str, list[str]], settings: Any
    ) -> None:
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another-secret-key-of-another-machine"
        one = Client()
        sign_in(one)
        assert one.post(STEP, {"code": code(added[0], 1)}).status_code == 302

    def test_nobody_adds_or_removes_for_somebody_else(self, lan: User, added: tuple[str, list[str]]) -> None:
        admin = actor_of(post(account(), "administrator").person, TODAY)
        step = Authenticator.objects.get(type="totp")
        with pytest.raises(NotAllowed):
            actions.add_codes_app(actor=admin, person=lan, secret="X", **WHEN)
        with pytest.raises(NotAllowed):
            actions.remove_second_step(actor=admin, person=lan, step=step, **WHEN)
        me = actor_of(account("hoa"), TODAY)
        with pytest.raises(NotAllowed):
            actions.remove_second_step(actor=me, person=User.objects.get(username="hoa"), step=step, **WHEN)


class TestALostOne:
    def test_the_office_takes_it_away_with_a_reason_and_sessions_end(
        self, client: Client, lan: User, added: tuple[str, list[str]]
    ) -> None:
        sign_in(client)
        client.post(STEP, {"code": code(added[0], 1)})
        assert client.get(ME).status_code == 200
        admin = actor_of(post(account(), "administrator").person, TODAY)
        with pytest.raises(Refused) as no:
            actions.forget_second_step(actor=admin, person=lan, reason=" ", **WHEN)
        assert no.value.refusal.code == "people.reason"
        actions.forget_second_step(actor=admin, person=lan, reason="Mất điện thoại và giấy", **WHEN)
        assert client.get(ME).status_code == 302
        assert sign_in(Client())["Location"] == "/vi/desk/"
        assert Entry.objects.get(act="people.forget_second_step").facts == {"reason": "Mất điện thoại và giấy"}
        with pytest.raises(Refused) as no:
            actions.forget_second_step(actor=admin, person=lan, reason="Lần nữa", **WHEN)
        assert no.value.refusal.code == "people.no_second_step"

    def test_a_commune_does_so_for_its_villages_alone(self, lan: User, added: tuple[str, list[str]]) -> None:
        beside = actor_of(post(account(), "commune_officer", "22954").person, TODAY)
        here = actor_of(post(account(), "commune_officer", "22945").person, TODAY)
        for actor in (here, beside):
            with pytest.raises(Invisible):
                actions.forget_second_step(actor=actor, person=lan, reason="Mất điện thoại", **WHEN)
        post(lan, "unit_editor", organisation=village())
        with pytest.raises(Invisible):
            actions.forget_second_step(actor=beside, person=lan, reason="Mất điện thoại", **WHEN)
        actions.forget_second_step(actor=here, person=lan, reason="Mất điện thoại", **WHEN)

    def test_nobody_does_so_for_themselves(self, added: tuple[str, list[str]], lan: User) -> None:
        post(lan, "administrator")
        with pytest.raises(NotAllowed):
            actions.forget_second_step(actor=actor_of(lan, TODAY), person=lan, reason="Mất rồi", **WHEN)


class TestPasskeys:
    def test_the_sign_in_page_offers_one_without_script_in_the_page(self, client: Client) -> None:
        page = client.get(LOGIN).content.decode()
        assert 'id="passkey-button"' in page
        for script in re.findall(r"<script(.*?)>(.*?)</script>", page, re.S):
            assert "src=" in script[0]
            assert not script[1].strip()

    @pytest.mark.parametrize(
        "sent", ["", "x", "{}", "[]", '{"response": {"userHandle": "MQ"}}', '{"id": 1}', "null", "7"]
    )
    def test_what_is_no_answer_of_a_device_leads_back(self, client: Client, lan: User, sent: str) -> None:
        client.get(STEP + "passkey/login/", headers={"accept": "application/json"})
        answer = client.post(STEP + "passkey/login/", {"credential": sent})
        assert (answer.status_code, answer["Location"]) == (302, LOGIN)
        assert not signed_in(client)

    def test_too_many_from_one_address_are_told_to_wait(self, client: Client) -> None:
        answers = {client.post(STEP + "passkey/login/", {"credential": "{}"}).status_code for _ in range(11)}
        assert answers == {302, 429}
