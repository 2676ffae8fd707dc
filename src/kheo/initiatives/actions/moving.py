"""Moves of the life cycle: every one is a compare-and-set, so that of two people who act at once one is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F

from kheo.audit import actions as audit
from kheo.audit.words import Subject
from kheo.base.access import Actor, must
from kheo.base.errors import Refusal, Refused, refuse_if
from kheo.base.powers import Power
from kheo.base.text import clean
from kheo.figures.actions import post
from kheo.figures.queries import period as period_named
from kheo.initiatives import rules
from kheo.initiatives.figures import INITIATIVES, image
from kheo.initiatives.models import Initiative, Move
from kheo.initiatives.words import ACCEPTED, RESUBMITTED, RETURNED, SUBJECT, State

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Told:
    """What comes with a move: why in words and by code, by which document, which mark a review left."""

    reason: str = ""
    code: str = ""
    document: str = ""
    mark: str = ""


@transaction.atomic
def accept(
    *,
    actor: Actor,
    initiative: Initiative,
    list_number: str = "",
    version: int | None = None,
    on: date,
    known: datetime,
) -> Initiative:
    """Take a registered model into the list; it counts from `on`, which lies in its period.

    `version` is the one the person saw. Raises `Refused`: not registered, already in the list, wrong day, or
    `initiatives.stale` when somebody else was first; `NotAllowed` without the right at the place.
    """
    must(actor, Power.INITIATIVES_ACCEPT, initiative)
    refuse_if(rules.why_not_fresh(initiative, version))
    number, period = clean(list_number), period_named(initiative.period.code)
    refuse_if(rules.why_not_accept(initiative, period=period, on=on, list_number=number))
    move(initiative, State.ACCEPTED, actor=actor, on=on, known=known, counted_on=on, list_number=number)
    post(INITIATIVES, [image(initiative, day=on)], known=known)
    audit.record(
        ACCEPTED, actor=actor, on=on, known=known, subject=subject_of(initiative), facts={"list_number": number}
    )
    return initiative


@transaction.atomic
def accept_many(*, actor: Actor, seen: Sequence[tuple[Initiative, int]], on: date, known: datetime) -> list[Initiative]:
    """Take several registered models (with the version seen of each) into the list: all, or none with every reason."""
    return each(seen, lambda i, v: accept(actor=actor, initiative=i, version=v, on=on, known=known))


@transaction.atomic
def return_(
    *, actor: Actor, initiative: Initiative, reason: str, version: int | None = None, on: date, known: datetime
) -> Initiative:
    """Send a registered model back for completion, saying what is missing.

    Raises `Refused` without a reason, from another state, or `initiatives.stale`; `NotAllowed` without the right.
    """
    must(actor, Power.INITIATIVES_ACCEPT, initiative)
    refuse_if(rules.why_not_fresh(initiative, version))
    refuse_if(rules.why_not_return(initiative, reason=reason, on=on))
    said = clean(reason)
    move(initiative, State.RETURNED, actor=actor, on=on, known=known, told=Told(reason=said), return_reason=said)
    audit.record(
        RETURNED,
        actor=actor,
        on=on,
        known=known,
        subject=subject_of(initiative),
        facts={"reason": initiative.return_reason},
    )
    return initiative


@transaction.atomic
def return_many(
    *, actor: Actor, seen: Sequence[tuple[Initiative, int]], reason: str, on: date, known: datetime
) -> list[Initiative]:
    """Send several registered models back with one reason: all, or none with every refusal."""
    return each(seen, lambda i, v: return_(actor=actor, initiative=i, reason=reason, version=v, on=on, known=known))


@transaction.atomic
def resubmit(
    *, actor: Actor, initiative: Initiative, version: int | None = None, on: date, known: datetime
) -> Initiative:
    """Send a returned model again after completing it; it waits for acceptance as before."""
    must(actor, Power.INITIATIVES_REGISTER, initiative)
    refuse_if(rules.why_not_fresh(initiative, version))
    refuse_if(rules.why_not_resubmit(initiative, on=on))
    move(initiative, State.SUBMITTED, actor=actor, on=on, known=known, return_reason="")
    audit.record(RESUBMITTED, actor=actor, on=on, known=known, subject=subject_of(initiative))
    return initiative


def each(seen: Sequence[tuple[Initiative, int]], deed: Callable[[Initiative, int], Made]) -> list[Made]:
    """The deed for every model with the version seen of it, in the caller's transaction: all, or `Refused` with every
    reason, each naming its model."""
    refusals: list[Refusal] = []
    made: list[Made] = []
    for initiative, version in sorted(seen, key=lambda pair: pair[0].pk):
        try:
            made.append(deed(initiative, version))
        except Refused as no:
            refusals += (named(refusal, initiative.title) for refusal in no.refusals)
    if refusals:
        raise Refused(refusals)
    return made


def move(
    initiative: Initiative,
    to: State,
    *,
    actor: Actor,
    on: date,
    known: datetime,
    told: Told | None = None,
    **values: Any,
) -> None:
    """Bring a model into a state, if it is still the one that was looked at, and keep the move with who made it."""
    before = initiative.state
    compare_and_set(initiative, state=to, state_on=on, heard_on=heard(initiative, on), **values)
    keep_move(initiative, before, actor=actor, on=on, known=known, told=told)


def keep_move(
    initiative: Initiative, before: str, *, actor: Actor, on: date, known: datetime, told: Told | None = None
) -> None:
    """One row of a model's life; `before` is empty when it was registered."""
    said = told or Told()
    Move.objects.create(
        initiative=initiative,
        before=before,
        after=initiative.state,
        mark=said.mark,
        on=on,
        reason_code=said.code,
        reason=said.reason,
        document=said.document,
        actor_id=actor.id,
        actor_name=actor.name[:150],
        known=known,
    )


def heard(initiative: Initiative, on: date) -> date:
    """When a model was last heard of, once something of that day is told too: a step told late takes back no word."""
    return max(on, initiative.heard_on or on)


def compare_and_set(initiative: Initiative, **values: Any) -> None:
    """Write the values if the row is still the one that was looked at, and carry them over; else refuse as stale."""
    written = Initiative.objects.filter(
        pk=initiative.pk, version=initiative.version, state=initiative.state, voided_at__isnull=True
    ).update(version=F("version") + 1, **values)
    if written != 1:
        raise Refused(rules.stale(initiative.title))
    for name, value in values.items():
        setattr(initiative, name, value)
    initiative.version += 1


def named(refusal: Refusal, title: str) -> Refusal:
    """The refusal with the model it speaks of before it."""
    if refusal.code == "initiatives.stale":
        return refusal
    return Refusal(refusal.code, f"{title}: {refusal.text}", refusal.row, refusal.column, refusal.facts)


def subject_of(initiative: Initiative) -> Subject:
    """The model as the audit trail names it."""
    return Subject(SUBJECT, str(initiative.pk), initiative.title)
