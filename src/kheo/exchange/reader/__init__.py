"""The reader of any table people make: bytes in, a `Table` out, with every row's fate and every doubt named.

    table = read_table(data, "danh-sach.xlsx", meanings={"title": ["Tên mô hình"], "field": ["Lĩnh vực"], …})

The names in `__all__` are for other rooms; the modules behind them are private to this package.
"""

from kheo.exchange.reader.answer import UnitHook, as_json
from kheo.exchange.reader.door import read_table
from kheo.exchange.reader.shapes import Check, Heading, Raw, Reading, Row, Skipped, Table, Total
from kheo.exchange.reader.values import (
    DateColumn,
    NumberColumn,
    Period,
    Ratio,
    Span,
    as_text,
    chosen,
    is_ditto,
    is_tick,
    read_count,
    read_date,
    read_number,
    read_period,
    read_span,
    ticked,
)

__all__ = [
    "Check",
    "DateColumn",
    "Heading",
    "NumberColumn",
    "Period",
    "Ratio",
    "Raw",
    "Reading",
    "Row",
    "Skipped",
    "Span",
    "Table",
    "Total",
    "UnitHook",
    "as_json",
    "as_text",
    "chosen",
    "is_ditto",
    "is_tick",
    "read_count",
    "read_date",
    "read_number",
    "read_period",
    "read_span",
    "read_table",
    "ticked",
]
