"""The workbench: what waits for me, what came back to me, what I brought in, where my territory has nothing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kheo.base import clock
from kheo.base.access import Actor
from kheo.base.errors import NotAllowed, Refusal
from kheo.base.powers import Power
from kheo.desk.queries import due, gaps, look_again, territory, trail
from kheo.exchange.queries import visible as imports
from kheo.initiatives.queries import MOST_COUNTED, drafts, sent_back, waiting
from kheo.initiatives.words import Field
from kheo.people.queries import upkeep
from kheo.units.queries import views

SHOWN = 5
TO_TICK = 20  # of what waits, to be ticked on the desk itself; the rest is on the list


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The desk of who is signed in; a stranger is asked to sign in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.signed_in:
        raise NotAllowed(Refusal("access.sign_in", _("Sign in to see your work.")))
    today = clock.today()
    mine, many = waiting(actor, on=today, limit=TO_TICK)
    back, returned = sent_back(actor, on=today, limit=SHOWN)
    matrix = gaps(actor, today)
    own = actor.reach_of(Power.INITIATIVES_SEE)
    units = views(own.provinces | own.communes, today) if own.provinces or own.communes else {}
    context = {
        "waiting": mine,
        "waiting_count": many,
        "due": due(actor, today) if many else None,
        "returned": back,
        "returned_count": returned,
        "drafts": drafts(actor, on=today, limit=SHOWN) if actor.may(Power.INITIATIVES_REGISTER) else ([], 0),
        "quiet": look_again(actor, today),
        "most_counted": MOST_COUNTED,
        "trail": trail(actor),
        "upkeep": upkeep(actor, today),
        "fields": Field.choices,
        "imports": list(imports(actor)[:SHOWN]) if actor.may(Power.INITIATIVES_REGISTER) else [],
        "matrix": matrix,
        "territory": "" if (of := territory(actor)) is None else f"u{of:05d}",
        "units": sorted(unit.full_name for unit in units.values()),
        "may_see": actor.may(Power.INITIATIVES_SEE),
        "may_register": actor.may(Power.INITIATIVES_REGISTER),
        "may_accept": actor.may(Power.INITIATIVES_ACCEPT),
    }
    return render(request, "desk/home.html", context)
