"""The sums of the leaves, and what the sheet itself says they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from kheo.base.errors import Refusal
from kheo.exchange.reader.columns import NUMBER, TICK, Column
from kheo.exchange.reader.numbers import LONGEST
from kheo.exchange.reader.rows import Gathering
from kheo.exchange.reader.shapes import Check, Grid, Heading, Raw, Row, Total
from kheo.exchange.reader.values import is_tick

_NEAR = Decimal("0.000001")


def sums_of(columns: Sequence[Column], rows: Sequence[Row]) -> tuple[dict[int, Decimal], dict[int, list[Decimal]]]:
    """Sum per column that may be added up, and the running numbers behind it (ticks count one each)."""
    sums: dict[int, Decimal] = {}
    values: dict[int, list[Decimal]] = {}
    for column in columns:
        at = column.heading.index
        if column.added:
            values[at] = _numbers(column, rows)
            sums[at] = sum(values[at], Decimal())
        elif column.kind == TICK:
            values[at] = [Decimal(1) if is_tick(row.cells[at]) else Decimal() for row in rows]
    return sums, values


def _numbers(column: Column, rows: Sequence[Row]) -> list[Decimal]:
    at = column.heading.index
    numbers = []
    for row in rows:
        cell = row.cells[at]
        if type(cell) is float and cell.is_integer():
            numbers.append(Decimal(int(cell)))
            continue
        value = column.read(row).value
        numbers.append(value if isinstance(value, Decimal) else Decimal())
    return numbers


def check(
    gatherings: Sequence[Gathering],
    grid: Grid,
    columns: Sequence[Column],
    values: Mapping[int, Sequence[Decimal]],
    leaves: int,
) -> tuple[list[Total], list[Check], list[Refusal]]:
    """The rows of sums with the leaves each should cover, every stated number checked, and what does not agree."""
    totals: list[Total] = []
    checks: list[Check] = []
    asked: list[Refusal] = []
    by_column = {column.heading.index: column for column in columns}
    running = {at: _running(numbers) for at, numbers in values.items()}
    after_previous = 0
    for gathering in gatherings:
        stated = _stated(grid.rows[gathering.row], by_column, gathering.row, values)
        total = Total(gathering.row + 1, gathering.kind, gathering.label, gathering.first, gathering.last, stated)
        if gathering.kind != "group":
            total = _covering(total, gatherings, running, leaves, after_previous)
            after_previous = gathering.last
        totals.append(total)
        for at, number in stated.items():
            summed = running[at][total.last] - running[at][total.first]
            ok = abs(number - summed) <= max(_NEAR, abs(summed) * _NEAR)
            checks.append(Check(total.number, at, number, summed, ok))
            if not ok:
                asked.append(_mismatch(total, by_column[at].heading, number, summed))
    return totals, checks, asked


def _running(numbers: Sequence[Decimal]) -> list[Decimal]:
    sums = [Decimal()]
    for number in numbers:
        sums.append(sums[-1] + number)
    return sums


def _stated(
    line: Sequence[Raw], columns: Mapping[int, Column], row: int, values: Mapping[int, Sequence[Decimal]]
) -> dict[int, Decimal]:
    found = {}
    for at in values:
        cell = line[at] if at < len(line) else ""
        if cell == "":
            continue
        column = columns[at]
        if column.kind == NUMBER and column.numbers is not None:
            value = column.numbers.read(cell, row + 1).value
        else:
            value = Decimal(str(cell)) if isinstance(cell, int | float) else _digits(cell)
        if value is not None:
            found[at] = value
    return found


def _digits(cell: Raw) -> Decimal | None:
    text = str(cell).strip().replace(".", "")
    return Decimal(text) if len(text) < LONGEST and text.isascii() and text.isdecimal() else None


def _covering(
    total: Total,
    gatherings: Sequence[Gathering],
    running: Mapping[int, Sequence[Decimal]],
    leaves: int,
    after_previous: int,
) -> Total:
    """Which leaves a total row is about: all of them, the group just above, or those since the last such row.

    The first of these that agrees with every stated number is taken; when none does, what its words say.
    """
    at = total.last
    group = next((g for g in reversed(gatherings) if g.kind == "group" and g.row < total.number - 1), None)
    everything, since = (0, leaves), (after_previous, at)
    inside = (group.first, at) if group else since
    order = [everything, inside, since] if total.kind == "total" else [inside, since, everything]
    for first, last in order:
        if total.values and all(_agrees(number, running[c], first, last) for c, number in total.values.items()):
            return replace(total, first=first, last=last)
    first, last = order[0]
    if total.kind == "subtotal" and first >= last:
        first, last = everything
    return replace(total, first=first, last=last)


def _agrees(stated: Decimal, running: Sequence[Decimal], first: int, last: int) -> bool:
    summed = running[last] - running[first]
    return abs(stated - summed) <= max(_NEAR, abs(summed) * _NEAR)


def _mismatch(total: Total, heading: Heading, stated: Decimal, summed: Decimal) -> Refusal:
    text = _("Row %(row)s, column %(column)s: the sheet says %(stated)s, but the rows it covers come to %(summed)s.")
    shown = {"row": total.number, "column": heading.name, "stated": f"{stated:f}", "summed": f"{summed:f}"}
    facts: dict[str, object] = {"stated": f"{stated:f}", "summed": f"{summed:f}"}
    return Refusal("exchange.total_mismatch", text % shown, total.number, heading.name, facts)
