"""Places: every commune counted once on every map; exact, or not said."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from django.db.models import F

from kheo.units.ground import Atlas, Edge, Spell, draw_places
from kheo.units.models import Place, PlaceUnit, Unit
from kheo.units.queries import (
    by_code,
    candidate_places,
    communes_of,
    follow,
    piece_places,
    place_view,
    root_place,
    root_places,
    spot_of,
    units_on,
    view,
)
from kheo.units.words import BEFORE_EDITIONS, Level

pytestmark = pytest.mark.django_db

OLD, NEW, TODAY = date(2025, 6, 30), date(2025, 7, 1), date(2026, 11, 25)
MAPS = (date(2024, 12, 31), date(2025, 1, 1), OLD, NEW, date(2026, 4, 30), date(2026, 9, 1), date(2026, 9, 20), TODAY)


def where(place: int, day: date) -> tuple[int | None, int | None, int | None]:
    """(commune, district, province) of a place on the map of a day."""
    row = PlaceUnit.objects.filter(place_id=place, since__lte=day).latest("since")
    return row.commune, row.district, row.province


def everywhere(day: date) -> dict[int, tuple[int | None, int | None, int | None]]:
    found = {}
    for row in PlaceUnit.objects.filter(since__lte=day).order_by("since"):
        found[row.place_id] = (row.commune, row.district, row.province)
    return found


def province(name: str, day: date) -> int:
    [unit] = [u for u in units_on(day, level=Level.PROVINCE) if u.name == name]
    return unit.id


def test_every_unit_has_one_root_place_and_its_rows_begin_before_all_maps():
    assert Place.objects.filter(refines__isnull=True).count() == Unit.objects.count() == 14_115
    assert PlaceUnit.objects.filter(since=BEFORE_EDITIONS).count() == Place.objects.count()


@pytest.mark.parametrize("day", MAPS)
def test_every_commune_is_counted_once_on_every_map(day):
    """One record kept at each commune of a day's map falls into exactly that commune, district and province."""
    lies = everywhere(day)
    communes = units_on(day, level=Level.COMMUNE)
    assert Counter(lies[unit.id][0] for unit in communes) == Counter(unit.id for unit in communes)
    for unit in communes:
        _commune, district, prov = lies[unit.id]
        assert unit.parent_id == (district if district is not None else prov)


@pytest.mark.parametrize("day", MAPS)
def test_what_was_recorded_on_the_last_old_map_adds_up_on_every_map_by_province(day):
    """10,035 communes of 2025-06-30 give the counts of the README by province, forward and backward."""
    lies = everywhere(day)
    by_province = Counter(lies[unit.id][2] for unit in units_on(OLD, level=Level.COMMUNE))
    assert by_province.total() == 10_035
    assert None not in by_province
    if day >= NEW:
        assert by_province[province("Lâm Đồng", day)] == 137 + 71 + 121
        assert by_province[province("Gia Lai", day)] == 218 + 155
        assert by_province[province("Ninh Bình", day)] == 125 + 98 + 175
        assert len(by_province) == 34
    else:
        assert by_province[province("Bình Thuận", day)] == 121
        assert len(by_province) == 63
    assert by_province[province("Hà Nội", day)] == 526


@pytest.mark.parametrize(("day", "communes"), [(date(2024, 12, 31), 579), (OLD, 526), (TODAY, 126)])
def test_ha_noi_is_three_different_maps(day, communes):
    assert len(communes_of(province("Hà Nội", day), day)) == communes


def test_former_binh_thuan_is_forty_five_communes_of_lam_dong_exactly():
    old = communes_of(province("Bình Thuận", OLD), OLD)
    assert len(old) == 121
    reached = {link.unit.id for unit in old for link in follow(unit.id, OLD, TODAY)}
    assert len(reached) == 45
    lam_dong = province("Lâm Đồng", TODAY)
    assert all(spot_of(unit).now_p == lam_dong for unit in reached)
    on_the_old_map = {where(unit, OLD)[2] for unit in reached}
    assert on_the_old_map == {province("Bình Thuận", OLD)}


def test_every_divided_commune_waits_in_its_province_and_has_its_pieces():
    waiting = Place.objects.filter(refines__isnull=True, rec_c__isnull=False, now_c__isnull=True)
    roots = {place.origin_id: place for place in waiting}
    divided = [unit.id for unit in units_on(OLD, level=Level.COMMUNE) if unit.id in roots]
    assert len(divided) == 441
    pieces = Counter(Place.objects.filter(refines__in=divided).values_list("refines_id", flat=True))
    assert set(pieces) == set(divided)
    assert Counter(pieces.values()) == {2: 369, 3: 55, 4: 16, 5: 1}


