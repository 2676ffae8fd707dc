"""Reading the trail: on the page, by command, by whom, narrowed by what."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import transaction
from django.test import Client

from kheo.audit.actions import record, seal
from kheo.audit.commands import COMMANDS
from kheo.audit.guards import lifted
from kheo.audit.models import Entry
from kheo.audit.queries import about, rows, visible
from kheo.audit.words import Act, Subject, wire_acts
from kheo.base.access import OPERATOR, STRANGER, Actor
from kheo.people.models import User
from kheo.people.tests.folk import TODAY, account, officer, post

pytestmark = pytest.mark.django_db
KNOWN = datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC)
ACCEPT, RETURN = Act("thing.accept", frozenset({"n"}), "accepted"), Act("thing.return", frozenset(), "returned")
PAGE = "/en/audit/"


@pytest.fixture(autouse=True)
def _acts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kheo.audit.words._acts", {})
    wire_acts([ACCEPT, RETURN])


@pytest.fixture
def trail() -> list[int]:
    """Six deeds on six days by two people on two things; their numbers, oldest first."""
    with transaction.atomic():
        for i in range(6):
            record(
                RETURN if i % 3 == 2 else ACCEPT,
                actor=Actor(id=i % 2, name=("an", "binh")[i % 2]),
                on=date(2026, 11, 1) + timedelta(days=i),
                known=KNOWN,
                subject=Subject("thing", str(i % 2), f"Việc <b>{i % 2}</b>"),
                facts={"n": i} if i % 3 != 2 else {},
            )
    return list(Entry.objects.order_by("pk").values_list("pk", flat=True))


def auditor() -> User:
    person = account("kt")
    post(person, "auditor")
    return person


class TestWho:
    def test_only_who_holds_the_power_everywhere_reads_it(self, trail: list[int]) -> None:
        assert visible(officer("auditor")).count() == 6
        assert visible(OPERATOR).count() == 6
        assert not visible(STRANGER).exists()
        for role, code in (("administrator", ""), ("nation_commission", ""), ("province_commission", "68")):
            assert not visible(officer(role, code)).exists()

    def test_the_page_says_so_with_403_and_asks_a_stranger_to_sign_in(
        self, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert client.get(PAGE).status_code == 302
        client.force_login(account())
        answer = client.get(PAGE)
        assert answer.status_code == 403
        assert "open to the auditors of the whole installation only" in answer.content.decode()
        assert all(record.exc_info is None for record in caplog.records)  # an expected no is no fault
        client.force_login(auditor())
        assert client.get(PAGE).status_code == 200

    def test_a_room_shows_the_history_of_its_own_thing(self, trail: list[int]) -> None:
        assert [row.id for row in about("thing", "1")] == trail[1::2][::-1]


class TestPage:
    @pytest.fixture(autouse=True)
    def _sign_in(self, client: Client) -> None:
        client.force_login(auditor())
        self.client = client

    def shown(self, **query: Any) -> str:
        return self.client.get(PAGE, query).content.decode()

    def ids(self, **query: Any) -> list[int]:
        text = self.shown(**query)
        return [n for n in Entry.objects.order_by("pk").values_list("pk", flat=True) if f"<bdi>{n}</bdi></th>" in text]

    def test_it_says_everything_of_an_entry_and_nothing_runs_as_markup(self, trail: list[int]) -> None:
        text = self.shown()
        assert self.ids() == trail
        for words in ("accepted", "thing.accept", "20/11/2026 10:04", "06/11/2026", "Not sealed yet"):
            assert words in text
        assert "Việc &lt;b&gt;1&lt;/b&gt;" in text
        assert "<b>1</b>" not in text

    def test_sealed_entries_are_marked(self, trail: list[int]) -> None:
        seal(known=KNOWN)
        assert self.shown().count("Sealed</span>") == 6

    @pytest.mark.parametrize(
        ("query", "kept"),
        [
            ({"act": "thing.return"}, [2, 5]),
            ({"actor": "an"}, [0, 2, 4]),
            ({"actor": "a"}, []),
            ({"subject": "thing:1"}, [1, 3, 5]),
            ({"subject": "thing"}, [0, 1, 2, 3, 4, 5]),
            ({"since": "2026-11-05"}, [4, 5]),
            ({"until": "2026-11-02"}, [0, 1]),
            ({"since": "2026-11-02", "until": "2026-11-04", "actor": "binh"}, [1, 3]),
            ({"facts": "1", "id": "1", "act__startswith": "x"}, [0, 1, 2, 3, 4, 5]),
            ({"act": "thing.unknown"}, []),
            ({"since": "yesterday"}, []),
            ({"subject": "x" * 500}, []),
        ],
    )
    def test_it_is_narrowed_by_allow_listed_filters_only(
        self, trail: list[int], query: dict[str, str], kept: list[int]
    ) -> None:
        assert self.ids(**query) == [trail[i] for i in kept]

    def test_filters_in_force_are_shown_and_can_be_dropped_one_by_one(self, trail: list[int]) -> None:
        text = self.shown(act="thing.return", actor="an")
        assert 'href="?actor=an"' in text
        assert 'href="?act=thing.return"' in text

    def test_a_long_trail_comes_in_pages(self, django_assert_num_queries: Any) -> None:
        with transaction.atomic():
            for i in range(60):
                record(ACCEPT, actor=OPERATOR, on=TODAY, known=KNOWN, facts={"n": i})
        assert len(self.ids()) == 50
        assert len(self.ids(page="2")) == 10
        assert len(self.ids(page="99")) == 10
        with django_assert_num_queries(7):  # session, account, posts, powers, count, entries, seals
            self.shown()


class TestCommands:
    @pytest.fixture(autouse=True)
    def _wired(self, monkeypatch: pytest.MonkeyPatch) -> None:
        people = {"kt": officer("auditor"), "vn": officer("nation_commission")}
        monkeypatch.setattr("kheo.base.command._actor_of", lambda name, _on: people.get(name))

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(COMMANDS["audit"], [*words])

    def test_verify_answers_with_the_four_words_of_the_design(self, trail: list[int]) -> None:
        seal(known=KNOWN)
        result = self.run("verify", "--json")
        assert result.exit_code == 0
        assert json.loads(result.stdout) == {"ok": True, "sealed": 6, "open": 0, "first_broken": None}

    def test_verify_names_the_first_broken_entry_and_ends_with_1(self, trail: list[int]) -> None:
        seal(known=KNOWN)
        with lifted("audit_entry", "audit_seal"):
            Entry.objects.filter(pk__in=trail[3:5]).update(actor_name="x")
        result = self.run("verify", "--json", "--lang", "en")
        answer = json.loads(result.stdout)
        assert result.exit_code == 1
        assert (answer["ok"], answer["sealed"], answer["first_broken"]) == (False, 3, trail[3])
        assert answer["fault"] == "changed"
        assert f"broken at entry {trail[3]}" in result.stderr

    def test_seal_says_how_many_and_where_the_chain_ends(self, trail: list[int]) -> None:
        answer = json.loads(self.run("seal", "--json").stdout)
        assert answer["sealed"] == 6
        assert len(answer["head"]) == 64
        assert json.loads(self.run("seal", "--json").stdout) == {"sealed": 0, "head": answer["head"]}

    @pytest.mark.parametrize(
        ("words", "kept"),
        [
            ((), [5, 4, 3, 2, 1, 0]),
            (("--limit", "2"), [5, 4]),
            (("--subject", "thing:0"), [4, 2, 0]),
            (("--act", "thing.return"), [5, 2]),
            (("--actor", "binh", "--since", "2026-11-03"), [5, 3]),
        ],
    )
    def test_show_lists_entries_newest_first(self, trail: list[int], words: tuple[str, ...], kept: list[int]) -> None:
        answer = json.loads(self.run("show", "--json", *words).stdout)
        assert answer["count"] == len(kept)
        assert [row["id"] for row in answer["rows"]] == [trail[i] for i in kept]

    def test_a_row_says_everything(self, trail: list[int]) -> None:
        row = json.loads(self.run("show", "--json", "--limit", "1", "--act", "thing.accept").stdout)["rows"][0]
        assert row == {
            "id": trail[4],
            "known": "2026-11-20T03:04:05+00:00",
            "on": "2026-11-05",
            "act": "thing.accept",
            "text": "accepted",
            "actor": "an",
            "subject": {"kind": "thing", "id": "0", "label": "Việc <b>0</b>"},
            "facts": {"n": 4},
            "sealed": False,
        }

    def test_for_people_it_is_lines(self, trail: list[int]) -> None:
        assert len(self.run("show").stdout.splitlines()) == 6

    @pytest.mark.parametrize(("words", "code"), [(("--act", "no.such"), 1), (("--subject", "thing"), 1)])
    def test_what_means_nothing_is_refused_in_one_sentence(self, words: tuple[str, ...], code: int) -> None:
        result = self.run("show", *words)
        assert result.exit_code == code
        assert len(result.stderr.splitlines()) == 1

    @pytest.mark.parametrize("verb", ["show", "verify", "seal"])
    def test_who_may_not_read_it_ends_with_3(self, trail: list[int], verb: str) -> None:
        assert self.run(verb, "--as", "kt").exit_code == 0
        assert self.run(verb, "--as", "vn").exit_code == 3
        assert self.run(verb, "--as", "nobody").exit_code == 3


def test_rows_of_an_act_that_is_no_longer_known_are_still_read(trail: list[int]) -> None:
    with transaction.atomic():
        record(Act("old.act", frozenset(), "old"), actor=OPERATOR, on=TODAY, known=KNOWN)
    assert rows(visible(OPERATOR)[:1])[0].text == "old.act"
