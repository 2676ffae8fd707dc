"""The public pages of figures: the matrix of coverage, tables, and figures quoted from reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kheo.base import clock
from kheo.base.access import Actor
from kheo.base.errors import Invisible, Refused
from kheo.base.powers import Power
from kheo.base.sheets import file_kind, table_file
from kheo.figures import queries
from kheo.figures.forms import MatrixQuestion, Question, TableQuestion
from kheo.figures.words import Caption, Coverage, Measure, Quoted, Shown, Table, quoted_word
from kheo.units.queries import spot_of

GAPS_NAMED = 8


@require_GET
def coverage(request: HttpRequest) -> HttpResponseBase:
    """Units against a dimension, gaps first: an officer's own province, or the country by province."""
    actor, today, measure = _actor(request), clock.today(), _measure(request)
    form = MatrixQuestion(request.GET, measure=measure, home=queries.home_of(actor))
    matrix: Coverage | None = None
    try:
        matrix = queries.coverage(
            measure.code,
            of=form.of_id,
            by=form.by_asked,
            period=form.period_asked,
            map=form.map_asked,
            on=today,
            actor=actor,
        )
    except Refused as no:
        form.add_error("of" if form.of_id is not None else "map", str(no.refusal.text))
    if matrix is not None and (kind := file_kind(request)):
        head = ["unit", "name", *(code for code, _label in matrix.members), "total"]
        lines = ([row.unit_code, row.unit_name, *row.cells.values(), row.total] for row in form.sort(matrix.rows))
        return _file(kind, f"coverage-{measure.code}", head, lines, matrix.caption, today)
    fills = matrix is not None and form.by_asked == "field" and _may_fill(actor, form, matrix)
    gaps = [_gaps(row.unit_name, row.cells, matrix) for row in matrix.units_with_gaps] if matrix is not None else []
    rows = form.sort(matrix.rows) if matrix is not None else []
    context = {
        "matrix": matrix,
        "bounds": _bounds(matrix, measure),
        "rows": rows,
        "fills": fills,
        "gaps": gaps[:GAPS_NAMED],
        "more_gaps": len(gaps[GAPS_NAMED:]),
    }
    return _page(request, "figures/coverage.html", form, actor, context)


@require_GET
def table(request: HttpRequest) -> HttpResponseBase:
    """Counts by one or two dimensions, of a territory, on a map."""
    actor, today, measure = _actor(request), clock.today(), _measure(request)
    form = TableQuestion(request.GET, measure=measure, home=queries.home_of(actor))
    found: Table | None = None
    try:
        found = queries.table(
            measure.code,
            of=form.of_id,
            by=form.by_asked,
            period=form.period_asked,
            map=form.map_asked,
            on=today,
            actor=actor,
        )
    except Refused as no:
        at = "across" if no.refusal.code == "figures.dimensions_too_many" else "of" if form.of_id is not None else "map"
        form.add_error(at, str(no.refusal.text))
    if found is not None and (kind := file_kind(request)):
        lines = ([row[code] for code in _columns(found)] for row in found.rows)
        return _file(kind, f"table-{measure.code}", _columns(found), lines, found.caption, today)
    context: dict[str, Any] = {"found": found, "grid": None, "apart": [], "records": None}
    if found is not None:
        records = _records(actor, form)
        context |= {"grid": _grid(found, measure), "apart": _apart(found, measure), "records": records}
    return _page(request, "figures/table.html", form, actor, context)


@require_GET
def quoted(request: HttpRequest) -> HttpResponseBase:
    """Figures taken from reports, by territory; drawn hollow, with qualifier, period and source, never added up."""
    groups: dict[str, list[Quoted]] = {}
    listed = queries.quoted()
    if kind := file_kind(request):
        lines = (
            (
                q.territory,
                q.code,
                quoted_word(q.qualifier),
                q.value,
                q.unit_of_count,
                q.period_from,
                q.period_to,
                q.source,
            )
            for q in listed
        )
        headings = (
            *(_("Territory"), _("Figure"), _("As it is said"), _("Value"), _("Unit of count"), _("From"), _("To")),
            _("Source"),
        )
        return table_file(kind, name="quoted-figures", headings=headings, rows=lines, on=clock.today())
    for figure in listed:
        groups.setdefault(figure.territory, []).append(figure)
    actor = _actor(request)
    context = {"groups": groups, "frame": _frame(actor), "when": _day_or_text, "word": quoted_word}
    return render(request, "figures/quoted.html", context)


@dataclass(frozen=True)
class Line:
    """One row of a table as it is drawn: what it is of, its numbers, their sum where there is more than one."""

    code: str
    label: Any
    uid: str
    numbers: tuple[Shown, ...]
    total: Shown | None


@dataclass(frozen=True)
class Grid:
    """A table as it is drawn: the dimension in the rows, and the members in the columns, if any."""

    head: Any
    columns: tuple[tuple[str, Any], ...]
    lines: tuple[Line, ...]


