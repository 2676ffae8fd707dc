"""The demonstration accounts: who they are, that they are flagged, that making them again changes nothing."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kheo.audit.models import Entry
from kheo.base.access import Reach
from kheo.base.powers import Power
from kheo.people.actions import demo_accounts, demo_password, load_roles
from kheo.people.models import Organisation, Post, User
from kheo.people.queries import actor_named
from kheo.people.tests.folk import TODAY, account, unit
from kheo.units.queries import communes_of

pytestmark = pytest.mark.django_db
KNOWN = datetime(2026, 11, 25, 1, 2, 3, tzinfo=UTC)
CASES = Path(__file__).parents[4] / "tests" / "cases"


def make(seed: int = 1) -> dict[str, str]:
    load_roles()
    return dict(demo_accounts(seed=seed, on=TODAY, known=KNOWN))


def reach(username: str, power: Power) -> Reach:
    actor = actor_named(username, TODAY)
    assert actor is not None
    return actor.reach_of(power)


def test_there_is_one_for_the_country_and_for_each_of_the_34_provinces() -> None:
    made = make()
    provinces = {name for name in made if name[0] == "p"}
    assert len(provinces) == 34
    assert {"vn", "admin", "audit", "p68", "p52", "p01", "c22945", "x22945", "v22945"} <= set(made)
    assert made["p68"] == "Cán bộ Ban Tuyên giáo và Dân vận, tỉnh Lâm Đồng"
    assert User.objects.filter(is_demo=True).count() == len(made) == User.objects.count()


def test_every_commune_of_the_cases_has_one_and_so_has_a_neighbour_in_its_province() -> None:
    made = make()
    expected = json.loads((CASES / "main" / "expected.json").read_text())
    named = {row["unit_code"] for book in expected.values() for row in book["rows"]}
    with (CASES / "units" / "don-vi.csv").open(encoding="utf-8") as file:
        live = [row for row in csv.DictReader(file) if not row["valid_to"] and row["level"] == "2" and row["parent"]]
    named |= {row["code"] for row in live if len(row["code"]) == 5}
    assert {f"c{code}" for code in named} <= set(made)
    for code in named:
        province = unit(code).parent_id
        assert province is not None
        around = {f"c{u.code}" for u in communes_of(province, TODAY)} - {f"c{code}"}
        assert around & set(made)


def test_each_acts_where_its_name_says() -> None:
    make()
    village = Organisation.objects.get()
    assert reach("p68", Power.INITIATIVES_ACCEPT).provinces == {unit("68").id}
    assert reach("c22945", Power.INITIATIVES_ACCEPT).communes == {unit("22945").id}
    assert reach("v22945", Power.INITIATIVES_REGISTER).orgs == {village.pk}
    assert reach("vn", Power.INITIATIVES_SEE).all
    assert reach("audit", Power.AUDIT_SEE).all
    assert reach("admin", Power.PEOPLE_MANAGE).all
    assert (village.now_c, village.is_demo) == (unit("22945").id, True)


def test_the_ended_post_signs_in_but_may_nothing() -> None:
    make()
    actor = actor_named("x22945", TODAY)
    assert actor is not None
    assert actor.reach == {}


def test_all_share_one_password_of_the_seed() -> None:
    make(seed=7)
    assert User.objects.values("password").distinct().count() == 1
    assert User.objects.get(username="p68").check_password(demo_password(7))
    assert demo_password(7) != demo_password(8)
    assert len(demo_password(7)) >= 10


def test_making_them_again_changes_nothing_and_invents_nothing() -> None:
    first = make()
    User.objects.filter(username="c22945").update(password="own")
    before = [list(model.objects.order_by("pk").values()) for model in (User, Post, Organisation, Entry)]
    assert make() == first
    assert [list(model.objects.order_by("pk").values()) for model in (User, Post, Organisation, Entry)] == before


def test_another_seed_changes_the_shared_password_and_no_other() -> None:
    make(seed=1)
    User.objects.filter(username="c22945").update(password="own")
    make(seed=2)
    assert User.objects.get(username="p68").check_password(demo_password(2))
    assert User.objects.get(username="c22945").password == "own"


def test_one_that_was_removed_comes_back_alone() -> None:
    make()
    person = User.objects.get(username="p52")
    Post.objects.filter(person=person).delete()
    person.delete()
    count = User.objects.count()
    make()
    assert User.objects.count() == count + 1
    assert Entry.objects.order_by("-pk")[0].facts == {"accounts": 1, "posts": 1}


def test_a_real_account_of_such_a_name_is_never_touched() -> None:
    real = account("p68")
    made = make()
    assert "p68" not in made
    real.refresh_from_db()
    assert (real.is_demo, Post.objects.filter(person=real).count()) == (False, 0)


def test_all_are_made_by_a_handful_of_queries(django_assert_max_num_queries) -> None:
    load_roles()
    with django_assert_max_num_queries(25):
        demo_accounts(seed=1, on=TODAY, known=KNOWN)
    with django_assert_max_num_queries(9):
        demo_accounts(seed=1, on=TODAY, known=KNOWN)
