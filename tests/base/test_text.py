"""Text is stored, compared and sorted in one way everywhere (cases A09, A10, A23)."""

import csv
import random
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kheo.base.text import clean, clean_lines, fold, fold_tight, same_key, same_tone_style, slug, sort_key, unmark

CASES = Path(__file__).parents[1] / "cases" / "A"


def rows(name: str) -> list[list[str]]:
    return list(csv.reader((CASES / name).read_text("utf-8-sig").splitlines()))


def test_a_search_without_marks_finds_every_spelling_of_a_word_with_d_stroke() -> None:
    texts = [row[-1] for row in rows("A09_d-co-gach.csv")[1:]]
    assert sum("duong hoa" in fold(t) for t in texts) >= 6
    assert fold("ĐƯỜNG HOA") == fold("đường hoa") == "duong hoa"


def test_lookalikes_of_d_stroke_are_stored_as_the_vietnamese_letter() -> None:
    assert clean("\u00d0ồng \u0189ức") == "\u0110ồng \u0110ức"


def test_two_spellings_of_one_word_are_equal_and_different_words_are_not() -> None:
    pairs = rows("A10_hai-cach-viet.csv")
    header, body = pairs[0], pairs[1:]
    a, b = header.index("a"), header.index("b")
    equal = [i for i, row in enumerate(body, 1) if same_key(row[a]) == same_key(row[b])]
    assert equal == [i for i in range(1, len(body) + 1) if i != 6]
    assert same_key("quý") != same_key("quy")
    assert same_tone_style("Quý hoạch hoàng toán khoẻ hoà thuỷ") == "Quý hoạch hoàng toán khỏe hòa thủy"


def test_names_sort_by_the_vietnamese_alphabet() -> None:
    names = "An, Ăn, Ân, Ấp, Ập, Âu, Dương, Đa Mi, Đồng, Đức Linh, Ea, Ong, Ông, Ơn, Uyên, Ưng, Zuôn".split(", ")
    shuffled = names[:]
    random.Random(1).shuffle(shuffled)
    assert sorted(shuffled, key=sort_key) == names


def test_numbers_inside_names_sort_by_value() -> None:
    assert sorted(["Phường 10", "Phường 2", "Phường 1"], key=sort_key) == ["Phường 1", "Phường 2", "Phường 10"]


def test_a_slug_has_one_plain_d_for_each_d_stroke() -> None:
    assert slug("Đường hoa thử") == "duong-hoa-thu"


def test_arabic_search_does_not_depend_on_hamza_or_ta_marbuta() -> None:
    assert fold("أحمد إدارة") == fold("احمد اداره")


@given(st.text(max_size=80))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert unicodedata.is_normalized("NFC", clean(text))


@given(st.text(max_size=80))
def test_the_form_of_unicode_never_changes_a_key(text: str) -> None:
    other = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text))
    for key in (fold, fold_tight, same_key, sort_key, slug, unmark):
        assert key(other) == key(unicodedata.normalize("NFC", text))


@given(st.text(max_size=60))
def test_a_sort_key_is_plain_ascii_so_that_any_database_sorts_alike(text: str) -> None:
    assert sort_key(text).isascii()
    assert len(sort_key(text)) <= 400


_LETTERS = st.text(
    st.one_of(
        st.sampled_from(
            "a\u00e0\u00e1ao\u1ea1\u0103\u1eb1\u00e2\u1ea5d\u0111"
            "\u0110\u00d0e\u00e8\u00eao\u00f2\u00f4u\u00f9y\u1ef3\u1ef5q AO\u00c0U\u1ef2"
        ),
        st.sampled_from("\u200b\ufeff\u00ad\u0300\u0301\u0323\u0302\r\n\t\u00a00123\u0661"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=20,
)


@given(_LETTERS)
def test_the_short_cuts_of_long_lists_change_no_letter(text: str) -> None:
    short = clean(text), same_tone_style(text), same_key(text), unmark(text), fold(text), sort_key(text)
    with pytest.MonkeyPatch.context() as every:
        every.setattr("kheo.base.text._CARE", re.compile(""))
        every.setattr("kheo.base.text._MAY_MOVE", re.compile(""))
        assert short == (clean(text), same_tone_style(text), same_key(text), unmark(text), fold(text), sort_key(text))
    decomposed = unicodedata.normalize("NFD", clean_lines(text).replace("\u0111", "d").replace("\u0110", "D"))
    assert unmark(text) == "".join(c for c in decomposed if not unicodedata.combining(c))
    assert clean(text) == re.sub(r"\s+", " ", clean_lines(text)).strip()
