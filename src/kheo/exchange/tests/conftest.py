"""Shared ground of the tests of this room: the toy importer, its table, one person, one day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kheo.base.access import Actor
from kheo.exchange import words
from kheo.exchange.tests import toy

ON = date(2025, 11, 5)
KNOWN = datetime(2025, 11, 5, 3, 0, tzinfo=UTC)
CASES = Path(__file__).resolve().parents[4] / "tests" / "cases"


@pytest.fixture
def importer() -> Iterator[toy.ToyImporter]:
    """The toy importer, wired beside the real ones."""
    before = dict(words.wired_importers())
    mine = toy.ToyImporter()
    words.wire_importers([*before.values(), mine])
    yield mine
    words.wire_importers(before.values())


@pytest.fixture
def table(db: None) -> Iterator[None]:
    """The toy table, gone at the end in both kinds of test."""
    toy.make_table()
    yield
    toy.drop_table()


@pytest.fixture
def person(table: None) -> Actor:
    return toy.somebody()
