"""The real tree keeps every rule of the house."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.checks import ALL, Check
from tests.architecture.checks.imports import ENGINE_DOORS
from tests.architecture.checks.shapes import MORE
from tests.architecture.checks.writes import DAY_TOLD, NOT_DEEDS, WRITERS, public_actions
from tests.architecture.house import REAL, REPO, ROOMS, House


@pytest.fixture(scope="module")
def house() -> House:
    return House(REAL)


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.__name__)
def test_the_house_keeps(check: Check, house: House) -> None:
    complaints = list(check(house))
    assert not complaints, f"{check.__doc__}\n" + "\n".join(map(str, complaints))


def test_rooms_look_down_only() -> None:
    said = lint_imports(REPO)
    assert said.returncode == 0, said.stdout


def test_every_room_of_the_list_stands() -> None:
    assert set(House(REAL).rooms) == set(ROOMS)


def test_exceptions_that_nobody_uses_any_more_are_struck_out(house: House) -> None:
    deeds = {f"{source.room}.{function.name}" for source, function in public_actions(house)}
    files = {source.rel for source in house.sources}
    imported = {(door.room, door.part) for s in house.code for door in s.kheo_imports if door.room != s.room}
    stale = [f"NOT_DEEDS: {name}" for name in NOT_DEEDS if name not in deeds]
    stale += [f"DAY_TOLD: {name}" for name in DAY_TOLD if name not in deeds]
    stale += [f"WRITERS: {name}" for name in WRITERS if name not in files]
    stale += [f"MORE: {name}" for name in MORE if not (REAL / name).exists()]
    stale += [f"ENGINE_DOORS: {door}" for door in ENGINE_DOORS if door not in imported]
    assert not stale, "strike out, nothing needs it: " + ", ".join(stale)


def lint_imports(root: Path, config: Path = REPO / ".importlinter") -> subprocess.CompletedProcess[str]:
    """Run the contracts on the package below `root`/src or `root`."""
    source = root / "src" if (root / "src").is_dir() else root
    program = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); from importlinter import cli; cli.lint_imports_command()"
    )
    return subprocess.run(
        [sys.executable, "-c", program, str(source), "--config", str(config), "--no-cache"],
        cwd=source,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
