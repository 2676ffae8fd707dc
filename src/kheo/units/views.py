"""The public pages of the map: find a unit, and everything a unit was, is and became."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kheo.base import clock
from kheo.base.errors import Invisible
from kheo.units import queries
from kheo.units.forms import SearchForm
from kheo.units.resolver import Resolver
from kheo.units.words import How, Level


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Find a unit by what is written, on a day; below it the provinces of that day."""
    form, on = _asked(request)
    found = None
    words = form.cleaned_data["q"] if form.is_valid() else ""
    if words:
        found = Resolver.for_day(on).resolve(words)
    shown = [found.unit] if found and found.unit else list(found.candidates) if found else []
    parents = queries.views((unit.parent_id for unit in shown if unit.parent_id is not None), on)
    context = {
        "form": form,
        "on": on,
        "words": words,
        "found": found,
        "how": How(found.how).label if found and found.how else "",
        "shown": shown,
        "parents": parents,
        "provinces": queries.provinces_with_communes(on),
        "level_names": Level,
    }
    return render(request, "units/index.html", context)


@require_safe
def unit(request: HttpRequest, uid: str) -> HttpResponse:
    """One unit on a day, else at its nearest: name, code, parents; its past, what it became, its communes."""
    form, on = _asked(request)
    page = queries.portrait(uid, on)
    if page is None:
        raise Invisible
    return render(request, "units/unit.html", {"form": form, "on": on, "page": page})


def _asked(request: HttpRequest) -> tuple[SearchForm, date]:
    """The form as it was sent and the day it asks about; a day that cannot be read counts as today and is said so."""
    today = clock.today()
    data = request.GET.copy()
    data.setdefault("on", today.isoformat())
    form = SearchForm(data)
    on = form.cleaned_data.get("on") if form.is_valid() else None
    return form, on or today
