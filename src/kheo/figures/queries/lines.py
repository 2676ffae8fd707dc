"""What the journal holds of single facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from kheo.figures.models import FigLine
from kheo.figures.words import Cause, Image, Measure

CHUNK = 500  # facts in one query

Cell = tuple[int, int, int, int, int]
Key = tuple[date, Cell, Cause]
Standing = dict[Key, tuple[int, int]]  # (number, amount) of the lines that have not cancelled out


def history(measure: Measure, fact: int) -> list[Image]:
    """The images of a fact as they stand, oldest first: change what was wrong and hand them to `actions.correct`.

    A fact that stopped counting ends with an image whose `n` is 0. Changes of one day that cancel out are not told.
    """
    return histories(measure, [fact]).get(fact, [])


def histories(measure: Measure, facts: Iterable[int]) -> dict[int, list[Image]]:
    """`history` of many facts; those without lines that stand are left out. One query for 500."""
    wanted = sorted(set(facts))
    found: dict[int, list[Image]] = {}
    for start in range(0, len(wanted), CHUNK):
        for fact, standing in _standing(measure, wanted[start : start + CHUNK]).items():
            if images := list(_images(fact, standing)):
                found[fact] = images
    return found


def _images(fact: int, standing: Standing) -> Iterable[Image]:
    running: dict[Cell, tuple[int, int]] = {}
    for (day, cell, cause), (n, amount) in standing.items():
        before = running.get(cell, (0, 0))
        running[cell] = (before[0] + n, before[1] + amount)
        if running[cell][0] > 0:
            yield Image(fact, *cell, *running[cell], day, cause)
        elif cause == Cause.LEAVE:
            yield Image(fact, *cell, 0, 0, day, cause)


def _standing(measure: Measure, facts: Sequence[int]) -> dict[int, Standing]:
    """The lines that have not cancelled out, by day, cell and cause, in the order they came to stand."""
    nets: dict[int, Standing] = {}
    lines = FigLine.objects.filter(measure=measure.id, fact__in=facts).order_by("day", "id")
    for fact, day, *cell, cause, n, amount in lines.values_list(
        "fact", "day", "place", "d1", "d2", "d3", "state", "cause", "n", "amount"
    ):
        place, d1, d2, d3, state = cell
        key = (day, (place, d1, d2, d3, state), Cause(cause))
        standing = nets.setdefault(fact, {})
        before = standing.pop(key, (0, 0))  # the latest line of a key says where it stands among those of its day
        standing[key] = (before[0] + n, before[1] + amount)
    return {fact: {key: net for key, net in standing.items() if net != (0, 0)} for fact, standing in nets.items()}
