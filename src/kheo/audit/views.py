"""The page of the trail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kheo.audit import queries, rules
from kheo.audit.forms import TrailFilter
from kheo.base.errors import NotAllowed
from kheo.base.web import page_of


@require_safe
@never_cache
def trail(request: HttpRequest) -> HttpResponse:
    """Entries newest first, narrowed by the allow-listed filters."""
    actor = request.actor  # type: ignore[attr-defined]
    if (refusal := rules.why_not_read(actor)) is not None:
        raise NotAllowed(refusal)
    form = TrailFilter(request.GET)
    page = page_of(form.narrow(queries.visible(actor)), request.GET.get("page"))
    active = [(name, form[name].label, value) for name, value in _given(form)]
    return render(
        request,
        "audit/list.html",
        {"form": form, "page": page, "rows": queries.rows(page.rows), "active": active},
    )


def _given(form: TrailFilter) -> list[tuple[str, object]]:
    """Filters in force with the value a person reads."""
    if not form.is_valid():
        return []
    acts = dict(form.fields["act"].choices)  # type: ignore[attr-defined]
    given = {name: value for name, value in form.cleaned_data.items() if value}
    return [(name, acts[value] if name == "act" else value) for name, value in given.items()]
