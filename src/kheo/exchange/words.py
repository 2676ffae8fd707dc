"""Words of bringing tables in: the fate of a row, the life of an import, and what an importer must offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kheo.audit.words import Act
from kheo.base.errors import Refusal

if TYPE_CHECKING:
    from kheo.base.access import Actor
    from kheo.base.errors import StrOrPromise
    from kheo.base.powers import Power
    from kheo.exchange.reader import Row, Table


class Fate(TextChoices):
    """What will become of a row when the import is saved."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    ASKED = "asked", _("To be asked")
    REFUSED = "refused", _("Refused")


GOOD = (Fate.NEW, Fate.CHANGED, Fate.UNCHANGED)
BAD = (Fate.ASKED, Fate.REFUSED)


class RunState(TextChoices):
    """The life of an import. Only a saved one counts; a file set aside leaves its line and its counts, nothing else."""

    READING = "reading", _("Being read")
    STAGED = "staged", _("Waiting to be saved")
    SAVING = "saving", _("Being saved")
    SAVED = "saved", _("Saved")
    UNDONE = "undone", _("Undone")
    SET_ASIDE = "set_aside", _("Set aside")


STAGED = Act("exchange.stage", frozenset({"kind", "sha256", "rows"}), _("read a file for import"))
SAVED = Act("exchange.save", frozenset({"kind", "new", "changed", "unchanged", "left_out"}), _("saved an import"))
UNDONE = Act("exchange.undo", frozenset({"kind", "voided", "restored"}), _("undid an import"))
ACTS = (STAGED, SAVED, UNDONE)
SUBJECT = "import"  # kind of subject in the audit trail


@dataclass(frozen=True)
class Option:
    """Something the person says about the whole file before it is read. `choices` empty: free text."""

    key: str
    label: StrOrPromise
    choices: Sequence[tuple[str, StrOrPromise]] = ()
    initial: str = ""
    help: StrOrPromise = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """Something only the person can decide: answered by one of `choices` (value, text), kept under `key`.

    The key of a question about a row is local to the row ("unit"); outside it is "12:unit". Without choices only a
    corrected file can answer.
    """

    key: str
    refusal: Refusal
    choices: Sequence[tuple[str, str]] = ()


class Key(NamedTuple):
    """What may stand once in a file. Two rows with the same `value` are refused, naming both."""

    value: str
    column: str | None  # heading of the cell that holds it
    shown: str  # the code or the title as people read it


@dataclass(slots=True)
class RowReading:
    """One row as an importer reads it: JSON-able `values`, what people see, and what stands against it."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)
    answers: Mapping[str, str] = field(default_factory=dict)


class Difference(NamedTuple):
    """One value that will change: how people call it, what is held, what the row says."""

    label: StrOrPromise
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Match:
    """What the room already holds for a reading: the row's id and version, and how the values differ."""

    id: int
    version: int
    changes: Mapping[str, Any] = field(default_factory=dict)  # JSON-able new values; empty: unchanged
    before: Mapping[str, Any] = field(default_factory=dict)  # JSON-able old values, to put them back
    differences: Sequence[Difference] = ()
    shown: str = ""  # how the held row is called


Outcome = Match | Question | Refusal
Progress = Callable[[int, int], None]  # rows done, rows in all


@dataclass(frozen=True, slots=True)
class SavedRow:
    """What was written for a sheet row. `before` None: the row is new."""

    number: int
    id: int
    version: int
    before: Mapping[str, Any] | None = None


class Undone(NamedTuple):
    """What an undo took back."""

    voided: int
    restored: int


