"""Rules without a database: small numbers of persons stay hidden, whatever is subtracted from what."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kheo.base.errors import Refused
from kheo.figures import rules
from kheo.figures.rules import ALL, hide_small, map_choice
from kheo.figures.words import HIDDEN, SMALL, Measure, wire_measures, wired_measures

cells = st.dictionaries(st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")), st.integers(0, 30), max_size=16)


def test_large_numbers_and_zeros_are_shown_as_they_are() -> None:
    assert hide_small({("a", "x"): 10, ("a", "y"): 0, ("b", "x"): 5}) == {
        ("a", "x"): 10, ("a", "y"): 0, ("b", "x"): 5,
        ("a", ALL): 10, ("b", ALL): 5, (ALL, "x"): 15, (ALL, "y"): 0, (ALL, ALL): 15,
    }  # fmt: skip


def test_a_small_number_takes_the_next_larger_one_with_it() -> None:
    shown = hide_small({("a", "-"): 3, ("b", "-"): 7, ("c", "-"): 90})
    assert [shown[code, "-"] for code in "abc"] == [SMALL, HIDDEN, 90]
    assert shown[ALL, ALL] == 100


def test_two_small_numbers_whose_sum_is_small_take_a_third() -> None:
    shown = hide_small({("a", "-"): 1, ("b", "-"): 2, ("c", "-"): 50, ("d", "-"): 60})
    assert [shown[code, "-"] for code in "abcd"] == [SMALL, SMALL, HIDDEN, 60]


def test_a_small_total_is_small() -> None:
    shown = hide_small({("a", "-"): 3, ("b", "-"): 0})
    assert (shown["a", "-"], shown[ALL, ALL]) == (SMALL, SMALL)


@given(cells)
def test_no_number_below_five_is_shown_and_none_can_be_found_by_one_subtraction(
    given_cells: dict[tuple[str, str], int],
) -> None:
    shown = hide_small(given_cells)
    true = rules._with_sums(given_cells)
    assert all(n == 0 or n >= 5 for n in shown.values() if isinstance(n, int))
    assert all(shown[key] == n for key, n in true.items() if isinstance(shown[key], int))
    assert all((mark == SMALL) == (0 < true[key] < 5) for key, mark in shown.items() if not isinstance(mark, int))
    for side in (0, 1):
        for name in {key[side] for key in shown}:
            line = [key for key in shown if key[side] == name]
            gone = [key for key in line if not isinstance(shown[key], int)]
            assert len(gone) != 1, line


def test_a_map_is_now_recorded_or_a_day() -> None:
    assert (map_choice("now"), map_choice("recorded"), map_choice("2025-06-30")) == (
        "now",
        "recorded",
        date(2025, 6, 30),
    )
    for silly in ("", "today", "30/06/2025", "2025-13-01"):
        with pytest.raises(Refused) as no:
            map_choice(silly)
        assert no.value.refusal.code == "figures.map_unknown"


def test_two_measures_never_share_a_code_or_an_id() -> None:
    before = list(wired_measures().values())
    one = Measure(1, "one", "One", "ones", (), frozenset({1}), tuple)
    for other in (
        Measure(1, "two", "Two", "twos", (), frozenset(), tuple),
        Measure(2, "one", "", "", (), frozenset(), tuple),
    ):
        with pytest.raises(ValueError, match="share"):
            wire_measures([one, other])
    assert list(wired_measures().values()) == before
