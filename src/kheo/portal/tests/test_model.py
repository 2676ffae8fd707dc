"""The page of one model: only what everybody may read, without a cookie, hostile names harmless."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kheo.base.access import OPERATOR
from kheo.initiatives import actions
from kheo.initiatives.models import Progress
from kheo.initiatives.tests.ground import DAY, KNOWN, commune, province, registered
from kheo.initiatives.tests.test_telling import photo
from kheo.initiatives.words import GivenFile
from kheo.portal.tests.ground import behind

pytestmark = pytest.mark.django_db
CAPTIONS = {"open": "Hoa nở trước cổng", "office": "Biên bản họp"}


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


def test_results_and_photos_for_everybody_are_shown_and_the_offices_are_not(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    model = registered(province(), title="Đường hoa")
    given = [GivenFile(photo(), f"{name}.png", caption, name == "open") for name, caption in CAPTIONS.items()]
    results = {"households": Decimal(12), "land": Decimal("350.5")}
    deed: dict[str, Any] = {"actor": OPERATOR, "on": DAY, "known": KNOWN}
    actions.tell(initiative=model, text="Chỉ nội bộ", results=results, evidence=given, **deed)
    with django_assert_max_num_queries(15):
        text = client.get(f"/en/models/{model.pk}/").content.decode()
    assert "350.5" in text
    assert f'alt="{CAPTIONS["open"]}"' in text
    assert CAPTIONS["office"] not in text
    assert "Chỉ nội bộ" not in text
    [source] = set(re.findall(r'<img [^>]*src="(/en/initiatives/[^"]+)"', text))
    assert b"".join(client.get(source).streaming_content).startswith(b"\x89PNG")
    told = Progress.objects.get()
    actions.void_progress(actor=OPERATOR, progress=told, reason="Nhầm", on=DAY, known=KNOWN)
    assert "350.5" not in client.get(f"/en/models/{model.pk}/").content.decode()


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
