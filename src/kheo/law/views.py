"""The page of the law's numbers and of the calendar, open to everybody."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kheo.base import clock
from kheo.base.sheets import file_kind, table_file
from kheo.law import queries
from kheo.law.words import UNITS


@require_safe
def numbers(request: HttpRequest) -> HttpResponseBase:
    """Every legal number with its days and citation, and the calendar's exceptions."""
    listed = list(queries.numbers())
    if kind := file_kind(request):
        lines = (
            (n.code, n.value, str(UNITS.get(n.unit, n.unit)), n.valid_from, n.valid_to, n.citation) for n in listed
        )
        headings = (_("Code"), _("Value"), _("Unit"), _("From"), _("To"), _("Source"))
        return table_file(kind, name="legal-numbers", headings=headings, rows=lines, on=clock.today())
    context = {"numbers": listed, "days": list(queries.special_days()[:60]), "units": UNITS}
    return render(request, "law/numbers.html", context)
