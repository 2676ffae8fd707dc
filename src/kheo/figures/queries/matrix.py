"""Coverage: every unit against every member of a dimension, zeros included, those with most gaps first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from kheo.base.access import Actor
from kheo.base.errors import refuse_if
from kheo.figures import rules
from kheo.figures.queries import counting, ground
from kheo.figures.queries.counting import Flow, Stock
from kheo.figures.queries.tables import alone, members_of
from kheo.figures.queries.terms import measure as measure_of
from kheo.figures.words import Coverage, CoverageRow, MapChoice, Measure, PeriodView, Shown
from kheo.units.words import Level, UnitView


def coverage(
    measure_code: str,
    *,
    of: int | None,
    by: str = "field",
    period: PeriodView | None,
    on: date,
    actor: Actor,
    map: MapChoice = "now",
    known: datetime | None = None,
    rows: Level | None = None,
) -> Coverage:
    """The matrix of a territory: communes of a province (or the one commune), provinces of the nation.

    With a period: what entered in it; without: what counts on `on`. `rows=Level.COMMUNE` lists all communes of the
    nation. Refuses maps as recorded: they have no list of units (`figures.coverage_needs_map`).
    """
    measure = measure_of(measure_code)
    refuse_if(rules.why_not_coverage(measure, by, map))
    ground.may_ask(measure, of, actor)
    where, name = ground.territory(of, map)
    what = counting.settled(measure, Flow(period.start, period.end, known) if period else Stock(on, known))
    level = Level.COMMUNE if of is not None else rows or Level.PROVINCE
    dimension = measure.dimension(by)
    assert dimension is not None  # why_not_coverage
    answers = counting.count(measure, what, where, units=level, columns=[dimension.column])
    lost = counting.beside(measure, what, where)
    if where.unit is None:
        lost += sum(row.n for row in answers if row.province is None)
        answers = [row for row in answers if row.province is not None]
    members = tuple(members_of(measure, dimension, what).values())
    units = {view.id: view for view in ground.units_of(where, level)}
    counts: dict[int, dict[str, int]] = {}
    kept_cells: dict[str, Shown] = {}
    higher = 0
    for row in answers:
        unit, code = row.unit(level), dimension.code_of(row.numbers[0])
        if unit is None:
            higher += row.n
            kept_cells[code] = row.n
        else:
            cells = counts.setdefault(unit, {})
            cells[code] = cells.get(code, 0) + row.n
    units |= ground.named(counts.keys() - units.keys(), map) if counts.keys() - units.keys() else {}
    waiting = counting.unplaced(measure, what, where.unit) if higher and map == "now" else 0
    lines, total, kept = _rows(measure, units, counts, [code for code, _label in members], higher)
    return Coverage(
        rows=lines,
        members=members,
        cells=len(units) * len(members),
        zeros=sum(row.gaps for row in lines),
        total=total,
        kept_higher=kept,
        caption=ground.caption(measure, what, where, name, period, on),
        not_placed=alone(measure, waiting),
        not_on_this_map=alone(measure, lost),
        level=str(level),
        kept_cells={} if measure.small_cells else kept_cells,
    )


def _rows(
    measure: Measure,
    units: Mapping[int, UnitView],
    counts: Mapping[int, Mapping[str, int]],
    codes: list[str],
    higher: int,
) -> tuple[tuple[CoverageRow, ...], Shown, Shown]:
    """The rows in their order, the total, and what is kept higher, as they may be shown."""
    cells = {(uid, code): counts.get(uid, {}).get(code, 0) for uid in units for code in codes}
    told = measure.told
    total: Shown = told(sum(cells.values()) + higher)
    kept: Shown = told(higher)
    shown: Mapping[tuple[int, str], Shown] = cells
    if measure.places:
        shown = {key: told(n) for key, n in cells.items()}
    sums: dict[int, Shown] = {uid: told(sum(cells[uid, code] for code in codes)) for uid in units}
    if measure.small_cells:
        hidden = rules.hide_small({**{(str(uid), code): n for (uid, code), n in cells.items()}, ("/", "/"): higher})
        shown = {(uid, code): hidden[str(uid), code] for uid, code in cells}
        sums = {uid: hidden[str(uid), rules.ALL] for uid in units}
        total, kept = hidden[rules.ALL, rules.ALL], hidden["/", "/"]
    gaps = {uid: sum(cells[uid, code] == 0 for code in codes) for uid in units}
    order = sorted(units.values(), key=lambda view: (-gaps[view.id], view.sort_key, view.id))
    lines = tuple(
        CoverageRow(
            view.id,
            view.code,
            view.full_name,
            {code: shown[view.id, code] for code in codes},
            sums[view.id],
            gaps[view.id],
            view.sort_key,
        )
        for view in order
    )
    return lines, total, kept
