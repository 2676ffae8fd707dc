"""Reads files of planted faults (plants.txt): each fault with what is said of it and the same thing written right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_HEAD = re.compile(r"^== (?P<check>\w+) (?P<path>\S+) -> (?P<says>.+)$")
_AGAIN = re.compile(r"^(.*)\\n\*(\d+)$")


@dataclass(frozen=True)
class Plant:
    """A faulty file at `path`, what the check `check` says of it, and the right way (None: there is none)."""

    check: str
    path: str
    says: str
    wrong: str
    right: str | None

    def __str__(self) -> str:
        return f"{self.check}: {self.says}"


def read_plants(file: Path) -> list[Plant]:
    """The plants of a file, in order; lines before the first `== ` are a foreword."""
    plants = []
    for block in re.split(r"^(?=== (?!right$))", file.read_text(encoding="utf-8"), flags=re.M)[1:]:
        head, _, body = block.partition("\n")
        match = _HEAD.match(head)
        assert match, f"{file.name}: not a head: {head}"
        wrong, mark, right = body.partition("== right\n")
        plants.append(Plant(**match.groupdict(), wrong=_lines(wrong), right=_lines(right) if mark else None))
    return plants


def _lines(text: str) -> str:
    return "".join(
        f"{again[1]}\n" * int(again[2]) if (again := _AGAIN.match(line)) else f"{line}\n" for line in text.splitlines()
    )


def plant(root: Path, path: str, text: str) -> Path:
    """Write one file below `root`."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return root
