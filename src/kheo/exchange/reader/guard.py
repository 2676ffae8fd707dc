"""The door: what a file really is, by its content, and whether it is safe to open. Nothing is unpacked whole here."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from django.utils.translation import gettext as _

from kheo.base.errors import Refusal, Refused

PACKED = 64 << 20  # bytes of an uploaded file
UNPACKED = 200 << 20  # bytes of all parts of a workbook together, counted while unpacking: declared sizes lie
ENTRIES = 2_000  # parts of a workbook
SHEETS = 256
AREA = 6_000_000  # cells of the rectangle around a sheet's values
COLUMNS = 1_024
ROWS = 1_048_576
CHUNK = 1 << 20

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refuse(code: str, text: str, **facts: object) -> Refused:
    """A refusal of the whole file."""
    return Refused(Refusal(f"exchange.{code}", text, facts=dict(facts)))


def damaged() -> Refused:
    """The file is cut off or was spoilt on its way."""
    return refuse(
        "file_damaged",
        _("The file is cut off or damaged. Open it where it was made, save it again as .xlsx and send that."),
    )


def too_far(sheet: str, where: str) -> Refused:
    """A lone value far outside the table would make it too large."""
    return refuse(
        "file_too_many_cells",
        _(
            "Sheet “%(sheet)s” has values as far as cell %(cell)s: too large to be one table. "
            "Delete the rows and columns outside the table and save it again."
        )
        % {"sheet": sheet, "cell": where},
    )


def wrong_kind(kind: str) -> Refused:
    """The file is something else than its name or its sender says."""
    return refuse(
        "file_kind",
        _("This file is %(kind)s, not a table that can be read. Save the table as .xlsx (or .csv) and send that.")
        % {"kind": kind},
    )


def macros() -> Refused:
    """The workbook carries programs."""
    return refuse(
        "file_macros",
        _("This workbook carries macros (programs), which are never opened. Save it as .xlsx and send that."),
    )


def password() -> Refused:
    """The file is locked by a password."""
    return refuse(
        "file_password",
        _("This file is protected by a password. Open it, take the password off, save it as .xlsx and send that."),
    )


def unsafe() -> Refused:
    """The file holds parts that no table has."""
    return refuse(
        "file_unsafe",
        _("This file holds parts that no table has, and was not opened. Save the table anew as .xlsx and send that."),
    )


def too_big(limit: int) -> Refused:
    """The file unpacks to more bytes than the limit."""
    return refuse(
        "file_too_big",
        _("The file unpacks to more than %(limit)s MB: too large to be one table. Send it in smaller parts.")
        % {"limit": limit >> 20},
    )


def kind_of(data: bytes) -> str:
    """What the file is: zip, ole, html, xml2003, ods-xml or text. Raises `Refused` naming any other kind."""
    if not data:
        raise refuse("file_empty", _("The file is empty (0 bytes). Was it fully copied or downloaded?"))
    if len(data) > PACKED:
        raise refuse(
            "file_too_big",
            _("The file is larger than %(limit)s MB. Send it in smaller parts.") % {"limit": PACKED >> 20},
        )
    head = data[:4096]
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if head.startswith(_OLE):
        return "ole"
    if name := _other_kind(head):
        raise wrong_kind(name)
    return _text_kind(head)


def _other_kind(head: bytes) -> str:
    signs: tuple[tuple[tuple[bytes, ...], str], ...] = (
        ((b"%PDF",), _("a PDF document")),
        ((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*"), _("a picture")),
        ((b"{\\rtf",), _("a Word document (RTF)")),
        ((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ"), _("a compressed archive")),
        ((b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00"), _("a workbook of Excel 4 or older")),
        ((b"\x7fELF",), _("a program")),
        ((b"SQLite format 3\0",), _("a database")),
        ((b"MIME-Version:",), _("a web archive (MHT) or a mail")),
    )
    for marks, name in signs:
        if head.startswith(marks):
            return name
    if b"\0" in head[:64] and head.startswith((b"BM", b"MZ")):
        return _("a picture") if head.startswith(b"BM") else _("a program")
    if head[4:12] in {b"ftypheic", b"ftypmif1", b"ftypavif"} or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return _("a picture")
    return ""


def _text_kind(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        codec = "utf-16-le" if head[:1] == b"\xff" else "utf-16-be"
        start = head[2:].decode(codec, "replace")
    else:
        start = head.replace(b"\0", b"").decode("latin-1")
    start = start.lstrip("\ufeff \t\r\n").removeprefix("ï»¿").lstrip().lower()
    if "urn:schemas-microsoft-com:office:spreadsheet" in start and start.startswith(("<?xml", "<workbook", "<ss:")):
        return "xml2003"
    if start.startswith(("<!doctype html", "<html", "<table", "<head", "<body", "<meta", "<style", "<div", "<!--")):
        return "html"
    if start.startswith("<?xml"):
        if "<html" in start or "<table" in start:
            return "html"
        if "urn:oasis:names:tc:opendocument" in start:
            return "ods-xml"
        raise wrong_kind(_("an XML document"))
    if re.match(r"[\[{]\s*[\"\[{]", start):
        raise wrong_kind(_("a JSON document"))
    return "text"


def open_zip(data: bytes) -> tuple[str, dict[str, zipfile.ZipInfo]]:
    """Which workbook a zip is (xlsx or ods) and its parts. Raises `Refused` for any other or an unsafe one."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, OSError, struct.error, UnicodeDecodeError) as error:
        raise damaged() from error
    except (NotImplementedError, RuntimeError, OverflowError) as error:
        raise unsafe() from error
    parts = {info.filename: info for info in infos}
    if len(infos) > ENTRIES or len(parts) != len(infos):
        raise unsafe()
    for name, info in parts.items():
        steps = name.split("/")
        if name.startswith("/") or "\\" in name or ".." in steps or ":" in name or "\0" in name:
            raise unsafe()
        if info.flag_bits & 0x1:
            raise password()
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise unsafe()
    return _zip_kind(data, parts), parts


