"""`kheo exchange read`: any people-made table, its units by code, name and day, nothing saved, no rights needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kheo.exchange.commands import exchange
from kheo.exchange.models import ImportRun
from kheo.exchange.tests.conftest import CASES

pytestmark = pytest.mark.django_db
A = CASES / "A"
SHAPE = {"kind", "sheet", "encoding", "headings", "rows", "skipped", "sums", "asked", "refused"}


def read(name: str, *words: str) -> Result:
    return CliRunner().invoke(exchange, ["read", str(A / name), *words, "--lang", "en"])


def answer(name: str, *words: str, exit_: int = 0) -> dict[str, Any]:
    done = read(name, *words, "--json")
    assert done.exit_code == exit_, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    assert found.keys() >= SHAPE
    return found


def units(found: dict[str, Any]) -> list[Any]:
    return [row["unit"].get("code") or [u["code"] for u in row["unit"].get("asked", [])] for row in found["rows"]]


def test_a_table_for_print_gives_its_leaves_once() -> None:
    found = answer("A01_gop-o-hai-dong.xlsx")
    assert len(found["rows"]) == 12
    assert found["sums"]["Tổng số"] == 5813
    fields = found["sums_of_headings"]
    by_field = {key.rsplit(" / ", 1)[-1]: n for key, n in fields.items() if key.count(" / ") == 1}
    assert by_field == {
        "Kinh tế": 1526,
        "Văn hóa - xã hội": 2791,
        "Quốc phòng - an ninh": 1124,
        "Xây dựng hệ thống chính trị": 372,
    }
    reasons = [row["reason"] for row in found["skipped"]]
    assert reasons.count("group") == 4
    assert reasons.count("total") == 1
    assert {"note", "signature"} <= set(reasons)


@pytest.mark.parametrize("name", ["A02_dimension-A1", "A02_khong-dimension", "A02_dimension-khong-lo"])
def test_a_size_the_file_tells_about_itself_is_not_believed(name: str) -> None:
    found = answer(f"{name}.xlsx")
    assert len(found["rows"]) == 24
    assert 900 in found["sums"].values()


@pytest.mark.parametrize("name", ["A05_bom.csv", "A05_bom-cham-phay.csv", "A05_utf16le-tab.txt", "A05_sep.csv"])
def test_every_flavour_of_csv_is_the_same_three_rows_and_codes_find_their_units(name: str) -> None:
    found = answer(name, "--on", "2025-06-01")
    assert found["headings"][0] == "Mã đơn vị"
    assert units(found) == ["00004", "00526", "22924"]


def test_six_rows_of_three_codes_are_six_units_by_their_day() -> None:
    found = answer("A11_ma-dung-lai.csv")
    names = [row["unit"]["name"] for row in found["rows"]]
    assert names == [
        "Phường Bến Nghé",
        "Phường Sài Gòn",
        "Phường Trúc Bạch",
        "Phường Ba Đình",
        "Phường Phú Thủy",
        "Phường Phú Thuỷ",
    ]
    assert len({row["unit"]["id"] for row in found["rows"]}) == 6
    assert found["rows"][0]["unit"]["to"] == found["rows"][1]["unit"]["from"] == "2025-07-01"


@pytest.mark.parametrize("words", [(), ("--on", "2025-06-30")])
def test_two_communes_of_one_name_are_two_and_the_third_is_asked(words: tuple[str, ...]) -> None:
    found = answer("A12_trung-ten-xa.xlsx", *words, exit_=1)
    assert units(found) == ["23221", "23257", ["23221", "23257"], "23237", "23047", "00004", "00526", "00532"]
    tan_ha = [(row["unit"]["code"], row["values"]["Số mô hình"]) for row in found["rows"][:2]]
    assert tan_ha == [("23221", 6), ("23257", 9)]
    assert [(ask["code"], ask["row"]) for ask in found["asked"]] == [("units.ambiguous", 4)]


def test_a_day_that_is_told_is_the_day() -> None:
    found = answer("A12_trung-ten-xa.xlsx", "--on", "2025-11-05", exit_=0)
    assert "23221" not in units(found)


def test_old_letters_are_asked_about_and_read_after_consent() -> None:
    for name in ("A08_tcvn3.xlsx", "A08_tcvn3.csv"):
        assert "exchange.encoding_asked" in {ask["code"] for ask in answer(name, exit_=1)["asked"]}
        found = answer(name, "--consent-encoding", exit_=read(name, "--consent-encoding").exit_code)
        assert "exchange.encoding_asked" not in {ask["code"] for ask in found["asked"]}
        assert "Mô hình thử: Tổ tự quản đường hoa" in str(found["rows"])


@pytest.mark.parametrize("name", ["A07_html.xls", "A07_xml2003.xls", "A07_tab.xls"])
def test_a_name_does_not_decide_what_a_file_is(name: str) -> None:
    found = answer(name)
    assert 1635 in (*found["sums"].values(), *found["sums_of_headings"].values())


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("A06_bom-nen-250MB.xlsx", "exchange.file_too_big"),
        ("A07_khong-phai.xlsx", "exchange.file_kind"),
        ("A07_rong.xlsx", "exchange.file_empty"),
        ("A10_ten-tep-NFD.zip", "exchange.file_kind"),
        ("nothing.xlsx", "file.trouble"),
    ],
)
def test_what_cannot_be_read_ends_with_one_sentence(name: str, code: str) -> None:
    done = read(name, "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["error"]["code"] == code
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.output


def test_a_file_larger_than_an_upload_is_refused_without_reading_it_whole(tmp_path: Path, settings: Any) -> None:
    settings.UPLOAD_LIMIT = 1024 * 1024
    file = tmp_path / "big.csv"
    file.write_bytes(b"a,b\n" * 400_000)
    done = CliRunner().invoke(exchange, ["read", str(file), "--json", "--lang", "en"])
    assert json.loads(done.stdout)["error"]["code"] == "exchange.file_too_big"
    assert "at most 1 MB" in done.stderr


def test_people_read_a_table_and_its_sums_and_nothing_is_kept() -> None:
    done = read("A12_trung-ten-xa.xlsx", "--on", "2025-06-30")
    assert "Sheet “Sheet”: 8 rows." in done.stdout
    assert "Σ Số mô hình: 37" in done.stdout
    assert not ImportRun.objects.exists()
