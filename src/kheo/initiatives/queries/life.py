"""Readers of the lives of models: their moves, who was silent for months, who was not confirmed this year."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from kheo.base.access import Actor
from kheo.base.powers import Power
from kheo.initiatives.models import Confirmation, Initiative, Move
from kheo.initiatives.queries.registry import rows, visible
from kheo.initiatives.words import COUNTED, InitiativeRow, RecognisedBy, RemovalReason, State

LAST_HEARD = Coalesce("heard_on", "state_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One move of a model as people read it. `why` is the reason of a removal or the level of a recognition."""

    before: str
    after: str
    mark: str
    on: date
    why: str
    why_label: str
    reason: str
    document: str
    actor: str


def moves(initiative: Initiative) -> list[Moved]:
    """Every move of a model that has a row, oldest first. One query."""
    return [
        Moved(
            before=m.before,
            after=m.after,
            mark=m.mark,
            on=m.on,
            why=m.reason_code,
            why_label=_label(m),
            reason=m.reason,
            document=m.document,
            actor=m.actor_name,
        )
        for m in Move.objects.filter(initiative=initiative).order_by("id")
    ]


def _label(move: Move) -> str:
    known = RemovalReason if move.after == State.REMOVED else RecognisedBy
    return str(known(move.reason_code).label) if move.reason_code in known.values else ""


def silent(actor: Actor, *, on: date, months: int, limit: int = 5) -> tuple[list[InitiativeRow], int]:
    """Models in the list of which nothing was told for so many months where the actor registers, the longest silent
    first, and how many."""
    found = _going_on(actor).alias(heard=LAST_HEARD).filter(heard__lt=months_before(on, months))
    return _some(found.order_by("heard", "id"), on=on, limit=limit)


def unconfirmed(actor: Actor, *, on: date, limit: int = 5) -> tuple[list[InitiativeRow], int]:
    """Models that were in the list before this year and have no yearly word of it where the actor registers, and how
    many."""
    given = Confirmation.objects.filter(initiative=OuterRef("pk"), year=on.year)
    found = _going_on(actor).filter(counted_on__lt=date(on.year, 1, 1)).exclude(Exists(given))
    return _some(found.order_by("id"), on=on, limit=limit)


def confirmed_years(initiative: Initiative) -> list[int]:
    """The years for which the owner's word is there, newest first."""
    found = Confirmation.objects.filter(initiative=initiative).order_by("-year")
    return list(found.values_list("year", flat=True))


def _going_on(actor: Actor) -> QuerySet[Initiative]:
    return visible(actor, Power.INITIATIVES_REGISTER).filter(state__in=COUNTED)


def _some(found: QuerySet[Initiative], *, on: date, limit: int) -> tuple[list[InitiativeRow], int]:
    count = found.count()
    return (rows(found[:limit], on=on) if count else []), count


def months_before(on: date, months: int) -> date:
    """The same day so many months earlier, or the last day of that month."""
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))
