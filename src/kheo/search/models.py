"""Searched texts and the vocabulary. The full-text index beside them is the database's own (migration 0002)."""

from django.db import models


class SearchText(models.Model):
    """One searched text, folded (base.text.fold): lower-case words of letters and digits."""

    kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    title = models.TextField(blank=True)
    marked = models.TextField(blank=True)  # the title as people read it, base.text.same_key: orders, never finds
    tags = models.TextField(blank=True)
    # What the database's index is made of, each once: words everybody may read as they are, others as o·word, those of
    # the title again as t·word, tags as k·tag (rules.entries).
    words = models.TextField(blank=True)

    class Meta:
        db_table = "search_text"
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id"], name="search_text_once")]


class SearchWord(models.Model):
    """A word of the vocabulary, and how many texts held it when last counted; twice there after a race, harmless."""

    word = models.CharField(max_length=40)
    n = models.IntegerField(default=1)

    class Meta:
        db_table = "search_word"
        indexes = [models.Index(fields=["word"], name="search_word_of")]


class SearchKey(models.Model):
    """A word with one or two letters left out: two words that share a key are nearly the same."""

    key = models.CharField(max_length=40)
    word = models.CharField(max_length=40)

    class Meta:
        db_table = "search_key"
        indexes = [models.Index(fields=["key"], name="search_key_of")]
