"""How what lies in a province today lay on an older map."""

from __future__ import annotations

from datetime import date

from kheo.base.access import Actor
from kheo.base.errors import refuse_if
from kheo.figures import rules
from kheo.figures.queries import counting, ground
from kheo.figures.queries.counting import Stock, Territory
from kheo.figures.queries.terms import measure as measure_of
from kheo.units.words import Level


def lain(measure_code: str, province: int, *, map: date, on: date, actor: Actor) -> dict[int, int]:
    """The stock of a province of today by the province its ground lay in on an older map (unit id -> number).

    What that map cannot say is left out: the numbers add up to today's stock or to less, never to more. Two queries.
    """
    measure = measure_of(measure_code)
    refuse_if(rules.why_not_map(measure, map))
    ground.may_ask(measure, province, actor)
    if measure.small_cells:
        return {}  # parts would give small numbers away
    what = counting.settled(measure, Stock(on))
    return counting.laid(measure, what, Territory("now", province, str(Level.PROVINCE)), map)
