"""A measure of the tests' own, wired beside those of the house."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kheo.figures.tests.things import ROWS, THINGS
from kheo.figures.words import Measure, wire_measures, wired_measures


@pytest.fixture
def things() -> Iterator[Measure]:
    before = list(wired_measures().values())
    wire_measures([*before, THINGS])
    yield THINGS
    ROWS.clear()
    wire_measures(before)


@pytest.fixture
def amounts(things: Measure) -> Measure:
    """The same measure, its amounts added up instead of its facts counted."""
    several = replace(things, scale=100)
    wire_measures([several if m is things else m for m in wired_measures().values()])
    return several
