"""Words of the public face: which pages everybody reads, and how much of a list one page shows."""

from __future__ import annotations

from collections.abc import Callable

# Pages of all rooms that a reader without an account gets whole: kept between readers, walked by `kheo portal crawl`.
KEPT_PAGES = frozenset(
    {
        "portal:home",
        "portal:models",
        "portal:model",
        "portal:place",
        "portal:map",
        "portal:feed",
        "portal:feed_field",
        "portal:feed_place",
        "units:index",
        "units:unit",
        "figures:coverage",
        "figures:table",
        "figures:quoted",
        "law:numbers",
    }
)

# Whether pages bear the band of a demonstration; filled once by config/wiring.py, because this room does not know who
# builds one.
_banded: Callable[[], bool] = bool


def wire_band(banded: Callable[[], bool]) -> None:
    """Fill the slot of the band once, from config/wiring.py."""
    global _banded
    _banded = banded


def banded() -> bool:
    """Whether this page bears the band."""
    return _banded()
