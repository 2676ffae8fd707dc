"""The component page in a real browser under its own content policy: nothing blocked, nothing spilling, axe silent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, Route

STATIC = Path(__file__).resolve().parents[2] / "src/kheo/static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = pytest.mark.urls("tests.look.urls")


def answer(route: Route) -> None:
    """Pages through Django without a server, static files from their folder; no page here may touch the database."""
    path = urlsplit(route.request.url).path
    if path.startswith("/static/"):
        file = STATIC / path.removeprefix("/static/")
        route.fulfill(status=200, body=file.read_bytes(), content_type=TYPES[file.suffix])
        return
    page = Client().get(path)
    route.fulfill(status=page.status_code, body=page.content, headers=dict(page.items()))


@pytest.fixture
def open_at(browser: Browser, settings: Any, tmp_path: Path) -> Callable[[str, int], Page]:
    settings.STATIC_ROOT = tmp_path

    def opened(path: str, width: int) -> Page:
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.faults = []  # type: ignore[attr-defined]
        page.on("console", lambda message: page.faults.append(message.text) if message.type == "error" else None)  # type: ignore[attr-defined]
        page.on("requestfailed", lambda request: page.faults.append(request.url))  # type: ignore[attr-defined]
        page.route("**/*", answer)
        page.goto(f"http://127.0.0.1{path}")
        page.wait_for_load_state("networkidle")
        return page

    return opened


@pytest.mark.parametrize("face", ["components", "workbench"])
@pytest.mark.parametrize("lang", ["vi", "ar"])
@pytest.mark.parametrize("width", [1280, 375, 320])
def test_the_component_page_is_clean(face: str, lang: str, width: int, open_at: Callable[[str, int], Page]) -> None:
    page = open_at(f"/{lang}/{face}/", width)
    spill = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    # At 320 px the question is only whether something spills (400 % zoom); the tree is the same as at 375 px.
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"] if width > 320 else []
    faults = page.faults  # type: ignore[attr-defined]
    page.close()
    assert faults == []
    assert spill == 0
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found] == []


def test_the_policy_of_these_answers_is_the_strict_one(open_at: Callable[[str, int], Page]) -> None:
    policy = Client().get("/vi/components/").headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "style-src 'self'" in policy
    page = open_at("/vi/components/", 1280)
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    assert page.evaluate("getComputedStyle(document.body).color") != "rgb(255, 0, 0)"
    page.close()


def test_the_signs_are_drawn_and_the_letters_are_ours(open_at: Callable[[str, int], Page]) -> None:
    page = open_at("/vi/components/", 1280)
    empty = "[...document.querySelectorAll('svg.i')].filter(s => s.clientWidth && !s.getBBox().width).length"
    assert page.evaluate(empty) == 0
    faces = set(
        page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family.replaceAll('\"', ''))")
    )
    page.close()
    assert {"Be Vietnam Pro", "Inter"} <= faces