def _grid(found: Table, measure: Measure) -> Grid:
    """The rows of an answer side by side: one column of numbers, or one for each member of the second dimension."""
    first, *rest = found.by
    columns: dict[str, Any] = {}
    labels: dict[str, tuple[str, Any, str]] = {}
    numbers: dict[str, list[Shown]] = {}
    for row in found.rows:
        key, label, uid = _member(measure, first, row)
        labels[key] = (str(row[first]), label, uid)
        numbers.setdefault(key, []).append(row["n"])  # type: ignore[arg-type]
        for code in rest:
            other, name, _uid = _member(measure, code, row)
            columns[other] = (str(row[code]), name)
    dimension = measure.dimension(first)
    lines = tuple(Line(*labels[key], tuple(cells), _sum(cells) if rest else None) for key, cells in numbers.items())
    return Grid(dimension.label if dimension else "", tuple(columns.values()), lines)


def _apart(found: Table, measure: Measure) -> list[tuple[Any, Any]]:
    """The states that do not count, by name, with their numbers."""
    states = next((d for d in measure.dimensions if d.column == "state"), None)
    return [(_member(measure, states.code, row)[1], row["n"]) for row in found.apart] if states else []


def _member(measure: Measure, code: str, row: dict[str, object]) -> tuple[str, Any, str]:
    """Key, label and public id (of a unit) of what a row says under a dimension."""
    dimension = measure.dimension(code)
    if dimension is None:
        uid = str(row[f"{code}_uid"])
        return uid, row[f"{code}_name"], uid
    own = str(row[code])
    return own, dimension.members[dimension.number_of(own)][1], ""


def _sum(cells: Sequence[Shown]) -> Shown | None:
    """The sum of a row; none where a number of it may not be shown."""
    whole = [n for n in cells if isinstance(n, int | Decimal)]
    return sum(whole) if len(whole) == len(cells) else None


def _columns(found: Table) -> list[str]:
    return [*(key for key in (found.rows[0] if found.rows else {}) if key != "n"), "n"]


def _gaps(name: str, cells: Any, matrix: Coverage) -> tuple[str, list[Any]]:
    """A unit and the members it has nothing of."""
    return name, [label for code, label in matrix.members if cells[code] == 0]


def _bounds(matrix: Coverage | None, measure: Measure) -> tuple[int, ...]:
    """Where the shades of a matrix begin: fixed where models are counted, a fifth of the cells each for amounts."""
    if matrix is None or not measure.scale:
        return ()
    told = sorted(int(n) for row in matrix.rows for n in row.cells.values() if isinstance(n, int | Decimal) and n)
    bounds = [1]
    for fifth in range(1, 5):
        n = told[len(told) * fifth // 5] if told else 0
        n -= n % 10 ** max(0, len(str(n)) - 2)
        bounds.append(max(n, bounds[-1] + 1))
    return tuple(bounds)


def _may_fill(actor: Actor, form: Question, matrix: Coverage) -> bool:
    """Whether a gap may lead this actor to a new registration."""
    if (
        not actor.may(Power.INITIATIVES_REGISTER)
        or form.of_id is None
        or matrix.level != "commune"
        or form.map_asked != "now"
    ):
        return False
    return actor.may(Power.INITIATIVES_REGISTER, spot_of(form.of_id))


def _records(actor: Actor, form: Question) -> str | None:
    """The address of the records behind the numbers, for who may see them."""
    if form.asked.code != "initiatives" or form.map_asked != "now" or not actor.may(Power.INITIATIVES_SEE):
        return None
    narrow = {"unit": f"u{form.of_id:05d}"} if form.of_id is not None else {}
    if form.period_asked is not None and form.period_asked.registers:
        narrow["period"] = form.period_asked.code
    return reverse("initiatives:list") + (f"?{urlencode(narrow)}" if narrow else "")


def _page(request: HttpRequest, template: str, form: Question, actor: Actor, more: dict[str, Any]) -> HttpResponse:
    return render(request, template, {"form": form, "measure": form.asked, "frame": _frame(actor), **more})


def _file(
    kind: str, name: str, head: Sequence[object], lines: Iterable[Sequence[Any]], caption: Caption, on: date
) -> FileResponse:
    """A table as a file for spreadsheets; the last line says what the numbers are."""
    rows = chain(lines, [[caption.sentence()]])
    return table_file(kind, name=f"kheo-{name}", headings=head, rows=rows, on=on)


def _measure(request: HttpRequest) -> Measure:
    """The measure asked for, or the first; a page of a measure that is not there does not exist."""
    measures = queries.measures()
    wanted = request.GET.get("measure")
    found = next((m for m in measures if wanted in (None, m.code)), None)
    if found is None:
        raise Invisible
    return found


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _frame(actor: Actor) -> str:
    return "frame/office.html" if actor.signed_in else "frame/public.html"


def _day_or_text(written: str) -> date | str:
    """A day if it is one, else the text as it stands ("2020")."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return written
