"""Random lives against full copies of the world: whatever is asked, the journal answers exactly.

KHEO_FUZZ=400 runs that many lives (the suite a few); every life is asked some dozens of questions.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kheo.base.access import STRANGER
from kheo.figures import queries
from kheo.figures.actions.journal import _net, _story, net_lines
from kheo.figures.tests.things import THINGS
from kheo.figures.tests.world import FIRST, LAST, Ground, World
from kheo.figures.words import Image, MapChoice, PeriodView
from kheo.units import queries as units
from kheo.units.models import Place
from kheo.units.words import Level

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("things")]
LIVES = int(os.environ.get("KHEO_FUZZ", "5"))
EVENTS, QUESTIONS = 50, 60
OLD, NEW = date(2025, 6, 30), date(2025, 7, 1)
MAPS: list[MapChoice] = ["now", "now", "recorded", OLD, NEW, date(2024, 6, 1), date(2026, 5, 1)]
COLUMNS = {"colour": "d1", "size": "d2", "make": "d3", "state": "state"}
CODES = {d.code: {number: code for number, (code, _label) in d.members.items()} for d in THINGS.dimensions}


def some_places() -> list[int]:
    """Few places on all kinds of ground: communes whole and divided, districts, provinces, Hà Nội before 2025."""
    province = {v.name: v.id for v in units.units_on(NEW, level=Level.PROVINCE)}
    before = {v.name: v.id for v in units.units_on(OLD, level=Level.PROVINCE)}
    found = [province["Lâm Đồng"], province["Gia Lai"], before["Bình Thuận"], before["Bình Định"]]
    found += [v.id for v in units.communes_of(province["Lâm Đồng"], NEW)[:5]]
    for name in ("Bình Thuận", "Lâm Đồng", "Bình Định"):
        communes = [v.id for v in units.communes_of(before[name], OLD)]
        divided = Place.objects.filter(refines__isnull=False, origin__in=communes).values_list("origin_id", flat=True)
        found += [*sorted(set(divided))[:3], *communes[:4]]
        found += [v.id for v in units.districts_of(before[name], OLD)[:1]]
    found += [v.id for v in units.communes_of(before["Hà Nội"], date(2024, 6, 1))[:4]]
    return [place.pk for place in units.root_places(found).values()]


@pytest.fixture
def ground(db: None) -> Ground:
    roots = some_places()
    return Ground([*roots, *Place.objects.filter(refines__in=roots).values_list("pk", flat=True)])


@pytest.mark.parametrize("weight", ["n", "amount"])
@pytest.mark.parametrize("seed", range(LIVES))
def test_every_answer_is_that_of_a_full_copy_of_the_world(
    seed: int, weight: str, ground: Ground, request: pytest.FixtureRequest
) -> None:
    if weight == "amount":
        request.getfixturevalue("amounts")
    world = World(seed, ground, weight)
    world.live(EVENTS)
    assert any(world.now.values())
    ask = random.Random(seed + 1000)
    for _ in range(QUESTIONS):
        compare(world, ask)
    for fact in world.now:
        standing = net_lines(THINGS, [fact]).get(fact, {})
        assert _net(_story(queries.history(THINGS, fact))) == standing, fact


def compare(world: World, ask: random.Random) -> None:
    map = ask.choice(MAPS)
    used = {image.place for story in world.now.values() for image in story}
    of = ask.choice(
        [
            None,
            *ask.choice(
                [[], territories(world.ground, used, map), territories(world.ground, world.ground.places, map)]
            ),
        ]
    )
    scale = 100 if world.weight == "amount" else 1
    by = ask.sample(["colour", "size", "make", "state"], ask.randint(0, 2))
    if ask.random() < 0.4:
        by[0:1] = ["commune" if of else "province"]
        ask.shuffle(by)
    known = ask.choice([None, world.random.choice(world.copies)[0] + timedelta(seconds=1)])
    on = FIRST + timedelta(days=ask.randint(100, (LAST - FIRST).days + 100))
    start = on - timedelta(days=ask.randint(1, 900))
    period = ask.choice([None, PeriodView(0, "p", "p", start, on, "")])
    wanted = World.flow(world, start, on, known) if period else World.stock(world, on, known)
    said = f"{map=} {of=} {by=} {known=} {on=} {period=}"
    table = queries.table("things", of=of, by=by, period=period, map=map, on=on, actor=STRANGER, known=known)
    right = count(world.ground, wanted, map=map, of=of, by=by, flow=period is not None)
    given = {tuple(row.get(f"{code}_uid", row[code]) for code in by): row["n"] * scale for row in table.rows}
    assert {key: n for key, n in given.items() if n} == right["rows"], said
    assert len(given) == len(table.rows), said
    assert [n * scale for n in (table.total, table.kept_higher, table.not_on_this_map)] == [
        right["total"],
        right["higher"],
        right["lost"],
    ], said
    assert {row["state"]: row["n"] * scale for row in table.apart} == right["apart"], said
    if map != "recorded" and by and by[0] in COLUMNS and of is not None:
        compare_matrix(table, of=of, by=by[0], period=period, map=map, on=on, known=known, said=said)


def compare_matrix(table: Any, *, by: str, said: str, of: int, **question: Any) -> None:
    matrix = queries.coverage("things", of=of, by=by, actor=STRANGER, **question)
    sums = Counter({code: sum(row.cells[code] for row in matrix.rows) for code, _label in matrix.members})
    assert matrix.total == table.total, said
    assert matrix.not_on_this_map == table.not_on_this_map, said
    assert sum(sums.values()) + matrix.kept_higher == table.total, said
    assert matrix.zeros == sum(n == 0 for row in matrix.rows for n in row.cells.values()), said
    assert matrix.cells == len(matrix.rows) * len(matrix.members), said


def territories(ground: Ground, places: Iterable[int], map: MapChoice) -> list[int]:
    """Units in which these places lie on this map."""
    found = {unit for place in places for unit in ground.where(place, map) if unit is not None}
    return sorted(found)


def count(
    ground: Ground, bag: Counter[Image], *, map: MapChoice, of: int | None, by: list[str], flow: bool
) -> dict[str, Any]:
    """The same question asked of the full copy, image by image."""
    rows: Counter[tuple[str, ...]] = Counter()
    apart: Counter[str] = Counter()
    total = higher = lost = 0
    for image, n in bag.items():
        province, commune = ground.where(image.place, map)
        inside = of is None or of in (province, commune)
        if of is None and province is None and {"province", "commune"} & set(by):
            inside = None
        elif not inside:
            inside = None if perhaps(ground, image.place, map, of) else False
        counts = flow or image.state in THINGS.counted
        if inside is False:
            continue
        if not counts:
            if inside or of is None:
                apart[CODES["state"][image.state]] += n
            continue
        if inside is None:
            lost += n
            continue
        total += n
        key = [key_of(image, code, province, commune) for code in by]
        if None in key:
            higher += n
        else:
            rows[tuple(str(part) for part in key)] += n
    told = {key: n for key, n in rows.items() if n}
    beside = {key: n for key, n in apart.items() if n}
    return {"rows": told, "total": total, "higher": higher, "lost": lost, "apart": beside}


def key_of(image: Image, code: str, province: int | None, commune: int | None) -> str | None:
    if code in COLUMNS:
        return CODES[code][getattr(image, COLUMNS[code])]
    unit = province if code == "province" else commune
    return None if unit is None else f"u{unit:05d}"


def perhaps(ground: Ground, place: int, map: MapChoice, of: int | None) -> bool:
    """Whether the place may lie in the territory although the map cannot say where it lies."""
    level = Place.objects.filter(origin=of, refines=None).values_list("origin__level", flat=True).get()
    side = 0 if level == Level.PROVINCE else 1
    if map == "recorded" or ground.where(place, map)[side] is not None:
        return False
    if map == "now":
        pieces = ground.children.get(place, [])
        return any(ground.now[piece][1] == of for piece in pieces)
    today = {where[side] for where in Place.objects.filter(origin=of).values_list("now_p", "now_c")}
    return ground.now[place][side] in today - {None}


def test_the_copies_can_tell_a_wrong_answer(ground: Ground) -> None:
    """The comparison itself is no rubber stamp: a line slipped into the journal is seen."""
    from kheo.figures.models import FigLine

    world = World(1, ground)
    world.live(EVENTS)
    stray = ground.places[0]
    known: datetime = world.known
    FigLine.objects.create(
        known=known,
        day=FIRST,
        measure=THINGS.id,
        fact=1,
        place=stray,
        d1=1,
        d2=1,
        d3=1,
        state=1,
        cause=1,
        n=1,
        amount=0,
    )
    ask = random.Random(1)
    with pytest.raises(AssertionError):
        [compare(world, ask) for _ in range(QUESTIONS)]
