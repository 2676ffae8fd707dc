"""Written names to units: `Resolver.for_day(on).resolve(...)` for a file, `resolve_row(s)` for tables."""

from kheo.units.resolver.answers import Resolution
from kheo.units.resolver.resolver import Resolver
from kheo.units.resolver.rows import fitting_day, resolve_row, resolve_rows, resolve_span

__all__ = ["Resolution", "Resolver", "fitting_day", "resolve_row", "resolve_rows", "resolve_span"]
