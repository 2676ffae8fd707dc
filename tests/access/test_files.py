"""Every list goes out as a file: to whom the page is open, what the page shows, nothing that runs."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest

from kheo.initiatives.models import Initiative
from kheo.people.models import User
from tests.access import walk
from tests.access.world import World

LISTS = {
    "portal:models": "stranger", "units:index": "stranger", "units:unit": "stranger", "figures:coverage": "stranger",
    "figures:table": "stranger", "figures:quoted": "stranger", "law:numbers": "stranger", "audit:list": "auditor",
    "people:accounts": "admin", "exchange:list": "commune", "exchange:run": "commune", "initiatives:export": "province",
}  # fmt: skip


def asked(world: World, who: str, line: walk.Line, kind: str) -> walk.Answer:
    return walk.go(walk.visitor(world, who), world, line, format=kind)


def line_of(name: str, who: str) -> walk.Line:
    return next(
        line for line in walk.pages() if line.name == name and line.method == "GET" and line.cells[who] == "200"
    )


def cells(kind: str, content: bytes) -> list[list[Any]]:
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    return [list(row) for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_list_goes_out_to_whom_its_page_is_open(world: World, kind: str) -> None:
    hostile = "=HYPERLINK(1)"
    Initiative.objects.filter(state="accepted").update(title=hostile)
    User.objects.filter(username="admin").update(full_name=hostile)
    type(world.runs["commune"]).objects.update(filename=hostile)
    for name, who in LISTS.items():
        got = asked(world, who, line_of(name, who), kind)
        assert got.outcome == "200", name
        rows = cells(kind, got.content)
        assert len(rows) > (name != "figures:quoted"), name  # this world quotes no report
        written = [cell for row in rows for cell in row if isinstance(cell, str) and "HYPERLINK" in cell]
        assert all(cell == ("'" if kind == "csv" else "") + hostile for cell in written), (name, written)
        assert written or name not in ("portal:models", "people:accounts", "exchange:list", "initiatives:export"), name


def test_to_whom_a_page_is_shut_its_file_is_too(world: World) -> None:
    for line in walk.pages():
        if line.name in LISTS and line.method == "GET":
            for who in ("stranger", "neighbour", "ended"):
                with walk.undone():
                    got = asked(world, who, line, "csv")
                assert got.outcome == line.cells[who], (line, who)


def test_a_demonstration_says_so_in_its_files(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kheo.base.sheets._demonstration", lambda: True)
    client = walk.visitor(world, "stranger")
    found: Any = client.get("/vi/models/", {"format": "xlsx"})
    assert "demo-models-" in found["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(b"".join(found.streaming_content)))
    assert "trình diễn" in str(book.worksheets[0].oddHeader.center.text)
