"""The two ways a deed ends without being done: a rule said no, or the actor may not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

    StrOrPromise = str | StrPromise
else:
    StrOrPromise = object  # a word for type checkers; at run time anything that reads as text


@dataclass(frozen=True)
class Refusal:
    """A rule's no: `code` (dotted, permanent) for tests and machines, `text` (one translated sentence) for people.

    `row` is the sheet row as people count it (from 1) and `column` the heading or letter, when a table was read.
    """

    code: str
    text: StrOrPromise
    row: int | None = None
    column: str | None = None
    facts: dict[str, object] = field(default_factory=dict, compare=False)

    def as_json(self) -> dict[str, object]:
        return {"code": self.code, "row": self.row, "column": self.column, "text": str(self.text)}


class Refused(Exception):
    """An expected no: shown to the person, never logged as a fault. Carries one or more refusals."""

    def __init__(self, refusal: Refusal | Iterable[Refusal]) -> None:
        self.refusals = (refusal,) if isinstance(refusal, Refusal) else tuple(refusal)
        super().__init__(", ".join(r.code for r in self.refusals))

    @property
    def refusal(self) -> Refusal:
        return self.refusals[0]


class NotAllowed(PermissionDenied):
    """The actor lacks the power here: 403 on a page, exit 3 on the command line."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.code)


class Invisible(Exception):
    """The row is not there for this actor, whether or not it exists: 404 on a page, exit 3 on the command line."""


def refuse_if(refusal: Refusal | None) -> None:
    """Raise `Refused` when a `why_not_*` rule answered with a refusal."""
    if refusal is not None:
        raise Refused(refusal)


def must_be_in_transaction() -> None:
    """Guard for writers that only make sense inside their caller's transaction (audit, figures)."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("this writer belongs inside the action's transaction")
