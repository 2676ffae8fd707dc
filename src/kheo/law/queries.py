"""What the law says on a day: a number with its citation, and how working days are reckoned."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kheo.base.errors import Refusal, Refused
from kheo.base.text import day_text
from kheo.law.models import LegalNumber, SpecialDay

_SATURDAY = 5


def numbers() -> QuerySet[LegalNumber]:
    """All legal numbers, for the page a lawyer can check."""
    return LegalNumber.objects.order_by("code", "valid_from")


def number(code: str, on: date) -> LegalNumber:
    """The number in force on the day, with unit and citation. `Refused` (law.no_number) when none is recorded."""
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    held = LegalNumber.objects.filter(in_force, code=code, valid_from__lte=on).first()
    if held is None:
        text = _("No legal number %(code)s is recorded for %(day)s.") % {"code": code, "day": day_text(on)}
        raise Refused(Refusal("law.no_number", text))
    return held


def special_days() -> QuerySet[SpecialDay]:
    """The calendar's exceptions, latest first."""
    return SpecialDay.objects.order_by("-day")


def is_working_day(day: date) -> bool:
    """Monday to Friday unless the calendar says otherwise (Bộ luật Lao động 45/2019, swap days of each year)."""
    special = SpecialDay.objects.filter(day=day).first()
    return special.works if special else day.weekday() < _SATURDAY


def latest_due(on: date, days: int) -> tuple[date, date]:
    """The latest days of receipt whose limit of so many working days is over before `on`, and ends on it or before.
    One query."""
    first = on - timedelta(days=2 * days + 30)
    special = dict(SpecialDay.objects.filter(day__gte=first, day__lte=on).values_list("day", "works"))

    def counted_back(day: date) -> date:
        left = days
        while left:
            day -= timedelta(days=1)
            left -= special.get(day, day.weekday() < _SATURDAY)
        return day - timedelta(days=1)

    return counted_back(on), counted_back(on + timedelta(days=1))


def add_working_days(received: date, days: int) -> date:
    """The day a limit of so many working days ends; day one is the next working day after receipt.

    `days` at least 1; raises ValueError otherwise. One query.
    """
    if days < 1:
        raise ValueError("a limit has at least one working day")
    # No run of non-working days is longer than a fortnight, so this window always holds the answer.
    last = received + timedelta(days=2 * days + 30)
    special = dict(SpecialDay.objects.filter(day__gt=received, day__lte=last).values_list("day", "works"))
    day = received
    while days:
        day += timedelta(days=1)
        days -= special.get(day, day.weekday() < _SATURDAY)
    return day
