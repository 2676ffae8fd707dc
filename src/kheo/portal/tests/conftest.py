"""Every test of the public face stands on the same day."""

from __future__ import annotations

import pytest

from kheo.portal.tests.ground import stand


@pytest.fixture(autouse=True)
def ground(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.get_closest_marker("django_db"):
        marker = request.node.get_closest_marker("django_db")
        request.getfixturevalue("transactional_db" if marker.kwargs.get("transaction") else "db")
        stand(monkeypatch)
