"""Accepting, returning and sending again: what moves, what counts, what is recorded, who is told no."""

from __future__ import annotations

from datetime import date

import pytest

from kheo.audit.models import Entry
from kheo.base.errors import NotAllowed, Refused
from kheo.figures.models import FigLine
from kheo.figures.queries import table
from kheo.initiatives import actions
from kheo.initiatives.models import Initiative, Move
from kheo.initiatives.tests.ground import (
    DAY,
    KNOWN,
    LATER,
    PHAN_THIET,
    PHU_THUY,
    REGISTER,
    SEE,
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

pytestmark = pytest.mark.django_db
NEXT = date(2025, 11, 20)


def test_the_life_of_a_model_until_it_is_in_the_list() -> None:
    model = registered()
    officer = province()
    actions.return_(actor=officer, initiative=again(model), reason=" Thiếu số hộ ", on=DAY, known=KNOWN)
    back = again(model)
    assert (back.state, back.return_reason, back.version) == ("returned", "Thiếu số hộ", 2)
    actions.resubmit(actor=commune(), initiative=back, on=NEXT, known=LATER)
    sent = again(model)
    assert (sent.state, sent.return_reason, sent.version) == ("submitted", "", 3)
    accepted = actions.accept(actor=officer, initiative=sent, list_number=" 27 ", version=3, on=NEXT, known=LATER)
    assert (accepted.state, accepted.counted_on, accepted.list_number, accepted.version) == ("accepted", NEXT, "27", 4)
    assert again(model).state == "accepted"
    assert lines(model) == [(NEXT, 1, 2, 1, 1, 1, 1)]
    assert trail() == ["initiatives.register", "initiatives.return", "initiatives.resubmit", "initiatives.accept"]
    assert Entry.objects.get(act="initiatives.return").facts == {"reason": "Thiếu số hộ"}
    assert differences() == []
    counted = table("initiatives", of=unit("68"), by=["field"], period=term(), on=NEXT, actor=officer)
    assert counted.total == 1


def test_every_move_is_kept_with_its_day_reason_and_actor() -> None:
    model, officer = registered(), province()
    actions.return_(actor=officer, initiative=again(model), reason="Thiếu số hộ", on=DAY, known=KNOWN)
    actions.resubmit(actor=commune(), initiative=again(model), on=NEXT, known=LATER)
    with pytest.raises(Refused):
        actions.accept(actor=officer, initiative=again(model), version=1, on=NEXT, known=LATER)  # leaves no row
    kept = Move.objects.filter(initiative=model).order_by("id")
    assert [(m.before, m.after, m.on, m.reason, m.actor_name) for m in kept] == [
        ("", "submitted", DAY, "", "c22945"),
        ("submitted", "returned", DAY, "Thiếu số hộ", "p68"),
        ("returned", "submitted", NEXT, "", "c22945"),
    ]
    assert again(model).heard_on == NEXT


def test_a_model_is_accepted_once() -> None:
    model = registered()
    first, second = again(model), again(model)
    actions.accept(actor=province(), initiative=first, on=DAY, known=KNOWN)
    with pytest.raises(Refused) as no:
        actions.accept(actor=province(), initiative=second, on=DAY, known=KNOWN)
    assert no.value.refusal.code == "initiatives.stale"
    with pytest.raises(Refused) as no:
        actions.accept(actor=province(), initiative=again(model), on=DAY, known=KNOWN)
    assert no.value.refusal.code == "initiatives.already_in_list"
    assert FigLine.objects.count() == 1
    assert trail().count("initiatives.accept") == 1


def test_what_somebody_saw_before_a_change_is_stale() -> None:
    model = registered()
    actions.change(actor=commune(), initiative=again(model), values={"households": 3}, on=DAY, known=KNOWN)
    for deed in (
        lambda: actions.accept(actor=province(), initiative=again(model), version=1, on=DAY, known=KNOWN),
        lambda: actions.return_(actor=province(), initiative=again(model), reason="x", version=1, on=DAY, known=KNOWN),
        lambda: actions.change(
            actor=commune(), initiative=again(model), values={"note": "x"}, version=1, on=DAY, known=KNOWN
        ),
    ):
        with pytest.raises(Refused) as no:
            deed()
        assert no.value.refusal.code == "initiatives.stale"
    assert again(model).version == 2


@pytest.mark.parametrize("who", ["neighbour", "registrar", "province elsewhere"])
def test_only_who_accepts_there_accepts_and_returns(who: str) -> None:
    model = again(registered())
    actor = {
        "neighbour": commune(PHU_THUY, SEE, REGISTER),
        "registrar": commune(PHAN_THIET, SEE, REGISTER),
        "province elsewhere": province("52"),
    }[who]
    with pytest.raises(NotAllowed):
        actions.accept(actor=actor, initiative=model, on=DAY, known=KNOWN)
    with pytest.raises(NotAllowed):
        actions.return_(actor=actor, initiative=model, reason="x", on=DAY, known=KNOWN)
    assert again(model).state == "submitted"


def test_only_who_registers_there_sends_again() -> None:
    model = registered()
    actions.return_(actor=province(), initiative=again(model), reason="x", on=DAY, known=KNOWN)
    with pytest.raises(NotAllowed):
        actions.resubmit(actor=commune(PHU_THUY), initiative=again(model), on=DAY, known=KNOWN)
    assert again(model).state == "returned"


def test_a_model_enters_the_count_within_its_own_term() -> None:
    model = registered(
        province(), period=term("2020-2025"), on=date(2025, 6, 30), unit_id=unit("68", date(2025, 6, 30))
    )
    assert model.state == "accepted"
    waiting = registered(commune(PHAN_THIET, SEE, REGISTER), period=term(), on=DAY, title="Chờ đưa vào danh sách")
    for day in (date(2030, 7, 1), date(2025, 11, 4)):
        with pytest.raises(Refused):
            actions.accept(actor=province(), initiative=again(waiting), on=day, known=KNOWN)
    assert again(waiting).state == "submitted"


def test_several_are_accepted_together_or_not_at_all() -> None:
    models = [registered(title=f"Mô hình số {n}") for n in range(3)]
    seen = [(again(m), 1) for m in models]
    actions.change(actor=commune(), initiative=again(models[1]), values={"note": "x"}, on=DAY, known=KNOWN)
    with pytest.raises(Refused) as no:
        actions.accept_many(actor=province(), seen=[(again(m), 1) for m in models], on=DAY, known=KNOWN)
    assert [refusal.code for refusal in no.value.refusals] == ["initiatives.stale"]
    assert "Mô hình số 1" in str(no.value.refusal.text)
    assert set(Initiative.objects.values_list("state", flat=True)) == {"submitted"}
    assert not FigLine.objects.exists()
    assert len(seen) == 3
    done = actions.accept_many(actor=province(), seen=[(m := again(x), m.version) for x in models], on=DAY, known=KNOWN)
    assert [m.state for m in done] == ["accepted"] * 3
    assert FigLine.objects.count() == 3
    assert trail().count("initiatives.accept") == 3
    assert differences() == []


def test_several_are_returned_with_one_reason_or_not_at_all() -> None:
    models = [registered(title=f"Mô hình số {n}") for n in range(3)]
    actions.change(actor=commune(), initiative=again(models[1]), values={"note": "x"}, on=DAY, known=KNOWN)
    for seen, reason, codes in (
        ([(again(m), 1) for m in models], "Thiếu tên", ["initiatives.stale"]),
        ([((m := again(x)), m.version) for x in models[:2]], " ", ["initiatives.reason_missing"] * 2),
    ):
        with pytest.raises(Refused) as no:
            actions.return_many(actor=province(), seen=seen, reason=reason, on=DAY, known=KNOWN)
        assert [refusal.code for refusal in no.value.refusals] == codes
        assert set(Initiative.objects.values_list("state", flat=True)) == {"submitted"}
    seen = [((m := again(x)), m.version) for x in models]
    done = actions.return_many(actor=province(), seen=seen, reason="Thiếu tên", on=DAY, known=KNOWN)
    assert {(m.state, m.return_reason) for m in done} == {("returned", "Thiếu tên")}
    assert trail().count("initiatives.return") == 3
