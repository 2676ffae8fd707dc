"""Any file as a book of sheets, by what it really is."""

from __future__ import annotations

from kheo.exchange.reader import guard
from kheo.exchange.reader.markup import open_html, open_ods, open_ods_xml, open_xml2003
from kheo.exchange.reader.plain import open_text
from kheo.exchange.reader.shapes import Book
from kheo.exchange.reader.xls import open_ole
from kheo.exchange.reader.xlsx import open_xlsx


def open_book(data: bytes) -> Book:
    """The file's sheets, none loaded yet. Raises `Refused` for what is no table, is unsafe, too large or locked."""
    kind = guard.kind_of(data)
    if kind == "zip":
        inside, parts = guard.open_zip(data)
        return open_xlsx(data, parts) if inside == "xlsx" else open_ods(data, parts)
    if kind == "ole":
        return open_ole(data)
    if kind == "html":
        return open_html(data)
    if kind == "xml2003":
        return open_xml2003(data)
    if kind == "ods-xml":
        return open_ods_xml([data])
    return open_text(data)
