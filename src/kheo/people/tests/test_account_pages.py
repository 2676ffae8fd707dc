"""Pages of accounts: whom an office sees, what it puts right, slips shown once, posts handed over."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from kheo.audit.models import Entry
from kheo.base import clock
from kheo.people.models import Post, User
from kheo.people.tests.folk import PASSWORD, TODAY, account, post, unit, village

pytestmark = pytest.mark.django_db
LIST, TABLE, RESET = "/vi/people/accounts/", "/vi/people/accounts/villages/", "/vi/people/accounts/reset/"
HERE, BESIDE = "22945", "22954"  # phường Phan Thiết and its neighbour phường Tiến Thành


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 25, 3, tzinfo=UTC))
    cache.clear()


@pytest.fixture
def officer(client: Client) -> Client:
    """Signed in as the officer of the commune."""
    return signed_in(client, "commune_officer", HERE)


def signed_in(client: Client, role: str, code: str = "") -> Client:
    client.force_login(post(account(), role, code).person, backend="kheo.people.backends.PostBackend")
    return client


def editor(name: str, code: str = HERE, at: str = "Thôn 3", phone: str | None = None) -> User:
    person = account(name)
    person.phone = phone
    person.save(update_fields=["phone"])
    post(person, "unit_editor", organisation=village(at, code))
    return person


def names(page: Any) -> set[str]:
    return set(re.findall(r"<small class=\"k-2 fw-normal\"><bdi>(.*?)</bdi>", page.content.decode()))


class TestTheList:
    def test_a_commune_sees_editors_of_its_villages_and_nobody_else(self, officer: Client) -> None:
        editor("xa-nha"), editor("xa-ben", BESIDE), account("khong-chuc")
        assert names(officer.get(LIST)) == {"xa-nha"}

    def test_an_administrator_sees_all_page_by_page_and_finds_one_by_name_without_marks(self, client: Client) -> None:
        signed_in(client, "administrator")
        for n in range(60):
            account(f"nguoi-{n:02d}")
        User.objects.filter(username="nguoi-07").update(
            full_name="Đặng Thị Hòa", name_key="dang thi hoa", phone="0912345678"
        )
        assert len(names(client.get(LIST))) == 50
        assert len(names(client.get(LIST, {"page": "2"}))) == 11
        for words in ("dang thi hoa", "ĐẶNG Thị", "nguoi-07", "+84 912 345 678"):
            assert names(client.get(LIST, {"q": words})) == {"nguoi-07"}

    def test_whether_there_is_a_second_step_is_said_and_no_more(self, officer: Client) -> None:
        from allauth.mfa.models import Authenticator

        person = editor("hai-buoc")
        Authenticator.objects.create(user=person, type="totp", data={"secret": "giau-kin"})
        text = officer.get(f"/en/people/accounts/{person.pk}/").content.decode()
        assert "second step: yes" in text
        assert "giau-kin" not in text
        assert "totp" not in text.lower()

    @pytest.mark.parametrize("rows", [2, 40])
    def test_queries_do_not_grow_with_accounts(
        self, officer: Client, django_assert_max_num_queries: Any, rows: int
    ) -> None:
        for n in range(rows):
            editor(f"e{n}", at=f"Thôn {n}")
        officer.get(LIST)
        with django_assert_max_num_queries(13):
            officer.get(LIST)


class TestPuttingRight:
    def change(self, client: Client, person: User, **given: str) -> Any:
        sent = {"full_name": person.full_name, "phone": person.phone or ""} | given
        return client.post(f"/vi/people/accounts/{person.pk}/change/", sent)

    def test_name_and_number_are_set_changed_and_taken_away(self, officer: Client) -> None:
        person = editor("an")
        for phone, stored in (("0912 345 678", "0912345678"), ("+84 912 345 679", "0912345679"), ("", None)):
            assert self.change(officer, person, phone=phone, full_name="Nguyễn Văn Ân").status_code == 302
            person.refresh_from_db()
            assert (person.phone, person.full_name, person.name_key) == (stored, "Nguyễn Văn Ân", "nguyen van an")
        facts = [entry.facts for entry in Entry.objects.filter(act="people.change_account").order_by("pk")]
        assert [fact["changed"] for fact in facts] == [["full_name", "phone"], ["phone"], ["phone"]]
        assert "0912345678" not in str(facts)

    def test_what_was_typed_stays_when_it_is_wrong(self, officer: Client) -> None:
        page = self.change(officer, editor("an"), phone="12", full_name="Tên vừa gõ")
        assert page.status_code == 200
        assert "Tên vừa gõ" in page.content.decode()
        assert 'id="id_phone-error"' in page.content.decode()

    def test_nobody_learns_that_a_number_is_in_use_elsewhere(self, officer: Client) -> None:
        editor("xa-ben", BESIDE, phone="0912345678")
        person = editor("an")
        free, used = (self.change(officer, person, phone=p) for p in ("0987654321", "0912345678"))
        assert (free.status_code, free["Location"]) == (used.status_code, used["Location"])
        person.refresh_from_db()
        assert person.phone == "0912345678"

    def test_of_ones_own_villages_it_is_said(self, officer: Client) -> None:
        editor("kia", at="Thôn 4", phone="0912345678")
        page = self.change(officer, editor("an"), phone="0912 345 678")
        assert page.status_code == 200
        assert 'id="id_phone-error"' in page.content.decode()

    def test_an_account_with_a_post_elsewhere_is_shown_and_left_alone(self, officer: Client) -> None:
        person = editor("hai-noi")
        post(person, "commune_officer", BESIDE)
        page = officer.get(f"/vi/people/accounts/{person.pk}/")
        assert page.status_code == 200
        assert "/change/" not in page.content.decode()
        assert self.change(officer, person).status_code == 403

    def test_a_closed_account_is_opened_again(self, officer: Client) -> None:
        person = editor("an")
        for deed, active in (("close", False), ("open", True)):
            assert officer.post(f"/vi/people/accounts/{person.pk}/{deed}/").status_code == 302
            person.refresh_from_db()
            assert person.is_active is active


class TestSlips:
    def test_new_passwords_are_shown_once_and_kept_by_no_cache(self, officer: Client) -> None:
        people = [editor("an"), editor("binh", at="Thôn 4")]
        page = officer.post(RESET, {"tick": [p.pk for p in people]})
        assert page.status_code == 200
        assert "no-store" in page["Cache-Control"]
        passwords = re.findall(r"<bdi class=\"k-code\">(\w{4}-\w{4}-\w{4})</bdi>", page.content.decode())
        assert len(passwords) == 2
        for person, password in zip(people, passwords, strict=True):
            person.refresh_from_db()
            assert person.check_password(password)
            assert person.must_change
        said = " ".join(str(entry.facts) for entry in Entry.objects.all())
        assert not any(password in said for password in passwords)
        assert Entry.objects.filter(act="people.reset_village").count() == 2

    def test_one_account_out_of_reach_stops_all(self, officer: Client) -> None:
        mine, theirs = editor("an"), editor("xa-ben", BESIDE)
        assert officer.post(RESET, {"tick": [mine.pk, theirs.pk]}).status_code == 404
        mine.refresh_from_db()
        assert mine.check_password(PASSWORD)

    @pytest.mark.parametrize("ticked", [[], ["x", "1x", "²", "-1"]])
    def test_nobody_ticked_leads_back_with_a_sentence(self, officer: Client, ticked: list[str]) -> None:
        assert officer.post(RESET, {"tick": ticked})["Location"] == LIST

    def test_a_reset_ends_the_sessions_of_the_person(self, officer: Client) -> None:
        person, theirs = editor("an"), Client()
        theirs.force_login(person, backend="kheo.people.backends.PostBackend")
        assert theirs.get("/vi/people/me/").status_code == 200
        officer.post(RESET, {"tick": person.pk})
        assert theirs.get("/vi/people/me/").status_code == 302


class TestTheTable:
    ROWS = "Thôn\tHọ tên\tĐiện thoại\nThôn 1\tNguyễn Văn An\t0912 345 001\nThôn 2\tTrần Thị Bình\t0912345002\n"

    def send(self, client: Client, table: str, step: str = "preview", **more: Any) -> Any:
        return client.post(TABLE, {"table": table, "unit": unit(HERE).uid, "step": step, **more})

    def test_it_is_looked_at_saved_and_printed(self, officer: Client) -> None:
        preview = self.send(officer, self.ROWS)
        assert preview.status_code == 200
        assert not User.objects.filter(phone="0912345001").exists()
        assert preview.content.decode().count('<td class="k-line"><bdi>Thôn ') == 2
        page = self.send(officer, self.ROWS, "save")
        assert "no-store" in page["Cache-Control"]
        assert page.content.decode().count('class="k-slip"') == 2
        made = Entry.objects.filter(act="people.village_account")
        assert {entry.subject_label for entry in made} == {"v22945-thon-1", "v22945-thon-2"}  # one entry an account

    def test_the_same_table_again_makes_nothing_and_says_so(self, officer: Client) -> None:
        self.send(officer, self.ROWS, "save")
        count = User.objects.count()
        assert self.send(officer, self.ROWS, "save")["Location"] == LIST
        assert User.objects.count() == count

    @pytest.mark.parametrize(
        ("line", "field", "value"),
        [
            ("Thôn 1\tNguyễn Văn Ân\t0912345001", "full_name", "Nguyễn Văn Ân"),
            ("Thôn 1\tNguyễn Văn An\t0987654321", "phone", "0987654321"),
            ("Thôn 1\tLê Văn Khác\t0912345001\tv22945-thon-1", "full_name", "Lê Văn Khác"),
        ],
    )
    def test_a_corrected_line_changes_the_account(self, officer: Client, line: str, field: str, value: str) -> None:
        self.send(officer, self.ROWS, "save")
        count = User.objects.count()
        assert self.send(officer, line, "save")["Location"] == LIST
        assert User.objects.count() == count
        assert getattr(User.objects.get(username="v22945-thon-1"), field) == value

    def test_a_number_that_goes_with_quite_another_name_is_asked_about(self, officer: Client) -> None:
        self.send(officer, self.ROWS, "save")
        line = "Thôn 1\tPhạm Quốc Dũng\t0912345001"
        asked = self.send(officer, line, "save")
        assert asked.status_code == 200
        assert 'name="a.1"' in asked.content.decode()
        assert User.objects.get(username="v22945-thon-1").full_name == "Nguyễn Văn An"
        assert "k-slip" in self.send(officer, line, "save", **{"a.1": "new"}).content.decode()
        assert (
            self.send(officer, "Thôn 2\tĐỗ Văn Mười\t0912345002", "save", **{"a.1": "v22945-thon-2"}).status_code == 302
        )
        assert User.objects.get(username="v22945-thon-2").full_name == "Đỗ Văn Mười"

    def test_a_number_of_another_commune_is_nobodys_business(self, officer: Client) -> None:
        editor("xa-ben", BESIDE, phone="0912345001")
        assert self.send(officer, self.ROWS, "save").content.decode().count('class="k-slip"') == 2

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("Thôn 1\tAn\t12", "12"),
            ("Thôn 7\tNguyễn Văn An\t0912345001", "Thôn 1"),
            ("Thôn 1\tAn\t\tv22954-thon-1", "v22954-thon-1"),
            ("<b>x</b>\t<script>alert(1)</script>\t12", "&lt;script&gt;"),
        ],
    )
    def test_a_refused_line_is_named_and_nothing_is_made(self, officer: Client, line: str, said: str) -> None:
        self.send(officer, self.ROWS, "save")
        count = User.objects.count()
        page = self.send(officer, line, "save")
        assert page.status_code == 200
        assert said in page.content.decode()
        assert "<script>alert" not in page.content.decode()
        assert User.objects.count() == count

    def test_a_hundred_villages_stand_in_a_few_seconds(self, client: Client, settings: Any) -> None:
        """With the real hashes: first passwords need no slow one."""
        settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[1:]
        signed_in(client, "commune_officer", HERE)
        table = "\n".join(f"Thôn {n}\tNgười thứ {n}\t09{n:08d}" for n in range(100))
        started = datetime.now(UTC)
        page = self.send(client, table, "save")
        assert page.content.decode().count('class="k-slip"') == 100
        assert (datetime.now(UTC) - started).total_seconds() < 30


class TestPosts:
    def test_a_village_post_is_handed_over_with_its_reason(self, officer: Client) -> None:
        old, heir = editor("an"), editor("binh", at="Thôn 4")
        held = Post.objects.get(person=old)
        sent = {"to": "binh", "day": "2026-12-01", "reason": "Bầu trưởng thôn mới"}
        assert officer.post(f"/vi/people/posts/{held.pk}/hand-over/", sent).status_code == 302
        held.refresh_from_db()
        given = Post.objects.get(person=heir, organisation=held.organisation)
        assert held.end == given.start == date(2026, 12, 1)
        assert Entry.objects.get(act="people.hand_over").facts["reason"] == "Bầu trưởng thôn mới"

    @pytest.mark.parametrize(
        "sent",
        [
            {"to": "xa-ben", "day": "2026-12-01", "reason": "Bầu mới"},
            {"to": "binh", "day": "2025-01-01", "reason": "Bầu mới"},
            {"to": "binh", "day": "2026-12-01", "reason": ""},
            {"to": "an", "day": "2026-12-01", "reason": "Bầu mới"},
            {"to": "", "day": "mai", "reason": "x"},
        ],
    )
    def test_what_cannot_be_is_said_and_changes_nothing(self, officer: Client, sent: dict[str, str]) -> None:
        old = editor("an")
        editor("binh", at="Thôn 4"), editor("xa-ben", BESIDE)
        held = Post.objects.get(person=old)
        page = officer.post(f"/vi/people/posts/{held.pk}/hand-over/", sent)
        assert page.status_code == 200
        assert "alert-danger" in page.content.decode()
        assert not Post.objects.filter(end__isnull=False).exists()

    def test_the_last_post_ended_the_account_goes_out_of_sight(self, officer: Client) -> None:
        person = editor("an")
        held = Post.objects.get(person=person)
        sent = {"day": "2026-11-25", "reason": "Thôi nhiệm vụ"}
        assert officer.post(f"/vi/people/posts/{held.pk}/end/", sent)["Location"] == LIST
        assert officer.get(f"/vi/people/accounts/{person.pk}/").status_code == 404


class TestMyAccount:
    def test_number_and_language_are_ones_own_the_name_is_not(self, client: Client) -> None:
        person = account("lan")
        client.force_login(person, backend="kheo.people.backends.PostBackend")
        sent = {"phone": "0912 345 678", "language": "pt", "full_name": "Tên khác"}
        assert client.post("/vi/people/me/", sent)["Location"] == "/pt/people/me/"
        person.refresh_from_db()
        assert (person.phone, person.language, person.full_name) == ("0912345678", "pt", "Cán bộ lan")

    def test_posts_that_ended_are_there_with_their_days(self, client: Client) -> None:
        person = account("lan")
        post(person, "commune_officer", HERE, end=date(2026, 3, 1))
        client.force_login(person, backend="kheo.people.backends.PostBackend")
        assert "01/03/2026" in client.get("/vi/people/me/").content.decode()

    def test_signing_out_elsewhere_leaves_this_session(self, client: Client) -> None:
        person, elsewhere = account("lan"), Client()
        for one in (client, elsewhere):
            one.post("/vi/account/login/", {"login": "lan", "password": PASSWORD})
            assert one.get("/vi/people/me/").status_code == 200
        assert client.post("/vi/people/me/sign-out-elsewhere/").status_code == 302
        assert client.get("/vi/people/me/").status_code == 200
        assert elsewhere.get("/vi/people/me/").status_code == 302
        assert Entry.objects.get(act="people.sign_out").subject_id == str(person.pk)

    def test_the_page_asks_little(self, client: Client, django_assert_max_num_queries: Any) -> None:
        client.force_login(post(account(), "commune_officer", HERE).person, backend="kheo.people.backends.PostBackend")
        client.get("/vi/people/me/")
        with django_assert_max_num_queries(12):
            client.get("/vi/people/me/")
