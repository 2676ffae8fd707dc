"""The life of a model in the list: launched, run, reviewed, recognised, settled, removed, confirmed each year.

Domain reference 1.5. Each deed is a compare-and-set and leaves a row with its day, reason, document and actor.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from kheo.audit import actions as audit
from kheo.audit.words import Act
from kheo.base.access import Actor, must
from kheo.base.errors import Refused, refuse_if
from kheo.base.powers import Power
from kheo.base.text import clean
from kheo.figures.actions import post
from kheo.figures.words import Cause
from kheo.initiatives import rules
from kheo.initiatives.actions.moving import Told, compare_and_set, each, heard, keep_move, move, subject_of
from kheo.initiatives.figures import INITIATIVES, image
from kheo.initiatives.models import Confirmation, Initiative
from kheo.initiatives.words import (
    CONFIRMED,
    LAUNCHED,
    RECOGNISED,
    REMOVED,
    REVIEWED,
    SETTLED,
    STARTED,
    Mark,
)


@transaction.atomic
def launch(
    *,
    actor: Actor,
    initiative: Initiative,
    document: str = "",
    note: str = "",
    version: int | None = None,
    on: date,
    known: datetime,
) -> Initiative:
    """A model in the list was launched (ra mắt) on that day, by who registers at its place.

    Raises `Refused`: another state, wrong day, `initiatives.stale`; `NotAllowed` without the right.
    """
    told = Told(reason=note, document=document)
    return _move(actor, initiative, "launch", LAUNCHED, told, version=version, on=on, known=known)


@transaction.atomic
def start(
    *,
    actor: Actor,
    initiative: Initiative,
    document: str = "",
    note: str = "",
    version: int | None = None,
    on: date,
    known: datetime,
) -> Initiative:
    """A model runs from that day: after the list, after its launch, or on after a review. By who registers there."""
    told = Told(reason=note, document=document)
    return _move(actor, initiative, "start", STARTED, told, version=version, on=on, known=known)


@transaction.atomic
def review(
    *,
    actor: Actor,
    initiative: Initiative,
    document: str = "",
    note: str = "",
    version: int | None = None,
    on: date,
    known: datetime,
) -> Initiative:
    """A model was surveyed on the spot (khảo sát, đánh giá); `document` are the minutes. By who accepts there."""
    told = Told(reason=note, document=document)
    return _move(actor, initiative, "review", REVIEWED, told, version=version, on=on, known=known)


@transaction.atomic
def recognise(
    *,
    actor: Actor,
    initiative: Initiative,
    level: str,
    document: str,
    note: str = "",
    version: int | None = None,
    on: date,
    known: datetime,
) -> Initiative:
    """A reviewed model is recognised at a level by a decision (its number and issuer). By who accepts there; nobody
    records a recognition above the level where they sit."""
    must(actor, rules.STEPS["recognise"].power, initiative)
    refuse_if(rules.why_not_level(level, rules.highest_level(actor.reach_of(Power.INITIATIVES_ACCEPT), initiative)))
    told = Told(reason=note, code=level, document=document)
    return _move(actor, initiative, "recognise", RECOGNISED, told, version=version, on=on, known=known)


@transaction.atomic
def settle(
    *,
    actor: Actor,
    initiative: Initiative,
    mark: str,
    document: str = "",
    note: str = "",
    version: int | None = None,
    on: date,
    known: datetime,
) -> Initiative:
    """After a review: the model is to be kept (duy trì) or spread (nhân rộng). It stays in its state and goes on."""
    must(actor, rules.STEPS["settle"].power, initiative)
    told = _cleaned(Told(reason=note, document=document, mark=mark))
    refuse_if(rules.why_not_fresh(initiative, version))
    refuse_if(rules.why_not_settle(initiative, mark=mark))
    refuse_if(rules.why_not_told(initiative, reason=told.reason, document=told.document, on=on, known=known))
    # The day of the last move, so that nothing later is entered for a day before the settling.
    compare_and_set(initiative, mark=Mark(mark), state_on=on, heard_on=heard(initiative, on))
    keep_move(initiative, initiative.state, actor=actor, on=on, known=known, told=told)
    _record(SETTLED, initiative, told, actor=actor, on=on, known=known)
    return initiative


@transaction.atomic
def remove(
    *,
    actor: Actor,
    initiative: Initiative,
    reason: str,
    document: str,
    note: str = "",
    version: int | None = None,
    on: date,
    known: datetime,
) -> Initiative:
    """Take a model off the list, with a reason of `RemovalReason` and the decision or conclusion that says so. It is
    never deleted: it stays readable and is counted apart."""
    must(actor, rules.STEPS["remove"].power, initiative)
    refuse_if(rules.why_not_removal(reason))
    told = Told(reason=note, code=reason, document=document)
    return _move(actor, initiative, "remove", REMOVED, told, version=version, on=on, known=known)


@transaction.atomic
def confirm(
    *, actor: Actor, initiative: Initiative, version: int | None = None, on: date, known: datetime
) -> Confirmation:
    """The yearly word of the owner that a model in the list goes on; once in a calendar year."""
    must(actor, rules.STEPS["confirm"].power, initiative)
    refuse_if(rules.why_not_fresh(initiative, version))
    refuse_if(rules.why_not_confirm(initiative, on=on, known=known))
    compare_and_set(initiative, heard_on=heard(initiative, on))  # of two who confirm at once the second is told
    if Confirmation.objects.filter(initiative=initiative, year=on.year).exists():
        raise Refused(rules.confirmed_already(on.year))
    made = Confirmation.objects.create(
        initiative=initiative, year=on.year, on=on, actor_id=actor.id, actor_name=actor.name[:150], known=known
    )
    audit.record(CONFIRMED, actor=actor, on=on, known=known, subject=subject_of(initiative), facts={"year": on.year})
    return made


@transaction.atomic
def confirm_many(
    *, actor: Actor, seen: Sequence[tuple[Initiative, int]], on: date, known: datetime
) -> list[Confirmation]:
    """Confirm several models (with the version seen of each) for the year: all, or none with every reason."""
    return each(seen, lambda i, v: confirm(actor=actor, initiative=i, version=v, on=on, known=known))


def _move(
    actor: Actor,
    initiative: Initiative,
    verb: str,
    act: Act,
    told: Told,
    *,
    version: int | None,
    on: date,
    known: datetime,
) -> Initiative:
    step = rules.STEPS[verb]
    assert step.to is not None
    must(actor, step.power, initiative)
    said = _cleaned(told)
    refuse_if(rules.why_not_fresh(initiative, version))
    refuse_if(rules.why_not_step(initiative, verb))
    refuse_if(rules.why_not_document(step.to, said.document))
    refuse_if(rules.why_not_told(initiative, reason=said.reason, document=said.document, on=on, known=known))
    move(initiative, step.to, actor=actor, on=on, known=known, told=said)
    post(INITIATIVES, [image(initiative, day=on, cause=Cause.MOVE)], known=known)
    _record(act, initiative, said, actor=actor, on=on, known=known)
    return initiative


def _cleaned(told: Told) -> Told:
    return Told(reason=clean(told.reason), code=told.code, document=clean(told.document), mark=told.mark)


def _record(act: Act, initiative: Initiative, told: Told, *, actor: Actor, on: date, known: datetime) -> None:
    """The entry of the trail, with what was said; the code is a level or a reason, as the act calls it."""
    said = {"note": told.reason, "document": told.document, "mark": told.mark}
    said |= {"reason": told.code, "level": told.code}
    facts = {key: said[key] for key in sorted(act.facts) if said[key]}
    audit.record(act, actor=actor, on=on, known=known, subject=subject_of(initiative), facts=facts)
