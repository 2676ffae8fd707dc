"""Shades of a map, and which quoted figures speak of a unit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kheo.figures.words import HIDDEN, SMALL
from kheo.portal.rules import SHADES, shade, steps


@pytest.mark.parametrize(
    ("numbers", "lows"),
    [
        ([], []),
        ([0, 0], []),
        ([7], [7]),
        ([0, 3, 3, 3], [3]),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [9, 7, 5, 3, 1]),
        ([1, 1, 1, 1, 1, 1, 1, 1, 1, 500], [500, 1]),
    ],
)
def test_steps_begin_where_numbers_are(numbers: list[int], lows: list[int]) -> None:
    assert [step.low for step in steps(numbers)] == lows


@given(st.lists(st.integers(0, 10_000), max_size=60))
def test_every_number_has_one_shade_and_more_is_never_paler(numbers: list[int]) -> None:
    known = steps(numbers)
    shades = [shade(n, known) for n in sorted(numbers)]
    assert shades == sorted(shades)
    assert all((n == 0) == (shade(n, known) == 0) for n in numbers)
    assert all(s <= SHADES for s in shades)
    for step, above in zip(known[1:], known, strict=False):
        assert step.high == above.low - 1
    assert not known or known[0].high is None


def test_what_may_not_be_shown_has_no_shade() -> None:
    assert [shade(n, steps([1, 9])) for n in (SMALL, HIDDEN)] == [0, 0]
