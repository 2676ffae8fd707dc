"""Demonstration accounts: one for the country, each province, some communes and their neighbours, an ended post, a
village. They bear the names of offices, never of persons, and are flagged as demonstration."""

from __future__ import annotations

import base64
import contextlib
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import ProtectedError

from kheo.audit.actions import record
from kheo.audit.words import Subject
from kheo.base.access import OPERATOR, Actor, must
from kheo.base.powers import Power
from kheo.people.actions.accounts import named
from kheo.people.actions.organisations import create_organisation
from kheo.people.actions.roles import table
from kheo.people.models import Organisation, Post, User
from kheo.people.words import DEMO_MADE, INSTALLATION, Line
from kheo.units.queries import root_places, units_on
from kheo.units.words import Level, UnitView

# The day the two-level administration began: a demonstration list dated autumn 2025 is brought in by its officer.
START = date(2025, 7, 1)
ENDED = date(2025, 10, 1)
VILLAGE_IN = "22945"  # phường Phan Thiết: the ended post and the village editor are there
VILLAGE = "Khu phố 1"


@dataclass(frozen=True)
class _Wanted:
    """One account and its one post, as the table below writes it."""

    username: str
    full_name: str
    role: str
    unit: UnitView | None = None
    organisation: Organisation | None = None
    end: date | None = None


def demo_password(seed: int) -> str:
    """The password all demonstration accounts of this seed share."""
    digest = hashlib.sha256(f"kheo demonstration accounts {seed}".encode()).digest()
    return "Kheo-" + base64.b32encode(digest).decode().lower()[:8]


@transaction.atomic
def demo_accounts(*, seed: int, on: date, known: datetime) -> list[tuple[str, str]]:
    """Make the demonstration accounts that are not there yet, and list all of them as (user name, whose).

    Run again with the same seed it writes nothing; with another seed, accounts that still have the shared password of
    before get the new one. An account of that name that is not a demonstration's is never touched.
    """
    wanted = list(_wanted(on, known))
    stored = {user.username: user for user in User.objects.filter(username__in=[w.username for w in wanted])}
    shared = _shared_password(seed, [user for user in stored.values() if user.is_demo])
    missing = [w for w in wanted if w.username not in stored]
    if missing:
        _make(missing, shared, on, known)
    mine = {name for name, user in stored.items() if user.is_demo} | {w.username for w in missing}
    return [(w.username, w.full_name) for w in wanted if w.username in mine]


def _shared_password(seed: int, there: list[User]) -> str:
    """The one stored hash all accounts share: that of the accounts there, else made anew. One slow hash at most."""
    plain = demo_password(seed)
    before = Counter(user.password for user in there).most_common(1)
    if before and check_password(plain, before[0][0]):
        return before[0][0]
    hashed = make_password(plain)
    if before:
        User.objects.filter(is_demo=True, password=before[0][0]).update(password=hashed)
    return hashed


def _make(missing: list[_Wanted], password: str, on: date, known: datetime) -> None:
    users = User.objects.bulk_create(
        User(username=w.username, password=password, is_demo=True, **named(w.full_name)) for w in missing
    )
    places = root_places(w.unit.id for w in missing if w.unit is not None)
    posts = []
    for user, w in zip(users, missing, strict=True):
        seat = places[w.unit.id] if w.unit else w.organisation
        posts.append(
            Post(
                person=user,
                role_id=w.role,
                unit_id=w.unit.id if w.unit else None,
                organisation=w.organisation,
                now_p=seat.now_p if seat else None,
                now_c=seat.now_c if seat else None,
                start=START,
                end=w.end,
            )
        )
    Post.objects.bulk_create(posts)
    subject = Subject(INSTALLATION, "demonstration", "")
    facts = {"accounts": len(users), "posts": len(posts)}
    record(DEMO_MADE, actor=OPERATOR, on=on, known=known, subject=subject, facts=facts)


def _wanted(on: date, known: datetime) -> Iterator[_Wanted]:
    """Every demonstration account on the map of the day; full names are stored data, in the language of the offices."""
    yield _Wanted("vn", "Cán bộ Ban Tuyên giáo và Dân vận Trung ương", "nation_commission")
    yield _Wanted("admin", "Quản trị hệ thống (trình diễn)", "administrator")
    yield _Wanted("audit", "Kiểm tra viên (trình diễn)", "auditor")
    provinces = units_on(on, level=Level.PROVINCE)
    for unit in sorted(provinces, key=lambda unit: unit.code):
        name = f"Cán bộ Ban Tuyên giáo và Dân vận, {unit.type} {unit.name}"
        yield _Wanted(f"p{unit.code}", name, "province_commission", unit)
    communes = {unit.code: unit for unit in units_on(on, level=Level.COMMUNE)}
    for row in table("demo_communes.csv"):
        if commune := communes.get(row["code"]):
            name = f"Cán bộ dân vận, {commune.type} {commune.name}"
            yield _Wanted(f"c{commune.code}", name, "commune_officer", commune)
    if commune := communes.get(VILLAGE_IN):
        where = f"{commune.type} {commune.name}"
        name = f"Cán bộ dân vận đã thôi nhiệm vụ, {where}"
        yield _Wanted(f"x{commune.code}", name, "commune_officer", commune, end=ENDED)
        village = _village(commune, on, known)
        yield _Wanted(
            f"v{commune.code}", f"Người nhập tin của {VILLAGE.lower()}, {where}", "unit_editor", None, village
        )


def _village(unit: UnitView, on: date, known: datetime) -> Organisation:
    there = Organisation.objects.filter(name=VILLAGE, place=root_places([unit.id])[unit.id]).first()
    return there or create_organisation(
        actor=OPERATOR, name=VILLAGE, line=Line.VILLAGE, unit_id=unit.id, on=on, known=known, is_demo=True
    )


@transaction.atomic
def forget_demo_accounts(*, actor: Actor) -> dict[str, int]:
    """Take the demonstration accounts, posts and organisations away. What real rows name stays: such an account is
    closed and loses its posts. Says how many went by kind; the caller records it."""
    must(actor, Power.PEOPLE_MANAGE, None)
    Post.objects.filter(person__is_demo=True).delete()
    gone = closed = bodies = 0
    for user in User.objects.filter(is_demo=True).order_by("pk"):
        try:
            user.delete()
            gone += 1
        except ProtectedError:  # it brought in a list, and that list stays
            User.objects.filter(pk=user.pk).update(is_active=False, password=make_password(None))
            closed += 1
    for body in Organisation.objects.filter(is_demo=True).order_by("-pk"):
        with contextlib.suppress(ProtectedError):
            body.delete()
            bodies += 1
    return {"accounts": gone, "closed": closed, "organisations": bodies}
