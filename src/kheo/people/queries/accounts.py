"""Accounts an actor looks after, as frozen rows; posts and organisations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from kheo.base.access import Actor
from kheo.base.powers import Power
from kheo.base.text import clean, fold
from kheo.people import rules
from kheo.people.models import Organisation, Post, User
from kheo.people.queries.actors import role_name, seat_name, units_of
from kheo.people.words import VILLAGE_EDITOR, AccountRow, PostRow, Scope, SecondStep
from kheo.units.queries import communes_of, units_on
from kheo.units.words import Level, UnitView

LONGEST_SEARCH = 60


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


def kept(actor: Actor, on: date) -> QuerySet[User]:
    """The accounts this actor looks after: those they manage, and editors of villages of their communes, by name."""
    manages = actor.reach_of(Power.PEOPLE_MANAGE)
    if manages.all:
        return visible(actor)
    posts = Post.objects.filter(person_id=OuterRef("pk"))
    seats = Q(now_p__in=manages.provinces) | Q(now_c__in=manages.communes) | Q(organisation_id__in=manages.orgs)
    villages = actor.reach_of(Power.PEOPLE_VILLAGE)
    there = Q(organisation__now_c__in=villages.communes) | Q(
        organisation__now_c__isnull=True, organisation__place__in=villages.places
    )
    editors = there & Q(role_id=VILLAGE_EDITOR) & (Q(end__isnull=True) | Q(end__gt=on))
    return User.objects.filter(Exists(posts.filter(seats | editors))).order_by("username")


def keeps(actor: Actor, person: User, on: date) -> bool:
    """Whether the actor may give this account a new password and put its name and number right."""
    posts = Post.objects.filter(person=person).select_related("organisation")
    return rules.why_not_keep(actor, person, posts, on) is None


def found(users: QuerySet[User], words: str) -> QuerySet[User]:
    """Those whose user name begins so, whose name holds these letters (marks or none), or who have this number."""
    words = clean(words)[:LONGEST_SEARCH]
    if not words:
        return users
    fits = Q(username__startswith=rules.as_stored(words))
    if key := fold(words):
        fits |= Q(name_key__contains=key)
    if number := rules.phone_of(words):
        fits |= Q(phone=number)
    return users.filter(fits)


def accounts(users: Iterable[User], on: date) -> list[AccountRow]:
    """Accounts with all their posts, past ones too, as frozen rows. Three queries."""
    listed = list(users)
    posts = list(Post.objects.filter(person__in=listed).select_related("role", "organisation").order_by("start", "pk"))
    units = units_of(posts, on)
    stepped = set(
        Authenticator.objects.filter(user__in=listed, type__in=SecondStep.values).values_list("user_id", flat=True)
    )
    rows: dict[int, list[PostRow]] = defaultdict(list)
    for p in posts:
        name = role_name(p.role)
        row = PostRow(p.pk, p.role_id, name, p.unit_id, p.organisation_id, seat_name(p, units), p.start, p.end)
        rows[p.person_id].append(row)
    return [
        AccountRow(
            id=u.pk,
            username=u.username,
            full_name=u.full_name,
            language=u.language,
            active=u.is_active,
            demo=u.is_demo,
            posts=tuple(rows[u.pk]),
            phone=u.phone or "",
            must_change=u.must_change,
            second_step=u.pk in stepped,
        )
        for u in listed
    ]


def posts_kept(actor: Actor, person: User, on: date) -> QuerySet[Post]:
    """The posts of a person that this actor may end or hand over, today and to come."""
    open_still = Post.objects.filter(Q(end__isnull=True) | Q(end__gt=on), person=person)
    managed = Q(pk__in=within(open_still, actor, Power.PEOPLE_MANAGE).values("pk"))
    villages = actor.reach_of(Power.PEOPLE_VILLAGE)
    of_villages = Q(role_id=VILLAGE_EDITOR) & (
        Q(organisation__now_c__in=villages.communes)
        | Q(organisation__now_c__isnull=True, organisation__place__in=villages.places)
    )
    if villages.all:
        of_villages = Q(role_id=VILLAGE_EDITOR)
    return open_still.filter(managed | of_villages).select_related("role", "organisation").order_by("start", "pk")


def second_steps(person: User) -> list[Authenticator]:
    """The person's own app and passkeys, recovery codes too, oldest first."""
    return list(Authenticator.objects.filter(user=person).order_by("created_at", "pk"))


def number_of_accounts() -> int:
    """How many accounts there are, open and closed."""
    return User.objects.count()


def organisations(ids: Iterable[int]) -> list[Organisation]:
    """Organisations by id, in the order of the Vietnamese alphabet."""
    return list(Organisation.objects.filter(pk__in=list(ids)).order_by("sort_key", "pk"))


def organisations_in(unit_id: int) -> list[Organisation]:
    """The organisations that lie in a commune or province of today, in the order of the Vietnamese alphabet."""
    return list(Organisation.objects.filter(Q(now_c=unit_id) | Q(now_p=unit_id)).order_by("sort_key", "pk"))


ENDS_SOON = timedelta(days=30)


@dataclass(frozen=True)
class Upkeep:
    """What lies undone with the accounts somebody looks after: accounts nobody ever signed in with, posts that end
    within thirty days, communes without an officer (for who manages posts of communes; else None)."""

    unused: int
    ending: int
    vacant: int | None

    def __bool__(self) -> bool:
        return bool(self.unused or self.ending or self.vacant)


def upkeep(actor: Actor, on: date) -> Upkeep | None:
    """What lies undone with the actor's accounts; None for who looks after none. Three queries."""
    manages = actor.reach_of(Power.PEOPLE_MANAGE)
    if not (manages.all or manages.provinces or actor.may(Power.PEOPLE_VILLAGE)):
        return None
    unused = kept(actor, on).filter(is_active=True, last_login__isnull=True).count()
    held = Post.objects.filter(start__lte=on, end__gt=on, end__lte=on + ENDS_SOON)
    ending = within(held, actor, Power.PEOPLE_MANAGE).count()
    vacant = None
    if manages.all or manages.provinces:
        seats = Post.objects.filter(Q(end__isnull=True) | Q(end__gt=on), role__scope=Scope.COMMUNE, start__lte=on)
        filled = set(within(seats, actor, Power.PEOPLE_MANAGE).values_list("unit_id", flat=True))
        provinces: list[int | None] = [None] if manages.all else [*sorted(manages.provinces)]
        communes = {u.id for p in provinces for u in _communes(p, on)}
        vacant = len(communes - filled)
    return Upkeep(unused, ending, vacant)


def _communes(province: int | None, on: date) -> list[UnitView]:
    return units_on(on, level=Level.COMMUNE) if province is None else communes_of(province, on)
