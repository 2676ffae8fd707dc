"""Staged rows looked at once more at the moment of saving: still the fates the person saw, or otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kheo.exchange import rules
from kheo.exchange.actions.moves import chunked
from kheo.exchange.models import StagedRow
from kheo.exchange.words import GOOD, Fate, ImportSession, Match, Outcome, RowReading

Otherwise = list[tuple[RowReading, Outcome | None, Fate]]


class OthersSaved(Exception):
    """No fault: carries the new fates out of the transaction that is rolled back."""

    def __init__(self, rows: Otherwise) -> None:
        self.rows = rows
        super().__init__()


def fates(
    session: ImportSession, readings: Sequence[RowReading], in_file: Set[str]
) -> Iterator[tuple[RowReading, Outcome | None, Fate]]:
    """The fate of each row, asked of the register in few questions for many rows."""
    found = session.match([r for r in readings if not r.refused and not r.asked], in_file)
    for reading in readings:
        held = found.get(reading.number)
        yield reading, held, rules.fate_of(reading, held)


class Staged(NamedTuple):
    """What saving needs of a staged row."""

    id: int
    number: int
    fate: str
    values: dict[str, Any]
    target: int | None
    target_version: int | None


@dataclass
class Due:
    """What is about to be saved, and rows whose fate is another than the preview said: row, outcome, fate."""

    readings: list[RowReading] = field(default_factory=list)
    matches: dict[int, Match] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(map(str, GOOD), 0))
    otherwise: Otherwise = field(default_factory=list)


def staged_rows(ids: Sequence[int]) -> list[Staged]:
    """Some staged rows, in the order they were staged."""
    found = StagedRow.objects.filter(pk__in=ids)
    if ids and ids[-1] - ids[0] == len(ids) - 1:  # as they were staged: a range is sooner asked than each number
        found = StagedRow.objects.filter(pk__gte=ids[0], pk__lte=ids[-1])
    return [Staged(*row) for row in found.order_by("pk").values_list(*Staged._fields)]


def reading_of(row: Staged, own: Mapping[int, Mapping[str, str]]) -> RowReading:
    """A staged row as the importer read it."""
    return RowReading(row.number, row.values, answers=own.get(row.number, {}))


def match_again(
    session: ImportSession, ids: Sequence[int], own: Mapping[int, Mapping[str, str]], in_file: frozenset[str]
) -> Due:
    """What becomes of the good rows now: as the preview said, or otherwise."""
    due = Due()
    for some in chunked(ids):
        good = [row for row in staged_rows(some) if row.fate in GOOD]
        again = fates(session, [reading_of(row, own) for row in good], in_file)
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
