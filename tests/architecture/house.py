"""The source tree as the checks read it: files by room and part, parsed once, with names traced to their imports."""

from __future__ import annotations

import ast
import configparser
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
REAL = REPO / "src" / "kheo"


@dataclass(frozen=True)
class Complaint:
    """One fault: where it is, and what to do instead."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


def rooms() -> tuple[str, ...]:
    """The rooms as `.importlinter` lists them: everything between config and base."""
    parser = configparser.ConfigParser()
    parser.read(REPO / ".importlinter", encoding="utf-8")
    lines = parser["importlinter:contract:house"]["layers"].split("\n")
    names = [name.strip() for line in lines for name in line.split("|") if name.strip()]
    return tuple(name for name in names if name not in {"config", "base"})


ROOMS = rooms()


@dataclass(frozen=True)
class KheoImport:
    """`from kheo.units.models import Unit` is room units, part models, name Unit, bound as Unit."""

    line: int
    room: str
    part: str | None
    name: str | None
    bound: str


class Source:
    """One Python file of the tree."""

    def __init__(self, root: Path, path: Path) -> None:
        self.rel = path.relative_to(root).as_posix()
        self.path = f"src/kheo/{self.rel}"
        self.text = path.read_text(encoding="utf-8")
        pieces = self.rel.removesuffix(".py").split("/")
        self.room = pieces[0] if len(pieces) > 1 else ""
        self.part = pieces[1] if len(pieces) > 1 else pieces[0]  # a package counts as the part of its name
        self.name = pieces[-1]
        self.is_test = "tests" in pieces[1:]
        self.is_migration = "migrations" in pieces[1:]

    @property
    def in_room(self) -> bool:
        return self.room in ROOMS

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    def at(self, node: ast.AST, text: str) -> Complaint:
        return Complaint(self.path, getattr(node, "lineno", 1), text)

    @cached_property
    def origins(self) -> dict[str, str]:
        """Local name -> dotted origin, for every import in the file."""
        found: dict[str, str] = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.asname:
                        found[alias.asname] = alias.name
                    else:
                        top = alias.name.split(".")[0]
                        found[top] = top
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for alias in node.names:
                    found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        return found

    def origin(self, node: ast.AST) -> str:
        """Dotted origin of a name or attribute (`timezone.now` -> django.utils.timezone.now); "" when it is neither."""
        if isinstance(node, ast.Name):
            return self.origins.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            base = self.origin(node.value)
            return f"{base}.{node.attr}" if base else ""
        return ""

    @cached_property
    def modules(self) -> list[tuple[int, str]]:
        """(line, module) of everything imported; `from a import b` gives both a and a.b."""
        found = []
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found += [(node.lineno, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.append((node.lineno, node.module))
                found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
        return found

    @cached_property
    def kheo_imports(self) -> list[KheoImport]:
        found = []
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    pieces = alias.name.split(".")
                    if pieces[0] == "kheo" and len(pieces) > 1:
                        part = pieces[2] if len(pieces) > 2 else None
                        found.append(KheoImport(node.lineno, pieces[1], part, None, alias.asname or alias.name))
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                pieces = node.module.split(".")
                if pieces[0] != "kheo":
                    continue
                for alias in node.names:
                    path = [*pieces[1:], alias.name]
                    room, part, name = (*path, None, None)[:3]
                    found.append(KheoImport(node.lineno, str(room), part, name, alias.asname or alias.name))
        return found

    @cached_property
    def docstrings(self) -> set[int]:
        """Ids of the constants that are docstrings."""
        found = set()
        for node in self.nodes:
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
                first = node.body[0]
                if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                    found.add(id(first.value))
        return found

    def strings(self) -> Iterator[ast.Constant]:
        """String constants that are not docstrings."""
        for node in self.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in self.docstrings:
                yield node


class House:
    """The package `kheo` at `root`, real or planted."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def sources(self) -> list[Source]:
        """Every Python file but those that came with package data."""
        paths = sorted(self.root.rglob("*.py"))
        return [Source(self.root, path) for path in paths if "data" not in path.relative_to(self.root).parts[1:-1]]

    @cached_property
    def code(self) -> list[Source]:
        """What runs in the product: no tests, no migrations."""
        return [s for s in self.sources if not s.is_test and not s.is_migration]

    @property
    def rooms(self) -> list[str]:
        return [room for room in ROOMS if (self.root / room).is_dir()]

    @cached_property
    def templates(self) -> list[Template]:
        folders = [self.root / "templates", *(self.root / room / "templates" for room in ROOMS)]
        paths = [
            p for folder in folders for p in sorted(folder.rglob("*")) if p.suffix in {".html", ".txt", ".xml", ".svg"}
        ]
        return [Template(self.root, path) for path in paths]


class Template:
    """One Jinja file."""

    def __init__(self, root: Path, path: Path) -> None:
        self.rel = path.relative_to(root).as_posix()
        self.path = f"src/kheo/{self.rel}"
        self.text = path.read_text(encoding="utf-8")

    def at(self, line: int, text: str) -> Complaint:
        return Complaint(self.path, line, text)

    @cached_property
    def html(self) -> list[Piece]:
        """Tags and texts of the file with everything of Jinja blanked out."""
        reader = _Reader()
        reader.feed(blanked(self.text))
        reader.close()
        return reader.pieces


@dataclass(frozen=True)
class Piece:
    """A start tag with its attributes (`text` empty) or a run of text inside `tag`."""

    line: int
    tag: str
    attrs: tuple[tuple[str, str], ...] = ()
    text: str = ""


class _Reader(HTMLParser):
    VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.pieces.append(Piece(self.getpos()[0], tag, tuple((k, v or "") for k, v in attrs)))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        lines = data.split("\n")
        for offset, line in enumerate(lines):
            if line.strip():
                self.pieces.append(Piece(self.getpos()[0] + offset, self._open[-1] if self._open else "", (), line))


_TRANS = re.compile(r"\{%-?\+?\s*trans\b(?:(?!%\}).)*%\}.*?\{%-?\s*endtrans\s*-?%\}", re.S)
_JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.S)


def blanked(text: str) -> str:
    """The template without Jinja: translated blocks, comments, statements and expressions become blanks, lines stay."""

    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", match.group())

    return _JINJA.sub(blank, _TRANS.sub(blank, text))
