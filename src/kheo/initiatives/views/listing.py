"""The list with its filters, accepting ticked rows, and the same list as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from functools import partial

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kheo.base import clock
from kheo.base.access import Actor, must
from kheo.base.errors import Invisible, Refusal, Refused
from kheo.base.powers import Power
from kheo.base.sheets import TYPES, table_file
from kheo.base.web import page_of
from kheo.figures.queries import period_on
from kheo.initiatives import actions
from kheo.initiatives.exchange import write_template
from kheo.initiatives.forms import InitiativeFilters
from kheo.initiatives.models import Initiative
from kheo.initiatives.queries import each_row, reach, rows_of, units_to_fill_in
from kheo.initiatives.words import FILE_WIDTHS, HEADINGS, State, file_cells

MOST_TICKED = 100


def actor_of(request: HttpRequest) -> Actor:
    """Who asks (people.middleware)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The list: filters as an address, stable pages, ticks where the actor may accept."""
    actor, today = actor_of(request), clock.today()
    must(actor, Power.INITIATIVES_SEE, None)
    filters = InitiativeFilters(request.GET, actor=actor, on=today, page=True)
    found = filters.found()
    states = filters.show_counts()
    count = sum(states.values())
    page = page_of(found.select_related("place", "period", "owner"), request.GET.get("page"), count=count)
    may_accept = {i.pk for i in page.rows if i.state == State.SUBMITTED and actor.may(Power.INITIATIVES_ACCEPT, i)}
    context = {
        "filters": filters,
        "offered": filters.offered(),
        "page": page,
        "rows": rows_of(page.rows, on=today),
        "may_accept": may_accept,
        "states": [(state, n) for state, n in states.items() if n],
        "sort": request.GET.get("sort", ""),
        "may_register": actor.may(Power.INITIATIVES_REGISTER),
    }
    return render(request, "initiatives/list.html", context)


@require_GET
def template(request: HttpRequest) -> FileResponse:
    """A workbook to fill in for a unit where the actor registers (`unit`, else the first of theirs), for the term."""
    actor, today = actor_of(request), clock.today()
    must(actor, Power.INITIATIVES_REGISTER, None)
    of, units = units_to_fill_in(actor, request.GET.get("unit", "")[:8], today)
    term = period_on(today)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write_template(file, of=of, units=units, period=term.code if term else "")
    file.seek(0)
    name = f"mau-dang-ky-{of.code}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES["xlsx"])


@require_POST
def accept_ticked(request: HttpRequest) -> HttpResponse:
    """Take the ticked models into the list."""
    return _ticked_deed(
        request,
        Power.INITIATIVES_ACCEPT,
        actions.accept_many,
        lambda n: ngettext("%(n)s model was taken into the list.", "%(n)s models were taken into the list.", n),
        _("Nothing was accepted."),
    )


@require_POST
def return_ticked(request: HttpRequest) -> HttpResponse:
    """Send the ticked models back with one reason."""
    return _ticked_deed(
        request,
        Power.INITIATIVES_ACCEPT,
        partial(actions.return_many, reason=request.POST.get("reason", "")),
        lambda n: ngettext("%(n)s model was returned.", "%(n)s models were returned.", n),
        _("Nothing was returned."),
    )


@require_POST
def confirm_ticked(request: HttpRequest) -> HttpResponse:
    """Confirm the ticked models for this year."""
    return _ticked_deed(
        request,
        Power.INITIATIVES_REGISTER,
        actions.confirm_many,
        lambda n: ngettext("%(n)s model was confirmed.", "%(n)s models were confirmed.", n),
        _("Nothing was confirmed."),
    )


def _ticked_deed(
    request: HttpRequest, power: Power, deed: Callable[..., Sequence[object]], done: Callable[[int], str], nothing: str
) -> HttpResponse:
    """The deed for the ticked models, all or none, each as it was seen; back to where they were ticked."""
    actor = actor_of(request)
    must(actor, power, None)
    if models := _ticked_models(request, actor):
        try:
            n = len(deed(actor=actor, seen=models, on=clock.today(), known=clock.now()))
        except Refused as no:
            for refusal in no.refusals[:20]:
                messages.error(request, str(refusal.text))
            messages.error(request, nothing)
        else:
            messages.success(request, done(n) % {"n": n})
    return HttpResponseRedirect(_back(request))


def _back(request: HttpRequest) -> str:
    """Where they were ticked: the desk, or the list with its filters."""
    if request.POST.get("from") == "desk":
        return reverse("desk:home")
    query = request.POST.get("back", "").lstrip("?")
    return reverse("initiatives:list") + (f"?{query}" if query else "")


def _ticked_models(request: HttpRequest, actor: Actor) -> list[tuple[Initiative, int]]:
    """The ticked models with the version seen of each; none with a word about it."""
    try:
        seen = [_ticked(tick) for tick in dict.fromkeys(request.POST.getlist("tick"))]
    except ValueError as fault:
        raise Invisible from fault
    if len(seen) > MOST_TICKED:
        raise Invisible
    if not seen:
        messages.warning(request, _("Nothing was ticked."))
    return [(reach(actor, Power.INITIATIVES_SEE, pk), version) for pk, version in seen]


def _ticked(tick: str) -> tuple[int, int]:
    pk, version = tick.split(":")
    if not (pk.isdecimal() and version.isdecimal()) or len(tick) > 30:
        raise ValueError(tick)
    return int(pk), int(version)


@require_GET
def export(request: HttpRequest) -> FileResponse:
    """The list with the same filters as xlsx or csv; imported again it changes nothing."""
    actor, today = actor_of(request), clock.today()
    must(actor, Power.INITIATIVES_SEE, None)
    kind = request.GET.get("format", "xlsx")
    if kind not in TYPES:
        raise Refused(Refusal("initiatives.format", _("The list is exported as xlsx or as csv.")))
    filters = InitiativeFilters(request.GET, actor=actor, on=today)
    rows = (file_cells(row) for row in each_row(filters.found_or_refused(), on=today))
    headings = tuple(HEADINGS.values())
    return table_file(
        kind, name="danh-sach-mo-hinh", sheet="Mô hình", headings=headings, rows=rows, widths=FILE_WIDTHS, on=today
    )
