"""Lists, exports, single pages and commands show exactly the records of one SQL truth."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable

import openpyxl
import pytest
from django.test import Client

from kheo.audit.models import Entry
from kheo.initiatives.models import Initiative
from kheo.people.models import User
from tests.access import walk
from tests.access.world import (
    AWAY,
    OWN,
    TODAY,
    WHO,
    World,
    accounts_of,
    may_list,
    may_see,
    own_runs,
    trail_of,
    unit,
)

PEOPLE = WHO[1:]


def ids_of(titles: set[str]) -> set[int]:
    return set(Initiative.objects.filter(title__in=titles, voided_at__isnull=True).values_list("pk", flat=True))


def asked(client: Client, world: World, name: str, **query: str) -> walk.Answer:
    return walk.go(client, world, walk.Line(name, "GET", "-", {}), **query)


def on_page(world: World, who: str, **query: str) -> set[int]:
    found = asked(walk.visitor(world, who), world, "initiatives:list", **query)
    return {int(pk) for pk in re.findall(r'href="/vi/initiatives/(\d+)/"', found.content.decode())}


def in_csv(world: World, who: str, **query: str) -> set[int]:
    found = asked(walk.visitor(world, who), world, "initiatives:export", format="csv", **query)
    text = found.content.decode("utf-8-sig")
    return ids_of({cell for row in csv.reader(io.StringIO(text), delimiter=delimiter(text)) for cell in row})


def delimiter(text: str) -> str:
    return ";" if text.partition("\n")[0].count(";") else ","


def in_xlsx(world: World, who: str, **query: str) -> set[int]:
    found = asked(walk.visitor(world, who), world, "initiatives:export", format="xlsx", **query)
    if found.outcome != "200":
        return set()
    sheet = openpyxl.load_workbook(io.BytesIO(found.content)).active
    return ids_of({str(cell) for row in sheet.iter_rows(values_only=True) for cell in row})


def by_command(world: World, who: str, **query: str) -> set[int]:
    options = {"unit": "--of", "q": "--find", "state": "--state"}
    words = [word for key, value in query.items() for word in (options[key], value)]
    result = walk.run("initiatives list", who, *words)
    rows = json.loads(result.stdout).get("rows", [])
    return {row["id"] for row in rows}


def by_file(world: World, who: str, **query: str) -> set[int]:
    options = {"unit": "--of", "q": "--find", "state": "--state"}
    words = [word for key, value in query.items() for word in (options[key], value)]
    file = world.folder / f"{who}.csv"
    file.unlink(missing_ok=True)
    walk.run("initiatives export", who, "-o", str(file), *words)
    if not file.exists():
        return set()
    text = file.read_text("utf-8-sig")
    return ids_of({cell for row in csv.reader(io.StringIO(text), delimiter=delimiter(text)) for cell in row})


def each_page(world: World, who: str) -> set[int]:
    opened = set()
    for pk in Initiative.objects.values_list("pk", flat=True):
        line = walk.Line("initiatives:detail", "GET", str(pk), {})
        if walk.go(walk.visitor(world, who), world, line).outcome == "200":
            opened.add(pk)
    return opened


def each_command(world: World, who: str) -> set[int]:
    pks = list(Initiative.objects.values_list("pk", flat=True))
    return {pk for pk in pks if walk.run("initiatives show", who, str(pk)).exit_code == 0}


FACES: dict[str, Callable[..., set[int]]] = {
    "page": on_page,
    "csv": in_csv,
    "xlsx": in_xlsx,
    "command": by_command,
    "file": by_file,
    "each page": each_page,
    "each command": each_command,
}


def test_the_truth_is_not_empty_and_not_everything(world: World) -> None:
    """What the faces are measured against tells the people apart."""
    names = {model.pk: name for name, model in world.models.items()} | {
        Initiative.objects.get(title="Mô hình (saved)").pk: "saved"
    }
    own = {"own", "own_accepted", "own_returned", "own_reviewed", "own_running", "village", "saved", "waiting"}
    own |= {"past", "draft"}
    seen = {who: {names[pk] for pk in may_see(who)} for who in PEOPLE}
    assert seen == {
        "neighbour": {"neighbour", "waiting"},
        "commune": own,
        "village": {"village"},
        "province": own | {"neighbour", "third", "province"},
        "elsewhere": {"away"},
        "nation": set(names.values()) - {"void", "draft"},
        "ended": set(),
        "auditor": set(),
        "admin": set(),
    }


@pytest.mark.parametrize("face", FACES)
def test_models_are_shown_exactly_to_whom_they_may_be(world: World, face: str) -> None:
    wrong = []
    for who in PEOPLE:
        shown, right = FACES[face](world, who), (may_see if face.startswith("each") else may_list)(who)
        if shown != right:
            wrong.append(f"{who}: too many {shown - right}, missing {right - shown}")
    assert wrong == []


@pytest.mark.parametrize("face", ["page", "csv", "xlsx", "command", "file"])
def test_drafts_are_listed_where_asked_for_to_who_registers_there(world: World, face: str) -> None:
    for who in PEOPLE:
        right = may_see(who) - may_list(who)
        assert FACES[face](world, who, state="draft") == right, who
    assert may_see("commune") - may_list("commune") == {world.models["draft"].pk}


@pytest.mark.parametrize("face", ["page", "csv", "command"])
def test_a_filter_narrows_and_never_widens(world: World, face: str) -> None:
    lie = dict(Initiative.objects.values_list("pk", "now_c"))
    for who in PEOPLE:
        right = may_see(who)
        for code in (OWN, AWAY):
            place = unit(code, TODAY)
            shown = FACES[face](world, who, unit=place.uid)
            assert shown <= right, f"{who} {code}"
            assert {pk for pk in may_list(who) if lie[pk] == place.id} <= shown, f"{who} {code}"
        for query in ({"q": "Mô hình"}, {"state": "submitted"}):
            assert FACES[face](world, who, **query) <= right, f"{who} {query}"


def test_the_desk_names_only_what_its_reader_may_see(world: World) -> None:
    for who in PEOPLE:
        text = asked(walk.visitor(world, who), world, "desk:home").content.decode()
        assert {int(pk) for pk in re.findall(r"/vi/initiatives/(\d+)/", text)} <= may_see(who), who
        assert {int(pk) for pk in re.findall(r"/vi/imports/(\d+)/", text)} <= own_runs(who), who


def test_imports_are_shown_to_who_made_them(world: World) -> None:
    for who in PEOPLE:
        text = asked(walk.visitor(world, who), world, "exchange:list").content.decode()
        assert {int(pk) for pk in re.findall(r"/vi/imports/(\d+)/", text)} == own_runs(who), who
    assert own_runs("commune")
    assert own_runs("province")


def test_the_trail_is_shown_to_auditors_whole(world: World) -> None:
    for who in PEOPLE:
        rows = json.loads(walk.run("audit show", who, "--limit", "1000").stdout).get("rows", [])
        assert {row["id"] for row in rows} == trail_of(who), who
        text = asked(walk.visitor(world, who), world, "audit:list").content.decode()
        on_page = {int(n) for n in re.findall(r'k-num"><bdi>(\d+)</bdi></th>', text)}
        assert on_page == trail_of(who), who
    assert trail_of("auditor") == set(Entry.objects.values_list("pk", flat=True))


def test_accounts_are_shown_to_who_manages_them(world: World) -> None:
    for who in PEOPLE:
        rows = json.loads(walk.run("people accounts", who).stdout).get("rows", [])
        names = {row["username"] for row in rows}
        assert set(User.objects.filter(username__in=names).values_list("pk", flat=True)) == accounts_of(who), who
    assert accounts_of("admin") == set(User.objects.values_list("pk", flat=True))
