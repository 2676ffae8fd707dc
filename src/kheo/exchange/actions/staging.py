"""Reading a file into rows with their fates, in short commits: others keep writing, and the preview reads the stage."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Q
from django.utils import translation

from kheo.audit.actions import record
from kheo.audit.words import Subject
from kheo.base.access import Actor, must
from kheo.base.errors import Refused, refuse_if
from kheo.base.text import clean
from kheo.exchange import rules, words
from kheo.exchange.actions.ahead import clear
from kheo.exchange.actions.bulk import as_json, insert
from kheo.exchange.actions.looking import Looked, Packed, bare, look, unpacked
from kheo.exchange.actions.matching import fates
from kheo.exchange.actions.moves import chunked, forget, move
from kheo.exchange.actions.questions import HEADING, answers_by_row
from kheo.exchange.models import ImportFile, ImportRun, RememberedHeading, StagedRow
from kheo.exchange.words import Fate, Importer, Match, Outcome, Progress, RowReading, RunState


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
    looked = look(importer, actor=actor, data=data, filename=filename, options=options, on=on, answers=given)
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
        facts = {"kind": run.kind, "sha256": run.sha256, "rows": len(looked.rows)}
        subject = Subject(words.SUBJECT, str(run.pk), run.filename)
        record(words.STAGED, actor=actor, on=on, known=known, subject=subject, facts=facts)
    try:
        _stage_rows(run, looked, progress)
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
    refuse_if(rules.why_not_begin_again(run))
    kept = ImportFile.objects.filter(run=run).first()
    if kept is None:
        raise Refused(rules.moved_on(run.state))
    looked = look(
        importer,
        actor=actor,
        data=bytes(kept.data),
        filename=run.filename,
        options=run.options,
        on=run.on,
        answers=run.answers,
    )
    with transaction.atomic():
        move(run, RunState.READING, language=_language())
        StagedRow.objects.filter(run=run).delete()
    clear(importer, run, actor)
    try:
        _stage_rows(run, looked, progress)
    except IntegrityError:  # it is being read somewhere else at this moment
        raise Refused(rules.moved_on("")) from None
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


def _stage_rows(run: ImportRun, looked: Looked, progress: Progress | None) -> None:
    """Write the rows with their fates, those of one group together, so that each group is asked for once."""
    session, own = looked.session, answers_by_row(run.answers)
    clashes, in_file = rules.twice((row.number, session.keys(bare(row))) for row in looked.rows)
    counts: dict[str, Any] = dict.fromkeys(Fate.values, 0)
    totals: dict[str, Any] = {}
    done = 0
    for chunk in chunked(sorted(looked.rows, key=lambda row: row.group)):
        readings = [unpacked(row, own) for row in chunk]
        for reading in readings:
            if refusal := clashes.get(reading.number):
                reading.refused.append(refusal)
        staged = list(fates(session, readings, in_file))
        insert(StagedRow, _COLUMNS, [_staged(run, row, *rest) for row, rest in zip(chunk, staged, strict=True)])
        for _reading, _held, fate in staged:
            counts[fate] += 1
        good = [reading for reading, _held, fate in staged if fate in words.GOOD]
        totals = rules.added(totals, session.totals(good))
        done += len(chunk)
        if progress:
            progress(done, len(looked.rows))
    counts |= {"rows": len(looked.rows), "totals": totals}
    with transaction.atomic():
        move(run, RunState.STAGED, reading=looked.reading, counts=counts)


_COLUMNS = ("run_id", "number", "fate", "values", "shown", "reasons", "cells", "target", "target_version")


def _staged(run: ImportRun, row: Packed, reading: RowReading, held: Outcome | None, fate: Fate) -> tuple[Any, ...]:
    """A row of `StagedRow`, in the order of `_COLUMNS`."""
    match = held if isinstance(held, Match) and fate in words.GOOD else None
    return (
        run.pk,
        row.number,
        fate.value,
        row.values.decode(),
        row.shown.decode(),
        as_json(rules.reasons_of(reading, held)),
        row.cells.decode() if fate in words.BAD else None,
        match.id if match else None,
        match.version if match else None,
    )


def set_older_aside(run: ImportRun, replaces: ImportRun | None = None) -> None:
    """The same file of the same person, and the one this corrects, do not wait any more."""
    waiting = ImportRun.objects.filter(person_id=run.person_id, kind=run.kind, state=RunState.STAGED).exclude(pk=run.pk)
    one_of = Q(sha256=run.sha256) | Q(pk=replaces.pk if replaces else None)
    for older in waiting.filter(one_of, pk__lt=run.pk).order_by("pk"):
        with transaction.atomic():
            forget(older, RunState.SET_ASIDE)
