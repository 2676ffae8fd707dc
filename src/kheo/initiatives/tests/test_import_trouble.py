"""Two people at once, a killed process, a full disk: all or nothing, one clear sentence, never a half list."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kheo.exchange import actions
from kheo.exchange.models import ImportRun
from kheo.figures.models import FigLine
from kheo.initiatives.exchange import REGISTRATION_LIST
from kheo.initiatives.models import Initiative
from kheo.initiatives.tests.ground import DAY, KNOWN, differences
from kheo.initiatives.tests.lists import book, fates, officer, row, save, stage
from kheo.initiatives.tests.test_races import at_once
from kheo.initiatives.tests.test_registration_lists import LISTS, MAIN

LIST = MAIN / LISTS[0][0]


@pytest.mark.django_db(transaction=True)
def test_two_people_save_one_list_at_once_and_it_is_saved_once() -> None:
    one, two = officer("68"), officer("22945")
    two = type(two)(id=two.id, name=two.name, reach=one.reach)
    runs = [stage(person, LIST.read_bytes()) for person in (one, two)]
    assert [fates(run) for run in runs] == [{"new": 64}] * 2
    outcomes = at_once(lambda: save(one, runs[0]), lambda: save(two, runs[1]))
    assert outcomes == ["done", "exchange.changed_since"]
    assert Initiative.objects.count() == FigLine.objects.count() == 64
    later = ImportRun.objects.get(state="staged")
    assert fates(later) == {"unchanged": 64}
    assert differences() == []


@pytest.mark.django_db(transaction=True)
def test_one_import_saved_by_two_clicks_at_once_is_saved_once() -> None:
    person = officer("68")
    run = stage(person, LIST.read_bytes())
    copies = [ImportRun.objects.get(pk=run.pk) for _ in range(3)]
    outcomes = at_once(*(lambda copy=copy: save(person, copy) for copy in copies))
    assert outcomes == ["done", "exchange.saved_already", "exchange.saved_already"]
    assert Initiative.objects.count() == 64


@pytest.mark.django_db(transaction=True)
def test_two_commands_at_once_end_well_and_the_second_finds_everything_there() -> None:
    people = [officer("68"), officer("68")]
    found: list[ImportRun] = []

    def bring_in(person: Any) -> None:
        found.append(
            actions.bring_in(
                actor=person,
                importer=REGISTRATION_LIST,
                data=LIST.read_bytes(),
                filename="a.xlsx",
                options={"period": "2025-2030"},
                on=DAY,
                known=KNOWN,
            )
        )

    assert at_once(*(lambda person=person: bring_in(person) for person in people)) == ["done", "done"]
    assert sorted(run.counts["new"] for run in found) == [0, 64]
    assert sorted(run.counts["unchanged"] for run in found) == [0, 64]
    assert Initiative.objects.count() == 64
    assert differences() == []


@pytest.mark.django_db(transaction=True)
def test_two_lists_of_one_commune_at_once_both_go_in() -> None:
    person = officer("68")
    lists = [book([row(title=f"{letter} {n}") for n in range(30)]) for letter in "AB"]
    runs = [stage(person, data) for data in lists]
    assert at_once(lambda: save(person, runs[0]), lambda: save(person, runs[1])) == ["done", "done"]
    assert Initiative.objects.count() == 60


# From here on a real installation in a file of its own, whatever database the suite runs on.
_BEGIN = """
import os, sys
import django
django.setup()
from datetime import UTC, date, datetime
from kheo.exchange import actions
from kheo.initiatives.exchange import REGISTRATION_LIST
from kheo.people.queries import actor_named
ON, KNOWN = date(2025, 11, 5), datetime(2025, 11, 5, 3, tzinfo=UTC)
person = actor_named("p68", ON)
def stage():
    return actions.stage(actor=person, importer=REGISTRATION_LIST, data=open(sys.argv[1], "rb").read(),
                         filename="a.xlsx", options={"period": "2025-2030"}, on=ON, known=KNOWN)
"""
_SAVE = """
run = stage()
print("staged", flush=True)
sys.stdin.readline()
actions.save(actor=person, importer=REGISTRATION_LIST, run=run, known=KNOWN)
print("saved", flush=True)
"""
ROWS = 600


def environment(database: Path) -> dict[str, str]:
    return {**os.environ, "KHEO_DATABASE": str(database), "DJANGO_SETTINGS_MODULE": "kheo.config.settings"}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the map and the demonstration accounts."""
    file = tmp_path_factory.mktemp("installation") / "kheo.sqlite3"
    code = "from kheo.config.cli import main; main()"
    init = [sys.executable, "-c", code, "init", "--accounts", "--seed", "1"]
    subprocess.run(init, env=environment(file), check=True, capture_output=True, timeout=300)
    with sqlite3.connect(file) as whole:
        whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


