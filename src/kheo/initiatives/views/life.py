"""The steps of a model's later life, each a small form on its page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kheo.base import clock
from kheo.base.access import must
from kheo.base.errors import Refused, StrOrPromise
from kheo.initiatives import actions, rules
from kheo.initiatives.forms.life import FORMS
from kheo.initiatives.views.listing import actor_of
from kheo.initiatives.views.model import page, reached, refused

_DEEDS: Mapping[str, Callable[..., Any]] = {
    "launch": actions.launch,
    "start": actions.start,
    "review": actions.review,
    "recognise": actions.recognise,
    "settle": actions.settle,
    "confirm": actions.confirm,
    "remove": actions.remove,
}
_DONE: Mapping[str, StrOrPromise] = {
    "launch": gettext_lazy("“%(title)s” was launched."),
    "start": gettext_lazy("“%(title)s” is running."),
    "review": gettext_lazy("The review of “%(title)s” is recorded."),
    "recognise": gettext_lazy("The recognition of “%(title)s” is recorded."),
    "settle": gettext_lazy("What becomes of “%(title)s” is recorded."),
    "confirm": gettext_lazy("“%(title)s” is confirmed for this year."),
    "remove": gettext_lazy("“%(title)s” was removed from the list; it stays readable."),
}


@require_POST
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take one step of the model's life; refused, the page comes back with what was typed and why."""
    initiative, actor = reached(request, pk), actor_of(request)
    must(actor, rules.STEPS[verb].power, initiative)
    form = FORMS[verb](request.POST)
    if not form.is_valid():
        return page(request, initiative, step=form)
    given = {"on": clock.today(), **form.cleaned_data}
    try:
        _DEEDS[verb](actor=actor, initiative=initiative, known=clock.now(), **given)
    except Refused as no:
        return refused(request, initiative, no, form, step=form)
    messages.success(request, _DONE[verb] % {"title": initiative.title})
    return redirect("initiatives:detail", pk)
