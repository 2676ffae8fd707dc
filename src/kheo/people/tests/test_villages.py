"""Accounts of villages: a table in, all or nothing, the same again changes nothing; first passwords shown once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kheo.audit.models import Entry
from kheo.base.access import Actor
from kheo.base.errors import Invisible, NotAllowed, Refused
from kheo.people import actions, queries
from kheo.people.exchange import village_lines
from kheo.people.models import Organisation, Post, User
from kheo.people.queries import actor_of
from kheo.people.tests.folk import TODAY, account, post, unit
from kheo.people.words import Slip

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
TABLE = "Thôn;Họ tên;Điện thoại\nThôn 1;Nguyễn Văn An;0912 345 001\nThôn 2;Trần Thị Bình;+84912345002\n"


@pytest.fixture(autouse=True)
def quick_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


def officer(code: str = "22945") -> Actor:
    return actor_of(post(account(), "commune_officer", code).person, TODAY)


def make(by: Actor, table: str = TABLE, code: str = "22945") -> list[Slip]:
    lines = village_lines(table.encode())
    return actions.create_village_accounts(actor=by, unit=unit(code), lines=lines, on=TODAY, known=NOW)


def codes(no: Refused) -> list[tuple[str, int | None]]:
    return [(refusal.code, refusal.row) for refusal in no.refusals]


def test_every_line_becomes_an_account_of_its_village_that_must_choose_a_password() -> None:
    slips = make(officer())
    assert [(s.village, s.phone) for s in slips] == [("Thôn 1", "0912345001"), ("Thôn 2", "0912345002")]
    person = User.objects.get(username=slips[0].username)
    assert person.check_password(slips[0].password)
    assert person.must_change
    held = Post.objects.get(person=person)
    assert (held.role_id, held.organisation.name if held.organisation else "") == ("unit_editor", "Thôn 1")


def test_the_same_table_again_makes_nothing() -> None:
    by = officer()
    make(by)
    assert make(by) == []
    assert Organisation.objects.filter(key__startswith="thôn").count() == 2


def test_one_bad_line_stops_all_and_is_named() -> None:
    with pytest.raises(Refused) as no:
        make(officer(), TABLE + "Thôn 3;Lê Văn Cường;12\n")
    assert [row for _code, row in codes(no.value)] == [4]
    assert not User.objects.filter(phone="0912345001").exists()


def test_no_password_is_written_anywhere() -> None:
    slips = make(officer())
    trail = " ".join(str(entry.facts) for entry in Entry.objects.all())
    assert not any(slip.password in trail or slip.password in repr(slip) for slip in slips)


def test_a_commune_makes_no_account_in_its_neighbour() -> None:
    with pytest.raises(NotAllowed):
        make(officer("22954"))


def test_a_reset_reaches_editors_of_the_own_villages_only() -> None:
    by = officer()
    (first, second) = make(by)
    person = User.objects.get(username=first.username)
    slip = actions.reset_village_password(actor=by, person=person, on=TODAY, known=NOW)
    person.refresh_from_db()
    assert person.check_password(slip.password)
    with pytest.raises(Invisible):
        actions.reset_village_password(actor=officer("22954"), person=person, on=TODAY, known=NOW)
    above = post(account(), "province_commission", "68").person
    with pytest.raises(Invisible):
        actions.reset_village_password(actor=by, person=above, on=TODAY, known=NOW)
    both = User.objects.get(username=second.username)
    post(both, "commune_officer", "22954")
    with pytest.raises(NotAllowed):
        actions.reset_village_password(actor=by, person=both, on=TODAY, known=NOW)


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("apart", [";", ",", "\t"])
def test_a_table_is_read_however_it_was_saved(code: str, apart: str) -> None:
    lines = village_lines(TABLE.replace(";", apart).encode(code))
    assert [(line.row, line.village, line.phone) for line in lines] == [
        (2, "Thôn 1", "0912 345 001"),
        (3, "Thôn 2", "+84912345002"),
    ]


@pytest.mark.parametrize("heading", ["Thôn, tổ dân phố", "Thôn/Tổ chức", "TÊN THÔN", "Village"])
def test_a_line_of_headings_is_nobody(heading: str) -> None:
    (line,) = village_lines(f'"{heading}";Họ tên;Điện thoại\nThôn 1;An;\n'.encode())
    assert line.village == "Thôn 1"


def test_of_two_who_enter_the_same_village_at_once_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fates are told before the other's account is there; the unique user name decides."""
    by, lines = officer(), village_lines(TABLE.encode())
    fates = queries.village_fates(by, unit("22945"), lines, TODAY)
    account("v22945-thon-2")
    monkeypatch.setattr("kheo.people.actions.villages.village_fates", lambda *_given: fates)
    monkeypatch.setattr("kheo.people.actions.villages._names", lambda *_given: ["v22945-thon-1", "v22945-thon-2"])
    with pytest.raises(Refused) as no:
        make(by)
    assert codes(no.value) == [("people.somebody_first", None)]
    assert not User.objects.filter(phone="0912345001").exists()


@pytest.mark.parametrize(
    ("data", "code", "row"),
    [
        (b"PK\x03\x04", "people.table_kind", None),
        ("Thôn 1;An".encode() + b"\xff", "people.table_letters", None),
        (b"x" * 1_000_001, "people.table_long", None),
        ("Thôn 1;An;0912345001;ten;thừa".encode(), "people.table_line", 1),
        ("Thôn 1\n".encode(), "people.table_line", 1),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_by_name(data: bytes, code: str, row: int | None) -> None:
    with pytest.raises(Refused) as no:
        village_lines(data)
    assert codes(no.value) == [(code, row)]


def test_a_post_is_handed_over_in_one_deed() -> None:
    admin = actor_of(post(account(), "administrator").person, TODAY)
    held = post(account(), "commune_officer", "22945")
    heir = account()
    given = actions.hand_over(actor=admin, post=held, to=heir, day=TODAY + timedelta(days=5), on=TODAY, known=NOW)
    held.refresh_from_db()
    assert (held.end, given.start, given.person, given.unit_id) == (given.start, held.end, heir, held.unit_id)
    with pytest.raises(Refused) as no:
        actions.hand_over(actor=admin, post=given, to=heir, day=TODAY, on=TODAY, known=NOW)
    assert codes(no.value) == [("people.same_person", None)]
