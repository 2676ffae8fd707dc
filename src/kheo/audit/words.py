"""Words of the audit trail: an act has a permanent dotted code, a closed set of fact keys and a sentence for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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


SEALED = Act("audit.sealed", frozenset({"entries"}), _("sealed entries"))
