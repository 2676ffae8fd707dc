"""The page of the trail."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kheo.audit import queries, rules
from kheo.audit.forms import TrailFilter
from kheo.base import clock
from kheo.base.errors import NotAllowed
from kheo.base.sheets import file_kind, in_batches, table_file
from kheo.base.web import page_of


@require_safe
@never_cache
def trail(request: HttpRequest) -> HttpResponseBase:
    """Entries newest first, narrowed by the allow-listed filters."""
    actor = request.actor  # type: ignore[attr-defined]
    if (refusal := rules.why_not_read(actor)) is not None:
        raise NotAllowed(refusal)
    form = TrailFilter(request.GET)
    if kind := file_kind(request):
        found = in_batches(form.narrow(queries.visible(actor)).iterator(chunk_size=500))
        told = (
            (row.id, row.known, row.on, row.actor, str(row.text), row.subject.label if row.subject else "", facts)
            for batch in found
            for row in queries.rows(batch)
            for facts in [", ".join(f"{key}: {value}" for key, value in row.told)]
        )
        headings = (_("Number"), _("When"), _("Day"), _("Who"), _("What"), _("On what"), _("Details"))
        return table_file(kind, name="audit-trail", headings=headings, rows=told, on=clock.today())
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
