"""Rules of the trail: what may be written in an entry, how an entry is hashed, who may read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kheo.audit.models import Entry
from kheo.audit.words import Act
from kheo.base.access import Actor
from kheo.base.errors import Refusal
from kheo.base.powers import Power

START = "0" * 64  # what stands before the first link


def link(previous: str, entry: Entry, *, as_id: int | None = None) -> str:
    """Hash of one link of the chain: SHA-256 of the previous hash and the entry as canonical JSON.

    `as_id` asks what the hash would be if the entry carried another number. A field that somebody wrote over with
    something that is no longer a day or a text gives another hash, never a fault.
    """
    known = entry.known.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(entry.known, datetime) else ""
    content = {
        "id": entry.pk if as_id is None else as_id,
        "known": known,
        "on": entry.on.isoformat() if isinstance(entry.on, date) else "",
        "act": entry.act,
        "actor": [entry.actor_id_text, entry.actor_name],
        "subject": [entry.subject_kind, entry.subject_id, entry.subject_label],
        "facts": entry.facts,
    }
    text = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=repr)
    return hashlib.sha256(f"{previous}\n{text}".encode("ascii")).hexdigest()


def must_fit(act: Act, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as they will be stored. A key outside the act's closed set, or a value that both databases would not
    give back letter for letter, is a programmer's mistake: ValueError or TypeError."""
    if unknown := sorted(set(facts) - act.facts):
        raise ValueError(f"{act.code} may not carry {', '.join(unknown)}; its facts are {sorted(act.facts)}")
    return {key: _plain(value, f"{act.code}.{key}") for key, value in facts.items()}


def _plain(value: Any, where: str) -> Any:
    """Text, whole numbers, truth, nothing, lists and maps of these; no fractions (the databases write them apart)."""
    if value is None or isinstance(value, bool | int):
        return value if value is None or isinstance(value, bool) else int(value)
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list | tuple):
        return [_plain(part, where) for part in value]
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {storable(key): _plain(part, where) for key, part in value.items()}
    raise TypeError(f"{where} is {type(value).__name__}; a fact is text, a whole number, true, false, null or a list")


def storable(text: str) -> str:
    """Text that both databases accept: no NUL, no half of a broken character (file names of old disks)."""
    return str(text).replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def why_not_read(actor: Actor) -> Refusal | None:
    """Entries are text without a place: only who reads the trail of the whole country may read it."""
    if actor.reach_of(Power.AUDIT_SEE).all:
        return None
    return Refusal("audit.not_open", _("The audit trail is open to the auditors of the whole installation only."))
