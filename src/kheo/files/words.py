"""Words of the files room: the few types that are kept, how large they may be, and what the trail says of them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kheo.audit.words import Act


class FileType(TextChoices):
    """What a file is by its content. Nothing else is kept; codes are permanent."""

    JPEG = "jpeg", _("JPEG photo")
    PNG = "png", _("PNG picture")
    WEBP = "webp", _("WebP photo")
    PDF = "pdf", _("PDF document")
    DOCX = "docx", _("Word document")
    XLSX = "xlsx", _("Excel workbook")


PHOTOS = frozenset({FileType.JPEG, FileType.PNG, FileType.WEBP})

MEDIA_TYPE: Mapping[str, str] = {
    FileType.JPEG: "image/jpeg",
    FileType.PNG: "image/png",
    FileType.WEBP: "image/webp",
    FileType.PDF: "application/pdf",
    FileType.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileType.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
EXTENSION: Mapping[str, str] = {kind.value: "jpg" if kind == FileType.JPEG else kind.value for kind in FileType}
# What people may have written at the end of a name for one of our types; it gives way to the true one.
EXTENSIONS = frozenset({"jpg", "jpeg", "jpe", "jfif", "png", "webp", "pdf", "docx", "xlsx", "doc", "xls"})
# For the `accept` of a file field: what the chooser of a phone offers.
ACCEPTED = ",".join(f".{extension}" for extension in ("jpg", "jpeg", "png", "webp", "pdf", "docx", "xlsx"))
ACCEPTED_PHOTOS = "image/jpeg,image/png,image/webp"

MB = 1024 * 1024
MOST_BYTES = 20 * MB  # of one file as it arrives
NAME_LENGTH = 150  # characters of a stored name with its ending
LONGEST_EDGE = 2048  # pixels of a kept photo
# Pixels of a photo as it arrives. A JPEG is decoded already shrunk, so the largest phone cameras pass.
MOST_PIXELS: Mapping[str, int] = {
    FileType.JPEG: 110_000_000,
    FileType.PNG: 26_000_000,
    FileType.WEBP: 26_000_000,
}
MOST_PARTS = 2_000  # parts of a docx or xlsx
MOST_UNPACKED = 100 * MB  # of all of them together

KEPT = Act("files.keep", frozenset({"sha256", "type", "size"}), _("kept a file"))
ACTS = (KEPT,)

SUBJECT = "file"  # kind of subject in the audit trail
