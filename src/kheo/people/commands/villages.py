"""Accounts of villages on the command line."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
from django.utils.translation import gettext as _

from kheo.base import clock
from kheo.base.access import must
from kheo.base.command import Call, common
from kheo.base.errors import Invisible, Refusal, Refused
from kheo.base.powers import Power
from kheo.people import actions, queries
from kheo.people.commands.accounts import tell, unit_of
from kheo.people.exchange import village_lines
from kheo.people.words import Fate, Slip
from kheo.units.queries import view


@click.command("create-accounts")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--unit", "written", metavar="CODE", help="The commune; without it, the one you keep accounts for.")
@click.option("--dry-run", is_flag=True, help="Show what becomes of every line; make nothing.")
@click.option(
    "--answer",
    "answered",
    multiple=True,
    metavar="LINE=USER",
    help='Which account a doubtful line means, or "new"; may be given again.',
)
@common
def create_accounts(call: Call, file: Path, written: str | None, dry_run: bool, answered: tuple[str, ...]) -> None:
    """Accounts for villages and organisations of a commune from a csv: village, person, telephone number.

    All lines or none; the same file again makes nothing. First passwords are printed this once.
    """
    must(call.actor, Power.PEOPLE_VILLAGE, None)
    own = call.actor.reach_of(Power.PEOPLE_VILLAGE).communes
    if written is None and len(own) != 1:
        raise Refused(Refusal("units.unknown", _("Say which commune the accounts are of, with --unit.")))
    unit = unit_of(written, call.on) if written is not None else view(next(iter(own)), call.on)
    if unit is None:
        raise Invisible
    lines, answers = village_lines(file.read_bytes()), _answers(answered)
    fates = queries.village_fates(call.actor, unit, lines, call.on, answers)
    for fate in fates:
        call.say(
            f"{fate.line.row:>5}  {fate.fate.label:<16} {fate.line.village}, {fate.line.person}  {fate.why!s}".rstrip()
        )
    slips: list[Slip] = []
    if not dry_run:
        slips = actions.create_village_accounts(
            actor=call.actor, unit=unit, lines=lines, answers=answers, on=call.on, known=clock.now()
        )
    for slip in slips:
        call.say(f"{slip.village}  {slip.person}  {slip.username}  {slip.phone}  {slip.password}")
    counts = {fate.value: sum(f.fate is fate for f in fates) for fate in Fate}
    call.answer({**counts, "accounts": [asdict(slip) for slip in slips]})


def _answers(answered: tuple[str, ...]) -> dict[int, str]:
    """LINE=USER -> by line."""
    parted = [one.partition("=") for one in answered]
    if any(not (line.isascii() and line.isdigit()) or not user for line, _sign, user in parted):
        raise click.BadParameter(_("Write LINE=USER, such as 3=lan."), param_hint="--answer")
    return {int(line): user for line, _sign, user in parted}


@click.command("reset-village")
@click.argument("username")
@common
def reset_village(call: Call, username: str) -> None:
    """A new first password for who edits for a village of your commune; shown this once."""
    must(call.actor, Power.PEOPLE_VILLAGE, None)
    person = queries.person(username)
    if person is None:
        raise Invisible
    slip = actions.reset_village_password(actor=call.actor, person=person, on=call.on, known=clock.now())
    tell(call, person, slip.password)
