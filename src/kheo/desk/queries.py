"""What lies on an officer's desk, gathered from the rooms that keep it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from kheo.audit import queries as audit
from kheo.audit.words import EntryRow
from kheo.base.access import Actor
from kheo.base.errors import Refused
from kheo.base.powers import Power
from kheo.figures.queries import coverage
from kheo.figures.words import Coverage
from kheo.initiatives.queries import Quiet, quiet, visible
from kheo.initiatives.words import State
from kheo.law.queries import latest_due, number

MEASURE = "initiatives"
NEWEST = 6  # entries of the trail on an auditor's desk
# Kheo's own defaults, no law: working days within which a registered model is answered; months after which a model of
# which nothing is told comes up by itself.
ANSWER_WITHIN, SILENT_AFTER = "desk.accept_default", "desk.silent_after"


def territory(actor: Actor) -> int | None:
    """The one unit whose gaps this actor fills: their province or commune; None for the nation, or for nobody's."""
    own = actor.reach_of(Power.INITIATIVES_SEE)
    if own.all:
        return None
    return next(iter(sorted(own.provinces) or sorted(own.communes)), None)


def gaps(actor: Actor, on: date) -> Coverage | None:
    """Where nothing is in the list yet, field by field, in the actor's territory today; None when they have none."""
    own = actor.reach_of(Power.INITIATIVES_SEE)
    of = territory(actor)
    if of is None and not own.all:
        return None
    return coverage(MEASURE, of=of, by="field", period=None, on=on, actor=actor)


@dataclass(frozen=True)
class Trail:
    """What an auditor sees first: how many entries are sealed, how many wait for the seal, the newest."""

    sealed: int
    open: int
    newest: tuple[EntryRow, ...]


def trail(actor: Actor) -> Trail | None:
    """The audit trail as it stands, for who reads it. Four queries."""
    if not actor.may(Power.AUDIT_SEE):
        return None
    return Trail(audit.sealed(), audit.deeds_open(), tuple(audit.rows(audit.visible(actor)[:NEWEST])))


@dataclass(frozen=True)
class Due:
    """Registered models whose answer is overdue or due today: how many, after how many working days, and the latest
    days on which such a model was sent."""

    late: int
    today: int
    days: int
    late_until: date
    today_until: date


def due(actor: Actor, on: date) -> Due | None:
    """What waits too long, or is to be answered today, for this actor; None where no limit is set for the day."""
    try:
        days = int(number(ANSWER_WITHIN, on).value)
    except Refused:
        return None
    late_until, today_until = latest_due(on, days)
    waiting = visible(actor, Power.INITIATIVES_ACCEPT).filter(state=State.SUBMITTED, state_on__lte=today_until)
    counted = waiting.aggregate(late=Count("pk", filter=Q(state_on__lte=late_until)), all=Count("pk"))
    return Due(counted["late"], counted["all"] - counted["late"], days, late_until, today_until)


def look_again(actor: Actor, on: date) -> Quiet | None:
    """Models to look at again; None for who registers none, or where no limit is set for the day."""
    if not actor.may(Power.INITIATIVES_REGISTER):
        return None
    try:
        months = int(number(SILENT_AFTER, on).value)
    except Refused:
        return None
    return quiet(actor, on=on, months=months)
