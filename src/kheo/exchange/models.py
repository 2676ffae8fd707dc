"""Staged imports: the file as read, every row's fate, and what was saved, so that a preview reads rows, not the file."""

from django.db import models

from kheo.exchange.words import Fate, RunState
from kheo.people.models import User


class ImportRun(models.Model):
    """One file brought in by one person for one kind of list. Nothing of it counts until it is saved."""

    kind = models.CharField(max_length=40)  # importer.kind
    filename = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    actor_name = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=RunState)
    on = models.DateField()
    options = models.JSONField(default=dict)  # what the importer was told: period, unit, sheet, consent
    answers = models.JSONField(default=dict)  # row number (text) or column question -> answer
    reading = models.JSONField(default=dict)  # sheet, encoding, headings, heading rows, skipped, checks
    counts = models.JSONField(default=dict)  # fate -> n, and the importer's totals
    staged_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "exchange_run"
        indexes = [models.Index(fields=["person", "-id"], name="exchange_run_person")]


class StagedRow(models.Model):
    """One sheet row and its fate. `before` keeps what a changed row was, so that an undo can put it back."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="+", db_index=False)
    number = models.IntegerField()  # sheet row as people count it
    fate = models.CharField(max_length=12, choices=Fate)
    values = models.JSONField(default=dict)  # the importer's reading of the row
    shown = models.JSONField(default=dict)  # cells as written, for people: title, unit ...
    reasons = models.JSONField(default=list)  # [{"code", "column", "text", "choices"?}]
    target = models.BigIntegerField(null=True, blank=True)  # id of the row matched or written
    before = models.JSONField(null=True, blank=True)
    target_version = models.IntegerField(null=True, blank=True)

    class Meta:
        db_table = "exchange_row"
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="exchange_row_once")]
        indexes = [models.Index(fields=["run", "fate", "number"], name="exchange_row_fate")]


class RememberedHeading(models.Model):
    """What a sender's heading was once said to mean, so that it is asked once."""

    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=300)
    meaning = models.CharField(max_length=60)

    class Meta:
        db_table = "exchange_heading"
        constraints = [models.UniqueConstraint(fields=["person", "kind", "key"], name="exchange_heading_once")]
