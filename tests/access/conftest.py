"""The walk happens on one day, in one small country."""

from __future__ import annotations

from pathlib import Path

import pytest

from kheo.base import clock
from tests.access.world import NOW, TODAY, World, build


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    # Whoever signs in does so by password once or twice; how slow that is is not what is tried here.
    monkeypatch.setattr("django.contrib.auth.hashers.PBKDF2PasswordHasher.iterations", 1)
    return build(tmp_path)
