"""The registration sheet: a new model, or a change of one that is there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kheo.base import clock
from kheo.base.access import Actor, must
from kheo.base.errors import Refused
from kheo.base.powers import Power
from kheo.initiatives import actions, queries, rules
from kheo.initiatives.forms import ChangeSheet, RegistrationSheet
from kheo.initiatives.rules import Seat
from kheo.initiatives.views.listing import actor_of
from kheo.initiatives.views.model import STALE, conflict
from kheo.initiatives.words import State
from kheo.units.queries import root_place


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register a model in one sheet. What was typed stays when something is wrong; look-alikes are asked about."""
    actor, today = actor_of(request), clock.today()
    must(actor, Power.INITIATIVES_REGISTER, None)
    if request.method == "GET":
        wished = {key: request.GET[key][:300] for key in ("unit", "field", "title") if key in request.GET}
        return _sheet(request, RegistrationSheet(actor=actor, on=today, initial=wished))
    form = RegistrationSheet(request.POST, actor=actor, on=today)
    if not form.is_valid() or form.ask_about(_look_alikes(form, actor)):
        return _sheet(request, form)
    try:
        initiative = actions.register(
            actor=actor,
            unit_id=form.chosen_unit.id if form.chosen_unit else None,
            owner=form.chosen_owner,
            period=form.chosen_term,
            **form.values(),
            on=today,
            known=clock.now(),
        )
    except Refused as no:
        form.take(no)
        return _sheet(request, form)
    if initiative.state == State.ACCEPTED:
        messages.success(request, _("“%(title)s” is registered and in the list.") % {"title": initiative.title})
    else:
        said = _("“%(title)s” is registered and waits for acceptance.") % {"title": initiative.title}
        messages.success(request, said)
    return redirect("initiatives:detail", initiative.pk)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a model in the same sheet; of two people who change it at once the second is told."""
    actor, today = actor_of(request), clock.today()
    if not actor.signed_in:
        must(actor, Power.INITIATIVES_REGISTER, None)
    initiative = queries.reach(actor, Power.INITIATIVES_SEE, pk)
    form = ChangeSheet(request.POST if request.method == "POST" else None, initiative=initiative, actor=actor, on=today)
    must(actor, form.power, initiative)
    if refusal := rules.why_not_change(initiative):
        raise Refused(refusal)
    if request.method == "GET" or not form.is_valid():
        return _sheet(request, form, initiative=initiative)
    try:
        actions.change(
            actor=actor,
            initiative=initiative,
            values=form.values(),
            mistake=form.mistake,
            version=form.cleaned_data["version"],
            on=today,
            known=clock.now(),
        )
    except Refused as no:
        if any(refusal.code == STALE for refusal in no.refusals):
            return conflict(request, pk, no, typed=form.typed())
        form.take(no)
        return _sheet(request, form, initiative=initiative)
    messages.success(request, _("“%(title)s” is saved.") % {"title": initiative.title})
    return redirect("initiatives:detail", pk)


def _look_alikes(form: RegistrationSheet, actor: Actor) -> list[Any]:
    """Models nearly the same in the commune and field chosen."""
    if form.chosen_owner:
        spot: Any = form.chosen_owner
    elif form.chosen_unit:
        place = root_place(form.chosen_unit.id)
        spot = Seat(place.now_p, place.now_c, place.pk)
    else:
        return []
    given = form.cleaned_data
    return queries.alike(given["title"], spot, field=given["field"], actor=actor, on=form.on, limit=3)


def _sheet(request: HttpRequest, form: RegistrationSheet, **more: Any) -> HttpResponse:
    return render(request, "initiatives/sheet.html", {"form": form, "initiative": None} | more)
