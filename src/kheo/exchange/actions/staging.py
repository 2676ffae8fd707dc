"""Reading a file into rows with their fates, in short commits: others keep writing, and the preview reads the stage."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import translation

from kheo.audit.actions import record
from kheo.audit.words import Subject
from kheo.base.access import Actor, must
from kheo.base.errors import Refused, refuse_if
from kheo.base.text import clean
from kheo.exchange import rules, words
from kheo.exchange.actions.bulk import as_json, insert
from kheo.exchange.actions.moves import chunked, forget, move
from kheo.exchange.actions.questions import HEADING, answers_by_row, file_questions, reading_of
from kheo.exchange.models import ImportFile, ImportRun, RememberedHeading, StagedRow
from kheo.exchange.queries import remembered
from kheo.exchange.reader import Heading, Row, Table, as_text, read_table
from kheo.exchange.words import Fate, Importer, ImportSession, Match, Outcome, Question, RowReading, RunState

Progress = Callable[[int, int], None]  # rows done, rows in all
_MOST_SHOWN = 200  # skipped rows, totals and notes kept for the page
_LONGEST_CELL = 5_000  # characters of a bad row's cell kept for the file to correct


def stage(
    *,
    actor: Actor,
    importer: Importer,
    data: bytes,
    filename: str,
    options: Mapping[str, Any],
    on: date,
    known: datetime,
    answers: Mapping[str, str] | None = None,
    replaces: ImportRun | None = None,
    tidy: bool = True,
    progress: Progress | None = None,
) -> ImportRun:
    """Read a file for import: every row with its fate, nothing of it counting yet. Raises `Refused` for the whole file.

    `answers` are given beforehand ("12:unit", "total:79"); `replaces` is set aside once the corrected file stands, and
    (`tidy`) what else of the same file this person has waiting.
    """
    must(actor, importer.power, None)
    refuse_if(rules.why_not_upload(len(data), settings.UPLOAD_LIMIT))
    refuse_if(importer.why_not_options(actor, options, on))
    given = {str(key): str(value) for key, value in (answers or {}).items()}
    table = _read(importer, actor, data, filename, options, given)
    session = importer.open(actor, options, on, table, given)
    with transaction.atomic():
        run = ImportRun.objects.create(
            kind=importer.kind,
            filename=_plain_name(filename),
            sha256=hashlib.sha256(data).hexdigest(),
            person_id=actor.id,
            actor_name=actor.name,
            state=RunState.READING,
            on=on,
            language=_language(),
            options=dict(options),
            answers=given,
            staged_at=known,
        )
        ImportFile.objects.create(run=run, data=data)
        facts = {"kind": run.kind, "sha256": run.sha256, "rows": len(table.rows)}
        subject = Subject(words.SUBJECT, str(run.pk), run.filename)
        record(words.STAGED, actor=actor, on=on, known=known, subject=subject, facts=facts)
    try:
        _stage_rows(run, session, table, progress)
    except BaseException:
        # Nothing of it counts in any case; what was half staged is dropped when the database still answers.
        with contextlib.suppress(DatabaseError), transaction.atomic():
            forget(run, RunState.SET_ASIDE)
        raise
    if tidy:
        set_older_aside(run, replaces)
    return run


def read_again(*, actor: Actor, importer: Importer, run: ImportRun, progress: Progress | None = None) -> ImportRun:
    """Read the kept file anew with what was answered since, in the language of who asks. On the day of the import."""
    must(actor, importer.power, None)
    refuse_if(rules.why_not_answer(run))
    kept = ImportFile.objects.filter(run=run).first()
    if kept is None:
        raise Refused(rules.moved_on(run.state))
    table = _read(importer, actor, bytes(kept.data), run.filename, run.options, run.answers)
    session = importer.open(actor, run.options, run.on, table, run.answers)
    with transaction.atomic():
        move(run, RunState.READING, language=_language())
        StagedRow.objects.filter(run=run).delete()
    _stage_rows(run, session, table, progress)
    return run


def answer(*, actor: Actor, importer: Importer, run: ImportRun, answers: Mapping[str, str]) -> ImportRun:
    """Keep what the person decided ("12:unit" -> "u00123"; "" takes an answer back) and read the file anew with it."""
    must(actor, importer.power, None)
    refuse_if(rules.why_not_answer(run))
    kept = {**run.answers, **{str(key): str(value) for key, value in answers.items()}}
    with transaction.atomic():
        move(run, RunState(run.state), answers={key: value for key, value in kept.items() if value})
    return read_again(actor=actor, importer=importer, run=run)


def understand(*, actor: Actor, importer: Importer, run: ImportRun, meanings: Mapping[str, str]) -> ImportRun:
    """What this sender's headings mean (key -> meaning, "": pass it over), remembered for the next file too."""
    must(actor, importer.power, None)
    refuse_if(rules.why_not_answer(run))
    said = {key[:300]: meaning for key, meaning in meanings.items() if meaning in {"", *importer.meanings}}
    kept = {**run.answers, **{f"{HEADING}{key}": meaning or "-" for key, meaning in said.items()}}
    with transaction.atomic():
        move(run, RunState(run.state), answers=kept)
        for key, meaning in said.items() if actor.signed_in else ():
            RememberedHeading.objects.update_or_create(
                person_id=actor.id, kind=importer.kind, key=key, defaults={"meaning": meaning}
            )
    return read_again(actor=actor, importer=importer, run=run)


def _plain_name(filename: str) -> str:
    """A file's own name as text: no folders, NFC, at most 255 characters. It is shown, never used as a path."""
    return clean(filename.replace("\\", "/").rsplit("/", 1)[-1])[-255:] or "?"


def _language() -> str:
    return (translation.get_language() or "vi")[:5]


