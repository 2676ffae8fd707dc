"""The pages of an import: upload, preview, answers, saving, undo, and who sees what. None of it needs a script."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from kheo.base.access import STRANGER, Actor, Reach
from kheo.base.powers import Power
from kheo.exchange import actions, rules
from kheo.exchange.models import ImportRun, RememberedHeading, StagedRow
from kheo.exchange.tests.conftest import CASES, KNOWN, ON
from kheo.exchange.tests.toy import Toy, ToyImporter, rows_held, somebody
from kheo.exchange.words import RunState

FIRST = CASES / "A" / "A14_lan1-loi-dong-57.xlsx"
SECOND = CASES / "A" / "A14_lan2-sua-va-them.xlsx"
pytestmark = pytest.mark.usefixtures("importer")


class Visitor:
    """A browser without scripts, signed in as somebody (the actor is given, so that only this room is asked)."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, lang: str = "en") -> None:
        self.actor: Actor = STRANGER
        self.client = Client(enforce_csrf_checks=False)
        self.lang = lang
        monkeypatch.setattr("kheo.people.middleware._actor", lambda _request: self.actor)

    def get(self, path: str = "", **query: str) -> Any:
        return self.client.get(f"/{self.lang}/imports/{path}", query)

    def post(self, path: str, follow: bool = True, **data: Any) -> Any:
        return self.client.post(f"/{self.lang}/imports/{path}", data, follow=follow)

    def upload(self, data: bytes, name: str = "danh-sach.xlsx", **more: Any) -> Any:
        file = SimpleUploadedFile(name, data)
        return self.post("new/", file=file, on="2025-11-05", kind="toy", **more)


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch, person: Actor) -> Visitor:
    found = Visitor(monkeypatch)
    found.actor = person
    return found


