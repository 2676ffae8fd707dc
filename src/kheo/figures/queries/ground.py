"""Whose numbers are asked: the territory on the chosen map, its name, its units, and whether the actor may see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from kheo.base.access import Actor, must
from kheo.base.errors import NotAllowed, Refusal, Refused
from kheo.base.text import day_text
from kheo.figures.queries.counting import Flow, Stock, Territory
from kheo.figures.words import Caption, MapChoice, Measure, PeriodView
from kheo.units import queries as units
from kheo.units.resolver import Resolver
from kheo.units.words import Level, UnitView

# Today's map is the last one known; units that are on it hold without end.
LAST_MAP = date.max
WHOLE_COUNTRY = frozenset({"", "vn", "nation"})


def territory(of: int | None, map: MapChoice) -> tuple[Territory, str]:
    """The territory and its full name. Refuses a unit that is not on this map or that nothing is counted by."""
    if of is None:
        return Territory(map), _("The whole country")
    unit = units.view(of, day_of(map))
    if unit is None:
        unit = units.views([of], day_of(map)).get(of)
        if unit is None:
            raise Refused(Refusal("figures.unit_unknown", _("There is no such unit.")))
        if map != "recorded":
            raise Refused(_not_on_map(unit))
    if unit.level == Level.DISTRICT:
        text = _("%(unit)s is a district; ask for the nation, a province or a commune.") % {"unit": unit.full_name}
        raise Refused(Refusal("figures.level_unknown", text))
    return Territory(map, of, str(unit.level)), unit.full_name


def unit_named(written: str, map: MapChoice, on: date) -> int | None:
    """The unit that people mean by a code, a public id (u00078) or a name on this map; None for the whole country.

    Refuses what nobody can tell (codes of units.resolver). On maps as recorded the names of the day `on` are meant.
    """
    if written.strip().casefold() in WHOLE_COUNTRY:
        return None
    by_id = units.by_uid(written.strip())
    if by_id is not None:
        return by_id
    found = Resolver.for_day(on if map == "recorded" else day_of(map)).resolve(written)
    if found.unit is None:
        raise Refused(found.refusal or Refusal("units.unknown", _("No unit is named %(name)s.") % {"name": written}))
    return found.unit.id


def day_of(map: MapChoice) -> date:
    """The day whose map is drawn; of maps as recorded and of today's, the last one known."""
    return map if isinstance(map, date) else LAST_MAP


def units_of(where: Territory, level: str) -> list[UnitView]:
    """The units of this level in the territory, in the order of the alphabet. A map as recorded has no list."""
    if where.map == "recorded":
        return []
    day = day_of(where.map)
    if where.level == level and where.unit is not None:
        found = units.view(where.unit, day)
        return [found] if found else []
    if level == Level.PROVINCE:
        return units.units_on(day, level=Level.PROVINCE) if where.unit is None else []
    if where.unit is None:
        return units.units_on(day, level=Level.COMMUNE)
    return units.communes_of(where.unit, day)


def named(ids: Iterable[int], map: MapChoice) -> dict[int, UnitView]:
    """Units by id as this map calls them, ended ones by their last name."""
    return units.views(set(ids), day_of(map))


def home_of(actor: Actor) -> int | None:
    """The province an officer's posts lie in, as the first thing to show; None for strangers and the nation's."""
    reaches = list(actor.reach.values())
    if any(reach.all for reach in reaches):
        return None
    provinces = {province for reach in reaches for province in reach.provinces}
    if provinces:
        return min(provinces)
    communes = {commune for reach in reaches for commune in reach.communes}
    return units.spot_of(min(communes)).now_p if communes else None


def may_ask(measure: Measure, of: int | None, actor: Actor) -> None:
    """Public measures answer everybody; others only where the actor holds their power. Raises NotAllowed."""
    if measure.power is None:
        return
    if of is not None:
        must(actor, measure.power, units.spot_of(of))
    elif not actor.reach_of(measure.power).all:
        raise NotAllowed(Refusal("access.no_power", _("You do not have the right to see this for the whole country.")))


def caption(
    measure: Measure, what: Stock | Flow, where: Territory, name: str, period: PeriodView | None, on: date
) -> Caption:
    """All that must stand beside the number."""
    return Caption(
        measure=measure.label,
        unit_of_count=measure.unit_of_count,
        stock_or_flow="stock" if isinstance(what, Stock) else "flow",
        territory=name,
        map=where.map.isoformat() if isinstance(where.map, date) else where.map,
        period=period,
        on=on,
        source=_("added up from what was told") if measure.scale else _("counted from records"),
        places=measure.places,
        added_up=bool(measure.scale),
    )


def _not_on_map(unit: UnitView) -> Refusal:
    dates = {"unit": unit.full_name}
    if unit.valid_to is not None:
        text = _("%(unit)s is not on this map: it ended on %(to)s. Ask for a map before that day, or as recorded.")
        dates["to"] = day_text(unit.valid_to)
    else:
        text = _("%(unit)s is not on this map: it began on %(from)s. Ask for a map from that day on.")
        dates["from"] = day_text(unit.valid_from) if unit.valid_from else "?"
    return Refusal("figures.unit_not_on_map", text % dates)
