"""The only writers of the index: texts in and out in the transaction of the deed, and building it anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from django.db import connection, transaction

from kheo.base.access import Actor, must
from kheo.base.powers import Power
from kheo.base.text import same_key
from kheo.search.models import SearchKey, SearchText, SearchWord
from kheo.search.rules import entries, is_vocabulary, keys_of, words_held, words_of
from kheo.search.words import Source, Text

CHUNK = 500
COLUMNS = ("title", "marked", "tags", "words")
_INSERT = "INSERT INTO search_text (kind, subject_id, title, marked, tags, words) VALUES (%s, %s, %s, %s, %s, %s)"


def put(kind: str, texts: Iterable[Text]) -> int:
    """Let texts be found as they now are, in the caller's transaction; what is the same is left alone.

    Answers how many were new or changed. Four or five queries for each 500 texts.
    """
    rest, written = iter(texts), 0
    while chunk := list(islice(rest, CHUNK)):
        written += _put({text.id: text for text in chunk}, kind)
    return written


def _put(texts: dict[int, Text], kind: str) -> int:
    there = SearchText.objects.filter(kind=kind, subject_id__in=texts).in_bulk(field_name="id")
    rows = {row.subject_id: row for row in there.values()}
    new: list[tuple[str | int, ...]] = []
    changed: list[SearchText] = []
    learnt: Counter[str] = Counter()
    for id, text in texts.items():
        values, words = _columns(text)
        row = rows.get(id)
        if row is None:
            new.append((kind, id, *(values[column] for column in COLUMNS)))
        elif any(getattr(row, column) != value for column, value in values.items()):
            for column, value in values.items():
                setattr(row, column, value)
            changed.append(row)
        else:
            continue
        learnt.update(words)
    if new:
        with connection.cursor() as cursor:  # a third of the time of bulk_create: long lists pass here
            cursor.executemany(_INSERT, new)
    if changed:
        SearchText.objects.bulk_update(changed, COLUMNS, batch_size=100)
    _learn(learnt)
    return len(new) + len(changed)


@dataclass
class Cut:
    """Texts cut into what the index holds, so that the writing itself is short."""

    rows: list[tuple[int, str, str, str, str]]
    words: Counter[str]


def cut(texts: Iterable[Text]) -> Cut:
    """Cut texts that are not in the index yet. No query."""
    found = Cut([], Counter())
    for text in texts:
        values, words = _columns(text)
        found.rows.append((text.id, *(values[column] for column in COLUMNS)))  # type: ignore[arg-type]
        found.words.update(words)
    return found


def add(kind: str, cut: Cut, ids: Sequence[int], *, met: set[str] | None = None) -> None:
    """Let new texts be found under these ids, in the caller's transaction.

    `met`: words that this writer has seen in the vocabulary before; they are not looked up again.
    """
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, [(kind, id, *row[1:]) for id, row in zip(ids, cut.rows, strict=True)])
    met = set() if met is None else met
    _learn(Counter({word: n for word, n in cut.words.items() if word not in met}))
    met.update(cut.words)


def _columns(text: Text) -> tuple[dict[str, str], set[str]]:
    """The columns of a text, and the words it holds."""
    title = words_of(text.title)
    said = _known(text.text) if len(text.text) < _SHORT else words_of(text.text)
    inside = words_of(text.office)
    columns = {
        "title": " ".join(title),
        "marked": same_key(text.title),
        "tags": " ".join(text.tags),
        "words": entries(title, said, inside, text.tags),
    }
    return columns, {*title, *said, *inside}


_SHORT = 200
_known = lru_cache(maxsize=4096)(words_of)  # of most models the public text is the names of its units


def drop(kind: str, ids: Sequence[int]) -> None:
    """Let these be found no more. Their words stay in the vocabulary until it is counted again."""
    for start in range(0, len(ids), CHUNK):
        SearchText.objects.filter(kind=kind, subject_id__in=ids[start : start + CHUNK]).delete()


def _learn(counted: Counter[str]) -> None:
    """Take words nobody wrote before into the vocabulary. Known words are not touched: no two writers wait for each
    other over them; how often a word is there is counted when the index is built anew."""
    wanted = sorted(word for word in counted if is_vocabulary(word))
    unknown: list[str] = []
    for start in range(0, len(wanted), CHUNK):
        several = wanted[start : start + CHUNK]
        known = set(SearchWord.objects.filter(word__in=several).values_list("word", flat=True))
        unknown += (word for word in several if word not in known)
    SearchWord.objects.bulk_create([SearchWord(word=word, n=counted[word]) for word in unknown])
    SearchKey.objects.bulk_create([SearchKey(key=key, word=word) for word in unknown for key in sorted(keys_of(word))])


@transaction.atomic
def rebuild(kind: str, source: Source, *, actor: Actor) -> int:
    """Build the index of one kind anew from its room and count the whole vocabulary; answers how many texts."""
    must(actor, Power.FIGURES_RECOUNT, None)  # it is the installation's work, as healing figures is
    SearchText.objects.filter(kind=kind).delete()
    count = sum(put(kind, texts) for texts in source.texts())
    counted: Counter[str] = Counter()
    for words in SearchText.objects.values_list("words", flat=True).iterator(chunk_size=2000):
        counted.update(words_held(words))
    SearchWord.objects.all().delete()
    SearchKey.objects.all().delete()
    _learn(counted)
    settle()
    return count


def settle() -> None:
    """Let the database put its index in order and learn how common words are."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO search_full(search_full) VALUES ('optimize')")
        cursor.execute("ANALYZE search_text")
