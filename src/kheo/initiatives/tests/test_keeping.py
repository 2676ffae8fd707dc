"""Keeping a model of the term before: everything filled in, once a term, and the two know of each other."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kheo.base.access import OPERATOR
from kheo.base.errors import NotAllowed, Refused
from kheo.initiatives import actions, queries
from kheo.initiatives.models import Initiative, InitiativeTag
from kheo.initiatives.tests.ground import (
    DAY,
    GIA_LAI,
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
    unit,
)

pytestmark = pytest.mark.django_db
BEFORE = date(2025, 3, 3)  # in the term 2020-2025, on the map of three levels


def of_last_term(**other: Any) -> Initiative:
    """A model in the list of 2020-2025 of the old phường Phú Trinh, which lies whole in phường Phan Thiết today."""
    given: dict[str, Any] = {
        "by": OPERATOR,
        "period": term("2020-2025"),
        "unit_id": unit("22930", BEFORE),
        "on": BEFORE,
        "goal": "Sạch đường",
        "households": 40,
        "start": date(2024, 1, 1),
        "tags": ("nông thôn mới",),
        "forces": "Chi hội phụ nữ",
    }
    return registered(**(given | other))


def kept(model: Initiative, by: Any = None) -> Initiative:
    return actions.keep(actor=by or province(), initiative=model, period=term(), on=DAY, known=KNOWN)


def codes(no: Refused) -> set[str]:
    return {refusal.code for refusal in no.refusals}


def test_a_kept_model_is_what_it_was_in_the_new_term() -> None:
    first = of_last_term()
    second = again(kept(first))
    assert (second.continues_id, second.novelty, second.period.code) == (first.pk, "kept", "2025-2030")
    assert (second.title, second.field, second.households, second.goal) == (first.title, first.field, 40, "Sạch đường")
    assert (second.forces, second.start, second.counted_on) == ("Chi hội phụ nữ", None, DAY)
    assert list(InitiativeTag.objects.filter(initiative=second).values_list("tag", flat=True)) == ["nông thôn mới"]
    assert second.place.origin_id == first.now_c  # its ward has ended; it lies whole in today's
    assert queries.kept_in(first) == second
    assert (again(first).state, again(first).version) == ("accepted", 1)
    assert differences() == []


def test_a_model_is_kept_once_in_a_term() -> None:
    first = of_last_term()
    second = kept(first)
    with pytest.raises(Refused) as no:
        kept(first)
    assert codes(no.value) <= {"initiatives.kept_already", "initiatives.duplicate"}
    assert no.value.refusal.facts["id"] == second.pk
    with pytest.raises(Refused) as no:  # under another name, too
        registered(province(), title="Tên khác", novelty="kept", continues=first.pk)
    assert codes(no.value) == {"initiatives.kept_already"}
    Initiative.objects.filter(pk=second.pk).update(voided_at=KNOWN)
    assert kept(first).continues_id == first.pk


def test_only_what_stands_in_the_list_of_an_earlier_term_is_kept() -> None:
    waiting = of_last_term(by=commune(PHAN_THIET, REGISTER, SEE), title="Chờ")
    for model, code in ((waiting, "initiatives.not_in_list"), (registered(province()), "initiatives.not_a_later_term")):
        with pytest.raises(Refused) as no:
            kept(model)
        assert codes(no.value) == {code}
    with pytest.raises(Refused) as no:
        registered(province(), title="Không duy trì", novelty="new", continues=of_last_term().pk)
    assert codes(no.value) == {"initiatives.not_kept"}


def test_who_does_not_register_there_keeps_nothing() -> None:
    first = of_last_term()
    for who in (commune(PHU_THUY, SEE, REGISTER), province(GIA_LAI), commune(PHAN_THIET, SEE)):
        with pytest.raises(NotAllowed):
            kept(first, who)


def test_the_list_to_keep_from_holds_what_is_not_kept_yet() -> None:
    first, second = of_last_term(), of_last_term(title="Ngân hàng bò", field="economy")
    removed = of_last_term(title="Đã đưa ra")
    Initiative.objects.filter(pk=removed.pk).update(state="removed")
    of_last_term(title="Hai kỳ trước", period=term("2015-2020"), on=date(2019, 1, 1))
    registered(province(), title="Kỳ này")
    here = commune(PHAN_THIET)
    assert set(queries.keepable(here, term())) == {first, second}
    assert set(queries.keepable(province(), term())) == {first, second}
    assert not queries.keepable(commune(PHAN_THIET, SEE), term()).exists()
    assert not queries.keepable(commune(PHU_THUY, SEE, REGISTER), term()).exists()
    kept(first)
    assert set(queries.keepable(here, term())) == {second}


def test_a_kept_model_that_turns_out_new_lets_go_of_the_earlier_one() -> None:
    first = of_last_term()
    second = kept(first)
    actions.change(actor=province(), initiative=second, values={"novelty": "new"}, on=DAY, known=KNOWN)
    assert again(second).continues_id is None
    assert queries.kept_in(first) is None
    assert differences() == []


def test_nobody_keeps_a_model_of_another_unit_first() -> None:
    first = of_last_term()
    with pytest.raises(Refused) as no:
        registered(province("52"), unit_id=unit("21583"), title="Chiếm chỗ", novelty="kept", continues=first.pk)
    assert codes(no.value) == {"initiatives.source_unknown"}
    assert kept(first).continues_id == first.pk
