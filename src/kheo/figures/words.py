"""Words of the figures: measures as rooms declare them, images as rooms post them, answers as everybody reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from django.db.models import IntegerChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kheo.audit.words import Act
from kheo.base.powers import Power

if TYPE_CHECKING:
    from kheo.base.errors import StrOrPromise

# Which map an answer is drawn on: today's, the one each recorder named, or the map of a day.
MapChoice = Literal["now", "recorded"] | date

MAP_WORDS: Mapping[str, StrOrPromise] = {"now": _("today's map"), "recorded": _("map as recorded")}

# A number as it may be shown. Measures with `small_cells` answer SMALL for 1 to 4 and HIDDEN for the cell that would
# give a small one away by subtraction; all others answer plain numbers.
SMALL, HIDDEN = "<5", "…"
Shown = int | Decimal | str

HEALED = Act("figures.heal", frozenset({"measure", "found", "image", "journal"}), _("healed figures after a recount"))
ACTS = (HEALED,)


class Cause(IntegerChoices):
    """Why a line stands in the journal: "new" is the net of ENTER only."""

    ENTER = 1
    LEAVE = 2
    MOVE = 3


@dataclass(frozen=True, slots=True)
class Image:
    """What a fact counts as from `day` on; `n` 0: it no longer counts. `d1..d3`, `state` are the measure's numbers."""

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
    # The room's own rows as images, for recount. A fact may come as several images one after the other, in the order of
    # their days (entered, then moved); the last one is what it counts as today. Rows that never counted are left out.
    facts: Callable[[], Iterable[Image]]
    additive: bool = True
    power: Power | None = None  # None: public
    small_cells: bool = False  # persons, petitions: show "<5" with the complementary cell
    # 0: the facts are counted. Else their amounts are added up, and so many of the stored amount make one of the unit
    # people read: m² kept in hundredths have 100. Amounts of different measures have different units: never added.
    scale: int = 0

    def dimension(self, code: str) -> Dimension | None:
        return next((d for d in self.dimensions if d.code == code), None)

    @property
    def places(self) -> int:
        """Decimal places of its numbers."""
        return len(str(self.scale)) - 1 if self.scale else 0

    def told(self, n: int) -> int | Decimal:
        """A sum as people read it: whole where it is counted, in its own unit where amounts are added up."""
        return Decimal(n).scaleb(-self.places) if self.places else n


_measures: dict[str, Measure] = {}


def wire_measures(measures: Iterable[Measure]) -> None:
    """Fill the slot of measures once, from config/wiring.py. Two measures may share neither code nor id."""
    given = tuple(measures)
    if len({m.code for m in given}) < len(given) or len({m.id for m in given}) < len(given):
        raise ValueError("two measures share a code or an id")
    _measures.clear()
    _measures.update({m.code: m for m in given})


def wired_measures() -> Mapping[str, Measure]:
    """The measures that exist, by code, in the order they were wired."""
    return _measures


@dataclass(frozen=True)
class PeriodView:
    """A period people name: code "2025-2030", half-open days [start, end). `issued_by` is the document that set it."""

    id: int
    code: str
    name: str
    start: date
    end: date
    issued_by: str
    registers: bool = False  # a five-year term in which models are registered


@dataclass(frozen=True)
class Caption:
    """Everything that must stand beside a number: never shown without it (docs/look.md)."""

    measure: StrOrPromise
    unit_of_count: StrOrPromise
    stock_or_flow: str  # "stock" | "flow"
    territory: str
    map: str  # "now" | "recorded" | ISO date
    period: PeriodView | None
    on: date
    source: StrOrPromise = ""
    places: int = 0  # decimal places of its numbers
    added_up: bool = False  # amounts that were told, not things that are counted

    def period_text(self, day: Callable[[date], str]) -> str:
        """Stock or flow and the days, in words. `day` writes a date for the reader."""
        if self.period is None:
            text = gettext("told up to %(day)s") if self.added_up else gettext("stock on %(day)s")
            return text % {"day": day(self.on)}
        text = gettext("told from %(first)s to %(last)s")
        if not self.added_up:
            text = gettext("entered from %(first)s to %(last)s")
        return text % {"first": day(self.period.start), "last": day(self.period.end - timedelta(days=1))}

    def map_text(self, day: Callable[[date], str]) -> str:
        """Whose map the territory is drawn on, in words."""
        if self.map in MAP_WORDS:
            return str(MAP_WORDS[self.map])
        return gettext("map of %(day)s") % {"day": day(date.fromisoformat(self.map))}

    def sentence(self, day: Callable[[date], str] = date.isoformat) -> str:
        """The caption as one line."""
        return gettext("%(measure)s (%(unit)s), %(period)s. %(territory)s, %(map)s. Source: %(source)s.") % {
            "measure": self.measure,
            "unit": self.unit_of_count,
            "period": self.period_text(day),
            "territory": self.territory,
            "map": self.map_text(day),
            "source": self.source,
        }

    def as_json(self) -> dict[str, object]:
        """The caption for machines: codes, ISO days, and the words as they were shown."""
        return {
            "measure": str(self.measure),
            "unit_of_count": str(self.unit_of_count),
            "places": self.places,
            "stock_or_flow": self.stock_or_flow,
            "territory": self.territory,
            "map": self.map,
            "period": self.period.code if self.period else None,
            "start": self.period.start.isoformat() if self.period else None,
            "end": self.period.end.isoformat() if self.period else None,
            "on": self.on.isoformat(),
            "source": str(self.source),
        }


