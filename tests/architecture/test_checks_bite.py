"""Each rule of the house catches a planted fault, and leaves the right way of writing it alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.checks import ALL, imports
from tests.architecture.house import ROOMS, House
from tests.architecture.plants import Plant, plant, read_plants
from tests.architecture.test_house import lint_imports

CHECKS = {check.__name__: check for check in ALL}
PLANTS = read_plants(Path(__file__).with_name("plants.txt"))


@pytest.mark.parametrize("case", PLANTS, ids=str)
def test_a_planted_fault_is_caught_and_named(case: Plant, tmp_path: Path) -> None:
    complaints = list(CHECKS[case.check](House(plant(tmp_path, case.path, case.wrong))))
    assert any(case.says in c.text and f"src/kheo/{case.path}".startswith(c.path) for c in complaints), complaints


@pytest.mark.parametrize("case", [case for case in PLANTS if case.right is not None], ids=str)
def test_the_right_way_is_left_alone(case: Plant, tmp_path: Path) -> None:
    assert list(CHECKS[case.check](House(plant(tmp_path, case.path, str(case.right))))) == []


def test_every_check_is_shown_to_bite() -> None:
    assert {case.check for case in PLANTS} == set(CHECKS)


def test_a_complaint_names_file_line_and_what_to_do(tmp_path: Path) -> None:
    house = House(plant(tmp_path, "units/queries.py", "x = 1\nfrom .words import Level\n"))
    (complaint,) = imports.check_absolute_imports(house)
    assert str(complaint) == "src/kheo/units/queries.py:2: write the import in full: from kheo.room.part import name"


UPWARD = {
    "a room does not look up": ("units/queries.py", "from kheo.figures import words", "kheo.units", "kheo.figures"),
    "two faces do not look at each other": ("portal/views.py", "import kheo.desk.words", "kheo.portal", "kheo.desk"),
    "base knows no room": ("base/text.py", "from kheo.audit import words", "kheo.base", "kheo.audit"),
    "tables do not ask queries": (
        "units/models.py",
        "import kheo.units.queries",
        "kheo.units.models",
        "kheo.units.queries",
    ),
    "actions do not read forms": (
        "units/actions.py",
        "import kheo.units.forms",
        "kheo.units.actions",
        "kheo.units.forms",
    ),
    "words know nothing": ("law/words.py", "import kheo.law.models", "kheo.law.words", "kheo.law.models"),
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A house of empty rooms, each with all its files."""
    plant(tmp_path, "kheo/__init__.py", "")
    for room in ("config", "base", *ROOMS):
        for name in ("__init__", "words", "models", "queries", "actions", "forms"):
            plant(tmp_path, f"kheo/{room}/{name}.py", "")
    return tmp_path


@pytest.mark.parametrize("case", UPWARD.values(), ids=list(UPWARD))
def test_an_import_that_looks_up_is_caught(case: tuple[str, str, str, str], package: Path) -> None:
    path, text, here, there = case
    said = lint_imports(plant(package, f"kheo/{path}", f"{text}\n"))
    assert said.returncode == 1, said.stdout + said.stderr
    assert f"{here} is not allowed to import {there}" in " ".join(said.stdout.split()), said.stdout


def test_a_folder_that_is_no_room_is_caught(package: Path) -> None:
    said = lint_imports(plant(package, "kheo/leftovers/__init__.py", ""))
    assert said.returncode == 1, said.stdout + said.stderr
    assert "leftovers" in said.stdout


def test_imports_that_look_down_are_left_alone(package: Path) -> None:
    said = lint_imports(plant(package, "kheo/figures/queries.py", "from kheo.units import words\n"))
    assert said.returncode == 0, said.stdout + said.stderr
