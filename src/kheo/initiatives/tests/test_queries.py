"""Readers: who sees what, look-alikes, names of units on any map, rows for neighbours and for everybody."""

from __future__ import annotations

from datetime import date

import pytest

from kheo.base.access import OPERATOR, STRANGER, Actor, Reach, Spot
from kheo.base.errors import Invisible
from kheo.initiatives import actions, queries
from kheo.initiatives.tests.ground import (
    ACCEPT,
    DAY,
    KNOWN,
    PHAN_THIET,
    PHU_THUY,
    REGISTER,
    SEE,
    actor,
    again,
    commune,
    province,
    registered,
    term,
    unit,
)
from kheo.units.models import Place
from kheo.units.queries import candidate_places, views

pytestmark = pytest.mark.django_db
BEFORE = date(2025, 6, 30)


def divided() -> tuple[Place, int]:
    """An old commune whose ground now lies in several, and one of those."""
    piece = Place.objects.filter(refines__isnull=False, now_c__isnull=False).order_by("id").first()
    assert piece is not None
    assert piece.refines is not None
    assert piece.now_c is not None
    return piece.refines, piece.now_c


def with_places(name: str, unit_id: int) -> Actor:
    places = candidate_places({unit_id})
    return actor(name, Reach(communes=frozenset({unit_id}), places=places), SEE, REGISTER)


def test_what_waits_to_be_placed_is_seen_by_every_commune_it_may_lie_in() -> None:
    place, candidate = divided()
    model = registered(OPERATOR, unit_id=place.origin_id, on=BEFORE, period=term("2020-2025"))
    assert model.now_c is None
    assert queries.visible(with_places("candidate", candidate)).get() == model
    assert queries.visible(actor("province", Reach(provinces=frozenset({model.now_p})))).get() == model
    assert not queries.visible(commune(PHAN_THIET)).exists()


def test_visible_and_reach_agree_for_everybody() -> None:
    rows = [registered(), registered(province(), title="Hai"), registered(province("52"), unit_id=unit("21583"))]
    everybody = [
        commune(),
        commune(PHU_THUY),
        province(),
        province("52"),
        OPERATOR,
        STRANGER,
        commune(PHAN_THIET, ACCEPT),
    ]
    for who in everybody:
        for power in (SEE, REGISTER, ACCEPT):
            seen = set(queries.visible(who, power).values_list("pk", flat=True))
            for row in rows:
                if row.pk in seen:
                    assert queries.reach(who, power, row.pk) == row
                else:
                    with pytest.raises(Invisible):
                        queries.reach(who, power, row.pk)


@pytest.mark.parametrize("id", [0, -1, 2**63, 10**40])
def test_an_impossible_number_is_invisible(id: int) -> None:
    with pytest.raises(Invisible):
        queries.reach(OPERATOR, SEE, id)


def test_what_was_voided_is_nowhere() -> None:
    model = registered(province())
    actions.void_many(actor=province(), rows=[(model.pk, 1, None)], on=DAY, known=KNOWN)
    assert not queries.visible(OPERATOR).exists()
    assert queries.published(on=DAY, limit=9) == []
    assert queries.source(OPERATOR, model.pk) is None


def test_a_row_names_the_unit_it_was_recorded_for() -> None:
    gone = unit("22945", BEFORE)
    model = registered(province(), unit_id=gone, on=BEFORE, period=term("2020-2025"), households=0)
    row = queries.rows(queries.visible(province()), on=DAY)[0]
    assert (row.unit_name, row.unit_code, row.period, row.households) == ("Phường Lạc Đạo", "22945", "2020-2025", 0)
    assert row.as_json()["unit"] == "Phường Lạc Đạo"
    assert queries.rows_of([again(model)], on=DAY) == [row]


def test_look_alikes_are_of_the_commune_and_field_and_seen_or_public() -> None:
    spot = Spot(unit("68"), unit(PHAN_THIET))
    public = registered(province(), title="Camera giữ bình yên thôn 6")
    hidden = registered(title="Camera giữ bình yên thôn 9")
    registered(province(), title="Camera giữ bình yên thôn 7", field="economy")
    registered(province(), title="Camera giữ bình yên thôn 8", unit_id=unit(PHU_THUY))
    registered(province(), title="Ngân hàng bò sinh sản")

    def alike(who: Actor, title: str = "camera GIỮ bình yên - thôn 5") -> list[int]:
        found = queries.alike(title, spot, field="culture_society", actor=who, on=DAY)
        assert all(80 <= likeness <= 100 for _row, likeness in found)
        return [row.id for row, _likeness in found]

    assert sorted(alike(commune())) == [public.pk, hidden.pk]
    assert alike(commune(PHU_THUY)) == [public.pk]
    assert alike(STRANGER, "Mô hình hoàn toàn khác") == []


def test_the_longest_waiting_comes_first() -> None:
    late, early = registered(title="Sau", on=date(2025, 11, 7)), registered(title="Trước")
    rows, count = queries.waiting(province(), on=DAY)
    assert (count, [row.id for row in rows]) == (2, [early.pk, late.pk])
    assert queries.waiting(commune(PHAN_THIET, SEE, REGISTER), on=DAY) == ([], 0)
    actions.return_(actor=province(), initiative=again(late), reason="x", on=date(2025, 11, 8), known=KNOWN)
    assert queries.sent_back(commune(), on=DAY)[1] == 1
    assert queries.sent_back(commune(PHU_THUY), on=DAY)[1] == 0


def test_units_to_choose_are_those_of_the_posts() -> None:
    own = queries.units_to_choose(commune(), REGISTER, DAY)
    assert [u.code for u in own] == [PHAN_THIET]
    of_province = queries.units_to_choose(province(), REGISTER, DAY)
    assert len(of_province) == 1 + 124
    assert of_province[0].level == "province"
    assert len(queries.units_to_choose(OPERATOR, REGISTER, DAY)) == 34
    near = views([unit(PHAN_THIET)], DAY)[unit(PHAN_THIET)]
    assert len(queries.units_to_choose(OPERATOR, REGISTER, DAY, near=near)) == 34 + 124
    assert queries.units_to_choose(STRANGER, REGISTER, DAY) == []


@pytest.mark.parametrize("written", ["", "x", "u", "u1x", "u123456789", "999999", "００", "-1", "u00000"])
def test_a_unit_nobody_named_is_none(written: str) -> None:
    assert queries.unit_named(written, DAY) is None


def test_an_ended_unit_says_what_it_became() -> None:
    found, became = queries.unit_and_successors(unit("22945", BEFORE), DAY)
    assert found is not None
    assert (found.full_name, [u.full_name for u in became]) == ("Phường Lạc Đạo", ["Phường Phan Thiết"])
    assert queries.unit_and_successors(None, DAY) == (None, [])
    assert queries.unit_and_successors(10**9, DAY) == (None, [])


def test_words_are_found_with_or_without_marks_in_any_order() -> None:
    registered(title="Đường hoa thay bãi rác")
    registered(title="Ngân hàng bò sinh sản")

    def found(words: str) -> int:
        return queries.holding(OPERATOR, words).found.count()

    assert [found(w) for w in ("duong", "ĐƯỜNG hoà", "rac HOA", "bò duong", "%", "  ", "o_", "đường" * 40)] == [
        1, 1, 1, 0, 2, 2, 0, 0,
    ]  # fmt: skip
