"""Decrees: what they do to the map, that places move as if all were drawn anew, and every reason against one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from kheo.audit.models import Entry
from kheo.base.access import OPERATOR, Actor
from kheo.base.errors import NotAllowed, Refused
from kheo.units.actions import apply_decree
from kheo.units.ground import draw_places
from kheo.units.models import Decree, Place, PlaceUnit, Succession
from kheo.units.queries import (
    atlas,
    by_code,
    communes_of,
    follow,
    map_findings,
    piece_places,
    spot_of,
    unit_count,
    view,
)
from kheo.units.tests.decreed import DAY, KNOWN, Chance, sheet

pytestmark = pytest.mark.django_db


def applied(*rows: str, on: date | None = None, actor: Actor = OPERATOR, **more: Any) -> Any:
    day = more.get("day", DAY)
    dry = more.pop("dry_run", False)
    [one] = apply_decree(actor=actor, data=sheet(*rows, **more), on=on or day, known=KNOWN, dry_run=dry)
    return one


def why_not(*rows: str, **more: Any) -> list[tuple[str, int | None]]:
    with pytest.raises(Refused) as no:
        applied(*rows, **more)
    assert all(str(refusal.text) for refusal in no.value.refusals)
    return [(refusal.code.removeprefix("units.decree_"), refusal.row) for refusal in no.value.refusals]


def lies(day: date) -> dict[tuple[int, int | None], tuple[int | None, int | None, int | None]]:
    """Where every place lies on the map of a day, by its unit and the piece it stands for."""
    found: dict[int, tuple[int | None, int | None, int | None]] = {}
    for row in PlaceUnit.objects.filter(since__lte=day).order_by("since"):
        found[row.place_id] = (row.commune, row.district, row.province)
    return {(p.origin_id, p.piece): found[p.pk] for p in Place.objects.all()}


MERGER = ("merge, 22924, 22924, Phú Thuỷ Mới, phường, 68", "merge, 22945, 22924", "merge, 22933, 22924")
JOINED = ("merge, 68, 68, Lâm Đồng Lớn, tỉnh", "merge, 52, 68")
DIVIDED = (
    "split, 22978, 22978, Tuy Phong, xã, 68, part, 1",
    "partial, 22978, 22979, Tuy Phong Bắc, xã, 68, part, 0",
)


class TestMerger:
    def test_three_wards_become_one_new_unit(self) -> None:
        old = [by_code(code, DAY - timedelta(1))[0] for code in ("22924", "22945", "22933")]
        done = applied(*MERGER)
        assert (done.begun, done.ended, done.changed) == (1, 3, 0)
        [new] = by_code("22924", DAY)
        assert (new.full_name, new.valid_from, new.decree, new.level) == ("Phường Phú Thuỷ Mới", DAY, "1/NQ", "commune")
        for unit in old:
            assert view(unit.id, DAY) is None
            assert [link.unit.id for link in follow(unit.id, DAY - timedelta(1), DAY)] == [new.id]
            assert spot_of(unit.id).now_c == new.id
        assert map_findings() == []

    def test_the_trail_says_who_applied_what(self) -> None:
        applied(*MERGER)
        acts = Entry.objects.order_by("-id")[:2]
        assert [entry.act for entry in acts] == ["units.turn_map", "units.apply_decree"]
        assert Decree.objects.get().number == "1/NQ"

    def test_a_dry_run_says_the_same_and_changes_nothing(self) -> None:
        before, places = unit_count(), lies(date.max)
        dry = applied(*MERGER, dry_run=True)
        assert (unit_count(), lies(date.max), Decree.objects.count()) == (before, places, 0)
        assert applied(*MERGER) == dry

    def test_it_costs_few_queries_whatever_the_size_of_the_map(self, django_assert_max_num_queries: Any) -> None:
        with django_assert_max_num_queries(60):
            applied(*MERGER)


def test_a_divided_commune_waits_for_its_pieces_to_be_told() -> None:
    [old] = by_code("22978", DAY - timedelta(1))
    applied(*DIVIDED)
    root = Place.objects.get(origin=old.id, refines=None)
    assert root.now_c is None
    assert {view(p.now_c or 0, DAY).name for p in piece_places(root.pk)} == {"Tuy Phong", "Tuy Phong Bắc"}  # type: ignore[union-attr]
    assert map_findings() == []


def test_two_provinces_become_one_and_their_communes_go_along() -> None:
    eve = DAY - timedelta(1)
    communes = [u.id for code in ("68", "52") for u in communes_of(by_code(code, eve)[0].id, eve)]
    applied(*JOINED)
    [new] = by_code("68", DAY)
    assert [u.id for u in communes_of(new.id, DAY)] != []
    assert {u.id for u in communes_of(new.id, DAY)} == set(communes)
    assert {spot_of(unit).now_p for unit in communes} == {new.id}
    assert map_findings() == []


def test_a_decree_of_tomorrow_is_tried_today_and_applied_tomorrow() -> None:
    eve = DAY - timedelta(1)
    assert why_not(*MERGER, on=eve) == [("not_yet", None)]
    assert applied(*MERGER, on=eve, dry_run=True).ended == 3
    assert not Decree.objects.exists()
    applied(*MERGER)
    assert Decree.objects.count() == 1


def test_a_new_name_and_type_leave_the_unit_itself() -> None:
    [old] = by_code("23041", DAY - timedelta(1))
    applied("type_change, 23041, , Hồng Thái, phường")
    assert by_code("23041", DAY)[0].full_name == "Phường Hồng Thái"
    assert by_code("23041", DAY)[0].id == old.id
    assert Succession.objects.filter(predecessor=old.id, successor=old.id, edition__in_force_from=DAY).count() == 1


def test_nobody_applies_a_decree_without_the_power() -> None:
    with pytest.raises(NotAllowed):
        applied(*MERGER, actor=Actor(id=None, name="x"))
    assert not Decree.objects.exists()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["merge, 99999, 22924, A, xã, 68", "merge, 22945, 22924"], [("unknown", 2)]),
        (["merge, 22945, 22924, A, phường, 68", "merge, 00001, 22924"], [("closed", 3)]),
        (["merge, 22945, 22924, A, phường, 68", "merge, 22933, 22924"], [("unlisted", 2)]),
        (["merge, 22924, 22924, A, phường, 68"], [("overlap", 2)]),
        ([*MERGER, "rename, 22945, , Tên khác"], [("overlap", 3)]),
        ([*MERGER, "merge, 22945, 22924"], [("twice", 5)]),
        (["split, 22978, 22978, A, xã, 68, part, 1"], [("overlap", 2)]),
        (["partial, 22978, 22978, A, xã, 68", "partial, 22978, 22979, B, xã, 68"], [("overlap", 2)]),
        ([DIVIDED[0].replace("part, 1", "whole, 1"), DIVIDED[1]], [("part", 2)]),
        (["split, 68, 68, A, tỉnh, , part, 1", "partial, 68, 69, B, tỉnh, , part"], [("overlap", 2)]),
        (
            ["merge, 22924, 22945, A, phường, 68", "merge, 22945, 22924, B, phường, 68"],
            [("overlap", 2), ("cycle", 2), ("overlap", 3), ("cycle", 3)],
        ),
        (["parent_change, 23041, , , , 23041"], [("cycle", 2)]),
        (["parent_change, 23041, , , , 22924"], [("parent", 2)]),
        (["parent_change, 23041, , , , 99"], [("unknown", 2)]),
        (["rename, 23041, 22924"], [("code", 2)]),
        (["rename, 23041"], [("nothing", 2)]),
        (["abolished, 23041"], [("ground", 2)]),
        (["type_change, 23041, , , tỉnh"], [("level", 2)]),
        (["merge, 22924, 22999, , phường, 68", "merge, 22945, 22999"], [("empty", 2)]),
        (["merge, 22924, 22999, A, phường", "merge, 22945, 22999"], [("parent", 2)]),
        (["merge, 22924, 22999, A, phường, 68", "merge, 22945, 22999, B"], [("disagree", 2)]),
        (["swallow, 22924"], [("kind", 2)]),
        (["merge, , 22999"], [("empty", 2)]),
        (["merge, 22924, 22999, A, làng"], [("type", 2)]),
        (["merge, 22924, 22999, A, xã, 68, nửa"], [("part", 2)]),
        (["merge, 22924, 22999, A, xã, 68, whole, maybe"], [("part", 2)]),
    ],
)
def test_what_cannot_be_is_refused_by_its_row(rows: list[str], said: list[tuple[str, int]]) -> None:
    before = unit_count(), lies(date.max)
    found = why_not(*rows)
    assert found == said
    assert (unit_count(), lies(date.max)) == before


def test_the_same_decree_a_second_time_is_refused_by_its_number() -> None:
    applied(*MERGER)
    assert why_not("rename, 23041, , Tên khác") == [("applied", None)]
    assert why_not("rename, 23041, , Tên khác", number="2/NQ", day=DAY - timedelta(1)) == [("order", None)]
    assert why_not("rename, 22945, , Tên khác", number="2/NQ", day=DAY + timedelta(1)) == [("closed", 2)]
    applied("rename, 23041, , Tên khác", number="2/NQ")
    assert why_not("rename, 23041, , Khác nữa", number="3/NQ") == [("order", 2)]
    assert map_findings() == []


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", b"a,b\n1,2", b"decree,date,kind,from_code\n", b"PK\x03\x04\x00"]
)
def test_what_is_no_table_of_a_decree_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        apply_decree(actor=OPERATOR, data=data, on=DAY, known=KNOWN)


def test_a_date_that_is_none_is_told_with_its_cell() -> None:
    with pytest.raises(Refused) as no:
        apply_decree(
            actor=OPERATOR, data=sheet("rename, 23041, , A").replace(b"2027-01-01", b"1/1/27"), on=DAY, known=KNOWN
        )
    assert (no.value.refusal.row, no.value.refusal.column) == (2, "date")


Where = dict[date, tuple[int | None, int | None, int | None]]  # of a place, from the first day of each map


@pytest.mark.parametrize("seed", range(3))
def test_places_lie_where_the_whole_map_drawn_anew_says(seed: int) -> None:
    """Random histories of mergers, divisions, moves and names: every row of every place, as the engine draws it."""
    chance = Chance(seed)
    for _decree in range(12):
        rows, day, number = chance.next()
        applied(*rows, day=day, number=number)
    drawn, lines = draw_places(atlas(), chance.day, next_child=10_000_000)
    root_of = {p.id: p.origin for p in drawn if p.piece is None}
    right: dict[int, Where] = {}
    for line in lines:
        if line.place in root_of:
            right.setdefault(root_of[line.place], {})[line.since] = (line.commune, line.district, line.province)
    places = {p.pk: p for p in Place.objects.all()}
    ours: dict[int, Where] = {}
    for row in PlaceUnit.objects.order_by("since"):
        if places[row.place_id].refines_id is None:
            unit = places[row.place_id].origin_id
            ours.setdefault(unit, {})[row.since] = (row.commune, row.district, row.province)
    assert {unit: ours[unit] for unit in ours if ours[unit] != right[unit]} == {}
    now = {p.origin: (p.now_c, p.now_p) for p in drawn if p.piece is None}
    assert {p.origin_id: (p.now_c, p.now_p) for p in places.values() if p.refines_id is None} == now
    pieces = {(p.origin, p.now_c) for p in drawn if p.piece is not None}
    divided = {p.refines_id for p in places.values()}
    leaves = {(p.origin_id, p.now_c) for p in places.values() if p.refines_id and p.pk not in divided}
    assert pieces == {leaf for leaf in leaves if leaf[0] in {origin for origin, _now in pieces}}
    assert map_findings() == []
