"""Maps: a number for each unit, shaded in steps where there is an outline, and the same numbers as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kheo.figures.words import Caption, Shown
from kheo.portal.rules import Step, shade, steps
from kheo.units.queries import BEFORE, NOW, Outline, box, outlines

# Room beside the mainland for the two archipelagos, which the outlines do not show.
WHOLE = (-8.0, -8.0, 402.0, 634.0)


@dataclass(frozen=True)
class Shape:
    """One unit of a map: its name and number, its shade, its outline where there is one."""

    uid: str
    name: str
    n: Shown
    shade: int
    path: str = ""


@dataclass(frozen=True)
class Drawn:
    """A map and its table. `shapes` have outlines; `rows` are all units, the most first."""

    shapes: tuple[Shape, ...]
    rows: tuple[Shape, ...]
    steps: tuple[Step, ...]
    caption: Caption
    total: Shown
    beside: Shown = 0  # counted in the territory, at no unit of the table
    box: tuple[float, float, float, float] = WHOLE


def country_map(numbers: Mapping[str, tuple[str, Shown]], caption: Caption, total: Shown, beside: Shown = 0) -> Drawn:
    """The units with their numbers (by public id), shaded; those of today's provinces drawn."""
    known = steps(n for _name, n in numbers.values() if isinstance(n, int))
    paths = {f"u{id:05d}": outline.path for id, outline in outlines(NOW).items()}
    rows = [Shape(uid, name, n, shade(n, known), paths.get(uid, "")) for uid, (name, n) in numbers.items()]
    rows.sort(key=lambda row: -row.n if isinstance(row.n, int) else 0)  # ties stay in the order of the alphabet
    return Drawn(tuple(row for row in rows if row.path), tuple(rows), known, caption, total, beside)


@dataclass(frozen=True)
class Picture:
    """The outline of one province with those it was formed from: where each lies, and its number."""

    shapes: tuple[Shape, ...]
    steps: tuple[Step, ...]
    box: tuple[float, float, float, float]


def picture(province: int, numbers: Mapping[int, Shown]) -> Picture | None:
    """The province of today as its former provinces, each with its number; None where there is no outline."""
    whole = outlines(NOW).get(province)
    if whole is None:
        return None
    parts: Sequence[Outline] = [outlines(BEFORE)[id] for id in whole.came_from if id in outlines(BEFORE)] or [whole]
    known = steps(n for n in numbers.values() if isinstance(n, int))
    shapes = tuple(
        Shape(f"u{part.unit_id:05d}", part.name, n := numbers.get(part.unit_id, 0), shade(n, known), part.path)
        for part in parts
    )
    return Picture(shapes, known, box([whole, *parts]))
