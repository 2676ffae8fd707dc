"""Ground over time: in which commune, district and province a unit's ground lies on the map of any day. No database."""

from kheo.units.ground.atlas import Atlas, Edge, Spell, Where
from kheo.units.ground.places import FIRST_CHILD, PlaceRow, PlaceUnitRow, draw_places

__all__ = ["FIRST_CHILD", "Atlas", "Edge", "PlaceRow", "PlaceUnitRow", "Spell", "Where", "draw_places"]
