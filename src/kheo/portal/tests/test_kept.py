"""Kept pages: quick for readers without a cookie; never another reader's, another language's, or yesterday's."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from kheo.audit.actions import fold_turns, turn
from kheo.audit.models import Turn
from kheo.audit.queries import version
from kheo.base import clock
from kheo.initiatives import actions
from kheo.initiatives.tests.ground import DAY, KNOWN, again, commune, province, registered
from kheo.people.tests.folk import account
from kheo.portal.tests.ground import TODAY
from kheo.portal.views import pages
from kheo.portal.words import KEPT_PAGES

pytestmark = pytest.mark.django_db
LIST = "/vi/models/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def keys() -> int:
    """How many pages are kept."""
    return len(caches["pages"]._cache)  # type: ignore[attr-defined]


def test_the_second_reader_costs_one_question(client: Client, django_assert_num_queries: Any) -> None:
    registered(province(), title="Một")
    first = client.get(LIST)
    with django_assert_num_queries(1):
        second = client.get(LIST)
    assert second.content == first.content
    assert dict(second.headers) == dict(first.headers)


def test_what_is_kept_may_be_kept_by_others_who_ask_each_time(client: Client) -> None:
    answer = client.get(LIST)
    assert answer["Cache-Control"] == "public, no-cache"
    assert "Cookie" in answer["Vary"]
    assert client.get(LIST, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.get(LIST, headers={"If-None-Match": '"other"'}).status_code == 200


def test_every_deed_is_seen_at_once(client: Client) -> None:
    model = registered(commune(), title="Đang chờ")
    assert "Đang chờ" not in text(client.get(LIST))
    actions.accept(actor=province(), initiative=again(model), on=DAY, known=KNOWN)
    assert "Đang chờ" in text(client.get(LIST))
    assert '<div class="k-fig-n">1</div>' in text(client.get("/vi/"))
    actions.remove(actor=province(), initiative=again(model), reason="achieved", document="12/QĐ", on=DAY, known=KNOWN)
    assert "Đang chờ" not in text(client.get(LIST))
    assert client.get(f"/vi/models/{model.pk}/").status_code == 404


def test_an_officer_and_a_stranger_never_get_each_others_page(client: Client) -> None:
    officer = account("p68")
    signed_in = Client()
    signed_in.force_login(officer, backend="kheo.people.backends.PostBackend")
    door = reverse("desk:home")
    for _turn in range(2):
        own, theirs = signed_in.get(LIST), client.get(LIST)
        assert f'href="{door}"' in text(own)
        assert f'href="{door}"' not in text(theirs)
        assert own["Cache-Control"] == "private, no-cache"
        assert "Cookie" in own["Vary"]
    assert keys() == 1


@pytest.mark.parametrize("headers", [{"Authorization": "Basic eDp5"}, {"HX-Request": "true"}, {"Cookie": "a=b"}])
def test_who_brings_anything_along_gets_no_kept_page(client: Client, headers: dict[str, str]) -> None:
    answer = client.get(LIST, headers=headers)
    assert answer.status_code == 200
    assert keys() == 0
    assert "public" not in answer["Cache-Control"]


def test_languages_hosts_and_questions_are_kept_apart(client: Client) -> None:
    registered(province(), title="Một", field="economy")
    seen = {text(client.get(f"/{lang}/models/")) for lang in ("vi", "en", "ar", "pt")}
    assert len(seen) == keys() == 4
    here, there = client.get(LIST, HTTP_HOST="127.0.0.1"), client.get(LIST, HTTP_HOST="localhost")
    assert "http://127.0.0.1/vi/models/" in text(here)
    assert "http://localhost/vi/models/" in text(there)
    assert "127.0.0.1" not in text(there)
    one, other = client.get(f"{LIST}?field=economy&field="), client.get(f"{LIST}?field=&field=economy")
    assert 'value="economy" selected' not in text(one)
    assert 'value="economy" selected' in text(other)


def test_another_method_is_neither_kept_nor_answered_from_what_is(client: Client) -> None:
    client.get(LIST)
    assert keys() == 1
    assert client.post(LIST).status_code in (403, 405)
    head = client.head(LIST)
    assert (head.status_code, head.content) == (200, b"")
    assert text(client.get(LIST)).endswith("</html>")


def test_an_unknown_host_is_refused_whatever_is_kept(client: Client) -> None:
    client.get(LIST)
    assert client.get(LIST, HTTP_HOST="elsewhere.example").status_code == 400


def test_what_is_not_there_is_not_kept(client: Client) -> None:
    assert client.get("/vi/models/999999/").status_code == 404
    assert keys() == 0


def test_tomorrow_the_page_is_drawn_anew(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "20/11/2025" in text(client.get("/vi/"))
    monkeypatch.setattr(clock, "today", lambda: TODAY + timedelta(days=1))
    assert "21/11/2025" in text(client.get("/vi/"))


def test_the_band_of_a_demonstration_is_part_of_what_is_kept(client: Client) -> None:
    assert "k-demo" not in text(client.get(LIST))
    caches["default"].set("demo.held", True)
    assert "k-demo" in text(client.get(LIST))
    caches["default"].set("demo.held", False)
    assert "k-demo" not in text(client.get(LIST))


def test_a_long_question_is_answered_and_not_kept(client: Client) -> None:
    assert client.get(LIST, {"x": "a" * 2000}).status_code == 200
    assert keys() == 0


def test_a_reader_gets_no_cookie_on_any_public_page(client: Client) -> None:
    model = registered(province(), title="Một")
    given: dict[str, dict[str, Any]] = {
        "portal:model": {"pk": model.pk},
        "portal:place": {"uid": "u00078"},
        "portal:feed_field": {"field": "economy"},
        "portal:feed_place": {"uid": "u00078"},
        "units:unit": {"uid": "u00078"},
    }
    for name in sorted(KEPT_PAGES):
        address = reverse(name, kwargs=given.get(name))
        for _turn in range(2):
            answer = client.get(address)
            assert answer.status_code == 200, name
            assert not answer.cookies, name
            assert answer["Cache-Control"] == "public, no-cache", name
        assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304, name


def test_a_page_says_where_it_stands_in_every_language(client: Client) -> None:
    said = text(client.get("/ar/models/?field=economy&unit=&q="))
    head = said.split("</head>")[0]
    assert '<link rel="canonical" href="http://testserver/ar/models/?field=economy">' in head
    for lang in ("vi", "en", "ar", "pt"):
        assert f'<link rel="alternate" hreflang="{lang}" href="http://testserver/{lang}/models/?field=economy">' in head
    assert '<link rel="alternate" hreflang="x-default" href="http://testserver/vi/models/?field=economy">' in head
    home = text(client.get("/pt/"))
    assert '<link rel="alternate" hreflang="x-default" href="http://testserver/">' in home
    assert '<link rel="canonical" href="http://testserver/pt/">' in home


def test_a_lower_number_that_comes_later_is_another_version() -> None:
    """On PostgreSQL a deed with a lower number may be committed after one with a higher."""
    Turn.objects.create(id=1000, n=1)
    before = version()
    Turn.objects.create(id=500, n=1)
    assert version() != before


def test_folding_turns_changes_no_version() -> None:
    for _turn in range(250):
        turn()
    before = version()
    assert fold_turns() == 250
    assert (version(), Turn.objects.count()) == (before, 1)
    assert fold_turns() == 0
    turn()
    assert version() == before + 1


@pytest.mark.django_db(transaction=True)
def test_what_changes_while_a_page_is_drawn_is_seen_by_the_next_reader(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is read from the database, then a deed is committed, then the page is kept: nobody is shown it again."""
    model = registered(commune(), title="Giữa chừng")
    draw, done = pages.render, []

    def accept() -> None:
        actions.accept(actor=province(), initiative=again(model), on=DAY, known=KNOWN)
        done.append(True)
        connection.close()

    def slow(*given: Any) -> Any:
        drawn = draw(*given)
        if not done:
            other = threading.Thread(target=accept)
            other.start()
            other.join(60)
        return drawn

    monkeypatch.setattr(pages, "render", slow)
    assert "Giữa chừng" not in text(client.get(LIST))
    assert done
    assert "Giữa chừng" in text(client.get(LIST))
    assert "Giữa chừng" in text(client.get(LIST))


