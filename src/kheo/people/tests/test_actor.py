"""Posts become reach: on the day, against the map of that day, in few queries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kheo.base.access import NOWHERE, Reach, Spot
from kheo.base.powers import Power
from kheo.people.models import Role, RolePower
from kheo.people.queries import actor_named, actor_of
from kheo.people.tests.folk import START, TODAY, account, officer, post, unit, village
from kheo.units.queries import candidate_places

pytestmark = pytest.mark.django_db
SEE, ACCEPT, REGISTER = Power.INITIATIVES_SEE, Power.INITIATIVES_ACCEPT, Power.INITIATIVES_REGISTER


def test_a_person_without_a_post_may_nothing() -> None:
    actor = actor_of(account("an"), TODAY)
    assert (actor.signed_in, actor.name, actor.reach, actor.posts) == (True, "an", {}, ())
    assert not any(actor.may(power) for power in Power)


def test_a_province_officer_reaches_the_province_and_nothing_else() -> None:
    actor = officer("province_commission", "68")
    lam_dong, gia_lai, phan_thiet = unit("68").id, unit("52").id, unit("22945").id
    assert actor.reach_of(ACCEPT) == Reach(provinces=frozenset({lam_dong}))
    assert actor.may(SEE, Spot(lam_dong, phan_thiet))
    assert actor.may(SEE, Spot(lam_dong))
    assert not actor.may(SEE, Spot(gia_lai))
    assert actor.reach_of(Power.PEOPLE_MANAGE) == NOWHERE


def test_a_commune_officer_reaches_the_commune_and_the_places_that_wait_for_it() -> None:
    code = "00004"
    actor = officer("commune_officer", code)
    ba_dinh = unit(code).id
    waiting = candidate_places([ba_dinh])
    assert waiting  # Ba Đình took pieces of divided wards
    assert actor.reach_of(SEE) == Reach(communes=frozenset({ba_dinh}), places=waiting)
    assert not actor.may(SEE, Spot(unit("01").id, unit("00008").id))
    assert not actor.may(SEE, Spot(unit("01").id))


def test_a_village_editor_reaches_the_village_only() -> None:
    organisation = village()
    actor = officer("unit_editor", organisation=organisation)
    assert actor.reach_of(REGISTER) == Reach(orgs=frozenset({organisation.pk}))
    assert actor.reach_of(ACCEPT) == NOWHERE
    assert not actor.may(SEE, Spot(organisation.now_p, organisation.now_c))


def test_a_post_for_the_whole_country_reaches_everything_its_role_may() -> None:
    actor = officer("nation_commission")
    assert actor.reach_of(SEE) == Reach(all=True)
    assert actor.reach_of(ACCEPT) == NOWHERE


def test_posts_of_one_person_add_up_each_with_its_own_powers() -> None:
    person = account()
    post(person, "commune_officer", "22945")
    post(person, "commune_viewer", "00004")
    post(person, "province_viewer", "52")
    actor = actor_of(person, TODAY)
    here, there = unit("22945").id, unit("00004").id
    assert actor.reach_of(ACCEPT).communes == {here}
    assert actor.reach_of(ACCEPT).places == candidate_places([here])
    assert actor.reach_of(SEE).communes == {here, there}
    assert actor.reach_of(SEE).provinces == {unit("52").id}
    assert candidate_places([there]) <= actor.reach_of(SEE).places
    assert not candidate_places([there]) & actor.reach_of(ACCEPT).places


@pytest.mark.parametrize(
    ("day", "holds"),
    [(START - timedelta(days=1), False), (START, True), (date(2025, 12, 31), True), (date(2026, 1, 1), False)],
)
def test_a_post_holds_from_its_first_day_until_the_day_before_its_end(day: date, holds: bool) -> None:
    person = account()
    post(person, "commune_officer", "22945", end=date(2026, 1, 1))
    assert actor_of(person, day).may(SEE) is holds


def test_a_post_ends_with_its_unit() -> None:
    person = account()
    before = date(2025, 6, 30)
    post(person, "province_commission", "60", start=date(2024, 1, 1), on=before)  # Bình Thuận, merged on 2025-07-01
    assert actor_of(person, before).may(SEE)
    actor = actor_of(person, TODAY)
    assert (actor.reach, actor.posts) == ({}, ())


def test_a_unit_that_only_changed_its_name_or_type_keeps_its_post() -> None:
    person = account()
    post(
        person, "province_commission", "22", start=date(2024, 1, 1), on=date(2025, 6, 30)
    )  # Quảng Ninh, a city in 2026
    assert actor_of(person, TODAY).reach_of(SEE).provinces == {unit("22").id}


@pytest.mark.parametrize(
    ("role", "code", "on"),
    [
        ("commune_officer", "68", TODAY),
        ("province_commission", "22945", TODAY),
        ("province_commission", "", TODAY),
        ("nation_commission", "68", TODAY),
        ("commune_officer", "593", date(2025, 6, 30)),
        ("unit_editor", "22945", TODAY),
    ],
)
def test_a_role_in_the_wrong_kind_of_seat_gives_nothing(role: str, code: str, on: date) -> None:
    person = account()
    post(person, role, code, on=on, start=date(2024, 1, 1))
    assert actor_of(person, on).reach == {}


def test_a_stored_power_this_release_does_not_know_gives_nothing() -> None:
    person = account()
    post(person, "commune_viewer", "22945")
    RolePower.objects.create(role=Role.objects.get(pk="commune_viewer"), power="moods.grasp")
    assert set(actor_of(person, TODAY).reach) == {SEE}


def test_the_frame_shows_what_a_person_is() -> None:
    actor = officer("commune_officer", "22945", username="c22945")
    assert actor.label == "Cán bộ c22945"
    assert len(actor.posts) == 1
    assert actor.posts[0].endswith(", Phường Phan Thiết")
    editor = officer("unit_editor", organisation=village("Thôn Đại Tài"))
    assert editor.posts[0].endswith(", Thôn Đại Tài, Phường Phan Thiết")


def test_a_closed_account_is_nobody_on_the_command_line() -> None:
    account("closed", active=False)
    account("p68x")
    assert actor_named("closed", TODAY) is None
    assert actor_named("nobody", TODAY) is None
    found = actor_named(" P68x ", TODAY)
    assert found is not None
    assert found.name == "p68x"


@pytest.mark.parametrize(
    ("role", "code", "queries"),
    [("", "", 1), ("nation_commission", "", 2), ("province_commission", "68", 3), ("commune_officer", "22945", 4)],
)
def test_an_actor_is_built_in_at_most_four_queries(
    role: str, code: str, queries: int, django_assert_num_queries
) -> None:
    person = account()
    if role:
        post(person, role, code)
    with django_assert_num_queries(queries):
        actor_of(person, TODAY)


def test_many_posts_cost_no_more_queries_than_one(django_assert_num_queries) -> None:
    person = account()
    for code in ("22945", "22924", "23235", "00004"):
        post(person, "commune_officer", code)
    post(person, "province_viewer", "52")
    with django_assert_num_queries(4):
        assert len(actor_of(person, TODAY).posts) == 5
