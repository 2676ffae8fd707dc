"""Decrees of the map: the sheet as a table says it, and what it means for the units of the day before. No writing."""

from kheo.units.decrees.planning import Above, Born, Changed, Edge, Plan, Standing, plan
from kheo.units.decrees.written import COLUMNS, LONGEST, DecreeRow, read_decrees

__all__ = [
    "COLUMNS",
    "LONGEST",
    "Above",
    "Born",
    "Changed",
    "DecreeRow",
    "Edge",
    "Plan",
    "Standing",
    "plan",
    "read_decrees",
]
