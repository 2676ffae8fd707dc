"""The SQL of the three questions of figures.md: stock today, flow between two days, stock on a day as known then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from kheo.figures.words import Cause, MapChoice, Measure


class Counted(NamedTuple):
    """One answer: the units it lies in (None: the map has none there or cannot say), its numbers, the count."""

    province: int | None
    commune: int | None
    numbers: tuple[int, ...]
    n: int

    def unit(self, level: str) -> int | None:
        """The province or the commune."""
        return self.province if level == "province" else self.commune


@dataclass(frozen=True)
class Stock:
    """All that counts on a day; with `known`, as the journal stood at that moment.

    `today`: no line lies after the day, so that the images answer (`settled` finds out).
    """

    on: date
    known: datetime | None = None
    today: bool = False


@dataclass(frozen=True)
class Flow:
    """What entered in [start, end): the net of ENTER lines."""

    start: date
    end: date
    known: datetime | None = None


@dataclass(frozen=True)
class Territory:
    """Where to count: the nation (`unit` None), a province or a commune of the map."""

    map: MapChoice
    unit: int | None = None
    level: str = "nation"


@dataclass(frozen=True)
class _Sql:
    text: str
    params: tuple[Any, ...] = ()


_ROOT = "SELECT {} FROM place WHERE origin = %s AND {} IS NOT NULL"


def settled(measure: Measure, what: Stock | Flow) -> Stock | Flow:
    """The same question, a stock with whether the images can answer it. One small query."""
    if isinstance(what, Flow) or what.known is not None:
        return what
    with connection.cursor() as cursor:
        after = [measure.id, connection.ops.adapt_datefield_value(what.on)]
        cursor.execute("SELECT 1 FROM fig_line WHERE measure = %s AND day > %s LIMIT 1", after)
        return replace(what, today=cursor.fetchone() is None)


def count(
    measure: Measure, what: Stock | Flow, territory: Territory, *, units: str | None, columns: Sequence[str]
) -> list[Counted]:
    """What counts in the territory, by units of a level (or none) and by columns. A NULL unit: the map cannot say.

    A stock counts the states that count; a flow whatever has entered.
    """
    return _ask(measure, what, _inside(territory), _ground(territory.map, units), columns)


def apart(measure: Measure, what: Stock | Flow, territory: Territory) -> list[Counted]:
    """A stock's states that do not count ("removed"), in the territory; a flow has none."""
    if isinstance(what, Flow):
        return []
    return _ask(measure, what, _inside(territory), _ground(territory.map, None), ("state",), counts=False)


def beside(measure: Measure, what: Stock | Flow, territory: Territory) -> int:
    """What may belong to the territory although its map cannot say so; nothing for the nation.

    On an older map: what was recorded in a unit that this map does not know, on the same ground of today. On today's
    map: what was recorded in a divided commune, waits to be placed, and may go to this one.
    """
    asked = _maybe_inside(territory)
    if asked is None:
        return 0
    rows = _ask(measure, what, asked, _ground(territory.map, territory.level), ())
    return sum(row.n for row in rows if row.unit(territory.level) is None)


def laid(measure: Measure, what: Stock | Flow, today: Territory, map: date) -> dict[int, int]:
    """What counts in a territory of today's map, by the province it lay in on another map; what it cannot say apart."""
    rows = _ask(measure, what, _inside(today), _ground(map, "province"), ())
    return {row.province: row.n for row in rows if row.province is not None}


def unplaced(measure: Measure, what: Stock | Flow, province: int | None) -> int:
    """On today's map: what was recorded in communes that were divided and waits for a person to place it."""
    text = "SELECT p.id FROM place p WHERE p.now_c IS NULL AND EXISTS (SELECT 1 FROM place c WHERE c.refines = p.id)"
    inside = _Sql(text) if province is None else _Sql(text + " AND p.now_p = %s", (province,))
    return sum(row.n for row in _ask(measure, what, inside, _ground("now", None), ()))


