"""No address and no command stands outside the tables."""

from __future__ import annotations

from tests.access import walk
from tests.access.given import WORDS
from tests.access.world import World


def test_every_address_has_a_line() -> None:
    assert {line.name for line in walk.pages()} == set(walk.addresses())


def test_every_command_has_a_line_and_words() -> None:
    lines = {f"{line.name} {line.method}" for line in walk.lines_of_commands()}
    assert lines == set(walk.commands())
    local = {f"{x.name} {x.method}" for x in walk.lines_of_commands() if set(x.cells.values()) == {"local"}}
    assert set(WORDS) == lines - local


def test_only_what_sets_the_machine_up_or_serves_it_is_left_out() -> None:
    local = {x.name for x in walk.lines_of_commands() if "local" in x.cells.values()}
    assert local == {"init", "serve"}


def test_a_method_without_a_line_is_not_taken(world: World) -> None:
    """An address that takes POST is listed with POST, one that takes GET with GET."""
    listed = {(line.name, line.method): line.target for line in walk.pages()}
    taken = set()
    for name in walk.addresses():
        for method in ("GET", "POST"):
            if (name, method) in listed:
                continue
            target = next(target for (known, _method), target in listed.items() if known == name)
            line = walk.Line(name, method, target, {})
            for who in ("stranger", "province"):
                with walk.undone():
                    got = walk.go(walk.visitor(world, who), world, line).outcome
                if got not in {"405", "403", "404", "login"}:
                    taken.add(str(line))
    assert taken == set()
