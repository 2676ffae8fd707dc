"""Documents: whole, without programs, and office files without the names of their authors. Parts are bounded first."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from io import BytesIO
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from kheo.base.errors import Refused
from kheo.files import rules
from kheo.files.words import MOST_PARTS, MOST_UNPACKED, FileType

_TYPES = "[Content_Types].xml"
_MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": FileType.DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": FileType.XLSX,
}
_PROGRAMS = re.compile(r"macro|vba|activex|oleobject|\.(bin|exe|dll|js|vbs|hta|scr|bat|cmd|ps1|jar|html?|svg)$", re.I)
_PRINTER = re.compile(r"^xl/printerSettings/printerSettings\d+\.bin$")  # Excel keeps the choices of a printer so
_PERSONS = {  # what is taken out of docProps, by part
    "docprops/core.xml": re.compile(rb"(<(?:\w+:)?(creator|lastModifiedBy)\b[^>/]*>)[^<]*(</)"),
    "docprops/app.xml": re.compile(rb"(<(?:\w+:)?(Company|Manager)\b[^>/]*>)[^<]*(</)"),
}
_SPOILT = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, KeyError, NotImplementedError)
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # packed the same way each time, so that the same document is one content
_PDF_PROGRAMS = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia)\b")


def whole_pdf(data: bytes, filename: str) -> bytes:
    """The PDF byte for byte (a signature stays valid), if it is whole, hides nothing behind its end, runs nothing."""
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise Refused(rules.damaged(filename))
    if data[end + 5 :].strip(b"\r\n\t \x00") or b"PK\x05\x06" in data[-66_000:]:
        raise Refused(rules.not_accepted(filename))  # something else follows: two files in one
    if _PDF_PROGRAMS.search(data):
        raise Refused(rules.macros(filename))
    return data


def cleaned_office(data: bytes, filename: str) -> tuple[FileType, bytes]:
    """A docx or xlsx packed anew: its own parts only, the names of authors and company gone."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            kind = _office_type(packed, filename)
            return kind, _packed_anew(packed, filename)
    except _SPOILT as fault:
        raise Refused(rules.damaged(filename)) from fault


def _office_type(packed: zipfile.ZipFile, filename: str) -> FileType:
    parts = packed.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refused(rules.bomb(filename))
    names = [part.filename for part in parts]
    if _TYPES not in names:
        raise Refused(rules.not_accepted(filename))
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(rules.password(filename))
    if len({name.casefold() for name in names}) < len(names) or any(map(_goes_astray, names)):
        raise Refused(rules.not_accepted(filename))
    try:
        said = [part.get("ContentType", "") for part in fromstring(packed.read(_TYPES))]
    except (ParseError, DefusedXmlException) as fault:
        raise Refused(rules.damaged(filename)) from fault
    programs = any(_PROGRAMS.search(name) and not _PRINTER.search(name) for name in names)
    if programs or any(re.search("macroEnabled|vbaProject|activeX", kind, re.I) for kind in said):
        raise Refused(rules.macros(filename))
    kinds = {_MAIN[kind] for kind in said if kind in _MAIN}
    if len(kinds) != 1:
        raise Refused(rules.not_accepted(filename))
    return kinds.pop()


def _goes_astray(name: str) -> bool:
    return name.startswith(("/", "\\")) or "\\" in name or ":" in name or ".." in name.split("/")


def _packed_anew(packed: zipfile.ZipFile, filename: str) -> bytes:
    out = BytesIO()
    left = MOST_UNPACKED
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as anew:
        for part in packed.infolist():
            if part.is_dir():
                continue
            with packed.open(part) as opened:
                content = opened.read(left + 1)  # declared sizes lie: what is unpacked is counted
            left -= len(content)
            if left < 0:
                raise Refused(rules.bomb(filename))
            persons = _PERSONS.get(part.filename.lower())
            if persons:
                content = persons.sub(rb"\1\3", content)
            anew.writestr(zipfile.ZipInfo(part.filename, _LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
