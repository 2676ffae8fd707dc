"""Two people change one model at once: the second chooses field by field, and nothing typed is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kheo.initiatives import actions
from kheo.initiatives.tests.ground import DAY, KNOWN, LAM_DONG, again, differences, province, registered
from kheo.initiatives.tests.test_entry import SignIn, hidden, page, sheet

pytestmark = pytest.mark.django_db


def change(**other: Any) -> dict[str, Any]:
    return sheet(**other) | {"version": 1, "why": "mistake", "once": ""}


def test_of_two_changes_the_second_chooses_field_by_field(sign_in: SignIn) -> None:
    model = registered(province(), title="Ngân hàng bò của thôn 3", field="economy", households=5, goal="Cũ")
    client = sign_in("province_commission", LAM_DONG)
    seen = hidden(client.get(page(model.pk, "change/")).content.decode(), "seen").replace("&#34;", '"')
    theirs = {"households": 9, "goal": "Của họ", "note": "Ghi chú của họ"}
    actions.change(actor=province(), initiative=again(model), values=theirs, on=DAY, known=KNOWN)
    mine = change(households="7", goal="Cũ", outputs="Kết quả của tôi", seen=seen)
    asked = client.post(page(model.pk, "change/"), mine)
    text = asked.content.decode()
    assert asked.status_code == 409
    names = set(re.findall(r'name="pick-(\w+)"', text))
    assert names == {"households", "goal", "note", "outputs"}
    checked = set(re.findall(r'name="pick-(\w+)" id="(\w+)-\w+" value="\w+" required checked', text))
    assert checked == {("goal", "theirs"), ("note", "theirs"), ("outputs", "yours")}  # what only one of two touched
    assert again(model).households == 9
    carried = mine | {"version": 2, "asked": hidden(text, "asked")}
    picks = {"pick-goal": "theirs", "pick-note": "theirs", "pick-outputs": "yours"}
    unanswered = client.post(page(model.pk, "change/"), carried | picks)
    assert unanswered.status_code == 409
    assert "Kết quả của tôi" in unanswered.content.decode()
    saved = client.post(page(model.pk, "change/"), carried | picks | {"pick-households": "yours"})
    assert saved.status_code == 302
    now = again(model)
    assert (now.households, now.goal, now.note, now.outputs) == (7, "Của họ", "Ghi chú của họ", "Kết quả của tôi")
    assert differences() == []


def test_a_third_change_meanwhile_is_asked_about_again(sign_in: SignIn) -> None:
    model = registered(province(), title="Ngân hàng bò của thôn 3", field="economy")
    client = sign_in("province_commission", LAM_DONG)
    for goal in ("Hai", "Ba"):
        actions.change(actor=province(), initiative=again(model), values={"goal": goal}, on=DAY, known=KNOWN)
    late = change(goal="Của tôi") | {"version": 2, "asked": "goal", "pick-goal": "yours"}
    assert client.post(page(model.pk, "change/"), late).status_code == 409
    assert again(model).goal == "Ba"


def test_the_same_change_sent_twice_is_saved_once(sign_in: SignIn) -> None:
    model = registered(province(), title="Ngân hàng bò của thôn 3", field="economy")
    client = sign_in("province_commission", LAM_DONG)
    for _time in range(2):
        answer = client.post(page(model.pk, "change/"), change(goal="Mới"))
        assert answer.status_code == 302
    assert (again(model).goal, again(model).version) == ("Mới", 2)


@pytest.mark.parametrize("seen", ["", "[]", "{", '{"goal": 7}', "null", "9" * 50])
def test_a_made_up_memory_of_the_sheet_breaks_nothing(sign_in: SignIn, seen: str) -> None:
    model = registered(province(), title="Ngân hàng bò của thôn 3", field="economy")
    actions.change(actor=province(), initiative=again(model), values={"goal": "Khác"}, on=DAY, known=KNOWN)
    client = sign_in("province_commission", LAM_DONG)
    assert client.post(page(model.pk, "change/"), change(goal="Của tôi", seen=seen)).status_code == 409
    answer = client.post(page(model.pk, "change/"), change(seen=seen) | {"asked": "goal nothing", "pick-goal": "x"})
    assert answer.status_code == 409