def text(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def staged(person: Actor, importer: ToyImporter, path: Path = FIRST) -> ImportRun:
    return actions.stage(
        actor=person,
        importer=importer,
        data=path.read_bytes(),
        filename=path.name,
        options={},
        on=ON,
        known=KNOWN,
    )


def test_a_list_goes_in_by_page_and_nothing_is_saved_before_it_is_said(visitor: Visitor) -> None:
    answer = visitor.upload(FIRST.read_bytes(), FIRST.name)
    assert answer.status_code == 200
    page = text(answer)
    run = ImportRun.objects.get()
    assert answer.redirect_chain[-1][0] == f"/en/imports/{run.pk}/"
    assert "Nothing is saved." in page
    assert FIRST.name in page
    assert "Row 58: no unit is named Xã Không Có Thật." in page
    assert "Mô hình thử số 57" in page
    assert "Mô hình thử số 56" not in page  # only what needs a look stands there
    assert Toy.objects.count() == 0
    every = text(visitor.get(f"{run.pk}/", show="all", page="2"))
    assert "Mô hình thử số 56" in every


def test_saving_is_greyed_with_its_reason_and_the_good_rows_need_the_box(visitor: Visitor) -> None:
    visitor.upload(FIRST.read_bytes())
    run = ImportRun.objects.get()
    page = text(visitor.get(f"{run.pk}/"))
    assert '<button class="btn btn-primary" type="button" disabled>Save 106 rows</button>' in page
    assert "0 rows are still to be answered and 1 are refused, so nothing is saved." in page
    assert 'name="good_rows" value="1" id="part" required' in page

    page = text(visitor.post(f"{run.pk}/save/"))
    assert "so nothing is saved" in page
    assert Toy.objects.count() == 0

    page = text(visitor.post(f"{run.pk}/save/", good_rows="1"))
    assert "Saved: 105 new, 0 changed." in page
    assert len(rows_held()) == 105
    assert text(visitor.post(f"{run.pk}/save/", good_rows="1")).count("This import is saved already.") == 1
    assert Toy.objects.count() == 105


def test_a_clean_list_has_one_vermilion_button(visitor: Visitor, person: Actor, importer: ToyImporter) -> None:
    run = staged(person, importer)
    StagedRow.objects.filter(run=run, fate="refused").delete()
    ImportRun.objects.filter(pk=run.pk).update(counts={**run.counts, "refused": 0, "rows": 105})
    page = text(visitor.get(f"{run.pk}/"))
    assert page.count("btn-primary") == 1
    assert '<button class="btn btn-primary" type="submit">Save 105 rows</button>' in page


def test_questions_are_answered_on_the_page(visitor: Visitor, person: Actor, importer: ToyImporter) -> None:
    run = staged(person, importer, SECOND)
    page = text(visitor.get(f"{run.pk}/"))
    assert 'type="radio" name="a.45:code" value="new"' in page
    page = text(visitor.post(f"{run.pk}/answers/", **{"a.45:code": "new"}))
    assert "1 answer was kept." in page
    run.refresh_from_db()
    assert (run.counts["asked"], run.counts["new"]) == (0, 107)
    assert text(visitor.post(f"{run.pk}/answers/")).count("0 answers were kept.") == 1


def test_a_heading_read_wrongly_is_put_right_and_remembered(visitor: Visitor, person: Actor) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Mã mô hình", "Nhan đề", "Đơn vị", "Trạng thái"], ["MH-1", "Một", "Xã Thử 1", "mới"]):
        sheet.append(row)
    for n in range(2, 6):
        sheet.append([f"MH-{n}", f"Số {n}", "Xã Thử 2", "mới"])
    out = io.BytesIO()
    book.save(out)

    visitor.upload(out.getvalue())
    run = ImportRun.objects.get()
    key = next(h["key"] for h in run.reading["headings"] if h["text"] == "Nhan đề")
    assert next(h["meaning"] for h in run.reading["headings"] if h["key"] == key) == ""
    page = text(visitor.post(f"{run.pk}/headings/", **{f"h.{key}": "title"}))
    assert "1 heading was corrected." in page
    assert StagedRow.objects.filter(run=run).first().values["title"] == "Một"
    assert RememberedHeading.objects.values_list("person", "kind", "key", "meaning")[0] == (
        person.id,
        "toy",
        key,
        "title",
    )
    page = text(visitor.upload(out.getvalue()))
    assert "Headings read as you said last time: “Nhan đề” → <b>Name</b>." in page


def test_a_meaning_that_does_not_exist_is_not_taken(visitor: Visitor, person: Actor, importer: ToyImporter) -> None:
    run = staged(person, importer)
    key = run.reading["headings"][0]["key"]
    visitor.post(f"{run.pk}/headings/", **{f"h.{key}": "<script>", "h.nothing": "title"})
    assert not RememberedHeading.objects.exists()


def test_undo_stands_behind_a_confirmation(visitor: Visitor, person: Actor, importer: ToyImporter) -> None:
    run = staged(person, importer)
    actions.save(actor=person, importer=importer, run=run, good_rows=True, known=KNOWN)
    page = text(visitor.get(f"{run.pk}/"))
    assert '<details class="k-confirm ">' in page
    assert "Saved 05/11/2025" in page
    page = text(visitor.post(f"{run.pk}/undo/"))
    assert "Undone: 105 new rows taken back, 0 changed rows put back." in page
    assert rows_held() == {}
    assert "This import was undone already." in text(visitor.post(f"{run.pk}/undo/"))


def test_a_file_can_be_set_aside_and_stays_in_the_list(visitor: Visitor, person: Actor, importer: ToyImporter) -> None:
    run = staged(person, importer)
    assert "Nothing of it was saved." in text(visitor.post(f"{run.pk}/set-aside/"))
    assert ImportRun.objects.get().state == RunState.SET_ASIDE
    assert "Set aside" in text(visitor.get())


def test_the_rows_to_correct_come_back_in_one_step(visitor: Visitor, person: Actor, importer: ToyImporter) -> None:
    run = staged(person, importer, SECOND)
    answer = visitor.get(f"{run.pk}/rows-to-correct.xlsx")
    assert answer["Content-Disposition"] == f'attachment; filename="rows-to-correct-{run.pk}.xlsx"'
    sheet = load_workbook(io.BytesIO(answer.content)).active
    lines = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert lines[0] == ["Mã mô hình", "Tên mô hình", "Đơn vị", "Trạng thái", "Row in the file", "Why"]
    assert [line[4] for line in lines[1:]] == [6, 17, 45]
    assert lines[1][:4] == ["MH-0001", "Mô hình thử số 1", "Xã Thử 2", "đang duy trì"]
    assert "6, 17" in lines[1][5]
    for row in (3, 4):
        sheet.cell(row, 1).value = f"MH-020{row}"
    sheet.delete_rows(2)
    out = io.BytesIO()
    sheet.parent.save(out)
    page = visitor.upload(out.getvalue(), "sua.xlsx", replaces=str(run.pk))
    assert page.status_code == 200
    corrected = ImportRun.objects.order_by("-pk")[0]
    assert (corrected.counts["new"], corrected.counts["rows"]) == (2, 2)
    assert ImportRun.objects.get(pk=run.pk).state == RunState.SET_ASIDE


def test_another_language_offers_to_read_the_reasons_again(
    visitor: Visitor, person: Actor, importer: ToyImporter
) -> None:
    visitor.upload(SECOND.read_bytes())
    run = ImportRun.objects.get()
    assert "in another language" not in text(visitor.get(f"{run.pk}/"))
    visitor.lang = "vi"
    page = text(visitor.get(f"{run.pk}/"))
    assert f'action="/vi/imports/{run.pk}/read-again/"' in page
    visitor.post(f"{run.pk}/read-again/")
    run.refresh_from_db()
    assert run.language == "vi"
    assert f'action="/vi/imports/{run.pk}/read-again/"' not in text(visitor.get(f"{run.pk}/"))


def test_a_reading_cut_off_says_so_and_can_be_taken_up(visitor: Visitor, person: Actor, importer: ToyImporter) -> None:
    run = staged(person, importer)
    ImportRun.objects.filter(pk=run.pk).update(state=RunState.READING)
    StagedRow.objects.filter(run=run, number__gt=50).delete()
    page = text(visitor.get(f"{run.pk}/"))
    assert "its reading was cut off" in page
    assert "Read it again" in text(visitor.post(f"{run.pk}/save/", good_rows="1"))
    visitor.post(f"{run.pk}/read-again/")
    run.refresh_from_db()
    assert (run.state, StagedRow.objects.filter(run=run).count()) == (RunState.STAGED, 106)


def test_hostile_names_are_shown_as_text_and_never_used_as_a_path(visitor: Visitor) -> None:
    name = '../../e"><script>alert(1)</script>.xlsx'
    page = text(visitor.upload(FIRST.read_bytes(), name))
    assert "<script>alert" not in page
    assert "&lt;/script&gt;" not in ImportRun.objects.get().filename
    assert "/" not in ImportRun.objects.get().filename.replace("</script>", "")


def test_a_name_of_a_mac_is_kept_composed(visitor: Visitor) -> None:
    visitor.upload(FIRST.read_bytes(), "danh sa\u0301ch.xlsx")
    assert ImportRun.objects.get().filename == "danh sách.xlsx"


def test_a_file_too_large_is_refused_before_it_is_read(visitor: Visitor, settings: Any, monkeypatch: Any) -> None:
    settings.UPLOAD_LIMIT = rules.MB
    monkeypatch.setattr("kheo.exchange.views._new", lambda _request: pytest.fail("the body was read"))
    answer = visitor.upload(b"x" * (2 * rules.MB))
    assert answer.status_code == 413
    assert "The file has 2 MB; at most 1 MB are taken at once." in text(answer)
    assert not ImportRun.objects.exists()


def test_the_form_is_protected_though_its_size_is_looked_at_first(visitor: Visitor, person: Actor) -> None:
    visitor.client = Client(enforce_csrf_checks=True)
    assert visitor.upload(FIRST.read_bytes()).status_code == 403
    assert not ImportRun.objects.exists()


def test_the_form_names_what_is_missing(visitor: Visitor) -> None:
    answer = visitor.post("new/", on="2025-11-05", kind="toy")
    assert answer.status_code == 422
    assert "This field is required." in text(answer)
    answer = visitor.post("new/", on="yesterday", kind="nonsense", file=SimpleUploadedFile("a.xlsx", b"x"))
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("path", "post"),
    [
        ("", False),
        ("new/", False),
        ("new/", True),
        ("{run}/", False),
        ("{run}/answers/", True),
        ("{run}/headings/", True),
        ("{run}/read-again/", True),
        ("{run}/save/", True),
        ("{run}/undo/", True),
        ("{run}/set-aside/", True),
        ("{run}/rows-to-correct.xlsx", False),
    ],
)
def test_strangers_sign_in_others_get_404_and_who_lacks_the_power_403(
    visitor: Visitor, person: Actor, importer: ToyImporter, path: str, post: bool
) -> None:
    run = staged(person, importer)
    where = path.format(run=run.pk)
    ask = (lambda: visitor.post(where, follow=False)) if post else (lambda: visitor.get(where))
    visitor.actor = STRANGER
    answer = ask()
    assert answer.status_code == 302
    assert "/account/login/" in answer.url
    visitor.actor = somebody("khac", power=False)
    assert ask().status_code == 403
    visitor.actor = somebody("nguoikhac")
    if "{run}" in path:
        assert ask().status_code == 404
        run.refresh_from_db()
        assert run.state == RunState.STAGED
    visitor.actor = somebody("caonhat", nation=True)
    assert ask().status_code in (200, 302, 422)


