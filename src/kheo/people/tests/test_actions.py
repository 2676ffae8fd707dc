"""Deeds on accounts and posts: who may, what is refused, what the trail says."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import OperationalError, connection

from kheo.audit.models import Entry
from kheo.base.access import OPERATOR, Actor
from kheo.base.errors import NotAllowed, Refused
from kheo.base.powers import Power
from kheo.people import actions
from kheo.people.models import Organisation, Post, Role, RolePower, User
from kheo.people.queries import accounts, actor_of, organisations, organisations_in, roles, visible
from kheo.people.tests.folk import PASSWORD, START, TODAY, account, officer, post, unit, village
from kheo.people.words import ROLE_NAMES, Scope

pytestmark = pytest.mark.django_db
KNOWN = datetime(2026, 11, 25, 1, 2, 3, tzinfo=UTC)
WHEN: dict[str, Any] = {"on": TODAY, "known": KNOWN}
GOOD: dict[str, Any] = {"username": "lan", "full_name": "Nguyễn Thị Lan", "password": "bon-muoi-hai-cay", **WHEN}


def trail() -> list[tuple[str, str, str, dict[str, Any]]]:
    entries = Entry.objects.order_by("pk")
    return [(e.act, e.actor_name, e.subject_label, e.facts) for e in entries]


def refused(deed: Any, **arguments: Any) -> str:
    with pytest.raises(Refused) as no:
        deed(**arguments)
    return no.value.refusal.code


class TestAccounts:
    def test_an_account_is_made_once_and_the_trail_says_so(self) -> None:
        person = actions.create_account(actor=OPERATOR, language="en", **GOOD)
        assert person.check_password(GOOD["password"])
        assert trail() == [("people.create_account", "operator", "lan", {"language": "en", "demo": False})]
        assert (
            refused(actions.create_account, actor=OPERATOR, **{**GOOD, "username": " LAN "}) == "people.username_taken"
        )
        assert len(trail()) == 1

    def test_the_trail_never_holds_a_persons_name_or_password(self) -> None:
        person = actions.create_account(actor=OPERATOR, **GOOD)
        actions.set_password(actor=OPERATOR, person=person, password="nam-muoi-ba-cay", **WHEN)
        text = str(list(Entry.objects.values()))
        for secret in ("Nguyễn", "Lan", "cay", "pbkdf2"):
            assert secret not in text

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"username": ""}, "people.username"),
            ({"username": "lan lan"}, "people.username"),
            ({"username": "lân"}, "people.username"),
            ({"username": "operator"}, "people.username"),
            ({"username": "a" * 61}, "people.username"),
            ({"full_name": " "}, "people.full_name"),
            ({"full_name": "x" * 201}, "people.full_name"),
            ({"language": "fr"}, "people.language"),
            ({"password": "ngan"}, "people.password"),
            ({"password": "password12"}, "people.password"),
        ],
    )
    def test_what_cannot_be_an_account_is_refused(self, change: dict[str, str], code: str) -> None:
        assert refused(actions.create_account, actor=OPERATOR, **{**GOOD, **change}) == code
        assert not User.objects.exists()

    def test_nobody_makes_accounts_without_the_power(self) -> None:
        for actor in (officer("province_commission", "68"), officer("auditor"), officer("commune_officer", "22945")):
            with pytest.raises(NotAllowed):
                actions.create_account(actor=actor, **GOOD)

    def test_a_closed_account_is_closed_once_and_can_be_opened(self) -> None:
        person = account("lan")
        actions.close_account(actor=OPERATOR, person=person, **WHEN)
        assert not User.objects.get().is_active
        assert refused(actions.close_account, actor=OPERATOR, person=person, **WHEN) == "people.account_state"
        assert actions.open_account(actor=OPERATOR, person=person, **WHEN).is_active
        assert [act for act, *_ in trail()] == ["people.close_account", "people.open_account"]

    def test_a_person_sets_their_own_password_without_any_power(self) -> None:
        person = account("lan")
        actions.set_password(actor=actor_of(person, TODAY), person=person, password="nam-muoi-ba-cay", **WHEN)
        assert not person.check_password(PASSWORD)
        assert trail() == [("people.set_password", "lan", "lan", {"by_themselves": True})]

    def test_an_administrator_of_a_province_reaches_no_account_that_reaches_further(self) -> None:
        admin = officer("province_administrator", "68")
        mine, both, nation, unposted = account("m"), account("b"), account("n"), account("u")
        post(mine, "commune_officer", "22945")
        post(both, "commune_officer", "22945")
        post(both, "province_viewer", "52")
        post(nation, "nation_commission")
        actions.set_password(actor=admin, person=mine, password="nam-muoi-ba-cay", **WHEN)
        actions.close_account(actor=admin, person=mine, **WHEN)
        for person in (both, nation, unposted):
            with pytest.raises(NotAllowed):
                actions.set_password(actor=admin, person=person, password="nam-muoi-ba-cay", **WHEN)
            with pytest.raises(NotAllowed):
                actions.close_account(actor=admin, person=person, **WHEN)


class TestPosts:
    @pytest.fixture(autouse=True)
    def _roles(self) -> None:
        actions.load_roles()
        self.person = account("lan")

    def give(self, actor: Actor, role: str, code: str = "", **more: Any) -> Post:
        seat = unit(code) if code else None
        return actions.give_post(
            actor=actor,
            person=self.person,
            role=Role.objects.get(pk=role),
            unit=seat,
            **{"start": START, **more},
            **WHEN,
        )

    def test_a_post_is_given_for_a_unit_and_lies_there_on_todays_map(self) -> None:
        given = self.give(OPERATOR, "commune_officer", "22945")
        seat = unit("22945").id
        assert (given.unit_id, given.now_p, given.now_c, given.end) == (seat, unit("68").id, seat, None)
        facts = {
            "post": given.pk,
            "role": "commune_officer",
            "unit": seat,
            "organisation": None,
            "start": "2025-07-01",
            "end": None,
        }
        assert trail() == [("people.give_post", "operator", "lan", facts)]

    def test_an_administrator_gives_posts_where_their_own_post_reaches(self) -> None:
        admin = officer("province_administrator", "68")
        self.give(admin, "commune_officer", "22945")
        self.give(admin, "province_commission", "68")
        self.give(admin, "unit_editor", organisation=village())
        for role, code in (("commune_officer", "00004"), ("province_commission", "52"), ("administrator", "")):
            with pytest.raises(NotAllowed):
                self.give(admin, role, code)
        with pytest.raises(NotAllowed):
            self.give(admin, "unit_editor", organisation=village("Tổ 1", "00004"))

    def test_nobody_gives_themselves_a_post(self) -> None:
        post(self.person, "administrator")
        admin = actor_of(self.person, TODAY)
        with pytest.raises(Refused, match=r"people\.own_post"):
            self.give(admin, "nation_commission")

    @pytest.mark.parametrize(
        ("role", "code", "more", "refusal"),
        [
            ("commune_officer", "68", {}, "people.wrong_seat"),
            ("province_commission", "22945", {}, "people.wrong_seat"),
            ("nation_commission", "68", {}, "people.wrong_seat"),
            ("unit_editor", "22945", {}, "people.wrong_seat"),
            ("commune_officer", "22945", {"end": START}, "people.post_days"),
        ],
    )
    def test_what_cannot_be_a_post_is_refused(self, role: str, code: str, more: dict[str, Any], refusal: str) -> None:
        with pytest.raises(Refused) as no:
            self.give(OPERATOR, role, code, **more)
        assert no.value.refusal.code == refusal
        assert not Post.objects.exists()

    def test_a_unit_that_has_ended_takes_no_post(self) -> None:
        ended = unit("60", date(2025, 6, 30))
        role = Role.objects.get(pk="province_commission")
        code = refused(
            actions.give_post, actor=OPERATOR, person=self.person, role=role, unit=ended, start=START, **WHEN
        )
        assert code == "people.unit_ended"

    def test_a_closed_account_takes_no_post(self) -> None:
        self.person.is_active = False
        with pytest.raises(Refused, match=r"people\.account_closed"):
            self.give(OPERATOR, "commune_officer", "22945")

    def test_the_same_post_is_not_held_twice_on_one_day(self) -> None:
        self.give(OPERATOR, "commune_officer", "22945", end=date(2026, 1, 1))
        for more in ({"start": date(2025, 12, 31)}, {"start": date(2025, 1, 1), "end": date(2025, 7, 2)}):
            with pytest.raises(Refused, match=r"people\.post_twice"):
                self.give(OPERATOR, "commune_officer", "22945", **more)
        self.give(OPERATOR, "commune_officer", "22945", start=date(2026, 1, 1))
        self.give(OPERATOR, "commune_officer", "22924")
        assert Post.objects.count() == 3

    def test_a_post_ends_once_and_the_trail_says_so(self) -> None:
        given = self.give(OPERATOR, "commune_officer", "22945")
        ended = actions.end_post(actor=OPERATOR, post=given, end=date(2026, 11, 1), **WHEN)
        assert ended.end == date(2026, 11, 1)
        assert trail()[-1][:3] == ("people.end_post", "operator", "lan")
        code = refused(actions.end_post, actor=OPERATOR, post=given, end=date(2026, 11, 20), **WHEN)
        assert code == "people.post_ended"
        assert actor_of(self.person, TODAY).reach == {}

    def test_a_post_is_ended_only_by_who_manages_its_seat(self) -> None:
        admin = officer("province_administrator", "52")
        given = self.give(OPERATOR, "commune_officer", "22945")
        nation = self.give(OPERATOR, "nation_commission")
        for held in (given, nation):
            with pytest.raises(NotAllowed):
                actions.end_post(actor=admin, post=held, end=TODAY, **WHEN)

    @pytest.mark.django_db(transaction=True)
    def test_of_two_who_give_one_post_at_once_one_is_refused(self) -> None:
        start, ends = threading.Barrier(2), []

        def giver() -> None:
            try:
                start.wait(10)
                self.give(OPERATOR, "commune_officer", "22945")
                ends.append("given")
            except Refused as no:
                ends.append(no.refusal.code)
            except OperationalError as fault:
                # A shared in-memory SQLite does not wait for its turn as a file does: refused, by the database.
                ends.append("people.post_twice" if connection.vendor == "sqlite" else str(fault))
            finally:
                connection.close()

        threads = [threading.Thread(target=giver) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(ends) == ["given", "people.post_twice"]
        assert Post.objects.count() == 1


class TestOrganisations:
    def test_an_organisation_lies_where_its_unit_lies(self) -> None:
        made = actions.create_organisation(
            actor=OPERATOR, name=" Thôn  Đại Tài ", line="village", unit_id=unit("22945").id, **WHEN
        )
        assert (made.name, made.now_p, made.now_c) == ("Thôn Đại Tài", unit("68").id, unit("22945").id)
        facts = {"line": "village", "unit": unit("22945").id}
        assert trail() == [("people.create_organisation", "operator", "Thôn Đại Tài", facts)]
        assert organisations([made.pk]) == organisations_in(unit("22945").id) == [made]

    def test_one_name_at_one_place_is_one_organisation_however_it_is_spelt(self) -> None:
        common = {"actor": OPERATOR, "line": "village", **WHEN}
        here, there = unit("22945").id, unit("22924").id
        actions.create_organisation(name="Thôn Hoà An", unit_id=here, **common)
        twice = refused(actions.create_organisation, name="thôn hòa an", unit_id=here, **common)
        assert twice == "people.organisation_twice"
        actions.create_organisation(name="Thôn Hòa An", unit_id=there, **common)
        assert Organisation.objects.count() == 2

    def test_what_cannot_be_an_organisation_is_refused(self) -> None:
        common = {"actor": OPERATOR, "unit_id": unit("22945").id, **WHEN}
        assert refused(actions.create_organisation, name="", line="village", **common) == "people.organisation_name"
        assert refused(actions.create_organisation, name="X", line="church", **common) == "people.line"

    def test_it_is_entered_by_who_manages_people_there(self) -> None:
        actor = officer("province_administrator", "52")
        with pytest.raises(NotAllowed):
            actions.create_organisation(actor=actor, name="X", line="village", unit_id=unit("22945").id, **WHEN)


class TestRoles:
    def test_loading_twice_writes_once(self, django_assert_num_queries) -> None:
        actions.load_roles()
        before = list(RolePower.objects.order_by("pk").values())
        actions.load_roles()
        assert list(RolePower.objects.order_by("pk").values()) == before

    def test_the_package_decides_over_its_own_roles_and_no_others(self) -> None:
        actions.load_roles()
        own = Role.objects.create(code="my_role", name="Vai trò riêng", scope=Scope.COMMUNE)
        RolePower.objects.create(role=own, power=Power.INITIATIVES_SEE)
        RolePower.objects.create(role_id="commune_viewer", power=Power.INITIATIVES_ACCEPT)
        RolePower.objects.filter(role_id="commune_officer", power=Power.INITIATIVES_SEE).delete()
        actions.load_roles()
        held = {row.code: row.powers for row in roles()}
        assert held["my_role"] == {Power.INITIATIVES_SEE}
        assert held["commune_viewer"] == {Power.INITIATIVES_SEE}
        assert Power.INITIATIVES_SEE in held["commune_officer"]

    def test_every_role_of_the_package_is_known_whole(self) -> None:
        actions.load_roles()
        assert set(Role.objects.values_list("code", flat=True)) == set(ROLE_NAMES)
        assert set(Role.objects.values_list("scope", flat=True)) == set(Scope.values)
        assert set(RolePower.objects.values_list("power", flat=True)) == set(Power.values)

    def test_who_gives_rights_does_not_use_them_and_who_audits_does_neither(self) -> None:
        """Separation of duties, as the table stands: a change of it is a change of this test."""
        actions.load_roles()
        held = {row.code: row.powers for row in roles()}
        registry = {Power.INITIATIVES_SEE, Power.INITIATIVES_REGISTER, Power.INITIATIVES_ACCEPT}
        for powers in held.values():
            assert not (Power.PEOPLE_MANAGE in powers and powers & registry)
            assert Power.AUDIT_SEE not in powers or powers == {Power.AUDIT_SEE}
        assert {code for code, powers in held.items() if Power.INITIATIVES_ACCEPT in powers} == {
            "province_commission",
            "commune_officer",
        }


class TestWhoSeesAccounts:
    def test_an_administrator_sees_the_accounts_of_their_place(self) -> None:
        here, there, nation, village_editor = account("h"), account("t"), account("n"), account("v")
        post(here, "commune_officer", "22945")
        post(there, "commune_officer", "00004")
        post(nation, "nation_commission")
        post(village_editor, "unit_editor", organisation=village())
        admin = officer("province_administrator", "68", username="a")
        assert [u.username for u in visible(admin)] == ["a", "h", "v"]
        assert [u.username for u in visible(OPERATOR)] == ["a", "h", "n", "t", "v"]
        assert list(visible(officer("commune_officer", "22945"))) == []

    def test_a_list_of_accounts_costs_three_queries(self, django_assert_num_queries) -> None:
        for code in ("22945", "00004", "23235"):
            post(account(), "commune_officer", code)
        people = list(User.objects.order_by("pk"))
        with django_assert_num_queries(3):
            rows = accounts(people, TODAY)
        assert [row.posts[0].seat for row in rows] == ["Phường Phan Thiết", "Phường Ba Đình", "Phường La Gi"]
