"""One model: its life line, facts and history, and the deeds that move it on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kheo.audit.queries import about
from kheo.base import clock
from kheo.base.access import Actor, must
from kheo.base.errors import Refused
from kheo.base.powers import Power
from kheo.initiatives import actions, queries, rules
from kheo.initiatives.forms import AcceptForm, RegistrationSheet, ReturnForm
from kheo.initiatives.forms.life import FORMS
from kheo.initiatives.models import Initiative
from kheo.initiatives.views.listing import actor_of
from kheo.initiatives.views.told import told_of
from kheo.initiatives.words import COUNTED, MOVING, SUBJECT, State
from kheo.units.queries import trace, views
from kheo.units.words import UnitView

STALE = "initiatives.stale"
# The long texts in the order of the form (domain reference 1.4).
SHOWN = ("situation", "goal", "content", "site", "audience", "forces", "resources", "outputs", "note")
# The straight way through the life of a model; a return and a removal are shown where they happen.
WAY = (State.SUBMITTED, State.ACCEPTED, State.LAUNCHED, State.RUNNING, State.REVIEWED, State.RECOGNISED)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One model, for who sees it; everybody else gets 404."""
    return page(request, reached(request, pk))


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the model into the list."""
    initiative, actor = reached(request, pk), actor_of(request)
    form = AcceptForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.accept(
                actor=actor,
                initiative=initiative,
                list_number=given["list_number"],
                version=given["version"],
                on=given["on"],
                known=clock.now(),
            )
        except Refused as no:
            return refused(request, initiative, no, form, accept=form)
        messages.success(request, _("“%(title)s” is in the list.") % {"title": initiative.title})
        return redirect("initiatives:detail", pk)
    must(actor, Power.INITIATIVES_ACCEPT, initiative)
    return page(request, initiative, accept=form)


@require_POST
def return_(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the model back for completion."""
    initiative, actor = reached(request, pk), actor_of(request)
    form = ReturnForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.return_(
                actor=actor,
                initiative=initiative,
                reason=given["reason"],
                version=given["version"],
                on=clock.today(),
                known=clock.now(),
            )
        except Refused as no:
            return refused(request, initiative, no, form, return_=form)
        messages.success(request, _("“%(title)s” was sent back for completion.") % {"title": initiative.title})
        return redirect("initiatives:detail", pk)
    must(actor, Power.INITIATIVES_ACCEPT, initiative)
    return page(request, initiative, return_=form)


