"""The resolver: from what people wrote to one unit or to a question, never a silent guess."""

from __future__ import annotations

import json
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from kheo.units.queries import by_code, communes_of, units_on
from kheo.units.resolver import Resolution, Resolver
from kheo.units.words import How, Level

pytestmark = pytest.mark.django_db

CASES = Path(__file__).resolve().parents[4] / "tests" / "cases"
LIST_DAY = date(2025, 11, 5)
OLD = date(2025, 6, 30)
TODAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def province(code: str, on: date = LIST_DAY) -> int:
    [unit] = by_code(code, on, Level.PROVINCE)
    return unit.id


def resolve(written: str, on: date = LIST_DAY, **more) -> Resolution:
    return Resolver.for_day(on).resolve(written, **more)


def code_of(found: Resolution) -> str:
    assert found.unit is not None, found.refusal
    assert found.refusal is None
    return found.unit.code


def refused(found: Resolution) -> str:
    assert found.unit is None
    assert found.refusal is not None
    return found.refusal.code


def codes(found: Resolution) -> set[str]:
    return {unit.code for unit in found.candidates}


@pytest.mark.parametrize(
    ("province_code", "written", "code"),
    [
        ("68", "P. Phú Thuỷ", "22924"),
        ("68", "P. Phan Thiết", "22945"),
        ("68", "Tuy Phong", "22978"),
        ("68", "X. Hàm Thuận", "23059"),
        ("68", "Phường La Gi", "23235"),
        ("52", "P. Quy Nhơn", "21583"),
        ("52", "X. An Lão", "21609"),
        ("52", "Xã An Hoà", "21628"),
        ("52", "phường Tam Quan", "21637"),
    ],
)
@pytest.mark.parametrize("level", [None, Level.COMMUNE])
def test_the_two_lists_name_their_units_within_the_officers_province(province_code, written, code, level):
    found = resolve(written, within=province(province_code), level=level)
    assert code_of(found) == code
    assert found.how == How.NAME


def test_every_unit_of_the_two_lists_expected_answers_is_among_those_resolved():
    expected = json.loads((CASES / "main" / "expected.json").read_text("utf-8"))
    wanted = {row["unit_code"] for table in expected.values() for row in table["rows"]}
    assert wanted == {"22924", "22945", "22978", "23059", "23235", "21583", "21609", "21628", "21637"}


@pytest.mark.parametrize("day", [OLD, date(2025, 7, 1), TODAY])
def test_every_full_name_in_its_own_parent_is_exactly_that_unit(day):
    resolver = Resolver.for_day(day)
    for unit in units_on(day, level=Level.COMMUNE):
        found = resolver.resolve(unit.full_name, within=unit.parent_id, level=Level.COMMUNE)
        assert found.unit is not None, (unit.full_name, found.refusal)
        assert found.unit.id == unit.id


def test_the_date_decides_between_a_district_and_a_commune_of_one_name():
    assert code_of(resolve("Tuy Phong", date(2024, 1, 1))) == "595"
    assert code_of(resolve("Tuy Phong", LIST_DAY)) == "22978"
    not_yet = resolve("Tuy Phong", date(2024, 1, 1), level=Level.COMMUNE)
    assert refused(not_yet) == "units.not_yet"
    assert codes(not_yet) == {"22975", "22978"}  # what stood on its ground: Phan Dũng, Phong Phú


@pytest.mark.parametrize("written", ["huyện Tuy Phong", "H. Tuy Phong", "H Tuy Phong", "Huyen Tuy Phong"])
def test_a_closed_district_is_refused_with_its_successors_and_the_day(written):
    found = resolve(written)
    assert refused(found) == "units.closed"
    assert codes(found) == {"22969", "22972", "22978", "22981"}
    assert "01/07/2025" in str(found.refusal.text)
    assert "Liên Hương" in str(found.refusal.text)


