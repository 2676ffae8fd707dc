"""`kheo units show` and `kheo units trace`: JSON of design 9, plain tables for people, exits 0 1 2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kheo.units.commands import COMMANDS
from kheo.units.tests.decreed import sheet

pytestmark = pytest.mark.django_db
KEYS = ["id", "code", "name", "full_name", "type", "parent", "parent_code", "parent_name", "from", "to"]


def run(*words: str, ends: int = 0) -> str:
    result = CliRunner().invoke(COMMANDS["units"], [*words, "--lang", "en"])
    assert result.exit_code == ends, result.output
    return result.stdout or result.stderr


def answer(*words: str, ends: int = 0) -> dict:
    return json.loads(run(*words, "--json", ends=ends))


def test_show_answers_one_unit_of_the_day():
    [match] = answer("show", "Tuy Phong", "--on", "2025-11-05")["matches"]
    assert list(match) == [*KEYS, "how"]
    assert match == {
        "id": "u13018",
        "code": "22978",
        "name": "Tuy Phong",
        "full_name": "Xã Tuy Phong",
        "type": "xã",
        "parent": "u00078",
        "parent_code": "68",
        "parent_name": "Tỉnh Lâm Đồng",
        "from": "2025-07-01",
        "to": None,
        "how": "name",
    }
    [district] = answer("show", "Tuy Phong", "--on", "2024-01-01")["matches"]
    assert (district["code"], district["to"]) == ("595", "2025-07-01")


def test_show_answers_several_where_the_name_fits_several_and_one_with_the_parent():
    several = answer("show", "Xã Tân Hà", "--on", "2025-06-30")["matches"]
    assert {m["code"] for m in several} == {"23221", "23257", "24916", "25519"}
    [one] = answer("show", "Xã Tân Hà", "--parent", "Đức Linh", "--on", "2025-06-30")["matches"]
    assert one["code"] == "23221"


def test_a_code_keeps_its_zeros_and_means_its_day():
    assert answer("show", "00004", "--on", "2025-06-30")["matches"][0]["full_name"] == "Phường Trúc Bạch"
    assert answer("show", "00004", "--on", "2025-07-01")["matches"][0]["full_name"] == "Phường Ba Đình"


def test_show_refuses_what_is_not_there_in_one_sentence():
    closed = answer("show", "huyện Tuy Phong", "--on", "2025-11-05", ends=1)
    assert closed["error"]["code"] == "units.closed"
    assert "Xã Liên Hương" in closed["error"]["text"]
    assert answer("show", "Không Có Đâu", ends=1)["error"]["code"] == "units.unknown"


def test_show_speaks_plainly_to_people():
    line = run("show", "Tuy Phong", "--on", "2025-11-05")
    assert line.split() == ["22978", "Xã", "Tuy", "Phong", "Tỉnh", "Lâm", "Đồng", "2025-07-01", "–", "…"]


def test_trace_follows_a_divided_commune_forward():
    found = answer("trace", "22978", "--from", "2025-06-30", "--to", "2026-11-25")
    assert found["of"]["full_name"] == "Xã Phong Phú"
    assert list(found["becomes"][0]) == [*KEYS, "kind", "whole_or_part", "primary"]
    told = [(b["code"], b["kind"], b["whole_or_part"], b["primary"]) for b in found["becomes"]]
    assert told == [("22972", "split", "part", True), ("22978", "partial", "part", False)]


def test_trace_goes_backward_when_the_other_day_is_earlier():
    found = answer("trace", "22924", "--from", "2025-11-01", "--to", "2024-01-01")
    assert {b["code"] for b in found["becomes"]} == {"22921", "22924", "22936"}
    assert {b["kind"] for b in found["becomes"]} == {"merge"}
    provinces = answer("trace", "68", "--from", "2026-01-01", "--to", "2020-01-01")
    assert {b["name"] for b in provinces["becomes"]} == {"Lâm Đồng", "Bình Thuận", "Đắk Nông"}


def test_trace_takes_a_name_or_an_id_too():
    district = answer("trace", "Thị xã La Gi", "--from", "2025-01-01", "--to", "2026-01-01")
    assert {b["code"] for b in district["becomes"]} == {"23235", "23231", "23246"}
    by_id = answer("trace", district["of"]["id"], "--from", "2025-01-01", "--to", "2026-01-01")
    assert by_id["becomes"] == district["becomes"]


def test_trace_of_a_unit_that_goes_on_is_the_unit_with_its_change():
    found = answer("trace", "75", "--from", "2026-01-01", "--to", "2026-11-25")
    assert [(b["full_name"], b["kind"], b["whole_or_part"]) for b in found["becomes"]] == [
        ("Thành phố Đồng Nai", "type_change", "whole")
    ]
    same = answer("trace", "22945", "--from", "2025-08-01", "--to", "2025-09-01")
    assert [(b["id"], b["kind"]) for b in same["becomes"]] == [(same["of"]["id"], "unchanged")]


def test_an_island_district_leads_to_its_special_zone():
    found = answer("trace", "Huyện Côn Đảo", "--from", "2025-01-01", "--to", "2026-01-01")
    assert [(b["full_name"], b["whole_or_part"]) for b in found["becomes"]] == [("Đặc khu Côn Đảo", "whole")]


def test_trace_refuses_an_unclear_unit_and_bad_use():
    assert answer("trace", "Xã Tân Hà", "--from", "2025-06-30", ends=1)["error"]["code"] == "units.ambiguous"
    assert answer("trace", "23221", "--from", "2025-08-01", ends=1)["error"]["code"] == "units.closed"
    run("trace", "22978", "--from", "yesterday", ends=2)
    run("trace", "22978", ends=2)


def test_a_decree_is_tried_then_applied_and_a_second_time_refused(tmp_path: Path) -> None:
    file = tmp_path / "decree.csv"
    rows = ("merge, 22924, 22924, Phú Thuỷ Mới, phường, 68", "merge, 22945, 22924", "merge, 22933, 22924")
    file.write_bytes(sheet(*rows))
    tried = answer("apply", str(file), "--on", "2027-01-01", "--dry-run")
    assert (tried["units"], tried["dry_run"]) == (4, True)
    done = answer("apply", str(file), "--on", "2027-01-01")
    assert {**done, "dry_run": True} == tried
    assert answer("apply", str(file), "--on", "2027-01-01", ends=1)["error"]["code"] == "units.decree_applied"
    file.write_bytes(b"decree,date,kind\n1,2027-01-01,merge\n")
    assert answer("apply", str(file), ends=1)["error"]["code"] == "units.decree_column"
    assert "no column from_code" in run("apply", str(file), ends=1)
