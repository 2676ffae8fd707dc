"""Tables: stock on a day or flow of a period, by up to two dimensions, on any map the places can answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from typing import TYPE_CHECKING

from kheo.base.access import Actor
from kheo.base.errors import refuse_if
from kheo.figures import rules
from kheo.figures.queries import counting, ground
from kheo.figures.queries.counting import Counted, Flow, Stock, Territory
from kheo.figures.queries.terms import measure as measure_of
from kheo.figures.words import SMALL, Dimension, MapChoice, Measure, PeriodView, Shown, Table

if TYPE_CHECKING:
    from kheo.base.errors import StrOrPromise


def table(
    measure_code: str,
    *,
    of: int | None,
    by: Sequence[str],
    period: PeriodView | None,
    map: MapChoice = "now",
    on: date,
    actor: Actor,
    known: datetime | None = None,
) -> Table:
    """With a period: what entered in it (flow). Without: what counts on the day `on` (stock). Zeros are rows too.

    `of` is a unit id or None for the nation, `by` codes of the measure's dimensions, "province" or "commune". `known`
    asks as the journal stood at that moment. Refuses what the measure or the map cannot answer; nothing is invented.
    """
    what = Flow(period.start, period.end, known) if period else Stock(on, known)
    return _answer(measure_of(measure_code), what, of=of, by=tuple(by), map=map, period=period, on=on, actor=actor)


def stock(
    measure_code: str,
    *,
    of: int | None,
    by: Sequence[str],
    on: date,
    actor: Actor,
    map: MapChoice = "now",
    known: datetime | None = None,
) -> Table:
    """What counts at the end of the day `on`."""
    return table(measure_code, of=of, by=by, period=None, map=map, on=on, actor=actor, known=known)


def flow(
    measure_code: str,
    *,
    of: int | None,
    by: Sequence[str],
    start: date,
    end: date,
    actor: Actor,
    map: MapChoice = "now",
    known: datetime | None = None,
) -> Table:
    """What entered in [start, end): any calendar period, the State's 15th to 14th, "to 27 August"."""
    name = f"{start.isoformat()}..{end.isoformat()}"
    period = PeriodView(0, name, name, start, end, "")
    return table(measure_code, of=of, by=by, period=period, map=map, on=end, actor=actor, known=known)


@dataclass(frozen=True)
class _Axis:
    """One dimension of the table: its members in order (key -> what a row says of it) and the key of an answer."""

    members: Mapping[str, dict[str, object]]
    key: Callable[[Counted], str | None]


def _answer(
    measure: Measure,
    what: Stock | Flow,
    *,
    of: int | None,
    by: tuple[str, ...],
    map: MapChoice,
    period: PeriodView | None,
    on: date,
    actor: Actor,
) -> Table:
    refuse_if(rules.why_not_by(measure, by) or rules.why_not_map(measure, map))
    ground.may_ask(measure, of, actor)
    where, name = ground.territory(of, map)
    what = counting.settled(measure, what)
    columns = [d.column for code in by if (d := measure.dimension(code))]
    level = next((code for code in by if code in rules.UNIT_DIMENSIONS), None)
    counted = counting.count(measure, what, where, units=level, columns=columns)
    lost = counting.beside(measure, what, where)
    if level is not None and where.unit is None:
        lost += sum(row.n for row in counted if row.province is None)
        counted = [row for row in counted if row.province is not None]
    axes = [_axis(measure, what, code, where, columns, counted) for code in by]
    cells: dict[tuple[str, ...], int] = dict.fromkeys(product(*(axis.members for axis in axes)), 0)
    higher = 0
    for row in counted:
        key = [axis.key(row) for axis in axes]
        if None in key:
            higher += row.n  # kept at the province, or waiting to be placed in a commune
        else:
            cells[tuple(str(part) for part in key)] += row.n
    shown, shown_higher, total = _shown(measure, cells, higher)
    rows = [
        {**{k: v for axis, part in zip(axes, key, strict=True) for k, v in axis.members[part].items()}, "n": shown[key]}
        for key in cells
    ]
    return Table(
        rows=tuple(rows),
        total=total,
        not_on_this_map=alone(measure, lost),
        caption=ground.caption(measure, what, where, name, period, on),
        by=by,
        kept_higher=shown_higher,
        apart=_apart(measure, counting.apart(measure, what, where)),
    )


def members_of(measure: Measure, dimension: Dimension, what: Stock | Flow) -> dict[int, tuple[str, StrOrPromise]]:
    """The members an answer runs through: of the states only those that count, unless it tells what entered."""
    every = isinstance(what, Flow) or dimension.column != "state"
    return {number: member for number, member in dimension.members.items() if every or number in measure.counted}


def _apart(measure: Measure, rows: Sequence[Counted]) -> tuple[dict[str, object], ...]:
    """The states told apart, with their numbers."""
    states = next((d for d in measure.dimensions if d.column == "state"), None)
    if states is None:
        return ()
    sums = {row.numbers[0]: row.n for row in rows}
    return tuple({states.code: states.code_of(state), "n": alone(measure, n)} for state, n in sorted(sums.items()))


def alone(measure: Measure, n: int) -> Shown:
    """A number that stands alone, as it may be shown."""
    return SMALL if measure.small_cells and 0 < n < rules.SMALLEST_SHOWN else measure.told(n)


def _shown(
    measure: Measure, cells: Mapping[tuple[str, ...], int], higher: int
) -> tuple[Mapping[tuple[str, ...], Shown], Shown, Shown]:
    """The cells, what is kept higher, and the total, as they may be shown."""
    if not measure.small_cells:
        told, total = measure.told, sum(cells.values()) + higher
        shown: Mapping[tuple[str, ...], Shown] = cells
        if measure.places:
            shown = {key: told(n) for key, n in cells.items()}
        return shown, told(higher), told(total)
    beside = ("/", "/")  # one more cell, under a name no code can have
    pairs = {key: ((*key, "-", "-")[0], (*key, "-", "-")[1]) for key in cells}
    hidden = rules.hide_small({**{pairs[key]: n for key, n in cells.items()}, beside: higher})
    return {key: hidden[pairs[key]] for key in cells}, hidden[beside], hidden[rules.ALL, rules.ALL]


def _axis(
    measure: Measure,
    what: Stock | Flow,
    code: str,
    where: Territory,
    columns: Sequence[str],
    counted: Sequence[Counted],
) -> _Axis:
    dimension = measure.dimension(code)
    if dimension is not None:
        codes = {number: own for number, (own, _label) in members_of(measure, dimension, what).items()}
        at = columns.index(dimension.column)
        return _Axis({own: {code: own} for own in codes.values()}, lambda row: codes[row.numbers[at]])
    views = {view.id: view for view in ground.units_of(where, code)}
    strays = {unit for row in counted if (unit := row.unit(code)) is not None} - views.keys()
    if strays:  # a map as recorded has no list of units; and a unit no list knows is shown all the same
        views |= {
            view.id: view for view in sorted(ground.named(strays, where.map).values(), key=lambda v: (v.sort_key, v.id))
        }
    uids: dict[int | None, str] = {view.id: view.uid for view in views.values()}
    members: dict[str, dict[str, object]] = {
        view.uid: {code: view.code, f"{code}_uid": view.uid, f"{code}_name": view.full_name} for view in views.values()
    }
    return _Axis(members, lambda row: uids.get(row.unit(code)))
