"""What is asked and what is refused in a registration list, each naming row and column, and what the answers do."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from kheo.base.access import OPERATOR, Actor
from kheo.base.errors import Refused
from kheo.initiatives import actions
from kheo.initiatives.models import Initiative
from kheo.initiatives.tests.ground import LATER, again, registered, unit
from kheo.initiatives.tests.lists import (
    HEADINGS,
    answered,
    book,
    fates,
    officer,
    questions,
    reasons,
    row,
    save,
    stage,
    the_reason,
    values,
)

pytestmark = pytest.mark.django_db
TICKED = ("Tên mô hình", "Đơn vị", "Kinh tế", "VH-XH", "QP-AN", "XD HTCT", "Tập thể", "Cá nhân", "Loại đăng ký")


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def lam_dong() -> Actor:
    return officer("68")


def test_two_fields_ticked_are_refused_naming_both_columns(lam_dong: Actor) -> None:
    good = ["Một", "Phường Phan Thiết", "x", None, None, None, "x", None, "mới"]
    bad = ["Hai", "Phường Phan Thiết", "x", None, "x", None, "x", None, "mới"]
    run = stage(lam_dong, book([good, bad, ["Ba", *good[1:]]], headings=TICKED))
    assert fates(run) == {"new": 2, "refused": 1}
    reason = the_reason(run)
    assert (reason["row"], reason["code"]) == (3, "exchange.tick_twice")
    assert "C (Kinh tế)" in reason["text"]
    assert "E (QP-AN)" in reason["text"]


def test_no_field_and_an_unknown_field_are_asked_with_the_four_to_choose_from(lam_dong: Actor) -> None:
    run = stage(lam_dong, book([row(title="A", field=""), row(title="B", field="Môi trường"), row(title="C")]))
    assert reasons(run) == {2: ["initiatives.field_unclear"], 3: ["initiatives.field_unclear"]}
    run = answered(lam_dong, run, _2__field="economy", _3="culture_society")
    assert fates(run) == {"new": 3}
    assert (values(run, 2)["field"], values(run, 3)["field"]) == ("economy", "culture_society")


def test_an_answer_that_was_not_offered_leaves_the_question_open(lam_dong: Actor) -> None:
    run = stage(lam_dong, book([row(field="")]))
    run = answered(lam_dong, run, _2__field="sports")
    assert reasons(run) == {2: ["initiatives.field_unclear"]}


def test_an_unknown_unit_is_refused_naming_row_and_column(lam_dong: Actor) -> None:
    reason = the_reason(stage(lam_dong, book([row(unit="Xã Không Có Thật Nào")])))
    assert (reason["row"], reason["code"], reason["column"]) == (2, "units.unknown", "B (Đơn vị)")
    assert "Xã Không Có Thật Nào" in reason["text"]


def test_a_unit_that_has_ended_is_refused_naming_what_it_became(lam_dong: Actor) -> None:
    reason = the_reason(stage(lam_dong, book([row(unit="Phường Lạc Đạo")])))
    assert reason["code"] == "units.closed"
    assert reason["kind"] == "refused"
    assert "Phường Phan Thiết" in reason["text"]


def test_a_name_that_fits_several_units_is_asked_with_its_candidates_and_answered() -> None:
    run = stage(OPERATOR, book([row(unit="Xã Tân Tiến")]))
    reason = the_reason(run)
    assert reason["code"] == "units.ambiguous"
    assert len(reason["choices"]) > 2
    chosen = reason["choices"][1][0]
    run = answered(OPERATOR, run, _2__unit=chosen)
    assert fates(run) == {"new": 1}
    assert f"u{values(run, 2)['unit']:05d}" == chosen


def test_a_unit_of_another_province_is_outside_ones_reach(lam_dong: Actor) -> None:
    run = stage(lam_dong, book([row(unit="21583"), row(title="B", unit="Phường Quy Nhơn, tỉnh Gia Lai")]))
    assert fates(run) == {"refused": 2}
    assert set(map(tuple, reasons(run).values())) <= {("initiatives.outside_reach",), ("units.unknown",)}


def test_a_code_that_is_not_of_the_name_is_asked(lam_dong: Actor) -> None:
    headings = ("Mã đơn vị", *HEADINGS)
    run = stage(lam_dong, book([("22924", *row(unit="Phường Phan Thiết"))], headings=headings))
    assert reasons(run) == {2: ["units.code_name_mismatch"]}
    run = answered(lam_dong, run, _2__unit="22945")
    assert values(run, 2)["unit"] == unit("22945")


def test_rows_without_a_unit_take_it_from_the_group_they_stand_in(lam_dong: Actor) -> None:
    headings = ("STT", *(h for h in HEADINGS if h != "Đơn vị"))
    cells = (row()[0], *row()[2:])
    rows = [
        ("I", "Phường Phan Thiết"),
        (1, *cells),
        (2, "Đường hoa thôn 2", *cells[1:]),
        ("II", "Xã Tuy Phong"),
        (3, "Đường hoa thôn 3", *cells[1:]),
        (4, "Đường hoa thôn 4", *cells[1:]),
    ]
    run = stage(lam_dong, book(rows, headings=headings))
    assert run.counts["totals"]["by_unit"] == {"22945": 2, "22978": 2}


def test_a_list_without_units_needs_the_unit_to_be_said_and_a_communes_own_list_does_not(lam_dong: Actor) -> None:
    headings = tuple(h for h in HEADINGS if h != "Đơn vị")
    data = book([tuple(v for h, v in zip(HEADINGS, row(), strict=True) if h != "Đơn vị")], headings=headings)
    assert the_reason(stage(lam_dong, data))["code"] == "units.unknown"
    assert stage(lam_dong, data, unit="22945").counts["totals"]["by_unit"] == {"22945": 1}
    assert stage(lam_dong, data, unit="Phan Thiết").counts["totals"]["by_unit"] == {"22945": 1}
    assert stage(officer("22978"), data).counts["totals"]["by_unit"] == {"22978": 1}


def test_a_row_of_another_unit_is_refused_in_the_list_of_one(lam_dong: Actor) -> None:
    assert the_reason(stage(lam_dong, book([row()]), unit="22978"))["code"] == "initiatives.other_unit"


@pytest.mark.parametrize(
    ("unit_", "code"), [("Nowhere at all", "units.unknown"), ("21583", "initiatives.outside_reach")]
)
def test_a_unit_said_for_the_whole_list_is_checked_before_reading(lam_dong: Actor, unit_: str, code: str) -> None:
    with pytest.raises(Refused) as no:
        stage(lam_dong, book([row()]), unit=unit_)
    assert (no.value.refusal.code, no.value.refusal.column) == (code, "unit")


@pytest.mark.parametrize(
    ("period", "code"),
    [
        ("2020-2025", "figures.outside_period"),
        ("2025", "initiatives.not_a_term"),
        ("2031-2035", "figures.period_unknown"),
        ("", "figures.period_unknown"),
    ],
)
def test_a_wrong_period_is_refused_before_reading(lam_dong: Actor, period: str, code: str) -> None:
    with pytest.raises(Refused) as no:
        stage(lam_dong, book([row()]), period=period)
    assert no.value.refusal.code == code


@pytest.mark.parametrize(
    ("title", "asked"),
    [
        ("DANH SÁCH ĐĂNG KÝ MÔ HÌNH NĂM 2024", True),
        ("DANH SÁCH ĐĂNG KÝ MÔ HÌNH NĂM 2025", False),
        ("BIỂU TỔNG HỢP GIAI ĐOẠN 2020-2025", True),
        ("DANH SÁCH MÔ HÌNH GIAI ĐOẠN 2025 - 2030", False),
        ("(Kèm theo Báo cáo ngày 05 tháng 11 năm 2024)", False),
        ("DANH SÁCH MÔ HÌNH", False),
    ],
)
def test_a_title_that_speaks_of_another_time_is_asked(lam_dong: Actor, title: str, asked: bool) -> None:
    run = stage(lam_dong, book([row()], title=title))
    assert ("period" in questions(run)) is asked
    if asked:
        assert title in questions(run)["period"]
        with pytest.raises(Refused) as no:
            save(lam_dong, run)
        assert no.value.refusal.code == "exchange.file_asked"
        run = answered(lam_dong, run, period="yes")
        save(lam_dong, run)
        assert Initiative.objects.count() == 1


def test_a_total_that_does_not_match_its_rows_stops_the_saving_until_it_is_settled(lam_dong: Actor) -> None:
    rows = [("", *row()), ("", *row(title="Hai", households=12)), ("Tổng cộng", "", "", "", "", "", "", 43)]
    run = stage(lam_dong, book(rows, headings=("STT", *HEADINGS)))
    assert questions(run) == {
        "total:4": "Row 4, column H (Số hộ): the sheet says 43, but the rows it covers come to 42."
    }
    with pytest.raises(Refused) as no:
        save(lam_dong, run, good_rows=True)
    assert no.value.refusal.code == "exchange.file_asked"
    run = answered(lam_dong, run, total__4="rows")
    assert questions(run) == {}
    save(lam_dong, run)
    assert Initiative.objects.count() == 2


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("01/01/2024 - 31/12/2024", "initiatives.outside_period"),
        ("01/08/2030 - 31/12/2030", "initiatives.outside_period"),
        ("31/12/2025 - 01/08/2025", "exchange.span_backwards"),
        ("31/02/2026", "exchange.date_no_such_day"),
    ],
)
def test_days_that_cannot_be_are_refused_naming_the_cell(lam_dong: Actor, when: str, code: str) -> None:
    reason = the_reason(stage(lam_dong, book([row(when=when)])))
    assert (reason["code"], reason["column"]) == (code, "F (Thời gian thực hiện)")


def test_a_model_that_began_before_the_period_and_goes_on_is_taken(lam_dong: Actor) -> None:
    run = stage(lam_dong, book([row(when="01/01/2024 - 31/12/2026", novelty="duy trì")]))
    assert fates(run) == {"new": 1}


@pytest.mark.parametrize(("written", "code"), [("khoảng 70", "number_about"), ("-5", "number_negative")])
def test_households_that_are_no_count_are_refused(lam_dong: Actor, written: str, code: str) -> None:
    assert the_reason(stage(lam_dong, book([row(households=written)])))["code"] == f"exchange.{code}"


def test_a_list_without_kind_or_novelty_asks_once_for_all_rows(lam_dong: Actor) -> None:
    headings = ("Tên mô hình", "Đơn vị", "Lĩnh vực")
    run = stage(lam_dong, book([row()[:3], row(title="Hai")[:3]], headings=headings))
    assert sorted(questions(run)) == ["kind", "novelty"]
    run = answered(lam_dong, run, kind="individual", novelty="kept")
    assert questions(run) == {}
    assert {values(run, n)["kind"] for n in (2, 3)} == {"individual"}
    save(lam_dong, run)
    assert set(Initiative.objects.values_list("kind", "novelty")) == {("individual", "kept")}


def test_a_table_that_is_no_registration_list_says_which_column_is_missing(lam_dong: Actor) -> None:
    run = stage(lam_dong, book([("a", 1), ("b", 2)], headings=("Họ và tên", "Số tiền")))
    assert "title" in questions(run)
    with pytest.raises(Refused):
        save(lam_dong, run, good_rows=True)


def test_one_model_twice_in_the_file_is_refused_naming_both_rows(lam_dong: Actor) -> None:
    run = stage(lam_dong, book([row(), row(title="Khác"), row(title="  ĐƯỜNG HOA  thôn 1 ")]))
    assert reasons(run) == {2: ["exchange.twice_in_file"], 4: ["exchange.twice_in_file"]}


def test_a_nearly_equal_title_of_the_unit_is_asked_one_model_or_two(lam_dong: Actor) -> None:
    held = registered(officer("68"), title="Đường hoa nở thôn 1")
    run = stage(lam_dong, book([row(title="Đường hoa nỡ thôn 1"), row(title="Đường hoa nở thôn 2")]))
    assert reasons(run) == {2: ["initiatives.near_title"]}
    assert [value for value, _text in the_reason(run)["choices"]] == ["same", "other"]
    same = answered(lam_dong, run, _2__same="same")
    assert fates(same) == {"new": 1, "changed": 1}
    save(lam_dong, same)
    assert again(held).title == "Đường hoa nỡ thôn 1"
    assert Initiative.objects.count() == 2


def test_a_nearly_equal_title_answered_as_another_model_is_new(lam_dong: Actor) -> None:
    registered(officer("68"), title="Đường hoa nở thôn 1")
    run = answered(lam_dong, stage(lam_dong, book([row(title="Đường hoa nỡ thôn 1")])), _2="other")
    save(lam_dong, run)
    assert Initiative.objects.count() == 2


def test_a_near_title_that_is_itself_in_the_file_is_not_asked_about(lam_dong: Actor) -> None:
    registered(officer("68"), title="Đường hoa nở thôn 1")
    rows = [row(title="Đường hoa nở thôn 1"), row(title="Đường hoa nỡ thôn 1")]
    assert "initiatives.near_title" not in str(reasons(stage(lam_dong, book(rows))))


def test_a_changed_row_changes_only_what_it_says_and_undo_puts_it_back(lam_dong: Actor) -> None:
    save(lam_dong, stage(lam_dong, book([row()])))
    held = Initiative.objects.get()
    actions.change(actor=lam_dong, initiative=held, values={"note": "viết tay"}, on=date(2025, 11, 6), known=LATER)
    run = stage(lam_dong, book([row(households=31, field="Kinh tế", when="")]), on=date(2025, 11, 7))
    assert fates(run) == {"changed": 1}
    save(lam_dong, run)
    now = again(held)
    assert (now.households, now.field, now.note, str(now.start)) == (31, "economy", "viết tay", "2025-08-01")
    from kheo.exchange import actions as exchange
    from kheo.initiatives.exchange import REGISTRATION_LIST

    exchange.undo(actor=lam_dong, importer=REGISTRATION_LIST, run=run, on=date(2025, 11, 8), known=LATER)
    now = again(held)
    assert (now.households, now.field, now.note) == (30, "culture_society", "viết tay")


def test_undo_names_the_rows_that_were_changed_since(lam_dong: Actor) -> None:
    run = save(lam_dong, stage(lam_dong, book([row(), row(title="Hai")])))
    second = Initiative.objects.get(title="Hai")
    actions.change(actor=lam_dong, initiative=second, values={"note": "x"}, on=date(2025, 11, 6), known=LATER)
    from kheo.exchange import actions as exchange
    from kheo.initiatives.exchange import REGISTRATION_LIST

    with pytest.raises(Refused) as no:
        exchange.undo(actor=lam_dong, importer=REGISTRATION_LIST, run=run, on=date(2025, 11, 8), known=LATER)
    assert [(r.code, r.row) for r in no.value.refusals] == [("initiatives.stale", 3)]
    assert not Initiative.objects.filter(voided_at__isnull=False).exists()


def test_who_may_not_accept_cannot_change_what_is_in_the_list(lam_dong: Actor) -> None:
    save(lam_dong, stage(lam_dong, book([row()])))
    commune = officer("22945", accepts=False)
    run = stage(commune, book([row(households=99)]))
    assert the_reason(run)["code"] == "initiatives.in_list"
    assert fates(stage(commune, book([row()]))) == {"unchanged": 1}


CODED = ("Mã mô hình", *HEADINGS)


def test_a_code_names_the_model_so_its_title_may_change(lam_dong: Actor) -> None:
    save(lam_dong, stage(lam_dong, book([("PT-01", *row()), ("PT-02", *row(title="Hai"))], headings=CODED)))
    run = stage(
        lam_dong, book([("pt-01", *row(title="Một tên khác hẳn")), ("PT-02", *row(title="Hai"))], headings=CODED)
    )
    assert fates(run) == {"changed": 1, "unchanged": 1}
    save(lam_dong, run)
    assert set(Initiative.objects.values_list("title", flat=True)) == {"Một tên khác hẳn", "Hai"}


def test_a_row_without_a_code_in_a_list_with_codes_is_asked_until_it_is_held(lam_dong: Actor) -> None:
    data = book([("PT-01", *row()), ("", *row(title="Không mã"))], headings=CODED)
    run = stage(lam_dong, data)
    assert reasons(run) == {3: ["initiatives.no_code"]}
    save(lam_dong, answered(lam_dong, run, _3="new"))
    assert fates(stage(lam_dong, data)) == {"unchanged": 2}


def test_one_code_for_two_rows_is_refused_naming_both_even_of_two_units(lam_dong: Actor) -> None:
    rows = [("PT-01", *row()), ("PT-01", *row(title="Khác", unit="Xã Tuy Phong"))]
    run = stage(lam_dong, book(rows, headings=CODED))
    assert reasons(run) == {2: ["exchange.twice_in_file"], 3: ["exchange.twice_in_file"]}


def test_a_code_held_with_the_same_title_by_another_unit_is_asked_moved_or_another(lam_dong: Actor) -> None:
    save(lam_dong, stage(lam_dong, book([("PT-01", *row())], headings=CODED)))
    run = stage(lam_dong, book([("PT-01", *row(unit="Xã Tuy Phong"))], headings=CODED))
    assert reasons(run) == {2: ["initiatives.code_elsewhere"]}
    moved = answered(lam_dong, run, _2="same")
    assert fates(moved) == {"changed": 1}
    save(lam_dong, moved)
    assert Initiative.objects.get().place.origin_id == unit("22978")


def test_two_communes_may_number_their_lists_alike(lam_dong: Actor) -> None:
    save(lam_dong, stage(lam_dong, book([("01", *row())], headings=CODED)))
    run = stage(lam_dong, book([("01", *row(title="Tổ tự quản", unit="Xã Tuy Phong"))], headings=CODED))
    assert fates(run) == {"new": 1}
    save(lam_dong, run)


def test_a_title_held_under_another_code_is_refused(lam_dong: Actor) -> None:
    save(lam_dong, stage(lam_dong, book([("PT-01", *row()), ("PT-02", *row(title="Hai"))], headings=CODED)))
    run = stage(lam_dong, book([("PT-09", *row()), ("PT-01", *row(title="Hai"))], headings=CODED))
    assert reasons(run) == {2: ["initiatives.code_differs"], 3: ["initiatives.duplicate"]}


def test_an_export_brought_in_again_changes_nothing(lam_dong: Actor) -> None:
    import io

    from kheo.base.sheets import write_xlsx
    from kheo.initiatives import queries
    from kheo.initiatives.tests.ground import DAY
    from kheo.initiatives.words import HEADINGS as EXPORTED
    from kheo.initiatives.words import file_cells

    rows = [("=1+1", *row(title="=cmd|' /C calc'!A0")), ("PT-02", *row(title="Hai", novelty="nhân rộng", kind="CN"))]
    save(lam_dong, stage(lam_dong, book(rows, headings=CODED)))
    out = io.BytesIO()
    found = queries.rows(queries.visible(lam_dong).order_by("id"), on=DAY)
    write_xlsx(out, sheet="Mô hình", headings=tuple(EXPORTED.values()), rows=[file_cells(r) for r in found])
    run = stage(lam_dong, out.getvalue())
    assert reasons(run) == {}
    assert fates(run) == {"unchanged": 2}


def test_the_registry_refuses_by_its_own_rules_even_if_a_preview_were_forged(lam_dong: Actor) -> None:
    from kheo.exchange.models import StagedRow

    run = stage(lam_dong, book([row()]))
    staged = StagedRow.objects.get(run=run)
    StagedRow.objects.filter(pk=staged.pk).update(values={**staged.values, "unit": unit("21583")})
    with pytest.raises(Exception) as no:  # noqa: PT011 (NotAllowed is Django's PermissionDenied)
        save(lam_dong, run)
    assert type(no.value).__name__ == "NotAllowed"
    assert Initiative.objects.count() == 0


def test_which_number_is_the_day_is_settled_by_the_whole_column(lam_dong: Actor) -> None:
    days = ("08/26/2025", "09/07/2025")  # the first can only be month first, so the second is asked
    rows = [(f"Mô hình {at}", "Phường Phan Thiết", "KT", "TT", "mới", day) for at, day in enumerate(days)]
    headings = (*HEADINGS[:5], "Ngày bắt đầu")
    assert reasons(stage(lam_dong, book(rows, headings=headings)))[3] == ["exchange.date_order"]
