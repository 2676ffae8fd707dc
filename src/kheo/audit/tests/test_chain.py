"""The sealer and the check of its chain: whatever is done to a sealed entry or to a seal is seen and named."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kheo.audit import actions
from kheo.audit.actions import record, seal
from kheo.audit.guards import lifted
from kheo.audit.models import Entry, Seal
from kheo.audit.queries import verify
from kheo.audit.words import SEALED, Act, Fault, Subject, Verdict
from kheo.base.access import OPERATOR

KNOWN = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
DEED = Act("test.deed", frozenset({"n", "word"}), "did")
TABLES = ("audit_entry", "audit_seal")


def deeds(n: int, start: int = 0) -> list[int]:
    """Record n deeds; their numbers in the trail."""
    with transaction.atomic():
        for i in range(start, start + n):
            record(
                DEED,
                actor=OPERATOR,
                on=date(2026, 1, 2),
                known=KNOWN + timedelta(seconds=i),
                subject=Subject("thing", str(i), f"Việc {i}"),
                facts={"n": i, "word": "Đường hoa"},
            )
    return list(Entry.objects.filter(act=DEED.code).order_by("pk").values_list("pk", flat=True))[-n:]


@pytest.mark.django_db
class TestSealing:
    def test_an_empty_trail_holds(self) -> None:
        assert verify() == Verdict(True, 0, 0, head="0" * 64)
        assert seal(known=KNOWN) == 0
        assert not Entry.objects.exists()

    def test_deeds_not_yet_sealed_are_told(self) -> None:
        deeds(3)
        verdict = verify()
        assert (verdict.ok, verdict.sealed, verdict.open) == (True, 0, 3)

    def test_sealing_covers_every_deed_and_leaves_a_note(self) -> None:
        numbers = deeds(5)
        assert seal(known=KNOWN) == 5
        verdict = verify()
        assert (verdict.ok, verdict.sealed, verdict.open) == (True, 5, 0)
        assert list(Seal.objects.order_by("seq").values_list("seq", "entry_id")) == list(enumerate(numbers, 1))
        note = Entry.objects.get(act=SEALED.code)
        assert note.facts == {"entries": 5, "seq": 5, "hash": verdict.head}

    def test_sealing_again_with_nothing_new_writes_nothing(self) -> None:
        deeds(2)
        seal(known=KNOWN)
        before = Entry.objects.count(), Seal.objects.count()
        assert seal(known=KNOWN) == 0
        assert (Entry.objects.count(), Seal.objects.count()) == before

    def test_the_chain_goes_on_over_the_earlier_note(self) -> None:
        deeds(2)
        seal(known=KNOWN)
        deeds(3, start=2)
        assert seal(known=KNOWN) == 3
        verdict = verify()
        assert (verdict.ok, verdict.sealed, verdict.open) == (True, 6, 0)

    def test_a_lower_number_that_commits_later_is_sealed_after_those_before_it(self) -> None:
        late, *_ = deeds(3)
        row = Entry.objects.filter(pk=late).values().get()
        with lifted("audit_entry"):
            Entry.objects.filter(pk=late).delete()  # as if its transaction were still open
        assert seal(known=KNOWN) == 2
        Entry.objects.create(**row)
        assert (verify().ok, verify().open) == (True, 1)
        assert seal(known=KNOWN) == 1
        assert Seal.objects.get(seq=3).entry_id == late
        assert verify().ok

    def test_many_deeds_are_sealed_in_short_batches(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(actions, "BATCH", 4)
        deeds(11)
        assert seal(known=KNOWN) == 11
        assert verify().ok
        assert verify().open == 0
        assert Entry.objects.filter(act=SEALED.code).count() >= 3

    def test_the_check_streams(self, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries) -> None:
        monkeypatch.setattr("kheo.audit.queries.CHUNK", 10)
        deeds(25)
        seal(known=KNOWN)
        with django_assert_num_queries(11):  # end; 3 x (seals, entries) and an empty chunk; the note and its link; open
            assert verify().sealed == 25


@pytest.mark.django_db
class TestTampering:
    """Each fault by its name. Numbers are those of the second of four sealed entries."""

    @pytest.fixture(autouse=True)
    def _sealed(self) -> None:
        self.numbers = deeds(4)
        seal(known=KNOWN)
        self.entries = Entry.objects.filter(pk=self.numbers[1])
        self.seals = Seal.objects.filter(seq=2)

    def found(self) -> tuple[int | None, Fault | None]:
        verdict = verify()
        assert not verdict.ok
        return verdict.first_broken, verdict.fault

    def test_a_changed_entry_is_named(self) -> None:
        with lifted(*TABLES):
            self.entries.update(actor_name="somebody else")
        assert self.found() == (self.numbers[1], Fault.CHANGED)
        assert verify().sealed == 1

    def test_a_missing_entry_is_named(self) -> None:
        with lifted(*TABLES):
            self.entries.delete()
        assert self.found() == (self.numbers[1], Fault.MISSING)

    def test_two_entries_that_changed_places_are_named(self) -> None:
        first, second, spare = self.numbers[1], self.numbers[2], 10**9
        with lifted(*TABLES):
            for old, new in ((first, spare), (second, first), (spare, second)):
                Entry.objects.filter(pk=old).update(id=new)
        assert self.found() == (first, Fault.REORDERED)

    def test_two_seals_that_changed_places_are_named(self) -> None:
        with lifted(*TABLES):
            for old, new in ((2, 99), (3, 2), (99, 3)):
                Seal.objects.filter(seq=old).update(seq=new)
        assert self.found() == (self.numbers[2], Fault.CHANGED)

    def test_a_seal_that_names_another_entry_is_named(self) -> None:
        other = deeds(1)[0]
        with lifted(*TABLES):
            self.seals.update(entry_id=other)
        assert self.found() == (other, Fault.REORDERED)

    def test_a_changed_seal_is_named(self) -> None:
        with lifted(*TABLES):
            self.seals.update(hash="f" * 64)
        assert self.found() == (self.numbers[1], Fault.CHANGED)

    def test_a_missing_seal_is_named_by_the_entry_after_it(self) -> None:
        with lifted(*TABLES):
            self.seals.delete()
        assert self.found() == (self.numbers[2], Fault.SEAL_GAP)

    def test_a_chain_cut_short_is_named_by_the_note(self) -> None:
        note = Entry.objects.get(act=SEALED.code)
        with lifted(*TABLES):
            Seal.objects.filter(seq=4).delete()
        assert self.found() == (note.pk, Fault.SEAL_GAP)

    def test_a_chain_cut_short_together_with_its_note_is_named(self) -> None:
        with lifted(*TABLES):
            Seal.objects.filter(seq=4).delete()
            Entry.objects.filter(act=SEALED.code).delete()
        assert self.found() == (self.numbers[2], Fault.SEAL_GAP)

    def test_a_trail_without_any_seal_left_is_named(self) -> None:
        with lifted(*TABLES):
            Seal.objects.all().delete()
        assert self.found()[1] == Fault.SEAL_GAP

    def test_a_day_overwritten_with_nonsense_is_named(self) -> None:
        if connection.vendor != "sqlite":
            return  # PostgreSQL takes days only
        with lifted(*TABLES), connection.cursor() as cursor:
            cursor.execute("UPDATE audit_entry SET known = '2026-99-99 00:00:00' WHERE id = %s", [self.numbers[1]])
        assert self.found() == (self.numbers[1], Fault.CHANGED)

    def test_sealing_on_does_not_hide_it(self) -> None:
        with lifted(*TABLES):
            self.entries.update(subject_label="x")
        deeds(2, start=10)
        seal(known=KNOWN)
        assert self.found() == (self.numbers[1], Fault.CHANGED)


ENTRY_CHANGES = {
    "known": KNOWN - timedelta(days=1),
    "on": date(2020, 2, 2),
    "act": "test.other",
    "actor_id_text": "77",
    "actor_name": "nobody",
    "subject_kind": "box",
    "subject_id": "no",
    "subject_label": "khác",
    "facts": {"n": 999},
}


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_done_to_one_sealed_entry_or_seal_is_seen(data: st.DataObject) -> None:
    with transaction.atomic():
        batches = data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=4))
        for i, n in enumerate(batches):
            deeds(n, start=100 * i)
            seal(known=KNOWN)
        assert verify().ok
        target = data.draw(st.sampled_from(list(Seal.objects.order_by("seq"))))
        entries, seals = Entry.objects.filter(pk=target.entry_id), Seal.objects.filter(pk=target.pk)
        with lifted(*TABLES):
            match data.draw(st.sampled_from(["change", "delete", "renumber", "seal hash", "seal gone", "seal moved"])):
                case "change":
                    field = data.draw(st.sampled_from(sorted(ENTRY_CHANGES)))
                    entries.update(**{field: ENTRY_CHANGES[field]})
                case "delete":
                    entries.delete()
                case "renumber":
                    entries.update(id=10**9)
                case "seal hash":
                    seals.update(hash=data.draw(st.text("0123456789abcdef", min_size=64, max_size=64)))
                case "seal gone":
                    seals.delete()
                case "seal moved":
                    seals.update(seq=data.draw(st.sampled_from([0, -5, 10**6])))
        verdict = verify()
        assert not verdict.ok
        assert verdict.first_broken is not None
        assert verdict.fault is not None
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_of_sealers_at_once_one_wins_and_no_entry_is_sealed_twice() -> None:
    numbers = deeds(60)
    start, faults = threading.Barrier(4), []

    def sealer() -> None:
        try:
            start.wait(10)
            for _ in range(3):
                seal(known=KNOWN)
        except Exception as fault:
            # A shared in-memory SQLite does not wait for its turn as a file does: that sealer just stops, too.
            if not (connection.vendor == "sqlite" and "locked" in str(fault)):
                faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=sealer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert faults == []
    seal(known=KNOWN)
    verdict = verify()
    assert (verdict.ok, verdict.open) == (True, 0)
    assert set(numbers) <= set(Seal.objects.values_list("entry_id", flat=True))
