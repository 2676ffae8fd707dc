"""A village head with a telephone on a bad line: few fields, a photo, nothing typed is lost, the commune accepts."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import Kheo, sign_in

pytestmark = pytest.mark.xdist_group("journeys")
TITLE = "Xe đạp cũ theo em đến lớp, thôn Hồng Lâm"  # like nothing another journey registers


def large_photo(folder: Path) -> Path:
    """A photo as a telephone takes it: some megabytes, three thousand pixels wide."""
    path = folder / "anh.jpg"
    noise = Image.effect_noise((3000, 2000), 80).convert("RGB")
    noise.save(path, "JPEG", quality=95)
    assert path.stat().st_size > 2_000_000
    return path


@pytest.fixture
def phone(browser: Browser) -> Page:
    context = browser.new_context(viewport={"width": 375, "height": 800}, locale="vi-VN", has_touch=True)
    return context.new_page()


def write(page: Page) -> None:
    page.fill("input[name=title]", TITLE)
    page.check("input[name=field][value=culture_society]")
    page.check("input[name=kind][value=collective]")
    page.fill("textarea[name=goal]", "Hai bên đường có hoa")


def kept(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('kheo-typed:'))")


def until_kept(page: Page) -> None:
    """The script waits a moment after the last key; the strict policy lets no condition be waited for in the page."""
    for _look in range(50):
        if kept(page):
            return
        page.wait_for_timeout(100)
    raise AssertionError("nothing was kept in the browser")


def test_what_was_typed_on_a_bad_line_is_put_back_and_sent_with_a_small_photo(
    kheo: Kheo, phone: Page, tmp_path: Path
) -> None:
    page = phone  # at 375 px
    sign_in(page, kheo, "c22945")
    page.goto(f"{kheo.address}/vi/initiatives/new/")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    write(page)
    until_kept(page)
    page.context.set_offline(True)
    page.click("button[value=register]")  # the line is gone
    page.wait_for_timeout(300)
    page.context.set_offline(False)
    page.goto(f"{kheo.address}/vi/initiatives/new/")
    assert page.input_value("input[name=title]") == ""
    page.click("[data-put-back]")
    assert page.input_value("input[name=title]") == TITLE
    assert page.is_checked("input[name=field][value=culture_society]")
    assert page.input_value("textarea[name=goal]") == "Hai bên đường có hoa"
    page.set_input_files("input[name=photos]", large_photo(tmp_path))
    page.wait_for_selector("input[name=photos][data-shrunk]", state="attached")
    assert int(page.get_attribute("input[name=photos]", "data-shrunk") or 0) < 1_500_000
    page.click("button[value=register]")
    page.wait_for_url(re.compile(r"/initiatives/\d+/$"))
    assert TITLE in page.inner_text("h1")
    assert kept(page) == []
    shown = page.get_attribute("#progress img", "src")
    photo = page.request.get(f"{kheo.address}{shown}").body()
    assert max(Image.open(io.BytesIO(photo)).size) <= 1600
    page.goto(f"{kheo.address}/vi/initiatives/new/")
    assert not page.is_visible("[data-kept]")
    page.context.close()


def test_what_one_person_typed_is_offered_to_nobody_else(kheo: Kheo, phone: Page) -> None:
    sign_in(phone, kheo, "c22945")
    phone.goto(f"{kheo.address}/vi/initiatives/new/")
    write(phone)
    until_kept(phone)
    phone.context.clear_cookies()
    sign_in(phone, kheo, "c22924")
    phone.goto(f"{kheo.address}/vi/initiatives/new/")
    assert not phone.is_visible("[data-kept]")
    assert kept(phone) == []
    phone.context.close()
