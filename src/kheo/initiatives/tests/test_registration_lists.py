"""The main job: two people-made registration lists go in, every row as its right reading; again: nothing changes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from kheo.base.access import Actor, Reach
from kheo.base.errors import Refused
from kheo.base.powers import Power
from kheo.exchange import actions
from kheo.exchange.models import ImportRun, StagedRow
from kheo.exchange.queries import in_the_way
from kheo.exchange.words import Fate
from kheo.initiatives.exchange import REGISTRATION_LIST
from kheo.initiatives.models import Initiative
from kheo.people.models import User
from kheo.units.queries import by_code, views

pytestmark = pytest.mark.django_db
MAIN = Path(__file__).resolve().parents[4] / "tests" / "cases" / "main"
EXPECTED = json.loads((MAIN / "expected.json").read_text("utf-8"))
ON = date(2025, 11, 5)
KNOWN = datetime(2025, 11, 5, 3, tzinfo=UTC)
LISTS = [("dang-ky-lam-dong-2025.xlsx", "68"), ("dang-ky-gia-lai-2025.xlsx", "52")]


def officer(code: str, *, accepts: bool = True) -> Actor:
    """An officer of the province or commune that bears the code on the day."""
    [unit] = by_code(code, ON)
    where = Reach(provinces=frozenset({unit.id})) if unit.level == "province" else Reach(communes=frozenset({unit.id}))
    powers = [Power.INITIATIVES_REGISTER, Power.INITIATIVES_SEE, *([Power.INITIATIVES_ACCEPT] if accepts else [])]
    user, _made = User.objects.get_or_create(username=f"u{code}", defaults={"full_name": code})
    return Actor(id=user.pk, name=user.username, reach=dict.fromkeys(powers, where))


def stage(actor: Actor, name: str, data: bytes | None = None, **more: Any) -> ImportRun:
    options = {"period": more.pop("period", "2025-2030"), **more.pop("options", {})}
    return actions.stage(
        actor=actor,
        importer=REGISTRATION_LIST,
        data=(MAIN / name).read_bytes() if data is None else data,
        filename=name,
        options=options,
        on=ON,
        known=KNOWN,
        **more,
    )


def save(actor: Actor, run: ImportRun, **more: Any) -> ImportRun:
    return actions.save(actor=actor, importer=REGISTRATION_LIST, run=run, known=KNOWN, **more)


def fates(run: ImportRun) -> dict[str, int]:
    return {fate: run.counts[fate] for fate in Fate.values if run.counts[fate]}


def reasons(run: ImportRun) -> dict[int, list[str]]:
    return {row.row: [reason["code"] for reason in row.reasons] for row in in_the_way(run)}


def registered(run: ImportRun) -> list[dict[str, Any]]:
    """What stands in the registry, in the shape of expected.json, in the order of the sheet."""
    rows = {row.number: row.values for row in StagedRow.objects.filter(run=run)}
    held = {(i.place.origin_id, i.title): i for i in Initiative.objects.select_related("place")}
    codes = {unit.id: unit.code for unit in views({v["unit"] for v in rows.values()}, ON).values()}
    found = []
    for number in sorted(rows):
        i = held[rows[number]["unit"], rows[number]["title"]]
        found.append(
            {
                "row": number,
                "name": i.title,
                "field": i.field,
                "kind": i.kind,
                "unit_code": codes[i.place.origin_id],
                "start": str(i.start),
                "end": str(i.end),
                "households": i.households,
                "novelty": i.novelty,
            }
        )
    return found


@pytest.mark.parametrize(("name", "province"), LISTS)
def test_every_row_is_as_its_right_reading_and_again_nothing_changes(name: str, province: str) -> None:
    actor = officer(province)
    run = stage(actor, name)
    assert reasons(run) == {}
    assert fates(run) == {"new": len(EXPECTED[name]["rows"])}
    assert run.reading["questions"] == []
    assert run.counts["totals"] == EXPECTED[name]["totals"]
    save(actor, run)
    assert registered(run) == EXPECTED[name]["rows"]
    assert set(Initiative.objects.values_list("state", "registered_on")) == {("accepted", ON)}

    again = stage(actor, name)
    assert fates(again) == {"unchanged": len(EXPECTED[name]["rows"])}
    assert again.counts["totals"] == EXPECTED[name]["totals"]
    with pytest.raises(Refused) as no:
        save(actor, again)
    assert no.value.refusal.code == "exchange.nothing_new"


def test_both_lists_stand_side_by_side_and_undo_takes_back_only_its_own() -> None:
    for name, province in LISTS:
        save(officer(province), stage(officer(province), name))
    assert Initiative.objects.filter(voided_at=None).count() == 112
    run = ImportRun.objects.order_by("pk")[0]
    undone = actions.undo(actor=officer("68"), importer=REGISTRATION_LIST, run=run, on=ON, known=KNOWN)
    assert undone == (64, 0)
    assert Initiative.objects.filter(voided_at=None).count() == 48
    assert fates(stage(officer("68"), LISTS[0][0])) == {"new": 64}


def test_a_province_reads_names_within_itself_so_the_other_provinces_list_is_not_let_in() -> None:
    run = stage(officer("52"), "dang-ky-lam-dong-2025.xlsx")
    assert run.counts["new"] == 0
    assert Initiative.objects.count() == 0


def test_who_may_not_accept_lands_the_rows_as_registered() -> None:
    actor = officer("68", accepts=False)
    save(actor, stage(actor, LISTS[0][0]))
    assert set(Initiative.objects.values_list("state", flat=True)) == {"submitted"}


def test_a_commune_brings_in_its_own_rows_only() -> None:
    actor = officer("22945", accepts=False)
    run = stage(actor, LISTS[0][0])
    assert fates(run) == {"new": 14, "refused": 50}
    assert set(map(tuple, reasons(run).values())) == {("initiatives.outside_reach",)}
    save(actor, run, good_rows=True)
    assert Initiative.objects.count() == 14
