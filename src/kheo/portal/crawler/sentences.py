"""Which sentences of ours a page says in English although it is written in another language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

_FIELD = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
LONG = 24  # letters from which a sentence is looked for inside a text, not only as the whole of one


def untranslated(lang: str, texts: Iterable[str]) -> list[str]:
    """The sentences of our catalogue that stand among these texts in English."""
    plain, patterns = _english(lang)
    several = set(texts)
    found, whole = several & plain, "\n".join(several)
    return sorted(found | {said for sure, said, one in patterns if sure in whole and one.search(whole)})


@cache
def _english(lang: str) -> tuple[frozenset[str], tuple[tuple[str, str, re.Pattern[str]], ...]]:
    """Sentences that are said otherwise in this language: those without fields, and long ones to look for in texts,
    each with a piece of it that must be there."""
    if lang == "en":
        return frozenset(), ()
    own = {_text(m): m.string[0] if isinstance(m.string, tuple) else m.string for m in _messages(lang)}
    said = [text for m in _messages("en") if (text := _text(m)) and own.get(text) != text]
    plain = frozenset(" ".join(text.split()) for text in said if not _FIELD.search(text))
    long = []
    for text in said:
        pieces = _FIELD.split(text)
        if len("".join(pieces)) >= LONG:
            long.append((max(pieces, key=len), text, re.compile(".+".join(map(re.escape, pieces)))))
    return plain, tuple(long)


@cache
def _messages(lang: str) -> tuple[Message, ...]:
    file = resources.files("kheo").joinpath(f"locale/{lang}/LC_MESSAGES/django.po")
    with file.open("rb") as lines:
        return tuple(message for message in read_po(lines, locale=lang) if message.id)


def _text(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, tuple | list) else message.id)