@pytest.mark.parametrize(
    "written",
    [
        "P. Phú Thuỷ",
        "P.Phú Thủy",
        "phường Phú Thủy",
        "PHƯỜNG PHÚ THỦY",
        "Phường  Phú Thuỷ.",
        "Phường Phú Thủy",
        unicodedata.normalize("NFD", "Phường Phú Thủy"),
        "Phường\u00a0Phú\u2009Thủy",
        "Ph\u200bường Phú Thủy\ufeff",
        "F. Phú Thủy",
        "Phú Thủy",
    ],
)
def test_one_ward_written_in_many_ways(written):
    assert code_of(resolve(written, within=province("68"))) == "22924"


def test_lookalikes_of_d_are_read_as_the_vietnamese_letter():
    assert code_of(resolve("Tỉnh Lâm \u00d0ồng")) == "68"
    assert code_of(resolve("Tỉnh Lâm \u0189ồng")) == "68"


@pytest.mark.parametrize("written", ["Phuong Phu Thuy", "phu thuy", "P. Phu Thuy", "Phu Thuy Ward"])
def test_a_name_without_marks_is_found_and_said_to_be_so(written):
    found = resolve(written, within=province("68"))
    assert code_of(found) == "22924"
    assert found.how == How.UNMARKED


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("TP. HCM", "79"),
        ("TPHCM", "79"),
        ("Tp Hồ Chí Minh", "79"),
        ("Ho Chi Minh City", "79"),
        ("HN", "01"),
        ("TP. Hà Nội", "01"),
        ("Thủ đô Hà Nội", "01"),
        ("T. Lâm Đồng", "68"),
        ("TT Huế", "46"),
        ("TP Sài Gòn", "79"),
        ("Đăk Lăk", "66"),
        ("Đak Lak", "66"),
        ("Dak Lak", "66"),
        ("Đắc Lắc", "66"),
    ],
)
def test_provinces_by_initials_popular_names_and_spellings(written, code):
    assert code_of(resolve(written)) == code


def test_initials_that_are_two_provinces_are_asked():
    found = resolve("ĐN")
    assert refused(found) == "units.ambiguous"
    assert codes(found) == {"48", "75"}


@pytest.mark.parametrize("written", ["xã Đắk Hà", "xã Đăk Hà", "X. Đak Hà", "xã Dak Ha"])
def test_dak_is_one_syllable_however_it_is_written(written):
    assert code_of(resolve(written, within=province("51"))) == code_of(resolve("xã Đăk Hà", within=province("51")))


def test_i_and_y_are_two_letters_and_only_asked_about():
    found = resolve("Đặc khu Phú Quí")
    assert refused(found) == "units.unknown"
    assert codes(found) == {"23272"}


def test_quy_keeps_its_letters():
    assert code_of(resolve("Đặc khu Phú Quý")) == "23272"
    assert code_of(resolve("Huyện Phú Quí", OLD)) == "602"


@pytest.mark.parametrize(
    "written",
    [
        "Xã Hàm Thuận, tỉnh Lâm Đồng",
        "Xã Hàm Thuận - Lâm Đồng",
        "xã Hàm Thuận (Lâm Đồng)",
        "Tỉnh Lâm Đồng, xã Hàm Thuận",
        "Hàm Thuận, Bình Thuận",
        "Xã Hàm Thuận tỉnh Lâm Đồng",
        "Xã Hàm Thuận, huyện Hàm Thuận Bắc, tỉnh Bình Thuận",
    ],
)
def test_the_parent_may_stand_in_the_same_text_also_by_its_old_name(written):
    assert code_of(resolve(written)) == "23059"


@pytest.mark.parametrize(
    ("written", "how"),
    [
        ("UBND xã Hàm Thuận", How.OFFICE),
        ("Ủy ban nhân dân xã Hàm Thuận", How.OFFICE),
        ("Ủy ban MTTQ Việt Nam xã Hàm Thuận, tỉnh Lâm Đồng", How.OFFICE),
        ("Hội LHPN xã Hàm Thuận", How.OFFICE),
        ("Thôn 6, xã Hàm Thuận", How.VILLAGE),
        ("Khu phố 3 - xã Hàm Thuận - Lâm Đồng", How.VILLAGE),
    ],
)
def test_an_office_or_a_village_stands_for_its_unit(written, how):
    found = resolve(written)
    assert code_of(found) == "23059"
    assert found.how == how


