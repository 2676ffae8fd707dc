"""The noun `initiatives`, and what its verbs share: how units and terms are named, how one model is answered."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
from django.utils.translation import gettext as _

from kheo.base.command import Call
from kheo.base.errors import Refusal, Refused
from kheo.base.text import day_text
from kheo.figures.queries import period as period_named
from kheo.figures.queries import period_on
from kheo.figures.words import PeriodView
from kheo.initiatives import queries
from kheo.initiatives.models import Initiative
from kheo.initiatives.words import State
from kheo.units.resolver import Resolver
from kheo.units.words import UnitView


@click.group("initiatives")
def initiatives() -> None:
    """The registry of models: list, find, like, lineage, show, export, register, accept, return, change, import."""


def unit_of(written: str, on: date) -> UnitView:
    """The unit people name by code, public id or name; refused when none or several fit."""
    if found := queries.unit_named(written, on):
        return found
    answer = Resolver.for_day(on).resolve(written)
    if answer.unit is None:
        raise Refused(answer.refusal or Refusal("units.unknown", _("No unit is called %(name)s.") % {"name": written}))
    return answer.unit


def term_of(code: str | None, on: date) -> PeriodView:
    """The period of this code; without one the term that runs on the day, refused when none does."""
    if code is not None:
        return period_named(code)
    found = period_on(on)
    if found is None:
        raise Refused(Refusal("figures.period_unknown", _("No term runs on %(on)s.") % {"on": day_text(on)}))
    return found


def answer(call: Call, initiative: Initiative) -> None:
    """Say how a model stands after a deed: one object, or one line."""
    row = queries.rows_of([initiative], on=call.on)[0]
    call.answer(row.as_json())
    if not call.json:
        call.say(f"{row.id}  {row.title}  ({label(State, row.state)})")


def label(choices: Any, value: str) -> str:
    """The word for a stored code in the reader's language; a draft may have left it open."""
    return str(choices(value).label) if value else "–"
