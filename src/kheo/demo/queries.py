"""Whether this installation shows a demonstration: what every page asks for its band."""

from __future__ import annotations

from django.core.cache import cache

from kheo.initiatives.queries import has_demonstration

HELD = "demo.held"
SECONDS = 60


def holds_demonstration() -> bool:
    """Whether there are demonstration models. One query a minute and process; a build or a wipe is seen by then."""
    held = cache.get(HELD)
    if held is None:
        held = has_demonstration()
        cache.set(HELD, held, SECONDS)
    return bool(held)
