"""Every test of the registry finds the terms in which models are registered."""

from __future__ import annotations

import pytest

from kheo.figures.actions import load_periods


@pytest.fixture(autouse=True)
def terms(request: pytest.FixtureRequest) -> None:
    marker = request.node.get_closest_marker("django_db")
    if marker is None:
        return
    request.getfixturevalue("transactional_db" if marker.kwargs.get("transaction") else "db")
    load_periods()
