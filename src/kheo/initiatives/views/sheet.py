"""The registration sheet: a new model, a draft that is finished, a model of the term before that is kept."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kheo.base import clock
from kheo.base.access import Actor, must
from kheo.base.errors import Refused
from kheo.base.powers import Power
from kheo.base.web import page_of
from kheo.figures.queries import period_on
from kheo.figures.words import PeriodView
from kheo.initiatives import actions, queries, rules
from kheo.initiatives.forms import RegistrationSheet, written
from kheo.initiatives.models import Initiative
from kheo.initiatives.views.listing import actor_of
from kheo.initiatives.views.model import STALE, conflict, reached, refused
from kheo.initiatives.words import Novelty, State

# Refusals that name the model this sheet has become already, when it was sent twice.
_SENT = frozenset({"initiatives.sent_already", "initiatives.duplicate", "initiatives.kept_already"})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register a model in one sheet, or keep what is written as a draft. What was typed stays when something is wrong;
    a sheet sent twice is one model."""
    actor, today = actor_of(request), clock.today()
    must(actor, Power.INITIATIVES_REGISTER, None)
    if request.method == "GET":
        wished: dict[str, Any] = {
            key: request.GET[key][:300] for key in ("unit", "field", "title") if key in request.GET
        }
        earlier = _earlier(actor, request.GET.get("keep", ""))
        if earlier is not None:
            wished = _as_kept(earlier)
        return _sheet(request, RegistrationSheet(actor=actor, on=today, initial=wished | {"once": _number()}))
    draft = request.POST.get("deed") == "draft"
    form = RegistrationSheet(request.POST, actor=actor, on=today, draft=draft, files=request.FILES)
    there = queries.sent(actor, form.number)
    if there is not None and there.state == State.DRAFT:
        return finish(request, there)
    if there is not None and form.is_still(there):
        return _sent_already(request, there)
    if request.POST.get("deed") == "sheet" or not form.is_valid() or (not draft and _asks(request, form)):
        return _asked(request, form)
    if not draft and form.the_same is not None:
        return _the_same(request, form.the_same)
    once = "" if there is not None else form.number  # another model written over a sheet that was sent before
    try:
        if draft:
            made = actions.draft(
                actor=actor, given=form.given(), period=form.chosen_term, once=once, on=today, known=clock.now()
            )
        else:
            made = actions.register(
                actor=actor,
                unit_id=form.chosen_unit.id if form.chosen_unit else None,
                owner=form.chosen_owner,
                period=form.chosen_term,
                once=once,
                evidence=form.evidence(),
                **form.values(),
                on=today,
                known=clock.now(),
            )
    except Refused as no:
        there = queries.sent(actor, form.number) if _SENT & {refusal.code for refusal in no.refusals} else None
        if there is not None and form.is_still(there):
            return _sent_already(request, there)
        form.take(no)
        return _sheet(request, form)
    return _done(request, made)


