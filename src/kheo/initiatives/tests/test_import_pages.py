"""The main job by page: both lists uploaded, every row's fate seen, saved, uploaded again; bad files, one sentence."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kheo.base.access import STRANGER, Actor
from kheo.exchange.models import ImportRun
from kheo.exchange.tests.reader.writing import compound, repacked
from kheo.initiatives.models import Initiative
from kheo.initiatives.tests.lists import book, fates, officer, row
from kheo.initiatives.tests.test_registration_lists import EXPECTED, LISTS, MAIN, registered

pytestmark = pytest.mark.django_db
CASES = MAIN.parent / "A"


class Visitor:
    """A browser without scripts, signed in as the actor it is given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.actor: Actor = STRANGER
        self.client = Client()
        monkeypatch.setattr("kheo.people.middleware._actor", lambda _request: self.actor)

    def get(self, path: str = "", lang: str = "en", **query: str) -> Any:
        return self.client.get(f"/{lang}/imports/{path}", query)

    def post(self, path: str, lang: str = "en", **data: Any) -> Any:
        return self.client.post(f"/{lang}/imports/{path}", data, follow=True)

    def upload(self, data: bytes, name: str = "danh-sach.xlsx", lang: str = "en", **other: str) -> Any:
        said = {"on": "2025-11-05", "period": "2025-2030", "unit": "", **other}
        return self.post("new/", lang, file=SimpleUploadedFile(name, data), **said)


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch) -> Visitor:
    found = Visitor(monkeypatch)
    found.actor = officer("68")
    return found


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(("name", "province"), LISTS)
def test_a_list_is_uploaded_looked_at_saved_and_uploaded_again(visitor: Visitor, name: str, province: str) -> None:
    visitor.actor = officer(province)
    rows = EXPECTED[name]["rows"]
    page = text(visitor.upload((MAIN / name).read_bytes(), name))
    run = ImportRun.objects.get()
    assert "Nothing is saved." in page
    assert f"Save {len(rows)} rows" in page
    seen = {int(n) for n in re.findall(r'data-l="Row">(\d+)</td>', page + text(visitor.get(f"{run.pk}/", page="2")))}
    assert seen == {row["row"] for row in rows}
    assert Initiative.objects.count() == 0

    page = text(visitor.post(f"{run.pk}/save/"))
    assert f"Saved: {len(rows)} new, 0 changed." in page
    assert registered(run) == rows

    page = text(visitor.upload((MAIN / name).read_bytes(), name))
    assert "Everything that can be saved is in the register already." in page
    assert fates(ImportRun.objects.order_by("-pk")[0]) == {"unchanged": len(rows)}
    assert Initiative.objects.count() == len(rows)


def test_the_sums_the_sheet_states_stand_on_the_page_as_compared(visitor: Visitor) -> None:
    page = text(visitor.upload((MAIN / LISTS[0][0]).read_bytes()))
    assert "Row 79 says 16 / 30 / 9 / 9 / 48 / 16 / 14,249; the rows add up to the same." in page


def test_a_differing_sum_is_asked_on_the_page_and_answered_there(visitor: Visitor) -> None:
    rows = [("", *row()), ("", *row(title="Hai", households=12)), ("Tổng cộng", "", "", "", "", "", "", 43)]
    headings = ("STT", "Tên mô hình", "Đơn vị", "Lĩnh vực", "Tập thể/Cá nhân", "Loại đăng ký", "Thời gian", "Số hộ")
    page = text(visitor.upload(book(rows, headings=headings)))
    run = ImportRun.objects.get()
    assert 'name="a.total:4" value="rows"' in page
    assert '<button class="btn btn-primary" type="button" disabled>Save 2 rows</button>' in page
    page = text(visitor.post(f"{run.pk}/answers/", **{"a.total:4": "rows"}))
    assert '<button class="btn btn-primary" type="submit">Save 2 rows</button>' in page


