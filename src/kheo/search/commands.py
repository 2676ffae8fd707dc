"""The index on the command line: build it anew."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _

from kheo.base.command import Call, common
from kheo.search.actions import rebuild
from kheo.search.words import sources


@click.command("rebuild")
@common
def rebuild_(call: Call) -> None:
    """Build the index of all texts anew and count the vocabulary; meanwhile people find what they found before."""
    counted = {kind: rebuild(kind, source, actor=call.actor) for kind, source in sources().items()}
    for kind, n in counted.items():
        call.say(_("%(kind)s: %(n)s texts") % {"kind": kind, "n": n})
    call.answer({"texts": counted})


COMMANDS: dict[str, click.Command] = {
    "search": click.Group("search", commands={"rebuild": rebuild_}, help="Finding texts with and without marks.")
}
