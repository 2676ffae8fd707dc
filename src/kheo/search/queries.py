"""Readers: what words mean, what holds them, which other spelling would find something. Never more than bounds say."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from math import log
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from rapidfuzz.distance import OSA

from kheo.base.text import fold, same_key
from kheo.search.models import SearchKey, SearchText, SearchWord
from kheo.search.rules import (
    OF_OFFICE,
    OF_TAG,
    OF_TITLE,
    asked_words,
    distance_allowed,
    is_vocabulary,
    keys_of,
    words_of,
)
from kheo.search.words import (
    LONGEST_QUERY,
    MOST_ENDINGS,
    MOST_ENDINGS_SHORT,
    MOST_MENDINGS,
    MOST_RANKED,
    MOST_WINDOWS,
    Asked,
    Found,
)

RARE_WORDS, LEAST_LIKE = 5, 30  # of a title, by which others like it are looked for; percent shared
LARGEST_ID = 2**63 - 1
_WORD = re.compile(r"\w+")
Tags = Collection[str] | None  # None: everywhere; a text with one of these tags


def read(typed: str) -> Asked:
    """What somebody typed as words to look for; the last may be a beginning. One query."""
    words = asked_words(typed)
    return Asked(tuple((word,) for word in words[:-1]) + ((_endings(words[-1]),) if words else ()), _kept(typed))


def _kept(typed: str) -> str:
    return " ".join(typed[:LONGEST_QUERY].split())


def _endings(beginning: str) -> tuple[str, ...]:
    """The word itself and the most frequent words of the vocabulary that begin like it."""
    following = SearchWord.objects.filter(word__gt=beginning, word__lt=beginning + "\U0010ffff")
    most = MOST_ENDINGS if len(beginning) > 2 else MOST_ENDINGS_SHORT
    found = following.order_by("-n", "word").values_list("word", flat=True)[:most]
    return tuple(dict.fromkeys((beginning, *found)))


def matching(
    kind: str,
    asked: Asked,
    *,
    office: bool = False,
    tags: Tags = None,
    title: bool = False,
    most: int | None = None,
) -> RawSQL:
    """The ids of all texts that hold the words, as a subquery for `pk__in`; with `most` only the newest so many.

    With `office` words for the office alone count too: only for readers who see the whole of what they find.
    """
    holding, at = _HOLDING[connection.vendor]
    newest = f" ORDER BY {at} DESC LIMIT {most:d}" if most is not None else ""
    # Put together from fixed texts; what was typed is a parameter.
    sql = f"SELECT s.subject_id {holding}{newest}"
    return RawSQL(sql, [_asking(asked, office=office, tags=tags, title=title), kind])  # noqa: S611


def more_than(kind: str, asked: Asked, most: int, *, office: bool = False, tags: Tags = None) -> bool:
    """Whether more texts than so many hold the words."""
    holding, _at = _HOLDING[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 {holding} LIMIT 1 OFFSET {most:d}", [_asking(asked, office=office, tags=tags), kind])
        return cursor.fetchone() is not None


# The full-text index leads, so that the newest matches are read off it and no more.
_HOLDING = {
    "sqlite": (
        "FROM search_full CROSS JOIN search_text s ON s.id = search_full.rowid"
        " WHERE search_full MATCH %s AND s.kind = %s",
        "search_full.rowid",
    ),
    "postgresql": ("FROM search_text s WHERE s.full_text @@ %s::tsquery AND s.kind = %s", "s.id"),
}


def _asking(asked: Asked, *, office: bool, tags: Tags, title: bool = False) -> str:
    """The words in the full-text language of the database."""
    both = " AND " if connection.vendor == "sqlite" else " & "
    return both.join(_each(asked, office=office, tags=tags, title=title))


def _each(asked: Asked, *, office: bool, tags: Tags, title: bool) -> list[str]:
    """Each word with its spellings, and the tags, as one question. They are letters and digits: none is an operator."""
    marks = (OF_TITLE,) if title else ("", OF_OFFICE) if office else ("",)
    several = [[mark + word for word in alternatives for mark in marks] for alternatives in asked.words]
    several += [[OF_TAG + tag for tag in tags]] if tags is not None else []
    either, quote = (" OR ", '"') if connection.vendor == "sqlite" else (" | ", "'")
    return ["(" + either.join(f"{quote}{word}{quote}" for word in one) + ")" for one in several]


def found(
    kind: str,
    words: str,
    *,
    limit: int,
    among: QuerySet[Any] | None = None,
    office: bool = False,
    tags: Tags = None,
    mend: bool = True,
) -> Found:
    """The things that hold all the words, best first: words in the title, written with the same marks, as one phrase,
    newest. Only the rows of `among` are ever answered, and another spelling is told only where it finds one of those.
    """
    asked = read(words)
    if not asked or (tags is not None and not tags):
        return Found()
    ids, _all = best(kind, asked, limit=limit, among=among, office=office, tags=tags)
    if ids or not mend:
        return Found(ids)
    other = mended(kind, asked, limit=limit, among=among, office=office, tags=tags)
    return Found(other[1], other[0].typed) if other else Found()


def best(
    kind: str,
    asked: Asked,
    *,
    limit: int,
    among: QuerySet[Any] | None = None,
    office: bool = False,
    tags: Tags = None,
) -> tuple[tuple[int, ...], bool]:
    """As `found`, for words already read, and whether all that hold them were met. Where few hold the words all of them
    are put in order; of many, those with the words in the title come first, the newest of them put in order."""
    rank, met = _ranking(asked), dict[int, tuple[bool, bool, bool, bool, int]]()
    window: Sequence[tuple[int, str, str]] = ()
    for title in (True, False):  # what has the words in its title goes first, and is found faster
        for window in islice(_windows(kind, asked, title=title, office=office, tags=tags), MOST_WINDOWS):
            allowed = _allowed(window, among)
            met |= {id: rank(id, *titles) for id, *titles in window if id in allowed}
            if len(window) < MOST_RANKED or len(met) >= limit:
                break
        if title and len(met) >= limit:
            return tuple(sorted(met, key=met.__getitem__))[:limit], False
    return tuple(sorted(met, key=met.__getitem__))[:limit], len(window) < MOST_RANKED


def _ranking(asked: Asked) -> Callable[[int, str, str], tuple[bool, bool, bool, bool, int]]:
    """What goes first: the marks typed are there, the words are in the title, the title is what was typed, holds it as
    it was typed, is newest."""
    typed = same_key(asked.typed)
    plain, marks = fold(typed), set(_WORD.findall(typed)) if typed != fold(typed) else set()

    def rank(id: int, title: str, marked: str) -> tuple[bool, bool, bool, bool, int]:
        missed = bool(marks) and not marks <= set(_WORD.findall(marked))
        words = set(title.split())
        beyond = not all(words.intersection(alternatives) for alternatives in asked.words)
        return missed, beyond, plain != title, f" {plain}" not in f" {title}", -id

    return rank


def _windows(kind: str, asked: Asked, *, title: bool, office: bool, tags: Tags) -> Iterator[list[tuple[int, str, str]]]:
    """(id, title folded, title with its marks) of the matches, newest first; a window that is not full is the last."""
    asking: str | list[str] = _asking(asked, office=office, tags=tags, title=title)
    holding, at = _HOLDING[connection.vendor]
    sql = f"SELECT s.id, s.subject_id, s.title, s.marked {holding} AND {at} < %s ORDER BY {at} DESC LIMIT %s"
    if connection.vendor == "postgresql":
        asking = _each(asked, office=office, tags=tags, title=title)
        sql = "SELECT id, subject_id, title, marked FROM search_newest(%s::text[], %s, %s, %s)"
    below = LARGEST_ID
    with connection.cursor() as cursor:
        while True:
            cursor.execute(sql, [asking, kind, below, MOST_RANKED])
            rows = cursor.fetchall()
            yield [(subject, title, marked) for _id, subject, title, marked in rows]
            if len(rows) < MOST_RANKED:
                return
            below = rows[-1][0]


def _allowed(window: Sequence[tuple[int, str, str]], among: QuerySet[Any] | None) -> set[int]:
    ids = [id for id, _title, _marked in window]
    return set(ids) if among is None else set(among.filter(pk__in=ids).order_by().values_list("pk", flat=True))


def mended(
    kind: str,
    asked: Asked,
    *,
    limit: int,
    among: QuerySet[Any] | None = None,
    office: bool = False,
    tags: Tags = None,
) -> tuple[Asked, tuple[int, ...]] | None:
    """Other words where nothing was found, and what they find; None when no spelling helps.

    A word that the reader's own texts hold is right as it is; others become the nearest words of the vocabulary. What
    stands in texts the reader may not see changes nothing, and a spelling is told only where it finds something.
    """
    words = [alternatives[0] for alternatives in asked.words]

    def unheard(at: int) -> bool:
        alone = Asked((asked.words[at],), "")
        return not best(kind, alone, limit=1, among=among, office=office, tags=tags)[0]

    near = {at: others for at, word in enumerate(words) if (others := _near(word)) and unheard(at)}
    tried = set()
    for step in range(MOST_MENDINGS if near else 0):
        other = tuple(near[at][min(step, len(near[at]) - 1)] if at in near else word for at, word in enumerate(words))
        if other not in tried:
            tried.add(other)
            spelling = Asked(tuple((word,) for word in other), " ".join(other))
            ids, _all = best(kind, spelling, limit=limit, among=among, office=office, tags=tags)
            if ids:
                return spelling, ids
    return None


def _near(word: str) -> list[str]:
    """Words of the vocabulary a typing mistake away, nearest first, then the more frequent."""
    most = distance_allowed(word)
    if not most:
        return []
    keys = SearchKey.objects.filter(key__in=keys_of(word)).values_list("word", flat=True).distinct()
    near = {other: distance for other in keys[:2000] if 0 < (distance := OSA.distance(word, other)) <= most}
    if not near:
        return []
    often = dict(SearchWord.objects.filter(word__in=near).values_list("word", "n"))
    return sorted(near, key=lambda other: (near[other], -often.get(other, 0), other))[:MOST_MENDINGS]


def near(kind: str, title: str, *, among: QuerySet[Any], limit: int) -> list[tuple[int, int]]:
    """(id, likeness in percent) of the rows of `among` whose titles share the rare words of this one, nearest first.

    A shared word counts the more the fewer texts hold it. The newest that hold one of the rarest words are compared.
    Three queries.
    """
    words = {word for word in words_of(title) if is_vocabulary(word) and len(word) > 1}
    often = dict(SearchWord.objects.filter(word__in=words).values_list("word", "n"))
    rare = sorted(often, key=lambda word: (often[word], word))[:RARE_WORDS]
    if not rare:
        return []
    weight = {word: 1 / (1 + log(1 + n)) for word, n in often.items()}
    whole = sum(weight.values())
    window: Sequence[tuple[int, str, str]] = next(
        _windows(kind, Asked((tuple(rare),), ""), title=True, office=False, tags=None), []
    )
    shared = {id: sum(weight[word] for word in words & set(other.split()) & often.keys()) for id, other, _m in window}
    allowed = _allowed(window, among)
    likeness = {id: round(100 * share / whole) for id, share in shared.items() if id in allowed}
    nearest = sorted((id for id in likeness if likeness[id] >= LEAST_LIKE), key=lambda id: (-likeness[id], -id))
    return [(id, likeness[id]) for id in nearest[:limit]]


def indexed(kind: str) -> QuerySet[SearchText]:
    """The texts of one kind, for the room that must compare them with its own."""
    return SearchText.objects.filter(kind=kind)