@pytest.mark.django_db(transaction=True)
def test_readers_who_race_a_writer_are_never_behind_what_was_committed_before_they_asked() -> None:
    """Four readers ask all the time while models enter; each sees at least what stood when it asked."""
    officer, stop, stood, late = province(), threading.Event(), [0], list[str]()

    def read() -> None:
        reader = Client()
        try:
            while not stop.is_set():
                least = stood[0]
                answer = text(reader.get("/en/models/"))
                shown = sum(f"Mô hình {n} của" in answer for n in range(1, least + 1))
                if shown < least:
                    late.append(f"{shown} of {least}")
        finally:
            connection.close()

    readers = [threading.Thread(target=read) for _n in range(4)]
    for reader in readers:
        reader.start()
    for n in range(1, 11):
        registered(officer, title=f"Mô hình {n} của làng")
        stood[0] = n
    stop.set()
    for reader in readers:
        reader.join(60)
    assert late == []


def test_every_deed_takes_a_turn_in_its_own_transaction() -> None:
    before = version()
    model = registered(commune(), title="Một")
    after = version()
    assert after > before
    with transaction.atomic():
        actions.accept(actor=province(), initiative=again(model), on=DAY, known=KNOWN)
        assert version() > after
        transaction.set_rollback(True)
    assert version() == after
