"""Registration lists made for tests: a workbook from rows, and what the import says of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import openpyxl

from kheo.base.access import Actor, Reach
from kheo.base.powers import Power
from kheo.exchange import actions
from kheo.exchange.models import ImportRun, StagedRow
from kheo.exchange.queries import in_the_way
from kheo.exchange.words import Fate
from kheo.initiatives.exchange import REGISTRATION_LIST
from kheo.initiatives.tests.ground import DAY, KNOWN
from kheo.people.models import User
from kheo.units.queries import by_code

HEADINGS = ("Tên mô hình", "Đơn vị", "Lĩnh vực", "Tập thể/Cá nhân", "Loại đăng ký", "Thời gian thực hiện", "Số hộ")
ROW = ("Đường hoa thôn 1", "Phường Phan Thiết", "VH-XH", "TT", "mới", "01/08/2025 - 31/12/2025", 30)


def officer(code: str, *, accepts: bool = True) -> Actor:
    """An officer of the province or commune that bears the code, with an account to own the import."""
    [unit] = by_code(code, DAY)
    where = Reach(provinces=frozenset({unit.id})) if unit.level == "province" else Reach(communes=frozenset({unit.id}))
    powers = [Power.INITIATIVES_REGISTER, Power.INITIATIVES_SEE, *([Power.INITIATIVES_ACCEPT] if accepts else [])]
    user, _made = User.objects.get_or_create(username=f"u{code}", defaults={"full_name": code})
    return Actor(id=user.pk, name=user.username, reach=dict.fromkeys(powers, where))


def book(rows: Sequence[Sequence[Any]], *, headings: Sequence[str] = HEADINGS, title: str = "") -> bytes:
    """A workbook: a title when given, the headings, the rows."""
    found = openpyxl.Workbook()
    sheet = found.active
    if title:
        sheet.append([title])
        sheet.append([])
    sheet.append(list(headings))
    for row in rows:
        sheet.append(list(row))
    for cell in (cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"):
        cell.data_type = "s"  # text that begins with = is text here
    out = io.BytesIO()
    found.save(out)
    return out.getvalue()


def row(**other: Any) -> tuple[Any, ...]:
    """The honest row, some of it otherwise: title unit field kind novelty when households."""
    names = ("title", "unit", "field", "kind", "novelty", "when", "households")
    return tuple(other.get(name, value) for name, value in zip(names, ROW, strict=True))


def stage(
    actor: Actor, data: bytes, *, period: str = "2025-2030", on: date = DAY, unit: str = "", **more: Any
) -> ImportRun:
    return actions.stage(
        actor=actor,
        importer=REGISTRATION_LIST,
        data=data,
        filename="danh-sach.xlsx",
        options={"period": period, "unit": unit},
        on=on,
        known=KNOWN,
        **more,
    )


def save(actor: Actor, run: ImportRun, **more: Any) -> ImportRun:
    return actions.save(actor=actor, importer=REGISTRATION_LIST, run=run, known=KNOWN, **more)


def answered(actor: Actor, run: ImportRun, **answers: str) -> ImportRun:
    given = {key.removeprefix("_").replace("__", ":"): value for key, value in answers.items()}
    return actions.answer(actor=actor, importer=REGISTRATION_LIST, run=run, answers=given)


def fates(run: ImportRun) -> dict[str, int]:
    return {fate: run.counts[fate] for fate in Fate.values if run.counts[fate]}


def reasons(run: ImportRun) -> dict[int, list[str]]:
    """Row -> codes of what stands against it."""
    return {bad.row: [reason["code"] for reason in bad.reasons] for bad in in_the_way(run)}


def the_reason(run: ImportRun) -> dict[str, Any]:
    """The one thing that stands against the one bad row."""
    [bad] = in_the_way(run)
    [reason] = bad.reasons
    return {**reason, "row": bad.row}


def values(run: ImportRun, number: int) -> dict[str, Any]:
    found: dict[str, Any] = StagedRow.objects.get(run=run, number=number).values
    return found


def questions(run: ImportRun) -> dict[str, str]:
    """Key -> sentence of what is asked about the whole file."""
    return {question["key"]: question["text"] for question in run.reading["questions"]}
