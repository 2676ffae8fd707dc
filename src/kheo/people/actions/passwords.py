"""First passwords: made by the office, shown once on paper, changed at the first signing in."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher
from django.db import transaction

from kheo.audit.actions import record
from kheo.base.access import Actor
from kheo.base.errors import refuse_if
from kheo.people import rules
from kheo.people.actions.accounts import must_keep, subject_of
from kheo.people.models import Post, User
from kheo.people.words import PASSWORD_GIVEN, VILLAGE_EDITOR, VILLAGE_RESET, Slip

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that reads like another on paper
# Twelve letters drawn by lot are 59 bits: no slow hash is needed, and five hundred of them stand in the time of ten.
# Signing in with one hashes it anew at full strength.
_ROUNDS = 20_000


def first_password() -> tuple[str, str]:
    """A password people can copy from paper, and its stored form."""
    password = "-".join("".join(secrets.choice(_LETTERS) for _letter in range(4)) for _word in range(3))
    hasher = get_hasher()
    if isinstance(hasher, PBKDF2PasswordHasher):
        return password, hasher.encode(password, hasher.salt(), iterations=min(_ROUNDS, hasher.iterations))
    return password, hasher.encode(password, hasher.salt())


@transaction.atomic
def give_passwords(*, actor: Actor, people: Sequence[User], on: date, known: datetime) -> list[Slip]:
    """A new first password for each of these accounts, or for none of them; their sessions end.

    Raises Invisible or NotAllowed for an account the actor does not look after, Refused: people.nobody,
    people.table_long, people.account_closed.
    """
    refuse_if(rules.why_not_give_passwords(people))
    for person in people:
        must_keep(actor, person, on)
    return [_give(actor, person, on, known) for person in people]


def _give(actor: Actor, person: User, on: date, known: datetime) -> Slip:
    password, stored = first_password()
    User.objects.filter(pk=person.pk).update(password=stored, must_change=True)
    person.refresh_from_db()
    held = list(Post.objects.filter(person=person).exclude(end__lte=on).select_related("organisation"))
    villages = [p.organisation for p in held if p.role_id == VILLAGE_EDITOR and p.organisation is not None]
    if villages and len(villages) == len(held):
        facts = {"organisation": villages[0].pk}
        record(VILLAGE_RESET, actor=actor, on=on, known=known, subject=subject_of(person), facts=facts)
    else:
        record(PASSWORD_GIVEN, actor=actor, on=on, known=known, subject=subject_of(person))
    seat = villages[0].name if villages else ""
    return Slip(seat, person.full_name, person.username, person.phone or "", password)
