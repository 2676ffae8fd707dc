"""Accounts: created, closed, opened again; a new password."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from kheo.audit.actions import record
from kheo.audit.words import Act, Subject
from kheo.base.access import Actor, must
from kheo.base.errors import Invisible, NotAllowed, Refusal, Refused, refuse_if
from kheo.base.powers import Power
from kheo.base.text import clean, fold
from kheo.people import rules
from kheo.people.models import Post, User
from kheo.people.queries import kept
from kheo.people.words import (
    ACCOUNT_CHANGED,
    ACCOUNT_CLOSED,
    ACCOUNT_CREATED,
    ACCOUNT_OPENED,
    PASSWORD_SET,
    PERSON,
    SIGNED_OUT,
)


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
    _refuse_taken(actor, number, None, on)
    person = User(username=username, language=language, phone=number, is_demo=is_demo, **named(full_name))
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
    must_keep(actor, person, on)
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


@transaction.atomic
def change_account(
    *,
    actor: Actor,
    person: User,
    full_name: str | None = None,
    phone: str | None = None,
    language: str | None = None,
    on: date,
    known: datetime,
) -> tuple[str, ...]:
    """Put name, telephone number ("" takes it away) or language right, and say which were changed.

    A person does so for themselves, the name apart; whoever looks after the account for others. A number that an
    account out of the actor's sight has is taken all the same. Raises Refused: people.full_name, people.language,
    people.phone, people.phone_taken, people.name_by_office.
    """
    own = actor.id is not None and actor.id == person.pk
    if not own:
        must_keep(actor, person, on)
    name = person.full_name if full_name is None else clean(full_name)
    if own and name != person.full_name:
        raise Refused(rules.BY_OFFICE)
    refuse_if(rules.why_not_account(name, person.language if language is None else language))
    refuse_if(rules.why_not_phone(phone or ""))
    number = person.phone if phone is None else rules.phone_of(phone)
    if number != person.phone and not own:
        _refuse_taken(actor, number, person, on)
    wanted = {"full_name": name, "phone": number, "language": language or person.language}
    changed = tuple(field for field, value in wanted.items() if getattr(person, field) != value)
    if changed:
        write_account(actor=actor, person=person, wanted=wanted, changed=changed, on=on, known=known)
    return changed


def write_account(
    *, actor: Actor, person: User, wanted: dict[str, str | None], changed: tuple[str, ...], on: date, known: datetime
) -> None:
    """Store what was checked, and record which of it changed, never the values."""
    values = {field: wanted[field] for field in changed}
    if (name := values.get("full_name")) is not None:
        values |= named(name)
    User.objects.filter(pk=person.pk).update(**values)
    person.refresh_from_db()
    facts = {"changed": list(changed), "by_themselves": actor.id is not None and actor.id == person.pk}
    record(ACCOUNT_CHANGED, actor=actor, on=on, known=known, subject=subject_of(person), facts=facts)


@transaction.atomic
def sign_out_elsewhere(*, actor: Actor, person: User, on: date, known: datetime) -> User:
    """End every open session of one's own account; who asks goes on with a session of the new count."""
    if actor.id != person.pk:
        raise NotAllowed(rules.NOT_THEIRS)
    User.objects.filter(pk=person.pk).update(sign_outs=F("sign_outs") + 1)
    record(SIGNED_OUT, actor=actor, on=on, known=known, subject=subject_of(person))
    person.refresh_from_db()
    return person


def named(full_name: str) -> dict[str, str]:
    """A name and the key it is found by."""
    return {"full_name": full_name, "name_key": fold(full_name)[:400]}


def must_keep(actor: Actor, person: User, on: date) -> None:
    """Raise NotAllowed where the actor does not look after all of the account; Invisible to who keeps villages only."""
    posts = Post.objects.filter(person=person).select_related("organisation")
    refusal = rules.why_not_keep(actor, person, posts, on)
    if refusal is None:
        return
    manages = actor.id == person.pk or actor.may(Power.PEOPLE_MANAGE)
    if not manages and not kept(actor, on).filter(pk=person.pk).exists():
        raise Invisible  # reads like an account that does not exist
    raise NotAllowed(refusal)


def _refuse_taken(actor: Actor, number: str | None, person: User | None, on: date) -> None:
    """Of accounts the actor sees it is said that they have the number; of others nothing."""
    if number is None:
        return
    others = kept(actor, on).filter(phone=number)
    if (others if person is None else others.exclude(pk=person.pk)).exists():
        raise Refused(rules.PHONE_TAKEN)


def _must_manage(actor: Actor, person: User) -> None:
    must(actor, Power.PEOPLE_MANAGE, None)
    if (refusal := rules.why_not_manage(actor, Post.objects.filter(person=person))) is not None:
        raise NotAllowed(refusal)
