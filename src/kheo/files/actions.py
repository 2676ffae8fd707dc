"""The only writer of kept files: contents first, whole and forced to disk, then their row."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from kheo.audit.actions import record
from kheo.audit.words import Subject
from kheo.base.access import Actor
from kheo.base.errors import Refused, must_be_in_transaction, refuse_if
from kheo.files import rules
from kheo.files.content import Content, read_content
from kheo.files.models import StoredFile
from kheo.files.queries import path_of
from kheo.files.words import KEPT, SUBJECT


@dataclass(frozen=True)
class Ready:
    """A file as it may be kept: read, cleaned, named."""

    content: Content
    name: str
    sha256: str


def ready(*, data: bytes, filename: str) -> Ready:
    """Read and clean a file without keeping it. Asked before a deed's transaction begins, for large photos take a
    while and others wait for whoever writes. Raises `Refused` with a sentence that names the file."""
    refuse_if(rules.why_not_size(len(data), filename))
    content = read_content(data, filename)
    return Ready(content, rules.clean_name(filename, content.type), hashlib.sha256(content.data).hexdigest())


def keep(*, actor: Actor, data: bytes, filename: str, on: date, known: datetime) -> StoredFile:
    """Keep a file: its type read from the content, hidden data removed, the same content under the same name once.

    Raises `Refused` with a sentence that names the file. The room whose record it belongs to asks the right to do so.
    """
    file = ready(data=data, filename=filename)
    with transaction.atomic():
        return keep_ready(actor=actor, file=file, on=on, known=known)


def keep_ready(*, actor: Actor, file: Ready, on: date, known: datetime) -> StoredFile:
    """Keep a file that was made ready: `keep` in two steps. Raises `Refused` when the folder cannot be written."""
    content, name, sha256 = file.content, file.name, file.sha256
    _put(sha256, content.data, name)
    with transaction.atomic():
        if held := StoredFile.objects.filter(sha256=sha256, name=name).first():
            return held
        new = StoredFile(
            sha256=sha256,
            name=name,
            type=content.type,
            size=len(content.data),
            width=content.width,
            height=content.height,
            known=known,
            keeper_id=actor.id,
            keeper_name=actor.name,
        )
        # Two people keeping the same file at once: the second waits for the first and finds its row.
        StoredFile.objects.bulk_create([new], ignore_conflicts=True)
        stored = StoredFile.objects.get(sha256=sha256, name=name)
        if stored.known == known and stored.keeper_id == actor.id:
            facts = {"sha256": sha256, "type": stored.type, "size": stored.size}
            subject = Subject(SUBJECT, str(stored.pk), name)
            record(KEPT, actor=actor, on=on, known=known, subject=subject, facts=facts)
    return stored


def forget(ids: Sequence[int]) -> int:
    """Take these files away, contents too where no other file has them; how many. Demonstration files only: the caller
    knows that no record holds one, and the database refuses when one does."""
    must_be_in_transaction()
    rows = StoredFile.objects.filter(pk__in=ids)
    hashes = set(rows.values_list("sha256", flat=True))
    gone = rows.delete()[0]
    transaction.on_commit(lambda: _unlink(hashes))
    return gone


def _unlink(hashes: set[str]) -> None:
    """Contents of no file any more leave the folder, after the rows are surely gone."""
    held = set(StoredFile.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))
    for sha256 in sorted(hashes - held):
        path_of(sha256).unlink(missing_ok=True)


def _put(sha256: str, data: bytes, filename: str) -> None:
    """The contents under their hash, whole or not at all: written aside, forced to disk, then renamed."""
    path = path_of(sha256)
    if path.is_file() and path.stat().st_size == len(data):
        return
    draft = ""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix="draft-", dir=path.parent)  # mode 600
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
        _settle(path.parent)
    except OSError as fault:
        if draft:
            Path(draft).unlink(missing_ok=True)
        raise Refused(rules.no_room(filename)) from fault


def _settle(folder: Path) -> None:
    """Force the new name of a file to disk as well."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
