"""A long registration list written ahead (`exchange.words.Ahead`), and what one row of a list registers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime

from django.db.models import Count, Max, Sum

from kheo.base.access import Actor
from kheo.base.powers import Power
from kheo.exchange.words import RowReading
from kheo.figures.words import PeriodView
from kheo.initiatives.actions import ahead
from kheo.initiatives.models import Initiative
from kheo.initiatives.words import COMING, Registration


class ListAhead:
    """The new models of one list for one period."""

    def __init__(self, actor: Actor, period: PeriodView, on: date) -> None:
        self._actor, self._period = actor, period
        self._list = ahead.Ahead(actor, period, on)

    def standing(self) -> Mapping[int, object]:
        """Unit -> how many living models of the period it has, the newest of them, and how often they were changed."""
        living = Initiative.objects.within(self._actor, Power.INITIATIVES_REGISTER).filter(
            period=self._period.id, voided_at__isnull=True
        )
        by_unit = living.order_by().values_list("place__origin")
        found = by_unit.annotate(n=Count("id"), newest=Max("id"), versions=Sum("version"))
        return {unit: tuple(how) for unit, *how in found}

    def ready(self, readings: Sequence[RowReading]) -> ahead.Ready:
        """By the registry's own rules."""
        return self._list.ready([registration(reading) for reading in readings])

    def write(self, ready: ahead.Ready, *, known: datetime) -> Sequence[int]:
        """Models that are coming."""
        return self._list.write(ready, known=known)

    def beside(self, groups: Set[int]) -> Sequence[int]:
        """Coming models whose list code a model of these units bears."""
        living = Initiative.objects.filter(period=self._period.id, voided_at__isnull=True).exclude(code="")
        codes = set(living.filter(place__origin__in=groups).values_list("code", flat=True))
        coming = Initiative.objects.filter(period=self._period.id, version=COMING)
        return list(coming.filter(code__in=codes).values_list("pk", flat=True)) if codes else []

    def bring_out(self, *, run: int, known: datetime) -> None:
        """For everybody to see, and counted."""
        self._list.bring_out(run=run, known=known)

    def discard(self, ids: Sequence[int]) -> None:
        """As if they had never been written."""
        ahead.discard(ids)


def registration(reading: RowReading) -> Registration:
    """What a row of a list registers."""
    values = reading.values
    return Registration(
        title=values["title"],
        field=values["field"],
        kind=values["kind"],
        novelty=values["novelty"],
        unit_id=values["unit"],
        start=_day(values.get("start")),
        end=_day(values.get("end")),
        households=values.get("households"),
        code=values.get("code", ""),
        goal=values.get("goal", ""),
        note=values.get("note", ""),
        row=reading.number,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