def finish(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    """Write on a draft, or register it; the caller has asked whether the actor registers there."""
    actor, today = actor_of(request), clock.today()
    if request.method == "GET":
        initial = written(initiative) | {"once": initiative.once}
        return _sheet(request, RegistrationSheet(actor=actor, on=today, of=initiative, initial=initial), initiative)
    draft = request.POST.get("deed") == "draft"
    form = RegistrationSheet(request.POST, actor=actor, on=today, draft=draft, of=initiative, files=request.FILES)
    if request.POST.get("deed") == "sheet" or not form.is_valid() or (not draft and _asks(request, form, initiative)):
        return _asked(request, form, initiative)
    if not draft and form.the_same is not None:
        return _the_same(request, form.the_same)
    given: dict[str, Any] = {"given": form.given(), "period": form.chosen_term, "version": form.cleaned_data["version"]}
    deed: dict[str, Any] = {"actor": actor, "initiative": initiative, "on": today, "known": clock.now()} | given
    try:
        made = actions.redraft(**deed) if draft else actions.submit(**deed, evidence=form.evidence())
    except Refused as no:
        if any(refusal.code == STALE for refusal in no.refusals):
            return conflict(request, initiative.pk, no, typed=form.typed())
        form.take(no)
        return _sheet(request, form, initiative)
    return _done(request, made, draft=initiative.pk)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away, as it was seen."""
    actor = actor_of(request)
    initiative = reached(request, pk)
    version = request.POST.get("version", "")
    seen = int(version) if version.isdecimal() and len(version) < 10 else None
    try:
        actions.discard_draft(actor=actor, initiative=initiative, version=seen, on=clock.today(), known=clock.now())
    except Refused as no:
        return refused(request, initiative, no, None)
    messages.success(request, _("The draft was thrown away."), extra_tags=f"taken-sheet-{pk}")
    return redirect("desk:home")


@require_GET
def keepable(request: HttpRequest) -> HttpResponse:
    """The models of the term before that are not kept yet, each one tap away from being so."""
    actor, today = actor_of(request), clock.today()
    must(actor, Power.INITIATIVES_REGISTER, None)
    term = period_on(today)
    found = queries.keepable(actor, term) if term else Initiative.objects.none()
    page = page_of(found.select_related("place", "period", "owner").order_by("sort_key", "id"), request.GET.get("page"))
    rows = queries.rows_of(page.rows, on=today)
    before = queries.term_before(term) if term else None
    return render(request, "initiatives/keep.html", {"page": page, "rows": rows, "term": term, "before": before})


@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a model of the term before in this one, as it was; what stands against it is told in a sheet filled in."""
    actor, today = actor_of(request), clock.today()
    must(actor, Power.INITIATIVES_REGISTER, None)
    earlier = queries.reach(actor, Power.INITIATIVES_SEE, pk)
    term = period_on(today)
    try:
        kept = actions.keep(actor=actor, initiative=earlier, period=term or _own(earlier), on=today, known=clock.now())
    except Refused as no:
        there = queries.kept_in(earlier)
        if there is not None and term is not None and there.period_id == term.id:
            return _sent_already(request, there)
        data = {name: "" if value is None else str(value) for name, value in _as_kept(earlier).items()}
        data |= {"once": _number(), "period": term.code if term else ""}
        form = RegistrationSheet(data, actor=actor, on=today)
        form.full_clean()
        form.take(no)
        return _sheet(request, form)
    return _done(request, kept)


def _own(initiative: Initiative) -> PeriodView:
    return queries.registration_of(initiative)[1]


def _number() -> str:
    """The number of a sheet: however often it is sent, it becomes one model."""
    return secrets.token_urlsafe(18)


def _earlier(actor: Actor, written: str) -> Initiative | None:
    """The model of an earlier term that an address asks to keep, if the actor sees it."""
    if not written.isdecimal() or len(written) > 18:
        return None
    return queries.visible(actor).select_related("place", "period", "owner").filter(pk=int(written)).first()


def _as_kept(earlier: Initiative) -> dict[str, Any]:
    """What a sheet begins with that keeps a model: everything but what belongs to the term that is over."""
    unit = queries.unit_of_today(earlier, clock.today()) or earlier.place.origin_id
    begun = written(earlier) | {"novelty": Novelty.KEPT.value, "continues": str(earlier.pk), "unit": f"u{unit:05d}"}
    for name in ("period", "replicates", "version", "start", "end", "review_due"):
        del begun[name]
    return begun


def _asks(request: HttpRequest, form: RegistrationSheet, draft: Initiative | None = None) -> bool:
    """Whether models look like this one and nobody has said yet what that means. What is kept is not asked about."""
    if form.values()["continues"] is not None:
        return False
    entered = form.entered(draft.pk if draft else None)
    if entered is None:
        return False
    return form.must_ask(queries.hints(entered, actor=actor_of(request), on=form.on))


def _asked(request: HttpRequest, form: RegistrationSheet, draft: Initiative | None = None) -> HttpResponse:
    """The question about look-alikes as a page of its own that carries everything typed; else the sheet again."""
    if form.hints:
        return render(request, "initiatives/alike.html", {"form": form, "initiative": draft})
    if request.POST.get("deed") == "sheet":
        form = RegistrationSheet(initial=dict(request.POST.items()), actor=form.actor, on=form.on, of=draft)
    return _sheet(request, form, draft)


def _the_same(request: HttpRequest, pk: int) -> HttpResponse:
    """Another line has entered this model: nothing is registered twice."""
    messages.info(request, _("Nothing was registered a second time: this is the model."))
    if queries.visible(actor_of(request)).filter(pk=pk).exists():
        return redirect("initiatives:detail", pk)
    return redirect("portal:model", pk)


def _sent_already(request: HttpRequest, there: Initiative) -> HttpResponse:
    messages.info(request, str(rules.sent_already(there.title, id=there.pk).text))
    return redirect("initiatives:detail", there.pk)


def _done(request: HttpRequest, made: Initiative, *, draft: int | None = None) -> HttpResponse:
    """Say how the model now stands, on its page; and to the browser that what it kept of the sheet was taken."""
    said = {
        State.ACCEPTED: _("“%(title)s” is registered and in the list."),
        State.DRAFT: _("“%(title)s” is kept as a draft. It is not registered yet."),
    }.get(State(made.state), _("“%(title)s” is registered and waits for acceptance."))
    messages.success(request, said % {"title": made.title}, extra_tags=f"taken-sheet-{draft or 'new'}")
    return redirect("initiatives:detail", made.pk)


def _sheet(request: HttpRequest, form: RegistrationSheet, draft: Initiative | None = None) -> HttpResponse:
    return render(request, "initiatives/sheet.html", {"form": form, "initiative": None, "draft": draft})
