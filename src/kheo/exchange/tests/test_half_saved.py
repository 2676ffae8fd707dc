"""An import whose saving was cut off is named by the doctor, not one that is being saved just now."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kheo.base.access import OPERATOR
from kheo.config.doctor import findings
from kheo.exchange.models import ImportRun
from kheo.exchange.queries import half_saved
from kheo.exchange.words import RunState
from kheo.figures.queries import measures

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)


def run(name: str, state: RunState, staged: datetime) -> ImportRun:
    more = {"kind": "registration list", "sha256": "0" * 64, "on": date(2026, 12, 1), "language": "vi"}
    return ImportRun.objects.create(filename=name, state=state, staged_at=staged, **more)


def test_what_a_cut_off_saving_left_is_told_by_its_name() -> None:
    run("saved.xlsx", RunState.SAVED, NOW - timedelta(days=1))
    run("just-now.xlsx", RunState.SAVING, NOW - timedelta(minutes=2))
    cut = run("cut-off.xlsx", RunState.SAVING, NOW - timedelta(hours=3))
    assert half_saved(NOW - timedelta(hours=1)) == [cut]
    told = findings(measures(), known=NOW, actor=OPERATOR)
    assert [text for text in told if "cut-off.xlsx" in text]
    assert not [text for text in told if "just-now.xlsx" in text or "saved.xlsx" in text]