def test_the_list_shows_ones_own_imports_and_all_of_them_to_who_accepts_nation_wide(
    visitor: Visitor, person: Actor, importer: ToyImporter
) -> None:
    staged(person, importer)
    other = somebody("nguoikhac")
    staged(other, importer, SECOND)
    assert FIRST.name in text(visitor.get())
    assert SECOND.name not in text(visitor.get())
    visitor.actor = Actor(id=other.id, name="x", reach={**other.reach, Power.INITIATIVES_ACCEPT: Reach(all=True)})
    page = text(visitor.get())
    assert FIRST.name in page
    assert SECOND.name in page


def test_queries_of_the_preview_do_not_grow_with_the_rows(
    visitor: Visitor, person: Actor, importer: ToyImporter
) -> None:
    run = staged(person, importer)
    with CaptureQueriesContext(
        connection,
    ) as few:
        visitor.get(f"{run.pk}/", show="all")
    number = StagedRow.objects.filter(run=run).order_by("-number")[0].number
    StagedRow.objects.bulk_create(
        [StagedRow(run=run, number=number + n, fate="new", values={}, shown={"title": str(n)}) for n in range(1, 3000)]
    )
    with CaptureQueriesContext(connection) as many:
        visitor.get(f"{run.pk}/", show="all")
    assert len(few) == len(many) == 4  # the import, rows counted, one page of rows, remembered headings
    with CaptureQueriesContext(connection) as listing:
        visitor.get()
    assert len(listing) == 2


def test_an_import_whose_saving_was_cut_off_says_so_and_can_be_begun_again(
    visitor: Visitor, person: Actor, importer: ToyImporter
) -> None:
    run = staged(person, importer)
    ImportRun.objects.update(state=RunState.SAVING)
    page = text(visitor.get(f"{run.pk}/"))
    assert "none of them counts yet" in page
    assert f"/en/imports/{run.pk}/save/" not in page
    assert f"/en/imports/{run.pk}/read-again/" in page
    visitor.post(f"{run.pk}/read-again/")
    assert ImportRun.objects.get().state == RunState.STAGED
    assert "Being saved" not in text(visitor.get())
