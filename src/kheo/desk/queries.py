"""What lies on an officer's desk, gathered from the rooms that keep it."""

from __future__ import annotations

from datetime import date

from kheo.base.access import Actor
from kheo.base.powers import Power
from kheo.figures.queries import coverage
from kheo.figures.words import Coverage

MEASURE = "initiatives"


def territory(actor: Actor) -> int | None:
    """The one unit whose gaps this actor fills: their province or commune; None for the nation, or for nobody's."""
    own = actor.reach_of(Power.INITIATIVES_SEE)
    if own.all:
        return None
    return next(iter(sorted(own.provinces) or sorted(own.communes)), None)


def gaps(actor: Actor, on: date) -> Coverage | None:
    """Where nothing is in the list yet, field by field, in the actor's territory today; None when they have none."""
    own = actor.reach_of(Power.INITIATIVES_SEE)
    of = territory(actor)
    if of is None and not own.all:
        return None
    return coverage(MEASURE, of=of, by="field", period=None, on=on, actor=actor)
