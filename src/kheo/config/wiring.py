"""What travels upward, in plain sight: measures, importers, acts, commands and navigation, filled once at start."""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kheo.audit import words as audit
from kheo.audit.words import wire_acts
from kheo.base.command import wire_actors
from kheo.base.powers import Power
from kheo.base.sheets import wire_watermark
from kheo.demo import words as demo
from kheo.demo.queries import holds_demonstration
from kheo.exchange import words as exchange
from kheo.exchange.words import Importer, wire_importers
from kheo.figures import words as figures
from kheo.figures.words import Measure, wire_measures
from kheo.files import words as files
from kheo.initiatives import words as initiatives
from kheo.initiatives.actions import follow_map as models_follow
from kheo.initiatives.actions.finding import MODELS
from kheo.initiatives.exchange import REGISTRATION_LIST
from kheo.initiatives.figures import INITIATIVES, RESULTS
from kheo.initiatives.queries import SEARCHED
from kheo.people import words as people
from kheo.people.actions import follow_map as people_follow
from kheo.people.queries import actor_named
from kheo.portal.words import wire_band
from kheo.search.words import Source, wire_sources
from kheo.units import words as units
from kheo.units.words import Follower, wire_followers

if TYPE_CHECKING:
    import click
    from django.http import HttpRequest

MEASURES: tuple[Measure, ...] = (INITIATIVES, *RESULTS.values())
IMPORTERS: tuple[Importer, ...] = (REGISTRATION_LIST,)
FOLLOWERS: tuple[Follower, ...] = (people_follow, models_follow)
SEARCHES: dict[str, Source] = {SEARCHED: MODELS}


def commands() -> dict[str, click.Command]:
    """Every noun of the program `kheo`, gathered from the rooms that speak on the command line."""
    found: dict[str, click.Command] = {}
    for room in (
        "config",
        "audit",
        "search",
        "law",
        "units",
        "people",
        "figures",
        "exchange",
        "initiatives",
        "demo",
        "portal",
    ):
        if importlib.util.find_spec(f"kheo.{room}.commands"):
            found.update(importlib.import_module(f"kheo.{room}.commands").COMMANDS)
    return found


def wire() -> None:
    """Fill the typed slots of the kernel."""
    for words in (audit, demo, exchange, figures, files, initiatives, people, units):
        wire_acts(getattr(words, "ACTS", ()))
    wire_measures(MEASURES)
    wire_importers(IMPORTERS)
    wire_sources(SEARCHES)
    wire_actors(actor_named)
    wire_followers(FOLLOWERS)
    wire_band(holds_demonstration)
    wire_watermark(holds_demonstration)


@dataclass(frozen=True)
class NavItem:
    """One entry of the menu as the frames draw it."""

    label: Any
    url: str
    icon: str
    current: bool
    count: int | None = None


_OFFICE = (
    ("desk:home", _("My work"), "home", ()),
    ("initiatives:list", _("Models"), "list", (Power.INITIATIVES_SEE,)),
    ("exchange:list", _("Import from Excel"), "ul", (Power.INITIATIVES_REGISTER,)),
    ("figures:coverage", _("Figures"), "chart", ()),
    ("units:index", _("Units"), "map", ()),
    ("people:accounts", _("Accounts"), "users", (Power.PEOPLE_MANAGE, Power.PEOPLE_VILLAGE)),
    ("audit:list", _("Audit trail"), "checks", (Power.AUDIT_SEE,)),
)
_PUBLIC = (
    ("portal:home", _("Home"), "home", ()),
    ("portal:models", _("Models"), "list", ()),
    ("portal:map", _("Map"), "map", ()),
    ("figures:coverage", _("Figures"), "chart", ()),
    ("units:index", _("Units"), "map", ()),
)


def navigation(request: HttpRequest) -> list[NavItem]:
    """The menu this actor can use; officers see the office's, strangers the public one."""
    actor = request.actor  # type: ignore[attr-defined]
    items = []
    for name, label, icon, powers in _OFFICE if actor.signed_in else _PUBLIC:
        if powers and not any(actor.may(power) for power in powers):
            continue
        try:
            there = address(name)
        except NoReverseMatch:
            continue
        # A room's pages share its first word; the front page's address begins every other.
        here = request.path == there if name == "portal:home" else request.path.split("/")[2] == there.split("/")[2]
        items.append(NavItem(label, there, icon, here))
    return items


def address(name: str) -> str:
    """The address of a named page without parts of its own, in the reader's language."""
    return _address(name, get_language() or "", settings.ROOT_URLCONF)


@lru_cache(maxsize=1000)
def _address(name: str, _language: str, _patterns: str) -> str:
    """Kept, because a page asks for some thirty and working one out takes longer than a query."""
    return reverse(name)
