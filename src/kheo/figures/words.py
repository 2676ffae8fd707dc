"""Words of the figures: measures as rooms declare them, images as rooms post them, answers as everybody reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import IntegerChoices

from kheo.base.powers import Power

if TYPE_CHECKING:
    from kheo.base.errors import StrOrPromise


class Cause(IntegerChoices):
    """Why a line stands in the journal: "new" is the net of ENTER only."""

    ENTER = 1
    LEAVE = 2
    MOVE = 3


@dataclass(frozen=True, slots=True)
class Image:
    """What a fact counts as from `day` on. `n` 0 means it no longer counts. `d1..d3`, `state` are the measure's numbers."""

    fact: int
    place: int
    d1: int
    d2: int
    d3: int
    state: int
    n: int
    amount: int
    day: date
    cause: Cause = Cause.ENTER


@dataclass(frozen=True)
class Dimension:
    """A way to divide a measure: its code in URLs and JSON, the column that keeps it, and number <-> code <-> label."""

    code: str  # "field"
    column: str  # "d1", "d2", "d3" or "state"
    label: StrOrPromise
    members: Mapping[int, tuple[str, StrOrPromise]]  # 1 -> ("economy", "Economy"); order is the order shown

    def code_of(self, number: int) -> str:
        return self.members[number][0]

    def number_of(self, code: str) -> int:
        return next(number for number, (own, _label) in self.members.items() if own == code)


@dataclass(frozen=True)
class Measure:
    """A thing that is counted. The id is permanent: a changed definition is a new measure (figures.md)."""

    id: int
    code: str  # "initiatives"
    label: StrOrPromise
    unit_of_count: StrOrPromise  # "models"
    dimensions: tuple[Dimension, ...]
    counted: frozenset[int]  # states that count; others ("removed") are shown apart
    facts: Callable[[], Iterable[Image]]  # the room's own rows as images, for recount: day = day of the last change
    additive: bool = True
    power: Power | None = None  # None: public
    small_cells: bool = False  # persons, petitions: show "<5" with the complementary cell

    def dimension(self, code: str) -> Dimension | None:
        return next((d for d in self.dimensions if d.code == code), None)


@dataclass(frozen=True)
class PeriodView:
    """A period people name: code "2025-2030", half-open days [start, end). `issued_by` is the document that set it."""

    id: int
    code: str
    name: str
    start: date
    end: date
    issued_by: str


@dataclass(frozen=True)
class Caption:
    """Everything that must stand beside a number: never shown without it (look README)."""

    measure: StrOrPromise
    unit_of_count: StrOrPromise
    stock_or_flow: str  # "stock" | "flow"
    territory: str
    map: str  # "now" | "recorded" | ISO date
    period: PeriodView | None
    on: date
    source: StrOrPromise = ""


@dataclass(frozen=True)
class Table:
    """Counts by up to two dimensions. Rows hold codes under the dimension names and `n`; nothing is dropped in silence."""

    rows: tuple[dict[str, object], ...]
    total: int
    not_on_this_map: int
    caption: Caption


@dataclass(frozen=True)
class Coverage:
    """Communes by members of one dimension, zeros included. `rows`: unit (UnitView), cells by member code, total."""

    rows: tuple[CoverageRow, ...]
    members: tuple[tuple[str, StrOrPromise], ...]
    cells: int
    zeros: int
    total: int
    kept_higher: int  # counted in the territory but at no commune of it
    caption: Caption


@dataclass(frozen=True)
class CoverageRow:
    unit_id: int
    unit_code: str
    unit_name: str
    cells: Mapping[str, int]
    total: int
    gaps: int = 0


@dataclass(frozen=True)
class Difference:
    """Where image, journal and the room's own rows disagree about one fact."""

    measure: str
    fact: int
    what: str  # "image" | "journal"
    facts: Mapping[str, object] = field(default_factory=dict)
