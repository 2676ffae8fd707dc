"""The page of one model: only what everybody may read, without a cookie, hostile names harmless."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from kheo.initiatives.tests.ground import commune, province, registered
from kheo.portal.tests.ground import behind

pytestmark = pytest.mark.django_db


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
    behind(model, state=state)
    assert client.get(f"/vi/models/{model.pk}/").status_code == 404


def test_a_voided_model_vanishes(client: Client) -> None:
    model = registered(province())
    assert client.get(f"/vi/models/{model.pk}/").status_code == 200
    behind(model, voided_at=datetime(2025, 11, 19, tzinfo=UTC))
    assert client.get(f"/vi/models/{model.pk}/").status_code == 404


def test_a_demonstration_model_says_so_and_stays_out_of_search_engines(client: Client) -> None:
    model = registered(province())
    text = client.get(f"/vi/models/{model.pk}/").content.decode()
    assert "noindex" not in text
    assert "k-s warn" not in text
    behind(model, is_demo=True)
    text = client.get(f"/vi/models/{model.pk}/").content.decode()
    assert '<meta name="robots" content="noindex">' in text
    assert "k-s warn" in text


def test_it_is_shared_as_text_with_a_plain_link_and_a_picture_of_ours(client: Client) -> None:
    model = registered(province(), title='Đường hoa & "rác"')
    text = client.get(f"/en/models/{model.pk}/", HTTP_HOST="localhost").content.decode()
    lines = text.split("readonly>")[1].split("</textarea>")[0]
    assert "Đường hoa &amp; &#34;rác&#34;" in lines
    assert f"http://localhost/en/models/{model.pk}/" in lines
    assert f'property="og:image" content="http://localhost/pictures/model-{model.pk}.png"' in text
    assert "<script" not in text


@pytest.mark.parametrize("id", [0, 999999, 10**30])
def test_an_id_that_never_was_is_not_there(client: Client, id: int) -> None:
    assert client.get(f"/vi/models/{id}/").status_code == 404


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "a\u202eb", "m" * 300])
def test_a_hostile_name_does_nothing_to_the_page(client: Client, title: str) -> None:
    model = registered(province())
    behind(model, title=title)
    text = client.get(f"/vi/models/{model.pk}/").content.decode()
    assert "<script>alert" not in text
    assert '<h1 class="mb-1 text-break"><bdi lang="vi">' in text