def _zip_kind(data: bytes, parts: dict[str, zipfile.ZipInfo]) -> str:
    lowered = {name.lower() for name in parts}
    if "mimetype" in parts:
        mime = b"".join(unpacked(data, parts["mimetype"], 4096))
        if mime.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            if any(n.startswith("Basic/") and n.endswith(".xml") and "script-l" not in n for n in parts):
                raise macros()
            return "ods"
        raise wrong_kind(_("an OpenDocument document"))
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in lowered):
        raise macros()
    if "xl/workbook.bin" in lowered:
        raise wrong_kind(_("an Excel binary workbook (.xlsb)"))
    if "[content_types].xml" in lowered:
        if any(name.startswith("word/") for name in lowered):
            raise wrong_kind(_("a Word document"))
        if any(name.startswith("ppt/") for name in lowered):
            raise wrong_kind(_("a PowerPoint presentation"))
        if any(name.startswith("xl/") for name in lowered):
            return "xlsx"
    raise wrong_kind(_("a ZIP archive"))


def unpacked(data: bytes, info: zipfile.ZipInfo, limit: int = UNPACKED) -> Iterator[bytes]:
    """The content of one part in pieces of at most 1 MB, never more than `limit` bytes in all.

    Inflates by itself, so that the size counted is the true one: a reader that trusts the declared size sees a
    short part where another one sees a huge one.
    """
    header = data[info.header_offset : info.header_offset + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise damaged()
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    start = info.header_offset + 30 + name_length + extra_length
    end = start + info.compress_size
    if end > len(data):
        raise damaged()
    stored = info.compress_type == zipfile.ZIP_STORED
    total = crc = 0
    for piece in _stored(data, start, end) if stored else _inflated(data, start, end):
        total += len(piece)
        if total > limit:
            raise too_big(limit)
        crc = zlib.crc32(piece, crc)
        yield piece
    if total != info.file_size or crc != info.CRC:
        raise damaged()


def _stored(data: bytes, start: int, end: int) -> Iterator[bytes]:
    for at in range(start, end, CHUNK):
        yield data[at : min(at + CHUNK, end)]


def _inflated(data: bytes, start: int, end: int) -> Iterator[bytes]:
    inflate = zlib.decompressobj(-15)
    try:
        for at in range(start, end, CHUNK):
            packed = data[at : min(at + CHUNK, end)]
            while packed:
                piece = inflate.decompress(packed, CHUNK)
                packed = inflate.unconsumed_tail
                if piece:
                    yield piece
        while not inflate.eof and (rest := inflate.decompress(b"", CHUNK)):
            yield rest
    except zlib.error as error:
        raise damaged() from error
    if not inflate.eof or inflate.unused_data:
        raise damaged()
