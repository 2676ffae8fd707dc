"""Loaders of what people declare: the periods and the quoted figures (package data), safe to run again."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from importlib import resources

from django.db import transaction

from kheo.figures.models import Period, QuotedFigure

SAME = "same"
_BLANK_KEPT = ("id", "value", "denominator")


@transaction.atomic
def load_periods() -> int:
    """Put the periods of `data/periods.csv` in place, known by their codes. Returns how many."""
    rows = [
        Period(
            code=row["code"],
            name=row["name"],
            start=date.fromisoformat(row["start"]),
            end=date.fromisoformat(row["end"]),
            issued_by=row["issued_by"],
            registers=row["registers"] == "1",
        )
        for row in _read("periods.csv")
    ]
    _upsert(Period, rows, ("name", "start", "end", "issued_by", "registers"))
    return len(rows)


@transaction.atomic
def load_quoted() -> int:
    """Put the quoted figures of `data/quoted-figures.csv` in place, "same" read as the row above. Returns how many."""
    rows = []
    above: dict[str, str] = {}
    for row in _read("quoted-figures.csv"):
        above = {column: above[column] if cell == SAME else cell for column, cell in row.items()}
        given = {column: cell for column, cell in above.items() if column not in _BLANK_KEPT}
        denominator = Decimal(above["denominator"]) if above["denominator"] else None
        rows.append(QuotedFigure(code=above["id"], value=Decimal(above["value"]), denominator=denominator, **given))
    _upsert(QuotedFigure, rows, [f.name for f in QuotedFigure._meta.concrete_fields if f.name not in ("id", "code")])
    return len(rows)


def _upsert(
    model: type[Period] | type[QuotedFigure], rows: Sequence[Period] | Sequence[QuotedFigure], fields: Sequence[str]
) -> None:
    model._default_manager.bulk_create(rows, update_conflicts=True, unique_fields=["code"], update_fields=fields)  # type: ignore[arg-type]


def _read(name: str) -> Iterator[dict[str, str]]:
    text = resources.files("kheo.figures").joinpath("data", name).read_text("utf-8")
    yield from csv.DictReader(text.splitlines())
