"""Registering one model: where it lands, what is counted and recorded, what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from kheo.audit.models import Entry
from kheo.base.access import Reach
from kheo.base.errors import NotAllowed, Refused
from kheo.figures.models import FigLine
from kheo.initiatives.models import Initiative, InitiativeTag
from kheo.initiatives.queries import reach, rows_of
from kheo.initiatives.tests.ground import (
    ACCEPT,
    DAY,
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
from kheo.people.models import Organisation
from kheo.units.queries import by_code, root_place

pytestmark = pytest.mark.django_db


def code_of(no: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [refusal.code for refusal in no.value.refusals]


def test_who_only_registers_leaves_it_for_acceptance_and_nothing_counts() -> None:
    model = again(registered(title="  Đường hoà   bình \u200b", households=12, tags=("Nông thôn mới", "NÔNG THÔN MỚI")))
    assert (model.state, model.counted_on, model.version) == ("submitted", None, 1)
    assert (model.title, model.title_key, model.search_key) == ("Đường hoà bình", "đường hòa bình", "duong hoa binh")
    assert (model.registered_on, model.state_on, model.households) == (DAY, DAY, 12)
    assert (model.now_c, model.place.origin_id) == (unit(PHAN_THIET), unit(PHAN_THIET))
    assert list(InitiativeTag.objects.values_list("tag", flat=True)) == ["Nông thôn mới"]
    assert not FigLine.objects.exists()
    assert trail() == ["initiatives.register"]
    entry = Entry.objects.get()
    assert (entry.subject_kind, entry.subject_id, entry.subject_label) == ("initiative", str(model.pk), model.title)
    assert entry.facts["state"] == "submitted"
    assert differences() == []


def test_who_accepts_there_lands_it_in_the_list_counted_from_that_day() -> None:
    model = registered(province(), novelty="kept", kind="individual", field="economy")
    assert (model.state, model.counted_on) == ("accepted", DAY)
    assert lines(model) == [(DAY, 1, 1, 2, 2, 1, 1)]
    assert trail() == ["initiatives.register"]
    assert differences() == []


def test_the_right_to_register_holds_at_the_place() -> None:
    with pytest.raises(NotAllowed):
        registered(commune(PHU_THUY))
    with pytest.raises(NotAllowed):
        registered(commune(PHAN_THIET, SEE, ACCEPT))
    assert not Initiative.objects.exists()
    assert trail() == []


def test_the_same_model_of_the_same_unit_in_the_same_term_is_one() -> None:
    first = registered()
    with pytest.raises(Refused) as no:
        registered(province(), title="ĐƯỜNG HOA  thay bãi rác tự phát")
    assert code_of(no) == ["initiatives.duplicate"]
    assert no.value.refusal.facts == {"id": first.pk}
    assert "Phường Phan Thiết" in str(no.value.refusal.text)
    assert "05/11/2025" in str(no.value.refusal.text)
    assert trail() == ["initiatives.register"]
    registered(title="Đường hoa thay bãi rác tự phat")  # other marks, another title
    registered(commune(PHU_THUY), unit_id=unit(PHU_THUY))  # another unit
    assert Initiative.objects.count() == 3


def test_a_code_of_the_list_names_one_model() -> None:
    first = registered(code="MH-01")
    with pytest.raises(Refused) as no:
        registered(title="Một mô hình khác", code="MH-01")
    assert code_of(no) == ["initiatives.code_taken"]
    assert no.value.refusal.facts == {"id": first.pk}


def test_every_reason_is_told_and_nothing_is_written() -> None:
    with pytest.raises(Refused) as no:
        registered(
            title="", field="x", period=term("2020-2025"), replicates=999_999_999, novelty="replicated", households=-1
        )
    assert code_of(no) == [
        "figures.outside_period",
        "initiatives.title_missing",
        "initiatives.one_field",
        "initiatives.households",
        "initiatives.source_unknown",
    ]
    assert not Initiative.objects.exists()
    assert trail() == []


def test_a_unit_that_has_ended_registers_nothing_and_says_what_it_became() -> None:
    before = date(2025, 6, 30)
    gone = by_code("22945", before)[0]  # the code that today is Phan Thiết
    assert gone.full_name == "Phường Lạc Đạo"
    with pytest.raises(Refused) as no:
        registered(province(), unit_id=gone.id)
    assert code_of(no) == ["units.closed"]
    assert str(no.value.refusal.text).endswith(": Phường Phan Thiết.")
    model = registered(province(), unit_id=gone.id, on=before, period=term("2020-2025"))
    assert model.place.origin_id == gone.id
    assert model.now_p == unit("68")


def test_no_unit_and_an_unknown_unit_are_refused_not_crashed() -> None:
    for unit_id in (None, 999_999_999):
        with pytest.raises(Refused) as no:
            registered(province(), unit_id=unit_id)
        assert code_of(no) == ["units.unknown"]


def organisation(code: str = PHAN_THIET) -> Organisation:
    place = root_place(unit(code))
    return Organisation.objects.create(
        name="Thôn 3", key="thôn 3", sort_key="x", line="village", place=place, now_p=place.now_p, now_c=place.now_c
    )


def test_an_organisation_registers_where_it_lies_and_only_for_itself() -> None:
    own = organisation()
    villager = actor("v1", Reach(orgs=frozenset({own.pk})), SEE, REGISTER)
    model = registered(villager, unit_id=None, owner=own)
    assert (model.owner, model.state, model.now_c) == (own, "submitted", unit(PHAN_THIET))
    assert reach(villager, SEE, model.pk).pk == model.pk
    with pytest.raises(NotAllowed):
        registered(villager)  # for the ward itself
    with pytest.raises(NotAllowed):
        registered(villager, unit_id=None, owner=organisation(PHU_THUY))


def test_an_owner_lies_in_the_unit_it_is_registered_for() -> None:
    with pytest.raises(Refused) as no:
        registered(province(), unit_id=unit(PHU_THUY), owner=organisation())
    assert code_of(no) == ["initiatives.owner_elsewhere"]


def test_a_replica_names_a_model_the_person_may_know() -> None:
    public = registered(province())
    hidden = registered(commune(PHU_THUY), unit_id=unit(PHU_THUY))
    model = registered(title="Đường hoa thôn 4", novelty="replicated", replicates=public.pk)
    assert model.replicates_id == public.pk
    with pytest.raises(Refused) as no:
        registered(title="Đường hoa thôn 5", novelty="replicated", replicates=hidden.pk)
    assert code_of(no) == ["initiatives.source_unknown"]
    unnamed = registered(title="Đường hoa thôn 6", novelty="replicated")
    assert not rows_of([again(unnamed)], on=DAY)[0].source_named


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }} {% raw %}",
    "\u202eexe.gpj cửa một",
    '=HYPERLINK("http://127.0.0.1/","bấm")',
    "'; DROP TABLE initiative; --",
    "نموذج تعبئة ماهرة",
    "a\x00b\x1fc",
    "𝕏" * 150,
]


@pytest.mark.parametrize("title", HOSTILE)
def test_any_title_is_kept_as_text(title: str) -> None:
    model = again(registered(title=title))
    assert model.title
    assert "\x00" not in model.title
    assert "\u202e" not in model.title
    assert len(model.search_key) <= 300
