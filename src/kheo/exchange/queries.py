"""Readers of imports: whose they are, and their rows as pages and commands show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kheo.base.access import Actor
from kheo.base.errors import Invisible, refuse_if
from kheo.base.powers import Power
from kheo.exchange import rules
from kheo.exchange.models import ImportRun, RememberedHeading, StagedRow, WrittenRow
from kheo.exchange.words import BAD, Fate, RunState


def visible(actor: Actor) -> QuerySet[ImportRun]:
    """The imports an actor may see: their own, and all of them for who accepts nation-wide. Newest first."""
    runs = ImportRun.objects.order_by("-id")
    if actor.reach_of(Power.INITIATIVES_ACCEPT).all:
        return runs
    return runs.filter(person=actor.id) if actor.signed_in else runs.none()


def reach(actor: Actor, run_id: int) -> ImportRun:
    """One import; `Invisible` when it is not there for this actor."""
    run = visible(actor).filter(pk=run_id).first()
    if run is None:
        raise Invisible
    return run


def rows(run: ImportRun, show: str = "all") -> QuerySet[StagedRow]:
    """Rows of an import in the order of the sheet. `show`: a fate, "look" (asked or refused), anything else: all."""
    found = StagedRow.objects.filter(run=run).order_by("number")
    if show == "look":
        return found.filter(fate__in=BAD)
    return found.filter(fate=show) if show in Fate.values else found


def remembered(actor: Actor, kind: str) -> dict[str, str]:
    """What this person's headings were once said to mean: key -> meaning ("": passed over)."""
    if not actor.signed_in:
        return {}
    said = RememberedHeading.objects.filter(person=actor.id, kind=kind)
    return dict(said.values_list("key", "meaning"))


def written(run: ImportRun) -> int:
    """How many rows saving wrote."""
    return WrittenRow.objects.filter(run=run).count()


@dataclass(frozen=True)
class Open:
    """A row that waits for the person: for commands, mails and files to correct."""

    row: int
    fate: str
    shown: Mapping[str, str]
    reasons: list[dict[str, Any]]


def in_the_way(run: ImportRun) -> Iterator[Open]:
    """The rows asked about or refused, in the order of the sheet."""
    found = rows(run, "look").values_list("number", "fate", "shown", "reasons")
    return (Open(*values) for values in found.iterator(chunk_size=2000))


def bounded(file: Path) -> bytes:
    """The bytes of a file on this machine, refused when there are more than an upload may have."""
    with file.open("rb") as source:
        data = source.read(settings.UPLOAD_LIMIT + 1)
    refuse_if(rules.why_not_upload(len(data), settings.UPLOAD_LIMIT))
    return data


def half_saved(before: datetime) -> list[ImportRun]:
    """Imports whose saving began and did not end by then: the process that saved them is gone."""
    return list(ImportRun.objects.filter(state=RunState.SAVING, staged_at__lt=before).order_by("pk")[:20])


def as_json(run: ImportRun) -> dict[str, Any]:
    """An import as machines read it: counts, totals of the good rows, what is asked and what is refused."""
    questions = [{**_told(question), "choices": _choices(question)} for question in run.reading.get("questions", [])]
    problems = []
    for bad in in_the_way(run):
        for reason in bad.reasons:
            if reason["kind"] == "asked":
                key = f"{bad.row}:{reason['key']}"
                questions.append({**_told(reason), "key": key, "row": bad.row, "choices": _choices(reason)})
            else:
                problems.append({**_told(reason), "row": bad.row})
    return {
        "import": run.pk,
        "state": run.state,
        **{fate: run.counts.get(fate, 0) for fate in Fate.values},
        "totals": run.counts.get("totals", {}),
        "questions": questions,
        "problems": problems,
    }


def _told(reason: Mapping[str, Any]) -> dict[str, Any]:
    return {name: reason[name] for name in ("key", "code", "row", "column", "text") if name in reason}


def _choices(reason: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{"value": value, "text": text} for value, text in reason["choices"]]


def to_correct(run: ImportRun) -> tuple[list[str], Iterator[list[str | int | None]]]:
    """The bad rows as they were written, under their own headings, with the sheet row and the reason behind each.

    Headings of several rows come out as several rows, so that the file is understood when it comes back. A list that
    names its units only over groups of rows gets a column for them.
    """
    headings: list[dict[str, Any]] = run.reading.get("headings", [])
    depth = max((len(heading["path"]) for heading in headings), default=1)
    grouped = not any(heading["meaning"].startswith("unit") for heading in headings)
    unit = ["Đơn vị"] if grouped else []
    paths = [heading["path"] or [heading["text"]] for heading in headings]
    lines = [[path[level] if level < len(path) else "" for path in paths] for level in range(depth)]
    first = [*lines[0], *unit, _("Row in the file"), _("Why")]

    def under() -> Iterator[list[str | int | None]]:
        for line in lines[1:]:
            yield [*line]
        found = rows(run, "look").values_list("number", "cells", "reasons")
        for number, cells, reasons in found.iterator(chunk_size=2000):
            kept = cells or {"group": [], "cells": []}
            own: list[str | int | None] = [*kept["cells"], *[None] * (len(headings) - len(kept["cells"]))]
            group: list[str | int | None] = [*kept["group"][-1:]] or [None]
            yield [*own, *(group if grouped else []), number, " ".join(reason["text"] for reason in reasons)]

    return first, under()
