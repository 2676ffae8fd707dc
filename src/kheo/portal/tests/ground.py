"""Ground for the tests of the public face: the day, the term, and changes behind the back of every action."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.cache import caches

from kheo.base import clock
from kheo.figures.actions import load_periods, load_quoted
from kheo.initiatives.models import Initiative

TODAY, NOW = date(2025, 11, 20), datetime(2025, 11, 20, 3, tzinfo=UTC)
LANGUAGES = [("vi", "ltr"), ("en", "ltr"), ("ar", "rtl"), ("pt", "ltr")]


def behind(model: Initiative, **change: object) -> None:
    """Change a row as no deed does: kept pages are not told, so they are forgotten here."""
    Initiative.objects.filter(pk=model.pk).update(**change)
    caches["pages"].clear()


def stand(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day, the periods and the quoted figures."""
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    load_periods()
    load_quoted()
