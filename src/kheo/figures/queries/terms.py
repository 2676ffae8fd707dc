"""What can be asked for: the measures that are wired, the periods people name, the figures taken from reports."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

from django.utils.translation import gettext as _

from kheo.base.errors import Refusal, Refused
from kheo.figures.models import Period, QuotedFigure
from kheo.figures.words import Measure, PeriodView, Quoted, wired_measures


def measure(code: str) -> Measure:
    """The wired measure of this code, else refused (`figures.measure_unknown`)."""
    found = wired_measures().get(code)
    if found is None:
        known = ", ".join(wired_measures())
        text = _("No measure is called %(code)s; there are: %(known)s.") % {"code": code, "known": known}
        raise Refused(Refusal("figures.measure_unknown", text))
    return found


def measures() -> tuple[Measure, ...]:
    """All wired measures."""
    return tuple(wired_measures().values())


def period(code: str) -> PeriodView:
    """The period of this code, else refused (`figures.period_unknown`)."""
    found = Period.objects.filter(code=code).first()
    if found is None:
        text = _("No period is called %(code)s.") % {"code": code}
        raise Refused(Refusal("figures.period_unknown", text))
    return _view(found)


def periods() -> tuple[PeriodView, ...]:
    """All periods: terms first, then the others, oldest first."""
    return tuple(_view(p) for p in Period.objects.order_by("-registers", "start", "end", "code"))


def period_on(day: date) -> PeriodView | None:
    """The term in which models register on this day; terms never overlap. None before the first and after the last."""
    found = Period.objects.filter(registers=True, start__lte=day, end__gt=day).order_by("start").first()
    return _view(found) if found else None


def quoted(*, territory: str = "") -> tuple[Quoted, ...]:
    """Quoted figures in the order of their codes, all or of one territory as reported. Never add them up."""
    rows = QuotedFigure.objects.order_by("code")
    found = rows.filter(territory=territory) if territory else rows
    return tuple(Quoted(*row) for row in found.values_list(*(f.name for f in fields(Quoted))))


def _view(row: Period) -> PeriodView:
    return PeriodView(row.pk, row.code, row.name, row.start, row.end, row.issued_by, row.registers)
