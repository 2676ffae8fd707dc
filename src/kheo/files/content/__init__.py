"""Engine: what a file is by its content, and the same content without what it hides. No database, no folder."""

from __future__ import annotations

from dataclasses import dataclass

from kheo.base.errors import Refused
from kheo.files import rules
from kheo.files.content.documents import cleaned_office, whole_pdf
from kheo.files.content.photos import cleaned_photo
from kheo.files.words import FileType

__all__ = ["Content", "read_content"]


@dataclass(frozen=True)
class Content:
    """A file as it is kept."""

    type: FileType
    data: bytes
    width: int | None = None
    height: int | None = None


def read_content(data: bytes, filename: str) -> Content:
    """The content as it may be kept; raises `Refused` with a sentence that names the file. Names are never believed."""
    photo = _photo_type(data)
    if photo is not None:
        kept, width, height = cleaned_photo(data, photo, filename)
        return Content(photo, kept, width, height)
    if data.startswith(b"%PDF-"):
        return Content(FileType.PDF, whole_pdf(data, filename))
    if data.startswith(b"PK\x03\x04"):
        return Content(*cleaned_office(data, filename))
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") and "EncryptedPackage".encode("utf-16-le") in data:
        raise Refused(rules.password(filename))
    raise Refused(rules.not_accepted(filename))


def _photo_type(data: bytes) -> FileType | None:
    if data.startswith(b"\xff\xd8\xff"):
        return FileType.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileType.PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return FileType.WEBP
    return None
