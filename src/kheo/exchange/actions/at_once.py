"""Bringing a file in at one go, as the command line does: read, and saved when nothing stands in the way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from kheo.base.access import Actor
from kheo.base.errors import Refused
from kheo.exchange import rules
from kheo.exchange.actions.moves import forget
from kheo.exchange.actions.saving import save
from kheo.exchange.actions.staging import set_older_aside, stage
from kheo.exchange.models import ImportRun
from kheo.exchange.words import Importer, Progress, RunState


def bring_in(
    *,
    actor: Actor,
    importer: Importer,
    data: bytes,
    filename: str,
    options: Mapping[str, Any],
    on: date,
    known: datetime,
    answers: Mapping[str, str] | None = None,
    good_rows: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportRun:
    """Stage a file and save it, unless something is asked or refused: then it waits, as it would on the page.

    When others saved meanwhile the new fates are looked at once more. A file that brings nothing new is set aside.
    """
    run = stage(
        actor=actor,
        importer=importer,
        data=data,
        filename=filename,
        options=options,
        on=on,
        known=known,
        answers=answers,
        tidy=False,  # the same command may be running twice: what is about to be saved is not set aside
        progress=progress,
    )
    for last in (False, True):
        refusal = rules.why_not_save(run, good_rows=good_rows)
        if refusal is not None and refusal.code == "exchange.nothing_new" and not dry_run:
            with transaction.atomic():
                forget(run, RunState.SET_ASIDE)
        elif refusal is not None:
            set_older_aside(run)
        if refusal is not None or dry_run:
            return run
        try:
            return save(actor=actor, importer=importer, run=run, good_rows=good_rows, known=known, progress=progress)
        except Refused as no:
            if last or no.refusal.code != "exchange.changed_since":
                raise
            run.refresh_from_db()
    return run
