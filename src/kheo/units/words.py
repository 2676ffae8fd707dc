"""Words of the map: levels, types, kinds of succession, and the frozen rows other rooms may read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kheo.audit.words import Act

if TYPE_CHECKING:
    from kheo.base.access import Actor
    from kheo.base.errors import StrOrPromise

# A version without a first day held before the first edition we know; in place_unit that is written as this day.
BEFORE_EDITIONS = date(1900, 1, 1)


class Level(TextChoices):
    """The three levels of the map; districts are history from 2025-07-01."""

    PROVINCE = "province", _("Province level")
    DISTRICT = "district", _("District level")
    COMMUNE = "commune", _("Commune level")


class SuccessionKind(TextChoices):
    """Kinds of `data/units/succession.csv`; the four of `SAME_UNIT` lead to the unit itself."""

    MERGE = "merge", _("merged")
    SPLIT = "split", _("divided, proposed main piece")
    PARTIAL = "partial", _("divided, another piece")
    RENAME = "rename", _("renamed")
    TYPE_CHANGE = "type_change", _("type changed")
    PARENT_CHANGE = "parent_change", _("moved to another parent")
    UNCHANGED = "unchanged", _("unchanged")
    ABOLISHED = "abolished", _("abolished")


class Part(TextChoices):
    """How much of a unit's ground and people went along (`whole_or_part` of the tables)."""

    WHOLE = "whole", _("whole")
    PART = "part", _("a part")
    LAND_ONLY = "land_only", _("land without people")
    LAND_AND_ALL_PEOPLE = "land_and_all_people", _("a part of the land, all the people")
    PEOPLE_ONLY = "people_only", _("people only")


class NameKind(TextChoices):
    """Why another name leads to a unit (`kind` of former_names.csv)."""

    SPELLING = "spelling", _("another spelling")
    TONE_STYLE = "tone_style", _("the tone mark in the other place")
    EARLIER_NAME = "earlier_name", _("an earlier name")
    POPULAR = "popular", _("a popular name")
    EARLIER_UNIT = "earlier_unit", _("a unit that had gone into it before")
    SAME_CODE_2020 = "same_code_2020", _("the name with its code in 2020")


class How(TextChoices):
    """By what the resolver knew a unit."""

    NAME = "name", _("its name")
    OTHER_NAME = "other_name", _("another name or spelling of it")
    UNMARKED = "unmarked", _("its name written without marks")
    OFFICE = "office", _("an office of it")
    VILLAGE = "village", _("a village in it")
    CODE = "code", _("its code")
    ZEROS = "zeros", _("its code, zeros put back")


SAME_UNIT = frozenset({"rename", "type_change", "parent_change", "unchanged"})


@dataclass(frozen=True)
class UnitView:
    """One unit as it stood on a day. Half-open: `valid_to` is the first day this no longer holds (None: holds)."""

    id: int
    level: str
    type: str  # tỉnh, thành phố, quận, huyện, thị xã, xã, phường, thị trấn, đặc khu
    code: str  # text, leading zeros kept; means nothing without its system and day
    code_system: str
    name: str  # without the type
    parent_id: int | None
    valid_from: date | None
    valid_to: date | None
    decree: str
    sort_key: str

    @property
    def uid(self) -> str:
        """Public opaque id, as in data/units: u00001."""
        return f"u{self.id:05d}"

    @property
    def full_name(self) -> str:
        """Type and name, first letter capital: "Phường Phú Thủy", "Phường 1"."""
        return f"{self.type[:1].upper()}{self.type[1:]} {self.name}"


@dataclass(frozen=True)
class PlaceView:
    """A place: the unit a recorder named (`origin`), or one piece of a divided commune (`refines` is then the root)."""

    id: int
    origin: int
    refines: int | None
    rec_c: int | None
    rec_p: int
    now_c: int | None  # None: kept at a higher level, or not yet placed in one piece
    now_p: int


@dataclass(frozen=True)
class Link:
    """One unit that another came from or became: on which day, how, and whether with all of its ground."""

    unit: UnitView
    day: date
    kind: str
    whole_or_part: str  # whole, part, land_only, land_and_all_people, people_only
    primary: bool  # a proposal only; never moves a count
    note: str = ""

    @property
    def kind_label(self) -> StrOrPromise:
        return SuccessionKind(self.kind).label

    @property
    def part_label(self) -> StrOrPromise:
        return Part(self.whole_or_part).label if self.whole_or_part else ""


@dataclass(frozen=True)
class History:
    """A unit's life: its versions in order, what it came from, what it became."""

    versions: tuple[UnitView, ...]
    predecessors: tuple[Link, ...]
    successors: tuple[Link, ...]


APPLIED = Act(
    "units.apply_decree", frozenset({"day", "begun", "ended", "changed", "places"}), _("applied the decree of the map")
)
TURNED = Act("units.turn_map", frozenset({"records"}), _("let records follow the decree of the map"))
ACTS = (APPLIED, TURNED)


@dataclass(frozen=True)
class Move:
    """Where these places lie from today on: unit ids of the province and (None: kept higher) the commune.

    `units`: those of which one of the places is the root.
    """

    now_p: int
    now_c: int | None
    places: tuple[int, ...]
    units: tuple[int, ...]


@dataclass(frozen=True)
class Turn:
    """What the rooms follow when the day of a decree has come: places that lie elsewhere, units that ended."""

    moves: tuple[Move, ...]
    ended: frozenset[int]
    day: date


class Follower(Protocol):
    """A room whose copies of today's province and commune follow a decree; answers how many rows it touched."""

    def __call__(self, *, actor: Actor, turn: Turn, on: date, known: datetime) -> int: ...


_followers: list[Follower] = []


def wire_followers(rooms: Iterable[Follower]) -> None:
    """Fill the slot of followers once, from config/wiring.py."""
    _followers[:] = rooms


def followers() -> tuple[Follower, ...]:
    """The rooms that follow the map, in the order they were wired."""
    return tuple(_followers)
