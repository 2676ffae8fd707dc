"""Ground for the tests of every room: the whole map stands in the test database, loaded once a session."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction

LOADED = datetime(2026, 11, 25, 3, tzinfo=UTC)
_rows: dict[str, tuple[list[str], list[Any]]] = {}


def _models() -> list[Any]:
    from kheo.units import models

    names = ("Unit", "Edition", "Succession", "FormerName", "UnitVersion", "Place", "PlaceUnit")
    return [getattr(models, name) for name in names]


def load_once() -> None:
    """Load the map and keep its rows, so that a flushed table is filled again in half a second."""
    from kheo.units.actions import load_map

    load_map(known=LOADED)
    with connection.cursor() as cursor:
        for model in _models():
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            _rows[model._meta.db_table] = ([c[0] for c in cursor.description], cursor.fetchall())


def stand_again() -> None:
    """Fill the map's tables from the rows kept, after a test that flushed the database."""
    from kheo.units.actions.tables import continue_numbering, insert

    with transaction.atomic():
        for table, (columns, rows) in _rows.items():
            insert(table, columns, rows)
        for model in _models():
            continue_numbering(model)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """pytest-django's test database, and the whole map in it."""
    with django_db_blocker.unblock():
        load_once()


@pytest.fixture
def the_map(db: None) -> None:
    """Says in a test's signature that it reads the map; it stands in every test that has the database."""


@pytest.fixture(autouse=True)
def _the_map_after_a_flush(request: pytest.FixtureRequest) -> None:
    """Tests with real transactions empty every table at their end; the next of them finds the map again."""
    marker = request.node.get_closest_marker("django_db")
    if (marker and marker.kwargs.get("transaction")) or {"transactional_db", "live_server"} & set(request.fixturenames):
        request.getfixturevalue("transactional_db")
        from kheo.units.models import Unit

        if not Unit.objects.exists():
            stand_again()
