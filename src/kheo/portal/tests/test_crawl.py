"""The crawl: finds every planted fault, and none on the real pages."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from kheo.initiatives.tests.ground import province, registered
from kheo.portal.commands import crawl
from kheo.portal.crawler import KINDS, Walk, walk
from kheo.portal.crawler.asking import Answer
from kheo.portal.crawler.reading import read

HOME = "/pt/"
PAGE = '<!doctype html><html lang="pt" dir="ltr"><head></head><body>{}</body></html>'
MAP = "<loc>http://127.0.0.1/sitemap/pt/0.xml</loc>"


def page(body: str, *, status: int = 200, cookies: int = 0, location: str = "") -> Answer:
    whole = body if body.startswith("<!doctype") else PAGE.format(body)
    return Answer(status, "text/html", location, cookies, whole.encode())


def site(**pages: Answer) -> Walk:
    """A walk of a site of ours: `home`, and pages by name."""
    held = {"/sitemap.xml": page(MAP), "/sitemap/pt/0.xml": page("<loc>http://127.0.0.1/pt/mapped/</loc>")}
    held |= {HOME: pages.pop("home", page("")), "/pt/mapped/": page("")}
    held |= {f"/pt/{name}/": answer for name, answer in pages.items()}
    return walk("pt", ask=lambda address: held.get(address, page("", status=404)))


def test_a_sound_site_has_no_fault_and_every_page_is_seen_once() -> None:
    seen = site(home=page('<a href="/pt/a/">a</a><a href="/pt/a/#x">a</a><a href="https://x.vn/">x</a>'), a=page(""))
    assert (seen.pages, seen.outside, seen.faults) == (3, 1, [])


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("broken", '<a href="/pt/nowhere/">a</a>'),
        ("broken", '<form action="/pt/nowhere/"><input></form>'),
        ("broken", '<img alt="" src="/static/nowhere.png">'),
        ("broken", '<svg><use href="/nowhere.svg#i"/></svg>'),
        ("untranslated", "<p>Officers sign in</p>"),
        ("untranslated", '<input placeholder="Officers sign in">'),
        ("untranslated", "<p>1. Every figure here says its unit of count, territory, period and source. This site</p>"),
        ("third_party", '<img alt="" src="https://cdn.example/x.png">'),
        ("third_party", '<script src="//cdn.example/x.js"></script>'),
        ("no_alt", '<img src="data:image/png;base64,AA==">'),
        ("language", '<!doctype html><html lang="en" dir="ltr"></html>'),
        ("language", '<!doctype html><html lang="pt" dir="rtl"></html>'),
    ],
)
def test_a_planted_fault_is_found(kind: str, body: str) -> None:
    planted = body.replace("This site</p>", "This site does not follow its readers.</p>")
    seen = site(home=page(planted))
    assert {fault.kind for fault in seen.faults} == {kind}


def test_a_cookie_a_fault_of_the_server_and_an_endless_redirect_are_found() -> None:
    assert site(home=page("", cookies=1)).count("cookie") == 1
    assert site(home=page("", status=500)).count("broken") == 1
    assert site(home=page("", status=302, location=HOME)).count("broken") == 1


def test_what_is_written_in_another_language_on_purpose_is_no_fault() -> None:
    assert site(home=page('<p lang="en">Officers sign in</p>')).faults == []


def test_the_door_of_the_office_is_looked_at_and_not_walked_through() -> None:
    door = page('<img src="x.png"><a href="/pt/desk/inner/">x</a>')
    seen = walk(
        "pt",
        ask=lambda address: {HOME: page('<a href="/pt/account/login/">x</a>'), "/pt/account/login/": door}.get(
            address, page("", status=404)
        ),
    )
    assert [fault.page for fault in seen.faults] == []
    assert seen.pages == 2


def test_filters_of_one_page_are_walked_to_a_bound() -> None:
    links = "".join(f'<a href="/pt/a/?n={n}">x</a>' for n in range(500))
    seen = walk("pt", ask=lambda address: page(links if address == HOME else ""))
    assert 1 < seen.pages < 50


def test_tags_that_are_never_closed_do_not_hide_what_follows() -> None:
    seen = read(
        '<html lang="pt"><body><p lang="en">a<br>b</p><p>c<input>d</p><svg><path d="M0"/><title>e</title></svg>'
    )
    assert seen.texts == ["c", "d", "e"]


def run(*words: str) -> Result:
    return CliRunner().invoke(crawl, [*words, "--json"])


@pytest.mark.django_db
def test_the_first_pages_of_every_language_are_sound() -> None:
    registered(province(), title="Đường hoa")
    done = run("--langs", "en,ar", "--limit", "25")
    told = json.loads(done.stdout)
    assert [(row["lang"], row["pages"]) for row in told["rows"]] == [("en", 25), ("ar", 25)]
    for row in told["rows"]:
        assert {kind: row[kind] for kind in KINDS if kind != "untranslated"} == dict.fromkeys(
            (kind for kind in KINDS if kind != "untranslated"), 0
        ), row["faults"]


@pytest.mark.django_db
def test_a_fault_ends_the_command_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = Walk("vi", pages=1)
    bad.faults.append(site(home=page('<a href="/x/">x</a>')).faults[0])
    monkeypatch.setattr("kheo.portal.commands.walk", lambda *_given, **_named: bad)
    done = run("--langs", "vi")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["ok"] is False


@pytest.mark.parametrize("langs", ["", "xx", "vi,xx", "vi;en"])
def test_a_language_that_is_none_is_bad_use(langs: str) -> None:
    assert run("--langs", langs).exit_code == 2
