"""The one place where what the database refuses becomes what people are told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q, UniqueConstraint
from django.utils.translation import gettext as _

from kheo.base.errors import Refusal, Refused
from kheo.initiatives import rules
from kheo.initiatives.models import Initiative, InitiativeTag
from kheo.initiatives.words import State
from kheo.units.queries import views

_CHECK_FAILED = re.compile(r"CHECK constraint failed: (\w+)")
_UNIQUE_FAILED = re.compile(r"UNIQUE constraint failed: (.+)")


def constraint_of(fault: IntegrityError) -> str:
    """Name of the constraint a write broke, on either database; "" when the database does not say."""
    diagnosis = getattr(fault.__cause__, "diag", None)
    if diagnosis is not None:
        return diagnosis.constraint_name or ""
    if found := _CHECK_FAILED.search(str(fault)):
        return found.group(1)
    if found := _UNIQUE_FAILED.search(str(fault)):  # SQLite names the columns of a unique index, not the index
        return _by_columns().get(frozenset(found.group(1).replace(" ", "").split(",")), "")
    return ""


def _by_columns() -> Mapping[frozenset[str], str]:
    found = {}
    for table in (Initiative, InitiativeTag):
        columns = {field.name: f"{table._meta.db_table}.{field.column}" for field in table._meta.concrete_fields}
        for constraint in table._meta.constraints:
            if isinstance(constraint, UniqueConstraint):
                found[frozenset(columns[name] for name in constraint.fields)] = constraint.name
    return found


@contextmanager
def told_as_refusals(tried: Sequence[Initiative], *, on: date) -> Iterator[None]:
    """Run a write of these rows; what a constraint refuses is raised as `Refused`, naming the model in the way.

    The write stands in a savepoint of its own, so that the models already there can be looked up afterwards.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as fault:
        name = constraint_of(fault)
        refusals = list(_refusals(name, tried, on))
        if not refusals:
            raise
        raise Refused(refusals) from fault


def _refusals(name: str, tried: Sequence[Initiative], on: date) -> Iterator[Refusal]:
    if name == "initiative_once_a_period":
        yield from duplicates(tried, by="title_key", on=on)
    elif name == "initiative_code_once":
        yield from duplicates(tried, by="code", on=on)
    elif name == "initiative_kept_once":
        yield from _kept(tried)
    elif name == "initiative_sent_once":
        sent = [i.once for i in tried if i.once]
        for there in Initiative.objects.filter(once__in=sent):
            yield rules.sent_already(there.title, id=there.pk)
    elif name in _NEVER_REACHED:
        yield Refusal(_NEVER_REACHED[name], _("The registry does not take this value. Nothing was saved."))


def _kept(tried: Sequence[Initiative]) -> Iterator[Refusal]:
    for i in tried:
        there = Initiative.objects.filter(continues=i.continues_id, period=i.period_id, voided_at__isnull=True)
        for found in there.exclude(state=State.DRAFT).exclude(pk=i.pk).select_related("period"):
            yield rules.kept_already(found.title, period=found.period.code, id=found.pk)


# Checks that the rules have asked before; told all the same should a writer go round them.
_NEVER_REACHED: Mapping[str, str] = {
    "initiative_one_field": "initiatives.one_field",
    "initiative_kind": "initiatives.kind",
    "initiative_novelty": "initiatives.novelty",
    "initiative_state": "initiatives.no_such_move",
    "initiative_households": "initiatives.households",
    "initiative_days": "initiatives.end_before_start",
    "initiative_titled": "initiatives.title_missing",
    "initiative_return_says_why": "initiatives.reason_missing",
    "initiative_tag_once": "initiatives.tags_many",
}


def duplicates(tried: Sequence[Initiative], *, by: str, on: date) -> Iterator[Refusal]:
    """A refusal for each of these that another living model of the same place and period already is, naming it.

    `by` is "title_key" or "code".
    """
    for start in range(0, len(tried), 200):
        chunk = [i for i in tried[start : start + 200] if getattr(i, by)]
        wanted = Q(pk__in=[])
        for i in chunk:
            wanted |= Q(place=i.place_id, period=i.period_id, **{by: getattr(i, by)}) & ~Q(pk=i.pk)
        there = {
            (found.place_id, found.period_id, getattr(found, by)): found
            for found in Initiative.objects.filter(wanted, voided_at__isnull=True)
            .exclude(state=State.DRAFT)
            .select_related("place", "period")
        }
        called = views({found.place.origin_id for found in there.values()}, on) if there else {}
        for i in chunk:
            found = there.get((i.place_id, i.period_id, getattr(i, by)))
            if found is None:
                continue
            unit, period = called[found.place.origin_id].full_name, found.period.code
            if by == "code":
                said = rules.duplicate_code(found.code, title=found.title, unit=unit, period=period, id=found.pk)
            else:
                said = rules.duplicate(
                    found.title, unit=unit, period=period, registered_on=found.registered_on, id=found.pk
                )
            yield said
