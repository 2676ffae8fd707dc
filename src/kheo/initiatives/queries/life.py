"""Readers of the lives of models: their moves, who was silent for months, who was not confirmed this year."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Exists, OuterRef, Q, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from kheo.base.access import OPERATOR, Actor
from kheo.base.powers import Power
from kheo.initiatives.models import Confirmation, Initiative, Move
from kheo.initiatives.queries.finding import MOST_COUNTED
from kheo.initiatives.queries.registry import rows_of, visible
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
            actor=_("the local operator") if m.actor_name == OPERATOR.name else m.actor_name,
        )
        for m in Move.objects.filter(initiative=initiative).order_by("id")
    ]


def _label(move: Move) -> str:
    known = RemovalReason if move.after == State.REMOVED else RecognisedBy
    return str(known(move.reason_code).label) if move.reason_code in known.values else ""


@dataclass(frozen=True, slots=True)
class LookAgain:
    """A model somebody should look at again: the months nobody told of it (0: somebody did), no word for this year."""

    row: InitiativeRow
    silent: int
    unconfirmed: bool


@dataclass(frozen=True, slots=True)
class Quiet:
    """Models to look at again, the longest silent first, and how many of each kind (counted to MOST_COUNTED + 1)."""

    shown: list[LookAgain]
    silent: int
    unconfirmed: int


def quiet(actor: Actor, *, on: date, months: int, limit: int = 8) -> Quiet:
    """Models in the list where the actor registers of which nothing was told for so many months, or which were in the
    list before this year and have no yearly word of it. Four queries."""
    going_on = visible(actor, Power.INITIATIVES_REGISTER).filter(state__in=COUNTED).alias(heard=LAST_HEARD)
    given = Confirmation.objects.filter(initiative=OuterRef("pk"), year=on.year)
    silent = Q(heard__lt=months_before(on, months))
    unconfirmed = Q(counted_on__lt=date(on.year, 1, 1)) & ~Exists(given)
    first = list(
        going_on.filter(silent | unconfirmed)
        .annotate(last=LAST_HEARD, unconfirmed=Case(When(unconfirmed, then=True), default=False))
        .select_related("place", "period", "owner")
        .order_by("heard", "id")[:limit]
    )
    before = months_before(on, months)
    shown = [
        LookAgain(row, months_between(i.last, on) if i.last < before else 0, i.unconfirmed)
        for i, row in zip(first, rows_of(first, on=on), strict=True)
    ]
    counts = (
        [going_on.filter(which)[: MOST_COUNTED + 1].count() for which in (silent, unconfirmed)] if first else [0, 0]
    )
    return Quiet(shown, *counts)


def confirmed_years(initiative: Initiative) -> list[int]:
    """The years for which the owner's word is there, newest first."""
    found = Confirmation.objects.filter(initiative=initiative).order_by("-year")
    return list(found.values_list("year", flat=True))


def months_before(on: date, months: int) -> date:
    """The same day so many months earlier, or the last day of that month."""
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def months_between(first: date, last: date) -> int:
    """Whole months from one day to a later one."""
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
