"""What the front page shows: the map, counted figures of the nation, figures quoted from reports, the newest models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeGuard

from kheo.base.access import Actor
from kheo.figures.queries import coverage, period_on, quoted, table
from kheo.figures.words import Coverage, Quoted, Shown, Table
from kheo.initiatives.queries import published
from kheo.initiatives.words import PublicRow
from kheo.portal.queries.maps import Drawn, country_map

NEWEST = 4
# Gia Lai's figure is quoted with its four fields, in their order (quoted-figures.csv).
IN_ALL, BY_FIELD = (
    "q01",
    {"economy": "q02", "culture_society": "q03", "defence_security": "q04", "political_system": "q05"},
)
BESIDE = ("q08", "q09", "q11", "q22")


@dataclass(frozen=True)
class Front:
    """The figures and models of the front page. Counted and quoted figures never meet in one row or sum."""

    stock: Coverage
    by_field: tuple[tuple[str, int], ...]
    map: Drawn
    flow: Table | None  # what entered in the term that runs today
    in_all: Quoted | None
    quoted_by_field: Mapping[str, Quoted]
    beside: tuple[Quoted, ...]
    newest: tuple[PublicRow, ...]


def front(actor: Actor, on: date) -> Front:
    """Everything the front page shows on a day."""
    said = {figure.code: figure for figure in quoted()}
    term = period_on(on)
    stock = coverage("initiatives", of=None, period=None, on=on, actor=actor)
    return Front(
        stock=stock,
        by_field=by_member(stock),
        map=country_map(totals(stock), stock.caption, stock.total, stock.kept_higher),
        flow=table("initiatives", of=None, by=["field"], period=term, on=on, actor=actor) if term else None,
        in_all=said.get(IN_ALL),
        quoted_by_field={field: said[code] for field, code in BY_FIELD.items() if code in said},
        beside=tuple(said[code] for code in BESIDE if code in said),
        newest=tuple(published(on=on, limit=NEWEST, demonstration=True)),
    )


def by_member(matrix: Coverage) -> tuple[tuple[str, int], ...]:
    """The sums of a matrix by what stands across it, what is kept higher than its rows among them."""
    return tuple(
        (code, sum(n for n in (*(row.cells[code] for row in matrix.rows), matrix.kept_cells.get(code, 0)) if whole(n)))
        for code, _label in matrix.members
    )


def whole(n: Shown) -> TypeGuard[int]:
    """Whether a number is shown as it is."""
    return isinstance(n, int)


def totals(matrix: Coverage) -> dict[str, tuple[str, Shown]]:
    """Name and total of each unit of a matrix, in the order of the alphabet."""
    return {row.uid: (row.unit_name, row.total) for row in sorted(matrix.rows, key=lambda row: row.sort_key)}