@pytest.mark.parametrize("written", ["Trường THCS xã Hàm Thuận", "Xã Hàm Thuận (mới)", "Xã Hàm Thuận, tỉnh Lâm Đòng"])
def test_words_nobody_knows_beside_a_name_make_it_a_question(written):
    found = resolve(written)
    assert refused(found) == "units.ambiguous"
    assert codes(found) == {"23059"}


def test_exact_marks_and_type_beat_the_folded_name():
    parent = {"parent_written": "huyện Hoằng Hóa"}
    assert code_of(resolve("Xã Hoằng Phú", OLD, **parent)) != code_of(resolve("Xã Hoằng Phụ", OLD, **parent))
    assert code_of(resolve("TT. Yên Viên", OLD)) == "00526"
    assert code_of(resolve("X. Yên Viên", OLD, within=province("01", OLD))) == "00532"


def test_two_units_that_fit_are_asked_about():
    for written in ("Xa Hoang Phu", "Yên Viên"):
        found = resolve(written, OLD, within=province("38" if "Phu" in written else "01", OLD))
        assert refused(found) == "units.ambiguous"
        assert len(found.candidates) == 2


def test_other_marks_than_the_units_are_a_question_not_an_answer():
    found = resolve("Phường Phú Thụy", within=province("68"))
    assert refused(found) == "units.ambiguous"
    assert codes(found) == {"22924"}


def test_another_type_than_the_units_is_a_question():
    found = resolve("Xã Phan Thiết")
    assert refused(found) == "units.ambiguous"
    assert codes(found) == {"22945"}


def test_a_type_the_unit_had_on_another_day_is_the_same_unit():
    raised = next(u for u in units_on(TODAY, level=Level.COMMUNE) if u.valid_from == date(2026, 9, 20))
    assert raised.type == "phường"
    found = resolve(f"Xã {raised.name}", TODAY, within=raised.parent_id)
    assert found.unit == raised


def test_a_name_in_another_province_is_said_to_be_elsewhere():
    found = resolve("P. Quy Nhơn", within=province("68"))
    assert refused(found) == "units.unknown"
    assert "Quy Nhơn" in str(found.refusal.text)
    assert "21583" in str(found.refusal.text)
    assert not found.candidates


def test_a_slip_of_the_pen_is_offered_as_a_question():
    found = resolve("xã Hàm Thậun", within=province("68"))
    assert refused(found) == "units.unknown"
    assert "23059" in codes(found)


@pytest.mark.parametrize("written", ["", "   ", "\u200b", "...", "Xã", "?", "a" * 5000, "xã " * 200])
def test_silly_text_is_refused_in_one_sentence(written):
    found = resolve(written)
    assert refused(found) == "units.unknown"
    assert not found.candidates


def test_a_unit_that_had_already_gone_into_another_leads_there_as_a_question():
    found = resolve("xã Huy Bắc", OLD)
    assert refused(found) == "units.closed"
    assert codes(found) == {"03910"}  # thị trấn Quang Huy
    assert "Quang Huy" in str(found.refusal.text)
    assert len(resolve("xã Huy Bắc").candidates) == 1  # and what Quang Huy became


def test_a_code_means_the_unit_of_its_day():
    answers = {
        ("26740", date(2025, 6, 15)): "Phường Bến Nghé",
        ("26740", date(2025, 7, 15)): "Phường Sài Gòn",
        ("00004", OLD): "Phường Trúc Bạch",
        ("00004", date(2025, 7, 1)): "Phường Ba Đình",
        ("52", OLD): "Tỉnh Bình Định",
        ("52", LIST_DAY): "Tỉnh Gia Lai",
        ("594", OLD): "Thị xã La Gi",
    }
    for (code, day), name in answers.items():
        found = resolve("", day, code=code)
        assert found.unit is not None
        assert found.unit.full_name == name
        assert found.how == How.CODE
        assert resolve(code, day).unit == found.unit


