"""Readers of people: the actor somebody is today, accounts, posts, organisations, and which role holds which power."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kheo.base.access import Actor, Reach, must
from kheo.base.errors import Refusal, refuse_if
from kheo.base.powers import Power
from kheo.base.text import clean, same_key
from kheo.people import rules
from kheo.people.models import Organisation, Post, Role, RolePower, User
from kheo.people.rules import as_stored, phone_of
from kheo.people.words import (
    MOST_VILLAGES,
    ROLE_NAMES,
    VILLAGE_EDITOR,
    AccountRow,
    Fate,
    Line,
    PostRow,
    RoleRow,
    Scope,
    VillageFate,
    VillageLine,
)
from kheo.units.queries import candidate_places, root_place, views
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
    units = _units_of(held, on)
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


def _units_of(posts: Collection[Post], on: date) -> dict[int, UnitView]:
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
    found: dict[str, list[Power]] = defaultdict(list)
    if roles:
        for role, power in RolePower.objects.filter(role_id__in=list(roles)).values_list("role_id", "power"):
            if power in Power.values:
                found[role].append(Power(power))
    return found


def role_name(role: Role) -> StrOrPromise:
    """The role's name in the reader's language; a role an installation added has its stored name."""
    return ROLE_NAMES.get(role.code, role.name)


def _label(post: Post, units: Mapping[int, UnitView]) -> str:
    return ", ".join(filter(None, (str(role_name(post.role)), _seat(post, units))))


def _seat(post: Post, units: Mapping[int, UnitView]) -> str:
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


def login_name(written: str) -> str:
    """The user name behind what somebody typed to sign in: itself, or that of the account with this telephone number.

    One query whether there is such an account or not; an unknown number reads as its one stored spelling.
    """
    name, phone = as_stored(written), phone_of(written)
    found = dict(User.objects.filter(Q(username=name) | Q(phone=phone or "-")).values_list("username", "phone"))
    if name in found or phone is None:
        return name
    return next(iter(found), phone)


def within(posts: QuerySet[Post], actor: Actor, power: Power) -> QuerySet[Post]:
    """The posts whose seat lies where the actor holds the power."""
    reach = actor.reach_of(power)
    if reach.all:
        return posts
    seats = Q(now_p__in=reach.provinces) | Q(now_c__in=reach.communes) | Q(organisation_id__in=reach.orgs)
    return posts.filter(seats)


def visible(actor: Actor) -> QuerySet[User]:
    """The accounts this actor manages: all, or those with a post where the actor holds the power. By user name."""
    mine = User.objects.order_by("username")
    if actor.reach_of(Power.PEOPLE_MANAGE).all:
        return mine
    return mine.filter(Exists(within(Post.objects.filter(person_id=OuterRef("pk")), actor, Power.PEOPLE_MANAGE)))


def accounts(users: Iterable[User], on: date) -> list[AccountRow]:
    """Accounts with all their posts, past ones too, as frozen rows. Two queries."""
    listed = list(users)
    posts = list(Post.objects.filter(person__in=listed).select_related("role", "organisation").order_by("start", "pk"))
    units = _units_of(posts, on)
    rows: dict[int, list[PostRow]] = defaultdict(list)
    for p in posts:
        seat = _seat(p, units)
        row = PostRow(p.pk, p.role_id, role_name(p.role), p.unit_id, p.organisation_id, seat, p.start, p.end)
        rows[p.person_id].append(row)
    return [
        AccountRow(u.pk, u.username, u.full_name, u.language, u.is_active, u.is_demo, tuple(rows[u.pk])) for u in listed
    ]


def number_of_accounts() -> int:
    """How many accounts there are, open and closed."""
    return User.objects.count()


def organisations(ids: Iterable[int]) -> list[Organisation]:
    """Organisations by id, in the order of the Vietnamese alphabet."""
    return list(Organisation.objects.filter(pk__in=list(ids)).order_by("sort_key", "pk"))


def organisations_in(unit_id: int) -> list[Organisation]:
    """The organisations that lie in a commune or province of today, in the order of the Vietnamese alphabet."""
    return list(Organisation.objects.filter(Q(now_c=unit_id) | Q(now_p=unit_id)).order_by("sort_key", "pk"))


def village_fates(actor: Actor, unit: UnitView, lines: Sequence[VillageLine], on: date) -> list[VillageFate]:
    """What would become of every line; writes nothing. Raises NotAllowed outside the actor's own communes."""
    must(actor, Power.PEOPLE_VILLAGE, root_place(unit.id))
    refuse_if(rules.why_not_table(unit, len(lines), MOST_VILLAGES))
    held = {
        (post.organisation.key, same_key(post.person.full_name), post.person.phone)
        for post in active(on)
        .filter(role_id=VILLAGE_EDITOR, organisation__place=root_place(unit.id))
        .select_related("person", "organisation")
        if post.organisation is not None
    }
    numbers = [number for line in lines if (number := rules.phone_of(line.phone))]
    taken = set(User.objects.filter(phone__in=numbers).values_list("phone", flat=True))
    seen: set[object] = set()
    return [
        _fate(replace(line, village=clean(line.village), person=clean(line.person)), held, taken, seen)
        for line in lines
    ]


def _fate(
    line: VillageLine, held: set[tuple[str, str, str | None]], taken: set[str | None], seen: set[object]
) -> VillageFate:
    number = rules.phone_of(line.phone)
    who = (same_key(line.village), same_key(line.person), number)
    refusal = (
        rules.why_not_organisation(line.village, Line.VILLAGE)
        or rules.why_not_account(line.person, "vi")
        or rules.why_not_phone(line.phone)
    )
    if refusal is None and who in held:
        return VillageFate(line, Fate.SAME)
    if refusal is None and number in taken:
        refusal = Refusal("people.phone_taken", _("Another account has this telephone number."))
    if refusal is None and (who in seen or (number is not None and number in seen)):
        refusal = Refusal("people.line_twice", _("This person or telephone number stands in the table already."))
    seen.update({who, number} - {None})
    if refusal is not None:
        return VillageFate(line, Fate.REFUSED, refusal.text, refusal.code)
    return VillageFate(line, Fate.NEW)
