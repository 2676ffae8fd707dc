"""The pages of figures, for strangers and officers, whatever the address says."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from kheo.base import clock
from kheo.figures import actions, queries
from kheo.figures.tests.things import image
from kheo.figures.words import Cause
from kheo.initiatives.figures import INITIATIVES
from kheo.people.tests.folk import account, post, unit

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
PHAN_THIET, LAM_DONG = "22945", "68"
COVERAGE, TABLE, QUOTED = "/en/figures/coverage/", "/en/figures/table/", "/en/figures/quoted/"


@pytest.fixture(autouse=True)
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """Periods, quoted figures, and five models of Phan Thiết in three fields."""
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    actions.load_periods()
    actions.load_quoted()
    place = unit(PHAN_THIET).id
    fields = {1: 1, 2: 1, 3: 1, 4: 2, 5: 3}
    images = [image(fact, place=place, colour=field) for fact, field in fields.items()]
    actions.post(INITIATIVES, images, known=datetime(2025, 11, 5, tzinfo=UTC))


@pytest.fixture
def officer(client: Client) -> Client:
    return sign_in(client, "province_commission", LAM_DONG)


def sign_in(client: Client, role: str, code: str = "") -> Client:
    person = account(language="en")
    post(person, role, code)
    client.force_login(person, backend="kheo.people.backends.PostBackend")
    return client


def text(client: Client, address: str, **asked: str) -> str:
    caches["pages"].clear()  # these tests post figures without a deed
    answer = client.get(address, asked)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def row(html: str, name: str) -> list[str]:
    """The numbers of a unit's row in a matrix or table."""
    found = re.search(rf"{name}(?:</a>)?</th>(.*?)</tr>", html)
    assert found, name
    return [re.sub(r"<[^>]*>|–.*", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", found[1])]


@pytest.mark.parametrize("lang", ["vi", "en", "ar", "pt"])
@pytest.mark.parametrize("page", ["coverage", "table", "quoted"])
def test_a_page_opens_in_every_language_for_strangers_and_officers(client: Client, lang: str, page: str) -> None:
    assert client.get(f"/{lang}/figures/{page}/").status_code == 200
    assert sign_in(client, "commune_officer", PHAN_THIET).get(f"/{lang}/figures/{page}/").status_code == 200


def test_a_stranger_sees_the_country_by_province_and_an_officer_the_own_province_by_commune(client: Client) -> None:
    stranger = text(client, COVERAGE)
    assert "k-mast" in stranger
    assert row(stranger, "Tỉnh Lâm Đồng") == ["3", "1", "1", "0", "5"]
    for role, code in (("province_commission", LAM_DONG), ("commune_officer", PHAN_THIET)):
        html = text(sign_in(Client(), role, code), COVERAGE)
        assert "k-rail" in html
        assert row(html, "Phường Phan Thiết") == ["3", "1", "1", "0", "5"]
        assert "Tỉnh Gia Lai</th>" not in html
    assert "Tỉnh Gia Lai" in text(sign_in(Client(), "nation_commission"), COVERAGE)


def test_gaps_are_dashed_come_first_and_are_told_beside_the_matrix(client: Client) -> None:
    html = text(client, COVERAGE, of=LAM_DONG)
    names = re.findall(r'<a class="k-rowlink"[^>]*>([^<]*)</a>', html)
    assert len(names) == 124
    assert names[-1] == "Phường Phan Thiết"
    assert html.count('class="gap"') == 123 * 4 + 1
    assert "493 gaps" in html
    assert "116 more units" in html or "and 116 more" in html


def test_the_caption_stands_with_the_matrix(client: Client) -> None:
    html = text(client, COVERAGE, of=LAM_DONG, period="2025-2030")
    caption = re.search(r"<caption>(.*?)</caption>", html)
    assert caption
    for part in ("01/07/2025", "30/06/2030", "Tỉnh Lâm Đồng", "today", "models"):
        assert part in caption[1]


def test_a_gap_leads_who_may_register_there_to_a_new_registration(client: Client, officer: Client) -> None:
    uid = unit(PHAN_THIET).uid
    link = f"/en/initiatives/new/?unit={uid}&amp;field=political_system"
    assert link in text(officer, COVERAGE)
    assert "/initiatives/new/" not in text(officer, COVERAGE, of="52")
    assert "/initiatives/new/" not in text(officer, COVERAGE, by="kind")
    assert "/initiatives/new/" not in text(Client(), COVERAGE, of=LAM_DONG)


def test_the_matrix_can_be_sorted_otherwise(client: Client) -> None:
    def first(order: str) -> str:
        html = text(client, COVERAGE, of=LAM_DONG, order=order)
        return re.findall(r'<a class="k-rowlink"[^>]*>([^<]*)</a>', html)[0]

    assert first("total") == "Phường Phan Thiết"
    assert first("name") == "Phường 1 Bảo Lộc"


def test_a_table_crosses_two_dimensions_and_adds_up(client: Client) -> None:
    html = text(client, TABLE, of=LAM_DONG, by="commune", across="field")
    assert row(html, "Phường Phan Thiết") == ["3", "1", "1", "0", "5"]
    assert row(html, "Xã Bảo Lâm 1") == ["0", "0", "0", "0", "0"]
    one = text(client, TABLE, of=PHAN_THIET, by="field")
    assert '<div class="k-fig-n">5</div>' in one


def test_the_source_of_a_number_leads_officers_to_its_records(client: Client, officer: Client) -> None:
    html = text(officer, TABLE, period="2025-2030")
    assert f'href="/en/initiatives/?unit={unit(LAM_DONG).uid}&amp;period=2025-2030"' in html
    assert "/initiatives/" not in text(Client(), TABLE)
    assert "/initiatives/?unit" not in text(officer, TABLE, map="recorded")


def test_what_was_removed_is_told_apart(client: Client) -> None:
    assert "Told apart" not in text(client, TABLE, of=LAM_DONG)
    removed = image(5, place=unit(PHAN_THIET).id, colour=3, state=6, day=9, cause=Cause.MOVE)
    actions.post(INITIATIVES, [removed], known=datetime(2025, 11, 9, tzinfo=UTC))
    html = text(client, TABLE, of=LAM_DONG)
    assert "Removed from the list 1" in html
    assert '<div class="k-fig-n">4</div>' in html


def test_an_old_map_and_the_map_as_recorded_can_be_asked(client: Client) -> None:
    assert "Tỉnh Bình Thuận" in text(client, TABLE, map="2025-06-30", by="province")
    assert "Phường Phan Thiết" in text(client, TABLE, map="recorded", by="commune")
    refused = text(client, TABLE, map="2025-06-30", of=unit(PHAN_THIET).uid)
    assert "Phường Phan Thiết is not on this map" in refused
    assert "k-empty" in refused


@pytest.mark.parametrize("page", [COVERAGE, TABLE])
@pytest.mark.parametrize(
    "asked",
    [
        {"of": "zzz"},
        {"of": "u99999"},
        {"of": "0"},
        {"of": "x" * 5000},
        {"of": "\x00"},
        {"by": "weight"},
        {"by": "field,kind"},
        {"across": "nothing"},
        {"across": "province", "by": "commune"},
        {"across": "field", "by": "field"},
        {"period": "1999"},
        {"period": "2025-2030'--"},
        {"map": "soon"},
        {"map": "9999-12-31"},
        {"map": "0001-01-01"},
        {"map": "2025-02-30"},
        {"order": "random"},
        {"format": "exe"},
        {"page": "-1"},
        {"of": "", "by": "", "across": "", "period": "", "map": ""},
    ],
    ids=lambda asked: " ".join(f"{k}={v[:12]!r}" for k, v in asked.items()),
)
def test_a_silly_question_gets_a_sensible_page(client: Client, page: str, asked: dict[str, str]) -> None:
    assert client.get(page, asked).status_code == 200


def test_what_was_not_understood_is_said_and_never_runs(client: Client) -> None:
    html = text(client, COVERAGE, of="<script>x</script>", period='"><q>')
    assert "There is no unit &lt;script" in html
    assert "<script>x" not in html
    assert "<q>" not in html
    assert row(html, "Tỉnh Lâm Đồng") == ["3", "1", "1", "0", "5"]


def test_a_measure_that_does_not_exist_has_no_page(client: Client) -> None:
    assert client.get(COVERAGE, {"measure": "persons"}).status_code == 404
    assert client.get(COVERAGE, {"measure": "initiatives"}).status_code == 200
    assert client.post(COVERAGE).status_code == 405


@pytest.mark.parametrize("address", [COVERAGE, TABLE])
def test_the_numbers_can_be_taken_away_with_their_caption(client: Client, address: str) -> None:
    answer = client.get(address, {"of": LAM_DONG, "by": "field", "format": "csv"})
    assert answer["Content-Type"].startswith("text/csv")
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert "Tỉnh Lâm Đồng" in lines[-1][0]
    if address == COVERAGE:
        assert [PHAN_THIET, "Phường Phan Thiết", "3", "1", "1", "0", "5"] in lines
        assert len(lines) == 126
    else:
        assert lines[:2] == [["field", "n"], ["economy", "3"]]


def test_every_quoted_figure_is_drawn_hollow_with_its_qualifier_and_source(client: Client) -> None:
    html = text(client, QUOTED)
    figures = re.findall(r'<figure class="k-fig quoted">.*?</figure>', html)
    assert len(figures) == len(queries.quoted()) == 27
    assert all("Source</dt><dd>" in figure and "Territory</dt><dd>" in figure for figure in figures)
    assert any("<small>nearly</small> 70,000" in figure for figure in figures)
    assert any("165.34" in figure and "billion" in figure for figure in figures)
    assert "8,000" not in html  # nothing is added up
    assert not re.search(r'<figure class="k-fig(?! quoted)', html)


def test_pages_cost_a_fixed_number_of_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    def cost(address: str, **asked: str) -> int:
        with django_assert_max_num_queries(15) as spent:
            text(client, address, **asked)
        return len(spent)

    cost(COVERAGE), cost(COVERAGE, of=LAM_DONG)  # names of units are kept from now on (base/kept.py)
    before = [cost(COVERAGE, of=LAM_DONG), cost(COVERAGE), cost(TABLE, of=LAM_DONG, by="commune"), cost(QUOTED)]
    more = [image(fact, place=unit(PHAN_THIET).id) for fact in range(100, 1500)]
    actions.post(INITIATIVES, more, known=datetime(2025, 11, 6, tzinfo=UTC))
    after = [cost(COVERAGE, of=LAM_DONG), cost(COVERAGE), cost(TABLE, of=LAM_DONG, by="commune"), cost(QUOTED)]
    assert before == after == [5, 4, 6, 2]


def test_an_officers_page_costs_a_fixed_number_of_queries(officer: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(15):
        text(officer, COVERAGE)
