"""Readers of the map: units of a day, what became of them, places, and what is wrong with the tables."""

from kheo.units.queries.findings import map_findings
from kheo.units.queries.history import follow, history, trace
from kheo.units.queries.maps import atlas, forget_map
from kheo.units.queries.outlines import BEFORE, NOW, Outline, box, outlines
from kheo.units.queries.places import (
    candidate_places,
    piece_places,
    place_view,
    places_of,
    root_place,
    root_places,
    spot_of,
)
from kheo.units.queries.portraits import Portrait, ProvinceLine, portrait, provinces_with_communes
from kheo.units.queries.versions import (
    by_code,
    by_uid,
    chunks,
    communes_of,
    districts_of,
    unit_count,
    units_on,
    view,
    views,
)

__all__ = [
    "BEFORE",
    "NOW",
    "Outline",
    "Portrait",
    "ProvinceLine",
    "atlas",
    "box",
    "by_code",
    "by_uid",
    "candidate_places",
    "chunks",
    "communes_of",
    "districts_of",
    "follow",
    "forget_map",
    "history",
    "map_findings",
    "outlines",
    "piece_places",
    "place_view",
    "places_of",
    "portrait",
    "provinces_with_communes",
    "root_place",
    "root_places",
    "spot_of",
    "trace",
    "unit_count",
    "units_on",
    "view",
    "views",
]
