"""The life of a model in the list: each step by whom, when, with what, and what the figures say of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kheo.audit.models import Entry
from kheo.base.access import Actor
from kheo.base.errors import NotAllowed, Refused
from kheo.figures.queries import table
from kheo.initiatives import actions, queries
from kheo.initiatives.models import Confirmation, Initiative, Move
from kheo.initiatives.tests.ground import (
    ACCEPT,
    DAY,
    KNOWN,
    PHAN_THIET,
    PHU_THUY,
    REGISTER,
    SEE,
    again,
    commune,
    differences,
    province,
    registered,
    term,
    trail,
    unit,
)

pytestmark = pytest.mark.django_db
LAUNCH, START, REVIEW, RECOGNISE, SETTLE, REMOVE = (date(2026, month, 10) for month in range(1, 7))
DECISION = "QĐ 118/QĐ-UBND, 22/8/2026"


def listed(**other: Any) -> Initiative:
    """A model in the list of Phan Thiết."""
    model = registered(**other)
    actions.accept(actor=province(), initiative=again(model), on=DAY, known=KNOWN)
    return again(model)


def step(verb: str, model: Initiative, actor: Actor, on: date, **said: Any) -> Any:
    return getattr(actions, verb)(actor=actor, initiative=again(model), on=on, known=KNOWN, **said)


def lived(until: str = "recognise", **other: Any) -> Initiative:
    """A model brought through its life up to a step."""
    model = listed(**other)
    for verb, who, on, said in (
        ("launch", commune(), LAUNCH, {"note": " Ra mắt tại ngày hội "}),
        ("start", commune(), START, {}),
        ("review", province(), REVIEW, {"document": "BB 03/BB-ĐKS"}),
        ("recognise", province(), RECOGNISE, {"level": "province", "document": DECISION}),
    ):
        step(verb, model, who, on, **said)
        if verb == until:
            break
    return again(model)


def standing(on: date, by: str = "state") -> dict[object, object]:
    """What stands in the list of the province on a day, without zeros."""
    asked = table("initiatives", of=unit("68"), by=[by], period=None, on=on, actor=province())
    return {row[by]: row["n"] for row in asked.rows if row["n"]}


def new_in_the_term() -> object:
    return table("initiatives", of=unit("68"), by=["field"], period=term(), on=REMOVE, actor=province()).total


def test_a_whole_life_is_kept_step_by_step_and_counted_in_each_state() -> None:
    model = lived()
    step("settle", model, province(), SETTLE, mark="spreading", note="Bốn xã xin làm theo")
    assert (again(model).state, again(model).mark) == ("recognised", "spreading")
    assert standing(SETTLE) == {"recognised": 1}
    step("remove", model, province(), REMOVE, reason="achieved", document="KL 9-KL/TU", note="Hết mục tiêu")
    assert [(m.before, m.after, m.on, m.why, m.document, m.mark) for m in queries.moves(again(model))] == [
        ("", "submitted", DAY, "", "", ""),
        ("submitted", "accepted", DAY, "", "", ""),
        ("accepted", "launched", LAUNCH, "", "", ""),
        ("launched", "running", START, "", "", ""),
        ("running", "reviewed", REVIEW, "", "BB 03/BB-ĐKS", ""),
        ("reviewed", "recognised", RECOGNISE, "province", DECISION, ""),
        ("recognised", "recognised", SETTLE, "", "", "spreading"),
        ("recognised", "removed", REMOVE, "achieved", "KL 9-KL/TU", ""),
    ]
    assert queries.moves(model)[2].reason == "Ra mắt tại ngày hội"
    assert trail()[2:] == [f"initiatives.{v}" for v in ("launch", "start", "review", "recognise", "settle", "remove")]
    assert Entry.objects.get(act="initiatives.remove").facts == {
        "reason": "achieved",
        "document": "KL 9-KL/TU",
        "note": "Hết mục tiêu",
    }
    assert standing(REMOVE) == {}
    assert standing(START) == {"running": 1}  # what stood then still stood then
    assert new_in_the_term() == 1
    assert differences() == []


@pytest.mark.parametrize(
    ("until", "verb", "said", "code"),
    [
        ("launch", "launch", {}, "initiatives.no_such_move"),
        ("launch", "review", {}, "initiatives.no_such_move"),
        ("start", "recognise", {"level": "province", "document": "x"}, "initiatives.no_such_move"),
        ("start", "settle", {"mark": "kept"}, "initiatives.not_reviewed"),
        ("review", "settle", {"mark": ""}, "initiatives.mark"),
        ("review", "recognise", {"level": "province", "document": " "}, "initiatives.document_missing"),
        ("review", "recognise", {"level": "world", "document": "x"}, "initiatives.level"),
        ("review", "recognise", {"level": "nation", "document": "x"}, "initiatives.level_above"),
        ("start", "remove", {"reason": "because", "document": "x"}, "initiatives.removal_reason"),
        ("start", "remove", {"reason": "achieved", "document": ""}, "initiatives.document_missing"),
        ("start", "review", {"note": "x" * 501}, "initiatives.text_long"),
        ("start", "review", {"document": "x" * 201}, "initiatives.text_long"),
        ("start", "review", {"version": 1}, "initiatives.stale"),
    ],
)
def test_a_step_that_is_not_one_is_refused_and_leaves_nothing(
    until: str, verb: str, said: dict[str, Any], code: str
) -> None:
    model = lived(until)
    before = (again(model).state, again(model).version, Move.objects.count(), Entry.objects.count())
    with pytest.raises(Refused) as no:
        step(verb, model, province(), RECOGNISE, **said)
    assert no.value.refusal.code == code
    assert (again(model).state, again(model).version, Move.objects.count(), Entry.objects.count()) == before


def test_days_go_on_and_do_not_run_ahead() -> None:
    model = lived("start")
    for on, code in ((LAUNCH, "initiatives.too_early"), (date(2026, 11, 26), "initiatives.in_future")):
        with pytest.raises(Refused) as no:
            step("review", model, province(), on)
        assert no.value.refusal.code == code
    step("review", model, province(), date(2026, 11, 25))  # in Viet Nam it is the 25th


def test_the_owner_tells_and_the_receiving_body_decides() -> None:
    for verb, until, said in (
        ("review", "start", {}),
        ("recognise", "review", {"level": "commune", "document": "x"}),
        ("settle", "review", {"mark": "kept"}),
        ("remove", "start", {"reason": "achieved", "document": "x"}),
    ):
        model = lived(until, title=f"Mô hình {verb}")
        for nobody in (commune(), commune(PHU_THUY, SEE, REGISTER, ACCEPT), province("52")):
            with pytest.raises(NotAllowed):
                step(verb, model, nobody, RECOGNISE, **said)
    model = listed(title="Chỉ bên đăng ký")
    for verb in ("launch", "start", "confirm"):
        with pytest.raises(NotAllowed):
            step(verb, model, province("68", SEE, ACCEPT), LAUNCH)


def test_a_commune_records_its_own_recognition_and_no_higher_one() -> None:
    model, officer = lived("review"), commune(PHAN_THIET, SEE, REGISTER, ACCEPT)
    with pytest.raises(Refused) as no:
        step("recognise", model, officer, RECOGNISE, level="province", document=DECISION)
    assert no.value.refusal.code == "initiatives.level_above"
    step("recognise", model, officer, RECOGNISE, level="commune", document=DECISION)
    assert again(model).state == "recognised"


def test_a_reviewed_model_may_run_on_and_be_reviewed_again() -> None:
    model = lived("review")
    step("start", model, commune(), RECOGNISE)
    step("review", model, province(), SETTLE)
    assert [m.after for m in queries.moves(model)][-3:] == ["reviewed", "running", "reviewed"]
    assert differences() == []


def test_the_yearly_word_is_given_once_a_year() -> None:
    model = listed()
    for on, code in ((date(2025, 11, 4), "initiatives.too_early"), (date(2027, 1, 1), "initiatives.in_future")):
        with pytest.raises(Refused) as no:
            step("confirm", model, commune(), on)
        assert no.value.refusal.code == code
    step("confirm", model, commune(), START)
    with pytest.raises(Refused) as no:
        step("confirm", model, commune(), REVIEW)
    assert no.value.refusal.code == "initiatives.confirmed_already"
    assert queries.confirmed_years(model) == [2026]
    assert Confirmation.objects.count() == 1
    step("remove", model, province(), REMOVE, reason="unfitting", document="x")
    with pytest.raises(Refused) as no:
        step("confirm", model, commune(), date(2026, 7, 1))
    assert no.value.refusal.code == "initiatives.not_in_list"


def test_several_are_confirmed_or_none() -> None:
    models = [listed(title=f"Mô hình {n}") for n in range(3)]
    step("confirm", models[1], commune(), START)
    seen = [((m := again(x)), m.version) for x in models]
    with pytest.raises(Refused) as no:
        actions.confirm_many(actor=commune(), seen=seen, on=REVIEW, known=KNOWN)
    assert [r.code for r in no.value.refusals] == ["initiatives.confirmed_already"]
    assert Confirmation.objects.count() == 1
    seen = [((m := again(x)), m.version) for x in (models[0], models[2])]
    assert len(actions.confirm_many(actor=commune(), seen=seen, on=REVIEW, known=KNOWN)) == 2


def test_the_silent_and_the_unconfirmed_come_up_by_themselves() -> None:
    quiet, told = listed(title="Im lặng đã lâu"), listed(title="Vẫn báo tin")
    step("launch", told, commune(), date(2026, 3, 1))
    gone = listed(title="Đã đưa ra")
    step("remove", gone, province(), LAUNCH, reason="ineffective", document="x")
    on = date(2026, 5, 6)
    found = queries.quiet(commune(), on=on, months=6)
    assert [(again.row.id, again.silent, again.unconfirmed) for again in found.shown] == [
        (quiet.pk, 6, True),
        (told.pk, 0, True),
    ]
    assert (found.silent, found.unconfirmed) == (1, 2)
    assert queries.quiet(commune(), on=date(2026, 5, 5), months=6).silent == 0
    assert queries.quiet(commune(PHU_THUY), on=on, months=6) == queries.Quiet([], 0, 0)
    assert queries.quiet(province("68", SEE), on=on, months=6) == queries.Quiet([], 0, 0)
    step("confirm", quiet, commune(), on)
    after = queries.quiet(commune(), on=on, months=6)
    assert [again.row.id for again in after.shown] == [told.pk]
    assert (after.silent, after.unconfirmed) == (0, 1)


def test_a_step_told_late_does_not_make_a_model_silent_that_was_heard_of_since() -> None:
    model = lived("review")
    step("confirm", model, commune(), REMOVE)
    step("settle", model, province(), RECOGNISE, mark="kept")
    assert again(model).heard_on == REMOVE
    step("recognise", model, province(), SETTLE, level="province", document=DECISION)
    assert (again(model).state_on, again(model).heard_on) == (SETTLE, REMOVE)


def test_a_correction_and_an_undo_respect_the_life_that_was() -> None:
    model = lived("review")
    actions.change(actor=province(), initiative=again(model), values={"field": "economy"}, on=SETTLE, known=KNOWN)
    assert differences() == []
    assert standing(START, "field") == {"economy": 1}  # it always was; its states stay on their days
    assert standing(START) == {"running": 1}
    step("remove", model, province(), REMOVE, reason="duplicate", document="x")
    assert differences() == []


def test_nobody_changes_a_removed_model() -> None:
    model = lived("start")
    step("remove", model, province(), REMOVE, reason="dissolved", document="x")
    tries: list[Callable[[], Any]] = [
        lambda: step("start", model, commune(), REMOVE),
        lambda: step("remove", model, province(), REMOVE, reason="achieved", document="x"),
        lambda: actions.change(actor=province(), initiative=again(model), values={"note": "x"}, on=REMOVE, known=KNOWN),
    ]
    for deed in tries:
        with pytest.raises(Refused):
            deed()
    assert again(model).state == "removed"


def test_nothing_is_entered_for_a_day_before_the_settling() -> None:
    model = lived("review")
    settled = date(2026, 11, 25)
    step("settle", model, province(), settled, mark="kept", document="KL 1")
    with pytest.raises(Refused) as no:
        step("remove", model, province(), date(2026, 11, 24), reason="achieved", document="KL 2")
    assert no.value.refusal.code == "initiatives.too_early"
    step("remove", model, province(), settled, reason="achieved", document="KL 2")
