"""The only place that answers "who may do what, where". Rights come from posts, read against today's map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kheo.base.errors import NotAllowed, Refusal
from kheo.base.powers import Power


class Placed(Protocol):
    """Anything that lies somewhere on today's map: unit ids of its province and (None: kept higher) its commune."""

    @property
    def now_p(self) -> int: ...
    @property
    def now_c(self) -> int | None: ...


@dataclass(frozen=True)
class Spot:
    """A bare place on today's map, for questions about a unit rather than a row."""

    now_p: int
    now_c: int | None = None


@dataclass(frozen=True)
class Reach:
    """Where one power holds. `communes` and `provinces` are unit ids of today's map, `orgs` organisation ids;
    `places` are the not-yet-placed places of divided communes of which one of `communes` is a candidate."""

    all: bool = False
    provinces: frozenset[int] = frozenset()
    communes: frozenset[int] = frozenset()
    orgs: frozenset[int] = frozenset()
    places: frozenset[int] = frozenset()

    def __or__(self, other: Reach) -> Reach:
        return Reach(
            self.all or other.all,
            self.provinces | other.provinces,
            self.communes | other.communes,
            self.orgs | other.orgs,
            self.places | other.places,
        )

    def covers(self, spot: Placed) -> bool:
        """Whether the power holds at this spot (a row, a place or a `Spot`)."""
        return (
            self.all
            or spot.now_p in self.provinces
            or (spot.now_c is not None and spot.now_c in self.communes)
            or getattr(spot, "owner_id", None) in self.orgs
            or (spot.now_c is None and getattr(spot, "place_id", None) in self.places)
        )


NOWHERE = Reach()


@dataclass(frozen=True)
class Actor:
    """Who acts, built once per request or command. `name` is what the audit keeps; only accounts have an `id`."""

    id: int | None
    name: str
    reach: Mapping[Power, Reach] = field(default_factory=dict)
    label: str = ""
    posts: tuple[str, ...] = ()

    @property
    def signed_in(self) -> bool:
        return self.id is not None

    def reach_of(self, power: Power) -> Reach:
        return self.reach.get(power, NOWHERE)

    def may(self, power: Power, place: Placed | None = None) -> bool:
        """Whether the power holds at the place; without a place, whether it holds anywhere."""
        reach = self.reach_of(power)
        return reach != NOWHERE if place is None else reach.covers(place)


STRANGER = Actor(id=None, name="stranger")
OPERATOR = Actor(id=None, name="operator", reach={power: Reach(all=True) for power in Power}, label="operator")


def must(actor: Actor, power: Power, place: Placed | None) -> None:
    """Raise `NotAllowed` unless the actor holds the power at the place (None: anywhere)."""
    if not actor.may(power, place):
        raise NotAllowed(Refusal("access.no_power", _("You do not have the right to do this here.")))


_M = TypeVar("_M", bound=Model, covariant=True)


class ReachQuerySet(QuerySet[_M]):
    """Query set of a scoped table: it has now_p and now_c beside place, and may have an owner organisation."""

    owner_field = "owner"

    def within(self, actor: Actor, power: Power) -> Self:
        """The rows where the actor holds the power. Nation-wide: no clause at all; nowhere: nothing."""
        reach = actor.reach_of(power)
        if reach.all:
            return self
        clause = Q(pk__in=[])
        if reach.provinces:
            clause |= Q(now_p__in=reach.provinces)
        if reach.communes:
            clause |= Q(now_c__in=reach.communes)
        if reach.orgs:
            clause |= Q(**{f"{self.owner_field}__in": reach.orgs})
        if reach.places:
            clause |= Q(now_c__isnull=True, place__in=reach.places)
        return self.filter(clause)
