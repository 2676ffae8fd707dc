"""What the public pages show: figures with their captions, maps, the list and its counts, places."""

from kheo.portal.queries.front import Front, front
from kheo.portal.queries.listing import PAGE, Counts, Offer, counts, offer, terms
from kheo.portal.queries.maps import Drawn, Picture, Shape, country_map, picture
from kheo.portal.queries.places import Portrait, portrait

__all__ = [
    "PAGE",
    "Counts",
    "Drawn",
    "Front",
    "Offer",
    "Picture",
    "Portrait",
    "Shape",
    "country_map",
    "counts",
    "front",
    "offer",
    "picture",
    "portrait",
    "terms",
]
