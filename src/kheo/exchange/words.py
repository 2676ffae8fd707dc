"""Words of bringing tables in: the fate of a row, the life of an import, and what an importer must offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kheo.audit.words import Act

if TYPE_CHECKING:
    from kheo.base.access import Actor
    from kheo.base.errors import Refusal


class Fate(TextChoices):
    """What will become of a row when the import is saved."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    ASKED = "asked", _("To be asked")
    REFUSED = "refused", _("Refused")


class RunState(TextChoices):
    STAGED = "staged", _("Waiting to be saved")
    SAVED = "saved", _("Saved")
    UNDONE = "undone", _("Undone")


STAGED = Act("exchange.stage", frozenset({"kind", "file", "sha256", "rows"}), _("read a file for import"))
SAVED = Act("exchange.save", frozenset({"kind", "new", "changed", "unchanged", "left_out"}), _("saved an import"))
UNDONE = Act("exchange.undo", frozenset({"kind", "voided", "restored"}), _("undid an import"))
ACTS = (STAGED, SAVED, UNDONE)


@dataclass(frozen=True)
class Question:
    """Something only the person can decide: answered by one of `choices` (value, text), kept under `key`."""

    key: str
    refusal: Refusal
    choices: Sequence[tuple[str, str]] = ()


@dataclass
class RowReading:
    """One row as an importer reads it: JSON-able `values`, what people see, and what stands against it."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)


@dataclass(frozen=True)
class Match:
    """What the room already holds for a reading: the row's id and version, and how the values differ."""

    id: int
    version: int
    changes: Mapping[str, tuple[Any, Any]]  # column -> (old, new); empty: unchanged
    before: Mapping[str, Any] = field(default_factory=dict)  # what `void` needs to put it back
    shown: str = ""  # how the held row is called: "Giống hệt bản ghi ..."


@dataclass(frozen=True)
class SavedRow:
    """What `save_many` wrote for a sheet row."""

    number: int
    id: int
    version: int


class Importer(Protocol):
    """What a room offers so that its lists can be brought in (wired in config/wiring.py).

    `options` are what the person chose for the whole file; they were checked by `why_not_options`.
    """

    kind: str
    meanings: Mapping[str, Sequence[str]]  # meaning -> headings people write, for the reader

    def why_not_options(self, actor: Actor, options: Mapping[str, Any], on: date) -> Refusal | None: ...
    def open(self, actor: Actor, options: Mapping[str, Any], on: date, table: Any) -> ImportSession: ...


class ImportSession(Protocol):
    """One import in progress: caches units, periods and rights once for the whole file."""

    def read_row(self, row: Any, answers: Mapping[str, str]) -> RowReading: ...
    def match(self, readings: Sequence[RowReading]) -> Mapping[int, Match | Question]: ...
    def save_many(
        self, readings: Sequence[RowReading], matches: Mapping[int, Match], *, run: int, known: datetime
    ) -> Sequence[SavedRow]: ...
    def void(self, rows: Sequence[tuple[int, int, Mapping[str, Any] | None]], *, run: int, known: datetime) -> None: ...
    def totals(self, readings: Sequence[RowReading]) -> dict[str, Any]: ...
