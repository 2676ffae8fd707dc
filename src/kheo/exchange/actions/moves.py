"""How an import passes from one state to the next: compare and set, so that two people never do one thing twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from kheo.base.errors import Refused
from kheo.exchange import rules
from kheo.exchange.models import ImportFile, ImportRun, StagedRow
from kheo.exchange.words import RunState

T = TypeVar("T")
CHUNK = 2_000  # rows of one question to the register, and of one short commit


def chunked(things: Sequence[T] | Iterator[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Lists of at most `size`, in order."""
    source = iter(things)
    while chunk := list(islice(source, size)):
        yield chunk


def move(run: ImportRun, to: RunState, **values: Any) -> None:
    """The run is still where it was seen, or `Refused`. Inside the caller's transaction."""
    if ImportRun.objects.filter(pk=run.pk, state=run.state).update(state=to, **values) != 1:
        now = ImportRun.objects.filter(pk=run.pk).first()
        raise Refused(rules.moved_on(now.state if now else ""))
    run.state = to
    for name, value in values.items():
        setattr(run, name, value)


def forget(run: ImportRun, to: RunState) -> bool:
    """Drop the file and the staged rows, if the run is still where it was seen; its line and its counts stay.

    The run's own row is taken first, as `move` does, so that a saving and a setting aside wait for each other.
    """
    if ImportRun.objects.filter(pk=run.pk, state=run.state).update(state=to) != 1:
        return False
    StagedRow.objects.filter(run=run).delete()
    ImportFile.objects.filter(run=run).delete()
    run.state = to
    return True
