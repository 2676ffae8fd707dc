"""Drafts: kept before they are registered, written on, and registered by all the rules; and keeping a model of an
earlier term, which is a registration with everything filled in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from kheo.audit import actions as audit
from kheo.base.access import Actor, must
from kheo.base.errors import Refusal, refuse_if
from kheo.base.powers import Power
from kheo.figures.words import PeriodView
from kheo.initiatives import rules
from kheo.initiatives.actions.constraints import told_as_refusals
from kheo.initiatives.actions.finding import forget, index
from kheo.initiatives.actions.moving import compare_and_set, keep_move, move, subject_of
from kheo.initiatives.actions.registering import (
    Landing,
    Landings,
    drawn,
    entered,
    everything_against,
    label,
    refuse_all,
    register,
    source_faults,
)
from kheo.initiatives.actions.telling import tell
from kheo.initiatives.models import Initiative
from kheo.initiatives.queries import registration_of, tags, unit_of_today
from kheo.initiatives.words import DISCARDED, DRAFTED, ITEMS, GivenFile, Novelty, Registration, State

# The columns that a sheet fills; the others tell how the model stands.
WRITTEN = (
    *("title", "title_key", "search_key", "sort_key", "code", "field", "kind", "novelty", "period_id", "place_id"),
    *("now_p", "now_c", "owner_id", "replicates_id", "continues_id", "goal", "note", "review_due", *ITEMS),
    *("start", "end", "households"),
)


@transaction.atomic
def draft(
    *, actor: Actor, given: Registration, period: PeriodView, once: str = "", on: date, known: datetime
) -> Initiative:
    """Keep what somebody has written of a model so far: a name is enough. Only who registers at the place sees it; it
    waits for nobody and counts nowhere. `once` is the number of the sheet."""
    landing = _landing(actor, given, on)
    initiative = drawn(given, landing, period, on)
    initiative.state, initiative.counted_on, initiative.once = State.DRAFT, None, once
    initiative.place, initiative.owner = landing.place, landing.owner
    with told_as_refusals([initiative], on=on):
        initiative.save(force_insert=True)
    keep_move(initiative, "", actor=actor, on=on, known=known)
    label([(initiative.pk, given.tags)])
    _told(initiative, actor, on, known)
    return initiative


@transaction.atomic
def redraft(
    *,
    actor: Actor,
    initiative: Initiative,
    given: Registration,
    period: PeriodView,
    version: int | None = None,
    on: date,
    known: datetime,
) -> Initiative:
    """Write on a draft: all of the sheet as it now stands. Raises `Refused` when it is none any more, or
    `initiatives.stale`."""
    must(actor, Power.INITIATIVES_REGISTER, initiative)
    refuse_if(rules.why_not_fresh(initiative, version))
    refuse_if(rules.why_not_finish(initiative, on=on))
    values = _values(drawn(given, _landing(actor, given, on), period, on))
    if any(getattr(initiative, name) != value for name, value in values.items()):
        compare_and_set(initiative, state_on=on, **values)
        _told(initiative, actor, on, known)
    return initiative


@transaction.atomic
def discard_draft(
    *, actor: Actor, initiative: Initiative, version: int | None = None, on: date, known: datetime
) -> Initiative:
    """Throw a draft away: it was never sent, so nothing that anybody accepted is lost. The trail keeps that it was.

    Raises `Refused` when it is no draft any more, or `initiatives.stale`.
    """
    must(actor, Power.INITIATIVES_REGISTER, initiative)
    refuse_if(rules.why_not_fresh(initiative, version))
    refuse_if(rules.why_not_finish(initiative))
    compare_and_set(initiative, voided_at=known)
    forget([initiative.pk])
    subject = subject_of(initiative)
    audit.record(DISCARDED, actor=actor, on=on, known=known, subject=subject)
    return initiative


@transaction.atomic
def submit(
    *,
    actor: Actor,
    initiative: Initiative,
    given: Registration | None = None,
    period: PeriodView | None = None,
    version: int | None = None,
    evidence: Sequence[GivenFile] = (),
    on: date,
    known: datetime,
) -> Initiative:
    """Register a draft, as it is or as `given` now says: by all the rules of `register`, and landing where it would.

    Raises `Refused` with everything that stands against it, or `initiatives.stale`.
    """
    must(actor, Power.INITIATIVES_REGISTER, initiative)
    refuse_if(rules.why_not_fresh(initiative, version))
    refuse_if(rules.why_not_finish(initiative, on=on))
    written, term = registration_of(initiative)
    given, period = given or written, period or term
    landing = Landings(actor, on).of([given])[0]
    must(actor, Power.INITIATIVES_REGISTER, landing.seat)
    refuse_all(everything_against(given, landing, period, actor=actor, on=on))
    row = drawn(given, landing, period, on)
    row.pk = initiative.pk
    with told_as_refusals([row], on=on):
        move(initiative, State.SUBMITTED, actor=actor, on=on, known=known, registered_on=on, **_values(row))
        if landing.state == State.ACCEPTED:
            move(initiative, State.ACCEPTED, actor=actor, on=on, known=known, counted_on=on)
    entered(initiative, period, actor=actor, on=on, known=known)
    if evidence:
        tell(actor=actor, initiative=initiative, evidence=evidence, on=on, known=known)
    return initiative


@transaction.atomic
def keep(*, actor: Actor, initiative: Initiative, period: PeriodView, on: date, known: datetime) -> Initiative:
    """Register a model of an earlier term again for this one, as it was: it stands in the list and goes on.

    It lands where its unit lies today. Raises `Refused` by the rules of `register`, `initiatives.kept_already` naming
    the model that keeps it in this term already.
    """
    must(actor, Power.INITIATIVES_REGISTER, initiative)
    refuse_if(rules.why_not_keep(initiative, period=period))
    return register(
        actor=actor,
        period=period,
        unit_id=unit_of_today(initiative, on) or initiative.place.origin_id,
        owner=initiative.owner,
        novelty=Novelty.KEPT,
        continues=initiative.pk,
        tags=tags(initiative),
        **{name: getattr(initiative, name) for name in ("title", "field", "kind", "households", "code", "goal")},
        **{name: getattr(initiative, name) for name in ("note", *ITEMS)},
        on=on,
        known=known,
    )


def _landing(actor: Actor, given: Registration, on: date) -> Landing:
    """Where a draft comes to lie, if nothing of it stands against keeping it."""
    landing = Landings(actor, on).of([given])[0]
    must(actor, Power.INITIATIVES_REGISTER, landing.seat)
    refused: list[Refusal] = [*rules.draft_faults(given), *source_faults(actor, {given.replicates, given.continues})]
    elsewhere = rules.why_not_owner(landing.owner, landing.seat)
    refuse_all([*refused, elsewhere] if elsewhere else refused)
    return landing


def _values(row: Initiative) -> dict[str, Any]:
    return {name: getattr(row, name) for name in WRITTEN}


def _told(initiative: Initiative, actor: Actor, on: date, known: datetime) -> None:
    index([initiative])
    subject = subject_of(initiative)
    audit.record(DRAFTED, actor=actor, on=on, known=known, subject=subject)
