"""Registering a long list ahead: models are written in short commits, where nobody meets them, and come out at once.

A model that is coming is a voided row of version 0. Nothing reads voided rows, so it is neither listed, counted, found
nor in anybody's way; `bring_out` lets all of them be, in one short transaction, and the database's own keys say whether
somebody else was quicker. So others keep writing while a list of 200,000 is saved, and it is all or nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import attrgetter
from types import SimpleNamespace
from typing import Any, cast

from django.db import connection, transaction

from kheo.audit import actions as audit
from kheo.audit.words import Subject
from kheo.base.access import Actor, must
from kheo.base.errors import Refusal, Refused
from kheo.base.powers import Power
from kheo.figures.actions import enter
from kheo.figures.words import PeriodView
from kheo.initiatives import rules
from kheo.initiatives.actions.finding import forget, texts_of_new
from kheo.initiatives.actions.registering import MOST_REFUSALS, Landings, already_there, facts_of, keys_of
from kheo.initiatives.figures import INITIATIVES, image
from kheo.initiatives.models import Initiative
from kheo.initiatives.queries import SEARCHED
from kheo.initiatives.words import COMING, REGISTERED_MANY, Registration, State
from kheo.search import actions as search

CHUNK = 1000
Cell = tuple[int, int, int, int, int, int]  # fact, place, field, kind, novelty, state
_COLUMNS = [field.column for field in Initiative._meta.concrete_fields]
_values: Callable[[Initiative], tuple[Any, ...]] = attrgetter(*(f.attname for f in Initiative._meta.concrete_fields))


@dataclass(frozen=True)
class Ready:
    """Models that may be written: everything that takes time is done."""

    models: list[Initiative]
    cut: search.Cut


class Ahead:
    """One list of one person for one period, on its way in."""

    def __init__(self, actor: Actor, period: PeriodView, on: date) -> None:
        self._actor, self._period, self._on = actor, period, on
        self._landings = Landings(actor, on)
        self._called: dict[int, str] = {}
        self._met: set[str] = set()
        self._ids: list[int] = []
        self._cells: list[Cell] = []
        self._states: Counter[str] = Counter()

    def ready(self, rows: Sequence[Registration]) -> Ready:
        """Look at some rows by the rules of `register_many`; raises `Refused` as it does. Nothing is written."""
        landings = self._landings.of(rows)
        for landing in {id(landing): landing for landing in landings}.values():
            must(self._actor, Power.INITIATIVES_REGISTER, landing.seat)
        refused: list[Refusal] = []
        for given, landing in zip(rows, landings, strict=True):
            refused += (replace(no, row=given.row) for no in landing.faults(given, self._period, self._on))
        keys = [keys_of(given, landing) for given, landing in zip(rows, landings, strict=True)]
        refused += already_there(rows, keys, self._period)
        if refused:
            raise Refused(refused[:MOST_REFUSALS])
        models = [_light(facts_of(*pair, self._period, self._on)) for pair in zip(rows, landings, strict=True)]
        origins = {landing.place.pk: landing.place.origin_id for landing in landings}
        return Ready(models, search.cut(texts_of_new(models, origins, self._called)))

    def write(self, ready: Ready, *, known: datetime) -> list[int]:
        """Write models that are coming, in the caller's short transaction; answers their ids."""
        ids = _numbers(len(ready.models))
        moment = connection.ops.adapt_datetimefield_value(known)
        for id, model in zip(ids, ready.models, strict=True):
            model.id = model.pk = id
            model.version, model.voided_at = COMING, moment
        _insert(map(_values, ready.models))
        search.add(SEARCHED, ready.cut, ids, met=self._met)
        for model in ready.models:
            if model.state == State.ACCEPTED:
                one = image(model, day=self._on)
                self._cells.append((one.fact, one.place, one.d1, one.d2, one.d3, one.state))
        self._ids += ids
        self._states.update(model.state for model in ready.models)
        return ids

    def bring_out(self, *, run: int, known: datetime) -> None:
        """Let all of them be, counted from the list's day, in the caller's transaction. IntegrityError: not alone."""
        came = 0
        for some in _chunks(self._ids):
            coming = Initiative.objects.filter(pk__in=some, version=COMING)
            came += coming.update(voided_at=None, version=1)
        if came != len(self._ids):
            raise Refused(rules.list_lost())
        enter(INITIATIVES, self._cells, day=self._on, known=known)
        audit.record(
            REGISTERED_MANY,
            actor=self._actor,
            on=self._on,
            known=known,
            subject=Subject("import", str(run), str(run)),
            facts={
                "import": run,
                "new": came,
                "period": self._period.code,
                "state": dict(sorted(self._states.items())),
            },
        )


def discard(ids: Sequence[int]) -> None:
    """Drop models that were coming and never came: nobody ever met them. Those that came are left alone."""
    for some in _chunks(ids):
        with transaction.atomic():
            coming = Initiative.objects.filter(pk__in=some, version=COMING, voided_at__isnull=False)
            lost = list(coming.values_list("pk", flat=True))
            forget(lost)
            coming.delete()


_EMPTY = {field.attname: getattr(Initiative(), field.attname) for field in Initiative._meta.concrete_fields} | {"pk": 0}


def _light(facts: dict[str, Any]) -> Initiative:
    """The row with these columns, without what Django does to make one: of the time of a long list it took a third."""
    return cast("Initiative", SimpleNamespace(**(_EMPTY | facts)))


def _numbers(n: int) -> list[int]:
    """Numbers for so many new models, ours alone in this transaction."""
    table = Initiative._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, n])
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()
    first = (last[0] if last else 0) + 1
    return list(range(first, first + n))


def _insert(rows: Iterable[tuple[Any, ...]]) -> None:
    """Rows as they are into the table of models: row object by row object took six times as long."""
    names = ", ".join(f'"{column}"' for column in _COLUMNS)
    table = Initiative._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(_COLUMNS))
            cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(rows))  # noqa: S608 (our words)


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
