"""`kheo initiatives import` and `undo`: the main job by command, its answers, its exits, and who may do what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kheo.base.access import Actor
from kheo.exchange.models import ImportRun
from kheo.initiatives.commands import initiatives
from kheo.initiatives.models import Initiative
from kheo.initiatives.tests.ground import differences
from kheo.initiatives.tests.lists import book, officer, row
from kheo.initiatives.tests.test_registration_lists import EXPECTED, LISTS, MAIN, registered

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def users(monkeypatch: pytest.MonkeyPatch) -> None:
    """Provincial officers who accept, two commune officers who register, one whose posts have ended."""
    known = {
        "p68": officer("68"),
        "p52": officer("52"),
        "c22945": officer("22945", accepts=False),
        "c22924": officer("22924", accepts=False),
        "x22945": Actor(id=officer("22978").id, name="x22945"),
    }
    monkeypatch.setattr("kheo.base.command._actor_of", lambda name, _on: known.get(name))


def kheo(*words: str | Path) -> Result:
    return CliRunner().invoke(initiatives, [*map(str, words), "--lang", "en"])


def bring_in(file: Path, *words: str | Path, as_: str = "p68", exit_: int = 0) -> dict[str, Any]:
    """The answer of an import on the day of the cases."""
    done = kheo("import", file, "--as", as_, "--period", "2025-2030", "--on", "2025-11-05", *words, "--json")
    assert done.exit_code == exit_, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """Three rows: one good, one of an unknown unit, one without a field."""
    file = tmp_path / "danh-sach.xlsx"
    file.write_bytes(book([row(), row(title="Hai", unit="Xã Không Có Thật Nào"), row(title="Ba", field="")]))
    return file


def test_both_lists_go_in_as_they_are_and_again_nothing_changes() -> None:
    for name, province in LISTS:
        found = bring_in(MAIN / name, as_=f"p{province}")
        want = EXPECTED[name]
        fates = [found[fate] for fate in ("new", "changed", "unchanged", "asked", "refused")]
        assert fates == [len(want["rows"]), 0, 0, 0, 0]
        assert found["totals"] == want["totals"]
        assert registered(ImportRun.objects.get(pk=found["import"])) == want["rows"]
    for name, province in LISTS:
        found = bring_in(MAIN / name, as_=f"p{province}")
        assert (found["new"], found["changed"], found["unchanged"]) == (0, 0, len(EXPECTED[name]["rows"]))
        assert found["totals"] == EXPECTED[name]["totals"]
    assert Initiative.objects.count() == 112
    assert differences() == []


def test_the_period_is_the_one_that_runs_when_nobody_says_it() -> None:
    done = kheo("import", MAIN / LISTS[0][0], "--as", "p68", "--on", "2025-11-05")
    assert done.exit_code == 0
    assert "New               64" in done.stdout


def test_a_dry_run_says_what_would_be_and_saves_nothing() -> None:
    found = bring_in(MAIN / LISTS[0][0], "--dry-run")
    assert (found["new"], found["state"]) == (64, "staged")
    assert Initiative.objects.count() == 0


def test_rows_in_the_way_end_with_one_and_each_says_its_sentence(faulty: Path) -> None:
    done = kheo("import", faulty, "--as", "p68", "--on", "2025-11-05", "--json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert (found["new"], found["asked"], found["refused"], found["state"]) == (1, 1, 1, "staged")
    assert [(p["row"], p["column"], p["code"]) for p in found["problems"]] == [(3, "B (Đơn vị)", "units.unknown")]
    [question] = found["questions"]
    assert (question["key"], question["code"]) == ("4:field", "initiatives.field_unclear")
    assert [choice["value"] for choice in question["choices"]][:2] == ["economy", "culture_society"]
    assert "3 B (Đơn vị): No unit" in done.stderr
    assert Initiative.objects.count() == 0
    assert "Traceback" not in done.output


def test_good_rows_and_answers_are_explicit_choices(faulty: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text('{"4": "economy"}', "utf-8")
    found = bring_in(faulty, "--good-rows", "--answers", answers)
    assert (found["new"], found["asked"], found["refused"], found["state"]) == (2, 0, 1, "saved")
    assert sorted(Initiative.objects.values_list("title", "field")) == [
        ("Ba", "economy"),
        ("Đường hoa thôn 1", "culture_society"),
    ]


@pytest.mark.parametrize("said", ["", "[1]", "{", "\xff"])
def test_answers_that_are_no_object_are_refused_in_one_sentence(faulty: Path, tmp_path: Path, said: str) -> None:
    answers = tmp_path / "answers.json"
    answers.write_bytes(said.encode("latin-1"))
    done = kheo("import", faulty, "--as", "p68", "--on", "2025-11-05", "--answers", answers, "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["error"]["code"] == "exchange.answers_unreadable"


def test_the_operator_says_for_whom_when_the_rows_do_not(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    cells = (row()[0], *row()[2:])
    headings = ("Tên mô hình", "Lĩnh vực", "Tập thể/Cá nhân", "Loại đăng ký", "Thời gian thực hiện", "Số hộ")
    file.write_bytes(book([cells], headings=headings))
    done = kheo("import", file, "--on", "2025-11-05", "--unit", "22945", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["totals"]["by_unit"] == {"22945": 1}


def test_undo_takes_the_import_back_once() -> None:
    number = bring_in(MAIN / LISTS[0][0])["import"]
    done = kheo("undo", str(number), "--as", "p68", "--on", "2025-11-06", "--json")
    assert json.loads(done.stdout) == {"import": number, "voided": 64, "restored": 0}
    assert Initiative.objects.filter(voided_at=None).count() == 0
    assert differences() == []
    again = kheo("undo", str(number), "--as", "p68", "--on", "2025-11-06", "--json")
    assert again.exit_code == 1
    assert json.loads(again.stdout)["error"]["code"] == "exchange.undone_already"


def test_another_persons_import_is_not_there_and_without_a_post_nothing_goes_in() -> None:
    number = bring_in(MAIN / LISTS[0][0])["import"]
    for user in ("c22924", "p52", "x22945"):
        done = kheo("undo", str(number), "--as", user, "--json")
        assert done.exit_code == 3
        assert json.loads(done.stdout)["error"]["code"] == "access.not_found"
    assert kheo("undo", "999999", "--as", "p68", "--json").stdout == done.stdout
    done = kheo("import", MAIN / LISTS[0][0], "--as", "x22945", "--on", "2025-11-05", "--json")
    assert (done.exit_code, json.loads(done.stdout)["error"]["code"]) == (3, "access.no_power")
    assert Initiative.objects.count() == 64


def test_a_neighbour_commune_brings_nothing_into_this_one(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(book([row()]))
    found = bring_in(file, as_="c22924", exit_=1)
    assert [problem["code"] for problem in found["problems"]] == ["initiatives.outside_reach"]
    assert bring_in(file, as_="c22945")["state"] == "saved"
    assert Initiative.objects.get().state == "submitted"


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("A06_bom-nen-250MB.xlsx", "exchange.file_too_big"),
        ("A07_khong-phai.xlsx", "exchange.file_kind"),
        ("A07_rong.xlsx", "exchange.file_empty"),
        ("nowhere.xlsx", "file.trouble"),
    ],
)
def test_a_file_that_is_no_list_ends_with_one_sentence(name: str, word: str) -> None:
    done = kheo("import", MAIN.parent / "A" / name, "--as", "p68", "--on", "2025-11-05", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["error"]["code"] == word
    assert len(done.stderr.strip().splitlines()) == 1
    assert not ImportRun.objects.exists()