@dataclass(frozen=True)
class Table:
    """Counts by up to two dimensions, zeros included. Nothing is dropped in silence.

    Rows hold codes under the dimension names (a unit also its name under "<dimension>_name") and the number under "n".
    The rows and `kept_higher` add up to `total`; `not_on_this_map` and `apart` stand beside it.
    """

    rows: tuple[dict[str, object], ...]
    total: Shown
    not_on_this_map: Shown
    caption: Caption
    by: tuple[str, ...] = ()
    kept_higher: Shown = 0  # asked by commune: counted in the territory but at no commune of it
    apart: tuple[dict[str, object], ...] = ()  # states that do not count ("removed"), of the same territory


@dataclass(frozen=True)
class Coverage:
    """Units by members of one dimension, zeros included, those with most gaps first."""

    rows: tuple[CoverageRow, ...]
    members: tuple[tuple[str, StrOrPromise], ...]
    cells: int
    zeros: int
    total: Shown  # of the territory: the rows and `kept_higher`
    kept_higher: Shown  # counted in the territory but at no commune of it
    caption: Caption
    not_placed: Shown = 0  # of `kept_higher`: recorded in a commune that was divided, waiting for a person to place it
    not_on_this_map: Shown = 0
    level: str = "commune"  # what a row is: "commune" or "province"
    kept_cells: Mapping[str, Shown] = field(default_factory=dict)  # `kept_higher` by member; none where small ones hide

    @property
    def units_with_gaps(self) -> tuple[CoverageRow, ...]:
        return tuple(row for row in self.rows if row.gaps)


@dataclass(frozen=True)
class CoverageRow:
    """One unit of the matrix: its number for each member, and how many of them are gaps (zero)."""

    unit_id: int
    unit_code: str
    unit_name: str
    cells: Mapping[str, Shown]
    total: Shown
    gaps: int = 0
    sort_key: str = ""

    @property
    def uid(self) -> str:
        return f"u{self.unit_id:05d}"


@dataclass(frozen=True)
class Difference:
    """Where image, journal and the room's own rows disagree about one fact.

    `what` "image": the room's row against the image (`facts`: "row", "image"); "journal": the image against the net of
    the lines ("image", "journal"). Cells are "place/d1/d2/d3/state: n", with " (amount)" where there is one.
    """

    measure: str
    fact: int
    what: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Quoted:
    """A figure taken from a report, as the report gave it: never summed, never mixed with a counted one."""

    code: str
    value: Decimal
    denominator: Decimal | None
    qualifier: str
    unit_of_count: str
    state: str
    stock_or_flow: str
    territory: str
    map_date: str
    period_from: str
    period_to: str
    source: str
    source_address: str
    source_date: str
    note: str

    def as_json(self) -> dict[str, object]:
        """The row for machines, in the words of its source; whole numbers as integers."""
        numbers = {
            "value": plain(self.value),
            "denominator": None if self.denominator is None else plain(self.denominator),
        }
        return {"id": self.code, **asdict(self), **numbers}


def plain(value: Decimal) -> int | Decimal:
    """A whole number without decimals, any other without the zeros at its end."""
    return int(value) if value == value.to_integral_value() else value.normalize()


def quoted_word(text: str) -> str:
    """A word of a quoted figure in the reader's language, or as it was written when we have no other."""
    return gettext(text) if text else ""


# The words in which the package's quoted figures are given, so that they are translated like all others. A quoted
# figure somebody adds in other words is shown in those.
QUOTED_WORDS: tuple[StrOrPromise, ...] = (
    _("nearly"),
    _("more than"),
    _("basically"),
    _("model"),
    _("model or exemplary case"),
    _("collective"),
    _("individual"),
    _("document"),
    _("commune"),
    _("district"),
    _("district or town"),
    _("community COVID team"),
    _("dialogue"),
    _("reception session"),
    _("gift"),
    _("scholarship"),
    _("house"),
    _("VND"),
    _("per cent of households"),
    _("per cent of procedures"),
    _("registered"),
    _("registered and effectively implemented"),
    _("awarded the provincial chair's certificate of merit"),
    _("newly built"),
    _("in all"),
    _("chosen for the book"),
    _("issued"),
    _("new-rural"),
    _("advanced new-rural"),
    _("model new-rural"),
    _("poor"),
    _("without poor households"),
    _("active"),
    _("with teams"),
    _("held by heads of Party committees and authorities with people"),
    _("held of due by secretaries at all levels"),
    _("published and linked"),
    _("given"),
    _("built or repaired"),
    _("value of gifts scholarships and houses"),
    _("flow"),
    _("stock"),
    _("stock of the period"),
    _("target"),
    _("Gia Lai (as reported)"),
    _("conference of the province"),
    _("conference of the two provincial steering committees"),
    _("interview with the city's commission"),
    _("provincial Party newspaper"),
    _("economy"),
    _("culture-society"),
    _("defence-security"),
    _("political system"),
    _("whether former Bình Định is included is not said"),
    _("ineffective ones were removed in the year; opening and removed are not stated"),
    _("city and subordinate Party committees"),
    _("pinned"),
    _("pinned to its map; the list in units/ has 383 xã on 2024-12-31"),
    _("pinned to the map of 2020-2024"),
    _("our reading: the translations say citizens"),
    _("policy families and members in hardship"),
)
