"""The actor somebody is today, from posts and powers; which role holds which power; who a sign-in means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Q, QuerySet

from kheo.base.access import Actor, Reach
from kheo.base.kept import Kept
from kheo.base.powers import Power
from kheo.people.models import Post, Role, RolePower, User
from kheo.people.rules import as_stored, phone_of
from kheo.people.words import ROLE_NAMES, RoleRow, Scope
from kheo.units.queries import candidate_places, views
from kheo.units.words import Level, UnitView

if TYPE_CHECKING:
    from kheo.base.errors import StrOrPromise


def actor_of(user: User, on: date) -> Actor:
    """Who this person is: the reach of the posts active on `on`, read against the map of `on`.

    `on` is the real today, also when a deed is entered for an earlier day: nobody acts with rights that have ended,
    nor with rights that only begin. A post whose unit is gone by then gives nothing; a successor's post is given by a
    person. Four queries at most: posts, powers, names of units, places that wait to be placed (one a commune role).
    """
    held = list(active(on).filter(person_id=user.pk).select_related("role", "organisation").order_by("pk"))
    units = units_of(held, on)
    held = [post for post in held if _stands(post, units, on)]
    by_role: dict[str, list[Post]] = defaultdict(list)
    for post in held:
        by_role[post.role_id].append(post)
    reach: dict[Power, Reach] = {}
    for role, powers in _powers(by_role).items():
        where = _reach(by_role[role])
        for power in powers:
            reach[power] = reach.get(power, Reach()) | where
    labels = tuple(_label(post, units) for post in held)
    return Actor(id=user.pk, name=user.username, reach=reach, label=user.full_name, posts=labels)


def actor_named(username: str, on: date) -> Actor | None:
    """The actor behind a user name; None when there is no such account or it is closed."""
    user = person(username)
    return actor_of(user, on) if user is not None and user.is_active else None


def active(on: date) -> QuerySet[Post]:
    """Posts that hold on the day."""
    return Post.objects.filter(Q(start__lte=on), Q(end__isnull=True) | Q(end__gt=on))


def units_of(posts: Collection[Post], on: date) -> dict[int, UnitView]:
    """The units that posts and their organisations name, as they are called on the day."""
    ids = {post.unit_id for post in posts} | {post.now_c or post.now_p for post in posts if post.organisation_id}
    return views((unit for unit in ids if unit is not None), on) if ids - {None} else {}


def _stands(post: Post, units: Mapping[int, UnitView], on: date) -> bool:
    """Whether the seat is of the kind the role needs, and its unit still there: a post ends with its unit."""
    level = {Scope.PROVINCE.value: Level.PROVINCE, Scope.COMMUNE.value: Level.COMMUNE}.get(post.role.scope)
    if level is None:
        seated = post.organisation_id is not None
        return post.unit_id is None and seated == (post.role.scope == Scope.ORGANISATION)
    unit = units.get(post.unit_id or 0)
    if unit is None or unit.level != level:
        return False
    return (unit.valid_from is None or unit.valid_from <= on) and (unit.valid_to is None or unit.valid_to > on)


def _reach(posts: list[Post]) -> Reach:
    """Where the posts of one role reach. One query when they are of communes."""
    scope = posts[0].role.scope
    units = frozenset(post.unit_id for post in posts if post.unit_id is not None)
    if scope == Scope.NATION:
        return Reach(all=True)
    if scope == Scope.PROVINCE:
        return Reach(provinces=units)
    if scope == Scope.COMMUNE:
        return Reach(communes=units, places=candidate_places(units))
    return Reach(orgs=frozenset(post.organisation_id for post in posts if post.organisation_id is not None))


def _powers(roles: Collection[str]) -> dict[str, list[Power]]:
    """The powers of each role; a stored code this release does not know gives nothing."""
    kept = POWERS.values()
    if lacking := set(roles) - kept.keys():
        fresh: dict[str, list[Power]] = {role: [] for role in lacking}
        for role, power in RolePower.objects.filter(role_id__in=lacking).values_list("role_id", "power"):
            if power in Power.values:
                fresh[role].append(Power(power))
        kept |= fresh
    return {role: kept[role] for role in roles}


def _powers_stamp() -> object:
    return RolePower.objects.aggregate(Count("id"), Max("id"))


POWERS: Kept[str, list[Power]] = Kept(_powers_stamp, most=1_000)


def role_name(role: Role) -> StrOrPromise:
    """The role's name in the reader's language; a role an installation added has its stored name."""
    return ROLE_NAMES.get(role.code, role.name)


def _label(post: Post, units: Mapping[int, UnitView]) -> str:
    return ", ".join(filter(None, (str(role_name(post.role)), seat_name(post, units))))


def seat_name(post: Post, units: Mapping[int, UnitView]) -> str:
    """Where a post is held, as people say it; "" for the whole country."""
    unit = units.get(post.unit_id or post.now_c or post.now_p or 0)
    names = (post.organisation.name if post.organisation else "", unit.full_name if unit else "")
    return ", ".join(filter(None, names))


def roles() -> list[RoleRow]:
    """Which role holds which power, from the widest reach to the narrowest. Two queries."""
    rank = {scope.value: i for i, scope in enumerate(Scope)}
    listed = sorted(Role.objects.all(), key=lambda role: (rank.get(role.scope, 9), role.code))
    powers = _powers([role.code for role in listed])
    return [RoleRow(r.code, role_name(r), Scope(r.scope), frozenset(powers.get(r.code, ()))) for r in listed]


def person(username: str) -> User | None:
    """The account of a user name, open or closed."""
    return User.objects.filter(username=as_stored(username)).first()


def login_names(written: str) -> list[User]:
    """The accounts behind what somebody typed to sign in: the one of that name, else those with that number.

    Never none: an unknown name stands as an account that is not stored, under its one spelling. One query whether there
    is such an account or not, and at most five accounts, the oldest first.
    """
    name, phone = as_stored(written), phone_of(written)
    found = list(User.objects.filter(Q(username=name) | Q(phone=phone or "-")).order_by("pk")[:5])
    named = [user for user in found if user.username == name]
    return named or found or [User(username=phone or name, is_active=False)]
