"""Verbs that find: by words, models like one, what was copied from what."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _

from kheo.base.access import must
from kheo.base.command import Call, common
from kheo.base.powers import Power
from kheo.initiatives import queries
from kheo.initiatives.commands.group import initiatives, label
from kheo.initiatives.words import InitiativeRow, State

_limit = click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True)


@initiatives.command("find")
@click.argument("words")
@_limit
@click.option("--exact", is_flag=True, help="Do not mend typing mistakes.")
@common
def find(call: Call, words: str, limit: int, exact: bool) -> None:
    """Find the models the actor sees by words of their texts, with or without marks, best first."""
    must(call.actor, Power.INITIATIVES_SEE, None)
    found = queries.find(call.actor, words, limit=limit, mend=not exact)
    rows = queries.in_order(found.ids, on=call.on)
    call.answer({"count": len(rows), "mended": found.mended, "rows": [row.as_json() for row in rows]})
    if found.mended:
        call.say(_("Showing results for %(words)s.") % {"words": found.mended})
    for row in rows:
        call.say(_line(row))
    if not rows:
        call.say(_("No model holds these words."))


@initiatives.command("like")
@click.argument("id", type=int)
@_limit
@common
def like(call: Call, id: int, limit: int) -> None:
    """Models like this one, of the actor's territory or public: those that share the rare words of its name."""
    initiative = queries.reach(call.actor, Power.INITIATIVES_SEE, id)
    found = queries.like(initiative, actor=call.actor, on=call.on, limit=limit)
    call.answer(
        {"count": len(found), "rows": [one.row.as_json() | {"likeness": one.likeness} for one in found]},
    )
    for one in found:
        call.say(f"{one.likeness:>3} %  {_line(one.row)}")
    if not found:
        call.say(_("No other model is like this one."))


@initiatives.command("lineage")
@click.argument("id", type=int)
@common
def lineage(call: Call, id: int) -> None:
    """From what a model was copied, up to the first, and everything copied from that, as a tree."""
    initiative = queries.reach(call.actor, Power.INITIATIVES_SEE, id)
    kin = queries.lineage(initiative, actor=call.actor, on=call.on)
    rows = [k.row.as_json() | {"depth": k.depth, "replicates": k.replicates, "asked": k.asked} for k in kin]
    call.answer({"count": len(rows), "rows": rows})
    for k in kin:
        call.say(f"{'  ' * k.depth}{'> ' if k.asked else '- '}{_line(k.row)}")


def _line(row: InitiativeRow) -> str:
    return f"{row.id}  {row.title}, {row.unit_name} ({label(State, row.state)})"
