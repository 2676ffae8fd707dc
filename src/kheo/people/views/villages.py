"""Accounts of villages from a table: pasted or sent, looked at line by line, saved, and printed as slips."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kheo.base import clock
from kheo.base.access import must
from kheo.base.errors import Refused
from kheo.base.powers import Power
from kheo.people import actions, queries
from kheo.people.exchange import village_lines, written
from kheo.people.forms import TableForm, answers_from
from kheo.people.views.accounts import office, paper
from kheo.people.words import Fate, VillageFate
from kheo.units.queries import views


@require_http_methods(["GET", "POST"])
@never_cache
def table(request: HttpRequest) -> HttpResponse:
    """Read the table, show what becomes of every line, and save it when the person says so."""
    actor, today = office(request), clock.today()
    must(actor, Power.PEOPLE_VILLAGE, None)
    communes = views(actor.reach_of(Power.PEOPLE_VILLAGE).communes, today)
    units = {unit.uid: unit for unit in communes.values()}
    names = {unit.uid: unit.full_name for unit in sorted(units.values(), key=lambda unit: unit.full_name)}
    if request.method == "GET":
        return render(request, "people/villages.html", {"form": TableForm(names), "fates": None})
    form = TableForm(names, request.POST, request.FILES)
    fates: list[VillageFate] | None = None
    answers = answers_from(request.POST.dict())
    if form.is_valid():
        unit = units[form.cleaned_data["unit"]]
        try:
            text = (
                written(form.cleaned_data["file"].read()) if form.cleaned_data["file"] else form.cleaned_data["table"]
            )
            form = TableForm(names, {"unit": unit.uid, "table": text})
            form.is_valid()
            lines = village_lines(text)
            fates = queries.village_fates(actor, unit, lines, today, answers)
            settled = not any(fate.fate in (Fate.REFUSED, Fate.ASKED) for fate in fates)
            if request.POST.get("step") == "save" and settled:
                slips = actions.create_village_accounts(
                    actor=actor, unit=unit, lines=lines, answers=answers, on=today, known=clock.now()
                )
                return _saved(request, fates, len(slips)) if not slips else paper(request, slips, _changed(fates))
        except Refused as no:
            for refusal in no.refusals:
                form.add_error("table", _line(refusal.row, str(refusal.text)))
    context = {
        "form": form,
        "fates": fates,
        "counts": {fate.value: sum(f.fate is fate for f in fates or []) for fate in Fate},
        "labels": dict(Fate.choices),
        "answers": answers,
    }
    return render(request, "people/villages.html", context)


def _changed(fates: list[VillageFate]) -> int:
    return sum(fate.fate is Fate.CHANGED for fate in fates)


def _saved(request: HttpRequest, fates: list[VillageFate], made: int) -> HttpResponse:
    """No new account: nothing to print, back to the list."""
    changed = _changed(fates)
    if changed:
        said = ngettext("%(n)s account is put right.", "%(n)s accounts are put right.", changed) % {"n": changed}
    else:
        said = _("All these accounts are there already; nothing was made.")
    messages.success(request, said)
    return redirect("people:accounts")


def _line(row: int | None, text: str) -> str:
    return text if row is None else _("Line %(row)s: %(text)s") % {"row": row, "text": text}
