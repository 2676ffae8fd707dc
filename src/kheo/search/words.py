"""Words of the finding room: what is searched, what was asked, what was found, and how much is ever read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

# Bounds, applied before anything is read.
LONGEST_QUERY = 200  # letters of what is typed
MOST_WORDS = 8  # words looked for; more are passed over
LONGEST_TEXT = 20_000  # letters of one text that are searched
LONGEST_WORD = 40  # letters of a word that count
MOST_ENDINGS, MOST_ENDINGS_SHORT = 50, 12  # words that a beginning may stand for; one of one or two letters
MOST_RANKED = 100  # newest matches that are put in order
MOST_WINDOWS = 6  # times as many are looked through before a reader who sees little of them is told "none"
MOST_MENDINGS = 6  # other spellings tried when nothing is found


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One thing as it is searched. `text` may be read by whoever may read the thing in public, `office` only inside.

    `tags` are short marks (p68, c123) by which a reader's part is found fast; they decide nothing.
    """

    id: int
    title: str
    text: str = ""
    office: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """Words as they are looked for: all of them, each in one of its spellings. `typed` has the marks as typed."""

    words: tuple[tuple[str, ...], ...]
    typed: str

    def __bool__(self) -> bool:
        return bool(self.words)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, best first. `mended`: the words the results are for, where nothing held the words typed."""

    ids: tuple[int, ...] = ()
    mended: str = ""


@dataclass(frozen=True)
class Source:
    """A room with texts: how it gives all of them again, and how many of its texts are not as they should be."""

    texts: Callable[[], Iterator[Sequence[Text]]]
    lag: Callable[[], int]


# Kind -> the room that has its texts; filled once by config/wiring.py, because this room knows nobody above it.
_sources: dict[str, Source] = {}


def wire_sources(sources: Mapping[str, Source]) -> None:
    """Fill the slot of sources once, from config/wiring.py."""
    _sources.clear()
    _sources.update(sources)


def sources() -> Mapping[str, Source]:
    """The rooms with texts, by kind."""
    return _sources
