"""The only writers of the index: texts in and out in the transaction of the deed, and building it anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
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
        values = _columns(text)
        row = rows.get(id)
        if row is None:
            new.append((kind, id, *(values[column] for column in COLUMNS)))
        elif any(getattr(row, column) != value for column, value in values.items()):
            for column, value in values.items():
                setattr(row, column, value)
            changed.append(row)
        else:
            continue
        learnt.update(words_held(values["words"]))
    if new:
        with connection.cursor() as cursor:  # a third of the time of bulk_create: long lists pass here
            cursor.executemany(_INSERT, new)
    if changed:
        SearchText.objects.bulk_update(changed, COLUMNS, batch_size=100)
    _learn(learnt)
    return len(new) + len(changed)


def _columns(text: Text) -> dict[str, str]:
    title = words_of(text.title)
    return {
        "title": " ".join(title),
        "marked": same_key(text.title),
        "tags": " ".join(text.tags),
        "words": entries(title, words_of(text.text), words_of(text.office), text.tags),
    }


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
