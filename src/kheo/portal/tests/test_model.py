"""The page of one model: only what everybody may read, without a cookie, hostile names harmless."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from kheo.base import clock
from kheo.figures.actions import load_periods
from kheo.initiatives.models import Initiative
from kheo.initiatives.tests.ground import commune, province, registered

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ground(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2025, 11, 20))
    monkeypatch.setattr(clock, "now", lambda: datetime(2025, 11, 20, 3, tzinfo=UTC))
    load_periods()


@pytest.mark.parametrize("lang", ["vi", "en", "ar", "pt"])
def test_an_accepted_model_is_read_in_four_languages_without_a_cookie(client: Client, lang: str) -> None:
    model = registered(province(), title="Đã vào danh sách")
    answer = client.get(f"/{lang}/models/{model.pk}/")
    assert answer.status_code == 200
    assert not answer.cookies
    assert "Đã vào danh sách" in answer.content.decode()


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_a_model_not_accepted_is_not_there(client: Client, state: str) -> None:
    model = registered(commune())
    Initiative.objects.filter(pk=model.pk).update(state=state)
    assert client.get(f"/vi/models/{model.pk}/").status_code == 404


@pytest.mark.parametrize("change", [{"is_demo": True}, {"voided_at": datetime(2025, 11, 19, tzinfo=UTC)}])
def test_a_voided_or_demonstration_model_vanishes_at_once(client: Client, change: dict[str, object]) -> None:
    model = registered(province())
    assert client.get(f"/vi/models/{model.pk}/").status_code == 200
    Initiative.objects.filter(pk=model.pk).update(**change)
    assert client.get(f"/vi/models/{model.pk}/").status_code == 404


@pytest.mark.parametrize("id", [0, 999999, 10**30])
def test_an_id_that_never_was_is_not_there(client: Client, id: int) -> None:
    assert client.get(f"/vi/models/{id}/").status_code == 404


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "a\u202eb", "m" * 300])
def test_a_hostile_name_does_nothing_to_the_page(client: Client, title: str) -> None:
    model = registered(province())
    Initiative.objects.filter(pk=model.pk).update(title=title)
    text = client.get(f"/vi/models/{model.pk}/").content.decode()
    assert "<script>alert" not in text
    assert '<h1 class="mb-1 text-break"><bdi>' in text
