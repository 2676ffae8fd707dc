"""The front page: open, without a cookie, every number with what it counts; counted and quoted never mixed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kheo.initiatives.tests.ground import commune, province, registered
from kheo.portal.tests.ground import behind

pytestmark = pytest.mark.django_db
HOME = "/vi/"


def figures(text: str) -> list[str]:
    return [part.split("</figure>")[0] for part in text.split("<figure")[1:]]


@pytest.mark.parametrize(("lang", "dir"), [("vi", "ltr"), ("en", "ltr"), ("ar", "rtl"), ("pt", "ltr")])
def test_everybody_reads_it_in_four_languages_without_a_cookie(client: Client, lang: str, dir: str) -> None:
    answer = client.get(f"/{lang}/")
    assert answer.status_code == 200
    assert not answer.cookies
    assert f'<html lang="{lang}" dir="{dir}">' in answer.content.decode()
    assert client.head(f"/{lang}/").status_code == 200
    assert client.post(f"/{lang}/").status_code in (403, 405)


def test_the_counted_figure_counts_what_is_in_the_list(client: Client) -> None:
    registered(province(), title="Đã vào danh sách", field="economy")
    registered(commune(), title="Chưa được nhận")
    text = client.get(HOME).content.decode()
    counted = [f for f in figures(text) if "quoted" not in f.split(">")[0]]
    assert len(counted) == 1
    assert '<div class="k-fig-n">1</div>' in counted[0]
    assert "20/11/2025" in counted[0]
    assert "Đã vào danh sách" in text
    assert "Chưa được nhận" not in text


def test_quoted_figures_are_hollow_whole_and_apart(client: Client) -> None:
    text = client.get(HOME).content.decode()
    quoted = [f for f in figures(text) if "quoted" in f.split(">")[0]]
    assert len(quoted) == 5
    gia_lai = next(f for f in quoted if "5.813" in f)
    for part in ("1.526", "2.791", "1.124", "372", "Gia Lai"):
        assert part in gia_lai
    assert any("301" in f and "314" in f for f in quoted)
    assert any("70.000" in f and "<small>" in f for f in quoted)  # its qualifier stands before it
    for figure in figures(text):
        assert figure.count("<dt>") == 3  # territory, period, source: a number never stands alone


def test_without_quoted_figures_and_models_the_page_still_stands(client: Client) -> None:
    from kheo.figures.models import QuotedFigure

    QuotedFigure.objects.all().delete()
    assert client.get(HOME).status_code == 200


def test_what_left_the_list_is_not_shown_and_what_is_made_up_says_so(client: Client) -> None:
    gone = registered(province(), title="Đã đưa ra")
    shown = registered(province(), title="<b>Trình diễn</b>")
    behind(gone, state="removed")
    text = client.get(HOME).content.decode()
    assert "Đã đưa ra" not in text
    assert "&lt;b&gt;Trình diễn&lt;/b&gt;" in text
    assert "k-s warn" not in text
    behind(shown, is_demo=True)
    text = client.get(HOME).content.decode()
    assert text.count('class="k-s warn"') == 1
    assert "&lt;b&gt;Trình diễn&lt;/b&gt;" in text


def test_the_map_draws_34_provinces_shades_them_and_says_the_same_in_a_table(client: Client) -> None:
    registered(province(), title="Một")
    registered(province(), title="Hai")
    text = client.get("/en/").content.decode()
    drawn = text.split('<svg class="k-map"')[1].split("</svg>")[0]
    assert drawn.count("<path") == 34
    assert drawn.count('class="m0"') == 33
    assert 'aria-label="Tỉnh Lâm Đồng: 2"><path class="m5"' in drawn
    assert "Hoàng Sa" in drawn
    assert "Trường Sa" in drawn
    table = text.split("k-maptable")[1].split("</table>")[0]
    assert table.count('<th scope="row"') == 34
    first = table.split('<th scope="row"')[1]
    assert "Tỉnh Lâm Đồng" in first
    assert '<td class="k-num">2</td>' in first


@pytest.mark.parametrize("rows", [0, 12])
def test_queries_do_not_grow_with_rows(client: Client, django_assert_max_num_queries: Any, rows: int) -> None:
    for n in range(rows):
        registered(province(), title=f"Mô hình {n}")
    with django_assert_max_num_queries(15):
        client.get(HOME)


def test_the_way_to_models_units_and_to_signing_in_is_there(client: Client) -> None:
    text = client.get(HOME).content.decode()
    assert 'action="/vi/models/"' in text
    assert 'href="/vi/units/"' in text
    assert 'href="/vi/account/login/"' in text
