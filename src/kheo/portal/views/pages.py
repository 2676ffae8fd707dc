"""The pages people read: home, the list, a model, a place, the map of a figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kheo.base import clock
from kheo.base.access import Actor
from kheo.base.errors import Invisible, Refused
from kheo.base.sheets import file_kind, table_file
from kheo.figures.queries import table
from kheo.figures.words import Shown, Table, plain, quoted_word
from kheo.initiatives.queries import (
    PublicPage,
    Wanted,
    public_model,
    public_page,
    public_photos,
    results_of,
    unit_named,
)
from kheo.initiatives.words import Field, PublicRow, State
from kheo.portal.forms import LARGEST_NUMBER, ListQuestion, MapQuestion
from kheo.portal.queries import PAGE, Drawn, country_map, front, portrait
from kheo.units.words import Level


def as_day(text: str) -> date | None:
    """The day a report's text names; None when it names a month or a year only."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


QUOTING: dict[str, Any] = {"word": quoted_word, "plain": plain, "as_day": as_day}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The map and figures with their captions, the newest models, the way to units and to signing in."""
    context = {"front": front(_actor(request), clock.today()), **QUOTING}
    return render(request, "portal/home.html", context)


@require_safe
def models(request: HttpRequest) -> HttpResponseBase:
    """The list of what everybody may read, narrowed by words, field, unit and term."""
    today = clock.today()
    form = ListQuestion(request.GET, on=today)
    page, wanted = PublicPage(()), form.wanted
    if wanted is not None:
        if kind := file_kind(request):
            return _list_file(kind, wanted, today)
        after, before = _number(request, "after"), _number(request, "before")
        page = public_page(wanted, on=today, size=PAGE, after=after, before=None if after is not None else before)
    return render(request, "portal/models.html", {"form": form, "page": page, "by_words": bool(form.value("q"))})


def _list_file(kind: str, wanted: Wanted, today: date) -> FileResponse:
    """The list as it is narrowed, page after page, as a file; what a demonstration made up says so in its row."""

    def rows() -> Iterator[PublicRow]:
        after: int | None = None
        while True:
            page = public_page(wanted, on=today, size=500, after=after)
            yield from page.rows
            after = page.after
            if after is None:
                return

    lines = (
        (r.id, r.title, r.unit_name, r.province_name, str(Field(r.field).label), str(State(r.state).label), r.period,
         r.goal, _("demonstration") if r.is_demo else "")
        for r in rows()
    )  # fmt: skip
    headings = (
        *(_("Number"), _("Name of the model"), _("Unit"), _("Province"), _("Field"), _("State"), _("Period")),
        *(_("Goal"), _("Note")),
    )
    return table_file(kind, name="models", headings=headings, rows=lines, on=today)


@require_safe
def model(request: HttpRequest, pk: int) -> HttpResponse:
    """One model as everybody may read it; a draft, a returned or a voided one is not told from none."""
    row = public_model(pk, on=clock.today())
    if row is None:
        raise Invisible
    context = {"row": row, "results": results_of(row.id), "photos": public_photos(row.id)}
    return render(request, "portal/model.html", context)


@require_safe
def place(request: HttpRequest, uid: str) -> HttpResponse:
    """A unit of any map: its figures, what reports say of it, its models. A code leads to its unit of today."""
    today = clock.today()
    unit = unit_named(uid, today)
    if unit is None:
        raise Invisible
    if uid != unit.uid:
        return redirect("portal:place", uid=unit.uid)
    page = portrait(unit, on=today, actor=_actor(request))
    return render(request, "portal/place.html", {"page": page, "levels": Level, **QUOTING})


@require_safe
def map(request: HttpRequest) -> HttpResponse:
    """A figure on the map, by province or by the communes of one, with the same numbers as a table."""
    today = clock.today()
    form = MapQuestion(request.GET, on=today)
    drawn: Drawn | None = None
    level = "province" if form.of_id is None else "commune"
    by = [level, *(["field"] if form.field_asked else [])]
    try:
        found = table(form.figure.code, of=form.of_id, by=by, period=form.period_asked, on=today, actor=_actor(request))
    except Refused as no:
        form.add_error("measure", str(no.refusal.text))
    else:
        rows = [row for row in found.rows if not form.field_asked or row["field"] == form.field_asked]
        numbers = {str(row[f"{level}_uid"]): (str(row[f"{level}_name"]), row["n"]) for row in rows}
        drawn = country_map(numbers, found.caption, *_whole(form, found, rows))  # type: ignore[arg-type]
    return render(request, "portal/map.html", {"form": form, "drawn": drawn, "level": level})


def _whole(form: MapQuestion, found: Table, rows: Sequence[dict[str, object]]) -> tuple[Shown, Shown]:
    """The sum of what is shown, and what of it lies at no unit; of one field only what lies at units can be told."""
    if not form.field_asked:
        return found.total, found.kept_higher
    return sum(n for row in rows if isinstance(n := row["n"], int)), 0


def _number(request: HttpRequest, name: str) -> int | None:
    """A number of an address, as far as a database knows numbers; anything else is as if it were not there."""
    text = request.GET.get(name, "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else None
    return number if number is not None and number <= LARGEST_NUMBER else None


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
