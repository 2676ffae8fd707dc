"""What machines read: site map in parts, robots.txt, the picture of a link; demonstrations in none of them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client
from PIL import Image

from kheo.initiatives.models import Initiative
from kheo.initiatives.tests.ground import commune, province, registered
from kheo.portal.picture import Card, draw
from kheo.portal.tests.ground import behind
from kheo.portal.views import machines

pytestmark = pytest.mark.django_db
LANGUAGES = ("vi", "en", "ar", "pt")
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def places(client: Client, address: str) -> list[str]:
    answer: Any = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/xml; charset=utf-8"
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return [str(loc.text) for loc in fromstring(body).iter(f"{SPACE}loc")]


def test_the_index_names_a_part_of_pages_and_places_in_each_language(client: Client) -> None:
    assert places(client, "/sitemap.xml") == [
        f"http://testserver/sitemap/{lang}/0.xml" for lang in ("vi", "en", "ar", "pt")
    ]
    found = places(client, "/sitemap/ar/0.xml")
    assert "http://testserver/ar/" in found
    assert "http://testserver/ar/models/" in found
    assert sum("/places/" in address for address in found) == 34 + 3321
    assert all(address.startswith("http://testserver/ar/") for address in found)


def test_models_are_in_parts_by_their_numbers_and_no_part_is_empty(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machines, "PART", 3)
    models = [registered(province(), title=f"Mô hình {n}") for n in range(7)]
    hidden = registered(commune(), title="Chưa nhận")
    parts = sorted({(model.pk - 1) // 3 + 1 for model in models})
    assert places(client, "/sitemap.xml") == [
        f"http://testserver/sitemap/{lang}/{part}.xml" for lang in ("vi", "en", "ar", "pt") for part in (0, *parts)
    ]
    listed = [address for part in parts for address in places(client, f"/sitemap/pt/{part}.xml")]
    assert listed == [f"http://testserver/pt/models/{model.pk}/" for model in models]
    assert not any(str(hidden.pk) in address.split("/")[-2] for address in listed)


def test_a_part_says_when_a_model_last_moved_and_where_its_other_languages_are(client: Client) -> None:
    model = registered(province())
    part: Any = client.get(f"/sitemap/vi/{(model.pk - 1) // machines.PART + 1}.xml")
    text = b"".join(part.streaming_content).decode()
    assert "<lastmod>2025-11-05</lastmod>" in text
    assert text.count("hreflang=") == 4


def test_a_demonstration_is_on_no_site_map(client: Client) -> None:
    model = registered(province())
    behind(model, is_demo=True)
    assert len(places(client, "/sitemap.xml")) == 4
    assert places(client, f"/sitemap/vi/{(model.pk - 1) // machines.PART + 1}.xml") == []


@pytest.mark.parametrize("address", ["xx/0", "vi/99999999999999999999", "VI/1"])
def test_a_part_of_nothing_is_not_there(client: Client, address: str) -> None:
    assert client.get(f"/sitemap/{address}.xml").status_code == 404


def test_a_part_is_written_as_it_is_read(client: Client, django_assert_max_num_queries: Any) -> None:
    for n in range(5):
        registered(province(), title=f"Mô hình {n}")
    first = Initiative.objects.order_by("id").values_list("id", flat=True)[0]
    with django_assert_max_num_queries(1):
        answer: Any = client.get(f"/sitemap/vi/{(first - 1) // machines.PART + 1}.xml")
        assert answer.streaming
        lines = iter(answer.streaming_content)
        assert next(lines).startswith(b"<?xml")


def test_robots_are_kept_from_the_office_and_told_of_the_site_map(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /pt/account/" in text
    assert "Disallow: /vi/models/" not in text
    assert "Sitemap: http://testserver/sitemap.xml" in text


def test_the_picture_of_a_model_is_ours_and_is_kept(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    model = registered(province(), title="Đường hoa thay bãi rác tự phát")
    address = f"/pictures/model-{model.pk}.png"
    answer = client.get(address)
    assert answer["Content-Type"] == "image/png"
    assert not answer.cookies
    assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)
    monkeypatch.setattr(machines, "draw", lambda card: pytest.fail("drawn twice"))
    assert client.get(address).content == answer.content
    assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_a_model_nobody_may_read_has_no_picture(client: Client) -> None:
    model = registered(commune())
    assert client.get(f"/pictures/model-{model.pk}.png").status_code == 404
    assert client.get("/pictures/model-999999.png").status_code == 404


@pytest.mark.parametrize(
    "title", ["Một", "m" * 300, "Đường hoa " * 30, "<b>\u202e\x00</b>", "حديقة الزهور", "한글 😀", "Ẫ Ễ Ộ Ữ Ỵ đ ð ư ơ"]
)
def test_every_title_can_be_drawn(title: str) -> None:
    made = draw(Card(title=title, place=title, field="economy", field_name="Kinh tế", movement="x", notice=title))
    image = Image.open(io.BytesIO(made))
    assert image.size == (1200, 630)
    assert len(image.convert("RGB").getcolors(maxcolors=1_000_000) or []) > 20


def test_the_same_words_give_the_same_picture_and_other_words_another() -> None:
    one = Card(title="Một", place="Xã A", field="economy", field_name="Kinh tế", movement="x")
    assert draw(one) == draw(one)
    assert draw(one) != draw(Card(title="Hai", place="Xã A", field="economy", field_name="Kinh tế", movement="x"))
