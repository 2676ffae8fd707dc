"""The posting function: what it writes, what it leaves alone, what it refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction

from kheo.audit.guards import missing_guards
from kheo.base.errors import Refused
from kheo.figures import actions, queries
from kheo.figures.models import FigLine, FigNow
from kheo.figures.tests.things import KNOWN, LATER, THINGS, image
from kheo.figures.words import Cause

pytestmark = pytest.mark.django_db


def lines(fact: int = 1) -> list[tuple[int, int, int, int, int]]:
    rows = FigLine.objects.filter(measure=THINGS.id, fact=fact).order_by("id")
    return [(line.day.day, line.cause, line.place, line.d1, line.n) for line in rows]


def now(fact: int = 1) -> tuple[int, int, int, int]:
    row = FigNow.objects.get(measure=THINGS.id, fact=fact)
    return (row.place_id, row.d1, row.state, row.n)


def test_a_first_image_enters() -> None:
    actions.post(THINGS, [image()], known=KNOWN)
    assert lines() == [(5, Cause.ENTER, 1, 1, 1)]
    assert now() == (1, 1, 1, 1)


def test_the_same_image_twice_writes_nothing() -> None:
    actions.post(THINGS, [image(), image()], known=KNOWN)
    actions.post(THINGS, [image(day=9, cause=Cause.MOVE)], known=LATER)
    assert lines() == [(5, Cause.ENTER, 1, 1, 1)]


def test_a_move_takes_from_the_old_and_gives_to_the_new_on_its_day() -> None:
    actions.post(THINGS, [image()], known=KNOWN)
    actions.post(THINGS, [image(place=2, day=9, cause=Cause.MOVE)], known=LATER)
    assert lines()[1:] == [(9, Cause.MOVE, 1, 1, -1), (9, Cause.MOVE, 2, 1, 1)]
    assert now() == (2, 1, 1, 1)


def test_entering_again_over_a_counted_image_counts_as_new_again() -> None:
    actions.post(THINGS, [image()], known=KNOWN)
    actions.post(THINGS, [image(colour=2, day=9)], known=LATER)
    assert lines()[1:] == [(9, Cause.MOVE, 1, 1, -1), (9, Cause.ENTER, 1, 2, 1)]


def test_leaving_takes_away_and_is_neither_new_nor_a_move() -> None:
    actions.post(THINGS, [image()], known=KNOWN)
    actions.post(THINGS, [image(n=0, day=9)], known=LATER)
    assert lines()[1:] == [(9, Cause.LEAVE, 1, 1, -1)]
    assert now() == (1, 1, 1, 0)


def test_images_of_one_fact_in_one_call_follow_each_other() -> None:
    actions.post(THINGS, [image(2, day=6), image(), image(place=2, day=7, cause=Cause.MOVE)], known=KNOWN)
    assert lines() == [(5, 1, 1, 1, 1), (7, 3, 1, 1, -1), (7, 3, 2, 1, 1)]
    assert lines(2) == [(6, 1, 1, 1, 1)]


def test_a_day_before_the_last_change_is_refused() -> None:
    actions.post(THINGS, [image()], known=KNOWN)
    with pytest.raises(Refused) as no, transaction.atomic():
        actions.post(THINGS, [image(place=2, day=4, cause=Cause.MOVE)], known=LATER)
    assert no.value.refusal.code == "figures.day_before_last"
    with pytest.raises(Refused), transaction.atomic():
        actions.post(THINGS, [image(3, day=9), image(3, place=2, day=8, cause=Cause.MOVE)], known=LATER)
    assert lines() == [(5, 1, 1, 1, 1)]


def test_a_line_that_was_corrected_away_no_longer_bars_an_earlier_day() -> None:
    actions.post(THINGS, [image(), image(place=2, day=20, cause=Cause.MOVE)], known=KNOWN)
    actions.correct(THINGS, 1, [image()], known=KNOWN)
    actions.post(THINGS, [image(place=3, day=9, cause=Cause.MOVE)], known=LATER)
    assert now() == (3, 1, 1, 1)


def test_what_is_known_later_never_lies_before_what_it_changes() -> None:
    actions.post(THINGS, [image()], known=LATER)
    actions.post(THINGS, [image(place=2, day=9, cause=Cause.MOVE)], known=KNOWN)
    assert {line.known for line in FigLine.objects.all()} == {LATER}


def test_a_number_the_measure_does_not_declare_is_stopped() -> None:
    for wrong in (image(colour=7), image(state=9), replace(image(), d2=9), image(n=-1)):
        with pytest.raises(ValueError, match="does not declare"):
            actions.post(THINGS, [wrong], known=KNOWN)


def test_the_writers_belong_inside_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections["default"], "in_atomic_block", False)
    with pytest.raises(RuntimeError):
        actions.post(THINGS, [image()], known=KNOWN)
    with pytest.raises(RuntimeError):
        actions.correct(THINGS, 1, [], known=KNOWN)


def test_a_correction_reverses_each_line_on_its_own_day_and_keeps_what_was_known() -> None:
    actions.post(THINGS, [image(), image(place=2, day=9, cause=Cause.MOVE)], known=KNOWN)
    actions.correct(THINGS, 1, [image(colour=2), image(colour=2, place=2, day=9, cause=Cause.MOVE)], known=LATER)
    assert sorted(lines()[3:6]) == [(5, 1, 1, 1, -1), (9, 3, 1, 1, 1), (9, 3, 2, 1, -1)]
    assert lines()[6:] == [(5, 1, 1, 2, 1), (9, 3, 1, 2, -1), (9, 3, 2, 2, 1)]
    assert now() == (2, 2, 1, 1)
    assert FigLine.objects.filter(known=KNOWN).count() == 3


def test_a_correction_that_changes_nothing_writes_nothing() -> None:
    story = [image(), image(place=2, day=9, cause=Cause.MOVE)]
    actions.post(THINGS, story, known=KNOWN)
    actions.correct(THINGS, 1, story, known=LATER)
    assert len(lines()) == 3


def test_entered_by_mistake_is_as_if_it_never_was() -> None:
    actions.post(THINGS, [image(), image(place=2, day=9, cause=Cause.MOVE)], known=KNOWN)
    actions.correct(THINGS, 1, [], known=LATER)
    assert queries.history(THINGS, 1) == []
    assert now()[3] == 0
    actions.correct(THINGS, 77, [], known=LATER)
    assert not FigNow.objects.filter(fact=77).exists()


def test_a_corrected_away_fact_may_enter_again() -> None:
    actions.post(THINGS, [image()], known=KNOWN)
    actions.correct(THINGS, 1, [], known=KNOWN)
    actions.post(THINGS, [image(day=2)], known=LATER)
    assert queries.history(THINGS, 1) == [image(day=2)]


def test_history_hands_back_the_images_that_stand() -> None:
    story = [
        image(amount=5),
        image(place=2, amount=5, day=9, cause=Cause.MOVE),
        image(place=2, amount=7, day=9, cause=Cause.MOVE),
        image(place=2, amount=7, n=0, day=11, cause=Cause.LEAVE),
    ]
    actions.post(THINGS, story, known=KNOWN)
    found = queries.history(THINGS, 1)
    assert found == [story[0], story[2], replace(story[3], amount=0)]
    actions.correct(THINGS, 1, [replace(im, d1=2) for im in found], known=LATER)
    assert queries.history(THINGS, 1) == [replace(im, d1=2) for im in found]


def test_a_history_out_of_order_or_of_another_fact_is_stopped() -> None:
    with pytest.raises(ValueError, match="order of its days"):
        actions.correct(THINGS, 1, [image(day=9), image(place=2, day=5)], known=KNOWN)
    with pytest.raises(ValueError, match="order of its days"):
        actions.correct(THINGS, 1, [image(2)], known=KNOWN)


def test_the_journal_can_only_grow() -> None:
    actions.post(THINGS, [image()], known=KNOWN)
    assert missing_guards("fig_line") == ()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        FigLine.objects.update(n=5)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        FigLine.objects.all().delete()
    assert lines() == [(5, 1, 1, 1, 1)]


def test_an_image_cannot_go_below_zero() -> None:
    actions.post(THINGS, [image()], known=KNOWN)
    with pytest.raises(DatabaseError), transaction.atomic():
        FigNow.objects.update(n=-1)


def test_a_thousand_facts_and_more_go_in_order_of_their_numbers() -> None:
    actions.post(THINGS, [image(fact) for fact in range(1200, 0, -1)], known=KNOWN)
    facts = list(FigLine.objects.filter(measure=THINGS.id).order_by("id").values_list("fact", flat=True))
    assert facts == list(range(1, 1201))


def test_histories_of_many_facts_cost_one_query_for_five_hundred(django_assert_num_queries: Any) -> None:
    actions.post(THINGS, [image(fact) for fact in range(1, 601)], known=KNOWN)
    actions.correct(THINGS, 7, [], known=LATER)
    with django_assert_num_queries(2):
        found = queries.histories(THINGS, range(1, 700))
    assert sorted(found) == [fact for fact in range(1, 601) if fact != 7]
    assert found[9] == queries.history(THINGS, 9) == [image(9)]
