"""Lists come in by the same rules: one way or many, the tables are the same; and a list can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from kheo.audit.models import Entry
from kheo.base.errors import Invisible, NotAllowed, Refused
from kheo.figures.queries import table
from kheo.initiatives import actions
from kheo.initiatives.models import Initiative
from kheo.initiatives.queries import values_of
from kheo.initiatives.tests.ground import (
    ACCEPT,
    DAY,
    KNOWN,
    LATER,
    PHAN_THIET,
    PHU_THUY,
    REGISTER,
    SEE,
    TUY_PHONG,
    actor,
    again,
    commune,
    differences,
    province,
    registered,
    table_rows,
    term,
    trail,
    unit,
)
from kheo.initiatives.words import Change, Registration

pytestmark = pytest.mark.django_db
TABLES = ("initiative", "initiative_tag", "fig_now", "fig_line")


def rows() -> list[Registration]:
    """Rows of three communes with everything a row can hold."""
    fields = ("economy", "culture_society", "defence_security", "political_system")
    return [
        Registration(
            title=f"  Mô hình số {n} ",
            field=fields[n % 4],
            kind=("collective", "individual")[n % 2],
            novelty=("new", "kept", "replicated")[n % 3],
            unit_id=unit((PHAN_THIET, PHU_THUY, TUY_PHONG)[n % 3]),
            start=date(2025, 8, 1),
            end=date(2025, 12, 31),
            households=n,
            code=f"MH-{n:02d}" if n % 2 else "",
            goal=f"Mục tiêu {n}\nhai dòng",
            tags=("NTM", "ntm", "CĐS") if n % 5 == 0 else (),
            row=n + 10,
        )
        for n in range(23)
    ]


def many(given: Sequence[Registration], **other: Any) -> list[int]:
    call = {"actor": province(), "period": term(), "on": DAY, "known": KNOWN} | other
    return actions.register_many(rows=given, **call)


def test_a_list_and_its_rows_one_by_one_leave_the_same_tables() -> None:
    given = rows()
    by_hand = sorted(
        given, key=lambda r: (r.unit_id, r.title.strip().casefold())
    )  # ids are given in the order of the keys
    mark = transaction.savepoint()
    try:
        for row in by_hand:
            values = {name: getattr(row, name) for name in row.__slots__ if name != "row"}
            actions.register(actor=province(), period=term(), **values, on=DAY, known=KNOWN)
        assert differences() == []
        one_by_one = {name: _told(name) for name in TABLES}
    finally:
        transaction.savepoint_rollback(mark)
    ids = many(given)
    assert {name: _told(name) for name in TABLES} == one_by_one
    assert differences() == []
    assert [Initiative.objects.get(pk=pk).title for pk in ids] == [row.title.strip() for row in given]
    assert trail() == ["initiatives.register_many"]
    assert Entry.objects.get().facts == {"import": None, "new": 23, "period": "2025-2030", "state": {"accepted": 23}}


def _told(name: str) -> list[tuple[Any, ...]]:
    """Rows of a table with models told by title, because their numbers differ between two runs."""
    if name == "initiative":
        return table_rows(name, without=("id",))
    columns = {
        "initiative_tag": "initiative_id, tag, key",
        "fig_now": "fact, measure, place, d1, d2, d3, state, n, amount",
        "fig_line": "fact, measure, day, known, place, d1, d2, d3, state, cause, n, amount",
    }[name]
    titles = dict(Initiative.objects.values_list("id", "title"))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {name}")
        return sorted((titles[row[0]], *map(str, row[1:])) for row in cursor.fetchall())


def test_rows_land_as_the_right_at_their_place_says() -> None:
    """A registrar of two wards who accepts in one of them."""
    both = actor("x", commune().reach_of(REGISTER) | commune(PHU_THUY).reach_of(REGISTER), SEE, REGISTER)
    reach = {**both.reach, ACCEPT: commune(PHU_THUY, ACCEPT).reach_of(ACCEPT)}
    given = [replace(r, unit_id=unit((PHAN_THIET, PHU_THUY)[n % 2])) for n, r in enumerate(rows())]
    many(given, actor=replace(both, reach=reach))
    states = dict(Initiative.objects.values_list("now_c", "state").distinct())
    assert states == {unit(PHAN_THIET): "submitted", unit(PHU_THUY): "accepted"}
    assert Entry.objects.get().facts["state"] == {"accepted": 11, "submitted": 12}
    assert differences() == []


def test_one_row_outside_the_right_and_nothing_is_saved() -> None:
    with pytest.raises(NotAllowed):
        many([*rows(), replace(rows()[0], unit_id=unit("21583"), title="Quy Nhơn")])
    assert not Initiative.objects.exists()
    assert trail() == []


def test_every_bad_row_is_told_with_its_sheet_row_and_nothing_is_saved() -> None:
    given = rows()
    given[1] = replace(given[1], title="")
    given[3] = replace(given[3], field="", households=-1)
    given[5] = replace(given[5], replicates=999_999_999, novelty="replicated")
    with pytest.raises(Refused) as no:
        many(given)
    assert [(r.row, r.code) for r in no.value.refusals] == [
        (11, "initiatives.title_missing"),
        (13, "initiatives.one_field"),
        (13, "initiatives.households"),
        (15, "initiatives.source_unknown"),
    ]
    assert not Initiative.objects.exists()


def test_a_row_twice_in_the_list_and_a_row_that_is_there_already_are_told() -> None:
    there = registered(province(), title="mô hình SỐ 4", unit_id=unit(PHU_THUY))
    coded = registered(province(), title="Khác", code="MH-21", unit_id=unit(PHAN_THIET))
    given = [*rows(), replace(rows()[0], row=99)]
    with pytest.raises(Refused) as no:
        many(given)
    told = {(r.row, r.code, r.facts.get("id")) for r in no.value.refusals}
    assert told == {
        (14, "initiatives.duplicate", there.pk),
        (31, "initiatives.code_taken", coded.pk),
        (99, "initiatives.twice_in_list", None),
    }
    assert Initiative.objects.count() == 2


def test_a_unit_that_has_ended_refuses_its_rows() -> None:
    gone = unit("22945", date(2025, 6, 30))
    with pytest.raises(Refused) as no:
        many([replace(rows()[0], unit_id=gone), replace(rows()[1], unit_id=999_999)])
    assert {r.code for r in no.value.refusals} == {"units.unknown"}
    with pytest.raises(Refused) as no:
        many([replace(rows()[0], unit_id=gone)])
    assert [(r.row, r.code) for r in no.value.refusals] == [(10, "units.closed")]


def test_an_empty_list_writes_nothing() -> None:
    assert many([]) == []
    assert trail() == []


def fields_of_the_term(on: date = DAY) -> dict[str, int]:
    found = table("initiatives", of=unit("68"), by=["field"], period=term(), on=on, actor=province())
    return {str(row["field"]): int(row["n"]) for row in found.rows if row["n"]}  # type: ignore[call-overload]


def test_a_list_read_again_corrects_what_it_always_should_have_said() -> None:
    ids = many(rows())
    was = fields_of_the_term()
    first, second = (Initiative.objects.select_related("place").get(pk=pk) for pk in ids[:2])
    changes = [
        Change(second.pk, 1, {"field": "economy", "households": 40}),
        Change(first.pk, 1, {"field": "culture_society"}),
    ]
    done = actions.change_many(actor=province(), changes=changes, run=7, on=DAY, known=LATER)
    assert done == [(second.pk, 2), (first.pk, 2)]
    assert fields_of_the_term() == was  # one went there, one came back
    assert again(second).households == 40
    assert trail() == ["initiatives.register_many", "initiatives.change_many"]
    assert Entry.objects.get(act="initiatives.change_many").facts == {"import": 7, "changed": 2}
    assert differences() == []


def test_a_change_that_is_stale_or_wrong_stops_them_all_and_is_named() -> None:
    ids = many(rows())
    changes = [
        Change(ids[0], 1, {"households": 100}),
        Change(ids[1], 5, {"households": 100}),
        Change(ids[2], 1, {"households": -100}),
    ]
    with pytest.raises(Refused) as no:
        actions.change_many(actor=province(), changes=changes, on=DAY, known=LATER)
    assert [r.code for r in no.value.refusals] == ["initiatives.stale", "initiatives.households"]
    assert "Mô hình số 1" in str(no.value.refusals[0].text)
    assert "Mô hình số 2" in str(no.value.refusals[1].text)
    assert not Initiative.objects.filter(households=100).exists()
    assert differences() == []


def test_a_list_is_taken_back_as_if_it_never_was() -> None:
    kept = registered(province(), title="Có từ trước", field="economy", households=1)
    before = values_of(again(kept))
    ids = many(rows(), run=3)
    actions.change_many(
        actor=province(),
        changes=[Change(kept.pk, 1, {"field": "defence_security", "households": 9})],
        run=3,
        on=DAY,
        known=KNOWN,
    )
    assert sum(fields_of_the_term().values()) == 24
    undo = [(pk, 1, None) for pk in ids] + [(kept.pk, 2, before)]
    actions.void_many(actor=province(), rows=undo, run=3, on=DAY, known=LATER)
    assert fields_of_the_term() == {"economy": 1}
    assert values_of(again(kept)) == before
    assert Initiative.objects.filter(voided_at__isnull=True).count() == 1
    assert Initiative.objects.count() == 24  # nothing is lost
    assert Entry.objects.get(act="initiatives.void_many").facts == {"import": 3, "voided": 23, "restored": 1}
    old = table("initiatives", of=None, by=["field"], period=term(), on=DAY, actor=province(), known=KNOWN)
    assert old.total == 24  # what was known then
    assert differences() == []
    assert len(many(rows())) == 23  # and the list can come in again
    assert differences() == []


def test_a_list_is_not_taken_back_over_what_somebody_did_since() -> None:
    ids = many(rows())
    touched = again(Initiative.objects.get(pk=ids[4]))
    actions.change(actor=province(), initiative=touched, values={"note": "x"}, on=DAY, known=KNOWN)
    with pytest.raises(Refused) as no:
        actions.void_many(actor=province(), rows=[(pk, 1, None) for pk in ids], on=DAY, known=LATER)
    assert [r.code for r in no.value.refusals] == ["initiatives.stale"]
    assert "Mô hình số 4" in str(no.value.refusal.text)
    assert Initiative.objects.filter(voided_at__isnull=True).count() == 23
    assert differences() == []


def test_taking_back_needs_the_right_and_the_rows() -> None:
    ids = many(rows()[:1])
    with pytest.raises(NotAllowed):
        actions.void_many(actor=commune(PHAN_THIET, SEE, REGISTER), rows=[(ids[0], 1, None)], on=DAY, known=LATER)
    with pytest.raises(Invisible):
        actions.void_many(actor=province(), rows=[(10**9, 1, None)], on=DAY, known=LATER)
    actions.void_many(actor=province(), rows=[(ids[0], 1, None)], on=DAY, known=LATER)
    with pytest.raises(Refused):  # twice is stale
        actions.void_many(actor=province(), rows=[(ids[0], 1, None)], on=DAY, known=LATER)
