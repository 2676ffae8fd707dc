"""The real tree: no word for people is unmarked, and every catalogue says every sentence it must."""

from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.architecture.house import REAL, Complaint, House
from tests.language import unmarked
from tests.language.catalogues import (
    Sentences,
    check_complete,
    check_fields,
    check_fresh,
    check_plurals,
    check_sentences,
    check_wording,
    tool,
)


@pytest.fixture(scope="module")
def sentences() -> Sentences:
    found: Sentences = tool.extract()
    return found


def fail_with(complaints: Iterable[Complaint]) -> None:
    found = list(complaints)
    assert not found, f"{len(found)} faults\n" + "\n".join(map(str, found))


@pytest.mark.parametrize("check", unmarked.ALL, ids=lambda check: check.__name__)
def test_every_word_for_people_can_be_translated(check: Callable[[House], Iterable[Complaint]]) -> None:
    fail_with(check(House(REAL)))


def test_sentences_are_sentences(sentences: Sentences) -> None:
    fail_with(check_sentences(sentences))


@pytest.mark.parametrize("language", tool.LANGUAGES)
def test_every_sentence_that_must_be_is_translated(language: str, sentences: Sentences) -> None:
    fail_with(check_complete(language, tool.read(language), sentences))


@pytest.mark.parametrize("language", tool.LANGUAGES)
def test_the_catalogue_follows_the_code(language: str, sentences: Sentences) -> None:
    fail_with(check_fresh(language, tool.read(language), sentences))


@pytest.mark.parametrize("check", [check_fields, check_plurals, check_wording], ids=lambda check: check.__name__)
@pytest.mark.parametrize("language", tool.LANGUAGES)
def test_translations_are_sound(check: Callable[..., Iterable[Complaint]], language: str) -> None:
    fail_with(check(language, tool.read(language)))


def test_english_says_what_the_code_says() -> None:
    """The source is English: a different `en` would show one sentence to reviewers and another to readers."""
    other = [m for m in tool.entries(tool.read("en")) if tool._string(m) != m.id]
    assert not other, [m.id for m in other]


@pytest.mark.parametrize("library", tool.BORROWED)
def test_borrowed_sentences_are_still_those_of_their_library(library: str) -> None:
    spec = find_spec(library.split("/")[0])
    assert spec is not None
    packages = Path(str(spec.origin)).parents[1]
    with (packages / library / "locale/en/LC_MESSAGES/django.po").open("rb") as stream:
        known = {message.id for message in read_po(stream) if message.id}
    assert set(tool.BORROWED[library]) <= known
