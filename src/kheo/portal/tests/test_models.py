"""The public list: only what everybody may read, narrowed without counting rows, in pages that do not drift."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from kheo.initiatives.actions.finding import index
from kheo.initiatives.models import Initiative
from kheo.initiatives.tests.ground import GIA_LAI, LAM_DONG, PHU_THUY, commune, province, registered, term, unit
from kheo.portal.tests.ground import behind

pytestmark = pytest.mark.django_db
LIST = "/en/models/"


def shown(client: Client, **asked: Any) -> list[str]:
    """The titles on a page, in its order."""
    answer = client.get(LIST, asked)
    assert answer.status_code == 200
    return re.findall(r'/en/models/\d+/"><bdi lang="vi">([^<]*)</bdi>', answer.content.decode())


def uid(code: str) -> str:
    return f"u{unit(code):05d}"


def test_only_what_is_in_the_list_is_shown_without_a_cookie(client: Client) -> None:
    registered(province(), title="Đã vào danh sách")
    registered(commune(), title="Chưa được nhận")
    void = registered(province(), title="Ghi nhầm")
    behind(void, voided_at="2025-11-19T00:00:00Z")
    assert shown(client) == ["Đã vào danh sách"]
    assert not client.get(LIST).cookies


def test_words_find_with_and_without_marks_and_never_what_is_for_the_office(client: Client) -> None:
    model = registered(province(), title="Đường hoa thay bãi rác", note="mật danh")
    registered(commune(), title="Đường hoa chưa nhận")
    registered(province(), title="Ngân hàng bò")
    assert shown(client, q="duong hoa") == [model.title]
    assert shown(client, q="đường hoa") == [model.title]
    assert shown(client, q="mat danh") == []
    assert shown(client, q="hoa", unit=uid(GIA_LAI)) == []
    assert shown(client, q="hoa", unit=uid(LAM_DONG)) == [model.title]


def test_a_typing_mistake_is_mended_and_told_and_may_be_insisted_on(client: Client) -> None:
    registered(province(), title="Thu gom rác thải")
    text = client.get(LIST, {"q": "thai gomm"}).content.decode()
    assert "Thu gom rác thải" in text
    assert "exact=1" in text
    assert shown(client, q="thai gomm", exact="1") == []


def test_field_unit_and_term_narrow_the_list(client: Client) -> None:
    here = registered(province(), title="Kinh tế", field="economy")
    registered(province(), title="Văn hóa")
    registered(province(), title="Nơi khác", unit_id=unit(PHU_THUY), field="economy")
    assert set(shown(client, field="economy")) == {"Kinh tế", "Nơi khác"}
    assert shown(client, field="economy", unit=uid("22945")) == [here.title]
    assert set(shown(client, unit=uid(LAM_DONG))) == {"Kinh tế", "Văn hóa", "Nơi khác"}
    assert shown(client, unit="52") == []
    assert len(shown(client, period="2025-2030")) == 3
    assert shown(client, period="2020-2025") == []


def test_the_numbers_beside_the_choices_are_the_figures(client: Client) -> None:
    registered(province(), title="Một", field="economy")
    registered(province(), title="Hai", field="economy")
    registered(province(), title="Ba")
    text = client.get(LIST).content.decode()
    assert "Economy (2)" in text
    assert "Culture and society (1)" in text
    assert "Tỉnh Lâm Đồng (3)" in text
    assert "3 models in the list" in text
    text = client.get(LIST, {"field": "economy", "unit": uid(LAM_DONG)}).content.decode()
    assert "Phường Phan Thiết (2)" in text
    assert "2 models in the list" in text


@pytest.mark.parametrize("kept_at", [LAM_DONG])
def test_what_is_kept_at_the_province_is_counted_in_its_field(client: Client, kept_at: str) -> None:
    registered(province(), title="Của tỉnh", unit_id=unit(kept_at), field="economy")
    text = client.get(LIST, {"unit": uid(LAM_DONG)}).content.decode()
    assert "Economy (1)" in text
    assert "1 model in the list" in text


def test_pages_go_forth_and_back_and_what_enters_meanwhile_moves_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kheo.portal.views.pages.PAGE", 3)
    models = [registered(province(), title=f"Mô hình {n}") for n in range(8)]
    newest_first = [model.title for model in reversed(models)]
    assert shown(client) == newest_first[:3]
    second = {"after": models[5].pk}
    assert shown(client, **second) == newest_first[3:6]
    registered(province(), title="Vừa vào")
    assert shown(client, **second) == newest_first[3:6]
    assert shown(client, after=models[2].pk) == newest_first[6:]
    assert shown(client, before=models[1].pk) == newest_first[3:6]
    assert shown(client, before=models[4].pk) == newest_first[:3]
    assert shown(client)[0] == "Vừa vào"


def test_by_title_it_follows_the_vietnamese_alphabet_in_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kheo.portal.views.pages.PAGE", 2)
    for title in ("Đường hoa", "Ăn sạch", "Dân số", "An toàn", "Ấm áp", "Êm đềm", "Em bé"):
        registered(province(), title=title)
    at: dict[str, Any] = {"unit": uid(LAM_DONG), "sort": "title"}
    seen = []
    while True:
        seen += shown(client, **at)
        further = re.search(r'rel="next" href="[^"]*after=(\d+)', client.get(LIST, at).content.decode())
        if further is None:
            break
        at["after"] = further[1]
    assert seen == ["An toàn", "Ăn sạch", "Ấm áp", "Dân số", "Đường hoa", "Em bé", "Êm đềm"]


def test_an_empty_list_says_what_to_do_next(client: Client) -> None:
    text = client.get(LIST).content.decode()
    assert "k-empty" in text
    text = client.get(LIST, {"field": "economy", "unit": uid(GIA_LAI)}).content.decode()
    assert 'class="k-empty"' in text
    assert f'href="{LIST}"' in text.split("k-empty")[1]


HOSTILE = ["", "x", "-1", "0", "9" * 30, "u99999", "u1e5", "٣", "' OR 1=1 --", "\x00", "‮", "a" * 5000, "<script>"]


@pytest.mark.parametrize("name", ["q", "field", "unit", "period", "sort", "after", "before", "exact", "page"])
@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_of_a_filter_breaks_the_page(client: Client, name: str, value: str) -> None:
    registered(province(), title="Có đây")
    answer = client.get(LIST, {name: value})
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()


def test_what_is_not_understood_is_said_and_shows_nothing_wrong(client: Client) -> None:
    registered(province(), title="Có đây")
    text = client.get(LIST, {"unit": "u99999"}).content.decode()
    assert 'href="#id_unit"' in text
    assert "Có đây" not in text


@pytest.mark.parametrize(
    "asked", [{}, {"unit": "68"}, {"unit": "22945"}, {"q": "mo hinh"}, {"q": "mo hinh", "unit": "68"}]
)
def test_queries_do_not_grow_with_rows(
    client: Client, django_assert_max_num_queries: Any, asked: dict[str, str]
) -> None:
    for n in range(3):
        registered(province(), title=f"Mô hình {n}")
    with django_assert_max_num_queries(15) as few:
        client.get(LIST, asked)
    for n in range(3, 40):
        registered(province(), title=f"Mô hình {n}")
    with django_assert_max_num_queries(len(few)):
        client.get(LIST, asked)


def test_demonstrations_are_shown_and_say_so(client: Client) -> None:
    model = registered(province(), title="Bày ra")
    behind(model, is_demo=True)
    text = client.get(LIST).content.decode()
    assert "Bày ra" in text
    assert "k-s warn" in text


def test_a_list_made_by_the_index_is_never_wider_than_the_registry(client: Client) -> None:
    """A text that lags behind its model finds nothing that may not be read."""
    model = registered(province(), title="Lạc hậu")
    index([model])
    Initiative.objects.filter(pk=model.pk).update(state="returned", return_reason="x")
    assert shown(client, q="lac hau") == []
    assert term().code == "2025-2030"
