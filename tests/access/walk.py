"""Going to every address and giving every command, as one person, and leaving everything as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import cache as cache_once
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner, Result
from django.core.cache import cache, caches
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from kheo.config import wiring
from tests.access.given import arguments, body
from tests.access.world import WHO, World

HERE = Path(__file__).parent
LANGUAGE = "vi"


@dataclass(frozen=True)
class Line:
    """One line of a table: what, on which record, and what each person gets.

    For a page `name` is its name and `method` GET or POST; for a command they are its noun and verb.
    """

    name: str
    method: str
    target: str
    cells: dict[str, str]

    def __str__(self) -> str:
        return f"{self.name} {self.method} {self.target}"


def table(file: str, columns: tuple[str, ...]) -> list[Line]:
    """Read `pages.txt` or `commands.txt`: three leading words, then a cell a column; `#` begins a remark."""
    lines = []
    for text in (HERE / file).read_text(encoding="utf-8").splitlines():
        cells = text.partition("#")[0].split()
        if not cells or cells[0] == "name":
            continue
        assert len(cells) == 3 + len(columns), f"{file}: {text}"
        lines.append(Line(*cells[:3], dict(zip(columns, cells[3:], strict=True))))
    return lines


def pages() -> list[Line]:
    return table("pages.txt", WHO)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back; and forgotten, for rate limits count in the cache."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    cache.clear()
    caches["pages"].clear()


# ---- Addresses -----------------------------------------------------------------------------------------------------


@cache_once
def addresses() -> dict[str, str]:
    """Every address of the project: its name with namespace -> its pattern."""
    found: dict[str, str] = {}

    def walk(patterns: list[URLPattern | URLResolver], before: str, spaces: tuple[str, ...]) -> None:
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                space = (*spaces, pattern.namespace) if pattern.namespace else spaces
                walk(pattern.url_patterns, route, space)
            else:
                found[":".join((*spaces, pattern.name or route))] = route

    with translation.override(LANGUAGE):
        walk(get_resolver().url_patterns, "", ())
    return found


def visitor(world: World, who: str) -> Client:
    """A browser in which this person has signed in."""
    client = Client()
    if who != "stranger":
        client.force_login(world.people[who], backend="kheo.people.backends.PostBackend")
    return client


def another(browser: Client) -> Client:
    """A browser as this one stood when it was last used, in which nothing can be changed for it."""
    client = Client()
    client.cookies = deepcopy(browser.cookies)
    return client


def address(name: str, world: World, target: str) -> str:
    known = addresses()
    route = known[name]
    if "<" not in route:
        return f"/{route}"
    with translation.override(LANGUAGE):
        return reverse(name, kwargs=arguments(world, target))


@dataclass(frozen=True)
class Answer:
    """What came back: `outcome` is the status, or `login` for a reader sent to sign in."""

    outcome: str
    content: bytes


def go(client: Client, world: World, line: Line, **query: str) -> Answer:
    """Ask for an address as a person's browser does."""
    at = address(line.name, world, line.target)
    found: Any = client.get(at, query) if line.method == "GET" else client.post(at, body(line.name, world, line.target))
    content = b"".join(found.streaming_content) if found.streaming else found.content
    sent_away = found.status_code == 302 and found["Location"].startswith(f"/{LANGUAGE}/account/login/?next=")
    return Answer("login" if sent_away else str(found.status_code), content)


# ---- Commands ------------------------------------------------------------------------------------------------------


def commands() -> dict[str, click.Command]:
    """Every command of the program: `initiatives list` -> it; one that stands alone is `init -`."""
    found: dict[str, click.Command] = {}
    for noun, command in wiring.commands().items():
        if isinstance(command, click.Group):
            found |= {f"{noun} {verb}": one for verb, one in command.commands.items()}
        else:
            found[f"{noun} -"] = command
    return found


CALLERS = ("operator", *WHO[1:])


def lines_of_commands() -> list[Line]:
    return table("commands.txt", CALLERS)


def run(name: str, who: str, *given: str) -> Result:
    """Give a command as somebody; without anybody it is the local operator."""
    caller = () if who == "operator" else ("--as", who)
    return CliRunner().invoke(commands()[name], [*given, *caller, "--json"])
