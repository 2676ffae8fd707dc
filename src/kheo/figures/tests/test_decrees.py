"""Whatever decrees do to the map, every record is counted once on every map, and nothing said before changes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kheo.base.access import OPERATOR, STRANGER
from kheo.figures import queries
from kheo.figures.tests.test_lives import EVENTS, some_places
from kheo.figures.tests.world import Ground, World
from kheo.figures.words import MapChoice
from kheo.units.actions import apply_decree
from kheo.units.models import Place
from kheo.units.queries import by_uid
from kheo.units.tests.decreed import KNOWN, Chance, sheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("things")]
BEFORE: list[MapChoice] = ["recorded", date(2025, 6, 30), date(2025, 7, 1), date(2026, 12, 1)]


def told(map: MapChoice, by: tuple[str, ...], on: date) -> Any:
    return queries.table("things", of=None, by=by, period=None, map=map, on=on, actor=STRANGER)


@pytest.mark.parametrize("seed", range(3))
def test_every_record_is_counted_once_on_every_map(seed: int) -> None:
    roots = some_places()
    world = World(seed, Ground([*roots, *Place.objects.filter(refines__in=roots).values_list("pk", flat=True)]), "n")
    world.live(EVENTS)
    chance, on = Chance(seed), date(2029, 1, 1)
    before = {(map, by): told(map, (by,), on) for map in BEFORE for by in ("province", "colour")}
    whole = told("now", (), on)
    assert whole.total > 0
    days: list[date] = []
    for _decree in range(8):
        rows, day, number = chance.next()
        apply_decree(actor=OPERATOR, data=sheet(*rows, number=number, day=day), on=day, known=KNOWN)
        days.append(day)
    for map in ("now", *BEFORE, *days):
        table = told(map, ("province",), on)
        assert sum(row["n"] for row in table.rows) + table.not_on_this_map + table.kept_higher == whole.total, map
        fields = told(map, ("colour",), on)
        assert fields.total + fields.not_on_this_map == table.total + table.not_on_this_map == whole.total, map
        for row in table.rows if map != "recorded" else ():
            of = by_uid(row["province_uid"])
            inside = queries.table("things", of=of, by=("commune",), period=None, map=map, on=on, actor=STRANGER)
            assert sum(r["n"] for r in inside.rows) + inside.kept_higher == inside.total == row["n"], map
    assert {key: told(key[0], (key[1],), on) for key in before} == before
