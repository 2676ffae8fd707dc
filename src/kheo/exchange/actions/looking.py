"""From the bytes of a file to its rows as the importer reads them, kept small: 200,000 of them fit in 500 MB."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import ngettext

from kheo.base.access import Actor
from kheo.base.errors import Refusal, Refused, refuse_if
from kheo.base.text import in_digits
from kheo.exchange import rules
from kheo.exchange.actions.bulk import packed
from kheo.exchange.actions.questions import answers_by_row, file_questions, reading_of
from kheo.exchange.queries import remembered
from kheo.exchange.reader import Heading, Row, Table, as_text, read_table
from kheo.exchange.words import Importer, ImportSession, Question, RowReading

_MOST_SHOWN = 200  # skipped rows, totals and notes kept for the page
_LONGEST_CELL = 5_000  # characters of a bad row's cell kept for the file to correct
_NO_ANSWERS: Mapping[str, str] = {}


class Packed(NamedTuple):
    """One row as read, its JSON packed."""

    number: int
    group: int
    values: bytes
    shown: bytes
    cells: bytes
    refused: tuple[Refusal, ...]
    asked: tuple[Question, ...]


@dataclass(frozen=True)
class Looked:
    """A file as read: its rows, what a page says about it as a whole, and the session that goes on with it."""

    session: ImportSession
    rows: list[Packed]
    reading: dict[str, Any]


def look(
    importer: Importer,
    *,
    actor: Actor,
    data: bytes,
    filename: str,
    options: Mapping[str, Any],
    on: date,
    answers: Mapping[str, str],
) -> Looked:
    """Read a file; nothing is written. Raises `Refused` when it may not be opened or holds no table."""
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
    session = importer.open(actor, options, on, table, answers)
    unread, table = deque(table.rows), replace(table, rows=())  # each row is let go when it was read
    own = answers_by_row(answers)
    rows, blank = [], 0
    while unread:
        row = unread.popleft()
        if session.is_blank(row):
            blank += 1
        else:
            rows.append(_packed(session, row, own.get(row.number, _NO_ANSWERS)))
    reading = _reading(table, [*file_questions(table, answers), *session.questions])
    if blank:
        told = ngettext(
            "%(n)s row names a unit and nothing else; it was passed over.",
            "%(n)s rows name a unit and nothing else; they were passed over.",
            blank,
        )
        reading["notes"].append(told % {"n": in_digits(str(blank))})
    return Looked(session, rows, reading)


def _packed(session: ImportSession, row: Row, answers: Mapping[str, str]) -> Packed:
    reading = session.read_row(row, answers)
    return Packed(
        row.number,
        session.group(reading),
        packed(reading.values),
        packed(reading.shown),
        packed(_cells(row)),
        tuple(reading.refused),
        tuple(reading.asked),
    )


def bare(row: Packed) -> RowReading:
    """The reading with its values alone."""
    return RowReading(row.number, json.loads(row.values.decode()))


def unpacked(row: Packed, answers: Mapping[int, Mapping[str, str]]) -> RowReading:
    """The reading again, as the importer made it."""
    return RowReading(
        row.number,
        json.loads(row.values.decode()),
        json.loads(row.shown.decode()),
        list(row.refused),
        list(row.asked),
        answers.get(row.number, _NO_ANSWERS),
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
