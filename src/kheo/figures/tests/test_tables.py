"""Tables and matrices: zeros stand, nothing is lost in silence, and no map is made to say what it cannot."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kheo.base.access import STRANGER, Actor, Reach
from kheo.base.errors import NotAllowed, Refused
from kheo.base.powers import Power
from kheo.figures import actions, queries
from kheo.figures.tests.things import COLOURS, KNOWN, LATER, THINGS, image
from kheo.figures.words import Cause, MapChoice, PeriodView, wire_measures, wired_measures
from kheo.units import queries as units
from kheo.units.words import Level

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("things")]

TODAY, BEFORE, AFTER = date(2026, 11, 25), date(2025, 6, 30), date(2025, 7, 1)
NEW_LAM_DONG, OLD_LAM_DONG, BINH_THUAN, GIA_LAI = 78, 44, 39, 75
# xã Phong Phú of Bình Thuận was divided between xã Phan Rí Cửa and xã Tuy Phong of today's Lâm Đồng.
PHONG_PHU, PHAN_RI_CUA, TUY_PHONG = 7632, 13017, 13018


def post(*images: Any, known: datetime = KNOWN) -> None:
    actions.post(THINGS, images, known=known)


def stock(of: int | None = None, *by: str, map: MapChoice = "now", on: date = TODAY, **more: Any) -> Any:
    return queries.stock("things", of=of, by=by, on=on, map=map, actor=STRANGER, **more)


def numbers(table: Any) -> dict[tuple[Any, ...], Any]:
    """The rows that are not zero."""
    return {tuple(row[code] for code in table.by): row["n"] for row in table.rows if row["n"]}


def refused(**question: Any) -> str:
    with pytest.raises(Refused) as no:
        queries.table("things", **{"of": None, "by": (), "period": None, "on": TODAY, "actor": STRANGER, **question})
    return no.value.refusal.code


def test_every_member_is_a_row_even_when_nothing_is_there() -> None:
    table = stock(NEW_LAM_DONG, "colour", "size")
    assert [(row["colour"], row["size"], row["n"]) for row in table.rows] == [
        (colour, size, 0) for colour in ("red", "blue", "green") for size in ("small", "large")
    ]
    assert (table.total, table.not_on_this_map, table.kept_higher, table.apart) == (0, 0, 0, ())


def test_a_commune_table_lists_all_communes_of_the_map() -> None:
    assert len(stock(NEW_LAM_DONG, "commune").rows) == 124
    assert len(stock(BINH_THUAN, "commune", map=BEFORE).rows) == 121
    assert len(stock(None, "province").rows) == 34
    assert len(stock(None, "province", map=BEFORE).rows) == 63


def test_rows_and_what_is_kept_higher_add_up_to_the_total() -> None:
    post(image(1, place=TUY_PHONG), image(2, place=NEW_LAM_DONG), image(3, place=PHONG_PHU), image(4, place=GIA_LAI))
    table = stock(NEW_LAM_DONG, "commune")
    assert (sum(row["n"] for row in table.rows), table.kept_higher, table.total) == (1, 2, 3)
    assert stock(NEW_LAM_DONG, "colour").total == 3
    assert stock(None, "colour").total == 4


def test_removed_stands_apart_and_does_not_count() -> None:
    post(image(1), image(2), image(2, state=3, day=9, cause=Cause.MOVE))
    table = stock(None, "state")
    assert numbers(table) == {("listed",): 1}
    assert [row["state"] for row in table.rows] == ["listed", "running"]
    assert table.total == 1
    assert table.apart == ({"state": "removed", "n": 1},)


def test_stock_is_that_of_the_end_of_its_day() -> None:
    post(image(1, day=5), image(1, colour=2, day=9, cause=Cause.MOVE), image(1, colour=2, n=0, day=12))
    seen = [numbers(stock(None, "colour", on=date(2025, 11, day))) for day in (4, 5, 8, 9, 11, 12)]
    assert seen == [{}, {("red",): 1}, {("red",): 1}, {("blue",): 1}, {("blue",): 1}, {}]


def test_a_flow_counts_what_entered_and_no_move() -> None:
    post(image(1, day=5), image(2, day=9), image(1, place=2, colour=2, day=9, cause=Cause.MOVE))

    def flow(first: int, end: int) -> Any:
        start, stop = date(2025, 11, first), date(2025, 11, end)
        return queries.flow("things", of=None, by=["colour"], start=start, end=stop, actor=STRANGER)

    assert [flow(1, 5).total, flow(5, 6).total, flow(1, 9).total, flow(1, 10).total, flow(6, 30).total] == [
        0,
        1,
        1,
        2,
        1,
    ]
    assert numbers(flow(1, 30)) == {("red",): 2}


def test_a_period_asks_for_what_entered_in_it() -> None:
    actions.load_periods()
    post(image(1, day=date(2025, 6, 30)), image(2, day=date(2025, 7, 1)), image(3, day=date(2026, 2, 1)))

    def asked(code: str) -> Any:
        return queries.table("things", of=None, by=(), period=queries.period(code), on=TODAY, actor=STRANGER)

    assert [asked(code).total for code in ("2020-2025", "2025-2030", "2025", "2026", "2015-2020")] == [1, 2, 2, 1, 0]
    assert asked("2025-2030").caption.stock_or_flow == "flow"


def test_what_was_known_then_can_still_be_asked() -> None:
    post(image(1))
    actions.correct(THINGS, 1, [image(1, colour=2)], known=LATER)
    assert numbers(stock(None, "colour", known=KNOWN)) == {("red",): 1}
    assert numbers(stock(None, "colour", known=LATER)) == {("blue",): 1}
    assert numbers(stock(None, "colour")) == {("blue",): 1}
    assert stock(None, known=KNOWN - timedelta(seconds=1)).total == 0


def test_an_ended_province_is_exact_on_its_own_map_and_is_not_on_todays() -> None:
    old_commune = units.communes_of(BINH_THUAN, BEFORE)[0].id
    post(
        image(1, place=old_commune), image(2, place=BINH_THUAN), image(3, place=TUY_PHONG), image(4, place=OLD_LAM_DONG)
    )
    assert stock(BINH_THUAN, map=BEFORE).total == 3  # the commune of 2025 lies wholly in what was Bình Thuận
    assert stock(BINH_THUAN, map="recorded").total == 2
    assert stock(NEW_LAM_DONG).total == 4
    assert refused(of=BINH_THUAN) == "figures.unit_not_on_map"
    assert refused(of=NEW_LAM_DONG, map=BEFORE) == "figures.unit_not_on_map"
    assert refused(of=999999) == "figures.unit_unknown"


def test_what_a_new_province_recorded_itself_is_told_apart_on_the_old_map() -> None:
    post(image(1, place=NEW_LAM_DONG), image(2, place=BINH_THUAN), image(3, place=GIA_LAI))
    table = stock(BINH_THUAN, map=BEFORE)
    assert (table.total, table.not_on_this_map) == (1, 1)
    nation = stock(None, "province", map=BEFORE)
    assert (nation.total, nation.not_on_this_map) == (1, 2)
    assert stock(None, "colour", map=BEFORE).total == 3  # the whole country needs no map


def test_provinces_of_one_name_and_code_stay_two_on_the_map_as_recorded() -> None:
    post(image(1, place=NEW_LAM_DONG), image(2, place=OLD_LAM_DONG))
    rows = {row["province_uid"]: (row["province"], row["n"]) for row in stock(None, "province", map="recorded").rows}
    assert rows == {"u00078": ("68", 1), "u00044": ("68", 1)}


def test_a_divided_commune_waits_and_placing_moves_past_flows_too() -> None:
    before, after = units.view(PHONG_PHU, BEFORE), PeriodView(0, "p", "p", date(2025, 1, 1), date(2026, 1, 1), "")
    assert before is not None
    post(image(1, place=PHONG_PHU, day=date(2025, 3, 3)), image(2, place=PHONG_PHU, day=date(2025, 4, 4)))

    def flow(of: int) -> Any:
        return queries.table("things", of=of, by=["commune"], period=after, on=TODAY, actor=STRANGER)

    matrix = queries.coverage("things", of=NEW_LAM_DONG, by="colour", period=None, on=TODAY, actor=STRANGER)
    assert (matrix.total, matrix.kept_higher, matrix.not_placed) == (2, 2, 2)
    assert [(stock(of).total, stock(of).not_on_this_map) for of in (TUY_PHONG, PHAN_RI_CUA)] == [(0, 2), (0, 2)]
    assert flow(NEW_LAM_DONG).kept_higher == 2

    piece = next(p for p in units.piece_places(PHONG_PHU) if p.now_c == TUY_PHONG)
    placed = [replace(im, place=piece.id) for im in queries.history(THINGS, 1)]
    actions.correct(THINGS, 1, placed, known=LATER)

    assert numbers(flow(TUY_PHONG)) == {("22978",): 1}
    assert numbers(flow(NEW_LAM_DONG)) == {("22978",): 1}
    assert flow(NEW_LAM_DONG).kept_higher == 1
    assert [(stock(of).total, stock(of).not_on_this_map) for of in (TUY_PHONG, PHAN_RI_CUA)] == [(1, 1), (0, 1)]
    matrix = queries.coverage("things", of=NEW_LAM_DONG, by="colour", period=None, on=TODAY, actor=STRANGER)
    assert (matrix.total, matrix.kept_higher, matrix.not_placed) == (2, 1, 1)
    for past in (date(2025, 3, 3), BEFORE):  # older maps and what was known are as they were
        assert stock(PHONG_PHU, map=BEFORE, on=past).total == (1 if past < date(2025, 4, 4) else 2)
    assert stock(TUY_PHONG, known=KNOWN).total == 0


def test_a_matrix_puts_most_gaps_first_and_then_the_alphabet() -> None:
    full, half = TUY_PHONG, PHAN_RI_CUA
    post(*(image(i, place=full, colour=i) for i in COLOURS), image(9, place=half, colour=2))
    matrix = queries.coverage("things", of=NEW_LAM_DONG, by="colour", period=None, on=TODAY, actor=STRANGER)
    assert matrix.rows[-1].unit_id == full
    assert matrix.rows[-2].unit_id == half
    assert matrix.rows[-2].cells == {"red": 0, "blue": 1, "green": 0}
    assert [row.gaps for row in matrix.rows] == [3] * 122 + [2, 0]
    names = [row.unit_name for row in matrix.rows[:122]]
    keys = {view.full_name: view.sort_key for view in units.communes_of(NEW_LAM_DONG, TODAY)}
    assert names == sorted(names, key=lambda name: keys[name])
    assert (matrix.cells, matrix.zeros, matrix.total) == (372, 368, 4)
    assert len(matrix.units_with_gaps) == 123


def test_a_matrix_of_the_nation_has_provinces_or_all_communes() -> None:
    post(image(1, place=TUY_PHONG))
    ask: dict[str, Any] = {"of": None, "by": "colour", "period": None, "on": TODAY, "actor": STRANGER}
    provinces, communes = queries.coverage("things", **ask), queries.coverage("things", **ask, rows=Level.COMMUNE)
    assert (len(provinces.rows), provinces.level) == (34, "province")
    assert (len(communes.rows), communes.level, communes.total) == (3321, "commune", 1)
    old = queries.coverage("things", **ask, map=BEFORE)
    assert (len(old.rows), old.total, old.not_on_this_map) == (63, 1, 0)


def test_a_matrix_of_a_commune_is_one_row() -> None:
    matrix = queries.coverage("things", of=TUY_PHONG, by="size", period=None, on=TODAY, actor=STRANGER)
    assert [row.unit_code for row in matrix.rows] == ["22978"]


def test_a_matrix_needs_a_map_of_one_day() -> None:
    with pytest.raises(Refused) as no:
        queries.coverage("things", of=None, by="colour", period=None, on=TODAY, actor=STRANGER, map="recorded")
    assert no.value.refusal.code == "figures.coverage_needs_map"
    with pytest.raises(Refused) as no:
        queries.coverage("things", of=None, by="commune", period=None, on=TODAY, actor=STRANGER)
    assert no.value.refusal.code == "figures.dimension_unknown"


def test_silly_questions_are_refused_by_name() -> None:
    assert refused(by=["weight"]) == "figures.dimension_unknown"
    assert refused(by=["colour", "colour"]) == "figures.dimensions_too_many"
    assert refused(by=["colour", "size", "make"]) == "figures.dimensions_too_many"
    assert refused(by=["province", "commune"]) == "figures.dimensions_too_many"
    district = units.districts_of(BINH_THUAN, BEFORE)[0].id
    assert refused(of=district, map=BEFORE) == "figures.level_unknown"
    for ask, code in (
        (lambda: queries.measure("x"), "measure_unknown"),
        (lambda: queries.period("x"), "period_unknown"),
    ):
        with pytest.raises(Refused) as no:
            ask()
        assert no.value.refusal.code == f"figures.{code}"


def test_a_measure_that_does_not_add_up_stays_on_its_own_map() -> None:
    pinned = replace(THINGS, id=902, code="pinned", additive=False)
    wire_measures([*wired_measures().values(), pinned])
    actions.post(pinned, [image(1)], known=KNOWN)
    ask: dict[str, Any] = {"of": None, "by": ["colour"], "period": None, "on": TODAY, "actor": STRANGER}
    assert queries.table("pinned", **ask, map="recorded").total == 1
    for map in ("now", BEFORE):
        with pytest.raises(Refused) as no:
            queries.table("pinned", **ask, map=map)  # type: ignore[arg-type]
        assert no.value.refusal.code == "figures.not_additive"
    with pytest.raises(Refused) as no:
        queries.coverage("pinned", of=None, by="colour", period=None, on=TODAY, actor=STRANGER)
    assert no.value.refusal.code == "figures.not_additive"


def test_a_measure_with_a_power_answers_only_where_the_power_holds() -> None:
    guarded = replace(THINGS, id=903, code="guarded", power=Power.AUDIT_SEE)
    wire_measures([*wired_measures().values(), guarded])

    def ask(of: int | None, reach: Reach) -> int:
        actor = Actor(7, "officer", {Power.AUDIT_SEE: reach})
        return queries.table("guarded", of=of, by=(), period=None, on=TODAY, actor=actor).total  # type: ignore[return-value]

    province = Reach(provinces=frozenset({NEW_LAM_DONG}))
    assert ask(NEW_LAM_DONG, province) == ask(TUY_PHONG, province) == ask(None, Reach(all=True)) == 0
    assert ask(TUY_PHONG, Reach(communes=frozenset({TUY_PHONG}))) == 0
    for of, reach in (
        (None, province),
        (GIA_LAI, province),
        (NEW_LAM_DONG, Reach(communes=frozenset({TUY_PHONG}))),
        (PHAN_RI_CUA, Reach(communes=frozenset({TUY_PHONG}))),
        (TUY_PHONG, Reach()),
    ):
        with pytest.raises(NotAllowed):
            ask(of, reach)


def test_small_numbers_of_persons_do_not_show() -> None:
    persons = replace(THINGS, id=904, code="persons", small_cells=True)
    wire_measures([*wired_measures().values(), persons])
    actions.post(persons, [image(1, n=3), image(2, colour=2, n=40), image(3, colour=3, n=60)], known=KNOWN)
    ask: dict[str, Any] = {"of": None, "period": None, "on": TODAY, "actor": STRANGER}
    table = queries.table("persons", by=["colour"], **ask)
    assert [row["n"] for row in table.rows] == ["<5", "…", 60]
    assert table.total == 103
    matrix = queries.coverage("persons", by="colour", **ask)
    row = next(row for row in matrix.rows if row.total)
    assert row.cells == {"red": "<5", "blue": "…", "green": 60}
    assert matrix.total == 103


def test_a_caption_says_all_that_must_stand_beside_a_number() -> None:
    caption = stock(NEW_LAM_DONG, map="now").caption
    assert (caption.territory, caption.map, caption.stock_or_flow, caption.on) == (
        "Tỉnh Lâm Đồng",
        "now",
        "stock",
        TODAY,
    )
    assert "2026-11-25" in caption.sentence()
    assert "Tỉnh Lâm Đồng" in caption.sentence()
    assert caption.as_json()["period"] is None


def test_questions_cost_a_fixed_number_of_queries(django_assert_num_queries: Any) -> None:
    post(*(image(i, place=TUY_PHONG) for i in range(1, 400)))
    actions.load_periods()
    with django_assert_num_queries(4):  # the territory, is a later line, what counts, what is told apart
        stock(NEW_LAM_DONG, "colour")
    with django_assert_num_queries(3):  # is a later line, the count, the communes; the territory is known by now
        queries.coverage("things", of=NEW_LAM_DONG, by="colour", period=None, on=TODAY, actor=STRANGER)
