"""The list as a file: what people see is what leaves, nothing runs, and brought in again it changes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client

from kheo.base.access import Actor
from kheo.base.errors import Refused
from kheo.exchange import actions as exchange
from kheo.initiatives.exchange import REGISTRATION_LIST
from kheo.initiatives.models import Initiative
from kheo.initiatives.tests.ground import (
    DAY,
    KNOWN,
    LATER,
    PHAN_THIET,
    PHU_THUY,
    SEE,
    again,
    commune,
    differences,
    province,
    registered,
    table_rows,
    unit,
)
from kheo.initiatives.words import FILE_WIDTHS, FILE_WORDS, HEADINGS, Field, Kind, Novelty, State

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
EXPORT = "/en/initiatives/export/"
CASES = Path(__file__).resolve().parents[4] / "tests" / "cases" / "A"
A21 = [row[0] for row in csv.reader((CASES / "A21_tiem-cong-thuc.csv").read_text("utf-8-sig").splitlines())][1:]


def body(answer: Any) -> bytes:
    return b"".join(answer)


def officer() -> Actor:
    """Somebody who brings lists in and has no account (an import names its person)."""
    return replace(province(), id=None)


def some_models() -> None:
    """Every kind of row, each dangerous text of case A21 as a title or, where two would be one title, as a goal."""
    for n, text in enumerate(A21):
        title = text if text.strip() not in {t.strip() for t in A21[:n]} else f"Mô hình {n}"
        registered(
            province(),
            title=title,
            goal=text,
            note=text,
            field=Field.values[n % 4],
            kind=Kind.values[n % 2],
            novelty=Novelty.values[n % 3],
            unit_id=unit((PHAN_THIET, PHU_THUY)[n % 2]),
            start=date(2025, 8, 1) if n % 2 else None,
            end=date(2025, 12, 31) if n % 3 else None,
            households=n * 7 if n % 4 else None,
        )


def test_the_file_words_name_every_value_once() -> None:
    for column, choices in (("field", Field), ("kind", Kind), ("novelty", Novelty), ("state", State)):
        assert set(FILE_WORDS[column]) == set(choices.values)
        assert len(set(FILE_WORDS[column].values())) == len(choices.values)
    assert len(set(HEADINGS.values())) == len(HEADINGS) == len(FILE_WIDTHS)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_export_brought_in_again_changes_nothing(sign_in: SignIn, kind: str) -> None:
    some_models()
    tables = ("initiative", "initiative_tag", "fig_now", "fig_line")
    before = {name: table_rows(name) for name in tables}
    client = sign_in("province_commission", "68")
    data = body(client.get(EXPORT, {"format": kind}))
    run = exchange.stage(
        actor=officer(),
        importer=REGISTRATION_LIST,
        data=data,
        filename=f"xuat.{kind}",
        options={"period": "2025-2030"},
        on=DAY,
        known=LATER,
    )
    assert {fate: n for fate, n in run.counts.items() if fate in ("new", "changed", "asked", "refused") and n} == {}
    assert run.counts["unchanged"] == len(A21)
    with pytest.raises(Refused) as no:
        exchange.save(actor=officer(), importer=REGISTRATION_LIST, run=run, known=LATER)
    assert no.value.refusal.code == "exchange.nothing_new"
    assert {name: table_rows(name) for name in tables} == before


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("households", "14", 14),
        ("goal", "'-5 mới", "-5 mới"),
        ("novelty", "Duy trì", "kept"),
        ("field", "Kinh tế", "economy"),
        ("start", "02/08/2025", date(2025, 8, 2)),
    ],
)
def test_a_cell_changed_in_the_export_changes_that_fact_alone(
    sign_in: SignIn, column: str, cell: str, value: object
) -> None:
    model = registered(province(), households=3, goal="Cũ", start=date(2025, 8, 1))
    data = body(sign_in("province_commission", "68").get(EXPORT, {"format": "csv"})).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(data, newline="")))
    rows[1][list(HEADINGS).index(column)] = cell
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    call = {"actor": officer(), "importer": REGISTRATION_LIST, "known": LATER}
    options = {"period": "2025-2030"}
    run = exchange.stage(data=out.getvalue().encode(), filename="x.csv", options=options, on=DAY, **call)
    exchange.save(run=run, **call)
    before, now = model, again(model)
    names = [f.name for f in Initiative._meta.concrete_fields if f.name not in ("version", "place", "period")]
    assert [name for name in names if getattr(before, name) != getattr(now, name)] == [column]
    assert getattr(now, column) == value
    assert differences() == []


def test_no_cell_of_the_workbook_is_a_formula_and_every_title_is_whole(sign_in: SignIn) -> None:
    some_models()
    answer = sign_in("province_commission", "68").get(EXPORT, {"sort": "title"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="danh-sach-mo-hinh-2025-11-20.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(body(answer))).active
    assert sheet is not None
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]] == list(HEADINGS.values())
    assert not any(cell.data_type == "f" for row in rows for cell in row)
    by = list(HEADINGS)
    told = {row[by.index("title")].value for row in rows[1:]}
    assert told == set(Initiative.objects.values_list("title", flat=True))
    assert all(isinstance(row[by.index("unit_code")].value, str) for row in rows[1:])
    assert any(row[by.index("start")].is_date for row in rows[1:])


def test_no_cell_of_the_csv_runs(sign_in: SignIn) -> None:
    some_models()
    data = body(sign_in("province_commission", "68").get(EXPORT, {"format": "csv"}))
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert len(rows) == len(A21) + 1
    for cell in (cell for row in rows for cell in row):
        assert cell.lstrip()[:1] not in tuple("=+-@＝−"), cell


def test_the_export_holds_what_the_filters_leave_and_the_actor_sees(sign_in: SignIn) -> None:
    registered(province(), title="Kinh tế một", field="economy")
    registered(province(), title="Văn hóa hai")
    registered(province("52"), title="Của tỉnh khác", unit_id=unit("21583"))
    client = sign_in("province_commission", "68")

    def titles(**query: str) -> list[str]:
        data = body(client.get(EXPORT, {"format": "csv", "sort": "title"} | query)).decode("utf-8-sig")
        return [row[1] for row in csv.reader(io.StringIO(data))][1:]

    assert titles() == ["Kinh tế một", "Văn hóa hai"]
    assert titles(field="economy") == ["Kinh tế một"]
    assert titles(unit="52") == []
    assert client.get(EXPORT, {"format": "csv", "field": "x"}).status_code == 409
    assert client.get(EXPORT, {"format": "pdf"}).status_code == 409


def test_queries_of_the_export_do_not_grow_with_rows(sign_in: SignIn, django_assert_max_num_queries: Any) -> None:
    for n in range(30):
        registered(commune(PHAN_THIET, SEE, *commune().reach), title=f"Mô hình {n}", known=KNOWN)
    client = sign_in("province_commission", "68")
    with django_assert_max_num_queries(12):
        body(client.get(EXPORT))
