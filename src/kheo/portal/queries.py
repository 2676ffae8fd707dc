"""What the front page shows: counted figures of the nation, figures quoted from reports, the newest public models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kheo.base.access import Actor
from kheo.figures.queries import period_on, quoted, table
from kheo.figures.words import Quoted, Table
from kheo.initiatives.queries import LARGEST_ID, published
from kheo.initiatives.words import PublicRow

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

    stock: Table
    flow: Table | None  # what entered in the term that runs today
    in_all: Quoted | None
    by_field: Mapping[str, Quoted]
    beside: tuple[Quoted, ...]
    newest: tuple[PublicRow, ...]


def front(actor: Actor, on: date) -> Front:
    """Everything the front page shows on a day."""
    said = {figure.code: figure for figure in quoted()}
    term = period_on(on)
    return Front(
        stock=table("initiatives", of=None, by=["field"], period=None, on=on, actor=actor),
        flow=table("initiatives", of=None, by=["field"], period=term, on=on, actor=actor) if term else None,
        in_all=said.get(IN_ALL),
        by_field={field: said[code] for field, code in BY_FIELD.items() if code in said},
        beside=tuple(said[code] for code in BESIDE if code in said),
        newest=tuple(published(on=on, limit=NEWEST)),
    )


def public_model(id: int, on: date) -> PublicRow | None:
    """The model if everybody may read it, else None."""
    if not 0 < id <= LARGEST_ID:
        return None
    return next(iter(published(on=on, limit=1, ids=[id])), None)
