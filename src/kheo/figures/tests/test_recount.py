"""The recount finds whatever went round the posting function, says what it is, and heals it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection

from kheo.audit.models import Entry
from kheo.base.access import OPERATOR, STRANGER
from kheo.base.errors import NotAllowed
from kheo.figures import actions, queries
from kheo.figures.models import FigLine, FigNow
from kheo.figures.tests.things import KNOWN, LATER, ROWS, THINGS, image
from kheo.figures.words import HEALED, Cause, Difference, Image

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("things")]
MOVED = image(2, place=2, colour=2, day=9, cause=Cause.MOVE)


def counted() -> None:
    """Three things in the room and in the figures; the second has moved."""
    ROWS[:] = [image(1), image(2), MOVED, image(3, amount=7)]
    actions.post(THINGS, ROWS, known=KNOWN)


def recount(*, heal: bool = False) -> list[Difference]:
    return actions.recount([THINGS], heal=heal, known=LATER, actor=OPERATOR)


def sql(text: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, params)


def bare(image: Image) -> Image:
    """What it counts as, whenever and however that came about."""
    return replace(image, day=KNOWN.date(), cause=Cause.ENTER)


def standing(facts: range) -> dict[int, Image]:
    """What the journal holds in the end."""
    return {fact: bare(story[-1]) for fact in facts if (story := queries.history(THINGS, fact))}


def row_never_posted() -> None:
    ROWS.append(image(4, day=7))


def row_changed() -> None:
    ROWS[2] = replace(MOVED, d1=3)


def row_changed_with_an_older_day() -> None:
    ROWS[2] = replace(MOVED, d1=3, day=date(2025, 11, 6))


def amount_changed() -> None:
    ROWS[3] = image(3, amount=8)


def row_gone() -> None:
    del ROWS[0]


def image_changed() -> None:
    sql("UPDATE fig_now SET d1 = 3 WHERE measure = 901 AND fact = 1")


def image_gone() -> None:
    sql("DELETE FROM fig_now WHERE measure = 901 AND fact = 2")


def image_slipped_in() -> None:
    sql("INSERT INTO fig_now (measure, fact, place, d1, d2, d3, state, n, amount) VALUES (901, 9, 1, 1, 1, 1, 1, 1, 0)")


def line_slipped_in() -> None:
    sql(
        "INSERT INTO fig_line (known, day, measure, fact, place, d1, d2, d3, state, cause, n, amount)"
        " VALUES (%s, %s, 901, 1, 1, 2, 1, 1, 1, 1, 1, 0)",
        connection.ops.adapt_datetimefield_value(KNOWN),
        "2025-11-06",
    )


def line_of_nobody() -> None:
    line_slipped_in()
    del ROWS[0]
    image_gone()


BYPASSES: list[tuple[Callable[[], None], set[tuple[int, str]]]] = [
    (row_never_posted, {(4, "image")}),
    (row_changed, {(2, "image")}),
    (row_changed_with_an_older_day, {(2, "image")}),
    (amount_changed, {(3, "image")}),
    (row_gone, {(1, "image")}),
    (image_changed, {(1, "image"), (1, "journal")}),
    (image_gone, {(2, "image"), (2, "journal")}),
    (image_slipped_in, {(9, "image"), (9, "journal")}),
    (line_slipped_in, {(1, "journal")}),
    (line_of_nobody, {(1, "image"), (1, "journal"), (2, "image"), (2, "journal")}),
]


def test_what_was_posted_agrees() -> None:
    counted()
    assert recount() == []
    assert recount(heal=True) == []
    assert not Entry.objects.filter(act=HEALED.code).exists()


@pytest.mark.parametrize(("bypass", "expected"), BYPASSES, ids=lambda x: getattr(x, "__name__", ""))
def test_a_bypass_is_seen_named_and_healed(bypass: Callable[[], None], expected: set[tuple[int, str]]) -> None:
    counted()
    bypass()
    found = recount()
    assert {(d.fact, d.what) for d in found} == expected
    assert recount(heal=True) == found
    assert recount() == []
    assert standing(range(1, 10)) == {im.fact: bare(im) for im in ROWS}


def test_a_healing_is_audited_and_a_look_is_not() -> None:
    counted()
    row_never_posted()
    image_changed()
    recount()
    assert not Entry.objects.filter(act=HEALED.code).exists()
    recount(heal=True)
    entry = Entry.objects.get(act=HEALED.code)
    assert entry.facts == {"measure": "things", "found": 3, "image": 2, "journal": 1}
    assert (entry.actor_name, entry.on, entry.known) == ("operator", date(2025, 12, 1), LATER)


def test_a_row_nobody_posted_enters_on_its_own_days() -> None:
    ROWS[:] = [image(1), image(1, colour=2, day=9, cause=Cause.MOVE)]
    recount(heal=True)
    assert queries.history(THINGS, 1) == ROWS


def test_a_changed_row_moves_and_is_no_newer_for_it() -> None:
    counted()
    row_changed_with_an_older_day()
    recount(heal=True)
    healed = queries.history(THINGS, 2)[-1]
    assert (healed.d1, healed.day, healed.cause) == (3, date(2025, 11, 9), Cause.MOVE)


def test_a_row_that_left_and_is_back_moves_in() -> None:
    counted()
    actions.post(THINGS, [image(1, n=0, day=8, cause=Cause.LEAVE)], known=KNOWN)
    recount(heal=True)
    assert [im.cause for im in queries.history(THINGS, 1)] == [Cause.ENTER, Cause.LEAVE, Cause.MOVE]


def test_healing_keeps_what_was_known_before() -> None:
    counted()
    row_gone()
    recount(heal=True)
    before = FigLine.objects.filter(measure=THINGS.id, known=KNOWN, fact=1)
    assert sum(before.values_list("n", flat=True)) == 1


def test_a_healing_writes_only_what_differs() -> None:
    counted()
    lines = FigLine.objects.count()
    image_changed()
    recount(heal=True)
    assert FigLine.objects.count() == lines
    assert FigNow.objects.get(measure=THINGS.id, fact=1).d1 == 1


def test_counting_again_needs_its_power() -> None:
    with pytest.raises(NotAllowed):
        actions.recount([THINGS], heal=False, known=LATER, actor=STRANGER)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_was_spoilt_agrees_after_healing(seed: int) -> None:
    """Random spoiling of image, journal and rows, several at once."""
    chance = random.Random(seed)
    ROWS[:] = [image(fact, place=chance.randint(1, 5), colour=chance.randint(1, 3)) for fact in range(1, 40)]
    actions.post(THINGS, ROWS, known=KNOWN)
    for _ in range(12):
        fact, colour = chance.randint(1, 45), chance.randint(1, 3)
        deed = chance.choice(["row", "gone", "image", "drop", "line"])
        if deed == "row":
            ROWS[:] = [*(im for im in ROWS if im.fact != fact), image(fact, colour=colour, day=chance.randint(1, 20))]
        elif deed == "gone":
            ROWS[:] = [im for im in ROWS if im.fact != fact]
        elif deed == "image":
            FigNow.objects.filter(measure=THINGS.id, fact=fact).update(d1=colour, n=chance.randint(0, 2))
        elif deed == "drop":
            FigNow.objects.filter(measure=THINGS.id, fact=fact).delete()
        else:
            spoil = {"place": 1, "d1": colour, "d2": 1, "d3": 1, "state": 1, "cause": 3, "n": chance.choice([-1, 1])}
            FigLine.objects.create(known=KNOWN, day=date(2025, 11, 6), measure=THINGS.id, fact=fact, amount=0, **spoil)
    recount(heal=True)
    assert recount() == []
    assert standing(range(1, 46)) == {im.fact: bare(im) for im in ROWS}
