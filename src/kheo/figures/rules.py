"""Rules of the figures: which questions a measure answers, and how small numbers of persons are kept from showing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from kheo.base.errors import Refusal, Refused
from kheo.figures.words import HIDDEN, SMALL, MapChoice, Measure, Shown

SMALLEST_SHOWN = 5
UNIT_DIMENSIONS = ("province", "commune")
MOST_DIMENSIONS = 2
# The row or the column that adds up the others, in `hide_small`.
ALL = ""

Key = tuple[str, str]


def map_choice(written: str) -> MapChoice:
    """The map somebody asked for: "now", "recorded" or a date. Refuses anything else (`figures.map_unknown`)."""
    if written in ("now", "recorded"):
        return "now" if written == "now" else "recorded"
    try:
        return date.fromisoformat(written)
    except ValueError:
        text = _("%(map)s is no map: write now, recorded, or a date as YYYY-MM-DD.") % {"map": written}
        raise Refused(Refusal("figures.map_unknown", text)) from None


def why_not_map(measure: Measure, map: MapChoice) -> Refusal | None:
    """Only additive measures may be drawn on another map than the one of their day."""
    if measure.additive or map == "recorded":
        return None
    text = _("“%(measure)s” cannot be added up on another map; ask for it on the map as recorded.")
    return Refusal("figures.not_additive", text % {"measure": measure.label})


def why_not_by(measure: Measure, by: Sequence[str]) -> Refusal | None:
    """A table has up to two different dimensions: those of the measure, province and commune."""
    known = [*(d.code for d in measure.dimensions), *UNIT_DIMENSIONS]
    for code in by:
        if code not in known:
            text = _("“%(measure)s” is not divided by %(dimension)s; it is divided by %(known)s.")
            facts = {"measure": measure.label, "dimension": code, "known": ", ".join(known)}
            return Refusal("figures.dimension_unknown", text % facts)
    if len(set(by)) < len(by) or len(by) > MOST_DIMENSIONS or set(UNIT_DIMENSIONS) <= set(by):
        text = _("Name one or two different dimensions, province or commune but not both.")
        return Refusal("figures.dimensions_too_many", text)
    return None


def why_not_coverage(measure: Measure, by: str, map: MapChoice) -> Refusal | None:
    """A matrix lists every unit of one map, so it needs a map of one day and a dimension of the measure."""
    if map == "recorded":
        text = _("A matrix lists the units of one map; ask for now or for a date.")
        return why_not_map(measure, map) or Refusal("figures.coverage_needs_map", text)
    if measure.dimension(by) is None:
        return why_not_by(measure, [by]) or Refusal(
            "figures.dimension_unknown", _("A matrix has units in its rows; name another dimension for its columns.")
        )
    return why_not_map(measure, map)


def hide_small(cells: Mapping[Key, int]) -> dict[Key, Shown]:
    """The cells and their sums (`ALL` as row, column or both), 1 to 4 as "<5", with nothing to find by subtraction.

    In every row and column a hidden number gets company: the smallest other number is hidden too ("…") until what is
    hidden there adds up to five or more. Zeros are shown: that nobody is there harms nobody.
    """
    full = _with_sums(cells)
    hidden = {key for key, n in full.items() if 0 < n < SMALLEST_SHOWN}
    lines = [[key for key in full if key[side] == name] for side in (0, 1) for name in {key[side] for key in full}]
    while True:
        more = {key for line in lines if (key := _company(full, hidden, line)) is not None}
        if not more:
            break
        hidden |= more
    return {key: n if key not in hidden else SMALL if n < SMALLEST_SHOWN else HIDDEN for key, n in full.items()}


def _with_sums(cells: Mapping[Key, int]) -> dict[Key, int]:
    full = dict(cells)
    for (row, column), n in cells.items():
        for key in ((row, ALL), (ALL, column), (ALL, ALL)):
            full[key] = full.get(key, 0) + n
    return full


def _company(full: Mapping[Key, int], hidden: set[Key], line: Sequence[Key]) -> Key | None:
    """The number to hide beside the hidden ones of this line, if they could be found by subtraction."""
    gone = [key for key in line if key in hidden]
    shown = [key for key in line if key not in hidden and full[key]]
    if not gone or not shown:
        return None
    sums = [key for key in gone if ALL in key]
    if len(gone) > 1 and (sums or sum(full[key] for key in gone) >= SMALLEST_SHOWN):
        return None
    return min(shown, key=lambda key: (full[key], key))
