"""Accounts of villages and organisations of a commune: from a table, all or nothing; new first passwords."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from kheo.audit.actions import record
from kheo.base.access import Actor
from kheo.base.errors import Refusal, Refused
from kheo.base.text import same_key, slug, sort_key
from kheo.people import rules
from kheo.people.actions.accounts import named, subject_of, write_account
from kheo.people.actions.passwords import first_password, give_passwords
from kheo.people.models import Organisation, Post, User
from kheo.people.queries import village_fates
from kheo.people.words import VILLAGE_EDITOR, VILLAGE_MADE, Fate, Line, Slip, VillageFate, VillageLine
from kheo.units.queries import root_place
from kheo.units.words import UnitView


@transaction.atomic
def create_village_accounts(
    *,
    actor: Actor,
    unit: UnitView,
    lines: Sequence[VillageLine],
    answers: Mapping[int, str] = {},
    on: date,
    known: datetime,
) -> list[Slip]:
    """An account with a first password and the post of editor for every new line; the same table again makes nothing.

    A line that means an account that is there puts its name or number right. `answers` says, by row, which account a
    doubtful line means, or "new". Villages that are not there yet are entered. Raises Refused with one refusal a bad
    or doubtful line, and then nothing is made.
    """
    fates = village_fates(actor, unit, lines, on, answers)
    bad = [Refusal(f.code, f.why, row=f.line.row) for f in fates if f.fate in (Fate.REFUSED, Fate.ASKED)]
    if bad:
        raise Refused(bad)
    new = [f.line for f in fates if f.fate is Fate.NEW]
    try:
        with transaction.atomic():
            slips = [
                _create(actor, unit, line, name, on, known) for line, name in zip(new, _names(unit, new), strict=True)
            ]
    except IntegrityError as fault:
        raise Refused(rules.SOMEBODY_FIRST) from fault
    _put_right(actor, fates, on, known)
    return slips


def _put_right(actor: Actor, fates: Sequence[VillageFate], on: date, known: datetime) -> None:
    changed = [f for f in fates if f.fate is Fate.CHANGED]
    people = {user.username: user for user in User.objects.filter(username__in=[f.account for f in changed])}
    for fate in changed:
        wanted = {"full_name": fate.line.person, "phone": rules.phone_of(fate.line.phone)}
        person = people[fate.account]
        write_account(actor=actor, person=person, wanted=wanted, changed=fate.changed, on=on, known=known)


def _names(unit: UnitView, lines: Sequence[VillageLine]) -> list[str]:
    """A user name of each: the code of the commune and the village, and a number where there are several."""
    stems = [f"v{unit.code}-{slug(line.village)[:40].strip('-')}".rstrip("-").lower() for line in lines]
    taken = set(User.objects.filter(username__startswith=f"v{unit.code}").values_list("username", flat=True))
    names = []
    for stem in stems:
        name, number = stem, 1
        while name in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name)
        names.append(name)
    return names


def _create(actor: Actor, unit: UnitView, line: VillageLine, username: str, on: date, known: datetime) -> Slip:
    place = root_place(unit.id)
    village, _made = Organisation.objects.get_or_create(
        place=place,
        key=same_key(line.village),
        defaults={
            "name": line.village,
            "sort_key": sort_key(line.village),
            "line": Line.VILLAGE,
            "now_p": place.now_p,
            "now_c": place.now_c,
        },
    )
    number = rules.phone_of(line.phone)
    password, stored = first_password()
    person = User.objects.create(
        username=username, phone=number, password=stored, must_change=True, **named(line.person)
    )
    held = Post.objects.create(
        person=person, role_id=VILLAGE_EDITOR, organisation=village, now_p=village.now_p, now_c=village.now_c, start=on
    )
    facts = {"unit": unit.id, "organisation": village.pk, "post": held.pk}
    record(VILLAGE_MADE, actor=actor, on=on, known=known, subject=subject_of(person), facts=facts)
    return Slip(village.name, person.full_name, username, number or "", password)


@transaction.atomic
def reset_village_password(*, actor: Actor, person: User, on: date, known: datetime) -> Slip:
    """A new first password for an editor of villages within the actor's communes; nobody else's. Their sessions end.

    Raises Invisible where the commune keeps nothing, NotAllowed for an account with any other post, now or to come.
    """
    (slip,) = give_passwords(actor=actor, people=[person], on=on, known=known)
    return slip
