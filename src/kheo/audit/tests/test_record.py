"""What may be written in the trail, and when."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils.translation import gettext_lazy

from kheo.audit.actions import record
from kheo.audit.models import Entry
from kheo.audit.words import Act, Subject, act_of, acts, wire_acts
from kheo.base.access import OPERATOR, Actor

ON, KNOWN = date(2026, 1, 2), datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
MOVE = Act("test.move", frozenset({"from", "to", "n"}), "moved")


def write(**facts: object) -> Entry:
    record(MOVE, actor=OPERATOR, on=ON, known=KNOWN, subject=Subject("box", "7", "Hộp số 7"), facts=facts)
    return Entry.objects.order_by("-pk")[0]


@pytest.mark.django_db
def test_an_entry_says_who_did_what_to_what_and_when() -> None:
    entry = write(**{"from": "a", "to": ["b", None, True], "n": 3})
    entry.refresh_from_db()
    assert (entry.act, entry.actor_name, entry.actor_id_text) == ("test.move", "operator", "")
    assert (entry.subject_kind, entry.subject_id, entry.subject_label) == ("box", "7", "Hộp số 7")
    assert (entry.on, entry.known) == (ON, KNOWN)
    assert entry.facts == {"from": "a", "to": ["b", None, True], "n": 3}


@pytest.mark.django_db
def test_a_person_is_kept_as_number_and_name() -> None:
    record(MOVE, actor=Actor(id=12, name="p68"), on=ON, known=KNOWN)
    entry = Entry.objects.get()
    assert (entry.actor_id_text, entry.actor_name, entry.subject_kind, entry.facts) == ("12", "p68", "", {})


@pytest.mark.django_db
def test_one_deed_is_two_inserts(django_assert_num_queries) -> None:
    with django_assert_num_queries(2):  # the entry, and that something changed
        record(MOVE, actor=OPERATOR, on=ON, known=KNOWN, facts={"n": 1})


@pytest.mark.django_db
def test_a_fact_outside_the_closed_set_is_a_mistake() -> None:
    with pytest.raises(ValueError, match=r"test\.move may not carry colour"):
        write(colour="red")
    assert not Entry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("value", [1.5, Decimal("1.5"), ON, KNOWN, gettext_lazy("moved"), {1: "a"}, {"a"}, object()])
def test_a_fact_that_would_not_come_back_letter_for_letter_is_a_mistake(value: object) -> None:
    with pytest.raises(TypeError, match=r"test\.move\.n is"):
        write(n=value)


@pytest.mark.django_db
def test_what_no_database_can_hold_is_left_out_of_text() -> None:
    assert write(to="t\x00ệp\udc80").facts == {"to": "tệp?"}


@pytest.mark.django_db(transaction=True)
def test_nothing_is_recorded_outside_the_transaction_of_the_deed() -> None:
    assert not connection.in_atomic_block
    with pytest.raises(RuntimeError, match="inside the action's transaction"):
        record(MOVE, actor=OPERATOR, on=ON, known=KNOWN)
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_entry_falls_with_its_deed() -> None:
    def fail() -> None:
        with transaction.atomic():
            write(n=1)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not Entry.objects.exists()


def test_one_code_is_one_act(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kheo.audit.words._acts", {})
    wire_acts([MOVE, MOVE])
    assert act_of("test.move") == MOVE
    assert act_of("test.other") is None
    assert acts() == [MOVE]
    with pytest.raises(ValueError, match="two acts share the code"):
        wire_acts([Act("test.move", frozenset(), "moved")])
