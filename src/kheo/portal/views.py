"""The public front page: open to everybody, in four languages, without a cookie."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kheo.base import clock
from kheo.base.errors import Invisible
from kheo.figures.words import plain, quoted_word
from kheo.portal.queries import front, public_model


def as_day(text: str) -> date | None:
    """The day a report's text names; None when it names a month or a year only."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Figures with their captions, the newest models, the way to units and to signing in."""
    context = {
        "front": front(request.actor, clock.today()),  # type: ignore[attr-defined]
        "word": quoted_word,
        "plain": plain,
        "as_day": as_day,
    }
    return render(request, "portal/home.html", context)


@require_safe
def model(request: HttpRequest, pk: int) -> HttpResponse:
    """One model as everybody may read it; a draft, a returned or a voided one is not told from none."""
    row = public_model(pk, clock.today())
    if row is None:
        raise Invisible
    return render(request, "portal/model.html", {"row": row})
