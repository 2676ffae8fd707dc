"""Bringing the law's numbers and the calendar in. Both are starting data: rows an office changed are left alone."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from importlib import resources

from django.db import transaction

from kheo.law.models import LegalNumber, SpecialDay


@transaction.atomic
def load_numbers() -> None:
    """Add the legal numbers of `data/numbers.csv` that are not there yet (key: code and first day)."""
    LegalNumber.objects.bulk_create(
        [
            LegalNumber(
                code=row["code"],
                value=Decimal(row["value"]),
                unit=row["unit"],
                valid_from=date.fromisoformat(row["valid_from"]),
                valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                citation=row["citation"],
                note=row["note"],
            )
            for row in _rows("numbers.csv")
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def load_calendar() -> None:
    """Add the special days of `data/calendar.csv` that are not there yet."""
    SpecialDay.objects.bulk_create(
        [
            SpecialDay(
                day=date.fromisoformat(row["day"]),
                works=row["works"] == "1",
                name=row["name"],
                citation=row["citation"],
            )
            for row in _rows("calendar.csv")
        ],
        ignore_conflicts=True,
    )


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("kheo.law").joinpath("data", name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
