"""Files for the reader's tests, made in memory: workbooks of every kind, whole and broken."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl

CASES = Path(__file__).resolve().parents[5] / "tests" / "cases"


def case(name: str) -> bytes:
    """A file of tests/cases, by its path there."""
    return (CASES / name).read_bytes()


def xlsx(rows: Iterable[Sequence[Any]], *, merges: Iterable[str] = (), title: str = "Sheet") -> bytes:
    """A workbook of one sheet; None leaves a cell empty."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for merge in merges:
        sheet.merge_cells(merge)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def repacked(data: bytes, changes: Mapping[str, bytes | None], extra: Mapping[str, bytes] | None = None) -> bytes:
    """A zip with parts replaced (None leaves one out) and parts added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = changes.get(info.filename, old.read(info)) if info.filename in changes else old.read(info)
            if content is not None:
                new.writestr(info.filename, content)
        for name, content in (extra or {}).items():
            new.writestr(name, content)
    return stream.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


SHEET = "xl/worksheets/sheet1.xml"


def with_sheet(xml: str, *, base: bytes | None = None) -> bytes:
    """A workbook whose first sheet is this XML."""
    return repacked(base or xlsx([["a"]]), {SHEET: xml.encode()})


def sheet_xml(cells: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{cells}</sheetData></worksheet>"
    )


def ods(rows: Sequence[Sequence[Any]], *, extra: str = "", hidden: bool = False) -> bytes:
    """An OpenDocument workbook; a cell may be text, a number, None, or a mapping of attributes with `text`."""
    lines = []
    for row in rows:
        cells = []
        for cell in row:
            if cell is None:
                cells.append("<table:table-cell/>")
            elif isinstance(cell, Mapping):
                given = [(k, v) for k, v in cell.items() if k not in ("text", "covered")]
                attributes = " ".join(f"{k}={quoteattr(str(v))}" for k, v in given)
                tag = "table:covered-table-cell" if cell.get("covered") else "table:table-cell"
                cells.append(f"<{tag} {attributes}><text:p>{escape(str(cell.get('text', '')))}</text:p></{tag}>")
            elif isinstance(cell, int | float):
                kind = f'office:value-type="float" office:value="{cell}"'
                cells.append(f"<table:table-cell {kind}><text:p>{cell}</text:p></table:table-cell>")
            else:
                kind = 'office:value-type="string"'
                cells.append(f"<table:table-cell {kind}><text:p>{escape(str(cell))}</text:p></table:table-cell>")
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    shown = "false" if hidden else "true"
    style = (
        '<office:automatic-styles><style:style style:name="ta1" style:family="table">'
        f'<style:table-properties table:display="{shown}"/></style:style></office:automatic-styles>'
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        f'{style}<office:body><office:spreadsheet><table:table table:name="Bảng" table:style-name="ta1">'
        f"{''.join(lines)}{extra}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
    return stream.getvalue()


def compound(streams: Mapping[str, bytes]) -> bytes:
    """An OLE compound file holding these streams, each padded so that none is a small one."""
    size = 512
    bodies = {name: body.ljust(4096, b"\0") for name, body in streams.items()}
    names = ["Root Entry", *bodies]
    directory_sectors = (len(names) * 128 + size - 1) // size
    sectors: list[bytes] = []
    fat: list[int] = [0xFFFFFFFD]  # sector 0 is the table itself
    fat.extend(0xFFFFFFFE if n == directory_sectors - 1 else 2 + n for n in range(directory_sectors))
    starts = {}
    for name, body in bodies.items():
        starts[name] = len(fat)
        count = (len(body) + size - 1) // size
        fat.extend([len(fat) + n + 1 for n in range(count - 1)] + [0xFFFFFFFE])
        sectors.extend(body[n * size : n * size + size].ljust(size, b"\0") for n in range(count))
    assert len(fat) <= 128, "one table sector is enough for tests"
    directory = b""
    for n, name in enumerate(names):
        encoded = (name + "\0").encode("utf-16-le")
        kind, start, length = (5, 0xFFFFFFFE, 0) if n == 0 else (2, starts[name], len(bodies[name]))
        right = n + 1 if 0 < n < len(names) - 1 else 0xFFFFFFFF
        child = 1 if n == 0 and len(names) > 1 else 0xFFFFFFFF
        directory += encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded), kind, 1, 0xFFFFFFFF, right, child)
        directory += b"\0" * 36 + struct.pack("<IQ", start, length)
    directory = directory.ljust(directory_sectors * size, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128I", *fat, *[0xFFFFFFFF] * (128 - len(fat)))
    return header + table + directory + b"".join(sectors)


def record(number: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", number, len(body)) + body


def xls(rows: Sequence[Sequence[Any]], *, font: str = "Arial", extra: bytes = b"", globals_extra: bytes = b"") -> bytes:
    """An old workbook (BIFF8) of one sheet with text, numbers and error cells (`#REF!`); style 0 has the font."""
    bof = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    encoded = font.encode("utf-16-le")
    font_body = struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + bytes([len(font), 1]) + encoded
    style = struct.pack("<HHH", 0, 0, 0xFFF5) + b"\0" * 14
    head = record(0x0809, bof) + globals_extra + record(0x0022, b"\0\0")
    head += record(0x0031, font_body) + record(0x00E0, style)
    name = "Bảng".encode("utf-16-le")
    bound_length = 4 + 6 + 2 + len(name)
    start = len(head) + bound_length + 4
    head += record(0x0085, struct.pack("<IBB", start, 0, 0) + bytes([4, 1]) + name) + record(0x000A)
    body = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    body += record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            place = struct.pack("<HHH", r, c, 0)
            if cell is None:
                continue
            if cell == "#REF!":
                body += record(0x0205, place + b"\x17\x01")
            elif isinstance(cell, int | float):
                body += record(0x0203, place + struct.pack("<d", cell))
            else:
                text = str(cell).encode("utf-16-le")
                body += record(0x0204, place + struct.pack("<HB", len(text) // 2, 1) + text)
    body += extra + record(0x000A)
    return compound({"Workbook": head + body})
