"""A passkey on a real browser's lock (a virtual one): added under My account, signed in with alone, taken away."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import Kheo, sign_in

pytestmark = pytest.mark.xdist_group("journeys")
WHO = "c23041"


def test_a_passkey_is_added_opens_the_door_alone_and_is_taken_away(kheo: Kheo, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    site = f"http://localhost:{kheo.port}"  # passkeys need a name, not a number
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    lock = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    lock |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": lock})

    def come_in() -> None:
        page.goto(f"{site}/vi/account/login/")
        page.fill("input[name=login]", WHO)
        page.fill("input[name=password]", kheo.password)
        page.click("main form:has(input[name=password]) button[type=submit]")
        page.wait_for_load_state()

    def confirm() -> None:
        """Who changes the locks is asked once more who they are."""
        if page.locator("input[name=password]").count():
            page.fill("input[name=password]", kheo.password)
            page.click("main form:has(input[name=password]) button[type=submit]")
        elif "/remove" not in page.url and page.locator("#passkey-button").count():
            page.click("#passkey-button")
            page.wait_for_url(lambda address: "confirm" not in address and "reauthenticate" not in address)
        page.wait_for_load_state()

    come_in()
    page.goto(f"{site}/vi/people/me/")
    page.click("main a[href*='passkey']")
    page.wait_for_load_state()
    confirm()
    page.fill("#passkey-name", "Máy của xã")
    page.click("#passkey-button")
    page.wait_for_url(lambda address: "passkey" not in address)
    page.goto(f"{site}/vi/people/me/")
    assert "Máy của xã" in page.inner_text("main")
    context.clear_cookies()

    page.goto(f"{site}/vi/account/login/")
    page.click("#passkey-button")  # no name, no password
    page.wait_for_url("**/desk/")
    page.goto(f"{site}/vi/people/me/")
    page.click("main a[href*='passkey'][href*='remove']")
    page.wait_for_load_state()
    confirm()
    page.click("main form button.btn-outline-danger")
    page.wait_for_load_state()
    page.goto(f"{site}/vi/people/me/")
    assert "Máy của xã" not in page.inner_text("main")
    context.clear_cookies()

    come_in()  # the password alone is enough again
    page.goto(f"{site}/vi/desk/")
    assert page.url.endswith("/vi/desk/")
    assert page.locator("h1").count() == 1
    context.close()


def test_the_door_says_nothing_of_passkeys_where_a_browser_has_none(kheo: Kheo, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{kheo.address}/vi/account/login/")
    assert not page.is_visible("#passkey-button")
    sign_in(page, kheo, WHO)
    assert "/account/login/" not in page.url
    context.close()
