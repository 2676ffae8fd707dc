"""Verbs of a model's later life, from launch to removal. The same actions as the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from kheo.base import clock
from kheo.base.command import Call, common
from kheo.base.powers import Power
from kheo.initiatives import actions, queries
from kheo.initiatives.commands.group import answer, initiatives
from kheo.initiatives.words import Mark, RecognisedBy, RemovalReason


def _said(verb: Callable[..., Any]) -> Callable[..., Any]:
    """The model and what comes with a step; the rules say which step must name a document."""
    verb = click.option("--note", default="", help="A few words.")(verb)
    verb = click.option("--document", default="", help="Number, day and issuer of the minutes or the decision.")(verb)
    return click.argument("id", type=int)(verb)


def _step(call: Call, deed: Callable[..., Any], id: int, **said: Any) -> None:
    initiative = queries.reach(call.actor, Power.INITIATIVES_SEE, id)
    deed(actor=call.actor, initiative=initiative, on=call.on, known=clock.now(), **said)
    answer(call, initiative)


@initiatives.command("launch")
@_said
@common
def launch(call: Call, id: int, **said: str) -> None:
    """A model in the list was launched."""
    _step(call, actions.launch, id, **said)


@initiatives.command("start")
@_said
@common
def start(call: Call, id: int, **said: str) -> None:
    """A model runs, from the list, after its launch, or on after a review."""
    _step(call, actions.start, id, **said)


@initiatives.command("review")
@_said
@common
def review(call: Call, id: int, **said: str) -> None:
    """A running model was surveyed and reviewed."""
    _step(call, actions.review, id, **said)


@initiatives.command("recognise")
@_said
@click.option("--level", required=True, type=click.Choice(RecognisedBy.values))
@common
def recognise(call: Call, id: int, **said: str) -> None:
    """A reviewed model was recognised by a decision."""
    _step(call, actions.recognise, id, **said)


@initiatives.command("settle")
@_said
@click.option("--mark", required=True, type=click.Choice([mark.value for mark in Mark if mark]))
@common
def settle(call: Call, id: int, **said: str) -> None:
    """After a review: a model is to be kept, or to be spread."""
    _step(call, actions.settle, id, **said)


@initiatives.command("confirm")
@click.argument("id", type=int)
@common
def confirm(call: Call, id: int) -> None:
    """The owner's word that a model goes on this year."""
    _step(call, actions.confirm, id)


@initiatives.command("remove")
@_said
@click.option("--reason", required=True, type=click.Choice(RemovalReason.values))
@common
def remove(call: Call, id: int, **said: str) -> None:
    """Take a model off the list; it stays readable for ever."""
    _step(call, actions.remove, id, **said)
