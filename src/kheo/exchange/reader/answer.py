"""A reading as one JSON object: what `kheo exchange read FILE --json` prints."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from kheo.base.errors import Refusal
from kheo.base.text import fold
from kheo.exchange.reader.columns import CODE, DATE, SERIAL, TICK, Column, as_value, columns_of, number_json
from kheo.exchange.reader.dates import Period
from kheo.exchange.reader.shapes import Heading, Row, Table
from kheo.exchange.reader.values import as_text

# Resolves the unit of a row: (name, code, parent, day, row number) -> (what stands for it in JSON, what must be asked).
UnitHook = Callable[[str, str, str, date | None, int], tuple[Any, Refusal | None]]

_UNIT_NAME = re.compile(
    r"^(ten )?(don vi|xa|xa phuong|phuong xa|dia phuong|dia ban|noi dang ky)( .*)?$",
)
_UNIT_CODE = re.compile(r"^(ma|ma (don vi|xa|phuong|dvhc|dia ban|dia phuong|hanh chinh)( .*)?)$")
_PARENT = re.compile(
    r"^(ten )?(huyen|quan huyen|huyen quan|quan|thi xa|tinh|tinh thanh pho|thanh pho|don vi cap tren|truc thuoc)( .*)?$"
)


def as_json(table: Table, *, units: UnitHook | None = None) -> dict[str, Any]:
    """The reading of a table with typed values: numbers exact, days ISO, codes as text with their zeros.

    `headings` are the texts in their order, `columns` tells more of each. `sums_of_headings` adds the columns under a
    merged heading. `units`, when given, puts `unit` into every row and its doubts into `asked`.
    """
    columns = columns_of(table.headings, table.rows, table.serial, table.date1904)
    asked, refused, notes = list(table.asked), list(table.refused), list(table.notes)
    shown = [c for c in columns if c.heading.path or any(as_text(r.cells[c.heading.index]) for r in table.rows)]
    resolve = _Units(columns, units) if units is not None else None
    rows = []
    for row in table.rows:
        values: dict[str, Any] = {}
        for column in shown:
            raw = row.cells[column.heading.index]
            if column.plain or raw == "":
                values[column.heading.text] = as_text(raw) or None
                continue
            reading = column.read(row)
            values[column.heading.text] = as_value(reading.value)
            if reading.asked:
                asked.append(reading.asked)
            if reading.refused:
                refused.append(reading.refused)
            if reading.note:
                notes.append(reading.note)
        line: dict[str, Any] = {"row": row.number, "group": list(row.group), "values": values}
        if resolve is not None and resolve.found:
            line["unit"], doubt = resolve.of(row)
            if doubt:
                asked.append(doubt)
        rows.append(line)
    return {
        "kind": table.kind,
        "sheet": table.sheet,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "date1904": table.date1904,
        "headings": [column.heading.text for column in shown],
        "heading_rows": list(table.heading_rows),
        "columns": [_column(column) for column in shown],
        "rows": rows,
        "skipped": [{"row": s.number, "reason": s.reason, "text": s.text} for s in table.skipped],
        "sums": {table.headings[at].text: number_json(number) for at, number in table.sums.items()},
        "sums_of_headings": _by_heading(table),
        "totals": [
            {
                "row": total.number,
                "kind": total.kind,
                "label": total.label,
                "rows": total.last - total.first,
                "ok": all(c.ok for c in table.checks if c.number == total.number),
            }
            for total in table.totals
        ],
        "asked": [refusal.as_json() for refusal in asked],
        "refused": [refusal.as_json() for refusal in refused],
        "notes": [refusal.as_json() for refusal in notes],
    }


def _column(column: Column) -> dict[str, Any]:
    heading = column.heading
    return {
        "letter": heading.letter,
        "text": heading.text,
        "path": list(heading.path),
        "kind": column.kind,
        "meaning": heading.meaning,
        "choice": heading.choice,
    }


def _by_heading(table: Table) -> dict[str, Any]:
    """Sums over all the columns under one merged heading, where each of them may be added up."""
    under: dict[tuple[str, ...], list[Heading]] = {}
    for heading in table.headings:
        for depth in range(1, len(heading.path)):
            under.setdefault(heading.path[:depth], []).append(heading)
    return {
        " / ".join(path): number_json(sum(table.sums[h.index] for h in headings))  # type: ignore[arg-type]
        for path, headings in under.items()
        if len(headings) > 1 and all(h.index in table.sums for h in headings)
    }


class _Units:
    """The columns that say which unit a row is about."""

    def __init__(self, columns: Sequence[Column], hook: UnitHook) -> None:
        self._hook = hook
        self._name = _first(columns, _UNIT_NAME, {CODE, SERIAL, TICK})
        self._code = _first(columns, _UNIT_CODE, {SERIAL})
        self._parent = _first(columns, _PARENT, {SERIAL, CODE})
        self._day = next((c for c in columns if c.kind == DATE), None)
        self.found = self._code is not None or self._name is not None

    def of(self, row: Row) -> tuple[Any, Refusal | None]:
        name = as_text(row.cells[self._name.heading.index]) if self._name else ""
        code = as_text(row.cells[self._code.heading.index]) if self._code else ""
        if self._parent:
            parent = as_text(row.cells[self._parent.heading.index])
        else:
            parent = row.group[-1] if row.group else ""
        day = self._day.read(row).value if self._day else None
        if isinstance(day, Period):
            day = None
        return self._hook(name, code, parent, day if isinstance(day, date) else None, row.number)


def _first(columns: Sequence[Column], pattern: re.Pattern[str], not_kinds: set[str]) -> Column | None:
    for column in columns:
        key = fold(column.heading.path[-1]) if column.heading.path else ""
        if pattern.match(key) and column.kind not in not_kinds and key not in {"don vi tinh", "don vi do"}:
            return column
    return None