def test_a_question_of_many_choices_is_a_select_and_of_few_a_radio(visitor: Visitor) -> None:
    page = text(visitor.upload(book([row(field="")])))
    assert '<select class="form-select form-select-sm" name="a.2:field"' in page
    page = text(visitor.upload(book([row(title="Một", unit="22924 Phường Phan Thiết")])))
    assert 'type="radio" name="a.2:unit"' in page


def test_a_corrected_list_shows_old_and_new(visitor: Visitor) -> None:
    visitor.upload(book([row()]))
    visitor.post(f"{ImportRun.objects.get().pk}/save/")
    page = text(visitor.upload(book([row(households=31)])))
    assert 'Households: <del class="k-2">30</del> → <ins class="fw-semibold text-decoration-none">31</ins>' in page


def test_the_pages_ask_few_questions_however_long_the_list(visitor: Visitor) -> None:
    visitor.upload((MAIN / LISTS[0][0]).read_bytes())
    run = ImportRun.objects.get()
    with CaptureQueriesContext(connection) as asked:
        visitor.get(f"{run.pk}/", show="all")
    assert len(asked) == 4
    with CaptureQueriesContext(connection) as asked:
        visitor.get("new/")
    assert len(asked) <= 3


def cut() -> bytes:
    data = (MAIN / LISTS[0][0]).read_bytes()
    return data[: len(data) // 2]


def with_macros() -> bytes:
    return repacked((MAIN / LISTS[0][0]).read_bytes(), {}, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})


def no_table() -> bytes:
    found = openpyxl.Workbook()
    out = io.BytesIO()
    found.save(out)
    return out.getvalue()


BAD = {
    "a bomb": (lambda: (CASES / "A06_bom-nen-250MB.xlsx").read_bytes(), "unpacks to more than"),
    "a PDF": (lambda: (CASES / "A07_khong-phai.xlsx").read_bytes(), "a PDF document"),
    "empty": (lambda: (CASES / "A07_rong.xlsx").read_bytes(), "empty"),
    "cut": (cut, "cut off or damaged"),
    "encrypted": (lambda: compound({"EncryptionInfo": b"x" * 64, "EncryptedPackage": b"y" * 64}), "password"),
    "with macros": (with_macros, "macros"),
    "noise": (lambda: bytes(range(256)) * 40, "This file"),
    "without a table": (no_table, "No table was found"),
    "without rows": (lambda: book([]), "no rows"),
}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_a_bad_file_is_refused_in_one_sentence_and_the_form_stays(visitor: Visitor, kind: str, lang: str) -> None:
    make, words = BAD[kind]
    answer = visitor.upload(make(), "danh-sach.xlsx", lang)
    assert answer.status_code == 422
    page = text(answer)
    if lang == "en":
        assert words in page
    assert 'name="file"' in page
    assert 'value="2025-11-05"' in page
    assert len(answer.context["form"].non_field_errors() if answer.context else "x") == 1
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"period": "2020-2025"}, "period", "Wrong period"),
        ({"unit": "Không Có Thật Nào"}, "unit", "No unit is named"),
        ({"unit": "21583"}, "unit", "You do not register models for"),
        ({"period": "nonsense"}, "period", "Select a valid choice"),
        ({"on": "31/02/2025"}, "on", "Enter a valid date"),
    ],
)
def test_what_is_said_wrongly_about_the_file_stands_at_its_field(
    visitor: Visitor, said: dict[str, str], field: str, words: str
) -> None:
    answer = visitor.upload((MAIN / LISTS[0][0]).read_bytes(), **said)
    assert answer.status_code == 422
    page = text(answer)
    assert words in page
    assert f'id="id_{field}-error"' in page
    assert not ImportRun.objects.exists()


def test_old_letters_wait_for_consent_on_the_page(visitor: Visitor) -> None:
    page = text(visitor.upload((CASES / "A08_tcvn3.xlsx").read_bytes()))
    run = ImportRun.objects.get()
    assert 'name="a.encoding" value="yes"' in page
    assert "Tổ tự quản đường hoa" in text(visitor.get(f"{run.pk}/", show="all"))
    page = text(visitor.post(f"{run.pk}/answers/", **{"a.encoding": "yes"}))
    assert 'name="a.encoding"' not in page
