"""The public pages of the map, in four languages, with their queries counted."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from kheo.units.queries import by_code, by_uid
from kheo.units.resolver import Resolver

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 25)
DIVIDED = "u07632"  # xã Phong Phú, divided on 2025-07-01
TWICE_DIVIDED = "u10821"  # phường Sài Đồng, divided on 2025-01-01 and its pieces again on 2025-07-01


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


@pytest.mark.parametrize("lang", ["vi", "en", "ar", "pt"])
@pytest.mark.parametrize(
    "address", ["units/", "units/?q=Tuy Phong&on=2024-01-01", f"units/{DIVIDED}/", "units/u00078/"]
)
def test_the_pages_open_for_a_stranger_in_every_language(client, lang, address):
    text = page(client, f"/{lang}/{address}")
    assert f'<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}">' in text


def test_a_search_finds_the_unit_of_the_day(client):
    before = page(client, "/en/units/?q=Tuy+Phong&on=2024-01-01")
    assert "Huyện Tuy Phong" in before
    assert "Xã Tuy Phong" not in before
    after = page(client, "/en/units/?q=Tuy+Phong&on=2025-11-05")
    assert "Xã Tuy Phong" in after
    assert "22978" in after


def test_a_name_that_fits_several_lists_them_all(client):
    text = page(client, "/en/units/?q=Xã+Tân+Hà&on=2025-06-30")
    for code in ("23221", "23257", "24916", "25519"):
        assert code in text


def test_a_closed_unit_is_answered_with_what_it_became(client):
    text = page(client, "/en/units/?q=huyện+Tuy+Phong&on=2025-11-05")
    assert "01/07/2025" in text
    assert "Xã Liên Hương" in text


@pytest.mark.parametrize(
    "query", ["?q=", "?on=", "?on=xx&q=a", "?on=9999-01-01", "?q=%00", "?q=" + "x" * 3000, "?on=&q=22945"]
)
def test_silly_questions_get_a_page_not_a_fault(client, query):
    page(client, f"/en/units/{query}")


def test_the_index_lists_the_provinces_of_the_day_with_their_counts(client):
    today = page(client, "/en/units/?on=2026-11-25")
    assert "Thành phố Quảng Ninh" in today
    assert ">124<" in today  # communes of Lâm Đồng
    old = page(client, "/en/units/?on=2025-06-30")
    assert "Tỉnh Bình Thuận" in old
    assert ">526<" in old  # communes of Hà Nội


def test_a_unit_page_says_what_it_was_is_and_became(client):
    text = page(client, f"/en/units/{DIVIDED}/")
    assert "Xã Phong Phú" in text
    assert "Xã Tuy Phong" in text
    assert "Xã Phan Rí Cửa" in text
    assert "This commune was divided" in text
    new = page(client, f"/en/units/{by_code('22978', TODAY)[0].uid}/")
    assert "Xã Phan Dũng" in new
    assert "Xã Phong Phú" in new


def test_the_page_of_a_former_province_shows_its_communes_of_then_and_leads_on(client):
    text = page(client, "/en/units/u00039/")
    assert "Tỉnh Bình Thuận" in text
    assert ">121<" in text
    assert "Tỉnh Lâm Đồng" in text


def test_a_unit_can_be_seen_on_an_older_day(client):
    uid = by_code("75", TODAY, "province")[0].uid
    assert "Tỉnh Đồng Nai" in page(client, f"/en/units/{uid}/?on=2026-01-01").split("<h1")[1]
    assert "Thành phố Đồng Nai" in page(client, f"/en/units/{uid}/?on=2026-11-25").split("<h1")[1]


@pytest.mark.parametrize("uid", ["u99999", "u1", "x", "00001", "u00001x", "u999999999"])
def test_an_unknown_unit_is_not_found(client, uid):
    page(client, f"/en/units/{uid}/", 404)
    assert by_uid(uid) is None


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("units/?on=2026-11-25", 4),
        ("units/?q=Tuy+Phong&on=2025-11-05", 7),
        ("units/?q=huyện+Tuy+Phong&on=2025-11-05", 7),
        ("units/u00078/", 10),
        ("units/u00039/", 12),
        ("units/u00512/", 14),
        (f"units/{DIVIDED}/", 13),
        (f"units/{TWICE_DIVIDED}/", 15),
    ],
)
def test_a_page_asks_a_fixed_number_of_questions(client, address, queries, django_assert_num_queries):
    Resolver.for_day(TODAY)  # the gazetteer is kept between pages
    # One of the questions is whether anything changed since a page like it was kept (portal.middleware).
    with django_assert_num_queries(queries):
        page(client, f"/en/{address}")
