"""Saving what was staged, all or nothing, in one set-based transaction; taking it back; setting it aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from kheo.audit.actions import record
from kheo.audit.words import Subject
from kheo.base.access import Actor, must
from kheo.base.errors import Refused, refuse_if
from kheo.exchange import rules, words
from kheo.exchange.actions.moves import chunked, forget, move
from kheo.exchange.actions.questions import answers_by_row
from kheo.exchange.actions.staging import fates
from kheo.exchange.models import ImportFile, ImportRun, StagedRow, WrittenRow
from kheo.exchange.words import (
    GOOD,
    Fate,
    Importer,
    ImportSession,
    Match,
    Outcome,
    RowReading,
    RunState,
    SavedRow,
    Undone,
)


def save(*, actor: Actor, importer: Importer, run: ImportRun, good_rows: bool = False, known: datetime) -> ImportRun:
    """Save an import: all of it or nothing, or by explicit choice its good rows. On the day it was brought in for.

    Every row is matched again inside the transaction. When others saved meanwhile and a row has another fate than the
    person saw, nothing is saved, the preview is brought up to date, and `Refused` (exchange.changed_since) says so.
    """
    must(actor, importer.power, None)
    refuse_if(rules.why_not_save(run, good_rows=good_rows))
    try:
        with transaction.atomic():
            _save(actor, importer, run, known)
    except BaseException as fault:
        run.state, run.saved_at = RunState.STAGED, None  # nothing of it was saved
        if isinstance(fault, _OthersSaved):
            _bring_up_to_date(run, fault.rows)
            raise Refused(rules.changed_since(len(fault.rows))) from None
        if isinstance(fault, IntegrityError):
            # A neighbour's row came between the look and the write: the same thing, found by the database.
            raise Refused(rules.changed_since(1)) from None
        raise
    return run


class _OthersSaved(Exception):
    """No fault: carries the new fates out of the transaction that is rolled back."""

    def __init__(self, rows: Sequence[StagedRow]) -> None:
        self.rows = rows
        super().__init__()


@dataclass
class _Due:
    """What is about to be saved, and rows whose fate is another than the preview said."""

    readings: list[RowReading] = field(default_factory=list)
    matches: dict[int, Match] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    otherwise: list[StagedRow] = field(default_factory=list)


def _save(actor: Actor, importer: Importer, run: ImportRun, known: datetime) -> None:
    _wait_for_others(run.kind)
    move(run, RunState.SAVED, saved_at=known)
    session = importer.open(actor, run.options, run.on, None, run.answers)
    staged = list(StagedRow.objects.filter(run=run).order_by("number"))
    own = answers_by_row(run.answers)
    readings = {
        row.pk: RowReading(row.number, row.values, row.shown, answers=own.get(row.number, {})) for row in staged
    }
    due = _match_again(session, staged, readings)
    if due.otherwise:
        raise _OthersSaved(due.otherwise)
    saved = session.save_many(due.readings, due.matches, run=run.pk, known=known)
    WrittenRow.objects.bulk_create(
        [WrittenRow(run=run, number=s.number, target=s.id, version=s.version, before=_json(s.before)) for s in saved],
        batch_size=2_000,
    )
    ImportFile.objects.filter(run=run).delete()
    facts: dict[str, object] = {"kind": run.kind, "left_out": rules.bad(run.counts)}
    facts |= {str(fate): due.counts.get(fate, 0) for fate in GOOD}
    subject = Subject(words.SUBJECT, str(run.pk), run.filename)
    record(words.SAVED, actor=actor, on=run.on, known=known, subject=subject, facts=facts)


def _wait_for_others(kind: str) -> None:
    """Lists of one kind are saved one after the other: the oldest import is the lock (SQLite has its own)."""
    list(ImportRun.objects.filter(kind=kind).order_by("pk").select_for_update().values_list("pk", flat=True)[:1])


def _match_again(session: ImportSession, staged: Sequence[StagedRow], readings: Mapping[int, RowReading]) -> _Due:
    in_file = frozenset(key.value for row in staged for key in session.keys(readings[row.pk]))
    good = [row for row in staged if row.fate in GOOD]
    due = _Due()
    again = fates(session, [readings[row.pk] for row in good], in_file)
    for row, (reading, held, fate) in zip(good, again, strict=True):
        target = held.id if isinstance(held, Match) else None
        seen_other = fate == Fate.CHANGED and isinstance(held, Match) and held.version != row.target_version
        if fate != row.fate or target != row.target or seen_other:
            due.otherwise.append(_as_now(row, reading, held, fate))
            continue
        due.counts[fate] = due.counts.get(fate, 0) + 1
        if fate != Fate.UNCHANGED:
            due.readings.append(reading)
            if isinstance(held, Match):
                due.matches[reading.number] = held
    return due


def _as_now(row: StagedRow, reading: RowReading, held: Outcome | None, fate: Fate) -> StagedRow:
    row.fate = fate
    row.reasons = rules.reasons_of(reading, held)
    row.target = held.id if isinstance(held, Match) else None
    row.target_version = held.version if isinstance(held, Match) else None
    return row


def _json(before: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if before is None else dict(before)


def _bring_up_to_date(run: ImportRun, rows: Sequence[StagedRow]) -> None:
    """The preview shows the fates as they are now, so that the person decides on what is true."""
    with transaction.atomic():
        for chunk in chunked(rows, 500):
            StagedRow.objects.bulk_update(chunk, ["fate", "reasons", "target", "target_version"])
        found = StagedRow.objects.filter(run=run).values_list("fate", flat=True)
        counts: dict[str, Any] = dict(run.counts)
        counts |= dict.fromkeys(Fate.values, 0)
        for fate in found.iterator():
            counts[fate] += 1
        move(run, RunState.STAGED, counts=counts)


def undo(*, actor: Actor, importer: Importer, run: ImportRun, on: date, known: datetime) -> Undone:
    """Take a saved import back: its new rows are voided, its changed rows put back. `Refused` names rows touched."""
    must(actor, importer.power, None)
    refuse_if(rules.why_not_undo(run))
    with transaction.atomic():
        move(run, RunState.UNDONE, undone_at=known)
        session = importer.open(actor, run.options, on, None, run.answers)
        written = WrittenRow.objects.filter(run=run).order_by("number")
        rows = [SavedRow(row.number, row.target, row.version, row.before) for row in written]
        undone = session.void(rows, run=run.pk, known=known)
        facts = {"kind": run.kind, "voided": undone.voided, "restored": undone.restored}
        subject = Subject(words.SUBJECT, str(run.pk), run.filename)
        record(words.UNDONE, actor=actor, on=on, known=known, subject=subject, facts=facts)
    return undone


def set_aside(*, actor: Actor, importer: Importer, run: ImportRun) -> ImportRun:
    """Drop a file that waits to be saved, with its staged rows. Its line and its counts stay in the list of imports."""
    must(actor, importer.power, None)
    refuse_if(rules.why_not_answer(run))
    with transaction.atomic():
        move(run, RunState(run.state))
        forget(run, RunState.SET_ASIDE)
    return run
