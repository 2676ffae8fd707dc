"""Every page in every language, at a desk and on a phone: no axe violation, nothing spills sideways."""

from __future__ import annotations

from importlib import resources

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import Kheo, sign_in

pytestmark = pytest.mark.xdist_group("journeys")
AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
PHONE = 375
WIDTHS = (1280, PHONE)
PUBLIC = [
    "",
    "models/",
    "models/?q=khong+co+tu+nay",
    "places/u00078/",
    "places/u11555/",
    "map/",
    "map/?of=u00078",
    "units/",
    "units/u11555/",
    "figures/coverage/",
    "figures/quoted/",
    "law/numbers/",
    "account/login/",
    "no-such-page/",
]
OFFICE = [
    "desk/", "initiatives/", "initiatives/new/", "imports/", "imports/new/", "figures/coverage/", "figures/table/",
    "people/powers/", "account/password/change/",
]  # fmt: skip


def faults(page: Page, address: str, asked: tuple[int, ...] = WIDTHS) -> list[str]:
    """What a ruler finds on one page at each width, and axe at those asked for."""
    page.goto(address)
    page.evaluate(AXE)
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        spill = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if spill > 0:
            found.append(f"{address} at {width}: {spill} px spill sideways")
        if width in asked:
            result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            found += [f"{address} at {width}: {v['id']} {v['nodes'][0]['target']}" for v in result["violations"]]
    return found


@pytest.mark.parametrize("lang", ["vi", "en", "ar", "pt"])
def test_public_pages_are_accessible(browser: Browser, kheo: Kheo, lang: str) -> None:
    """English and Portuguese stand in the same boxes as Vietnamese: axe looks at them on the phone only."""
    page = browser.new_page(bypass_csp=True)
    asked = WIDTHS if lang in ("vi", "ar") else (PHONE,)
    found = [f for path in PUBLIC for f in faults(page, f"{kheo.address}/{lang}/{path}", asked)]
    assert page.context.cookies() == [] or all(c["name"] == "csrftoken" for c in page.context.cookies())
    page.close()
    assert found == []


@pytest.mark.parametrize("lang", ["vi", "en", "ar"])
def test_office_pages_are_accessible(browser: Browser, kheo: Kheo, lang: str) -> None:
    page = browser.new_page(bypass_csp=True)
    sign_in(page, kheo, "p68", lang)
    asked = WIDTHS if lang != "en" else (PHONE,)
    found = [f for path in OFFICE for f in faults(page, f"{kheo.address}/{lang}/{path}", asked)]
    page.close()
    assert found == []
