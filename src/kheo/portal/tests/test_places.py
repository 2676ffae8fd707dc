"""The page of a place and the map of a figure: numbers with captions, now and before, hollow where quoted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kheo.initiatives.tests.ground import GIA_LAI, LAM_DONG, PHAN_THIET, PHU_THUY, province, registered, unit
from kheo.portal.tests.ground import LANGUAGES, TODAY
from kheo.units.queries import by_code

pytestmark = pytest.mark.django_db


def at(code: str) -> str:
    return f"/en/places/u{unit(code):05d}/"


def figures(text: str, *, hollow: bool) -> list[str]:
    several = [part.split("</figure>")[0] for part in text.split("<figure")[1:]]
    return [figure for figure in several if ("quoted" in figure.split(">")[0]) == hollow]


@pytest.mark.parametrize(("lang", "dir"), LANGUAGES)
def test_a_province_is_read_in_four_languages_without_a_cookie(client: Client, lang: str, dir: str) -> None:
    answer = client.get(at(LAM_DONG).replace("/en/", f"/{lang}/"))
    assert answer.status_code == 200
    assert not answer.cookies
    assert f'<html lang="{lang}" dir="{dir}">' in answer.content.decode()


@pytest.mark.parametrize("code", [LAM_DONG, PHAN_THIET])
def test_a_code_of_today_leads_to_the_lasting_address(client: Client, code: str) -> None:
    answer = client.get(f"/en/places/{code}/")
    assert (answer.status_code, answer["Location"]) == (302, at(code))


@pytest.mark.parametrize("written", ["u99999", "99", "x", "u1", "00001", "u00000", "٦٨", "Lâm Đồng"])
def test_what_is_no_unit_is_not_there(client: Client, written: str) -> None:
    assert client.get(f"/en/places/{written}/").status_code == 404


def test_its_stock_is_counted_and_captioned_and_its_communes_show_their_gaps(client: Client) -> None:
    registered(province(), title="Một", field="economy")
    registered(province(), title="Hai", unit_id=unit(PHU_THUY))
    registered(province(), title="Của tỉnh", unit_id=unit(LAM_DONG))
    text = client.get(at(LAM_DONG)).content.decode()
    [counted] = figures(text, hollow=False)
    assert '<div class="k-fig-n">3</div>' in counted
    assert "20/11/2025" in counted
    assert counted.count("<dt>") == 3
    assert "in no commune: 1" in counted
    assert text.count('class="gap"') > 400
    assert "Một" in text


def test_the_former_provinces_show_where_its_models_lay(client: Client) -> None:
    registered(province(), title="Ở Phan Thiết")  # Bình Thuận before 1 July 2025
    text = client.get(at(LAM_DONG)).content.decode()
    before = text.split("k-maptable")[1].split("</table>")[0]
    rows = {row.split("</bdi>")[0].rsplit(">", 1)[1]: row for row in before.split("<tr>")[2:]}
    assert set(rows) == {"Tỉnh Lâm Đồng", "Tỉnh Đắk Nông", "Tỉnh Bình Thuận"}
    assert '<td class="k-num">1</td>' in rows["Tỉnh Bình Thuận"]
    assert '<td class="k-num">0</td>' in rows["Tỉnh Đắk Nông"]
    assert text.count("<path class=") == 3


def test_quoted_figures_of_it_and_of_what_it_was_formed_from_are_hollow(client: Client) -> None:
    text = client.get(at(LAM_DONG)).content.decode()
    quoted = figures(text, hollow=True)
    assert any("301" in figure and "314" in figure and "Bình Thuận" in figure for figure in quoted)
    assert all(figure.count("<dt>") == 3 for figure in quoted)
    assert not any("5,813" in figure for figure in quoted)
    assert any("5,813" in figure for figure in figures(client.get(at(GIA_LAI)).content.decode(), hollow=True))


def test_a_commune_has_its_own_page_under_its_province(client: Client) -> None:
    registered(province(), title="Của phường")
    text = client.get(at(PHAN_THIET)).content.decode()
    assert '<div class="k-fig-n">1</div>' in text
    assert "Của phường" in text
    assert f'href="{at(LAM_DONG)}"' in text
    assert "<path" not in text.split("<main")[1].split("k-bloom")[0]
    assert figures(text, hollow=True) == []


def test_a_unit_that_has_ended_leads_to_what_it_became_and_counts_nothing(client: Client) -> None:
    [old] = by_code("60", TODAY.replace(month=6), "province")  # Bình Thuận
    text = client.get(f"/en/places/{old.uid}/").content.decode()
    assert f'href="{at(LAM_DONG)}"' in text
    assert figures(text, hollow=False) == []


@pytest.mark.parametrize("code", [LAM_DONG, PHAN_THIET, GIA_LAI, "01"])
def test_queries_of_a_place_are_bounded(client: Client, django_assert_max_num_queries: Any, code: str) -> None:
    for n in range(12):
        registered(province(), title=f"Mô hình {n}")
    address = at(code)
    with django_assert_max_num_queries(15):
        client.get(address)


def test_the_map_draws_a_figure_and_says_it_in_a_table(client: Client) -> None:
    registered(province(), title="Một", field="economy")
    registered(province(), title="Hai")
    text = client.get("/en/map/").content.decode()
    assert text.split('<svg class="k-map"')[1].split("</svg>")[0].count("<path") == 34
    assert text.split("k-maptable")[1].count('<th scope="row"') == 34
    assert '<b class="k-num">2</b>' in text
    text = client.get("/en/map/", {"field": "economy"}).content.decode()
    assert '<b class="k-num">1</b>' in text
    text = client.get("/en/map/", {"of": LAM_DONG}).content.decode()
    assert '<svg class="k-map"' not in text
    assert text.split("k-maptable")[1].count('<th scope="row"') > 100
    assert client.get("/en/map/", {"period": "2025-2030"}).content.decode().count('<b class="k-num">2</b>') == 1


@pytest.mark.parametrize("name", ["measure", "of", "field", "period"])
@pytest.mark.parametrize("value", ["", "x", "u99999", "22945", "0" * 3000, "<script>", "\x00", "9" * 30])
def test_no_question_breaks_the_map(client: Client, name: str, value: str) -> None:
    answer = client.get("/en/map/", {name: value})
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()


@pytest.mark.parametrize("asked", [{}, {"of": "68"}, {"field": "economy", "period": "2025-2030"}])
def test_queries_of_the_map_are_bounded(
    client: Client, django_assert_max_num_queries: Any, asked: dict[str, str]
) -> None:
    with django_assert_max_num_queries(15):
        client.get("/en/map/", asked)
