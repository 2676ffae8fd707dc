"""Rows of a table: one row, a whole column with its neighbours as context, a stretch of time, the map a table is of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from kheo.units.resolver.answers import Answers, Resolution
from kheo.units.resolver.gazetteer import gazetteer
from kheo.units.resolver.resolver import Resolver

Row = tuple[str, str, str]  # name, code, parent as written; "" where the table says nothing


def resolve_row(name: str, code: str, parent_text: str, on: date) -> Resolution:
    """The unit one row of a table names on a day, anywhere in the country."""
    return Resolver.for_day(on).resolve(name, code=code, parent_written=parent_text)


def resolve_rows(
    rows: Sequence[Row], on: date, *, within: int | None = None, level: str | None = None
) -> list[Resolution]:
    """The units that the rows of one table name. Where a name fits several, those near the other rows are asked about.

    The neighbours only shorten a question; they never answer it.
    """
    resolver = Resolver.for_day(on)
    found = [resolver.resolve(n, code=c, within=within, parent_written=p, level=level) for n, c, p in rows]
    known = gazetteer()
    around = {above for r in found if r.unit for above in known.chain(r.unit.id, resolver.on)}
    if not around:
        return found
    say = Answers(known, resolver.on)
    return [_nearer(row, answer, around, say, resolver.on) for row, answer in zip(rows, found, strict=True)]


def _nearer(row: Row, answer: Resolution, around: set[int], say: Answers, on: date) -> Resolution:
    if answer.refusal is None or answer.refusal.code != "units.ambiguous" or len(answer.candidates) < 2:
        return answer
    known = gazetteer()
    places = [(unit.id, known.chain(unit.id, on) & around) for unit in answer.candidates]
    best = max(len(shared) for _unit, shared in places)
    near = [unit for unit, shared in places if len(shared) == best]
    if best == 0 or len(near) == len(places):
        return answer
    return say.ambiguous(row[0] or row[1], near)


def resolve_span(
    name: str, code: str, parent_text: str, start: date, end: date, *, within: int | None = None
) -> Resolution:
    """The unit named for all of [start, end): refused if it is on no day of it, asked if only on some."""
    first = Resolver.for_day(start).resolve(name, code=code, within=within, parent_written=parent_text)
    last_day = max(start, end - timedelta(days=1))
    last = Resolver.for_day(last_day).resolve(name, code=code, within=within, parent_written=parent_text)
    if first.unit is None and last.unit is None:
        return last
    if first.unit is not None and last.unit is not None and first.unit.id == last.unit.id:
        return replace(first, unit=last.unit)
    units = [unit for r in (first, last) for unit in ([r.unit] if r.unit else r.candidates)]
    if {_code(first), _code(last)} <= {"", "units.closed", "units.not_yet"}:
        return Answers(gazetteer(), last_day).changes_within(name or code, units)
    return first if first.unit is None else last


def _code(answer: Resolution) -> str:
    return answer.refusal.code if answer.refusal else ""


def fitting_day(rows: Iterable[Row], on: date) -> date:
    """The day to read a table on that names no day: `on`, or the last day of an older map that knows more rows."""
    rows = list(rows)
    bounds = [day for day in gazetteer().atlas.days[1:] if day <= on]
    days = [on, *(day - timedelta(days=1) for day in reversed(bounds))]
    return max(days, key=lambda day: (_resolved(rows, day), day == on, day))


def _resolved(rows: list[Row], day: date) -> int:
    resolver = Resolver.for_day(day)
    return sum(resolver.resolve(n, code=c, parent_written=p).unit is not None for n, c, p in rows)
