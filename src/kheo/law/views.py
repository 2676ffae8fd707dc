"""The page of the law's numbers and of the calendar, open to everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kheo.law import queries
from kheo.law.words import UNITS


@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """Every legal number with its days and citation, and the calendar's exceptions."""
    context = {"numbers": list(queries.numbers()), "days": list(queries.special_days()[:60]), "units": UNITS}
    return render(request, "law/numbers.html", context)
