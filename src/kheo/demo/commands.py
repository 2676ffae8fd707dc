"""The demonstration on the command line; it is built by `kheo init --demo`."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _

from kheo.base import clock
from kheo.base.command import Call, common
from kheo.demo import actions


@click.group("demo")
def demo() -> None:
    """The demonstration country."""


@demo.command("wipe")
@common
def wipe(call: Call) -> None:
    """Take every demonstration row away, in one transaction; real rows stay. Says what was removed."""
    gone = actions.wipe(actor=call.actor, on=call.on, known=clock.now())
    call.say(
        _("Removed: %(initiatives)s models with %(lines)s lines of the journal, %(accounts)s accounts.")
        % {key: gone[key] for key in ("initiatives", "lines", "accounts")}
    )
    if gone["closed"]:
        call.say(_("Accounts with real deeds were closed instead: %(n)s.") % {"n": gone["closed"]})
    if gone["loosened"]:
        call.say(_("Real models that named a demonstration model as their source: %(n)s.") % {"n": gone["loosened"]})
    call.answer(gone)


COMMANDS: dict[str, click.Command] = {"demo": demo}
