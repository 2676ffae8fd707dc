"""One file, two faces: page and command tell the same fates, the same reasons, the same sums."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kheo.exchange.models import ImportRun, StagedRow
from kheo.initiatives.commands import initiatives
from kheo.initiatives.tests.lists import book, officer, row
from kheo.initiatives.tests.test_import_pages import Visitor, visitor
from kheo.initiatives.tests.test_registration_lists import LISTS, MAIN

__all__ = ["visitor"]  # a fixture
pytestmark = pytest.mark.django_db
CASES = MAIN.parent / "A"
TROUBLE = book(
    [
        row(),
        row(),  # twice
        row(title="Không đơn vị", unit="Xã Không Có Thật Nào"),
        row(title="Không lĩnh vực", field=""),
        row(title="", households=-3),
        row(title="=HYPERLINK(1)", when="31/12/2025 - 01/01/2025"),
        row(title="Hai nơi", unit="Xã Hòa Thắng"),
        row(title="Số hộ lạ", households="1.500 hộ"),
    ]
)
FILES: list[tuple[str, bytes, str]] = [
    *((name, (MAIN / name).read_bytes(), province) for name, province in LISTS),
    ("loi.xlsx", TROUBLE, "68"),
    *((name, (CASES / name).read_bytes(), "68") for name in ("A01_gop-o-hai-dong.xlsx", "A07_khong-phai.xlsx")),
    *((name, (CASES / name).read_bytes(), "68") for name in ("A13_sau-ngay-dong.csv", "A21_tiem-cong-thuc.csv")),
]


def rows_of(run: ImportRun) -> list[tuple[Any, ...]]:
    return list(
        StagedRow.objects.filter(run=run).order_by("number").values_list("number", "fate", "shown", "reasons", "values")
    )


@pytest.mark.parametrize(("name", "data", "province"), FILES, ids=[name for name, *_rest in FILES])
def test_page_and_command_tell_the_same(
    name: str, data: bytes, province: str, visitor: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.actor = officer(province)
    monkeypatch.setattr("kheo.base.command._actor_of", lambda _name, _on: visitor.actor)
    page = " ".join(visitor.upload(data, name).content.decode().split())
    by_page = ImportRun.objects.order_by("-pk").first()
    on_page = rows_of(by_page) if by_page else []  # the same file read again by the same person replaces the first
    file = tmp_path / name
    file.write_bytes(data)
    words = [
        "import",
        str(file),
        "--as",
        "x",
        "--period",
        "2025-2030",
        "--on",
        "2025-11-05",
        "--dry-run",
        "--lang",
        "en",
    ]
    said = json.loads(CliRunner().invoke(initiatives, [*words, "--json"]).stdout)
    by_command = ImportRun.objects.order_by("-pk").first()
    told = html.unescape(re.sub(r"<[^>]+>", "", page))
    if by_page is None:  # refused as a whole: the same sentence stands on the page
        assert by_command is None
        assert said["error"]["text"] in told
        return
    assert by_command is not None
    assert by_command.pk != by_page.pk
    assert on_page == rows_of(by_command) != []
    assert (by_page.counts, by_page.reading) == (by_command.counts, by_command.reading)
    assert {fate: said[fate] for fate in ("new", "changed", "unchanged", "asked", "refused")} == {
        fate: by_page.counts[fate] for fate in ("new", "changed", "unchanged", "asked", "refused")
    }
    for problem in said["problems"][:40]:
        assert problem["text"] in told, problem
