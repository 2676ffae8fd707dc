"""The public pages: open to everybody, in four languages, without a cookie; and what machines read of them."""

from kheo.portal.views.feeds import feed
from kheo.portal.views.machines import picture, robots, sitemap, sitemap_part
from kheo.portal.views.pages import home, map, model, models, place

__all__ = [
    "feed",
    "home",
    "map",
    "model",
    "models",
    "picture",
    "place",
    "robots",
    "sitemap",
    "sitemap_part",
]
