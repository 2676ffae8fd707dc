"""What a room is made of: its files, their size, its charter, its words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.house import Complaint, House

MODULES = frozenset(
    {
        "__init__", "words", "models", "rules", "queries", "actions", "forms", "figures", "exchange",
        "views", "urls", "apps", "commands", "jobs",
    }
)  # fmt: skip
FOLDERS = frozenset({"templates", "migrations", "tests", "__pycache__"})
# What else lies at the top of a room, and why.
MORE = {
    "audit/guards.py": "append-only guards as SQL for both databases, used by migrations and doctor",
    "demo/country": "engine: thinks up titles, texts and lives of a demonstration from a seed",
    "exchange/reader": "engine: finds and reads the table in any people-made file",
    "files/content": "engine: what a file is by its content, and the same without what it hides",
    "figures/data": "periods and quoted figures as package data",
    "law/data": "legal numbers and the calendar as package data",
    "people/adapter.py": "loaded by name by allauth and axes",
    "people/backends.py": "loaded by name by Django",
    "people/data": "roles and their powers as package data",
    "people/middleware.py": "loaded by name by Django; builds request.actor",
    "portal/crawler": "engine: walks public pages as a reader does and says what is wrong with each",
    "portal/middleware.py": "loaded by name by Django; keeps public pages",
    "portal/picture": "engine: draws the picture that goes along with a shared link",
    "units/data": "the map as package data",
    "units/ground": "engine: derives places and where they lie on each map from units and their succession",
    "units/outlines": "province outlines as package data",
    "units/decrees": "engine: a table of changes to what it means for the map",
    "units/resolver": "engine: written names to units",
}
CATCH_ALLS = frozenset(
    {"utils", "util", "helpers", "helper", "common", "misc", "lib", "core", "services", "managers", "signals", "admin"}
)
FILE_LINES, CLASS_LINES = 400, 300


def check_room_files(house: House) -> Iterator[Complaint]:
    """Every room has the same few files; an engine is a package named for what it is, listed with its reason."""
    for room in house.rooms:
        for path in sorted((house.root / room).iterdir()):
            name = path.stem if path.suffix == ".py" else path.name
            known = name in MODULES and (path.is_dir() or path.suffix == ".py")
            folder = path.is_dir() and name in FOLDERS
            if known or folder or path.name == "README.md" or f"{room}/{path.name}" in MORE:
                continue
            yield Complaint(
                f"src/kheo/{room}/{path.name}",
                1,
                "no file of a room: put it in words, models, rules, queries, actions, forms, views or commands, or "
                "make it an engine package listed with its reason in tests/architecture/checks/shapes.py",
            )


def check_no_catch_alls(house: House) -> Iterator[Complaint]:
    """No utils.py, helpers.py, common/: a thing is named for what it is."""
    for source in house.sources:
        for piece in source.rel.removesuffix(".py").split("/"):
            if piece in CATCH_ALLS:
                yield Complaint(source.path, 1, f"'{piece}' says nothing: name the file for what is in it")


def check_sizes(house: House) -> Iterator[Complaint]:
    """A file has at most 400 lines, a class 300."""
    for source in house.sources:
        lines = source.text.count("\n")
        if lines > FILE_LINES and not source.is_migration:
            yield Complaint(source.path, lines, f"{lines} lines: make it a package of the same name, split by noun")
        for node in source.nodes:
            if isinstance(node, ast.ClassDef) and (node.end_lineno or 0) - node.lineno >= CLASS_LINES:
                yield source.at(node, f"class {node.name} is too long: there is a room inside it")


def check_readmes(house: House) -> Iterator[Complaint]:
    """Every room says in its README.md what it owns and which law and forms it serves."""
    for room in house.rooms:
        readme: Path = house.root / room / "README.md"
        text = readme.read_text(encoding="utf-8") if readme.exists() else ""
        if not text.startswith(f"# {room}") or len(text.split()) < 40:
            sentence = f"write the charter: '# {room}', what it owns, the law and forms it serves"
            yield Complaint(f"src/kheo/{room}/README.md", 1, sentence)


def check_docstrings(house: House) -> Iterator[Complaint]:
    """Every public function and class opens with its promise in one line."""
    for source in house.code:
        if source.part in {"apps", "urls"}:
            continue
        for node in source.tree.body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith("_"):
                continue
            if not ast.get_docstring(node):
                yield source.at(node, f"{node.name}: say its promise in a docstring of one line")


_LAWFUL_NAMES = ("DEADLINE", "QUORUM", "WORKING_DAYS")


def check_legal_numbers(house: House) -> Iterator[Complaint]:
    """Numbers the law sets are rows of law.LegalNumber, never constants."""
    for source in house.code:
        if not source.in_room or source.room == "law":
            continue
        for node in source.nodes:
            if isinstance(node, ast.Call) and source.origin(node.func).endswith("add_working_days"):
                given = [*node.args, *(keyword.value for keyword in node.keywords)]
                if any(isinstance(value, ast.Constant) for value in given):
                    yield source.at(node, "days come from law.queries.number(code, on), not from the code")
            elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names = {t.id.upper() for t in targets if isinstance(t, ast.Name)}
                number = type(node.value.value) in {int, float}
                if number and any(word in name for name in names for word in _LAWFUL_NAMES):
                    yield source.at(node, "a number of the law is a dated, cited row: law/data/numbers.csv")
