"""Entering a model on a page: drafts, a sheet sent twice, look-alikes, keeping, an ended unit, local digits."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kheo.initiatives.models import Evidence, Initiative
from kheo.initiatives.tests.ground import (
    DAY,
    LAM_DONG,
    PHAN_THIET,
    PHU_THUY,
    REGISTER,
    SEE,
    again,
    commune,
    differences,
    province,
    registered,
    unit,
)
from kheo.initiatives.tests.test_keeping import of_last_term
from kheo.initiatives.tests.test_telling import photo
from kheo.people.models import Organisation
from kheo.units.queries import root_place, views

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
LIST, NEW, KEEP = "/en/initiatives/", "/en/initiatives/new/", "/en/initiatives/keep/"
ONCE = "a-sheet-with-a-number-1"
FULL = {"field": "economy", "kind": "collective", "novelty": "new", "period": "2025-2030", "once": ONCE}


def page(pk: int, deed: str = "") -> str:
    return f"/en/initiatives/{pk}/{deed}"


def sheet(**other: Any) -> dict[str, Any]:
    return FULL | {"title": "Ngân hàng bò của thôn 3", "unit": f"u{unit(PHAN_THIET):05d}"} | other


def bare(**other: Any) -> dict[str, Any]:
    """A sheet of which only the name was written."""
    return sheet(field="", kind="", novelty="", deed="draft", **other)


def organisation(name: str, line: str) -> Organisation:
    place = root_place(unit(PHAN_THIET))
    return Organisation.objects.create(
        name=name, key=name, sort_key=name, line=line, place=place, now_p=place.now_p, now_c=place.now_c
    )


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, name
    return found.group(1)


# ---- Drafts


def test_a_name_is_enough_for_a_draft_and_the_rest_comes_later(sign_in: SignIn) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    number = hidden(client.get(NEW).content.decode(), "once")
    answer = client.post(NEW, bare(once=number), follow=True)
    model = Initiative.objects.get()
    assert answer.redirect_chain[-1][0] == page(model.pk)
    assert (model.state, model.once) == ("draft", number)
    text = answer.content.decode()
    assert 'id="draft"' in text
    assert 'id="decide"' not in text  # nobody accepts it
    opened = client.get(page(model.pk, "change/")).content.decode()
    assert model.title in opened
    more = sheet(goal="Mục tiêu", deed="draft", version=hidden(opened, "version"), once=number)
    client.post(page(model.pk, "change/"), more)
    assert (again(model).field, again(model).goal, again(model).state) == ("economy", "Mục tiêu", "draft")
    client.post(page(model.pk, "change/"), more | {"deed": "register", "version": 2})
    assert (again(model).state, again(model).counted_on) == ("accepted", date(2025, 11, 20))
    assert differences() == []


def test_a_draft_needs_its_name_and_readable_facts(sign_in: SignIn) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    text = client.post(NEW, bare(title="", start="hôm qua", goal="Giữ lại")).content.decode()
    assert 'id="id_title-error"' in text
    assert 'id="id_start-error"' in text
    assert "Giữ lại" in text
    assert not Initiative.objects.exists()


def test_registering_a_draft_shows_all_that_is_missing_and_loses_nothing(sign_in: SignIn) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    client.post(NEW, bare())
    model = Initiative.objects.get()
    text = client.post(page(model.pk, "change/"), bare(goal="Mới gõ") | {"deed": "register"}).content.decode()
    assert text.count("invalid-feedback") == 3
    assert "Mới gõ" in text
    assert again(model).state == "draft"


def test_drafts_stand_apart_in_the_list(sign_in: SignIn) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    client.post(NEW, bare(), follow=True)  # its message is read
    title = Initiative.objects.get().title
    assert title not in client.get(LIST).content.decode()
    assert title not in client.get(LIST, {"q": "ngan hang bo"}).content.decode()
    assert title in client.get(LIST, {"state": "draft"}).content.decode()
    assert client.get(LIST, {"state": "draft", "field": "economy"}).status_code == 200
    viewer = sign_in("commune_viewer", PHAN_THIET)
    assert title not in viewer.get(LIST, {"state": "draft"}).content.decode()
    assert viewer.get(page(Initiative.objects.get().pk)).status_code == 404


def test_who_does_not_register_there_cannot_write_on_a_draft(sign_in: SignIn) -> None:
    sign_in("commune_officer", PHAN_THIET).post(NEW, bare())
    model = Initiative.objects.get()
    for role, code, status in (("commune_viewer", PHAN_THIET, 404), ("commune_officer", PHU_THUY, 404)):
        assert sign_in(role, code).post(page(model.pk, "change/"), sheet()).status_code == status
    assert again(model).version == 1


def test_of_two_hands_on_one_draft_the_second_is_told(sign_in: SignIn) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    client.post(NEW, bare())
    model = Initiative.objects.get()
    client.post(page(model.pk, "change/"), bare(version=1, goal="Người thứ nhất"))
    late = client.post(page(model.pk, "change/"), bare(version=1, goal="Người thứ hai"))
    assert late.status_code == 409
    assert "Người thứ hai" in late.content.decode()
    assert again(model).goal == "Người thứ nhất"


# ---- Sent twice


def test_a_sheet_sent_five_times_is_one_model_and_shows_it_each_time(sign_in: SignIn) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    answers = [client.post(NEW, sheet(), follow=True) for _time in range(5)]
    model = Initiative.objects.get()
    assert {answer.redirect_chain[-1][0] for answer in answers} == {page(model.pk)}
    client.post(NEW, sheet(title="NGÂN HÀNG BÒ của  thôn 3"))  # the same name, typed a little otherwise
    assert Initiative.objects.count() == 1


def test_a_draft_sent_twice_is_one_draft_and_going_back_to_register_it_registers_it(sign_in: SignIn) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    client.post(NEW, bare())
    client.post(NEW, bare(goal="Thêm"))
    model = Initiative.objects.get()
    assert model.goal == "Thêm"
    client.post(NEW, sheet(deed="register"))
    assert (Initiative.objects.get().pk, again(model).state) == (model.pk, "accepted")


def test_another_model_written_over_a_sent_sheet_is_another_model(sign_in: SignIn) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    client.post(NEW, sheet())
    client.post(NEW, sheet(title="Tổ tự quản đường điện chiếu sáng"))
    assert Initiative.objects.count() == 2
    assert sorted(Initiative.objects.values_list("once", flat=True)) == ["", ONCE]


def test_the_number_of_somebody_elses_sheet_shows_nothing_of_it(sign_in: SignIn) -> None:
    registered(commune(PHU_THUY, SEE, REGISTER), unit_id=unit(PHU_THUY), title="Của phường bên", once=ONCE)
    answer = sign_in("commune_officer", PHAN_THIET).post(NEW, sheet(title="Của phường bên"))
    assert answer.status_code == 200
    assert Initiative.objects.count() == 1


@pytest.mark.parametrize("once", ["", "short", "x" * 41, "<script>", "đ" * 20])
def test_a_made_up_number_of_a_sheet_is_none(sign_in: SignIn, once: str) -> None:
    sign_in("commune_officer", PHAN_THIET).post(NEW, sheet(once=once))
    assert Initiative.objects.get().once == ""


# ---- Looks like


def test_the_question_about_look_alikes_is_a_page_that_carries_everything(sign_in: SignIn) -> None:
    other = registered(province("52"), unit_id=unit("21583"), title="Ngân hàng bò của thôn", field="economy")
    client = sign_in("commune_officer", PHAN_THIET)
    typed = sheet(goal="Dòng một\nDòng hai", households="1.200", start="5/11/2025")
    asked = client.post(NEW, typed).content.decode()
    assert 'id="look-alikes"' in asked
    assert other.title in asked  # public, of another province
    for name in ("title", "start", "households", "once"):
        assert hidden(asked, name) == typed[name]
    assert "Dòng một\nDòng hai" in asked
    back = client.post(NEW, typed | {"deed": "sheet"}).content.decode()
    assert "Dòng hai" in back
    assert 'value="1.200"' in back
    assert not Initiative.objects.exclude(pk=other.pk).exists()
    client.post(NEW, typed | {"alike": other.pk})
    model = Initiative.objects.exclude(pk=other.pk).get()
    assert (model.novelty, model.replicates_id, model.households) == ("replicated", other.pk, 1200)


def test_what_others_may_not_read_is_never_named_by_the_question(sign_in: SignIn) -> None:
    waiting = registered(
        commune("21583", SEE, REGISTER), unit_id=unit("21583"), title="Ngân hàng bò của thôn", field="economy"
    )
    assert waiting.state == "submitted"
    sign_in("commune_officer", PHAN_THIET).post(NEW, sheet())
    assert Initiative.objects.count() == 2


def test_a_draft_is_asked_about_nothing_until_it_is_registered(sign_in: SignIn) -> None:
    registered(province(), title="Ngân hàng bò của thôn 4", field="economy")
    client = sign_in("commune_officer", PHAN_THIET)
    client.post(NEW, bare())
    model = Initiative.objects.get(state="draft")
    asked = client.post(page(model.pk, "change/"), sheet(deed="register")).content.decode()
    assert 'id="look-alikes"' in asked
    client.post(page(model.pk, "change/"), sheet(deed="register", alike="another"))
    assert (again(model).state, again(model).novelty) == ("accepted", "new")


def test_a_model_two_lines_enter_is_asked_about_and_never_merged(sign_in: SignIn) -> None:
    cell, front = organisation("Chi bộ thôn 3", "party"), organisation("Ban công tác Mặt trận thôn 3", "front")
    first = registered(
        province(), owner=cell, title="Ngân hàng bò thôn 3", field="culture_society"
    )  # another field, too
    client = sign_in("unit_editor", None, owner=front)
    typed = FULL | {"title": "Ngân hàng bò của thôn 3", "owner": front.pk}
    asked = client.post(NEW, typed).content.decode()
    assert f'value="same:{first.pk}"' in asked
    same = client.post(NEW, typed | {"alike": f"same:{first.pk}"})
    assert same.status_code == 302
    assert Initiative.objects.count() == 1
    client.post(NEW, typed | {"alike": "another"})
    second = Initiative.objects.exclude(pk=first.pk).get()
    assert (second.owner_id, second.state) == (front.pk, "submitted")
    shown = sign_in("province_commission", LAM_DONG).get(page(second.pk)).content.decode()
    assert 'id="alike"' in shown
    assert "entered by another line" in shown
    assert f'href="{page(first.pk)}"' in shown
    assert "/accept/" in shown  # the hint leaves the decision to the officer


@pytest.mark.parametrize(
    "answer", ["same:", "same:x", "same:999999", "999999", "-1", "9" * 30, "\x00", "same:" + "9" * 30]
)
def test_a_made_up_answer_is_no_answer(sign_in: SignIn, answer: str) -> None:
    registered(province(), title="Ngân hàng bò của thôn 4", field="economy")
    got = sign_in("commune_officer", PHAN_THIET).post(NEW, sheet(alike=answer))
    assert got.status_code == 200
    assert Initiative.objects.count() == 1


# ---- Kept


def test_a_model_of_the_last_term_is_kept_with_one_tap(sign_in: SignIn) -> None:
    first = of_last_term()
    client = sign_in("commune_officer", PHAN_THIET)
    shown = client.get(KEEP).content.decode()
    assert first.title in shown
    answer = client.post(page(first.pk, "keep/"), follow=True)
    second = Initiative.objects.get(continues=first.pk)
    assert answer.redirect_chain[-1][0] == page(second.pk)
    assert first.title not in client.get(KEEP).content.decode()
    assert client.post(page(first.pk, "keep/")).headers["Location"] == page(second.pk)  # tapped twice
    assert Initiative.objects.count() == 2
    assert f'href="{page(first.pk)}"' in client.get(page(second.pk)).content.decode()
    assert f'href="{page(second.pk)}"' in client.get(page(first.pk)).content.decode()


def test_something_may_be_changed_before_it_is_kept(sign_in: SignIn) -> None:
    first = of_last_term()
    client = sign_in("commune_officer", PHAN_THIET)
    shown = client.get(NEW, {"keep": first.pk}).content.decode()
    assert hidden(shown, "continues") == str(first.pk)
    assert re.search(r'value="kept"[^>]*checked', shown)
    typed = sheet(title=first.title, novelty="kept", continues=first.pk, households="41", once=hidden(shown, "once"))
    client.post(NEW, typed)
    second = Initiative.objects.get(continues=first.pk)
    assert (second.households, second.novelty) == (41, "kept")
    for made_up in ("0", "999999", "x", "9" * 40):
        assert client.get(NEW, {"keep": made_up}).status_code == 200


def test_keeping_that_is_refused_opens_a_sheet_filled_in(sign_in: SignIn) -> None:
    first = of_last_term()
    registered(province(), title=first.title)
    text = sign_in("commune_officer", PHAN_THIET).post(page(first.pk, "keep/")).content.decode()
    assert 'id="id_title-error"' in text
    assert hidden(text, "continues") == str(first.pk)
    assert "Chi hội phụ nữ" in text


# ---- A unit that ended


def test_a_unit_that_ended_while_the_sheet_was_open_names_what_it_became(sign_in: SignIn) -> None:
    old = unit("22930", date(2025, 3, 3))  # phường Phú Trinh, today in phường Phan Thiết
    client = sign_in("commune_officer", PHAN_THIET)
    typed = sheet(unit=f"u{old:05d}", goal="Đã gõ nhiều")
    text = client.post(NEW, typed).content.decode()
    here = views([unit(PHAN_THIET)], DAY)[unit(PHAN_THIET)]
    assert 'id="id_unit-error"' in text
    assert here.full_name in text
    assert f'name="unit_now" value="{here.uid}"' in text
    assert "Đã gõ nhiều" in text
    client.post(NEW, typed | {"unit_now": here.uid})
    model = Initiative.objects.get()
    assert (model.now_c, model.goal) == (here.id, "Đã gõ nhiều")


def test_an_organisation_of_a_merged_commune_registers_where_it_lies_today(sign_in: SignIn) -> None:
    place = root_place(unit("22930", date(2025, 3, 3)))
    own = Organisation.objects.create(
        name="Khu phố 5", key="5", sort_key="5", line="village", place=place, now_p=place.now_p, now_c=place.now_c
    )
    client = sign_in("unit_editor", None, owner=own)
    client.post(NEW, FULL | {"title": "Ngõ sáng", "owner": own.pk})
    model = Initiative.objects.get()
    assert (model.place.origin_id, model.owner_id) == (unit(PHAN_THIET), own.pk)


@pytest.mark.parametrize("made_up", ["", "u99999", "68", PHU_THUY, "x", "\x00"])
def test_a_made_up_successor_registers_nothing_elsewhere(sign_in: SignIn, made_up: str) -> None:
    sign_in("commune_officer", PHAN_THIET).post(NEW, sheet(unit_now=made_up))
    assert set(Initiative.objects.values_list("now_c", flat=True)) <= {unit(PHAN_THIET)}


# ---- Days and numbers as people write them


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("5/11/2025", date(2025, 11, 5)),
        ("2025-11-05", date(2025, 11, 5)),
        ("ngày 5 tháng 11 năm 2025", date(2025, 11, 5)),
        ("٠٥/١١/٢٠٢٥", date(2025, 11, 5)),
        ("11/2025", date(2025, 11, 1)),
    ],
)
def test_a_day_is_read_as_people_write_it(sign_in: SignIn, written: str, day: date) -> None:
    sign_in("commune_officer", PHAN_THIET).post(NEW, sheet(start=written))
    assert Initiative.objects.get().start == day


@pytest.mark.parametrize(
    ("written", "number"), [("52", 52), ("1.200", 1200), ("٥٢", 52), ("١٬٢٠٠", 1200), ("52 hộ", 52), ("52,0", 52)]
)
def test_a_number_is_read_as_people_write_it(sign_in: SignIn, written: str, number: int) -> None:
    sign_in("commune_officer", PHAN_THIET).post(NEW, sheet(households=written))
    assert Initiative.objects.get().households == number


@pytest.mark.parametrize("written", ["52,5", "khoảng 50", "chục hộ", "-4", "9" * 30, "5/10"])
def test_a_number_that_is_none_is_told_beside_its_field(sign_in: SignIn, written: str) -> None:
    text = sign_in("commune_officer", PHAN_THIET).post(NEW, sheet(households=written)).content.decode()
    assert 'id="id_households-error"' in text
    assert f'value="{written}"' in text
    assert not Initiative.objects.exists()


def photographed(client: Client, data: bytes, **more: str) -> Any:
    return client.post(NEW, sheet(photos=SimpleUploadedFile("hoa.png", data, "image/png"), deed="register", **more))


def test_photos_of_the_sheet_are_kept_with_the_model(sign_in: SignIn) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    answer = photographed(client, photo(), photos_public="on")
    assert answer.status_code == 302
    evidence = Evidence.objects.get()
    assert (evidence.is_public, evidence.progress.text) == (True, "")
    assert evidence.progress.initiative == Initiative.objects.get()
    assert 'data-taken="sheet-new"' in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("data", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html><script>1</script>", b""])
def test_what_is_no_photo_is_told_beside_the_field_and_nothing_is_registered(sign_in: SignIn, data: bytes) -> None:
    text = photographed(sign_in("commune_officer", PHAN_THIET), data).content.decode()
    assert 'href="#id_photos"' in text
    assert not Initiative.objects.exists()
