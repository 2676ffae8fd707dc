"""The append-only guards: two triggers that refuse to change or delete a row. The one place the house uses triggers.

A rebuild of a table by a migration on SQLite drops its triggers without a word; `put_guards` puts them back (called by
the migrations and by `kheo init`), `missing_guards` is what `kheo doctor` asks.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db import connection as default_connection
from django.db import transaction

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

_NAME = re.compile(r"[a-z_]{1,40}")
_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION kheo_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def _guards(table: str, vendor: str) -> dict[str, str]:
    """Name and text of the triggers that guard this table."""
    if not _NAME.fullmatch(table):
        raise ValueError(f"{table!r} cannot be the name of a table")
    if vendor == "sqlite":
        return {
            f"{table}_no_{deed}": f"CREATE TRIGGER {table}_no_{deed} BEFORE {deed.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for deed in ("update", "delete")
        }
    each = {"update": "ROW", "delete": "ROW", "truncate": "STATEMENT"}
    return {
        f"{table}_no_{deed}": f"CREATE OR REPLACE TRIGGER {table}_no_{deed} BEFORE {deed.upper()} ON {table} "
        f"FOR EACH {level} EXECUTE FUNCTION kheo_append_only()"
        for deed, level in each.items()
    }


def missing_guards(table: str, *, connection: BaseDatabaseWrapper = default_connection) -> tuple[str, ...]:
    """Names of the guards this table should have and has not: gone, disabled, or with another text. One query."""
    wanted = _guards(table, connection.vendor)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            there = {name for name, text in cursor.fetchall() if wanted.get(name) == text}
        else:
            cursor.execute(
                "SELECT t.tgname FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid"
                " WHERE t.tgrelid = to_regclass(%s) AND t.tgenabled IN ('O', 'A') AND f.proname = 'kheo_append_only'",
                [table],
            )
            there = {row[0] for row in cursor.fetchall()}
    return tuple(name for name in wanted if name not in there)


def put_guards(table: str, *, connection: BaseDatabaseWrapper = default_connection) -> None:
    """Make sure the table can only grow. Idempotent: guards that stand are left alone."""
    missing = missing_guards(table, connection=connection)
    if not missing:
        return
    texts = _guards(table, connection.vendor)
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute(_POSTGRES_FUNCTION)
        for name in missing:
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(texts[name])


def drop_guards(table: str, *, connection: BaseDatabaseWrapper = default_connection) -> None:
    """Take the guards away: for undoing a migration, and for `lifted`."""
    on = "" if connection.vendor == "sqlite" else f" ON {table}"
    with connection.cursor() as cursor:
        for name in _guards(table, connection.vendor):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


@contextlib.contextmanager
def lifted(*tables: str) -> Iterator[None]:
    """Without guards inside, with them again afterwards, in one transaction: to wipe a demonstration, empty a test."""
    with transaction.atomic():
        for table in tables:
            drop_guards(table)
        yield
        for table in tables:
            put_guards(table)
