"""Readers of kept files. Whether somebody may read one is asked by the room whose record holds it, at each download."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from kheo.base.errors import Refused
from kheo.files import rules
from kheo.files.models import StoredFile


def path_of(sha256: str) -> Path:
    """Where the contents with this hash lie: KHEO_VAR/files/ab/cdef..."""
    return Path(settings.FILES) / sha256[:2] / sha256[2:]


def open_(stored: StoredFile) -> BinaryIO:
    """The contents, to be read from the start. Raises `Refused` when they are gone."""
    try:
        return path_of(stored.sha256).open("rb")
    except OSError as fault:
        raise Refused(rules.lost(stored.name)) from fault


def stored(ids: Iterable[int]) -> dict[int, StoredFile]:
    """Kept files by id. One query."""
    return StoredFile.objects.in_bulk(set(ids))


def findings() -> list[str]:
    """What `kheo doctor` says of the folder: contents missing, spoilt, or of no record (left by a saving cut off)."""
    found = []
    held: set[str] = set()
    for file in StoredFile.objects.order_by("sha256", "id").iterator(chunk_size=2000):
        first = file.sha256 not in held
        held.add(file.sha256)
        if not path_of(file.sha256).is_file():
            text = _("The contents of file %(id)s, “%(name)s”, are missing: %(path)s")
        elif first and _hash(path_of(file.sha256)) != file.sha256:
            text = _("The contents of file %(id)s, “%(name)s”, are spoilt: %(path)s")
        else:
            continue
        found.append(text % {"id": file.pk, "name": file.name, "path": path_of(file.sha256)})
    for path in sorted(Path(settings.FILES).glob("??/*")):
        if path.parent.name + path.name not in held:
            text = _("This content belongs to no file and may be deleted: %(path)s")
            found.append(text % {"path": path})
    return found


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
