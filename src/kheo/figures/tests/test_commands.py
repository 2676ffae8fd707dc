"""Figures on the command line: the shapes machines rely on, tables for people, one sentence when it says no."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kheo.base.access import STRANGER
from kheo.figures import actions, commands
from kheo.figures.models import FigNow
from kheo.figures.tests.things import ROWS, image
from kheo.people.tests.folk import unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("things")]
KNOWN = datetime(2025, 11, 5, tzinfo=UTC)
PHAN_THIET = "22945"


@pytest.fixture(autouse=True)
def ready(things: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three things of Phan Thiết."""
    monkeypatch.setattr("kheo.base.command._actor_of", lambda name, _on: STRANGER if name == "nobody" else None)
    actions.load_periods()
    place = unit(PHAN_THIET).id
    ROWS[:] = [image(1, place=place), image(2, place=place), image(3, place=place, colour=2)]
    actions.post(things, ROWS, known=KNOWN)


def kheo(*words: str) -> Result:
    return CliRunner().invoke(commands.figures, list(words))


def answer(*words: str, exit: int = 0) -> dict[str, Any]:
    done = kheo(*words, "--json")
    assert done.exit_code == exit, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def refusal(*words: str) -> str:
    done = kheo(*words, "--json")
    assert done.exit_code == 1, done.output
    assert done.stderr.strip()
    return str(json.loads(done.stdout)["error"]["code"])


def test_a_table_holds_every_member_and_its_total() -> None:
    found = answer("table", "things", "--of", "68", "--by", "colour", "--period", "2025-2030")
    assert found["rows"] == [{"colour": "red", "n": 2}, {"colour": "blue", "n": 1}, {"colour": "green", "n": 0}]
    assert (found["total"], found["not_on_this_map"]) == (3, 0)
    assert found["caption"]["stock_or_flow"] == "flow"
    assert answer("table", "things", "--of", "68", "--by", "colour", "--period", "2020-2025")["total"] == 0
    assert answer("table", "things", "--by", "colour", "--on", "2025-11-01")["total"] == 0


@pytest.mark.parametrize("of", ["68", "u00078", "Lâm Đồng", "tinh lam dong", "22945", "Phường Phan Thiết", ""])
def test_a_unit_is_named_by_code_id_or_name(of: str) -> None:
    assert answer("table", "things", "--of", of)["total"] == 3


def test_a_table_by_commune_names_it() -> None:
    rows = answer("table", "things", "--of", "68", "--by", "commune,colour")["rows"]
    assert len(rows) == 124 * 3
    names = {"commune": "22945", "commune_uid": unit(PHAN_THIET).uid, "commune_name": "Phường Phan Thiết"}
    assert {**names, "colour": "red", "n": 2} in rows


def test_a_matrix_holds_units_zeros_and_gaps() -> None:
    found = answer("coverage", "things", "--of", "68", "--by", "colour")
    assert (found["cells"], found["zeros"], found["total"]) == (372, 370, 3)
    last = found["rows"][-1]
    assert (last["unit"], last["name"], last["red"], last["blue"], last["green"], last["total"], last["gaps"]) == (
        "22945", "Phường Phan Thiết", 2, 1, 0, 3, 1,
    )  # fmt: skip


def test_people_get_a_table_in_line_with_its_caption() -> None:
    lines = kheo("table", "things", "--of", "68", "--by", "colour", "--lang", "en").stdout.splitlines()
    assert lines[:3] == ["Red    2", "Blue   1", "Green  0"]
    assert "Tỉnh Lâm Đồng" in lines[-1]
    assert "today's map" in lines[-1]
    matrix = kheo("coverage", "things", "--of", "22945", "--by", "colour", "--lang", "en").stdout.splitlines()
    assert matrix[0].split() == ["Red", "Blue", "Green", "Total"]
    assert matrix[1].split()[-4:] == ["2", "1", "0", "3"]


def test_json_is_the_only_thing_on_stdout() -> None:
    for words in (("table", "things"), ("coverage", "things", "--by", "size"), ("recount", "--all"), ("quoted",)):
        json.loads(kheo(*words, "--json").stdout)


def test_no_is_one_sentence_with_its_code() -> None:
    assert refusal("table", "nothing") == "figures.measure_unknown"
    assert refusal("table", "things", "--by", "weight") == "figures.dimension_unknown"
    assert refusal("table", "things", "--period", "1999") == "figures.period_unknown"
    assert refusal("table", "things", "--map", "soon") == "figures.map_unknown"
    assert refusal("table", "things", "--of", "Không đâu cả") == "units.unknown"
    assert refusal("table", "things", "--of", "Xã Bình Thuận hay đâu đó") == "units.unknown"
    assert refusal("table", "things", "--of", "u00039") == "figures.unit_not_on_map"
    assert refusal("coverage", "things", "--by", "colour", "--map", "recorded") == "figures.coverage_needs_map"


def test_an_older_map_is_asked_by_its_own_names() -> None:
    assert answer("table", "things", "--of", "Tỉnh Bình Thuận", "--map", "2025-06-30")["total"] == 3
    assert answer("table", "things", "--of", "60", "--map", "2025-06-30")["caption"]["territory"] == "Tỉnh Bình Thuận"


def test_periods_are_listed_and_terms_do_not_overlap() -> None:
    rows = answer("periods")["rows"]
    terms = [(row["start"], row["end"]) for row in rows if row["registers"]]
    assert terms == [("2015-01-01", "2020-01-01"), ("2020-01-01", "2025-07-01"), ("2025-07-01", "2030-07-01")]
    assert "2026" in {row["code"] for row in rows}
    assert "2025-2030" in kheo("periods").stdout


def test_quoted_figures_keep_their_qualifiers() -> None:
    actions.load_quoted()
    rows = answer("quoted")["rows"]
    hanoi = next(row for row in rows if row["id"] == "q11")
    assert (hanoi["value"], hanoi["qualifier"], hanoi["unit_of_count"]) == (70000, "nearly", "model")
    assert answer("quoted", "--territory", "Ninh Bình")["count"] == 3
    assert "nearly 70000" in kheo("quoted", "--lang", "en").stdout


def test_a_recount_tells_differences_and_heals_them() -> None:
    assert answer("recount", "--all") == {"differences": 0, "rows": []}
    FigNow.objects.filter(measure=901, fact=1).update(d1=3)
    spoilt = answer("recount", "--all", exit=1)
    assert spoilt["differences"] == 2
    assert {(row["measure"], row["fact"], row["what"]) for row in spoilt["rows"]} == {
        ("things", 1, "image"),
        ("things", 1, "journal"),
    }
    assert answer("recount", "--measure", "things", exit=1)["differences"] == 2
    assert answer("recount", "--measure", "initiatives")["differences"] == 0
    healed = answer("recount", "--all", "--heal")
    assert (healed["differences"], healed["healed"], len(healed["rows"])) == (0, 2, 2)
    assert answer("recount", "--all")["differences"] == 0


def test_a_recount_needs_its_power() -> None:
    assert kheo("recount", "--all", "--as", "nobody").exit_code == 3
