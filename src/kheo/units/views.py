"""The public pages of the map: find a unit, and everything a unit was, is and became."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kheo.base import clock
from kheo.base.errors import Invisible
from kheo.base.sheets import file_kind, table_file
from kheo.units import queries
from kheo.units.forms import SearchForm
from kheo.units.resolver import Resolver
from kheo.units.words import How, Level


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """Find a unit by what is written, on a day; below it the provinces of that day."""
    form, on = _asked(request)
    found = None
    words = form.cleaned_data["q"] if form.is_valid() else ""
    if words:
        found = Resolver.for_day(on).resolve(words)
    shown = [found.unit] if found and found.unit else list(found.candidates) if found else []
    parents = queries.views((unit.parent_id for unit in shown if unit.parent_id is not None), on)
    provinces = queries.provinces_with_communes(on)
    if kind := file_kind(request):
        lines = ((p.unit.code, p.unit.full_name, p.districts, p.communes) for p in provinces)
        headings = (_("Code"), _("Province"), _("Districts"), _("Communes"))
        return table_file(kind, name="provinces", headings=headings, rows=lines, on=on)
    context = {
        "form": form,
        "on": on,
        "words": words,
        "found": found,
        "how": How(found.how).label if found and found.how else "",
        "shown": shown,
        "parents": parents,
        "provinces": provinces,
        "level_names": Level,
    }
    return render(request, "units/index.html", context)


@require_safe
def unit(request: HttpRequest, uid: str) -> HttpResponseBase:
    """One unit on a day, else at its nearest: name, code, parents; its past, what it became, its communes."""
    form, on = _asked(request)
    page = queries.portrait(uid, on)
    if page is None:
        raise Invisible
    if kind := file_kind(request):
        lines = ((u.code, u.full_name, u.valid_from, u.valid_to) for u in (*page.districts, *page.communes))
        headings = (_("Code"), _("Unit"), _("From"), _("To"))
        return table_file(kind, name=f"units-of-{uid}", headings=headings, rows=lines, on=page.inside_on)
    return render(request, "units/unit.html", {"form": form, "on": on, "page": page})


def _asked(request: HttpRequest) -> tuple[SearchForm, date]:
    """The form as it was sent and the day it asks about; a day that cannot be read counts as today and is said so."""
    today = clock.today()
    data = request.GET.copy()
    data.setdefault("on", today.isoformat())
    form = SearchForm(data)
    on = form.cleaned_data.get("on") if form.is_valid() else None
    return form, on or today