def _ask(
    measure: Measure,
    what: Stock | Flow,
    inside: _Sql | None,
    ground: _Sql,
    columns: Sequence[str],
    *,
    counts: bool = True,
) -> list[Counted]:
    """One question. Lines are added up by place first, and only then the few sums are put on the map."""
    lines = _lines(measure, what, counts)
    chosen = "".join(f", {column}" for column in columns)
    outer = "".join(f", x.{column}" for column in columns)
    units, _bar, join = ground.text.partition("|")
    where = f"{lines.text} AND place IN ({inside.text})" if inside else lines.text
    number = "amount" if measure.scale else "n"
    sql = (
        f"SELECT {units}{outer}, sum(x.n) FROM"  # noqa: S608
        f" (SELECT place{chosen}, sum({number}) AS n FROM {where} GROUP BY place{chosen}) x"
        f" {join} GROUP BY {', '.join(str(i + 1) for i in range(2 + len(columns)))}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*lines.params, *(inside.params if inside else ()), *ground.params])
        return [Counted(p, c, tuple(numbers), int(n)) for p, c, *numbers, n in cursor.fetchall() if n]


def _lines(measure: Measure, what: Stock | Flow, counts: bool) -> _Sql:
    """Where the numbers lie."""
    day, moment = connection.ops.adapt_datefield_value, connection.ops.adapt_datetimefield_value
    known, then = (" AND known <= %s", (moment(what.known),)) if what.known else ("", ())
    if isinstance(what, Flow):
        text = "fig_line WHERE measure = %s AND cause = %s AND day >= %s AND day < %s" + known
        return _Sql(text, (measure.id, int(Cause.ENTER), day(what.start), day(what.end), *then))
    states = sorted(measure.counted)
    only = f" AND state {'IN' if counts else 'NOT IN'} ({', '.join(['%s'] * len(states))})"
    if what.today:
        return _Sql("fig_now WHERE measure = %s" + only, (measure.id, *states))
    text = "fig_line WHERE measure = %s AND day <= %s" + only + known
    return _Sql(text, (measure.id, day(what.on), *states, *then))


def _ground(map: MapChoice, units: str | None) -> _Sql:
    """Columns of province and commune as far as they are asked for, and the join that finds them, parted by "|"."""
    if units is None:
        return _Sql("NULL, NULL|")
    if not isinstance(map, date):
        side = "now" if map == "now" else "rec"
        commune = "NULL" if units == "province" else f"g.{side}_c"
        return _Sql(f"g.{side}_p, {commune}|JOIN place g ON g.id = x.place")
    commune = "NULL" if units == "province" else "g.commune"
    join = (
        f"g.province, {commune}|LEFT JOIN place_unit g ON g.place = x.place AND g.since ="  # noqa: S608
        " (SELECT max(z.since) FROM place_unit z WHERE z.place = x.place AND z.since <= %s)"
    )
    return _Sql(join, (connection.ops.adapt_datefield_value(map),))


def _inside(territory: Territory) -> _Sql | None:
    if territory.unit is None:
        return None
    if isinstance(territory.map, date):
        text = (  # the level is one of two words of ours
            f"SELECT u.place FROM place_unit u WHERE u.{territory.level} = %s"  # noqa: S608
            " AND u.since = (SELECT max(z.since) FROM place_unit z WHERE z.place = u.place AND z.since <= %s)"
        )
        return _Sql(text, (territory.unit, connection.ops.adapt_datefield_value(territory.map)))
    column = ("now_" if territory.map == "now" else "rec_") + territory.level[0]
    return _Sql(f"SELECT id FROM place WHERE {column} = %s", (territory.unit,))  # noqa: S608


def _maybe_inside(territory: Territory) -> _Sql | None:
    if territory.unit is None or territory.map == "recorded":
        return None
    if territory.map == "now":
        if territory.level == "province":
            return None  # today's province of every place is known
        text = "SELECT p.id FROM place p WHERE p.now_c IS NULL AND p.id IN (SELECT refines FROM place WHERE now_c = %s)"
        return _Sql(text, (territory.unit,))
    column = f"now_{territory.level[0]}"
    text = f"SELECT id FROM place WHERE {column} IN ({_ROOT.format(column, column)})"  # noqa: S608
    return _Sql(text, (territory.unit,))
