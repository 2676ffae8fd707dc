"""The registry on the command line: shapes of the answers, exit codes, one clear sentence when it says no."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from kheo.base.access import Actor
from kheo.initiatives import commands
from kheo.initiatives.models import Initiative
from kheo.initiatives.tests.ground import (
    DAY,
    PHU_THUY,
    REGISTER,
    SEE,
    again,
    commune,
    differences,
    province,
    registered,
    unit,
)
from kheo.initiatives.words import HEADINGS

pytestmark = pytest.mark.django_db
ROW = {
    "id", "title", "unit_code", "unit", "field", "kind", "novelty", "state", "period", "households", "start", "end",
    "owner", "code", "list_number", "registered_on", "state_on", "version", "source_named",
}  # fmt: skip


@pytest.fixture(autouse=True)
def users(day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    """p68 and p52 hold all three powers, c22945 registers, c22924 sees and registers next door, old has nothing."""
    known = {
        "p68": province(),
        "p52": province("52"),
        "c22945": commune(),
        "c22924": commune(PHU_THUY, SEE, REGISTER),
        "old": Actor(id=9, name="old"),
    }
    monkeypatch.setattr("kheo.base.command._actor_of", lambda name, _on: known.get(name))


def kheo(*words: str) -> Result:
    return CliRunner().invoke(commands.initiatives, list(words))


def answer(*words: str, exit: int = 0) -> dict[str, Any]:
    """The one JSON object on stdout."""
    done = kheo(*words, "--json")
    assert done.exit_code == exit, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


REGISTER_WORDS = (
    "register", "--unit", "22945", "--title", "Đường hoa thôn 3", "--field", "economy", "--kind", "collective",
)  # fmt: skip


def test_a_model_lives_on_the_command_line() -> None:
    made = answer(*REGISTER_WORDS, "--as", "c22945", "--on", "2025-11-05", "--households", "7", "--tag", "NTM")
    assert set(made) == ROW
    assert (made["state"], made["unit_code"], made["period"], made["households"]) == (
        "submitted",
        "22945",
        "2025-2030",
        7,
    )
    pk = str(made["id"])
    assert answer("return", pk, "--reason", "Thiếu", "--as", "p68")["state"] == "returned"
    assert answer("change", pk, "--households", "8", "--as", "c22945")["households"] == 8
    assert answer("resubmit", pk, "--as", "c22945")["state"] == "submitted"
    done = answer("accept", pk, "--list-number", "27", "--as", "p68")
    assert (done["state"], done["list_number"], done["version"]) == ("accepted", "27", 5)
    shown = answer("show", pk, "--as", "p68")
    assert [e["act"].split(".")[1] for e in shown["history"]] == ["accept", "resubmit", "change", "return", "register"]
    assert (shown["counted_on"], shown["tags"]) == ("2025-11-20", ["NTM"])
    moved = answer("change", pk, "--field", "political_system", "--real", "--as", "p68", "--on", "2025-12-01")
    assert moved["field"] == "political_system"
    assert differences() == []


def test_the_list_answers_count_and_rows_and_narrows() -> None:
    for n, field in enumerate(("economy", "economy", "political_system")):
        registered(title=f"Mô hình {n}", field=field)
    registered(commune(PHU_THUY), title="Bên cạnh", unit_id=unit(PHU_THUY))
    everything = answer("list")
    assert everything["count"] == len(everything["rows"]) == 4
    assert set(everything["rows"][0]) == ROW
    assert answer("list", "--as", "c22924")["rows"][0]["title"] == "Bên cạnh"
    assert answer("list", "--as", "p52") == {"count": 0, "rows": []}
    for words, count in {
        ("--of", "68"): 4,
        ("--of", "22945"): 3,
        ("--of", "P. Phú Thuỷ"): 1,
        ("--of", f"u{unit(PHU_THUY):05d}"): 1,
        ("--field", "economy"): 2,
        ("--state", "accepted"): 0,
        ("--period", "2025-2030"): 4,
        ("--period", "2020-2025"): 0,
        ("--find", "ben canh"): 1,
        ("--of", "22945", "--field", "political_system"): 1,
    }.items():
        assert answer("list", *words)["count"] == count, words
    some = answer("list", "--limit", "2", "--sort", "-title")
    assert (some["count"], [row["title"] for row in some["rows"]]) == (4, ["Mô hình 2", "Mô hình 1"])
    said = kheo("list", "--lang", "en")
    assert "4 of 4 models" in said.stdout
    assert "Phường Phan Thiết" in said.stdout


@pytest.mark.parametrize(
    ("words", "exit", "code"),
    [
        (("list", "--as", "nobody"), 3, "access.not_found"),
        (("list", "--as", "old"), 3, "access.no_power"),
        (("list", "--of", "Không Có Đâu"), 1, "units.unknown"),
        (("list", "--of", "99999"), 1, "units.unknown"),
        (("list", "--period", "1999"), 1, "figures.period_unknown"),
        (("show", "1", "--as", "p52"), 3, "access.not_found"),
        (("show", "999999999999999999999"), 3, "access.not_found"),
        (("accept", "1", "--as", "p52"), 3, "access.not_found"),
        (("accept", "1", "--as", "c22945"), 3, "access.no_power"),
        (("return", "1", "--reason", " ", "--as", "p68"), 1, "initiatives.reason_missing"),
        (("resubmit", "1", "--as", "c22945"), 1, "initiatives.no_such_move"),
        (("change", "1", "--title", "", "--as", "c22945"), 1, "initiatives.title_missing"),
        ((*REGISTER_WORDS, "--as", "c22924"), 3, "access.no_power"),
        ((*REGISTER_WORDS, "--period", "2025"), 1, "initiatives.not_a_term"),
        ((*REGISTER_WORDS, "--period", "2020-2025"), 1, "figures.outside_period"),
        ((*REGISTER_WORDS, "--households", "-1"), 1, "initiatives.households"),
        ((*REGISTER_WORDS, "--replicates", "999999999", "--novelty", "replicated"), 1, "initiatives.source_unknown"),
        ((*REGISTER_WORDS, "--on", "1999-01-01"), 1, "figures.period_unknown"),
        (("export", "-o", "/no/such/folder/x.xlsx"), 1, "file.no_folder"),
        (("export", "-o", "/"), 1, "file.is_folder"),
    ],
)
def test_a_no_has_its_exit_code_and_one_sentence(words: tuple[str, ...], exit: int, code: str) -> None:
    model = registered()
    words = tuple(str(model.pk) if word == "1" and words[0] not in ("export", "list") else word for word in words)
    said = answer(*words, exit=exit)
    assert said["error"]["code"] == code
    assert said["error"]["text"]
    assert "Traceback" not in kheo(*words).output


@pytest.mark.parametrize("words", [("list", "--field", "x"), ("list", "--limit", "0"), ("register",), ("accept", "x")])
def test_bad_use_is_two(words: tuple[str, ...]) -> None:
    assert kheo(*words).exit_code == 2


@pytest.mark.parametrize("name", ["x.xlsx", "x.csv"])
def test_the_list_is_written_whole_or_not_at_all(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    registered(title="Đường hoa")
    file = tmp_path / name
    file.write_text("cũ")
    assert answer("export", "--of", "68", "-o", str(file)) == {"count": 1, "file": str(file)}
    if name.endswith("csv"):
        head = next(csv.reader(file.read_text("utf-8-sig").splitlines()))
    else:
        head = [str(cell.value) for cell in next(openpyxl.load_workbook(file).active.iter_rows())]  # type: ignore[union-attr]
    assert head == list(HEADINGS.values())
    whole = file.read_bytes()

    def full(*_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device", str(file))

    for writer in ("write_xlsx", "write_csv"):
        monkeypatch.setattr(commands.reading, writer, full)
    refused = kheo("export", "-o", str(file))
    assert refused.exit_code == 1
    assert "No space left on device" in refused.output
    assert file.read_bytes() == whole
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_operator_registers_and_is_named_in_the_trail() -> None:
    made = answer(*REGISTER_WORDS, "--on", DAY.isoformat())
    assert made["state"] == "accepted"
    assert again(Initiative.objects.get(pk=made["id"])).counted_on == DAY
    assert answer("show", str(made["id"]))["history"][0]["actor"] == "operator"