def test_zeros_a_spreadsheet_took_away_are_put_back_when_the_level_is_known():
    found = resolve("", OLD, code="4", level=Level.COMMUNE)
    assert code_of(found) == "00004"
    assert found.how == How.ZEROS
    assert code_of(resolve("", OLD, code="4.0", level=Level.COMMUNE)) == "00004"
    asked = resolve("", OLD, code="4")
    assert refused(asked) == "units.ambiguous"
    assert codes(asked) == {"04", "004", "00004"}


def test_code_and_name_that_agree_need_no_more():
    found = resolve("Phan Thiết", code="22945")
    assert code_of(found) == "22945"
    assert code_of(resolve("22945 Phường Phan Thiết")) == "22945"
    assert code_of(resolve("Phường Phan Thiết (22945)")) == "22945"


def test_code_and_name_that_disagree_are_asked():
    found = resolve("Phường La Gi", code="22945")
    assert refused(found) == "units.code_name_mismatch"
    assert codes(found) == {"22945", "23235"}
    assert "22945" in str(found.refusal.text)


def test_code_and_parent_that_disagree_are_asked():
    found = resolve("Xã Tân Hà", OLD, code="23221", parent_written="Huyện Hàm Tân")
    assert refused(found) == "units.code_name_mismatch"
    assert codes(found) == {"23221", "23257"}


def test_a_code_that_disagrees_with_the_type_of_a_homonym_is_asked():
    found = resolve("Xã Yên Viên", OLD, code="00526")  # 00526 is the thị trấn of that name
    assert refused(found) == "units.code_name_mismatch"
    assert codes(found) == {"00526", "00532"}


def test_a_code_nobody_bears_is_asked_when_the_name_is_known():
    found = resolve("Phường Phan Thiết", code="99999")
    assert refused(found) == "units.code_name_mismatch"
    assert codes(found) == {"22945"}
    assert refused(resolve("", code="99999")) == "units.unknown"


def test_code_and_name_of_another_day_tell_what_became_of_the_unit():
    found = resolve("Phường Lạc Đạo", code="22945")
    assert refused(found) == "units.closed"
    assert codes(found) == {"22945"}
    before = resolve("Phường La Gi", OLD, code="23235")
    assert refused(before) == "units.not_yet"
    assert "23235" in codes(before)  # Phường Tân An bore the code before


def test_a_public_id_is_a_unit_of_its_day_too():
    [unit] = by_code("22945", LIST_DAY)
    assert resolve(unit.uid).unit == unit
    assert refused(resolve(unit.uid, OLD)) == "units.not_yet"
    assert refused(resolve("u99999")) == "units.unknown"


def test_a_parent_nobody_knows_makes_it_a_question():
    found = resolve("Xã Hàm Thuận", parent_written="Huyện Mẫu Một")
    assert refused(found) == "units.ambiguous"
    assert codes(found) == {"23059"}


def test_numbered_wards_are_told_apart_by_their_parent():
    found = {code_of(resolve(w, OLD, parent_written="TP Đà Lạt, Lâm Đồng")) for w in ("Phường 1", "P.1", "P. 01", "P1")}
    assert len(found) == 1
    assert refused(resolve("Phường 1", OLD)) == "units.ambiguous"


def test_a_bare_number_is_a_ward_or_a_code_and_asked_where_it_is_both():
    district = {"parent_written": "Thành phố Đà Lạt", "level": Level.COMMUNE}
    assert resolve("4", OLD, **district).unit == resolve("Phường 4", OLD, **district).unit
    both = resolve("4", OLD, level=Level.COMMUNE)
    assert refused(both) == "units.ambiguous"
    assert "00004" in codes(both)
    assert "24793" in codes(both)


def test_an_answer_is_in_the_language_of_the_moment():
    english = resolve("xã Không Có Tên Này")
    with translation.override("vi"):
        vietnamese = resolve("xã Không Có Tên Này")
    assert english is not vietnamese
    assert resolve("xã Không Có Tên Này") is english


def test_the_communes_of_a_province_are_those_within_it():
    resolver = Resolver.for_day(LIST_DAY)
    for unit in communes_of(province("68"), LIST_DAY):
        assert resolver.resolve(unit.full_name, within=province("68")).unit == unit
