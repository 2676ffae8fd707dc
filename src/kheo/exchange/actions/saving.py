"""Saving what was staged, all or nothing, in one set-based transaction; taking it back; setting it aside."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Count

from kheo.audit.actions import record
from kheo.audit.words import Subject
from kheo.base.access import Actor, must
from kheo.base.errors import Refused, refuse_if
from kheo.exchange import rules, words
from kheo.exchange.actions.ahead import COLUMNS, LongSaving, ahead_of, clear, written
from kheo.exchange.actions.bulk import insert
from kheo.exchange.actions.matching import OthersSaved, Otherwise, match_again, reading_of, staged_rows
from kheo.exchange.actions.moves import chunked, forget, move
from kheo.exchange.actions.questions import answers_by_row
from kheo.exchange.models import ImportFile, ImportRun, StagedRow, WrittenRow
from kheo.exchange.words import (
    GOOD,
    Fate,
    Importer,
    ImportSession,
    Match,
    Progress,
    RunState,
    SavedRow,
    Undone,
)


def save(
    *,
    actor: Actor,
    importer: Importer,
    run: ImportRun,
    good_rows: bool = False,
    known: datetime,
    progress: Progress | None = None,
) -> ImportRun:
    """Save an import: all of it or nothing, or by explicit choice its good rows. On the day it was brought in for.

    Every row is matched again. When others saved meanwhile and a row has another fate than the person saw, nothing is
    saved, the preview is brought up to date, and `Refused` (exchange.changed_since) says so. A long list of new rows is
    written ahead in short commits, so that others keep writing; it comes out in one transaction all the same.
    """
    must(actor, importer.power, None)
    refuse_if(rules.why_not_save(run, good_rows=good_rows))
    session = importer.open(actor, run.options, run.on, None, run.answers)
    ahead = ahead_of(session) if run.counts.get(Fate.NEW, 0) > LONG else None
    try:
        if ahead is not None:
            _save_long(LongSaving(run, session, ahead), actor, run, known, progress)
        else:
            with transaction.atomic():
                _save(session, actor, run, known)
    except BaseException as fault:
        if ahead is not None:
            _take_back(importer, run, actor)
        run.state, run.saved_at = RunState.STAGED, None  # nothing of it was saved
        if isinstance(fault, OthersSaved):
            _bring_up_to_date(run, fault.rows)
            raise Refused(rules.changed_since(len(fault.rows))) from None
        if isinstance(fault, IntegrityError):
            # A neighbour's row came between the look and the write: the same thing, found by the database.
            raise Refused(rules.changed_since(1)) from None
        raise
    if ahead is not None:
        _drop_cut_off(actor, importer, run)
    return run


SAVED_AT_ONCE = 20_000  # rows in one set: a longer list is saved set by set, all in one transaction


LONG = 2_000  # new rows from which a list is written ahead


def _save_long(saving: LongSaving, actor: Actor, run: ImportRun, known: datetime, progress: Progress | None) -> None:
    saving.write_ahead(known=known, progress=progress)
    with transaction.atomic():
        _wait_for_others(run.kind)
        saving.to_the_end(known=known)
        move(run, RunState.SAVED, saved_at=known)
        _finish(actor, run, saving.counts, known)


def _take_back(importer: Importer, run: ImportRun, actor: Actor) -> None:
    """What was written ahead goes again, unless somebody else has taken the import over. A killed process leaves it to
    whoever reads the file again or sets it aside."""
    with contextlib.suppress(DatabaseError):
        own = ImportRun.objects.filter(pk=run.pk, state=RunState.SAVING, turn=run.turn)
        if own.update(turn=run.turn + 1):
            clear(importer, run, actor)
            ImportRun.objects.filter(pk=run.pk, state=RunState.SAVING).update(state=RunState.STAGED)
            run.turn += 1


def _drop_cut_off(actor: Actor, importer: Importer, run: ImportRun) -> None:
    """Earlier savings of the same file of the same person that were cut off: there is nothing left for them to save."""
    same = ImportRun.objects.filter(person_id=run.person_id, kind=run.kind, sha256=run.sha256, pk__lt=run.pk)
    for older in same.filter(state=RunState.SAVING).order_by("pk"):
        with transaction.atomic():
            forgotten = forget(older, RunState.SET_ASIDE)
        if forgotten:
            clear(importer, older, actor)


def _save(session: ImportSession, actor: Actor, run: ImportRun, known: datetime) -> None:
    _wait_for_others(run.kind)
    move(run, RunState.SAVED, saved_at=known)
    # Rows were staged group by group, so that in the order of their ids each group is asked for once.
    ids = list(StagedRow.objects.filter(run=run).order_by("pk").values_list("pk", flat=True))
    own = answers_by_row(run.answers)
    in_file = frozenset(
        key.value for some in chunked(ids) for row in staged_rows(some) for key in session.keys(reading_of(row, own))
    )
    counts = dict.fromkeys(map(str, GOOD), 0)
    otherwise: Otherwise = []
    for some in chunked(ids, SAVED_AT_ONCE):
        due = match_again(session, some, own, in_file)
        otherwise += due.otherwise
        if otherwise:
            continue  # nothing will be saved; the rest is only looked at
        saved = session.save_many(due.readings, due.matches, run=run.pk, known=known)
        insert(WrittenRow, COLUMNS, written(run, saved))
        counts = rules.added(counts, due.counts)
    if otherwise:
        raise OthersSaved(otherwise)
    _finish(actor, run, counts, known)


def _finish(actor: Actor, run: ImportRun, counts: Mapping[str, Any], known: datetime) -> None:
    ImportFile.objects.filter(run=run).delete()
    facts: dict[str, object] = {"kind": run.kind, "left_out": rules.bad(run.counts), **counts}
    subject = Subject(words.SUBJECT, str(run.pk), run.filename)
    record(words.SAVED, actor=actor, on=run.on, known=known, subject=subject, facts=facts)


def _wait_for_others(kind: str) -> None:
    """Lists of one kind are saved one after the other: the oldest import is the lock (SQLite has its own)."""
    list(ImportRun.objects.filter(kind=kind).order_by("pk").select_for_update().values_list("pk", flat=True)[:1])


def _bring_up_to_date(run: ImportRun, otherwise: Otherwise) -> None:
    """The preview shows the fates as they are now, so that the person decides on what is true."""
    with transaction.atomic():
        for chunk in chunked(otherwise, 500):
            now = {reading.number: (reading, held, fate) for reading, held, fate in chunk}
            rows = list(StagedRow.objects.filter(run=run, number__in=now))
            for row in rows:
                reading, held, row.fate = now[row.number]
                row.reasons = rules.reasons_of(reading, held)
                row.target = held.id if isinstance(held, Match) else None
                row.target_version = held.version if isinstance(held, Match) else None
            StagedRow.objects.bulk_update(rows, ["fate", "reasons", "target", "target_version"])
        counted = StagedRow.objects.filter(run=run).order_by().values_list("fate").annotate(n=Count("id"))
        counts: dict[str, Any] = dict(run.counts)
        counts |= dict.fromkeys(Fate.values, 0) | dict(counted)
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
    refuse_if(rules.why_not_begin_again(run))
    with transaction.atomic():
        if not forget(run, RunState.SET_ASIDE):
            raise Refused(rules.moved_on(""))
    clear(importer, run, actor)
    return run
