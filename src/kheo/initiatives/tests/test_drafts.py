"""Drafts: a name is enough, only who registers there sees them, they count nowhere until they are registered."""

from __future__ import annotations

from typing import Any

import pytest

from kheo.base.access import OPERATOR, Actor, Reach
from kheo.base.errors import Invisible, NotAllowed, Refused
from kheo.figures.models import FigLine
from kheo.initiatives import actions, queries
from kheo.initiatives.models import Initiative, Move
from kheo.initiatives.tests.ground import (
    ACCEPT,
    DAY,
    GIA_LAI,
    KNOWN,
    PHAN_THIET,
    PHU_THUY,
    REGISTER,
    SEE,
    actor,
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
from kheo.initiatives.words import Registration
from kheo.people.models import Organisation
from kheo.units.queries import root_place

pytestmark = pytest.mark.django_db
TITLE = "Đường hoa thay bãi rác tự phát"


def sheet(**other: Any) -> Registration:
    open_: dict[str, Any] = {"title": TITLE, "field": "", "kind": "", "novelty": "", "unit_id": unit(PHAN_THIET)}
    return Registration(**(open_ | other))


FULL: dict[str, Any] = {"field": "economy", "kind": "collective", "novelty": "new"}


def drafted(by: Actor | None = None, **other: Any) -> Initiative:
    return actions.draft(actor=by or commune(), given=sheet(**other), period=term(), on=DAY, known=KNOWN)


def submitted(model: Initiative, by: Actor | None = None, given: Registration | None = None) -> Initiative:
    return actions.submit(actor=by or commune(), initiative=model, given=given, on=DAY, known=KNOWN)


def codes(no: Refused) -> set[str]:
    return {refusal.code for refusal in no.refusals}


def test_a_draft_needs_only_a_name() -> None:
    model = drafted()
    assert (model.state, model.field, model.kind, model.novelty, model.counted_on) == ("draft", "", "", "", None)
    assert trail() == ["initiatives.draft"]
    assert FigLine.objects.count() == 0
    assert differences() == []
    with pytest.raises(Refused) as no:
        drafted(title="  ")
    assert codes(no.value) == {"initiatives.title_missing"}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"field": "weather"}, "initiatives.one_field"),
        ({"kind": "crowd"}, "initiatives.kind"),
        ({"novelty": "old"}, "initiatives.novelty"),
        ({"households": -1}, "initiatives.households"),
        ({"note": "x" * 5001}, "initiatives.text_long"),
        ({"title": "x" * 301}, "initiatives.title_long"),
        ({"replicates": 987654}, "initiatives.source_unknown"),
    ],
)
def test_what_is_written_in_a_draft_must_be_readable(wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as no:
        drafted(**wrong)
    assert codes(no.value) == {code}


def test_only_who_registers_at_the_place_sees_a_draft() -> None:
    model = drafted()
    viewer, nation = commune(PHAN_THIET, SEE), actor("vn", Reach(all=True), SEE)
    judge = actor("judge", Reach(all=True), SEE, ACCEPT)
    for who in (commune(PHAN_THIET), province(), OPERATOR):
        assert queries.reach(who, SEE, model.pk) == model
        assert queries.visible(who).get() == model
    for who in (viewer, nation, judge, commune(PHU_THUY, SEE, REGISTER), province(GIA_LAI)):
        assert not queries.visible(who).exists()
        with pytest.raises(Invisible):
            queries.reach(who, SEE, model.pk)


def test_who_registers_in_a_part_sees_the_drafts_of_that_part_only() -> None:
    here, there = drafted(), drafted(commune(PHU_THUY, SEE, REGISTER), unit_id=unit(PHU_THUY))
    both = Reach(communes=frozenset({unit(PHAN_THIET), unit(PHU_THUY)}))
    reader = Actor(id=2, name="x", reach={SEE: both, REGISTER: Reach(communes=frozenset({unit(PHAN_THIET)}))})
    registered(title="Mô hình đã đăng ký", by=province(), unit_id=unit(PHU_THUY))
    assert set(queries.visible(reader)) == {here, *Initiative.objects.exclude(state="draft")}
    assert there not in queries.visible(reader)


def test_a_draft_waits_for_nobody_counts_nowhere_and_is_found_by_no_other() -> None:
    drafted(**FULL)
    officer = province()
    assert queries.waiting(officer, on=DAY) == ([], 0)
    assert not queries.listed(officer).exists()
    assert queries.find(commune(PHAN_THIET, SEE), "duong hoa", limit=9).ids == ()
    assert queries.find(officer, "duong hoa", limit=9).ids == ()
    assert queries.find_published("duong hoa", limit=9).ids == ()
    assert queries.published(on=DAY, limit=9) == []
    spot = root_place(unit(PHAN_THIET))
    assert queries.alike(TITLE, spot, field="economy", actor=officer, on=DAY) == []
    assert queries.lagging() == 0


def test_a_draft_is_no_obstacle_to_a_registration_and_nothing_to_copy() -> None:
    model = drafted(**FULL, code="12")
    with pytest.raises(Refused) as no:
        registered(title="Khác", novelty="replicated", replicates=model.pk)
    assert codes(no.value) == {"initiatives.source_unknown"}
    first = registered(code="12")
    assert drafted(**FULL, code="12").state == "draft"
    with pytest.raises(Refused) as no:
        submitted(again(model))
    assert codes(no.value) == {"initiatives.duplicate"} or codes(no.value) == {"initiatives.code_taken"}
    assert no.value.refusal.facts["id"] == first.pk
    assert again(model).state == "draft"


def test_the_drafts_of_their_author_are_listed_longest_lying_first() -> None:
    first, second = drafted(), drafted(title="Mô hình thứ hai")
    other = Actor(id=99, name="other", reach=commune().reach)
    drafted(other, title="Của người khác")
    found, count = queries.drafts(commune(), on=DAY)
    assert ([row.id for row in found], count) == ([first.pk, second.pk], 2)
    assert found[0].field == ""
    submitted(first, given=sheet(**FULL))
    assert queries.drafts(commune(), on=DAY)[1] == 1


def test_a_draft_is_written_on_and_a_late_hand_is_told() -> None:
    model = drafted()
    more = sheet(field="economy", goal="Mục tiêu", households=7, unit_id=unit(PHU_THUY))
    with pytest.raises(NotAllowed):
        actions.redraft(actor=commune(), initiative=model, given=more, period=term(), on=DAY, known=KNOWN)
    officer = province()
    actions.redraft(actor=officer, initiative=model, given=more, period=term(), version=1, on=DAY, known=KNOWN)
    now = again(model)
    assert (now.field, now.goal, now.households, now.place.origin_id) == ("economy", "Mục tiêu", 7, unit(PHU_THUY))
    assert (now.version, now.now_c, now.state) == (2, unit(PHU_THUY), "draft")
    actions.redraft(actor=officer, initiative=now, given=more, period=term(), on=DAY, known=KNOWN)
    assert again(model).version == 2  # nothing differs, nothing is written
    with pytest.raises(Refused) as no:
        actions.redraft(actor=officer, initiative=now, given=sheet(), period=term(), version=1, on=DAY, known=KNOWN)
    assert codes(no.value) == {"initiatives.stale"}


def test_registering_a_draft_asks_everything_a_registration_asks() -> None:
    model = drafted()
    with pytest.raises(Refused) as no:
        submitted(model)
    assert codes(no.value) == {"initiatives.one_field", "initiatives.kind", "initiatives.novelty"}
    assert again(model).state == "draft"
    assert trail() == ["initiatives.draft"]


def test_a_registered_draft_waits_and_has_its_day() -> None:
    model = drafted(**FULL)
    later = DAY.replace(day=9)
    actions.submit(actor=commune(), initiative=model, on=later, known=KNOWN)
    now = again(model)
    assert (now.state, now.registered_on, now.state_on, now.counted_on) == ("submitted", later, later, None)
    assert queries.waiting(province(), on=later)[1] == 1
    assert trail() == ["initiatives.draft", "initiatives.register"]
    moves = Move.objects.filter(initiative=model).order_by("id").values_list("before", "after")
    assert list(moves) == [("", "draft"), ("draft", "submitted")]
    with pytest.raises(Refused) as no:
        submitted(now)
    assert codes(no.value) == {"initiatives.no_draft"}


def test_registered_by_who_accepts_it_is_in_the_list_at_once() -> None:
    officer = province()
    model = submitted(drafted(officer), officer, sheet(**FULL))
    assert (again(model).state, again(model).counted_on) == ("accepted", DAY)
    assert [line[-1] for line in lines(model)] == [1]
    assert differences() == []


def test_a_draft_and_its_registration_end_alike() -> None:
    """Registering through a draft leaves the row that registering at once leaves."""
    given = sheet(**FULL, goal="a\nb", households=3, code="7", outputs="Kết quả")
    model = again(submitted(drafted(), given=given))
    straight = registered(title="Mô hình khác", **FULL, goal="a\nb", households=3, code="8", outputs="Kết quả")
    own = {"id", "title", "title_key", "search_key", "sort_key", "code", "version", "heard_on"}
    names = [f.attname for f in Initiative._meta.concrete_fields if f.attname not in own]
    assert [getattr(model, n) for n in names] == [getattr(again(straight), n) for n in names]


def test_an_organisation_keeps_a_draft_where_it_lies() -> None:
    place = root_place(unit(PHAN_THIET))
    own = Organisation.objects.create(
        name="Thôn 3", key="thôn 3", sort_key="x", line="village", place=place, now_p=place.now_p, now_c=place.now_c
    )
    editor = Actor(id=5, name="v", reach=dict.fromkeys((SEE, REGISTER), Reach(orgs=frozenset({own.pk}))))
    model = drafted(editor, unit_id=None, owner=own)
    assert (model.owner_id, model.now_c) == (own.pk, unit(PHAN_THIET))
    assert submitted(model, editor, sheet(unit_id=None, owner=own, **FULL)).state == "submitted"
    with pytest.raises(Refused) as no:
        drafted(editor, unit_id=None)
    assert codes(no.value) == {"units.unknown"}


def test_a_draft_may_be_changed_by_one_fact_and_stays_open() -> None:
    model = drafted()
    actions.change(actor=commune(), initiative=model, values={"field": "economy"}, on=DAY, known=KNOWN)
    now = again(model)
    assert (now.field, now.kind, now.state) == ("economy", "", "draft")


@pytest.mark.parametrize("deed", ["accept", "return_"])
def test_nobody_accepts_or_returns_a_draft(deed: str) -> None:
    model, more = drafted(**FULL), {"reason": "Thiếu"} if deed == "return_" else {}
    with pytest.raises(Refused) as no:
        getattr(actions, deed)(actor=province(), initiative=model, **more, on=DAY, known=KNOWN)
    assert codes(no.value) == {"initiatives.no_such_move"}
