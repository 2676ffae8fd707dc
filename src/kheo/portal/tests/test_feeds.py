"""Feeds: valid Atom, ids that never change, as new as the last move; never a demonstration."""

from __future__ import annotations

from datetime import date, datetime
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client

from kheo.initiatives import actions
from kheo.initiatives.tests.ground import GIA_LAI, LAM_DONG, PHAN_THIET, again, commune, province, registered, unit
from kheo.portal.tests.ground import LANGUAGES, NOW, TODAY, behind

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def read(client: Client, address: str = "/vi/news.atom") -> Element:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed: Element = fromstring(answer.content)
    return feed


def text(of: Element, name: str) -> str:
    found = of.find(ATOM + name)
    assert found is not None
    return (found.text or "").strip()


def must_be_atom(feed: Element) -> None:
    """What RFC 4287 requires of a feed and of each entry."""
    assert feed.tag == f"{ATOM}feed"
    assert feed.findall(f"{ATOM}author/{ATOM}name")
    assert {link.get("rel") for link in feed.findall(f"{ATOM}link")} >= {"alternate", "self"}
    ids = []
    for one in (feed, *feed.findall(f"{ATOM}entry")):
        assert text(one, "title")
        assert text(one, "id").startswith("tag:")
        assert datetime.fromisoformat(text(one, "updated")).tzinfo is not None
        links = [link for link in one.findall(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"]
        assert len(links) == 1
        assert str(links[0].get("href")).startswith("http")
        ids.append(text(one, "id"))
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(("lang", "dir"), LANGUAGES)
def test_every_language_has_a_valid_feed(client: Client, lang: str, dir: str) -> None:
    registered(province(), title="Đường hoa & <rác>", goal="Sạch\x0b đẹp")
    feed = read(client, f"/{lang}/news.atom")
    must_be_atom(feed)
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == lang
    [entry] = feed.findall(f"{ATOM}entry")
    assert text(entry, "title") == "Đường hoa & <rác>"


def test_an_empty_feed_is_valid_and_is_as_new_as_the_day(client: Client) -> None:
    feed = read(client)
    must_be_atom(feed)
    assert text(feed, "updated").startswith(TODAY.isoformat())


def test_an_entry_keeps_its_id_and_is_as_new_as_the_last_move_of_its_model(client: Client) -> None:
    model = registered(commune(), title="Ra mắt")
    assert read(client).findall(f"{ATOM}entry") == []
    actions.accept(actor=province(), initiative=again(model), on=date(2025, 11, 10), known=NOW)
    [entry] = read(client).findall(f"{ATOM}entry")
    first = text(entry, "id")
    assert text(entry, "updated") == "2025-11-10T00:00:00+07:00"
    actions.launch(actor=province(), initiative=again(model), on=date(2025, 11, 15), known=NOW)
    feed = read(client)
    [entry] = feed.findall(f"{ATOM}entry")
    assert (text(entry, "id"), text(entry, "updated")) == (first, "2025-11-15T00:00:00+07:00")
    assert text(feed, "updated") == "2025-11-15T00:00:00+07:00"


def test_a_field_and_a_unit_have_feeds_of_their_own(client: Client) -> None:
    registered(province(), title="Kinh tế", field="economy")
    registered(province(GIA_LAI), title="Nơi khác", unit_id=unit(GIA_LAI))

    def titles(address: str) -> set[str]:
        feed = read(client, address)
        must_be_atom(feed)
        return {text(entry, "title") for entry in feed.findall(f"{ATOM}entry")}

    assert titles("/vi/news.atom") == {"Kinh tế", "Nơi khác"}
    assert titles("/vi/news/field/economy.atom") == {"Kinh tế"}
    assert titles("/vi/news/field/political_system.atom") == set()
    assert titles(f"/vi/news/place/u{unit(LAM_DONG):05d}.atom") == {"Kinh tế"}
    assert titles(f"/vi/news/place/u{unit(PHAN_THIET):05d}.atom") == {"Kinh tế"}
    assert titles(f"/vi/news/place/u{unit(GIA_LAI):05d}.atom") == {"Nơi khác"}


@pytest.mark.parametrize("address", ["field/x", "field/Economy", "place/u99999", "place/x"])
def test_a_feed_of_nothing_is_not_there(client: Client, address: str) -> None:
    assert client.get(f"/vi/news/{address}.atom").status_code == 404


def test_a_demonstration_is_never_news(client: Client) -> None:
    behind(registered(province()), is_demo=True)
    assert read(client).findall(f"{ATOM}entry") == []


def test_a_reader_who_has_it_is_told_so_until_something_is_new(client: Client) -> None:
    registered(province(), title="Một")
    first = client.get("/vi/news.atom")
    assert first["Last-Modified"] == "Wed, 05 Nov 2025 00:00:00 GMT"
    again = client.get("/vi/news.atom", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    registered(province(), title="Hai")
    assert client.get("/vi/news.atom", headers={"If-None-Match": first["ETag"]}).status_code == 200