@require_POST
def resubmit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a completed model again."""
    initiative = reached(request, pk)
    version = request.POST.get("version", "")
    try:
        actions.resubmit(
            actor=actor_of(request),
            initiative=initiative,
            version=int(version) if version.isdecimal() and len(version) < 10 else None,
            on=clock.today(),
            known=clock.now(),
        )
    except Refused as no:
        return refused(request, initiative, no, None)
    messages.success(request, _("“%(title)s” was sent again and waits for acceptance.") % {"title": initiative.title})
    return redirect("initiatives:detail", pk)


def reached(request: HttpRequest, pk: int) -> Initiative:
    """The model, if the actor sees it: a stranger is asked to sign in, all others get 404."""
    actor = actor_of(request)
    if not actor.signed_in:
        must(actor, Power.INITIATIVES_SEE, None)
    return queries.reach(actor, Power.INITIATIVES_SEE, pk)


def refused(
    request: HttpRequest, initiative: Initiative, no: Refused, form: Form | None, **forms: Form
) -> HttpResponse:
    """The page again with what the rules say, `form` holding what was typed; when somebody was first, a page that shows
    what now stands. `forms` puts the form in its place on the page."""
    if any(refusal.code == STALE for refusal in no.refusals):
        return conflict(request, initiative.pk, no, typed=_typed(form))
    for refusal in no.refusals:
        if form is None:
            messages.error(request, str(refusal.text))
        else:
            column = "on" if refusal.column == "period" else refusal.column
            form.add_error(column if column in form.fields else None, str(refusal.text))
    return page(request, initiative, **forms)


def conflict(request: HttpRequest, pk: int, no: Refused, *, typed: list[tuple[str, str]]) -> HttpResponse:
    """Somebody was first: what stands now, and what was typed, so that nothing is lost. Status 409."""
    now = queries.reach(actor_of(request), Power.INITIATIVES_SEE, pk)
    context = {
        "row": queries.rows_of([now], on=clock.today())[0],
        "sentences": [str(refusal.text) for refusal in no.refusals],
        "typed": typed,
    }
    return render(request, "initiatives/conflict.html", context, status=409)


def _typed(form: Form | None) -> list[tuple[str, str]]:
    if form is None:
        return []
    visible = (bound for bound in form if not bound.is_hidden)
    return [(str(bound.label), str(bound.data)) for bound in visible if bound.data]


def page(
    request: HttpRequest,
    initiative: Initiative,
    *,
    accept: Form | None = None,
    return_: Form | None = None,
    step: Form | None = None,
) -> HttpResponse:
    """The page of a model; a form given stands there with what was typed and what is wrong with it."""
    actor, today = actor_of(request), clock.today()
    may_accept = actor.may(Power.INITIATIVES_ACCEPT, initiative)
    may_register = actor.may(Power.INITIATIVES_REGISTER, initiative)
    waits = may_accept and initiative.state == State.SUBMITTED
    version = {"version": initiative.version}
    origin = initiative.place.origin_id
    units = views({origin, initiative.now_p} | ({initiative.now_c} if initiative.now_c else set()), today)
    history = about(SUBJECT, str(initiative.pk))
    moved = queries.moves(initiative)
    years = queries.confirmed_years(initiative) if initiative.state in COUNTED else []
    context: dict[str, Any] = {
        "initiative": initiative,
        "row": queries.rows_of([initiative], on=today, called=dict(units))[0],
        "recorded": views([origin], initiative.registered_on).get(origin),
        "province": units.get(initiative.now_p),
        "commune": units.get(initiative.now_c) if initiative.now_c else None,
        "tags": queries.tags(initiative),
        "items": [
            (RegistrationSheet.base_fields[item].label, text) for item in SHOWN if (text := getattr(initiative, item))
        ],
        "life": _life(initiative, moved, _transferred(initiative, units.get(origin), today)),
        "moved": moved,
        "kept": queries.kept_in(initiative) if initiative.state in COUNTED else None,
        "confirmed": years,
        "open_steps": _steps(initiative, actor, step, today, confirmed=today.year in years),
        "progress": told_of(initiative),
        "others": [entry for entry in history if entry.act not in MOVING],
        "registered_here": any(not move.before for move in moved),
        "alike": _alike(initiative, actor) if waits else [],
        "may_accept": may_accept,
        "may_register": may_register,
        "may_change": may_accept if initiative.state in COUNTED else may_register,
        "why_not_accept": rules.why_not_accept(initiative),
        "why_not_return": rules.why_not_return(initiative),
        "why_not_resubmit": rules.why_not_resubmit(initiative),
        "why_not_change": rules.why_not_change(initiative),
        "accept_form": accept or AcceptForm(initial=version | {"on": today}),
        "return_form": return_ or ReturnForm(initial=version),
    }
    return render(request, "initiatives/detail.html", context)


def _alike(initiative: Initiative, actor: Actor) -> list[queries.Hint]:
    entered = queries.Entered(
        title=initiative.title,
        field=initiative.field,
        spot=initiative,
        place_id=initiative.place_id,
        period_id=initiative.period_id,
        owner=initiative.owner,
        id=initiative.pk,
    )
    # Those of the whole country stand on the page of its lineage.
    return queries.hints(entered, actor=actor, on=clock.today(), anywhere=False)


def _steps(
    initiative: Initiative, actor: Actor, typed: Form | None, today: date, *, confirmed: bool
) -> list[tuple[str, Form, bool]]:
    """The steps open to this person: verb, form, and whether it stands open. The first one leads on."""
    steps: list[tuple[str, Form, bool]] = []
    for verb in rules.open_steps(initiative, actor):
        if verb == "confirm" and confirmed:
            continue
        mine = typed is not None and typed.prefix == verb
        initial = {"version": initiative.version, "on": today}
        steps.append((verb, typed if typed is not None and mine else FORMS[verb](initial=initial), mine))
    return steps


def _transferred(initiative: Initiative, unit: UnitView | None, today: date) -> tuple[date, str] | None:
    """The day on which the unit it was recorded for ended, and what that became: shown from the map, never a state."""
    if unit is None or unit.valid_to is None or not initiative.registered_on < unit.valid_to <= today:
        return None
    became = trace(unit.id, unit.valid_to - timedelta(days=1), today)
    return unit.valid_to, ", ".join(sorted(after.full_name for after, _kind, _part in became))


def _life(
    initiative: Initiative, moved: list[queries.Moved], transferred: tuple[date, str] | None
) -> list[dict[str, Any]]:
    """The life line: what is done, where the model stands, what is still to come."""
    now = State(initiative.state)
    days = {move.after: move.on for move in moved}
    way = list(WAY)
    if now == State.RETURNED:
        way.insert(1, now)
    elif now == State.REMOVED:
        gone = {move.after for move in moved}
        way = [*(state for state in WAY if state in (State.SUBMITTED, State.ACCEPTED) or state in gone), now]
    elif now == State.DRAFT:
        way.insert(0, now)
    at = way.index(now)
    line: list[dict[str, Any]] = [
        {
            "code": state.value,
            "state": "done" if step < at else "now" if step == at else "",
            "icon": "",
            "note": "",
            "day": (days.get(state) or _day(initiative, state)) if step <= at else None,
        }
        for step, state in enumerate(way)
    ]
    if transferred is not None:
        day, names = transferred
        before = [step for step in line if step["day"] is not None and step["day"] < day]
        line.insert(len(before), {"code": "transferred", "state": "done", "icon": "hall", "note": names, "day": day})
    return line


def _day(initiative: Initiative, state: State) -> Any:
    if state == initiative.state:
        return initiative.state_on
    if state == State.SUBMITTED:
        return initiative.registered_on
    return initiative.counted_on if state == State.ACCEPTED else None
