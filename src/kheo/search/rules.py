"""How words are cut, which of them are vocabulary, and what makes two spellings nearly the same. No database."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from kheo.base.text import fold
from kheo.search.words import LONGEST_QUERY, LONGEST_TEXT, LONGEST_WORD, MOST_WORDS

OF_OFFICE, OF_TITLE, OF_TAG = "o·", "t·", "k·"
_SHORTEST_MENDED, _LONGEST_MENDED = 3, 14
_LONGEST_KNOWN = 20


def words_of(text: str) -> list[str]:
    """The folded words of a text, in its order; what lies beyond the bounds is not searched."""
    return [word[:LONGEST_WORD] for word in fold(text[:LONGEST_TEXT]).split()]


def entries(title: Sequence[str], text: Sequence[str], office: Sequence[str], tags: Sequence[str]) -> str:
    """What the index holds of a text. The mark · stands in no word, so a word never meets a marked one."""
    public = dict.fromkeys((*title, *text))
    inside = [OF_OFFICE + word for word in dict.fromkeys(office) if word not in public]
    named = [OF_TITLE + word for word in dict.fromkeys(title)]
    return " ".join((*public, *inside, *named, *(OF_TAG + tag for tag in tags)))


def words_held(entries: str) -> set[str]:
    """The words among what the index holds of a text."""
    return {entry.removeprefix(OF_OFFICE) for entry in entries.split()}


def asked_words(typed: str) -> list[str]:
    """The folded words of what somebody typed, each once, bounded."""
    return list(dict.fromkeys(words_of(typed[:LONGEST_QUERY])))[:MOST_WORDS]


def is_vocabulary(word: str) -> bool:
    """Whether a word is learnt: words of letters; numbers and codes are found only as they are."""
    return len(word) <= _LONGEST_KNOWN and word.isalpha()


def distance_allowed(word: str) -> int:
    """How many letters of a word may be wrong: none in short ones, one in 4 to 6 letters, two beyond."""
    return 0 if len(word) < 4 or not word.isalpha() else 1 if len(word) <= 6 else 2


def keys_of(word: str) -> set[str]:
    """The word with no, one or (from seven letters) two letters left out, where it is a word that mends."""
    if not word.isalpha() or not _SHORTEST_MENDED <= len(word) <= _LONGEST_MENDED:
        return set()
    most = 1 if len(word) <= 6 else 2
    keys = {word}
    for n in range(1, most + 1):
        keys |= {"".join(left) for left in combinations(word, len(word) - n)}
    return keys
