"""How numbers become shades of a map, and which quoted figures speak of a unit. No database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kheo.base.text import fold
from kheo.figures.words import Quoted, Shown

SHADES = 5


@dataclass(frozen=True)
class Step:
    """One shade of a map: m1 the least to m5 the most, from which number to which (None: and more)."""

    shade: int
    low: int
    high: int | None


def steps(numbers: Iterable[int]) -> tuple[Step, ...]:
    """At most five steps, each with about as many units, from the most down; zeros have a shade of their own."""
    several = sorted(n for n in numbers if n > 0)
    if not several:
        return ()
    cut = {several[0], *(several[len(several) * k // SHADES] for k in range(1, SHADES))}
    rest = sorted(set(several) - cut, reverse=True)  # where many are alike, the most stand out
    lows = sorted(cut | set(rest[: SHADES - len(cut)]))
    first = SHADES - len(lows) + 1
    highs: list[int | None] = [low - 1 for low in lows[1:]]
    made = [Step(first + at, low, high) for at, (low, high) in enumerate(zip(lows, [*highs, None], strict=True))]
    return tuple(reversed(made))


def shade(n: Shown, known: Sequence[Step]) -> int:
    """The shade of a number; 0 for nothing, and for a number too small to be shown."""
    if not isinstance(n, int):
        return 0
    return next((step.shade for step in known if n >= step.low), 0)


def speaking_of(figures: Iterable[Quoted], names: Iterable[str]) -> list[Quoted]:
    """The quoted figures of territories that bear one of these names, as their reports name them."""
    wanted = {fold(name) for name in names}
    return [figure for figure in figures if fold(figure.territory.partition(" (")[0]) in wanted]