@pytest.fixture
def database(installation: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(installation, tmp_path / "kheo.sqlite3"))


@pytest.fixture(scope="module")
def long_list(tmp_path_factory: pytest.TempPathFactory) -> Path:
    units = ("Phường Phan Thiết", "Xã Tuy Phong", "Phường La Gi")
    file = tmp_path_factory.mktemp("list") / "a.xlsx"
    file.write_bytes(book([row(title=f"Mô hình số {n}", unit=units[n % 3]) for n in range(ROWS)]))
    return file


def counted(database: Path) -> dict[str, Any]:
    """What the database holds after whatever happened, asked past Django."""
    with sqlite3.connect(database) as held:
        assert held.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = ("initiative", "fig_line", "fig_now", "exchange_written")
        found: dict[str, Any] = {t: held.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables}
        found["states"] = [state for (state,) in held.execute("SELECT state FROM exchange_run ORDER BY id")]
        found["saved"] = held.execute("SELECT count(*) FROM audit_entry WHERE act = 'exchange.save'").fetchone()[0]
    return found


def saving(database: Path, file: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has staged the list and begins to save it."""
    process = subprocess.Popen(
        [sys.executable, "-c", _BEGIN + _SAVE, str(file)],
        env=environment(database),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "staged\n"
    process.stdin.write("go\n")
    process.stdin.flush()
    with process:
        yield process
        process.kill()


NOTHING = {"initiative": 0, "fig_line": 0, "fig_now": 0, "exchange_written": 0, "states": ["staged"], "saved": 0}
EVERYTHING = {
    "initiative": ROWS,
    "fig_line": ROWS,
    "fig_now": ROWS,
    "exchange_written": ROWS,
    "states": ["saved"],
    "saved": 1,
}


def test_killed_while_saving_leaves_all_or_nothing(installation: Path, long_list: Path, tmp_path: Path) -> None:
    database = Path(shutil.copy(installation, tmp_path / "whole.sqlite3"))
    for process in saving(database, long_list):
        start = time.monotonic()
        assert process.stdout is not None
        assert process.stdout.readline() == "saved\n"
        took = time.monotonic() - start
    assert counted(database) == EVERYTHING

    chance = random.Random(7)
    seen = []
    for turn, part in enumerate((0.3, 0.8)):
        database = Path(shutil.copy(installation, tmp_path / f"{turn}.sqlite3"))
        for process in saving(database, long_list):
            time.sleep(took * part * chance.uniform(0.9, 1.1))
            process.kill()
        seen.append(counted(database))
    assert all(found in (NOTHING, EVERYTHING) for found in seen), seen
    assert NOTHING in seen


_FULL = """
import json
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from kheo.initiatives.commands import initiatives
from kheo.people.models import User

def room(pages):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        now = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={now + pages if pages is not None else 1073741823}")

def command():
    words = ["import", sys.argv[1], "--as", "p68", "--on", "2025-11-05", "--json", "--lang", "en"]
    done = CliRunner().invoke(initiatives, words)
    return [done.exit_code, json.loads(done.stdout)["error"]["code"] if done.exit_code else "", done.stderr]

client = Client(HTTP_HOST="127.0.0.1")
client.force_login(User.objects.get(username="p68"), backend="kheo.people.backends.PostBackend")
said = {}
room(12)
said["staging by command"] = command()
with open(sys.argv[1], "rb") as file:
    answer = client.post("/en/imports/new/", {"file": file, "on": "2025-11-05", "period": "2025-2030", "unit": ""})
said["staging by page"] = [answer.status_code, answer.content.decode()]
room(None)
run = stage()
room(12)
answer = client.post(f"/en/imports/{run.pk}/save/")
said["saving by page"] = [answer.status_code, answer.content.decode()]
room(None)
answer = client.post(f"/en/imports/{run.pk}/save/")
said["with room again"] = [answer.status_code, answer["Location"]]
print(json.dumps(said))
"""


def test_a_full_disk_is_one_sentence_and_nothing_is_half_done(database: Path, long_list: Path) -> None:
    process = subprocess.run(
        [sys.executable, "-c", _BEGIN + _FULL, str(long_list)],
        env=environment(database),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    said = json.loads(process.stdout)
    exit_code, code, sentence = said["staging by command"]
    assert (exit_code, code) == (1, "database.trouble")
    assert sentence.strip() == "The disk or the database is full. Nothing was saved; make room and try again."
    for deed in ("staging by page", "saving by page"):
        status, page = said[deed]
        assert status == 503
        assert "The server cannot save just now." in page
        assert "Traceback" not in page
    assert said["with room again"][0] == 302
    found = counted(database)
    assert found.pop("states")[-1] == "saved"
    assert {**found, "states": ["saved"]} == EVERYTHING
