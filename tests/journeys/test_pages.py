"""Every page in every language, at a desk and on a phone: no axe violation, nothing spills sideways."""

from __future__ import annotations

from importlib import resources

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import Kheo, sign_in

pytestmark = pytest.mark.xdist_group("journeys")
AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
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


def faults(page, width: int, address: str) -> list[str]:
    """What axe and a ruler find on one page at one width."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    found = []
    spill = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if spill > 0:
        found.append(f"{address} at {width}: {spill} px spill sideways")
    page.evaluate(AXE)
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    found += [f"{address} at {width}: {v['id']} {v['nodes'][0]['target']}" for v in result["violations"]]
    return found


@pytest.mark.parametrize("lang", ["vi", "en", "ar", "pt"])
def test_public_pages_are_accessible(browser: Browser, kheo: Kheo, lang: str) -> None:
    page = browser.new_page(bypass_csp=True)
    found = [f for path in PUBLIC for w in (1280, 375) for f in faults(page, w, f"{kheo.address}/{lang}/{path}")]
    assert page.context.cookies() == [] or all(c["name"] == "csrftoken" for c in page.context.cookies())
    page.close()
    assert found == []


@pytest.mark.parametrize("lang", ["vi", "en", "ar"])
def test_office_pages_are_accessible(browser: Browser, kheo: Kheo, lang: str) -> None:
    page = browser.new_page(bypass_csp=True)
    sign_in(page, kheo, "p68", lang)
    found = [f for path in OFFICE for w in (1280, 375) for f in faults(page, w, f"{kheo.address}/{lang}/{path}")]
    page.close()
    assert found == []
