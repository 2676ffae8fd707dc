"""A real Kheo for the journeys: `kheo init`, `kheo serve` on a spare port, and a real Chromium in front of it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CASES = Path(__file__).parents[1] / "cases"
KHEO = [sys.executable, "-c", "from kheo.config.cli import main; main()"]
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


class Kheo:
    """The running installation: its address, its command line, the demonstration password."""

    def __init__(self, home: Path) -> None:
        self.env = {**os.environ, "KHEO_VAR": str(home), "KHEO_DATABASE": str(home / "kheo.sqlite3")}
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        said = self.run("init", "--accounts", "--seed", "1", "--lang", "en").stdout
        self.password = next(line for line in said.splitlines() if "password" in line).split()[-1]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*KHEO, *words], env=self.env, capture_output=True, text=True, timeout=120)

    def json(self, *words: str) -> dict:
        return json.loads(self.run(*words, "--json").stdout)

    def start(self) -> None:
        self.server = subprocess.Popen(
            [*KHEO, "serve", "--port", str(self.port)],
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.address}/health/", timeout=2).close()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self.stop()
        raise RuntimeError("Kheo did not answer within a minute")

    def stop(self) -> None:
        self.server.terminate()
        self.server.wait(20)


@pytest.fixture(scope="package")
def kheo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kheo]:
    installation = Kheo(tmp_path_factory.mktemp("kheo"))
    installation.start()
    yield installation
    installation.stop()


@pytest.fixture(scope="package")  # a browser left open would leave its event loop to the tests that follow
def browser() -> Iterator[Browser]:
    program = next(p for p in ("chromium", "chromium-browser", "google-chrome") if shutil.which(p))
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=shutil.which(program), args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with script on, at a desk's width; any script error or third-party request fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" and "404" not in m.text else None)
    page.on(
        "request",
        lambda r: faults.append(r.url) if not r.url.startswith(("http://127.0.0.1", "data:", "blob:")) else None,
    )
    yield page
    context.close()
    assert faults == []


@pytest.fixture
def bare_page(browser: Browser) -> Iterator[Page]:
    """A phone at 375 px with script switched off."""
    context = browser.new_context(viewport={"width": 375, "height": 800}, locale="vi-VN", java_script_enabled=False)
    yield context.new_page()
    context.close()


def sign_in(page: Page, kheo: Kheo, username: str, lang: str = "vi") -> None:
    page.goto(f"{kheo.address}/{lang}/account/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", kheo.password)
    page.click("main button[type=submit]")
    page.wait_for_load_state()
