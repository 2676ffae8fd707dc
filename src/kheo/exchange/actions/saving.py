"""Saving what was staged, all or nothing, in one set-based transaction; taking it back; setting it aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Count

from kheo.audit.actions import record
from kheo.audit.words import Subject
from kheo.base.access import Actor, must
from kheo.base.errors import Refused, refuse_if
from kheo.exchange import rules, words
from kheo.exchange.actions.bulk import as_json, insert
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

    def __init__(self, rows: Sequence[tuple[RowReading, Outcome | None, Fate]]) -> None:
        self.rows = rows
        super().__init__()


class _Staged(NamedTuple):
    """What saving needs of a staged row."""

    number: int
    fate: str
    values: dict[str, Any]
    target: int | None
    target_version: int | None


@dataclass
class _Due:
    """What is about to be saved, and rows whose fate is another than the preview said: row, outcome, fate."""

    readings: list[RowReading] = field(default_factory=list)
    matches: dict[int, Match] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(map(str, GOOD), 0))
    otherwise: list[tuple[RowReading, Outcome | None, Fate]] = field(default_factory=list)


SAVED_AT_ONCE = 20_000  # rows in one set: a longer list is saved set by set, all in one transaction


def _save(actor: Actor, importer: Importer, run: ImportRun, known: datetime) -> None:
    _wait_for_others(run.kind)
    move(run, RunState.SAVED, saved_at=known)
    session = importer.open(actor, run.options, run.on, None, run.answers)
    # Rows were staged group by group, so that in the order of their ids each group is asked for once.
    ids = list(StagedRow.objects.filter(run=run).order_by("pk").values_list("pk", flat=True))
    own = answers_by_row(run.answers)
    in_file = frozenset(
        key.value for some in chunked(ids) for row in _rows(some) for key in session.keys(_reading(row, own))
    )
    counts = dict.fromkeys(map(str, GOOD), 0)
    otherwise: list[tuple[RowReading, Outcome | None, Fate]] = []
    for some in chunked(ids, SAVED_AT_ONCE):
        due = _match_again(session, some, own, in_file)
        otherwise += due.otherwise
        if otherwise:
            continue  # nothing will be saved; the rest is only looked at
        saved = session.save_many(due.readings, due.matches, run=run.pk, known=known)
        written = [(run.pk, row.number, row.id, row.version, as_json(_plain(row.before))) for row in saved]
        insert(WrittenRow, ("run_id", "number", "target", "version", "before"), written)
        counts = rules.added(counts, due.counts)
    if otherwise:
        raise _OthersSaved(otherwise)
    ImportFile.objects.filter(run=run).delete()
    facts: dict[str, object] = {"kind": run.kind, "left_out": rules.bad(run.counts), **counts}
    subject = Subject(words.SUBJECT, str(run.pk), run.filename)
    record(words.SAVED, actor=actor, on=run.on, known=known, subject=subject, facts=facts)


def _wait_for_others(kind: str) -> None:
    """Lists of one kind are saved one after the other: the oldest import is the lock (SQLite has its own)."""
    list(ImportRun.objects.filter(kind=kind).order_by("pk").select_for_update().values_list("pk", flat=True)[:1])


def _rows(ids: Sequence[int]) -> list[_Staged]:
    """Some staged rows, in the order they were staged."""
    found = StagedRow.objects.filter(pk__in=ids).order_by("pk").values_list(*_Staged._fields)
    return [_Staged(*row) for row in found]


def _reading(row: _Staged, own: Mapping[int, Mapping[str, str]]) -> RowReading:
    return RowReading(row.number, row.values, answers=own.get(row.number, {}))


def _match_again(
    session: ImportSession, ids: Sequence[int], own: Mapping[int, Mapping[str, str]], in_file: frozenset[str]
) -> _Due:
    """What becomes of the good rows now: as the preview said, or otherwise."""
    due = _Due()
    for some in chunked(ids):
        good = [row for row in _rows(some) if row.fate in GOOD]
        again = fates(session, [_reading(row, own) for row in good], in_file)
        for row, (reading, held, fate) in zip(good, again, strict=True):
            match = held if isinstance(held, Match) else None
            seen_other = fate == Fate.CHANGED and match is not None and match.version != row.target_version
            if fate != row.fate or (match.id if match else None) != row.target or seen_other:
                due.otherwise.append((reading, held, fate))
                continue
            due.counts[fate] += 1
            if fate != Fate.UNCHANGED:
                due.readings.append(reading)
                if match is not None:
                    due.matches[reading.number] = match
    return due


def _plain(before: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if before is None else dict(before)


def _bring_up_to_date(run: ImportRun, otherwise: Sequence[tuple[RowReading, Outcome | None, Fate]]) -> None:
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
    refuse_if(rules.why_not_answer(run))
    with transaction.atomic():
        if not forget(run, RunState.SET_ASIDE):
            raise Refused(rules.moved_on(""))
    return run
