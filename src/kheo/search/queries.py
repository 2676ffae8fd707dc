"""Readers: what words mean, what holds them, which other spelling would find something. Never more than bounds say."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from math import log
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from rapidfuzz.distance import OSA

from kheo.base.text import fold, same_key
from kheo.search.models import SearchKey, SearchText, SearchWord
from kheo.search.rules import asked_words, distance_allowed, is_vocabulary, keys_of, words_of
from kheo.search.words import LONGEST_QUERY, MOST_ENDINGS, MOST_MENDINGS, MOST_RANKED, MOST_WINDOWS, Asked, Found

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
    found = following.order_by("-n", "word").values_list("word", flat=True)[:MOST_ENDINGS]
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
    condition, value = _condition(asked, office=office, tags=tags, title=title)
    newest = f" ORDER BY id DESC LIMIT {most:d}" if most is not None else ""
    # Put together from the fixed texts of `_condition`; what was typed is a parameter.
    sql = f"SELECT subject_id FROM search_text WHERE kind = %s AND {condition}{newest}"  # noqa: S608
    return RawSQL(sql, [kind, value])  # noqa: S611


def more_than(kind: str, asked: Asked, most: int, *, office: bool = False, tags: Tags = None) -> bool:
    """Whether more texts than so many hold the words."""
    condition, value = _condition(asked, office=office, tags=tags)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM search_text WHERE kind = %s AND {condition} LIMIT 1 OFFSET {most:d}",  # noqa: S608
            [kind, value],
        )
        return cursor.fetchone() is not None


def _condition(asked: Asked, *, office: bool, tags: Tags, title: bool = False) -> tuple[str, str]:
    """The databases' full-text question. Words are letters and digits, so nothing in them is an operator."""
    if connection.vendor == "sqlite":
        columns = "title" if title else "title body office" if office else "title body"
        parts = [_either(f"{{{columns}}} : ", alternatives) for alternatives in asked.words]
        parts += [_either("{tags} : ", tags)] if tags is not None else []
        return "id IN (SELECT rowid FROM search_full WHERE search_full MATCH %s)", " AND ".join(parts)
    marks = ("t:",) if title else ("", "o:") if office else ("",)
    several: list[Iterable[str]] = [(m + word for m in marks for word in alternatives) for alternatives in asked.words]
    several += [("k:" + tag for tag in tags)] if tags is not None else []
    text = " & ".join("(" + " | ".join(f"'{word}'" for word in one) + ")" for one in several)
    return "words @@ %s::tsquery", text


def _either(column: str, words: Collection[str]) -> str:
    return column + "(" + " OR ".join(f'"{word}"' for word in words) + ")"


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
    ids = best(kind, asked, limit=limit, among=among, office=office, tags=tags)
    if ids or not mend:
        return Found(ids)
    other = mended(kind, asked, limit=limit, among=among, office=office, tags=tags)
    return Found(other[1], other[0].typed) if other else Found()


def best(
    kind: str, asked: Asked, *, limit: int, among: QuerySet[Any] | None, office: bool, tags: Tags
) -> tuple[int, ...]:
    best: dict[int, None] = {}
    rank = _ranking(asked)
    for title in (True, False):
        windows = _windows(kind, asked, title=title, office=office, tags=tags)
        for window in islice(windows, MOST_WINDOWS):
            allowed = _allowed(window, among)
            ranked = sorted(rank(id, *titles) for id, *titles in window if id in allowed and id not in best)
            best |= dict.fromkeys(-order[-1] for order in ranked)
            if len(best) >= limit:
                break
        if len(best) >= limit:
            break
    return tuple(best)[:limit]


def _windows(kind: str, asked: Asked, *, title: bool, office: bool, tags: Tags) -> Iterator[list[tuple[int, str, str]]]:
    """(id, title folded, title with its marks) of the matches, newest first, so many at a time."""
    condition, value = _condition(asked, office=office, tags=tags, title=title)
    sql = (
        f"SELECT id, subject_id, title, marked FROM search_text WHERE kind = %s AND {condition} AND id < %s"  # noqa: S608
        f" ORDER BY id DESC LIMIT {MOST_RANKED:d}"
    )
    below = LARGEST_ID
    with connection.cursor() as cursor:
        while True:
            cursor.execute(sql, [kind, value, below])
            rows = cursor.fetchall()
            if rows:
                yield [(subject, title, marked) for _id, subject, title, marked in rows]
            if len(rows) < MOST_RANKED:
                return
            below = rows[-1][0]


def _allowed(window: Sequence[tuple[int, str, str]], among: QuerySet[Any] | None) -> set[int]:
    ids = [id for id, _title, _marked in window]
    return set(ids) if among is None else set(among.filter(pk__in=ids).order_by().values_list("pk", flat=True))


def _ranking(asked: Asked) -> Callable[[int, str, str], tuple[bool, bool, bool, int]]:
    """What goes first: the marks typed are there, the title is what was typed, holds it as it was typed, is newest."""
    typed = same_key(asked.typed)
    plain, marks = fold(typed), set(_WORD.findall(typed)) if typed != fold(typed) else set()

    def rank(id: int, title: str, marked: str) -> tuple[bool, bool, bool, int]:
        missed = bool(marks) and not marks <= set(_WORD.findall(marked))
        return missed, plain != title, f" {plain}" not in f" {title}", -id

    return rank


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

    A word that the reader's own texts hold is right as it is; others become the nearest words of the vocabulary. Whether
    a word stands in texts the reader may not see changes nothing, and a spelling is told only where it finds something.
    """
    words = [alternatives[0] for alternatives in asked.words]

    def unheard(at: int) -> bool:
        alone = Asked((asked.words[at],), "")
        return not best(kind, alone, limit=1, among=among, office=office, tags=tags)

    near = {at: others for at, word in enumerate(words) if (others := _near(word)) and unheard(at)}
    tried = set()
    for step in range(MOST_MENDINGS if near else 0):
        other = tuple(near[at][min(step, len(near[at]) - 1)] if at in near else word for at, word in enumerate(words))
        if other not in tried:
            tried.add(other)
            spelling = Asked(tuple((word,) for word in other), " ".join(other))
            if ids := best(kind, spelling, limit=limit, among=among, office=office, tags=tags):
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
    window = next(_windows(kind, Asked((tuple(rare),), ""), title=True, office=False, tags=None), [])
    shared = {id: sum(weight[word] for word in words & set(other.split()) & often.keys()) for id, other, _m in window}
    allowed = _allowed(window, among)
    likeness = {id: round(100 * share / whole) for id, share in shared.items() if id in allowed}
    nearest = sorted((id for id in likeness if likeness[id] >= LEAST_LIKE), key=lambda id: (-likeness[id], -id))
    return [(id, likeness[id]) for id in nearest[:limit]]


def indexed(kind: str) -> QuerySet[SearchText]:
    """The texts of one kind, for the room that must compare them with its own."""
    return SearchText.objects.filter(kind=kind)
