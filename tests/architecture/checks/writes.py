"""Who writes: actions, and nobody else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture.house import Complaint, House, Source

_ALWAYS = frozenset(
    {"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete", "save", "save_base"}
)
_QUERY_WORDS = frozenset(
    {"objects", "filter", "exclude", "all", "within", "visible", "annotate", "order_by", "select_for_update", "using"}
)
_ASYNC = {"acreate": "create", "aupdate": "update", "adelete": "delete", "asave": "save"}
_WRITING_SQL = re.compile(
    r"^\s*(INSERT\s+(OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE\s+[\w\"{%]+.*\sSET\b|DELETE\s+FROM|MERGE\s+INTO|COPY\s.*\sSTDIN|"
    r"TRUNCATE\s|(CREATE|DROP|ALTER)\s+(UNIQUE\s+)?(TABLE|INDEX|TRIGGER|VIEW|FUNCTION|SEQUENCE|RULE)\b)",
    re.I | re.S,
)

# Files outside actions that may write, each with its reason.
WRITERS = {
    "audit/guards.py": "puts the append-only guards back after a migration; touches no row",
}
# Calls that look like a write and are none: the last two names of the call.
NOT_ROWS = frozenset(
    {
        "globals.update",
        "filters.update",
        "headers.update",
        "cache.delete",
        "session.save",
        "workbook.save",
        "photo.save",
        "image.save",
    }
)


def check_writes(house: House) -> Iterator[Complaint]:
    """Rows are written in a room's actions only; views, forms, queries, importers call them."""
    for source in house.code:
        if source.part == "actions" or source.rel in WRITERS:
            continue
        text = "rows are written in actions.py only: call or add a verb there (for a dict write d |= {...})"
        for node in _writes(source):
            yield source.at(node, text)
        for string in source.strings():
            if _WRITING_SQL.match(str(string.value)):
                yield source.at(string, "SQL that writes belongs in actions.py")


def _writes(source: Source) -> Iterator[ast.Call]:
    for node in source.nodes:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name = _ASYNC.get(node.func.attr, node.func.attr)
        owner = node.func.value
        last = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
        if f"{last}.{name}" in NOT_ROWS or "actions" in source.origin(owner).split("."):
            continue
        if isinstance(owner, ast.Call) and source.origin(owner.func) == "super":
            continue
        if name in _ALWAYS or (name == "update" and (_is_query(owner) or (node.keywords and not node.args))):
            yield node


def _is_query(node: ast.AST) -> bool:
    """Whether the chain before `.update(` goes through a manager or a query set."""
    while isinstance(node, ast.Call | ast.Attribute):
        if isinstance(node, ast.Attribute):
            if node.attr in _QUERY_WORDS:
                return True
            node = node.value
        else:
            node = node.func
    return False


# Public functions of actions that are no human deed, and why they take no actor and day.
_INSIDE = "writes inside the transaction of somebody's deed"
_LOADS = "puts package data in place at `kheo init`: the installation's own work"
NOT_DEEDS: dict[str, str] = {
    "audit.record": _INSIDE,
    "audit.fold_turns": "the sealer's own work, no person's",
    "audit.seal": "the sealer's own work, no person's",
    "audit.turn": _INSIDE,
    "figures.correct": _INSIDE,
    "figures.correct_many": _INSIDE,
    "figures.enter": _INSIDE,
    "figures.forget": _INSIDE,
    "figures.load_periods": _LOADS,
    "figures.load_quoted": _LOADS,
    "figures.post": _INSIDE,
    "figures.recount": "compares and heals; it happens when it is known",
    "files.forget": _INSIDE,
    "files.ready": "reads and cleans; writes nothing",
    "law.load_calendar": _LOADS,
    "law.load_numbers": _LOADS,
    "people.demo_accounts": "makes demonstration accounts as the installation itself",
    "people.demo_password": "derives what `kheo init` prints; writes nothing",
    "people.load_roles": _LOADS,
    "search.add": _INSIDE,
    "search.cut": "cuts texts into words; touches no row",
    "search.drop": _INSIDE,
    "search.put": _INSIDE,
    "search.rebuild": "makes the index follow the texts; it happens when it is known",
    "search.settle": "tells the database to tidy its index; touches no row",
    "units.load_map": _LOADS,
}
# Deeds whose day is told otherwise.
_RUN = "the import keeps the day it was staged for"
_WIPE = "the wipe that calls it records the day"
DAY_TOLD: dict[str, str] = {
    "exchange.answer": _RUN,
    "exchange.read_again": _RUN,
    "exchange.save": _RUN,
    "exchange.set_aside": _RUN,
    "exchange.understand": _RUN,
    "initiatives.forget_demonstration": _WIPE,
    "people.forget_demo_accounts": _WIPE,
}


def check_actions(house: House) -> Iterator[Complaint]:
    """A deed is keyword-only and typed, takes actor and on, and stands or falls as one transaction."""
    for source, function in public_actions(house):
        name, args = f"{source.room}.{function.name}", function.args
        every = [*args.posonlyargs, *args.args, *args.kwonlyargs]
        names = {a.arg for a in every}
        if function.returns is None or any(a.annotation is None for a in every):
            yield source.at(function, f"{name}: annotate every argument and the answer")
        if name in NOT_DEEDS:
            continue
        if "actor" not in names:
            yield source.at(function, f"{name}: a deed takes `actor` (no human deed? NOT_DEEDS, with its reason)")
            continue
        if args.posonlyargs or args.args or args.vararg:
            yield source.at(function, f"{name}: arguments of a deed are keyword-only: (*, actor, ...)")
        if "on" not in names and name not in DAY_TOLD:
            yield source.at(function, f"{name}: a deed takes `on`, its day (told otherwise? DAY_TOLD, with reason)")
        if not _atomic(function):
            yield source.at(function, f"{name}: a deed is one transaction: @transaction.atomic")


def public_actions(house: House) -> Iterator[tuple[Source, ast.FunctionDef]]:
    """Public functions of actions.py; of a package, those its __init__ offers."""
    for source in house.code:
        if source.part != "actions" or not source.in_room:
            continue
        offered = _offered(house, source)
        for node in source.tree.body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            if offered is None or node.name in offered:
                yield source, node


def _offered(house: House, source: Source) -> set[str] | None:
    if source.rel == f"{source.room}/actions.py":
        return None
    front = next((s for s in house.code if s.rel == f"{source.room}/actions/__init__.py"), None)
    return {i.bound for i in front.kheo_imports} if front else None


def _atomic(function: ast.FunctionDef) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "atomic" for node in ast.walk(function))
