"""Changing what was registered: a mistake mends the past, a real change moves from its day on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kheo.audit.models import Entry
from kheo.base.errors import NotAllowed, Refused
from kheo.figures.models import FigLine
from kheo.figures.queries import table
from kheo.initiatives import actions
from kheo.initiatives.models import Initiative
from kheo.initiatives.tests.ground import (
    ACCEPT,
    DAY,
    KNOWN,
    LATER,
    PHAN_THIET,
    PHU_THUY,
    REGISTER,
    SEE,
    again,
    commune,
    differences,
    lines,
    province,
    registered,
    term,
    trail,
    unit,
)

pytestmark = pytest.mark.django_db
NEXT = date(2026, 3, 1)


def by(dimension: str, on: date = NEXT, *, flow: bool = False, known: Any = None) -> dict[str, int]:
    """Counts of Lâm Đồng that are not zero: stock on a day, or what entered the term."""
    found = table(
        "initiatives",
        of=unit("68"),
        by=[dimension],
        period=term() if flow else None,
        on=on,
        actor=province(),
        known=known,
    )
    return {str(row[dimension]): int(row["n"]) for row in found.rows if row["n"]}  # type: ignore[call-overload]


def changed(model: Initiative, values: dict[str, Any], **other: Any) -> Initiative:
    given = {"actor": province(), "on": NEXT, "known": LATER} | other
    return actions.change(initiative=again(model), values=values, **given)


def test_a_mistake_is_mended_on_its_own_day_and_old_reports_stay() -> None:
    model = registered(province(), field="economy")
    changed(model, {"field": "culture_society"})
    assert again(model).field == "culture_society"
    assert by("field", flow=True) == {"culture_society": 1}
    assert by("field", DAY) == {"culture_society": 1}
    assert by("field", DAY, known=KNOWN) == {"economy": 1}
    assert differences() == []
    assert Entry.objects.get(act="initiatives.change").facts == {
        "before": {"field": "economy"},
        "after": {"field": "culture_society"},
        "mistake": True,
    }


def test_a_real_change_moves_the_stock_and_leaves_new_as_it_was() -> None:
    model = registered(province(), field="economy")
    changed(model, {"field": "political_system"}, mistake=False)
    assert by("field", flow=True) == {"economy": 1}
    assert by("field", DAY) == {"economy": 1}
    assert by("field", NEXT) == {"political_system": 1}
    assert [line[:3] for line in lines(model)] == [(DAY, 1, 1), (NEXT, 3, 1), (NEXT, 3, 4)]
    assert differences() == []


def test_a_mistake_found_after_a_real_change_leaves_that_change_alone() -> None:
    model = registered(province(), field="economy", kind="individual")
    changed(model, {"field": "political_system"}, mistake=False)
    changed(model, {"kind": "collective", "field": "defence_security"}, on=date(2026, 4, 1))
    assert by("field", flow=True) == {"economy": 1}
    assert by("field", NEXT) == {"defence_security": 1}
    assert by("kind", DAY) == {"collective": 1}
    assert by("kind", NEXT) == {"collective": 1}
    assert differences() == []


def test_a_model_moves_to_the_unit_it_should_have_named() -> None:
    model = registered(province())
    changed(model, {"unit_id": unit(PHU_THUY)})
    moved = again(model)
    assert (moved.place.origin_id, moved.now_c) == (unit(PHU_THUY), unit(PHU_THUY))
    assert by("commune") == {"22924": 1}
    assert differences() == []


def test_a_model_is_not_moved_to_a_place_outside_the_right() -> None:
    model = registered(province())
    with pytest.raises(NotAllowed):
        changed(model, {"unit_id": unit("21583")})  # Quy Nhơn, another province
    assert again(model).place.origin_id == unit(PHAN_THIET)


def test_facts_that_are_not_counted_write_no_figures() -> None:
    model = registered(province())
    before = FigLine.objects.count()
    changed(model, {"title": "Tên  mới", "households": 5, "start": date(2025, 11, 1), "goal": "a\nb"})
    now = again(model)
    assert (now.title, now.title_key, now.search_key, now.households) == ("Tên mới", "tên mới", "ten moi", 5)
    assert (now.goal, now.start, now.version) == ("a\nb", date(2025, 11, 1), 2)
    assert FigLine.objects.count() == before
    assert differences() == []


def test_nothing_different_writes_nothing() -> None:
    model = registered(province())
    changed(model, {"title": model.title, "field": model.field, "start": None, "unit_id": unit(PHAN_THIET)})
    assert again(model).version == 1
    assert trail() == ["initiatives.register"]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"title": ""}, "initiatives.title_missing"),
        ({"field": "x"}, "initiatives.one_field"),
        ({"households": -1}, "initiatives.households"),
        ({"end": date(2020, 1, 1)}, "initiatives.end_before_start"),
        ({"replicates": 12345, "novelty": "replicated"}, "initiatives.source_unknown"),
        ({"title": "Mô hình bên cạnh"}, "initiatives.duplicate"),
    ],
)
def test_the_rules_of_registration_hold_for_changes(values: dict[str, Any], code: str) -> None:
    registered(province(), title="Mô hình bên cạnh")
    model = registered(province(), start=DAY)
    with pytest.raises(Refused) as no:
        changed(model, values)
    assert [refusal.code for refusal in no.value.refusals] == [code]
    assert again(model).version == 1
    assert differences() == []


def test_a_model_never_replicates_itself() -> None:
    model = registered(province(), novelty="replicated")
    with pytest.raises(Refused) as no:
        changed(model, {"replicates": model.pk})
    assert no.value.refusal.code == "initiatives.source_unknown"


def test_what_is_in_the_list_is_changed_by_who_accepts() -> None:
    waiting, listed = registered(title="Chờ"), registered(province(), title="Đã vào danh sách")
    registrar, acceptor = commune(PHAN_THIET, SEE, REGISTER), commune(PHAN_THIET, SEE, ACCEPT)
    changed(waiting, {"note": "x"}, actor=registrar)
    changed(listed, {"note": "x"}, actor=acceptor)
    for model, actor in ((listed, registrar), (waiting, acceptor)):
        with pytest.raises(NotAllowed):
            changed(model, {"note": "y"}, actor=actor)


def test_a_fact_nobody_may_change_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="period"):
        changed(registered(province()), {"period": 2})
