"""The lineage of a model: from what it was copied, and what was copied from it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kheo.base import clock
from kheo.base.access import must
from kheo.base.powers import Power
from kheo.initiatives import queries
from kheo.initiatives.queries import Kin
from kheo.initiatives.views.listing import actor_of


@require_GET
def lineage(request: HttpRequest, pk: int) -> HttpResponse:
    """The tree around one model, and models like it; for who sees the model."""
    actor, today = actor_of(request), clock.today()
    if not actor.signed_in:
        must(actor, Power.INITIATIVES_SEE, None)
    initiative = queries.reach(actor, Power.INITIATIVES_SEE, pk)
    kin = queries.lineage(initiative, actor=actor, on=today)
    context = {
        "initiative": initiative,
        "tree": _nested(kin),
        "alone": len(kin) == 1,
        "like": queries.like(initiative, actor=actor, on=today),
    }
    return render(request, "initiatives/lineage.html", context)


def _nested(kin: list[Kin]) -> list[dict[str, Any]]:
    """The tree in reading order as branches within branches, for nested lists."""
    branches: list[list[dict[str, Any]]] = [[]]
    for one in kin:
        del branches[one.depth + 1 :]
        branch: dict[str, Any] = {"kin": one, "below": []}
        branches[one.depth].append(branch)
        branches.append(branch["below"])
    return branches[0]
