"""The pages: who gets in, what they show, that every deed can be done without a script and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from markupsafe import escape

from kheo.initiatives import actions
from kheo.initiatives.models import Initiative
from kheo.initiatives.tests.ground import (
    DAY,
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
from kheo.initiatives.words import Registration
from kheo.people.models import Organisation
from kheo.units.queries import root_place

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
LIST, NEW, EXPORT, TICKED = (
    "/vi/initiatives/",
    "/vi/initiatives/new/",
    "/vi/initiatives/export/",
    "/vi/initiatives/accept/",
)


def page(pk: int, deed: str = "") -> str:
    return f"/vi/initiatives/{pk}/{deed}"


@pytest.fixture
def model() -> Initiative:
    return registered()


# who | list | new | export | one model | accept | return | resubmit | change
TABLE: dict[str, tuple[int, ...]] = {
    "stranger": (302, 302, 302, 302, 302, 302, 302, 302),
    "neighbour": (200, 200, 200, 404, 404, 404, 404, 404),
    "other province": (200, 200, 200, 404, 404, 404, 404, 404),
    "viewer": (200, 403, 200, 200, 403, 403, 403, 403),
    "nation": (200, 403, 200, 200, 403, 403, 403, 403),
    "officer": (200, 200, 200, 200, 302, 302, 200, 200),
    "ended": (403, 403, 403, 404, 404, 404, 404, 404),
    "administrator": (403, 403, 403, 404, 404, 404, 404, 404),
}
ROLES: dict[str, tuple[str, str | None]] = {
    "neighbour": ("commune_officer", PHU_THUY),
    "other province": ("province_commission", "52"),
    "viewer": ("commune_viewer", PHAN_THIET),
    "nation": ("nation_commission", None),
    "officer": ("province_commission", "68"),
    "administrator": ("administrator", None),
}


@pytest.mark.parametrize("who", TABLE)
def test_the_access_table(client: Client, sign_in: SignIn, model: Initiative, who: str) -> None:
    if who == "ended":
        sign_in("commune_officer", PHAN_THIET, start=date(2025, 11, 21))  # begins tomorrow: today nothing
    elif who != "stranger":
        sign_in(*ROLES[who])
    got = [_status(client, address) for address in (LIST, NEW, EXPORT, page(model.pk))]
    accept = {"accept-version": 1, "accept-on": "20/11/2025"}
    posts = (("accept/", accept), ("return/", {"return-version": 1, "return-reason": "Thiếu"}), ("resubmit/", {}))
    for deed, data in posts:
        got.append(client.post(page(model.pk, deed), data).status_code)
        Initiative.objects.filter(pk=model.pk).update(state="submitted", version=1, return_reason="", counted_on=None)
    got.append(client.get(page(model.pk, "change/")).status_code)
    assert tuple(got) == TABLE[who]


def _status(client: Client, address: str, **query: Any) -> int:
    """The status of a page; a file that comes with it is read to its end."""
    answer = client.get(address, query)
    if answer.streaming:
        b"".join(answer)
    return answer.status_code


def test_outside_the_reach_a_model_and_no_model_answer_alike(sign_in: SignIn, model: Initiative) -> None:
    client = sign_in("commune_officer", PHU_THUY)
    there, nowhere = client.get(page(model.pk)), client.get(page(987654321))
    assert there.status_code == nowhere.status_code == 404
    assert there.content == nowhere.content.replace(b"987654321", str(model.pk).encode())
    assert client.get(page(10**30)).status_code == 404


def test_the_list_shows_what_the_actor_sees_and_nothing_else(sign_in: SignIn, model: Initiative) -> None:
    registered(province("52"), unit_id=unit("21583"), title="Của tỉnh khác")
    text = sign_in("province_commission", "68").get(LIST).content.decode()
    assert model.title in text
    assert "Phường Phan Thiết" in text
    assert "Của tỉnh khác" not in text


def test_a_model_is_accepted_from_its_page(sign_in: SignIn, model: Initiative) -> None:
    client = sign_in("province_commission", "68")
    shown = client.get(page(model.pk)).content.decode()
    assert 'name="accept-version" value="1"' in shown
    data = {"accept-version": 1, "accept-list_number": "27", "accept-on": "06/11/2025"}
    answer = client.post(page(model.pk, "accept/"), data, follow=True)
    assert answer.redirect_chain[-1][0].endswith(page(model.pk))
    now = again(model)
    assert (now.state, now.list_number, now.counted_on) == ("accepted", "27", date(2025, 11, 6))
    assert differences() == []


def test_a_wrong_day_is_told_beside_the_field_and_what_was_typed_stays(sign_in: SignIn, model: Initiative) -> None:
    client = sign_in("province_commission", "68")
    data = {"accept-version": 1, "accept-list_number": "27/DS", "accept-on": "01/07/2030"}
    text = client.post(page(model.pk, "accept/"), data).content.decode()
    assert "27/DS" in text
    assert "01/07/2030" in text
    assert 'id="id_accept-on-error"' in text
    assert again(model).state == "submitted"


def test_somebody_was_first_is_a_page_of_its_own(sign_in: SignIn, model: Initiative) -> None:
    client = sign_in("province_commission", "68")
    actions.change(actor=commune(), initiative=again(model), values={"note": "x"}, on=DAY, known=KNOWN)
    answer = client.post(page(model.pk, "return/"), {"return-version": 1, "return-reason": "Lý do đã gõ"})
    assert answer.status_code == 409
    assert "Lý do đã gõ" in answer.content.decode()
    assert again(model).state == "submitted"


def test_a_return_needs_its_reason_and_sending_again_follows(sign_in: SignIn, model: Initiative) -> None:
    client = sign_in("province_commission", "68")
    empty = client.post(page(model.pk, "return/"), {"return-version": 1, "return-reason": "  "})
    assert 'id="id_return-reason-error"' in empty.content.decode()
    client.post(page(model.pk, "return/"), {"return-version": 1, "return-reason": "Thiếu số hộ"})
    assert again(model).return_reason == "Thiếu số hộ"
    shown = client.get(page(model.pk)).content.decode()
    assert shown.count("Thiếu số hộ") >= 2  # the alert and the history
    assert "disabled" in shown  # accept and return are grey, with the reason
    client.post(page(model.pk, "resubmit/"), {"version": 2})
    assert again(model).state == "submitted"


def test_ticked_rows_are_accepted_together(sign_in: SignIn) -> None:
    models = [registered(title=f"Mô hình số {n}") for n in range(3)]
    client = sign_in("province_commission", "68")
    shown = client.get(LIST + "?field=culture_society").content.decode()
    ticks = [f"{m.pk}:1" for m in models]
    assert all(f'value="{tick}"' in shown for tick in ticks)
    answer = client.post(TICKED, {"tick": [*ticks, ticks[0]], "back": "?field=culture_society"})
    assert answer.headers["Location"] == LIST + "?field=culture_society"
    assert set(Initiative.objects.values_list("state", flat=True)) == {"accepted"}
    assert differences() == []


def test_one_stale_tick_accepts_none_and_is_named(sign_in: SignIn) -> None:
    models = [registered(title=f"Mô hình số {n}") for n in range(2)]
    actions.change(actor=commune(), initiative=again(models[1]), values={"note": "x"}, on=DAY, known=KNOWN)
    client = sign_in("province_commission", "68")
    answer = client.post(TICKED, {"tick": [f"{m.pk}:1" for m in models]}, follow=True)
    assert "Mô hình số 1" in answer.content.decode()
    assert set(Initiative.objects.values_list("state", flat=True)) == {"submitted"}


@pytest.mark.parametrize("tick", ["x", "1", "1:", ":1", "1:1:1", "-1:1", "1:-1", "9" * 40 + ":1", "١:١x", "999999:1"])
def test_a_made_up_tick_is_nothing(sign_in: SignIn, model: Initiative, tick: str) -> None:
    assert sign_in("province_commission", "68").post(TICKED, {"tick": tick}).status_code == 404


def test_nothing_ticked_is_said(sign_in: SignIn) -> None:
    answer = sign_in("province_commission", "68").post(TICKED, {"back": "//evil.example/"})
    assert answer.headers["Location"].startswith(LIST)


SHEET = {
    "title": "Camera giữ bình yên thôn 7",
    "field": "defence_security",
    "kind": "collective",
    "novelty": "new",
    "period": "2025-2030",
    "start": "01/12/2025",
    "end": "30/11/2026",
    "households": "52",
    "goal": "Thôn mất trộm 4 lần\nvào ban đêm.",
}


def sheet(**other: Any) -> dict[str, Any]:
    return SHEET | {"unit": f"u{unit(PHAN_THIET):05d}"} | other


def test_a_model_is_registered_in_one_sheet(sign_in: SignIn) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    assert client.get(NEW).status_code == 200
    answer = client.post(NEW, sheet(), follow=True)
    model = Initiative.objects.get()
    assert answer.redirect_chain[-1][0].endswith(page(model.pk))
    assert (model.title, model.households, model.start) == (SHEET["title"], 52, date(2025, 12, 1))
    assert (model.state, model.counted_on, model.goal) == ("accepted", date(2025, 11, 20), SHEET["goal"])


def test_everything_wrong_is_told_at_once_and_everything_typed_stays(sign_in: SignIn) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    wrong = sheet(field="", end="30/11/2024", households="chục hộ", title="Tên <b>đậm</b>")
    text = client.post(NEW, wrong).content.decode()
    for place in ("id_field", "id_households-error"):
        assert f'id="{place}"' in text
    assert "Tên &lt;b&gt;đậm&lt;/b&gt;" in text
    assert "30/11/2024" in text
    assert "chục hộ" in text
    assert "vào ban đêm." in text
    text = client.post(NEW, sheet(end="30/11/2024", households="-4")).content.decode()
    assert 'id="id_end-error"' in text
    assert 'id="id_households-error"' in text
    assert not Initiative.objects.exists()


def test_a_unit_outside_the_right_cannot_be_chosen(sign_in: SignIn) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    text = client.post(NEW, sheet(unit=f"u{unit(PHU_THUY):05d}")).content.decode()
    assert 'id="id_unit-error"' in text
    assert not Initiative.objects.exists()


def test_a_model_nearly_the_same_is_asked_about(sign_in: SignIn) -> None:
    first = registered(province(), title="Camera giữ bình yên thôn 6", field="defence_security")
    client = sign_in("commune_officer", PHAN_THIET)
    asked = client.post(NEW, sheet()).content.decode()
    assert f'name="alike" value="{first.pk}"' in asked
    assert Initiative.objects.count() == 1
    client.post(NEW, sheet(alike=str(first.pk)))
    copy = Initiative.objects.exclude(pk=first.pk).get()
    assert (copy.novelty, copy.replicates_id) == ("replicated", first.pk)
    client.post(NEW, sheet(title="Camera giữ bình yên thôn 8", alike="another"))
    assert Initiative.objects.filter(replicates__isnull=True).count() == 2


def test_the_same_model_again_is_refused_beside_its_name(sign_in: SignIn) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    client.post(NEW, sheet())
    text = client.post(NEW, sheet(alike="another")).content.decode()
    assert 'id="id_title-error"' in text
    assert Initiative.objects.count() == 1


def test_an_organisation_registers_for_itself(sign_in: SignIn) -> None:
    place = root_place(unit(PHAN_THIET))
    own = Organisation.objects.create(
        name="Thôn 3", key="thôn 3", sort_key="x", line="village", place=place, now_p=place.now_p, now_c=place.now_c
    )
    client = sign_in("unit_editor", None, owner=own)
    shown = client.get(NEW).content.decode()
    assert 'name="unit"' not in shown
    client.post(NEW, SHEET | {"owner": own.pk})
    model = Initiative.objects.get()
    assert (model.owner_id, model.state, model.now_c) == (own.pk, "submitted", unit(PHAN_THIET))
    assert model.title in client.get(LIST).content.decode()
    assert client.get(page(model.pk, "change/")).status_code == 200


def test_a_model_is_changed_in_the_same_sheet(sign_in: SignIn) -> None:
    model = registered(province(), households=5, start=date(2025, 11, 1))
    client = sign_in("province_commission", "68")
    shown = client.get(page(model.pk, "change/")).content.decode()
    assert "01/11/2025" in shown
    values = sheet(title=model.title, field="economy", version=1, why="mistake", households="6")
    client.post(page(model.pk, "change/"), values)
    now = again(model)
    assert (now.field, now.households, now.version) == ("economy", 6, 2)
    late = client.post(page(model.pk, "change/"), values | {"households": "7"})
    assert late.status_code == 409
    assert again(model).households == 6
    assert differences() == []


def test_who_may_not_change_it_is_told_so(sign_in: SignIn) -> None:
    listed = registered(province())
    assert sign_in("commune_viewer", PHAN_THIET).get(page(listed.pk, "change/")).status_code == 403
    Initiative.objects.filter(pk=listed.pk).update(state="removed")
    assert sign_in("province_commission", "68").get(page(listed.pk, "change/")).status_code in (403, 409)


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% raw %}",
    "=cmd|' /C calc'!A0",
    "%(title)s %s {0}",
    "نموذج تعبئة ماهرة",
]


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_is_text_on_every_page(sign_in: SignIn, title: str) -> None:
    model = registered(province(), title=title, goal=title, note=title, code=title[:60], tags=(title[:60],))
    waiting = registered(title=title + " hai", goal=title)
    client = sign_in("province_commission", "68")
    for address in (LIST, page(model.pk), page(waiting.pk), page(model.pk, "change/"), page(waiting.pk, "change/")):
        text = client.get(address).content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert escape(title) in text
    late = {"return-version": 9, "return-reason": title}
    assert "<script>alert" not in client.post(page(waiting.pk, "return/"), late).content.decode()


FUZZ = [
    "", "0", "-1", "9" * 30, "NaN", "' OR 1=1 --", "\x00", "<b>", "đ" * 5000, "u00001", "u99999999", "68", "economy",
    "-title", "--title", "2025-2030", "2025", "%_\\", "ا",
]  # fmt: skip
KEYS = ("q", "unit", "field", "kind", "novelty", "state", "period", "sort", "page", "format")


@pytest.mark.parametrize("key", KEYS)
def test_no_filter_value_breaks_the_list_or_the_export(sign_in: SignIn, model: Initiative, key: str) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    for value in FUZZ:
        assert _status(client, LIST, **{key: value}) == 200, value
        assert _status(client, EXPORT, **({"format": "csv"} | {key: value})) in (200, 409), value
    assert client.get(LIST, {key: ["1", "2"]}).status_code == 200


@pytest.mark.parametrize("field", [*SHEET, "unit", "owner", "alike", "note", "code"])
def test_no_value_breaks_the_sheet(sign_in: SignIn, field: str) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    for value in FUZZ:
        assert client.post(NEW, sheet(**{field: value})).status_code in (200, 302), value


def test_filters_narrow_and_are_shown_as_chips(sign_in: SignIn) -> None:
    registered(title="Đường hoa thôn 1")
    registered(title="Ngân hàng bò", field="economy")
    registered(commune(PHU_THUY, SEE, REGISTER), title="Đường hoa phường bên", unit_id=unit(PHU_THUY))
    client = sign_in("province_commission", "68")

    def titles(**query: str) -> set[str]:
        text = client.get(LIST, query).content.decode()
        return {t for t in ("Đường hoa thôn 1", "Ngân hàng bò", "Đường hoa phường bên") if t in text}

    assert titles(q="hoa duong") == {"Đường hoa thôn 1", "Đường hoa phường bên"}
    assert titles(q="đường  HOA", unit=PHAN_THIET) == {"Đường hoa thôn 1"}
    assert titles(field="economy") == {"Ngân hàng bò"}
    assert titles(field="no such") == set()
    assert titles(state="accepted") == set()
    assert titles(unit="52") == set()
    assert titles(unit="68") == {"Đường hoa thôn 1", "Ngân hàng bò", "Đường hoa phường bên"}
    shown = client.get(LIST, {"q": "hoa", "field": "economy", "page": "7"}).content.decode()
    assert 'href="?field=economy"' in shown
    assert 'href="?q=hoa"' in shown


def test_pages_never_drift_or_lose_a_row(sign_in: SignIn) -> None:
    kept = {"kind": "collective", "novelty": "new", "unit_id": unit(PHAN_THIET)}
    rows = [Registration(title=f"Mô hình {n}", field="economy", **kept) for n in range(53)]
    actions.register_many(actor=commune(), rows=rows, period=term(), on=DAY, known=KNOWN)
    client = sign_in("commune_officer", PHAN_THIET)
    for sort in ("", "title", "-title", "state", "-households", "updated", "period"):
        seen: list[str] = []
        for number in (1, 2):
            text = client.get(LIST, {"sort": sort, "page": str(number)}).content.decode()
            seen += [part.split("/")[0] for part in text.split('k-rowlink" href="/vi/initiatives/')[1:]]
        assert len(seen) == len(set(seen)) == 53, sort


@pytest.mark.parametrize("rows", [1, 40])
def test_queries_do_not_grow_with_rows(sign_in: SignIn, django_assert_max_num_queries: Any, rows: int) -> None:
    models = [registered(title=f"Mô hình {n}", tags=("a", "b")) for n in range(rows)]
    client = sign_in("province_commission", "68")
    client.get(LIST)
    with django_assert_max_num_queries(15):
        client.get(LIST, {"q": "mo", "unit": PHAN_THIET, "sort": "-title"})
    with django_assert_max_num_queries(15):
        client.get(page(models[0].pk))
    with django_assert_max_num_queries(15):
        client.get(NEW)


@pytest.mark.parametrize("lang", ["en", "ar", "pt"])
def test_the_pages_open_in_every_language(sign_in: SignIn, model: Initiative, lang: str) -> None:
    client = sign_in("province_commission", "68")
    for address in (LIST, NEW, page(model.pk), page(model.pk, "change/")):
        answer = client.get(address.replace("/vi/", f"/{lang}/"))
        assert answer.status_code == 200
        assert f'lang="{lang}"' in answer.content.decode()
