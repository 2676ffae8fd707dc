"""Raw bulk writing of the map's tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.core.management.color import no_style
from django.db import connection

Row = tuple[Any, ...]


def insert(table: str, columns: Sequence[str], rows: Collection[Row]) -> None:
    """Raw bulk insert: COPY on PostgreSQL, one prepared statement on SQLite (bulk_create took ten times as long)."""
    if not rows:
        return
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(rows))  # noqa: S608 - our own words


def continue_numbering(model: type[Any]) -> None:
    """Rows were inserted with their numbers; let the database go on after the highest."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)
