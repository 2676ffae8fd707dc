"""Accounts: created, closed, opened again; a new password."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kheo.audit.actions import record
from kheo.audit.words import Act, Subject
from kheo.base.access import Actor, must
from kheo.base.errors import NotAllowed, Refusal, Refused, refuse_if
from kheo.base.powers import Power
from kheo.base.text import clean
from kheo.people import rules
from kheo.people.models import Post, User
from kheo.people.words import ACCOUNT_CLOSED, ACCOUNT_CREATED, ACCOUNT_OPENED, PASSWORD_SET, PERSON


def subject_of(person: User) -> Subject:
    """An account in the audit trail: its user name, never the person's name."""
    return Subject(PERSON, str(person.pk), person.username)


def _checked(password: str, person: User) -> None:
    """Raise Refused with one refusal a fault of the password."""
    try:
        validate_password(password, person)
    except ValidationError as fault:
        raise Refused(Refusal("people.password", text) for text in fault.messages) from None


@transaction.atomic
def create_account(
    *,
    actor: Actor,
    username: str,
    full_name: str,
    password: str,
    language: str = "vi",
    phone: str = "",
    is_demo: bool = False,
    on: date,
    known: datetime,
) -> User:
    """Give a person an account. It opens nothing by itself: rights come with a post.

    Raises Refused: people.username, people.username_taken, people.full_name, people.language, people.phone,
    people.phone_taken, people.password.
    """
    must(actor, Power.PEOPLE_MANAGE, None)
    username, full_name = rules.as_stored(username), clean(full_name)
    refuse_if(rules.why_not_username(username))
    refuse_if(rules.why_not_account(full_name, language))
    refuse_if(rules.why_not_phone(phone))
    number = rules.phone_of(phone)
    if number is not None and User.objects.filter(phone=number).exists():
        raise Refused(Refusal("people.phone_taken", _("Another account has this telephone number.")))
    person = User(username=username, full_name=full_name, language=language, phone=number, is_demo=is_demo)
    _checked(password, person)
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        text = _("There is already an account %(name)s.") % {"name": username}
        raise Refused(Refusal("people.username_taken", text)) from None
    facts = {"language": language, "demo": is_demo}
    record(ACCOUNT_CREATED, actor=actor, on=on, known=known, subject=subject_of(person), facts=facts)
    return person


@transaction.atomic
def close_account(*, actor: Actor, person: User, on: date, known: datetime) -> User:
    """Nobody signs in with this account any more; open sessions end with their next page. Deeds and posts stay."""
    return _turn(actor, person, ACCOUNT_CLOSED, True, on, known)


@transaction.atomic
def open_account(*, actor: Actor, person: User, on: date, known: datetime) -> User:
    """Let a closed account be used again."""
    return _turn(actor, person, ACCOUNT_OPENED, False, on, known)


def _turn(actor: Actor, person: User, act: Act, was: bool, on: date, known: datetime) -> User:
    _must_manage(actor, person)
    if not User.objects.filter(pk=person.pk, is_active=was).update(is_active=not was):
        text = _("The account %(name)s is closed already.") if was else _("The account %(name)s is open already.")
        raise Refused(Refusal("people.account_state", text % {"name": person.username}))
    record(act, actor=actor, on=on, known=known, subject=subject_of(person))
    person.refresh_from_db()
    return person


@transaction.atomic
def set_password(*, actor: Actor, person: User, password: str, on: date, known: datetime) -> User:
    """Set a password: a person their own (who asks has checked the one until now), an administrator that of others.

    Every other session of the account ends. Raises Refused(people.password), NotAllowed.
    """
    own = actor.id == person.pk
    if not own:
        _must_manage(actor, person)
    _checked(password, person)
    person.set_password(password)
    person.must_change = not own  # what somebody else chose opens only the page where it is changed
    person.save(update_fields=["password", "must_change"])
    facts = {"by_themselves": own}
    record(PASSWORD_SET, actor=actor, on=on, known=known, subject=subject_of(person), facts=facts)
    return person


def _must_manage(actor: Actor, person: User) -> None:
    must(actor, Power.PEOPLE_MANAGE, None)
    if (refusal := rules.why_not_manage(actor, Post.objects.filter(person=person))) is not None:
        raise NotAllowed(refusal)
