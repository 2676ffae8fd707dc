"""The workbook to fill in: filled in and brought in it is exactly what was written; its codes cannot be overwritten."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from django.test import Client

from kheo.exchange.actions import save, stage
from kheo.initiatives.commands import initiatives
from kheo.initiatives.exchange import REGISTRATION_LIST
from kheo.initiatives.models import Initiative
from kheo.initiatives.tests.ground import DAY, KNOWN, PHAN_THIET, unit
from kheo.initiatives.tests.lists import officer

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
ADDRESS = "/vi/initiatives/template/"


def fetched(client: Client, code: str) -> Any:
    answer: Any = client.get(ADDRESS, {"unit": code})
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def filled(book: Any, rows: list[dict[str, Any]]) -> bytes:
    page = book["Đăng ký"]
    at = {cell.value: cell.column for cell in page[4]}
    for n, row in enumerate(rows):
        for heading, value in row.items():
            assert not page.cell(5 + n, at[heading]).protection.locked
            page.cell(5 + n, at[heading], value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def row(title: str, **more: Any) -> dict[str, Any]:
    sorts = {"Lĩnh vực": "Kinh tế", "Tập thể/Cá nhân": "Tập thể", "Đăng ký mới/Duy trì/Nhân rộng": "Đăng ký mới"}
    return {"Tên mô hình": title, **sorts, **more}


def brought_in(actor: Any, data: bytes) -> Any:
    options = {"period": "2025-2030"}
    deed: dict[str, Any] = {"actor": actor, "importer": REGISTRATION_LIST, "known": KNOWN}
    run = stage(data=data, filename="mau.xlsx", options=options, on=DAY, **deed)
    assert (run.counts["asked"], run.counts["refused"]) == (0, 0), run.reading
    save(run=run, **deed)
    return run


@pytest.mark.usefixtures("terms")
def test_a_communes_workbook_names_its_unit_in_every_row_and_empty_rows_are_passed_over(sign_in: SignIn) -> None:
    book = fetched(sign_in("commune_officer", PHAN_THIET), PHAN_THIET)
    assert book["Đăng ký"].protection.sheet
    assert book["Đăng ký"]["B5"].value == PHAN_THIET
    assert book["Đăng ký"]["B5"].protection.locked
    more = {"Ngày bắt đầu": date(2025, 12, 1), "Số hộ tham gia": 12, "Mục tiêu": "Sạch"}
    run = brought_in(officer(PHAN_THIET), filled(book, [row("Đường hoa A", **more), row("Tổ tự quản B")]))
    assert run.counts["new"] == 2
    assert any("298" in note for note in run.reading["notes"])
    made = Initiative.objects.get(title="Đường hoa A")
    assert (made.households, made.goal, made.start) == (12, "Sạch", date(2025, 12, 1))
    assert made.now_c == unit(PHAN_THIET)


@pytest.mark.usefixtures("terms")
def test_a_provinces_workbook_offers_its_communes_by_name(sign_in: SignIn) -> None:
    book = fetched(sign_in("province_commission", "68"), "68")
    assert book["Mã đơn vị"].sheet_state == "hidden"
    assert book["Mã đơn vị"].protection.sheet
    named = [cell.value for cell in book["Mã đơn vị"]["B"]]
    assert len(named) == 125
    given = [row("Đường hoa A", **{"Đơn vị": "Phường Phan Thiết"}), row("Tổ B", **{"Đơn vị": named[-1]})]
    run = brought_in(officer("68"), filled(book, given))
    assert run.counts["new"] == 2
    assert {i.now_c for i in Initiative.objects.all()} == {unit(PHAN_THIET), None}


def test_nobody_gets_a_workbook_of_a_unit_where_they_do_not_register(sign_in: SignIn) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    for code in ("22924", "52", "99999", "u99999"):
        assert client.get(ADDRESS, {"unit": code}).status_code == 404


def test_the_command_writes_the_same_workbook(tmp_path: Path) -> None:
    file = tmp_path / "mau.xlsx"
    words = ["template", "--unit", PHAN_THIET, "--period", "2025-2030", "-o", str(file), "--on", str(DAY), "--json"]
    done = CliRunner().invoke(initiatives, words)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["unit"] == PHAN_THIET
    assert "2025-2030" in openpyxl.load_workbook(file)["Đăng ký"]["A2"].value
