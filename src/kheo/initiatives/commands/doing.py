"""Verbs that do: register, submit, keep, accept, return, resubmit, change. The same actions as the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from django.utils.translation import gettext as _

from kheo.base import clock
from kheo.base.access import must
from kheo.base.command import DAY, Call, common
from kheo.base.errors import Invisible
from kheo.base.powers import Power
from kheo.initiatives import actions, queries
from kheo.initiatives.commands.group import answer, initiatives, term_of, unit_of
from kheo.initiatives.words import (
    ITEMS,
    Field,
    Kind,
    Novelty,
    Registration,
)
from kheo.people.queries import organisations

REGISTER = Power.INITIATIVES_REGISTER


def items(verb: Callable[..., Any]) -> Callable[..., Any]:
    """The long texts of the nine items as options; what is not said is not sent."""
    for item in reversed(ITEMS):
        verb = click.option(f"--{item}")(verb)
    return verb


@initiatives.command("register")
@click.option("--unit", metavar="UNIT", help="Code, public id or name of the unit.")
@click.option("--organisation", type=int, metavar="ID", help="Whose model it is; default: the one you register for.")
@click.option("--title", required=True)
@click.option("--field", type=click.Choice(Field.values))
@click.option("--kind", type=click.Choice(Kind.values))
@click.option("--novelty", default=Novelty.NEW.value, show_default=True, type=click.Choice(Novelty.values))
@click.option("--period", metavar="CODE", help="Default: the term of the day.")
@click.option("--replicates", type=int, metavar="ID", help="The model it was copied from.")
@click.option("--start", type=DAY, metavar="DATE")
@click.option("--end", type=DAY, metavar="DATE")
@click.option("--households", type=int)
@click.option("--code", default="")
@click.option("--goal", default="")
@click.option("--note", default="")
@items
@click.option("--review-due", type=DAY, metavar="DATE", help="When it is to be surveyed and reviewed.")
@click.option("--tag", "tags", multiple=True)
@click.option("--draft", is_flag=True, help="Keep it as a draft; a title is enough. `submit` registers it.")
@common
def register(
    call: Call,
    unit: str | None,
    organisation: int | None,
    period: str | None,
    tags: tuple[str, ...],
    draft: bool,
    **given: Any,
) -> None:
    """Register one model for a unit or an organisation."""
    must(call.actor, REGISTER, None)
    own = call.actor.reach_of(REGISTER).orgs
    if organisation is None and unit is None and len(own) == 1:
        (organisation,) = own
    found = organisations([organisation]) if organisation is not None else []
    if organisation is not None and not (found and (organisation in own or call.actor.may(REGISTER, found[0]))):
        raise Invisible
    said: dict[str, Any] = {"field": "", "kind": "", "tags": tags, "owner": found[0] if found else None}
    said |= {key: value for key, value in given.items() if value is not None}
    said["unit_id"] = unit_of(unit, call.on).id if unit is not None else None
    when: dict[str, Any] = {
        "actor": call.actor,
        "period": term_of(period, call.on),
        "on": call.on,
        "known": clock.now(),
    }
    if draft:
        initiative = actions.draft(given=Registration(**said), **when)
    else:
        initiative = actions.register(**said, **when)
    answer(call, initiative)


@initiatives.command("discard")
@click.argument("id", type=int)
@common
def discard(call: Call, id: int) -> None:
    """Throw the draft ID away; what was sent once is no draft any more."""
    initiative = queries.reach(call.actor, REGISTER, id)
    actions.discard_draft(actor=call.actor, initiative=initiative, on=call.on, known=clock.now())
    call.answer({"id": initiative.pk})
    call.say(_("The draft was thrown away."))


@initiatives.command("submit")
@click.argument("id", type=int)
@common
def submit(call: Call, id: int) -> None:
    """Register a draft as it is."""
    initiative = queries.reach(call.actor, REGISTER, id)
    actions.submit(actor=call.actor, initiative=initiative, on=call.on, known=clock.now())
    answer(call, initiative)


@initiatives.command("keep")
@click.argument("id", type=int)
@click.option("--period", metavar="CODE", help="Default: the term of the day.")
@common
def keep(call: Call, id: int, period: str | None) -> None:
    """Register a model of an earlier term again, as it was."""
    initiative = queries.reach(call.actor, Power.INITIATIVES_SEE, id)
    kept = actions.keep(
        actor=call.actor, initiative=initiative, period=term_of(period, call.on), on=call.on, known=clock.now()
    )
    answer(call, kept)


@initiatives.command("accept")
@click.argument("id", type=int)
@click.option("--list-number", default="")
@common
def accept(call: Call, id: int, list_number: str) -> None:
    """Take a registered model into the list."""
    initiative = queries.reach(call.actor, Power.INITIATIVES_SEE, id)
    actions.accept(actor=call.actor, initiative=initiative, list_number=list_number, on=call.on, known=clock.now())
    answer(call, initiative)


@initiatives.command("return")
@click.argument("id", type=int)
@click.option("--reason", required=True)
@common
def return_(call: Call, id: int, reason: str) -> None:
    """Send a registered model back for completion."""
    initiative = queries.reach(call.actor, Power.INITIATIVES_SEE, id)
    actions.return_(actor=call.actor, initiative=initiative, reason=reason, on=call.on, known=clock.now())
    answer(call, initiative)


@initiatives.command("resubmit")
@click.argument("id", type=int)
@common
def resubmit(call: Call, id: int) -> None:
    """Send a returned model again after completing it."""
    initiative = queries.reach(call.actor, Power.INITIATIVES_SEE, id)
    actions.resubmit(actor=call.actor, initiative=initiative, on=call.on, known=clock.now())
    answer(call, initiative)


@initiatives.command("change")
@click.argument("id", type=int)
@click.option("--title")
@click.option("--field", type=click.Choice(Field.values))
@click.option("--kind", type=click.Choice(Kind.values))
@click.option("--novelty", type=click.Choice(Novelty.values))
@click.option("--unit", metavar="UNIT")
@click.option("--replicates", type=int, metavar="ID")
@click.option("--start", type=DAY, metavar="DATE")
@click.option("--end", type=DAY, metavar="DATE")
@click.option("--households", type=int)
@click.option("--code")
@click.option("--goal")
@click.option("--note")
@items
@click.option("--review-due", type=DAY, metavar="DATE")
@click.option("--real", is_flag=True, help="It really changed on that day; without it, it was always wrong.")
@common
def change(call: Call, id: int, unit: str | None, real: bool, **given: Any) -> None:
    """Change facts of a model."""
    initiative = queries.reach(call.actor, Power.INITIATIVES_SEE, id)
    values = {key: value for key, value in given.items() if value is not None}
    if unit is not None:
        values["unit_id"] = unit_of(unit, call.on).id
    actions.change(
        actor=call.actor, initiative=initiative, values=values, mistake=not real, on=call.on, known=clock.now()
    )
    answer(call, initiative)
