"""Progress of a model: the page to tell it, taking a telling back, and the files that show it."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kheo.base import clock
from kheo.base.access import must
from kheo.base.errors import Refused
from kheo.base.powers import Power
from kheo.files.views import answer
from kheo.initiatives import actions, queries
from kheo.initiatives.forms.progress import ProgressForm, TakeBackForm
from kheo.initiatives.models import Initiative
from kheo.initiatives.views.listing import actor_of
from kheo.initiatives.views.model import STALE, reached
from kheo.initiatives.views.told import told_of


@require_http_methods(["GET", "POST"])
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell what was done; refused, the page comes back with what was typed. Files must then be chosen again."""
    initiative, actor = reached(request, pk), actor_of(request)
    must(actor, Power.INITIATIVES_REGISTER, initiative)
    if request.method != "POST":
        return _page(request, initiative)
    form = ProgressForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, initiative, form)
    given = form.cleaned_data
    try:
        actions.tell(
            actor=actor,
            initiative=initiative,
            text=given["text"],
            results=form.results,
            evidence=form.evidence(),
            version=given["version"],
            on=given["on"],
            known=clock.now(),
        )
    except Refused as no:
        form.take(no)
        return _page(request, initiative, form, stale=no.refusal.code == STALE)
    said = _("What you told of “%(title)s” is kept.") % {"title": initiative.title}
    messages.success(request, said, extra_tags=f"taken-progress-{pk}")
    return redirect("initiatives:detail", pk)


@require_POST
def void_progress(request: HttpRequest, pk: int, telling: int) -> HttpResponse:
    """Take back what was told by mistake, with the reason."""
    initiative, actor = reached(request, pk), actor_of(request)
    must(actor, Power.INITIATIVES_REGISTER, initiative)
    told = queries.progress_of(initiative, telling)
    form = TakeBackForm(request.POST)
    if not form.is_valid():
        return _page(request, initiative, take_back=(telling, form))
    try:
        actions.void_progress(
            actor=actor,
            progress=told,
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
            on=clock.today(),
            known=clock.now(),
        )
    except Refused as no:
        for refusal in no.refusals:
            form.add_error(refusal.column if refusal.column in form.fields else None, str(refusal.text))
        return _page(request, initiative, take_back=(telling, form), stale=no.refusal.code == STALE)
    messages.success(request, _("It was taken back; the figures are as if it never was told."))
    return redirect("initiatives:detail", pk)


@require_safe
def evidence(request: HttpRequest, pk: int, file: int) -> FileResponse:
    """A file that shows what was told, for who may see it; the right is asked at each download."""
    stored, public = queries.evidence_file(actor_of(request), pk, file)
    return answer(stored, inline=True, private=not public)


def _page(
    request: HttpRequest,
    initiative: Initiative,
    form: ProgressForm | None = None,
    *,
    take_back: tuple[int, TakeBackForm] | None = None,
    stale: bool = False,
) -> HttpResponse:
    """The page to tell progress. When somebody was first it shows what now stands (409) and keeps what was typed, ready
    to be sent again."""
    today, typed = clock.today(), take_back[1] if take_back else form
    now = initiative
    if stale and typed is not None:
        now = reached(request, initiative.pk)
        typed.data = {**request.POST.dict(), typed.add_prefix("version"): str(now.version)}
    context = {
        "initiative": now,
        "row": queries.rows_of([now], on=today)[0],
        "form": form or ProgressForm(initial={"version": now.version, "on": today}),
        "may_register": True,
        "take_back": take_back,
        "progress": told_of(now),
        "stale": stale,
    }
    return render(request, "initiatives/progress.html", context, status=409 if stale else 200)
