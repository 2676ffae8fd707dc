"""Readers of the figures. Every number comes with its caption; see `words.Table` and `words.Coverage`."""

from kheo.figures.queries.ground import home_of, unit_named
from kheo.figures.queries.lines import histories, history
from kheo.figures.queries.matrix import coverage
from kheo.figures.queries.splits import lain
from kheo.figures.queries.tables import flow, stock, table
from kheo.figures.queries.terms import measure, measures, period, period_on, periods, quoted

__all__ = [
    "coverage",
    "flow",
    "histories",
    "history",
    "home_of",
    "lain",
    "measure",
    "measures",
    "period",
    "period_on",
    "periods",
    "quoted",
    "stock",
    "table",
    "unit_named",
]
