"""Shared ground for all tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.test import TransactionTestCase
from django.utils import translation
from whitenoise.middleware import WhiteNoiseMiddleware

from kheo.audit.guards import lifted
from kheo.base.kept import all_kept

pytest_plugins = ["kheo.units.tests.ground"]
APPEND_ONLY = ("audit_entry", "audit_seal", "fig_line")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    """On SQLite the tests run on a file, as Kheo does: in memory, threads share one cache and lock each other out."""
    from django.db import connections

    request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")
    settings = connections["default"].settings_dict
    if "sqlite3" in settings["ENGINE"]:
        settings["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        # A test database need not outlive a power cut; the crash test runs Kheo itself, with its own settings.
        options = settings["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")


@pytest.fixture(autouse=True, scope="session")
def append_only_tables_are_emptied_between_transactional_tests() -> Iterator[None]:
    """Such a test ends with a flush, which the guards rightly refuse: lift them for it, and put them back."""
    flush = TransactionTestCase._fixture_teardown

    def teardown(self: Any) -> None:
        with lifted(*APPEND_ONLY):
            flush(self)

    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def static_files_are_looked_for_once() -> Iterator[None]:
    """Each test client builds the middleware anew, and looking through all static files took a fifth of the suite."""
    look, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def once(self: Any) -> None:
        if not found:
            look(self)
            found.update(self.files)
        self.files.update(found)

    patch = pytest.MonkeyPatch()
    patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", once)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def folder_of_kept_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    patch = pytest.MonkeyPatch()
    patch.setattr(settings, "FILES", tmp_path_factory.mktemp("files"))
    yield settings.FILES
    patch.undo()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A file made for a test holds the hour it was made: as a name it would differ from one worker to the next."""
    return argname if isinstance(val, bytes) and len(val) > 20 else None


@pytest.fixture(autouse=True)
def every_test_begins_alike(folder_of_kept_files: Path) -> None:
    """In Vietnamese, for a page in another language leaves it behind in this thread; and with nothing remembered, for
    the database is put back after a test, and the cache (rate limits count in it) and kept files are not."""
    for kept in folder_of_kept_files.iterdir():
        shutil.rmtree(kept)
    translation.activate("vi")
    cache.clear()
    caches["pages"].clear()
    caches["counts"].clear()
    for kept in all_kept():
        kept.begin_anew(look_after=3600)
    cache.set("demo.held", False)  # else whichever page comes first asks once more than the next
