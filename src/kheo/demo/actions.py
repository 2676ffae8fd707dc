"""The two deeds of the demonstration: build the country, wipe it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.db import transaction

from kheo.audit import actions as audit
from kheo.base.access import Actor
from kheo.demo.country import PLANS, Plan, drawings, thought_up
from kheo.demo.words import BUILT, WIPED
from kheo.figures.queries import period
from kheo.initiatives.actions import forget_demonstration, register_demonstration
from kheo.initiatives.queries import demonstration_models
from kheo.people.actions import forget_demo_accounts
from kheo.units.queries import by_code, communes_of, units_on
from kheo.units.words import Level

FIRST_MAP, LAST_MAP, NEW_MAP = date(2016, 1, 1), date(2025, 6, 30), date(2025, 7, 1)


def build(
    *,
    actor: Actor,
    full: bool = False,
    seed: int = 1,
    plans: Sequence[Plan] = PLANS,
    on: date,
    known: datetime,
    say: Callable[[str, int], None] = lambda _name, _n: None,
) -> int:
    """Build the provinces that are not there yet, each in one transaction; how many demonstration models stand then.

    `full` adds the large ones. `say` is told the province before it is built, with how many models it gets.
    """
    for plan in plans:
        [province] = by_code(plan.code, LAST_MAP, "province")
        if (plan.full_only and not full) or demonstration_models(recorded_in=province.id):
            continue
        say(province.full_name, sum(sum(batch.by_field.values()) for batch in plan.batches))
        communes = _communes(province.id)
        periods = {batch.period: period(batch.period) for batch in plan.batches}
        lives = thought_up(plan, seed=seed, communes=communes, periods=periods)
        with transaction.atomic():
            ids = register_demonstration(actor=actor, lives=lives, pictures=drawings(), on=on, known=known)
            facts = {"provinces": [plan.code], "initiatives": len(ids), "seed": seed}
            audit.record(BUILT, actor=actor, on=on, known=known, facts=facts)
    return demonstration_models()


@transaction.atomic
def wipe(*, actor: Actor, on: date, known: datetime) -> dict[str, int]:
    """Take every demonstration row away, and nothing else; says what went. The trail keeps that it was there."""
    gone = {**forget_demonstration(actor=actor), **forget_demo_accounts(actor=actor)}
    audit.record(WIPED, actor=actor, on=on, known=known, facts=gone)
    return gone


def _communes(province: int) -> list[int]:
    """The communes that stood through both terms and ended with their province: what a list as recorded counts there
    (a commune that goes on is recorded in the province it goes on in, see units/README)."""
    first = {unit.id for unit in communes_of(province, FIRST_MAP)}
    goes_on = {unit.id for unit in units_on(NEW_MAP, level=Level.COMMUNE)}
    return sorted({unit.id for unit in communes_of(province, LAST_MAP)} & first - goes_on)
