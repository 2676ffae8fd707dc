"""What a reading is made of: grids of cells as a file holds them, and the table found in one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Generic, NamedTuple, TypeVar

from kheo.base.errors import Refusal

# A cell as the file holds it. An empty cell is "", an error cell is its text (`#REF!`).
Raw = str | int | float | bool | date | datetime | time | timedelta
T = TypeVar("T")


def letter(index: int) -> str:
    """The letters over a column, as people see them: 0 -> A, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class Merge(NamedTuple):
    """A merged range, sheet coordinates from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Grid:
    """One sheet: `rows[0]` is row 1 of the sheet; rows may be of different lengths.

    `fonts` names the font of the cells written in a font of an old Vietnamese code, places from 0.
    """

    name: str
    rows: list[list[Raw]]
    merges: list[Merge] = field(default_factory=list)
    fonts: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True)
class SheetInfo:
    """A sheet of a book before it is read. `hidden` sheets are only read when named."""

    name: str
    hidden: bool = False


@dataclass
class Book:
    """An opened file: `load` gives the grid of one of its `sheets`."""

    kind: str  # xlsx, xls, ods, csv, html, xml2003
    sheets: list[SheetInfo]
    load: Callable[[str], Grid]
    encoding: str | None = None
    delimiter: str | None = None
    date1904: bool = False
    notes: list[Refusal] = field(default_factory=list)
    asked: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True)
class Heading:
    """A column and what it is called: `path` of the merged heading cells above it, outermost first.

    `meaning` is the importer's word for the column. In a group of tick columns (`Lĩnh vực` over `KT`, `VH-XH`) and for
    columns that stand for one choice (`Tập thể`), `choice` is the value that a tick in the column means.
    """

    index: int
    path: tuple[str, ...]
    text: str
    key: str
    meaning: str | None = None
    choice: str | None = None

    @property
    def letter(self) -> str:
        return letter(self.index)

    @property
    def name(self) -> str:
        """How a sentence names the column: letter and heading."""
        return self.letter if self.text == self.letter else f"{self.letter} ({self.text})"


class Row(NamedTuple):
    """A leaf row: its sheet row from 1, the labels of the groups around it, its cells with ditto marks resolved."""

    number: int
    group: tuple[str, ...]
    cells: tuple[Raw, ...]


class Skipped(NamedTuple):
    """A row that is not data, and why: title, heading, numbering, group, subtotal, total, note, signature, after."""

    number: int
    reason: str
    text: str


@dataclass(frozen=True)
class Total:
    """A row of sums: a group's own row, a subtotal or the grand total, over the leaves `first`..`last` (indices)."""

    number: int
    kind: str  # group, subtotal, total
    label: str
    first: int
    last: int  # one past the last leaf
    values: Mapping[int, Decimal]  # column index -> stated number


class Check(NamedTuple):
    """One stated number of a `Total` against the sum of its leaves."""

    number: int
    column: int
    stated: Decimal
    summed: Decimal
    ok: bool


class Reading(NamedTuple, Generic[T]):
    """A typed value, or why there is none. `value` None with nothing else: the cell says nothing.

    `asked` with a value: the reading proposed, to be confirmed. `note`: said, but no obstacle.
    """

    value: T | None = None
    asked: Refusal | None = None
    refused: Refusal | None = None
    note: Refusal | None = None


@dataclass(frozen=True)
class Table:
    """A people-made table as read: leaves, what was left out and why, totals checked, and what must be asked."""

    kind: str
    sheet: str
    encoding: str | None
    delimiter: str | None
    date1904: bool
    headings: tuple[Heading, ...]
    heading_rows: tuple[int, int]  # sheet rows, from 1
    rows: tuple[Row, ...]
    skipped: tuple[Skipped, ...]
    totals: tuple[Total, ...]
    checks: tuple[Check, ...]
    sums: Mapping[int, Decimal]  # column index -> sum of the leaves, columns that may be added up
    asked: tuple[Refusal, ...]
    refused: tuple[Refusal, ...]
    notes: tuple[Refusal, ...] = ()
    serial: int | None = None  # the column of running numbers

    def column(self, meaning: str) -> Heading | None:
        """The one column of that meaning that holds values (not a column of ticks)."""
        return next((h for h in self.headings if h.meaning == meaning and h.choice is None), None)

    def choices(self, meaning: str) -> tuple[Heading, ...]:
        """The tick columns of that meaning."""
        return tuple(h for h in self.headings if h.meaning == meaning and h.choice is not None)

    def cells_of(self, heading: Heading) -> Sequence[Raw]:
        """All leaf values of a column, from the top."""
        index = heading.index
        return [row.cells[index] for row in self.rows]
