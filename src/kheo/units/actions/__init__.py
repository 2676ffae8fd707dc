"""The only writers of the map: the loader of the package's tables, and decrees."""

from kheo.units.actions.decrees import apply_decree
from kheo.units.actions.loading import load_map

__all__ = ["apply_decree", "load_map"]