def test_a_piece_knows_its_old_commune_on_old_maps_and_its_successor_on_the_new():
    [old] = by_code("22978", OLD)  # xã Phong Phú: to Phan Rí Cửa and Tuy Phong
    root = root_place(old.id)
    assert (root.rec_c, root.now_c) == (old.id, None)
    district, binh_thuan = old.parent_id, province("Bình Thuận", OLD)
    lam_dong = province("Lâm Đồng", TODAY)
    assert where(root.id, OLD) == (old.id, district, binh_thuan)
    assert where(root.id, TODAY) == (None, None, lam_dong)
    pieces = piece_places(root.id)
    assert {view(p.now_c, TODAY).name for p in pieces} == {"Phan Rí Cửa", "Tuy Phong"}
    for piece in pieces:
        assert where(piece.id, OLD) == (old.id, district, binh_thuan)
        assert where(piece.id, TODAY) == (piece.now_c, None, lam_dong)
        assert (piece.rec_c, piece.rec_p, piece.refines) == (old.id, binh_thuan, root.id)
        assert candidate_places([piece.now_c]) >= {root.id}
        assert place_view(piece.id) == piece


def test_a_new_commune_is_on_older_maps_only_what_can_be_said():
    [ward] = by_code("22924", TODAY)  # phường Phú Thủy of 2025: three old wards of Phan Thiết
    commune, district, prov = where(ward.id, OLD)
    assert commune is None
    assert view(district, OLD).full_name == "Thành phố Phan Thiết"
    assert prov == province("Bình Thuận", OLD)


def test_every_place_has_a_province_on_every_map_except_new_provinces_on_old_ones():
    rows = PlaceUnit.objects.filter(province__isnull=True)
    assert rows.count() == 23
    assert set(rows.values_list("since", flat=True)) == {BEFORE_EDITIONS}
    assert set(rows.values_list("place__origin__level", flat=True)) == {Level.PROVINCE}


def test_a_province_place_is_never_said_to_be_in_a_commune_or_district():
    rows = PlaceUnit.objects.filter(place__origin__level=Level.PROVINCE)
    assert not rows.exclude(commune__isnull=True, district__isnull=True).exists()


def test_a_district_place_is_in_a_commune_only_when_that_holds_all_of_its_ground():
    placed = Place.objects.filter(origin__level=Level.DISTRICT, now_c__isnull=False)
    names = {view(p.now_c, TODAY).full_name for p in placed}
    assert len(placed) == 14
    assert {"Đặc khu Phú Quý", "Đặc khu Côn Đảo", "Đặc khu Hoàng Sa", "Đặc khu Trường Sa"} <= names
    for place in placed:
        assert len(follow(place.origin_id, OLD, TODAY)) == 1
    [tuy_phong] = by_code("595", OLD)
    assert spot_of(tuy_phong.id).now_c is None


def test_now_is_todays_row_and_districts_end_with_the_old_map():
    lies = everywhere(TODAY)
    for place in Place.objects.all():
        assert lies[place.id] == (place.now_c, None, place.now_p)
    assert not PlaceUnit.objects.filter(since__gte=NEW, district__isnull=False).exists()


def test_a_row_is_written_only_where_the_answer_changes():
    last: dict[int, tuple[int | None, ...]] = {}
    for row in PlaceUnit.objects.order_by("place_id", "since"):
        answer = (row.commune, row.district, row.province)
        assert last.get(row.place_id) != answer
        last[row.place_id] = answer


def test_rec_is_the_unit_itself_and_the_province_of_its_life():
    assert not Place.objects.filter(origin__level=Level.COMMUNE).exclude(rec_c=F("origin")).exists()
    assert not Place.objects.exclude(origin__level=Level.COMMUNE).exclude(rec_c__isnull=True).exists()
    [old] = by_code("22945", OLD)
    assert root_place(old.id).rec_p == province("Bình Thuận", OLD)
    assert set(root_places([old.id, 99_999])) == {old.id}


def test_pieces_that_come_together_again_are_one_commune_today():
    """A commune divided in one year whose two pieces were merged in the next is exact again, and needs no pieces."""
    first, second = date(2001, 1, 1), date(2002, 1, 1)
    spells = [
        Spell(1, "province", None, None, None),
        Spell(2, "commune", 1, None, first),
        Spell(3, "commune", 1, first, second),
        Spell(4, "commune", 1, first, second),
        Spell(5, "commune", 1, second, None),
    ]
    edges = [Edge(2, 3, first), Edge(2, 4, first), Edge(3, 5, second), Edge(4, 5, second)]
    places, rows = draw_places(Atlas(spells, edges), TODAY, next_child=100)
    assert [(p.id, p.now_c, p.now_p) for p in places] == [(1, None, 1), (2, 5, 1), (3, 5, 1), (4, 5, 1), (5, 5, 1)]
    assert [(r.since, r.commune) for r in rows if r.place == 2] == [(BEFORE_EDITIONS, 2), (first, None), (second, 5)]
    assert [(r.since, r.commune) for r in rows if r.place == 3] == [(BEFORE_EDITIONS, 2), (first, 3), (second, 5)]
    assert [(r.since, r.commune) for r in rows if r.place == 5] == [(BEFORE_EDITIONS, 2), (first, None), (second, 5)]
