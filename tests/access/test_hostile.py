"""Hostile readers and hostile names: whatever stands in an address, and whatever things are called."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from kheo.initiatives.models import Initiative, Move
from kheo.people.models import Organisation, User
from tests.access import walk
from tests.access.world import World

# What people, machines and attackers put into the parameters of an address.
VALUES = (
    *("", " ", "0", "-1", "1e309", "NaN", "null", "[]", "٢٠٢٥", "２０２５", "9" * 30, "-" + "9" * 25, "a" * 5000),
    *("\x00", "Đường\x00hoa", "\x1b[31m", "\u202egnp.exe", "\ufffe", "%00", "%", "_", "*", '"', "'", "\\", ":", "a:b"),
    *("' OR 1=1 --", '"; DROP TABLE initiative; --', "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'),
    *("../../etc/passwd", "{{7*7919}}", "{% debug %}", "${7*7919}", "//evil.example", "http://evil.example/"),
    *(
        "javascript:1",
        "2025-13-45",
        "0000-00-00",
        "9999-12-31",
        "31/02/2025",
        "2025-2030",
        "68",
        "u00001",
        "u99999999",
        "economy",
    ),
    *("AND OR NOT NEAR", 'hoa" OR "x', "title:hoa", "hoa^2", "(hoa", "hoa*", "-hoa"),
)
# Parameters no form of the page names.
ALWAYS = (
    "page",
    "sort",
    "format",
    "q",
    "of",
    "period",
    "on",
    "map",
    "lang",
    "next",
    "from",
    "back",
    "by",
    "measure",
    "after",
)
RAW = re.compile(r"<script>alert|<img src=x|onerror=alert\(1\)>(?!\")|55433|SyntaxError|Traceback")


class _Names(HTMLParser):
    """The names a page's own search forms send."""

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.names = False, set[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = (given.get("method") or "get").lower() == "get"
        elif self.inside and tag in ("input", "select", "textarea") and given.get("name"):
            self.names.add(str(given["name"]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


def _readable(who: str) -> list[walk.Line]:
    return [line for line in walk.pages() if line.method == "GET" and line.cells[who] == "200"]


@pytest.mark.parametrize("who", ["stranger", "province"])
def test_whatever_stands_in_an_address_the_page_answers(world: World, who: str) -> None:
    """Every value in every parameter of every page: an answer of the house, never a fault, nothing written back raw."""
    client, wrong = walk.visitor(world, who), []
    seen: set[str] = set()
    for line in _readable(who):
        if line.name in seen:
            continue
        seen.add(line.name)
        reader = _Names()
        reader.feed(walk.go(client, world, line).content.decode("utf-8", "replace"))
        names = sorted({*reader.names, *ALWAYS})
        for turn in range(len(VALUES)):
            asked = {name: VALUES[(turn + at * 7) % len(VALUES)] for at, name in enumerate(names)}
            got = walk.go(client, world, line, **asked)
            raw = RAW.search(got.content.decode("utf-8", "replace")) if got.content[:2] != b"PK" else None
            if got.outcome not in ("200", "302", "400", "404", "409") or raw:
                wrong.append(f"{line} {asked}: {got.outcome} {raw and raw.group()}")
    assert wrong == []
    assert len(seen) > 8


NASTY = '"><img src=x onerror=alert(1)>\u202e<script>alert(1)</script>{{7*7919}}=HYPERLINK("x")😀'


def test_whatever_things_are_called_every_page_shows_it_as_text(world: World) -> None:
    """Names of models, organisations, people, files, documents and reasons that would run, were they not text."""
    Initiative.objects.update(
        goal=NASTY, note=NASTY, code="", situation=NASTY, site=NASTY, outputs=NASTY, list_number=NASTY[:60]
    )
    for model in Initiative.objects.all():
        Initiative.objects.filter(pk=model.pk).update(title=f"{NASTY} {model.pk}", title_key=f"x{model.pk}")
    Initiative.objects.filter(state="returned").update(return_reason=NASTY)
    Move.objects.update(reason=NASTY, document=NASTY, actor_name=NASTY)
    Organisation.objects.update(name=NASTY)
    User.objects.update(full_name=NASTY[:120])
    type(world.runs["commune"]).objects.update(filename=NASTY)
    wrong = []
    for who in ("stranger", "province", "village", "commune", "admin", "auditor"):
        client = walk.visitor(world, who)
        for line in _readable(who):
            got = walk.go(client, world, line)
            if got.content[:2] != b"PK" and (raw := RAW.search(got.content.decode("utf-8", "replace"))):
                wrong.append(f"{line} as {who}: {raw.group()}")
    assert wrong == []
