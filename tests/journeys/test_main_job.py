"""The main job as its people do it: two lists in, registry and figures out, again no change, neighbours outside."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import CASES, Kheo, sign_in

pytestmark = pytest.mark.xdist_group("journeys")
LISTS = {
    "p68": ("dang-ky-lam-dong-2025.xlsx", "68", {"new": 64}),
    "p52": ("dang-ky-gia-lai-2025.xlsx", "52", {"new": 48}),
}


def bring_in(page: Page, kheo: Kheo, filename: str) -> None:
    """Upload a list for 2025-2030 as of 5 November 2025 and arrive at its preview."""
    page.goto(f"{kheo.address}/vi/imports/new/")
    page.set_input_files("input[type=file]", CASES / "main" / filename)
    page.fill("input[name=on]", "2025-11-05")
    if page.locator("select[name=period]").count():
        page.select_option("select[name=period]", "2025-2030")
    page.click("main form[enctype] button[type=submit]")
    page.wait_for_url(re.compile(r"/imports/\d+/"))


def fates(page: Page) -> dict[str, str]:
    """What the preview's glance says, by the fate each of its tiles leads to."""
    names = ("new", "changed", "unchanged", "asked", "refused")
    return {name: page.locator(f".k-glance a[href*='show={name}'] b").inner_text() for name in names}


@pytest.mark.parametrize("user", LISTS)
def test_a_province_brings_its_list_in_and_a_second_time_nothing_changes(page: Page, kheo: Kheo, user: str) -> None:
    filename, code, counts = LISTS[user]
    sign_in(page, kheo, user)
    bring_in(page, kheo, filename)
    assert fates(page) == {"new": str(counts["new"]), "changed": "0", "unchanged": "0", "asked": "0", "refused": "0"}

    page.click("main form[action$='/save/'] button[type=submit]")
    page.goto(f"{kheo.address}/vi/initiatives/")
    expect(page.locator("main")).to_contain_text(f"{counts['new']}")
    assert kheo.json("initiatives", "list", "--as", user)["count"] == counts["new"]

    page.goto(f"{kheo.address}/vi/figures/coverage/?of={code}&period=2025-2030")
    expect(page.locator("table.k-heat")).to_be_visible()
    covered = kheo.json("figures", "coverage", "initiatives", "--of", code, "--period", "2025-2030")
    assert covered["total"] == counts["new"]
    assert covered["zeros"] > 0

    bring_in(page, kheo, filename)
    assert fates(page) == {"new": "0", "changed": "0", "unchanged": str(counts["new"]), "asked": "0", "refused": "0"}


def test_a_neighbour_commune_gets_404_where_the_own_commune_reads(page: Page, kheo: Kheo) -> None:
    row = kheo.json("initiatives", "list", "--as", "c22945")["rows"][0]
    sign_in(page, kheo, "c22945")
    assert page.goto(f"{kheo.address}/vi/initiatives/{row['id']}/").status == 200
    expect(page.locator("h1")).to_contain_text(row["title"])
    page.context.clear_cookies()
    sign_in(page, kheo, "c22954")
    assert page.goto(f"{kheo.address}/vi/initiatives/{row['id']}/").status == 404
    assert page.goto(f"{kheo.address}/vi/initiatives/999999/").status == 404


def test_the_main_job_works_on_a_phone_without_script(bare_page: Page, kheo: Kheo) -> None:
    sign_in(bare_page, kheo, "p68")
    bring_in(bare_page, kheo, LISTS["p68"][0])
    assert fates(bare_page)["unchanged"] == "64"
    bare_page.goto(f"{kheo.address}/vi/initiatives/?field=economy")
    expect(bare_page.locator("main table tbody tr")).to_have_count(16)


def test_a_model_is_registered_on_a_phone_and_accepted_by_its_commune(
    bare_page: Page, browser: Browser, kheo: Kheo
) -> None:
    sign_in(bare_page, kheo, "v22945")
    bare_page.goto(f"{kheo.address}/vi/initiatives/new/")
    bare_page.click("main form button[type=submit]")
    expect(bare_page.locator("main")).to_contain_text(re.compile("Tên mô hình"))  # the errors name what is missing
    bare_page.fill("input[name=title]", "Cổng làng xanh thử của tổ dân phố")
    bare_page.check("input[name=field][value=culture_society]")
    for name, value in (("kind", "collective"), ("novelty", "new")):
        if bare_page.locator(f"input[name={name}][value={value}]").count():
            bare_page.check(f"input[name={name}][value={value}]")
        else:
            bare_page.select_option(f"select[name={name}]", value)
    bare_page.click("main form button[type=submit]")
    bare_page.wait_for_url(re.compile(r"/initiatives/\d+/"))
    model = bare_page.url
    officer = browser.new_page()
    sign_in(officer, kheo, "c22945")
    officer.goto(model)
    officer.click("form[action$='/accept/'] button[type=submit]")
    expect(officer.locator("main")).to_contain_text("Đưa vào danh sách")
    officer.close()
