"""The package's tables and their loader."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from kheo.base.errors import Refused
from kheo.units.actions import load_map
from kheo.units.models import Edition, FormerName, Place, PlaceUnit, Succession, Unit, UnitVersion
from kheo.units.queries import (
    by_code,
    by_uid,
    districts_of,
    history,
    map_findings,
    unit_count,
    units_on,
    view,
    views,
)
from kheo.units.tests.ground import LOADED
from kheo.units.words import BEFORE_EDITIONS, Level

ROOM = Path(__file__).resolve().parent.parent
TODAY = date(2026, 11, 25)


def test_the_tables_pass_their_own_check():
    done = subprocess.run([sys.executable, ROOM / "data" / "check.py"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "0 fault(s)" in done.stdout


def test_the_outlines_carry_the_units_of_their_maps():
    for name, n in (("vn63", 63), ("vn34", 34)):
        outlines = json.loads((ROOM / "outlines" / f"{name}.s.geojson").read_text("utf-8"))
        assert len({shape["properties"]["unit_id"] for shape in outlines["features"]}) == n


@pytest.mark.django_db
def test_the_whole_map_is_loaded():
    assert unit_count() == 14_115
    assert UnitVersion.objects.count() == 14_283
    assert Succession.objects.count() == 11_469
    assert FormerName.objects.count() == 1_236
    assert Edition.objects.count() == 7


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "level", "types"),
    [
        (date(2025, 6, 30), Level.PROVINCE, {"tỉnh": 57, "thành phố": 6}),
        (date(2025, 6, 30), Level.DISTRICT, {"huyện": 508, "thành phố": 87, "thị xã": 52, "quận": 49}),
        (date(2025, 6, 30), Level.COMMUNE, {"xã": 7692, "phường": 1726, "thị trấn": 617}),
        (date(2025, 7, 1), Level.PROVINCE, {"tỉnh": 28, "thành phố": 6}),
        (date(2025, 7, 1), Level.DISTRICT, {}),
        (date(2025, 7, 1), Level.COMMUNE, {"xã": 2621, "phường": 687, "đặc khu": 13}),
        (date(2026, 4, 30), Level.COMMUNE, {"xã": 2611, "phường": 697, "đặc khu": 13}),
        (date(2026, 9, 1), Level.PROVINCE, {"tỉnh": 26, "thành phố": 8}),
        (date(2026, 9, 19), Level.PROVINCE, {"tỉnh": 26, "thành phố": 8}),
        (TODAY, Level.PROVINCE, {"tỉnh": 25, "thành phố": 9}),
        (TODAY, Level.COMMUNE, {"xã": 2599, "phường": 709, "đặc khu": 13}),
    ],
)
def test_each_map_has_the_types_it_should_have(day, level, types):
    assert Counter(unit.type for unit in units_on(day, level=level)) == types


@pytest.mark.django_db
def test_loading_again_changes_nothing():
    tables = (Unit, UnitVersion, Succession, FormerName, Edition, Place, PlaceUnit)
    before = [list(model.objects.order_by("pk").values_list()) for model in tables]
    load_map(known=LOADED)
    assert [list(model.objects.order_by("pk").values_list()) for model in tables] == before


@pytest.mark.django_db
def test_loading_mends_a_map_that_lost_rows():
    PlaceUnit.objects.filter(place_id=1).delete()
    UnitVersion.objects.filter(unit_id=13018).delete()
    load_map(known=LOADED)
    assert view(13018, TODAY).full_name == "Xã Tuy Phong"
    assert PlaceUnit.objects.filter(place_id=1).exists()
    assert map_findings() == []


@pytest.mark.django_db
def test_a_version_that_the_package_has_ended_is_ended_here():
    """An installation that was set up before an edition came: its open versions end, the later ones are added."""
    edition = Edition.objects.get(code="vn-2026-09-20")
    UnitVersion.objects.filter(valid_from=edition.in_force_from).delete()
    UnitVersion.objects.filter(valid_to=edition.in_force_from).update(valid_to=None)
    Succession.objects.filter(edition=edition).delete()
    edition.delete()
    load_map(known=LOADED)
    assert map_findings() == []
    assert len([u for u in units_on(TODAY, level=Level.PROVINCE) if u.type == "thành phố"]) == 9


@pytest.mark.django_db
def test_places_that_would_have_to_move_are_refused_not_moved():
    Place.objects.filter(origin=13018, refines__isnull=True).update(now_c=13017)
    Edition.objects.filter(code="vn-2026-09-20").update(note="touched")
    UnitVersion.objects.filter(unit_id=1, valid_to__isnull=True).delete()
    with pytest.raises(Refused) as no, transaction.atomic():
        load_map(known=LOADED)
    assert no.value.refusal.code == "units.map_differs"


@pytest.mark.django_db
def test_a_whole_map_has_no_findings():
    assert map_findings() == []


@pytest.mark.django_db
def test_findings_name_what_is_wrong():
    UnitVersion.objects.filter(unit_id=13018).update(parent_id=39)  # Bình Thuận, ended
    PlaceUnit.objects.filter(place_id=2, since=BEFORE_EDITIONS).delete()
    Place.objects.filter(refines__origin=7632).delete()
    with translation.override("en"):
        found = " ".join(map_findings())
    assert "u13018" in found
    assert "1 place" in found
    assert "1 divided commune" in found
    UnitVersion.objects.filter(unit_id=13018).delete()
    assert any("vn-2026-09-20" in finding for finding in map_findings())


@pytest.mark.django_db
def test_an_empty_map_is_one_finding():
    for model in (PlaceUnit, Place, Succession, FormerName, UnitVersion, Edition, Unit):
        model.objects.all()._raw_delete("default")
    assert len(map_findings()) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "version",
    [
        {"valid_from": None, "valid_to": date(2025, 7, 1)},
        {"valid_from": date(2030, 1, 1), "valid_to": date(2029, 1, 1)},
        {"valid_from": date(2030, 1, 1), "valid_to": None},
    ],
)
def test_a_unit_cannot_have_two_versions_at_once(version):
    common = {"type": "tỉnh", "code": "99", "code_system": "QD19", "name": "X", "name_ascii": "X", "key": "x"}
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitVersion.objects.create(unit_id=1, sort_key="x", **common, **version)


@pytest.mark.django_db
def test_a_view_is_strict_and_views_are_forgiving():
    assert view(13018, date(2025, 6, 30)) is None
    assert view(13018, date(2025, 7, 1)).full_name == "Xã Tuy Phong"
    assert views([13018, 512], date(2025, 6, 30))[13018].valid_from == date(2025, 7, 1)
    assert views([512], TODAY)[512].full_name == "Huyện Tuy Phong"
    assert views([99_999], TODAY) == {}
    assert view(13018, date.max).full_name == "Xã Tuy Phong"


@pytest.mark.django_db
def test_a_unit_is_found_by_its_id_and_by_code_with_its_day():
    assert by_uid("u13018") == 13018
    assert by_uid("u99999") is None
    assert by_uid("13018") is None
    assert [u.name for u in by_code("52", date(2025, 6, 30))] == ["Bình Định"]
    assert [u.name for u in by_code("52", TODAY)] == ["Gia Lai"]
    assert by_code("52", TODAY, Level.COMMUNE) == []
    assert len(districts_of(39, date(2025, 6, 30))) == 10
    assert districts_of(78, TODAY) == []


@pytest.mark.django_db
def test_units_stand_in_the_order_of_the_vietnamese_alphabet():
    names = [unit.name for unit in units_on(TODAY, level=Level.PROVINCE)]
    assert names.index("Cà Mau") < names.index("Cao Bằng")
    assert names.index("Cần Thơ") < names.index("Đà Nẵng") < names.index("Gia Lai")
    assert names.index("Đồng Tháp") < names.index("Gia Lai")


@pytest.mark.django_db
def test_history_keeps_identity_with_the_ground():
    """Gia Lai of 2024 and Gia Lai of today are two units; Hà Nội is one; a changed type is the same unit."""
    [old], [new] = by_code("64", date(2025, 6, 30), Level.PROVINCE), by_code("52", TODAY, Level.PROVINCE)
    assert (old.name, new.name) == ("Gia Lai", "Gia Lai")
    assert old.id != new.id
    assert {link.unit.name for link in history(new.id).predecessors} == {"Gia Lai", "Bình Định"}
    assert [link.unit.id for link in history(old.id).successors] == [new.id]
    ha_noi = history(by_uid("u00001"))
    assert [version.code_system for version in ha_noi.versions] == ["QD124", "QD19"]
    assert ha_noi.predecessors == ha_noi.successors == ()
    dong_nai = history(by_code("75", TODAY, Level.PROVINCE)[0].id)
    assert [version.type for version in dong_nai.versions] == ["tỉnh", "thành phố"]
