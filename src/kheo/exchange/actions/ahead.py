"""Saving a long list: its new rows are written ahead in short commits, and brought out all at once at the end.

One transaction over 200,000 rows would let nobody else write for a minute. Here only the end is one transaction, of a
few seconds: what others touched meanwhile is looked at again, changes are made, and the new rows come out. Whatever
happens before it, nothing of the list is there.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime

from django.db import transaction

from kheo.base.access import Actor
from kheo.base.errors import Refused
from kheo.exchange import rules
from kheo.exchange.actions.bulk import as_json, insert
from kheo.exchange.actions.matching import OthersSaved, Otherwise, match_again, reading_of, staged_rows
from kheo.exchange.actions.moves import chunked, move
from kheo.exchange.actions.questions import answers_by_row
from kheo.exchange.models import ImportRun, StagedRow, WrittenRow
from kheo.exchange.words import GOOD, Ahead, Importer, ImportSession, Progress, RunState, SavedRow, WritesAhead

AT_ONCE = 1_000  # rows of one short commit
BREATH = 0.004  # seconds between two commits, in which whoever waits gets in
COLUMNS = ("run_id", "number", "target", "version", "before")


class LongSaving:
    """One saving of one import; `to_the_end` finishes it in the caller's transaction."""

    def __init__(self, run: ImportRun, session: ImportSession, ahead: Ahead) -> None:
        self._run, self._session, self._ahead = run, session, ahead
        self._own = answers_by_row(run.answers)
        self._ids = array("q", StagedRow.objects.filter(run=run).order_by("pk").values_list("pk", flat=True))
        self._by_group: dict[int, array[int]] = {}
        self._in_file = self._keys()
        self._to_change = array("q")  # staged rows that change what is held: in the last transaction
        self._before: Mapping[int, object] = {}
        self.counts = dict.fromkeys(map(str, GOOD), 0)

    def _keys(self) -> frozenset[str]:
        found: list[str] = []
        for some in chunked(self._ids):
            for row in staged_rows(some):
                reading = reading_of(row, self._own)
                found += (key.value for key in self._session.keys(reading))
                self._by_group.setdefault(self._session.group(reading), array("q")).append(row.id)
        return frozenset(found)

    def write_ahead(self, *, known: datetime, progress: Progress | None) -> None:
        """Write the new rows where nobody meets them. Raises `OthersSaved` when the preview is not true any more."""
        with transaction.atomic():
            move(self._run, RunState.SAVING, turn=self._run.turn + 1)
        self._before = self._ahead.standing()
        otherwise: Otherwise = []
        for at, some in enumerate(chunked(self._ids, AT_ONCE)):
            due = match_again(self._session, some, self._own, self._in_file)
            otherwise += due.otherwise
            for fate, n in due.counts.items():
                self.counts[fate] += n
            if due.matches:
                self._to_change.extend(some)
            fresh = [reading for reading in due.readings if reading.number not in due.matches]
            if fresh and not otherwise:
                ready = self._ahead.ready(fresh)
                with transaction.atomic():
                    self._still_mine()
                    ids = self._ahead.write(ready, known=known)
                    pairs = zip(fresh, ids, strict=True)
                    insert(WrittenRow, COLUMNS, ((self._run.pk, row.number, id, 1, None) for row, id in pairs))
                time.sleep(BREATH)
            if progress:
                progress(min((at + 1) * AT_ONCE, len(self._ids)), len(self._ids))
        if otherwise:
            raise OthersSaved(otherwise)

    def _still_mine(self) -> None:
        mine = ImportRun.objects.filter(pk=self._run.pk, state=RunState.SAVING, turn=self._run.turn)
        if mine.update(turn=self._run.turn) != 1:
            raise Refused(rules.moved_on(""))

    def to_the_end(self, *, known: datetime) -> None:
        """Changes, and the new rows for everybody to see. In the caller's transaction, which is the only long one."""
        self._still_mine()
        self._look_at_what_others_touched()
        for some in chunked(self._to_change, 20_000):
            due = match_again(self._session, some, self._own, self._in_file)
            if due.otherwise:
                raise OthersSaved(due.otherwise)
            held = [reading for reading in due.readings if reading.number in due.matches]
            saved = self._session.save_many(held, due.matches, run=self._run.pk, known=known)
            insert(WrittenRow, COLUMNS, written(self._run, saved))
        self._ahead.bring_out(run=self._run.pk, known=known)

    def _look_at_what_others_touched(self) -> None:
        now = self._ahead.standing()
        touched = {group for group in {*self._before, *now} if self._before.get(group) != now.get(group)}
        if not touched:
            return
        again = {id for group in touched for id in self._by_group.get(group, ())}
        again |= self._staged_for(self._ahead.beside(touched))
        due = match_again(self._session, sorted(again), self._own, self._in_file)
        if due.otherwise:
            raise OthersSaved(due.otherwise)

    def _staged_for(self, targets: Iterable[int]) -> Set[int]:
        found: set[int] = set()
        for some in chunked(list(targets), AT_ONCE):
            numbers = WrittenRow.objects.filter(run=self._run, target__in=some).values_list("number", flat=True)
            found |= set(StagedRow.objects.filter(run=self._run, number__in=numbers).values_list("pk", flat=True))
        return found


def ahead_of(session: ImportSession) -> Ahead | None:
    """What the importer offers for long lists, if anything."""
    return session.ahead() if isinstance(session, WritesAhead) else None


def clear(importer: Importer, run: ImportRun, actor: Actor) -> None:
    """Drop what a saving that was cut off or refused had written ahead; nobody ever met it."""
    left = WrittenRow.objects.filter(run=run, before__isnull=True)
    ahead = ahead_of(importer.open(actor, run.options, run.on, None, run.answers))
    for some in chunked(list(left.values_list("target", flat=True)), 2_000):
        if ahead is not None:
            ahead.discard(some)
    WrittenRow.objects.filter(run=run).delete()


def written(run: ImportRun, saved: Sequence[SavedRow]) -> Iterable[tuple[object, ...]]:
    """Rows of `WrittenRow`, in the order of `COLUMNS`."""
    return (
        (run.pk, row.number, row.id, row.version, as_json(None if row.before is None else dict(row.before)))
        for row in saved
    )
