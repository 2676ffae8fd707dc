"""A change of a model that is there; of two people at once the second chooses field by field, nothing is lost."""

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
from kheo.initiatives.forms import ChangeSheet
from kheo.initiatives.models import Initiative
from kheo.initiatives.views.listing import actor_of
from kheo.initiatives.views.model import STALE
from kheo.initiatives.views.sheet import finish
from kheo.initiatives.words import State


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a model in the sheet it was registered with; a draft is finished there."""
    actor = actor_of(request)
    if not actor.signed_in:
        must(actor, Power.INITIATIVES_REGISTER, None)
    initiative = queries.reach(actor, Power.INITIATIVES_SEE, pk)
    if initiative.state == State.DRAFT:
        must(actor, Power.INITIATIVES_REGISTER, initiative)
        return finish(request, initiative)
    form = _form(request.POST if request.method == "POST" else None, initiative, actor)
    must(actor, form.power, initiative)
    if refusal := rules.why_not_change(initiative):
        raise Refused(refusal)
    if request.method == "GET":
        return _sheet(request, form, initiative)
    if "asked" in request.POST:
        picked = form.picked()
        if picked is None:
            return _conflict(request, initiative, form)
        form = _form(picked, initiative, actor)
    if not form.is_valid():
        return _sheet(request, form, initiative)
    try:
        actions.change(
            actor=actor,
            initiative=initiative,
            values=form.values(),
            mistake=form.mistake,
            version=form.cleaned_data["version"],
            on=clock.today(),
            known=clock.now(),
        )
    except Refused as no:
        if any(refusal.code == STALE for refusal in no.refusals):
            return _meanwhile(request, pk, actor)
        form.take(no)
        return _sheet(request, form, initiative)
    return _saved(request, initiative)


def _meanwhile(request: HttpRequest, pk: int, actor: Actor) -> HttpResponse:
    """Somebody changed it while the sheet was open: the same change needs nothing more, another one is asked about."""
    initiative = queries.reach(actor, Power.INITIATIVES_SEE, pk)
    form = _form(request.POST, initiative, actor)
    return _conflict(request, initiative, form) if form.differences() else _saved(request, initiative)


def _form(data: Any, initiative: Initiative, actor: Actor) -> ChangeSheet:
    return ChangeSheet(data, initiative=initiative, actor=actor, on=clock.today())


def _saved(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    messages.success(request, _("“%(title)s” is saved.") % {"title": initiative.title})
    return redirect("initiatives:detail", initiative.pk)


def _sheet(request: HttpRequest, form: ChangeSheet, initiative: Initiative) -> HttpResponse:
    return render(request, "initiatives/sheet.html", {"form": form, "initiative": initiative, "draft": None})


def _conflict(request: HttpRequest, initiative: Initiative, form: ChangeSheet) -> HttpResponse:
    """Field by field what stands now and what was typed, one of them to choose. Status 409."""
    differences = form.differences()
    context = {
        "row": queries.rows_of([initiative], on=clock.today())[0],
        "initiative": initiative,
        "form": form,
        "differences": differences,
        "asked": " ".join(difference.name for difference in differences),
        "carried": form.carried() | {"version": str(initiative.version)},  # what was typed, over what now stands
        "unanswered": "asked" in request.POST,
    }
    return render(request, "initiatives/choose.html", context, status=409)