def _read(
    importer: Importer,
    actor: Actor,
    data: bytes,
    filename: str,
    options: Mapping[str, Any],
    answers: Mapping[str, str],
) -> Table:
    """The table of a file. Raises `Refused` when there is none or it may not be opened."""
    sheet, consent, meanings = reading_of(options, answers)
    table = read_table(
        data,
        filename,
        meanings=importer.meanings,
        sheet=sheet,
        consent_encoding=consent,
        remembered={**remembered(actor, importer.kind), **meanings},
    )
    if table.refused:
        raise Refused(table.refused)
    refuse_if(rules.why_not_read(len(table.rows), table.sheet))
    return table


def read_rows(
    session: ImportSession, table: Table, answers: Mapping[str, str]
) -> tuple[list[RowReading], frozenset[str]]:
    """Every leaf row as the importer reads it, and the keys of the whole file. Rows that stand twice are refused."""
    own = answers_by_row(answers)
    nothing: dict[str, str] = {}
    readings = [session.read_row(row, own.get(row.number, nothing)) for row in table.rows]
    keyed = [(reading.number, session.keys(reading)) for reading in readings]
    if clashes := rules.twice(keyed):
        for reading in readings:
            if refusal := clashes.get(reading.number):
                reading.refused.append(refusal)
    return readings, frozenset(key.value for _number, keys in keyed for key in keys)


def fates(
    session: ImportSession, readings: Sequence[RowReading], in_file: frozenset[str]
) -> Iterator[tuple[RowReading, Outcome | None, Fate]]:
    """The fate of each row, asked of the register in few questions for many rows."""
    found = session.match([r for r in readings if not r.refused and not r.asked], in_file)
    for reading in readings:
        held = found.get(reading.number)
        yield reading, held, rules.fate_of(reading, held)


def _stage_rows(run: ImportRun, session: ImportSession, table: Table, progress: Progress | None) -> None:
    readings, in_file = read_rows(session, table, run.answers)
    written = {row.number: row for row in table.rows}
    counts: dict[str, Any] = dict.fromkeys(Fate.values, 0)
    good: list[RowReading] = []
    done = 0
    for chunk in chunked(fates(session, readings, in_file)):
        insert(StagedRow, _COLUMNS, [_staged(run, written, *row) for row in chunk])
        for reading, _held, fate in chunk:
            counts[fate] += 1
            if fate in words.GOOD:
                good.append(reading)
        done += len(chunk)
        if progress:
            progress(done, len(readings))
    counts |= {"rows": len(readings), "totals": session.totals(good)}
    questions = [*file_questions(table, run.answers), *session.questions]
    with transaction.atomic():
        move(run, RunState.STAGED, reading=_reading(table, questions), counts=counts)


_COLUMNS = ("run_id", "number", "fate", "values", "shown", "reasons", "cells", "target", "target_version")


def _staged(
    run: ImportRun, written: Mapping[int, Row], reading: RowReading, held: Outcome | None, fate: Fate
) -> tuple[Any, ...]:
    """A row of `StagedRow`, in the order of `_COLUMNS`."""
    match = held if isinstance(held, Match) and fate in words.GOOD else None
    return (
        run.pk,
        reading.number,
        fate.value,
        as_json(reading.values),
        as_json(reading.shown),
        as_json(rules.reasons_of(reading, held)),
        as_json(_cells(written[reading.number]) if fate in words.BAD else None),
        match.id if match else None,
        match.version if match else None,
    )


def _cells(row: Row) -> dict[str, Any]:
    """A row as it was written, JSON-able: numbers as numbers, all else as text."""
    cells = [
        cell if isinstance(cell, int) and not isinstance(cell, bool) else as_text(cell)[:_LONGEST_CELL]
        for cell in row.cells
    ]
    return {"group": list(row.group), "cells": cells}


def _reading(table: Table, questions: Sequence[Question]) -> dict[str, Any]:
    """What a page says about the file as a whole; JSON-able."""
    checks = [
        {
            "row": check.number,
            "column": table.headings[check.column].name,
            "stated": f"{check.stated:f}",
            "summed": f"{check.summed:f}",
            "ok": check.ok,
        }
        for check in sorted(table.checks, key=lambda check: (check.ok, -check.number))
    ]
    return {
        "sheet": table.sheet,
        "kind": table.kind,
        "encoding": table.encoding,
        "heading_rows": list(table.heading_rows),
        "headings": [_heading(heading) for heading in table.headings],
        "skipped": [[row.number, row.reason, row.text[:200]] for row in table.skipped[:_MOST_SHOWN]],
        "checks": checks[:_MOST_SHOWN],
        "notes": [str(note.text) for note in table.notes[:_MOST_SHOWN]],
        "questions": [rules.asking(question) for question in questions],
    }


def _heading(heading: Heading) -> dict[str, Any]:
    choice = f"={heading.choice}" if heading.choice else ""
    meaning = f"{heading.meaning}{choice}" if heading.meaning else ""
    said = {"key": heading.key, "letter": heading.letter, "text": heading.text, "meaning": meaning}
    return {**said, "path": list(heading.path)}


def set_older_aside(run: ImportRun, replaces: ImportRun | None = None) -> None:
    """The same file of the same person, and the one this corrects, do not wait any more."""
    waiting = ImportRun.objects.filter(person_id=run.person_id, kind=run.kind, state=RunState.STAGED).exclude(pk=run.pk)
    one_of = Q(sha256=run.sha256) | Q(pk=replaces.pk if replaces else None)
    for older in waiting.filter(one_of, pk__lt=run.pk).order_by("pk"):
        with transaction.atomic():
            forget(older, RunState.SET_ASIDE)
