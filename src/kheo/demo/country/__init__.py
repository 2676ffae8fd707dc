"""The engine that thinks up a country: titles and texts by field, lives with their days. No database, no clock."""

from kheo.demo.country.drawings import drawings
from kheo.demo.country.plans import PLANS, Plan, thought_up

__all__ = ["PLANS", "Plan", "drawings", "thought_up"]
