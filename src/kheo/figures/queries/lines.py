"""What the journal holds of one fact."""

from __future__ import annotations

from datetime import date

from kheo.figures.models import FigLine
from kheo.figures.words import Cause, Image, Measure

Cell = tuple[int, int, int, int, int]


def history(measure: Measure, fact: int) -> list[Image]:
    """The images of a fact as they stand, oldest first: change what was wrong and hand them to `actions.correct`.

    A fact that stopped counting ends with an image whose `n` is 0. Changes of one day that cancel out are not told.
    """
    images: list[Image] = []
    running: dict[Cell, list[int]] = {}
    for (day, cell, cause), (n, amount) in _standing(measure, fact):
        now = running.setdefault(cell, [0, 0])
        now[0] += n
        now[1] += amount
        if now[0] > 0:
            images.append(Image(fact, *cell, now[0], now[1], day, cause))
        elif cause == Cause.LEAVE:
            images.append(Image(fact, *cell, 0, 0, day, cause))
    return images


def _standing(measure: Measure, fact: int) -> list[tuple[tuple[date, Cell, Cause], tuple[int, int]]]:
    """The lines that have not cancelled out, by day, cell and cause, in the order they came to stand."""
    nets: dict[tuple[date, Cell, Cause], tuple[int, int]] = {}
    for line in FigLine.objects.filter(measure=measure.id, fact=fact).order_by("day", "id"):
        key = (line.day, (line.place, line.d1, line.d2, line.d3, line.state), Cause(line.cause))
        n, amount = nets.pop(key, (0, 0))  # the latest line of a key says where it stands among those of its day
        nets[key] = (n + line.n, amount + line.amount)
    return [(key, net) for key, net in nets.items() if net != (0, 0)]