class Importer(Protocol):
    """What a room offers so that its lists can be brought in (wired in config/wiring.py).

    `options` are what the person chose for the whole file; they were checked by `why_not_options`.
    """

    @property
    def kind(self) -> str: ...
    @property
    def label(self) -> StrOrPromise: ...
    @property
    def power(self) -> Power:
        """Without it anywhere, nothing can be brought in."""

    @property
    def meanings(self) -> Mapping[str, Sequence[str]]:
        """Meaning (`title`, `field=economy`) -> headings people write, for the reader."""

    @property
    def names(self) -> Mapping[str, StrOrPromise]:
        """Meaning -> what the page calls it."""

    @property
    def columns(self) -> Sequence[tuple[str, StrOrPromise]]:
        """Keys of `RowReading.shown` the preview has a column for; the first one names the row."""

    def options(self, actor: Actor, on: date) -> Sequence[Option]: ...
    def why_not_options(self, actor: Actor, options: Mapping[str, Any], on: date) -> Refusal | None: ...
    def open(
        self, actor: Actor, options: Mapping[str, Any], on: date, table: Table | None, answers: Mapping[str, str]
    ) -> ImportSession:
        """Begin. Without a table nothing is read any more: the session matches, saves or voids what was staged.

        The session may look at all rows now but keeps none of them: they are handed to it one by one.
        """


class ImportSession(Protocol):
    """One import in progress: caches units, periods and rights once for the whole file."""

    @property
    def questions(self) -> Sequence[Question]:
        """About the whole file, not answered yet."""

    def is_blank(self, row: Row) -> bool:
        """Whether a row was only made ready (it names its unit) and nobody filled it in: it is passed over and told."""

    def read_row(self, row: Row, answers: Mapping[str, str]) -> RowReading: ...
    def group(self, reading: RowReading) -> int:
        """Rows of one group are matched together (the unit of a model)."""

    def keys(self, reading: RowReading) -> Sequence[Key]: ...
    def match(self, readings: Sequence[RowReading], in_file: Set[str]) -> Mapping[int, Outcome]:
        """Row number -> what is held for it, what must be asked, or why not; no entry: new. For some rows at a time.

        `in_file`: keys of the whole file, rows that stand in the way included.
        """

    def save_many(
        self, readings: Sequence[RowReading], matches: Mapping[int, Match], *, run: int, known: datetime
    ) -> Sequence[SavedRow]:
        """Write the new and the changed ones in one set; unchanged ones are not written and not returned."""

    def void(self, rows: Sequence[SavedRow], *, run: int, known: datetime) -> Undone:
        """Take an import back. Raises `Refused` naming the rows that were changed since."""

    def totals(self, readings: Iterable[RowReading]) -> dict[str, Any]:
        """What some good rows add up to: numbers, and mappings of numbers; those of many calls are added."""


class Ahead(Protocol):
    """New rows of a long list, written in short commits where nobody meets them, and brought out all at once."""

    def standing(self) -> Mapping[int, object]:
        """Group -> how it stands at this moment; a group with the same value was touched by nobody."""

    def ready(self, readings: Sequence[RowReading]) -> Any:
        """Everything that takes time, before the short commit. Raises `Refused` as `save_many` does."""

    def write(self, ready: Any, *, known: datetime) -> Sequence[int]:
        """Write them, coming, in the caller's transaction; answers their ids (version 1 once they are out)."""

    def beside(self, groups: Set[int]) -> Sequence[int]:
        """Ids of coming rows that what was touched in these other groups may concern."""

    def bring_out(self, *, run: int, known: datetime) -> None:
        """Let all that was written be, in the caller's transaction."""

    def discard(self, ids: Sequence[int]) -> None:
        """Drop rows that never came out; those that did are left alone."""


@runtime_checkable
class WritesAhead(Protocol):
    """A session that can save long lists without keeping others from writing."""

    def ahead(self) -> Ahead: ...


# The lists that can be brought in, by kind; filled once by config/wiring.py.
_importers: dict[str, Importer] = {}


def wire_importers(importers: Iterable[Importer]) -> None:
    """Fill the slot of importers once, from config/wiring.py."""
    _importers.clear()
    _importers.update({importer.kind: importer for importer in importers})


def wired_importers() -> Mapping[str, Importer]:
    """The lists that can be brought in, by kind, in the order they were wired."""
    return _importers
