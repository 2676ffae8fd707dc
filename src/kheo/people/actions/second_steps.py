"""Second steps: a person adds and removes their own; the office takes away what was lost, with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.db import IntegrityError, transaction
from django.db.models import F

from kheo.audit.actions import record
from kheo.base.access import Actor
from kheo.base.errors import NotAllowed, Refused, refuse_if
from kheo.base.text import clean
from kheo.people import rules
from kheo.people.actions.accounts import must_keep, subject_of
from kheo.people.models import User
from kheo.people.words import CODES_RENEWED, SECOND_STEP_ADDED, SECOND_STEP_LOST, SECOND_STEP_REMOVED, SecondStep


@transaction.atomic
def add_codes_app(*, actor: Actor, person: User, secret: str, on: date, known: datetime) -> bool:
    """The person's telephone makes codes from now on; who checked one of them asks. Whether recovery codes were made.

    Raises Refused(people.second_step_there) when another page was first.
    """
    _must_be_theirs(actor, person)
    try:
        with transaction.atomic():
            TOTP.activate(person, secret)
    except IntegrityError:
        raise Refused(rules.STEP_THERE) from None
    return _added(actor, person, SecondStep.TOTP, on, known)


@transaction.atomic
def add_passkey(
    *, actor: Actor, person: User, name: str, credential: Mapping[str, Any], on: date, known: datetime
) -> bool:
    """The person's device signs in from now on; who checked the answer of the device asks. As `add_codes_app`."""
    _must_be_theirs(actor, person)
    WebAuthn.add(person, clean(name)[:60], dict(credential))
    return _added(actor, person, SecondStep.PASSKEY, on, known)


def _added(actor: Actor, person: User, step: SecondStep, on: date, known: datetime) -> bool:
    first = not _steps(person).filter(type=Authenticator.Type.RECOVERY_CODES).exists()
    if first:
        RecoveryCodes.activate(person)
    facts = {"step": step.value}
    record(SECOND_STEP_ADDED, actor=actor, on=on, known=known, subject=subject_of(person), facts=facts)
    return first


@transaction.atomic
def remove_second_step(*, actor: Actor, person: User, step: Authenticator, on: date, known: datetime) -> None:
    """The person no longer uses this app or passkey; with the last of them the recovery codes go."""
    _must_be_theirs(actor, person)
    if step.user_id != person.pk or step.type == Authenticator.Type.RECOVERY_CODES:
        raise NotAllowed(rules.NOT_THEIRS)
    step.delete()
    left = _steps(person)
    if not left.exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
        left.delete()
    facts = {"step": SecondStep(step.type).value}
    record(SECOND_STEP_REMOVED, actor=actor, on=on, known=known, subject=subject_of(person), facts=facts)


@transaction.atomic
def renew_recovery_codes(*, actor: Actor, person: User, on: date, known: datetime) -> None:
    """New recovery codes; the ones before no longer open anything."""
    _must_be_theirs(actor, person)
    _steps(person).filter(type=Authenticator.Type.RECOVERY_CODES).delete()
    RecoveryCodes.activate(person)
    record(CODES_RENEWED, actor=actor, on=on, known=known, subject=subject_of(person))


@transaction.atomic
def forget_second_step(*, actor: Actor, person: User, reason: str, on: date, known: datetime) -> None:
    """Take away the second step of a person who lost telephone, device and codes; their sessions end.

    Who may give the account a new password may do this, never to themselves. Raises Refused: people.reason,
    people.no_second_step.
    """
    must_keep(actor, person, on)
    reason = clean(reason)
    refuse_if(rules.why_not_reason(reason))
    if not _steps(person).delete()[0]:
        raise Refused(rules.NO_STEP)
    User.objects.filter(pk=person.pk).update(sign_outs=F("sign_outs") + 1)
    facts = {"reason": reason}
    record(SECOND_STEP_LOST, actor=actor, on=on, known=known, subject=subject_of(person), facts=facts)


def _steps(person: User) -> Any:
    return Authenticator.objects.filter(user=person)


def _must_be_theirs(actor: Actor, person: User) -> None:
    """A second step is the person's own; no office adds one for them."""
    if actor.id != person.pk:
        raise NotAllowed(rules.NOT_THEIRS)
