"""The append-only trail. No foreign keys: ids and names are text, so that an entry outlives what it names."""

from django.db import models


class Entry(models.Model):
    """One deed: who did what to what, on which day, known when, with the facts its act allows."""

    known = models.DateTimeField()
    on = models.DateField()
    act = models.CharField(max_length=80)
    actor_id_text = models.CharField(max_length=40, blank=True)
    actor_name = models.CharField(max_length=200)
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=60, blank=True)
    subject_label = models.CharField(max_length=400, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        db_table = "audit_entry"
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="audit_entry_subject"),
            models.Index(fields=["act", "on"], name="audit_entry_act"),
        ]


class Seal(models.Model):
    """One link of the hash chain: the entry it seals, the hash of (previous hash, entry). Only the sealer writes it."""

    seq = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = "audit_seal"


class Turn(models.Model):
    """How often anything has changed: the sum of all rows. A deed adds a row, so that no deed waits for another."""

    n = models.BigIntegerField()

    class Meta:
        db_table = "audit_turn"
