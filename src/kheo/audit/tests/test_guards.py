"""The append-only guards hold on both databases, and their absence is seen."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from kheo.audit.guards import drop_guards, lifted, missing_guards, put_guards
from kheo.audit.models import Entry, Seal

pytestmark = pytest.mark.django_db
TABLES = ("audit_entry", "audit_seal")


def one_entry() -> Entry:
    return Entry.objects.create(known=datetime(2026, 1, 2, tzinfo=UTC), on=date(2026, 1, 2), act="x.y", actor_name="a")


def test_an_entry_cannot_be_changed() -> None:
    entry = one_entry()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(actor_name="b")
    entry.refresh_from_db()
    assert entry.actor_name == "a"


def test_an_entry_cannot_be_deleted() -> None:
    entry = one_entry()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).delete()
    assert Entry.objects.filter(pk=entry.pk).exists()


def test_a_seal_cannot_be_changed_or_deleted() -> None:
    Seal.objects.create(seq=1, entry_id=1, hash="0" * 64)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Seal.objects.update(hash="1" * 64)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Seal.objects.all().delete()


@pytest.mark.parametrize("table", TABLES)
def test_a_guard_that_is_gone_is_named_and_put_back(table: str) -> None:
    assert missing_guards(table) == ()
    drop_guards(table)
    assert f"{table}_no_update" in missing_guards(table)
    put_guards(table)
    put_guards(table)
    assert missing_guards(table) == ()


def test_a_guard_made_harmless_counts_as_missing() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER audit_entry_no_update")
            cursor.execute("CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT 1; END")
        else:
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_update")
    assert missing_guards("audit_entry") == ("audit_entry_no_update",)
    put_guards("audit_entry")
    assert missing_guards("audit_entry") == ()


def test_lifted_guards_come_back() -> None:
    one_entry()
    with lifted("audit_entry"):
        Entry.objects.all().delete()
    assert missing_guards("audit_entry") == ()


def test_a_table_name_is_never_free_text() -> None:
    with pytest.raises(ValueError, match="name of a table"):
        put_guards("audit_entry; DROP TABLE unit")
