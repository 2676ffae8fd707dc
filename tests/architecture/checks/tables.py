"""Tables: where keys point, what constraints are called, what is never stored."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture.house import Complaint, House, Source

_KEYS = frozenset({"ForeignKey", "OneToOneField", "ManyToManyField"})
_UNNAMED_CHECKS = frozenset(
    {
        "PositiveIntegerField",
        "PositiveSmallIntegerField",
        "PositiveBigIntegerField",
        "GenericForeignKey",
        "GenericRelation",
    }
)
_CONSTRAINTS = frozenset({"UniqueConstraint", "CheckConstraint", "ExclusionConstraint", "Index"})
# Stems of field names that would hold what people are or think (mission: lines never crossed).
_NEVER_STORED = re.compile(
    r"religi|belief|faith|ethnic|attitude|loyal|reliab|political_(view|opinion)|worship|ton_giao|dan_toc|thai_do|tu_tuong",
    re.I,
)


def check_foreign_keys(house: House) -> Iterator[Complaint]:
    """A key points at a class of its own or a lower room, by name, and leaves no door behind it (related_name="+")."""
    for source in _models(house):
        own = {node.name for node in source.tree.body if isinstance(node, ast.ClassDef)} | {"self"}
        for node in _calls(source, _KEYS):
            keywords = {k.arg: k.value for k in node.keywords}
            related = keywords.get("related_name")
            if not (isinstance(related, ast.Constant) and related.value == "+"):
                yield source.at(node, 'write related_name="+": rows are reached through queries, not backwards')
            target = node.args[0] if node.args else keywords.get("to")
            if isinstance(target, ast.Constant) and target.value not in own:
                yield source.at(node, "name the class itself, not a string: the layers cannot see through strings")
            elif isinstance(target, ast.Attribute) and source.origin(target).endswith("settings.AUTH_USER_MODEL"):
                yield source.at(node, "name people.models.User: the layers cannot see through a setting")


def check_named_constraints(house: House) -> Iterator[Complaint]:
    """Invariants are named constraints: the name is what a refusal is found by."""
    for source in _models(house):
        for call in _calls(source, _CONSTRAINTS):
            name = next((k.value for k in call.keywords if k.arg == "name"), None)
            if not (isinstance(name, ast.Constant) and name.value):
                yield source.at(call, 'name it: name="table_what_it_keeps"')
        for call in _calls(source, _UNNAMED_CHECKS):
            yield source.at(call, "it hides an unnamed check: use IntegerField and a named CheckConstraint")
        for node in source.nodes:
            if isinstance(node, ast.Assign) and any(
                isinstance(t, ast.Name) and t.id in {"unique_together", "index_together"} for t in node.targets
            ):
                yield source.at(node, "write a named UniqueConstraint in Meta.constraints")


_OVERRIDES = frozenset({"save", "delete", "asave", "adelete", "save_m2m", "_save"})


def check_no_overrides(house: House) -> Iterator[Complaint]:
    """Tables and forms do not change what saving or deleting means."""
    for source in house.code:
        if source.part not in {"models", "forms"}:
            continue
        for node in source.nodes:
            if isinstance(node, ast.FunctionDef) and node.name in _OVERRIDES:
                yield source.at(node, f"no {node.name}() override: write the verb in actions.py")


def check_lines_never_crossed(house: House) -> Iterator[Complaint]:
    """No field, form field, filter or frozen row keeps a person's belief, ethnicity, attitude or reliability."""
    for source in house.code:
        for node in source.nodes:
            names: list[str] = []
            if isinstance(node, ast.Assign):
                names = [t.id for t in node.targets if isinstance(t, ast.Name)]
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                names = [node.target.id]
            elif isinstance(node, ast.keyword | ast.arg) and node.arg:
                names = [node.arg]
            for name in names:
                if _NEVER_STORED.search(name):
                    where = node.value if isinstance(node, ast.keyword) else node
                    yield source.at(where, f"'{name}': nothing is kept of what people are or think (mission)")


_MIGRATION = re.compile(r"^(\d{4})_(?!auto_\d)[a-z0-9_]+$")


def check_migrations(house: House) -> Iterator[Complaint]:
    """A migration is named for what it does."""
    for source in house.sources:
        named = _MIGRATION.match(source.name) and not source.name.endswith("_and_more")
        if source.is_migration and source.name != "__init__" and not named:
            yield Complaint(source.path, 1, "name it for what it does: makemigrations ROOM -n keep_order")


def _models(house: House) -> list[Source]:
    return [s for s in house.code if s.part == "models"]


def _calls(source: Source, names: frozenset[str]) -> list[ast.Call]:
    return [n for n in source.nodes if isinstance(n, ast.Call) and source.origin(n.func).split(".")[-1] in names]
