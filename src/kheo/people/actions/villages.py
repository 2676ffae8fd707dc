"""Accounts of villages and organisations of a commune: from a table, all or nothing; new first passwords."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from kheo.audit.actions import record
from kheo.audit.words import Subject
from kheo.base.access import Actor
from kheo.base.errors import Invisible, NotAllowed, Refusal, Refused
from kheo.base.powers import Power
from kheo.base.text import same_key, slug, sort_key
from kheo.people import rules
from kheo.people.actions.accounts import subject_of
from kheo.people.models import Organisation, Post, User
from kheo.people.queries import village_fates
from kheo.people.words import (
    ORGANISATION,
    VILLAGE_EDITOR,
    VILLAGE_RESET,
    VILLAGES_MADE,
    Fate,
    Line,
    Slip,
    VillageLine,
)
from kheo.units.queries import root_place
from kheo.units.words import UnitView

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that reads like another on paper


@transaction.atomic
def create_village_accounts(
    *, actor: Actor, unit: UnitView, lines: Sequence[VillageLine], on: date, known: datetime
) -> list[Slip]:
    """An account with a first password and the post of editor for every new line; the same table again makes nothing.

    Villages that are not there yet are entered. Raises Refused with one refusal a bad line, and then nothing is made.
    """
    fates = village_fates(actor, unit, lines, on)
    bad = [Refusal(f.code, f.why, row=f.line.row) for f in fates if f.fate is Fate.REFUSED]
    if bad:
        raise Refused(bad)
    new = [f.line for f in fates if f.fate is Fate.NEW]
    try:
        with transaction.atomic():
            slips = [_create(unit, line, name, on) for line, name in zip(new, _names(unit, new), strict=True)]
    except IntegrityError as fault:
        raise Refused(rules.SOMEBODY_FIRST) from fault
    if slips:
        subject = Subject(ORGANISATION, unit.uid, unit.full_name)
        facts = {"unit": unit.id, "accounts": [slip.username for slip in slips]}
        record(VILLAGES_MADE, actor=actor, on=on, known=known, subject=subject, facts=facts)
    return slips


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


def _create(unit: UnitView, line: VillageLine, username: str, on: date) -> Slip:
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
    number, password = rules.phone_of(line.phone), _password()
    person = User(username=username, full_name=line.person, phone=number, must_change=True)
    person.set_password(password)
    person.save()
    Post.objects.create(
        person=person, role_id=VILLAGE_EDITOR, organisation=village, now_p=village.now_p, now_c=village.now_c, start=on
    )
    return Slip(village.name, person.full_name, username, number or "", password)


def _password() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _letter in range(4)) for _word in range(3))


@transaction.atomic
def reset_village_password(*, actor: Actor, person: User, on: date, known: datetime) -> Slip:
    """A new first password for an editor of villages within the actor's communes; nobody else's. Their sessions end.

    Raises Invisible where the commune keeps nothing, NotAllowed for an account with any other post, now or to come.
    """
    posts = list(Post.objects.filter(person=person).exclude(end__lte=on).select_related("organisation"))
    reach = actor.reach_of(Power.PEOPLE_VILLAGE)
    mine = [p for p in posts if p.role_id == VILLAGE_EDITOR and p.organisation and reach.covers(p.organisation)]
    if not mine:
        raise Invisible  # reads like an account that does not exist
    if actor.id == person.pk or len(mine) != len(posts) or mine[0].organisation is None:
        raise NotAllowed(rules.NOT_A_VILLAGE)
    password, village = _password(), mine[0].organisation
    person.set_password(password)
    person.must_change = True
    person.save(update_fields=["password", "must_change"])
    facts = {"organisation": village.pk}
    record(VILLAGE_RESET, actor=actor, on=on, known=known, subject=subject_of(person), facts=facts)
    return Slip(village.name, person.full_name, person.username, person.phone or "", password)
