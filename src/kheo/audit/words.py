"""Words of the audit trail: an act has a permanent dotted code, a closed set of fact keys and a sentence for people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from kheo.base.errors import StrOrPromise


@dataclass(frozen=True)
class Act:
    """What can be recorded. `facts` is the closed set of keys an entry of this act may carry."""

    code: str
    facts: frozenset[str]
    text: StrOrPromise


@dataclass(frozen=True)
class Subject:
    """What was acted on, kept as text so that the entry outlives it: kind ("initiative"), id, and its name that day."""

    kind: str
    id: str
    label: str


# The note a sealer leaves in the trail: how many entries it sealed, the last link's number and hash. A chain cut short
# no longer agrees with its newest note.
SEALED = Act("audit.sealed", frozenset({"entries", "seq", "hash"}), _("sealed entries"))

_acts: dict[str, Act] = {SEALED.code: SEALED}


def wire_acts(acts: Iterable[Act]) -> None:
    """Make the rooms' acts known (config/wiring.py, once at start). Raises ValueError when one code means two acts."""
    for act in acts:
        if _acts.setdefault(act.code, act) != act:
            raise ValueError(f"two acts share the code {act.code}")


def acts() -> list[Act]:
    """Every act that can be recorded, by code."""
    return [_acts[code] for code in sorted(_acts)]


def act_of(code: str) -> Act | None:
    """The act of a code; None for one this release does not know."""
    return _acts.get(code)


class Fault(TextChoices):
    """What can be wrong with the chain."""

    CHANGED = "changed", _("the entry, or its seal, was changed after it was sealed")
    MISSING = "missing", _("the entry was sealed and is gone")
    REORDERED = "reordered", _("another entry stands where this one was sealed")
    SEAL_GAP = "seal_gap", _("seals are missing before this entry")


@dataclass(frozen=True)
class Verdict:
    """What a check of the chain found.

    `sealed`: links that hold, up to the first fault; `open`: entries not yet sealed, the sealer's own notes apart;
    `first_broken`: number of the first entry that cannot be trusted; `head`: hash of the last link that holds.
    """

    ok: bool
    sealed: int
    open: int
    first_broken: int | None = None
    fault: Fault | None = None
    head: str = ""


_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class EntryRow:
    """One line of the trail as others may read it."""

    id: int
    known: datetime
    on: date
    act: str
    text: StrOrPromise
    actor: str
    subject: Subject | None
    facts: dict[str, Any]
    sealed: bool

    @property
    def told(self) -> list[tuple[str, str]]:
        """The facts as a person reads them: key and value as text, lists written out, hashes by their start."""
        return [(key, _told(value)) for key, value in self.facts.items()]


def _told(value: Any) -> str:
    if isinstance(value, str) and _HASH.fullmatch(value):
        return f"{value[:12]}…"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_told(part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(map(_told, value))
    return "–" if value is None else str(value)
