"""Several writers at once: nobody blocks anybody for good, and no line is lost or written twice."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import OperationalError, connection, transaction

from kheo.base.access import OPERATOR
from kheo.figures import actions
from kheo.figures.models import FigLine, Period
from kheo.figures.tests.things import KNOWN, LATER, THINGS, image
from kheo.figures.words import Cause, Image

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("things")]


def at_once(*deeds: Callable[[], None]) -> list[str]:
    """Start all deeds together, each in its own thread; what went wrong, in words."""
    start, faults = threading.Barrier(len(deeds)), []

    def run(deed: Callable[[], None]) -> None:
        try:
            start.wait(10)
            deed()
        except Exception as fault:
            faults.append(f"{type(fault).__name__}: {fault}")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [*faults, *("a writer hangs" for thread in threads if thread.is_alive())]


def write(deed: Callable[[], None]) -> None:
    """The deed in a transaction of its own. A shared in-memory SQLite does not wait for its turn as a file does."""
    while True:
        try:
            with transaction.atomic():
                deed()
        except OperationalError as fault:
            if not (connection.vendor == "sqlite" and "locked" in str(fault)):
                raise
            time.sleep(0.001)
        else:
            return


def disagreements() -> list[str]:
    """Facts whose journal does not add up to their image."""
    return [str(d) for d in actions.recount([THINGS], heal=False, known=LATER, actor=OPERATOR) if d.what == "journal"]


def test_one_fact_entered_by_two_at_once_enters_once() -> None:
    for fact in range(1, 21):
        faults = at_once(*(lambda: write(lambda: actions.post(THINGS, [image(fact)], known=KNOWN)),) * 3)  # noqa: B023
        assert faults == []
    assert FigLine.objects.count() == 20
    assert disagreements() == []


def test_two_moves_of_one_fact_follow_each_other() -> None:
    with transaction.atomic():
        actions.post(THINGS, [image(1)], known=KNOWN)

    def move(colour: int, place: int) -> Callable[[], None]:
        moved = image(1, colour=colour, place=place, cause=Cause.MOVE)
        return lambda: write(lambda: actions.post(THINGS, [moved], known=KNOWN))

    for place in range(2, 12):
        assert at_once(move(2, place), move(3, place)) == []
    assert disagreements() == []
    assert FigLine.objects.count() == 1 + 20 * 2


def test_many_facts_in_any_order_never_block_each_other() -> None:
    def writer(seed: int) -> Callable[[], None]:
        chance = random.Random(seed)

        def some() -> list[Image]:
            facts = chance.sample(range(1, 900), 60)
            return [image(f, place=chance.randint(1, 9), colour=chance.randint(1, 3), cause=Cause.MOVE) for f in facts]

        def deed() -> None:
            for _ in range(12):
                images = some()
                write(lambda: actions.post(THINGS, images, known=KNOWN))  # noqa: B023

        return deed

    assert at_once(*(writer(seed) for seed in range(6))) == []
    assert disagreements() == []


def test_large_posts_that_overlap_in_part_never_block_each_other() -> None:
    """Their chunks do not begin at the same fact, and half of the facts are there before."""
    with transaction.atomic():
        actions.post(THINGS, [image(fact) for fact in range(1, 1600, 2)], known=KNOWN)

    def writer(first: int, place: int) -> Callable[[], None]:
        images = [image(fact, place=place, cause=Cause.MOVE) for fact in range(first, 1600)]
        return lambda: write(lambda: actions.post(THINGS, images, known=KNOWN))

    assert at_once(writer(1, 2), writer(130, 3), writer(333, 4), writer(777, 5)) == []
    assert disagreements() == []


def test_a_correction_and_a_move_at_once_leave_a_whole_history() -> None:
    for fact in range(1, 11):
        with transaction.atomic():
            actions.post(THINGS, [image(fact)], known=KNOWN)
        faults = at_once(
            lambda: write(lambda: actions.correct(THINGS, fact, [image(fact, colour=2)], known=LATER)),  # noqa: B023
            lambda: write(
                lambda: actions.post(THINGS, [image(fact, place=2, cause=Cause.MOVE)], known=LATER)  # noqa: B023
            ),
        )
        assert faults == []
    assert disagreements() == []


def test_a_recount_beside_writers_sees_no_difference() -> None:
    """A room's rows and its figures change in one transaction; the recount waits for it and heals nothing away."""

    def rows() -> list[Image]:
        return [image(p.pk, colour=2 if p.registers else 1) for p in Period.objects.order_by("pk")]

    room = replace(THINGS, facts=rows)
    with transaction.atomic():
        actions.load_periods()
        actions.post(room, rows(), known=KNOWN)
    found: list[object] = []

    def turn(period: Period) -> None:
        period.registers = not period.registers
        Period.objects.filter(pk=period.pk).update(registers=period.registers)
        time.sleep(0.002)
        colour = 2 if period.registers else 1
        actions.post(room, [image(period.pk, colour=colour, cause=Cause.MOVE)], known=LATER)

    def turns() -> None:
        for period in list(Period.objects.order_by("pk")) * 3:
            write(lambda: turn(Period.objects.get(pk=period.pk)))  # noqa: B023

    def count() -> None:
        for _ in range(15):
            write(lambda: found.extend(actions.recount([room], heal=True, known=LATER, actor=OPERATOR)))

    assert at_once(turns, count, count) == []
    assert found == []
    assert actions.recount([room], heal=False, known=LATER, actor=OPERATOR) == []
