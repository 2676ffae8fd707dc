"""What the tests count: things by colour, size, make and state, kept in a list instead of a room's table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from kheo.figures.words import Cause, Dimension, Image, Measure

KNOWN = datetime(2025, 11, 5, 3, tzinfo=UTC)
LATER = datetime(2025, 12, 1, 3, tzinfo=UTC)
COLOURS = {1: ("red", "Red"), 2: ("blue", "Blue"), 3: ("green", "Green")}
SIZES = {1: ("small", "Small"), 2: ("large", "Large")}
MAKES = {1: ("new", "New"), 2: ("old", "Old")}
STATES = {1: ("listed", "Listed"), 2: ("running", "Running"), 3: ("removed", "Removed")}

# The "room's own table": what it says counts, for recount.
ROWS: list[Image] = []


def rows() -> Iterable[Image]:
    return tuple(ROWS)


THINGS = Measure(
    id=901,
    code="things",
    label="Things",
    unit_of_count="things",
    dimensions=(
        Dimension("colour", "d1", "Colour", COLOURS),
        Dimension("size", "d2", "Size", SIZES),
        Dimension("make", "d3", "Make", MAKES),
        Dimension("state", "state", "State", STATES),
    ),
    counted=frozenset({1, 2}),
    facts=rows,
)


def image(
    fact: int = 1,
    *,
    place: int = 1,
    colour: int = 1,
    size: int = 1,
    make: int = 1,
    state: int = 1,
    n: int = 1,
    amount: int = 0,
    day: date | int = 5,
    cause: Cause = Cause.ENTER,
) -> Image:
    """An image with as little said as possible; `day` alone is a day of November 2025."""
    on = day if isinstance(day, date) else date(2025, 11, day)
    return Image(fact, place, colour, size, make, state, n, amount, on, cause)
