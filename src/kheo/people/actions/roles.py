"""Roles and their powers, from the package's tables."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib import resources

from django.db import transaction

from kheo.people.models import Role, RolePower
from kheo.people.queries.actors import POWERS


def table(name: str) -> Iterator[dict[str, str]]:
    """Rows of one of the room's data files."""
    text = (resources.files("kheo.people") / "data" / name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


@transaction.atomic
def load_roles() -> None:
    """Make the package's roles hold exactly the powers of the package; roles an installation added stay as they are.

    Run again, it writes nothing.
    """
    stored = {role.code: (role.scope, role.name) for role in Role.objects.all()}
    for row in table("roles.csv"):
        if stored.get(row["code"]) != (row["scope"], row["name"]):
            Role.objects.update_or_create(code=row["code"], defaults={"scope": row["scope"], "name": row["name"]})
    mine = {row["code"] for row in table("roles.csv")}
    right = {(row["role"], row["power"]) for row in table("role_powers.csv")}
    POWERS.forget()
    there = {(line.role_id, line.power): line.pk for line in RolePower.objects.filter(role_id__in=mine)}
    RolePower.objects.filter(pk__in=[pk for line, pk in there.items() if line not in right]).delete()
    RolePower.objects.bulk_create(RolePower(role_id=r, power=p) for r, p in sorted(right - set(there)))
