"""Every command as everybody."""

from __future__ import annotations

from tests.access import walk
from tests.access.given import words
from tests.access.world import World


def test_everybody_ends_with_the_code_of_the_table(world: World) -> None:
    wrong = []
    for line in walk.lines_of_commands():
        for who, code in line.cells.items():
            if code == "local":
                continue
            name = f"{line.name} {line.method}"
            with walk.undone():
                result = walk.run(name, who, *words(name, world, line.target))
            if str(result.exit_code) != code:
                wrong.append(f"{line} as {who}: {result.exit_code} instead of {code}: {result.output[-300:]}")
    assert wrong == []


def test_a_command_never_says_whether_a_model_elsewhere_is_there(world: World) -> None:
    for verb in ("show", "accept", "return", "resubmit", "change"):
        name = f"initiatives {verb}"
        for who in ("neighbour", "elsewhere", "ended", "auditor"):
            there, nowhere = (walk.run(name, who, *words(name, world, target)) for target in ("own", "999999"))
            assert (there.exit_code, there.output) == (nowhere.exit_code, nowhere.output), f"{name} as {who}"
            assert there.exit_code == 3
