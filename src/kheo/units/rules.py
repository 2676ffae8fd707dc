"""When a decree may not be applied. Pure: what is known of the map is passed in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext as _

from kheo.base.errors import Refusal
from kheo.base.text import day_text


def why_not_applied_twice(number: str, day: date, known: Collection[str]) -> Refusal | None:
    """The same decree is not applied twice: its units have begun already. `known`: decrees of the map of its day."""
    return applied_twice(number, day) if number in known else None


def applied_twice(number: str, day: date) -> Refusal:
    """The refusal itself, for whom the database tells of a race."""
    text = _("Decree %(decree)s of %(day)s is on the map already.") % {"decree": number, "day": day_text(day)}
    return Refusal("units.decree_applied", text, column="decree")


def why_not_yet(number: str, day: date, on: date) -> Refusal | None:
    """A decree moves what lies where today; so it is applied on its day, and only tried before."""
    if day <= on:
        return None
    text = _("Decree %(decree)s holds from %(day)s; apply it on that day. A dry run says now what it will touch.")
    facts = {"decree": number, "day": day_text(day)}
    return Refusal("units.decree_not_yet", text % facts, column="date")


def why_not_out_of_order(number: str, day: date, last_map: date | None) -> Refusal | None:
    """Decrees are applied in the order of their days, for each speaks of the units of the day before it."""
    if last_map is None or day >= last_map:
        return None
    text = _("Decree %(decree)s holds from %(day)s, but the map is known to %(last)s already; decrees are applied in "
             "the order of their days.")  # fmt: skip
    facts = {"decree": number, "day": day_text(day), "last": day_text(last_map)}
    return Refusal("units.decree_order", text % facts, column="date")
