"""Staged imports: the file as read, every row's fate, and what was saved. A preview reads rows, not the file."""

from django.db import models

from kheo.exchange.words import Fate, RunState
from kheo.people.models import User


class ImportRun(models.Model):
    """One file brought in by one person for one kind of list. Nothing of it counts until it is saved."""

    kind = models.CharField(max_length=40)  # importer.kind
    filename = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")  # NULL: the operator
    actor_name = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=RunState)
    on = models.DateField()
    language = models.CharField(max_length=5)  # of the sentences in `reading` and `StagedRow.reasons`
    options = models.JSONField(default=dict)  # what the importer was told: period, unit, sheet, consent
    answers = models.JSONField(default=dict)  # "12:unit", "total:79:C" -> answer
    reading = models.JSONField(default=dict)  # sheet, encoding, headings, skipped, checks, questions, notes
    counts = models.JSONField(default=dict)  # fate -> n, and the importer's totals
    turn = models.IntegerField(default=0, db_default=0)  # which saving it is: one that was taken over writes no more
    staged_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "exchange_run"
        indexes = [models.Index(fields=["person", "-id"], name="exchange_run_person")]


class ImportFile(models.Model):
    """The bytes of a file that is not saved yet, to read it again after an answer. Gone when saved or set aside."""

    run = models.OneToOneField(ImportRun, models.CASCADE, primary_key=True, related_name="+")
    data = models.BinaryField()

    class Meta:
        db_table = "exchange_file"


class StagedRow(models.Model):
    """One sheet row as read and its fate. Never changed by saving: what was written stands in `WrittenRow`."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="+", db_index=False)
    number = models.IntegerField()  # sheet row as people count it
    fate = models.CharField(max_length=12, choices=Fate)
    values = models.JSONField(default=dict)  # the importer's reading of the row
    shown = models.JSONField(default=dict)  # cells as written, for people: title, unit ...
    reasons = models.JSONField(default=list)  # rules.reasons_of
    cells = models.JSONField(null=True, blank=True)  # {"group", "cells"} of a bad row, for the file to correct
    target = models.BigIntegerField(null=True, blank=True)  # id of the held row it was matched with
    target_version = models.IntegerField(null=True, blank=True)

    class Meta:
        db_table = "exchange_row"
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="exchange_row_once")]
        indexes = [models.Index(fields=["run", "fate", "number"], name="exchange_row_fate")]


class WrittenRow(models.Model):
    """What saving wrote for a sheet row, and what stood there before (NULL: nothing), so that it can be taken back."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="+", db_index=False)
    number = models.IntegerField()
    target = models.BigIntegerField()
    version = models.IntegerField()
    before = models.JSONField(null=True, blank=True)

    class Meta:
        db_table = "exchange_written"
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="exchange_written_once")]


class RememberedHeading(models.Model):
    """What a sender's heading was once said to mean, so that it is asked once. An empty meaning: pass it over."""

    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=300)
    meaning = models.CharField(max_length=60, blank=True)

    class Meta:
        db_table = "exchange_heading"
        constraints = [models.UniqueConstraint(fields=["person", "kind", "key"], name="exchange_heading_once")]
