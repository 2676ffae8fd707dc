"""People for tests: an account with one post, made straight in the tables."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import count

from django.conf import settings
from django.contrib.auth.hashers import make_password

from kheo.base.access import Actor
from kheo.base.text import same_key, sort_key
from kheo.people.actions import load_roles
from kheo.people.models import Organisation, Post, Role, User
from kheo.people.queries import actor_of
from kheo.units.queries import by_code, root_place
from kheo.units.words import UnitView

TODAY = date(2026, 11, 25)
START = date(2025, 7, 1)
PASSWORD = "mot-mat-khau-dai"
_number = count(1)


def unit(code: str, on: date = TODAY, level: str | None = None) -> UnitView:
    (found,) = by_code(code, on, level)
    return found


@cache
def _hashed(_hasher: str) -> str:
    """The stored form of the one password, made once for each way of hashing."""
    return make_password(PASSWORD)


def account(username: str = "", language: str = "vi", active: bool = True) -> User:
    name = username or f"u{next(_number)}"
    return User.objects.create(
        username=name,
        full_name=f"Cán bộ {name}",
        password=_hashed(settings.PASSWORD_HASHERS[0]),
        language=language,
        is_active=active,
    )


def village(name: str = "Thôn 3", code: str = "22945") -> Organisation:
    place = root_place(unit(code).id)
    return Organisation.objects.create(
        name=name,
        key=same_key(name),
        sort_key=sort_key(name),
        line="village",
        place=place,
        now_p=place.now_p,
        now_c=place.now_c,
    )


def post(
    person: User,
    role: str,
    code: str = "",
    organisation: Organisation | None = None,
    start: date = START,
    end: date | None = None,
    on: date = TODAY,
) -> Post:
    """A post for the unit of this code (as of `on`), the organisation, or the whole country."""
    if not Role.objects.exists():
        load_roles()
    seat = unit(code, on) if code else None
    place = root_place(seat.id) if seat else organisation
    return Post.objects.create(
        person=person,
        role_id=role,
        unit_id=seat.id if seat else None,
        organisation=organisation,
        now_p=place.now_p if place else None,
        now_c=place.now_c if place else None,
        start=start,
        end=end,
    )


def officer(role: str, code: str = "", organisation: Organisation | None = None, username: str = "") -> Actor:
    """The actor of a new account with this one post, today."""
    person = account(username)
    post(person, role, code, organisation)
    return actor_of(person, TODAY)
