"""People on the command line: the same deeds by the same rules."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kheo.audit.models import Entry
from kheo.people.actions import load_roles
from kheo.people.commands import COMMANDS
from kheo.people.models import Organisation, Post, User
from kheo.people.tests.folk import account, officer, post, unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _wired(monkeypatch: pytest.MonkeyPatch) -> None:
    load_roles()
    people = {
        "admin68": officer("province_administrator", "68", username="admin68"),
        "p68": officer("province_commission", "68", username="p68"),
    }
    monkeypatch.setattr("kheo.base.command._actor_of", lambda name, _on: people.get(name))


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(COMMANDS["people"], [*words], input=typed)


def answer(*words: str, typed: str = "") -> Any:
    result = run(*words, "--json", typed=typed)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_an_account_is_made_with_a_password_shown_once() -> None:
    made = answer("create", "lan", "--name", "Nguyễn Thị Lan", "--language", "en")
    person = User.objects.get(username="lan")
    assert person.check_password(made["password"])
    assert (person.language, person.full_name) == ("en", "Nguyễn Thị Lan")
    assert made["password"] not in str(list(Entry.objects.values()))


def test_a_password_typed_in_is_never_printed() -> None:
    result = run("create", "lan", "--name", "Lan", "--password-stdin", "--json", typed="bon-muoi-hai-cay\n")
    assert json.loads(result.stdout) == {"username": "lan", "password": None}
    assert "bon-muoi" not in result.output
    assert User.objects.get(username="lan").check_password("bon-muoi-hai-cay")


def test_a_bad_password_is_refused_in_one_sentence_each() -> None:
    result = run("create", "lan", "--name", "Lan", "--password-stdin", "--json", typed="1234\n")
    assert result.exit_code == 1
    refused = json.loads(result.stdout)["refused"]
    assert {r["code"] for r in refused} == {"people.password"}
    assert not User.objects.filter(username="lan").exists()


def test_a_post_is_given_by_code_and_ended_by_number() -> None:
    account("lan")
    given = answer("give-post", "lan", "commune_officer", "--unit", "22945", "--on", "2026-11-01")
    shown = answer("show", "lan")
    seat = f"u{unit('22945').id:05d}"
    assert [(p["id"], p["role"], p["unit"], p["seat"], p["start"], p["end"]) for p in shown["posts"]] == [
        (given["post"], "commune_officer", seat, "Phường Phan Thiết", "2026-11-01", None)
    ]
    assert answer("end-post", str(given["post"]), "--end", "2026-11-20") == {"post": given["post"], "end": "2026-11-20"}
    assert Post.objects.get(pk=given["post"]).end == date(2026, 11, 20)


def test_a_village_is_entered_and_gets_an_editor() -> None:
    account("lan")
    made = answer("organisation", "Thôn Đại Tài", "--unit", "22945", "--line", "village", "--as", "admin68")
    answer("give-post", "lan", "unit_editor", "--organisation", str(made["organisation"]), "--as", "admin68")
    assert Post.objects.get(person__username="lan").organisation == Organisation.objects.get()


def test_an_account_is_closed_and_opened_again() -> None:
    post(account("lan"), "commune_officer", "22945")
    assert answer("close", "lan", "--as", "admin68") == {"username": "lan", "active": False}
    assert answer("open", "lan", "--as", "admin68") == {"username": "lan", "active": True}


def test_accounts_are_listed_as_far_as_one_manages_them() -> None:
    post(account("lan"), "commune_officer", "22945")
    post(account("hoa"), "commune_officer", "00004")
    assert {row["username"] for row in answer("accounts")["rows"]} == {"admin68", "p68", "hoa", "lan"}
    assert {row["username"] for row in answer("accounts", "--as", "admin68")["rows"]} == {"admin68", "p68", "lan"}
    assert answer("accounts", "la", "--as", "admin68")["count"] == 1


def test_powers_are_printed_for_everybody() -> None:
    rows = {row["role"]: row["powers"] for row in answer("powers", "--as", "p68")["rows"]}
    assert rows["auditor"] == ["audit.see"]
    assert "initiatives.accept" in rows["commune_officer"]


@pytest.mark.parametrize(
    "words",
    [
        ("accounts",),
        ("create", "x1", "--name", "X"),
        ("give-post", "lan", "commune_officer", "--unit", "22945"),
        ("organisation", "X", "--unit", "22945", "--line", "village"),
        ("show", "lan"),
        ("close", "lan"),
        ("open", "lan"),
        ("password", "lan"),
        ("end-post", "1"),
    ],
)
def test_without_the_power_each_of_them_ends_with_3(words: tuple[str, ...]) -> None:
    account("lan")
    assert run(*words, "--as", "p68").exit_code == 3


@pytest.mark.parametrize("verb", ["show", "close", "open", "password"])
def test_an_account_elsewhere_reads_like_one_that_is_not_there(verb: str) -> None:
    post(account("hoa"), "commune_officer", "00004")
    elsewhere, nobody = run(verb, "hoa", "--as", "admin68"), run(verb, "khong-co", "--as", "admin68")
    assert (elsewhere.exit_code, elsewhere.output) == (nobody.exit_code, nobody.output)
    assert elsewhere.exit_code == 3


def test_the_end_of_a_post_elsewhere_reads_like_one_that_is_not_there() -> None:
    there = post(account("hoa"), "commune_officer", "00004")
    elsewhere, nobody = run("end-post", str(there.pk), "--as", "admin68"), run("end-post", "999999", "--as", "admin68")
    assert (elsewhere.exit_code, elsewhere.output) == (nobody.exit_code, nobody.output)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("give-post", "lan", "king", "--unit", "22945"), "people.role_unknown"),
        (("give-post", "lan", "commune_officer", "--unit", "99999"), "units.unknown"),
        (("give-post", "lan", "commune_officer", "--unit", "68"), "people.wrong_seat"),
        (("give-post", "lan", "commune_officer"), "people.wrong_seat"),
        (("create", "lan", "--name", "Lan"), "people.username_taken"),
    ],
)
def test_what_cannot_be_is_refused_with_its_code(words: tuple[str, ...], code: str) -> None:
    account("lan")
    result = run(*words, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["code"] == code
