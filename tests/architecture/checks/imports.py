"""Doors between rooms, and what nobody imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.house import ROOMS, Complaint, House

DOORS = frozenset({"words", "models", "queries", "actions", "figures"})

# Doors beside the five, and why they are open.
ENGINE_DOORS = {
    ("exchange", "reader"): "reads any people-made table and knows no room; importers read its rows",
    ("files", "views"): "hands a kept file out; the view of the room whose record holds it asks the right first",
    ("units", "resolver"): "turns written names into units; one is held for a whole file, not asked row by row",
    ("audit", "guards"): "puts append-only guards on a table; figures' journal needs the same ones as the trail",
}
# `config` is the wiring: it alone may reach what Django and the command line load by name.
WIRED_PARTS = frozenset({"commands", "exchange", "apps", "urls", "views", "middleware", "backends", "adapter"})


def check_doors(house: House) -> Iterator[Complaint]:
    """A neighbour is entered through words, models, queries, actions, figures."""
    for source in house.code:
        for door in source.kheo_imports:
            if door.room not in ROOMS or door.room == source.room:
                continue
            if door.part in DOORS or (door.room, door.part) in ENGINE_DOORS:
                continue
            if source.room == "config" and door.part in WIRED_PARTS:
                continue
            yield Complaint(
                source.path,
                door.line,
                f"{door.room}.{door.part or '*'} is private to {door.room}: import its words, models, queries, "
                "actions or figures (or list the door with its reason in tests/architecture/checks/imports.py)",
            )


def check_neighbours_rows(house: House) -> Iterator[Complaint]:
    """`Neighbour.objects` is never used outside its room, nor are its rows built there: ask its queries and actions."""
    for source in house.code:
        models = {i.bound: i.room for i in source.kheo_imports if i.part == "models" and i.room != source.room}
        for node in source.nodes:
            if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}:
                room = _room_of(node.value, models)
                if room:
                    yield source.at(node, f"rows of {room} are read through {room}.queries: add a reader there")
            elif isinstance(node, ast.Call) and (room := _room_of(node.func, models)):
                yield source.at(node, f"rows of {room} are made by {room}.actions: add a verb there")
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get_model":
                yield source.at(node, "apps.get_model goes round every door: import the model or ask its room")


def _room_of(node: ast.AST, models: dict[str, str]) -> str:
    """The neighbour a name (Unit) or a name of its models module (models.Unit) belongs to, else ""."""
    if isinstance(node, ast.Name):
        return models.get(node.id, "") if node.id[:1].isupper() else ""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr[:1].isupper():
        return models.get(node.value.id, "")
    return ""


def check_absolute_imports(house: House) -> Iterator[Complaint]:
    """`from kheo.units.words import Level`, never `from .words import Level`."""
    for source in house.sources:
        for node in source.nodes:
            if isinstance(node, ast.ImportFrom) and node.level:
                yield source.at(node, "write the import in full: from kheo.room.part import name")


_NOBODY = {
    "django.dispatch": "no signals: call the other room's action, or fill a typed slot in config/wiring.py",
    "django.contrib.admin": "no Django admin: write the page",
    "django.contrib.contenttypes": "no generic foreign keys: point at a table, or keep kind and id as text",
    "django.contrib.gis": "outlines are drawn from files: units/outlines",
}


def check_banned_modules(house: House) -> Iterator[Complaint]:
    """No signals, no GenericForeignKey, no Django admin."""
    for source in house.code:
        named = [(line, module) for line, module in source.modules]
        named += [(text.lineno, str(text.value)) for text in source.strings() if "admin" in str(text.value)]
        for line in sorted({line for line, _module in named}):
            instead = {_instead(module) for at, module in named if at == line} - {""}
            if instead:
                yield Complaint(source.path, line, instead.pop())


def _instead(module: str) -> str:
    if "signals" in module.split("."):
        return _NOBODY["django.dispatch"]
    return next((text for ban, text in _NOBODY.items() if module == ban or module.startswith(ban + ".")), "")


_CLOCKS = frozenset(
    {
        "django.utils.timezone.now",
        "django.utils.timezone.localtime",
        "django.utils.timezone.localdate",
        "datetime.date.today",
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.datetime.today",
        "time.time",
        "time.time_ns",
        "time.localtime",
        "time.gmtime",
        "django.db.models.functions.Now",
        "django.db.models.functions.datetime.Now",
    }
)
_ASKS = frozenset({"kheo.base.clock.now", "kheo.base.clock.today"})
_SQL_CLOCK = ("current_timestamp", "current_date", "now()", "'now'")
# Parts that may read the clock and pass the day down, and files that do so for every page or command.
CLOCK_PARTS = frozenset({"views", "commands", "jobs"})
CLOCK_FILES = {
    "base/clock.py": "is the clock",
    "base/command.py": "--on defaults to today",
    "portal/middleware.py": "a page is kept for the day it was drawn on",
    "people/middleware.py": "the actor of a request is that of today",
    "config/serving.py": "the worker seals what was recorded until now",
    "config/jinja.py": "the frame shows today's date",
}


def check_clock(house: House) -> Iterator[Complaint]:
    """Views, commands and jobs read the clock in base/clock.py; everything below is told the day."""
    for source in house.code:
        for node in source.nodes:
            if isinstance(node, ast.Name | ast.Attribute) and source.origin(node) in _CLOCKS:
                if source.rel != "base/clock.py":
                    yield source.at(node, "only base/clock.py reads the clock: take `on` or `known`")
            elif isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
                yield source.at(node.value, "no automatic times: the action writes `known`")
        for text in source.strings():
            folded = str(text.value).casefold()
            if "select" in folded and any(word in folded for word in _SQL_CLOCK):
                yield source.at(text, "SQL must not read the clock either: bind the day as a parameter")
        if source.part in CLOCK_PARTS or source.rel in CLOCK_FILES:
            continue
        for node in source.nodes:
            if isinstance(node, ast.Name | ast.Attribute) and source.origin(node) in _ASKS:
                yield source.at(node, "only views, commands and jobs ask base.clock: take `on` or `known`")
