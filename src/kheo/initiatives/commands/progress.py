"""Verbs of telling: what was done, with results and files; and taking a telling back."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from kheo.base import clock
from kheo.base.command import Call, common
from kheo.base.errors import Refusal, Refused
from kheo.base.powers import Power
from kheo.files.words import MOST_BYTES
from kheo.initiatives import actions, queries
from kheo.initiatives.commands.group import initiatives
from kheo.initiatives.commands.reading import say_progress
from kheo.initiatives.forms.progress import amount_of, given_files
from kheo.initiatives.models import Initiative
from kheo.initiatives.words import ResultKind


def _amounts(verb: Callable[..., Any]) -> Callable[..., Any]:
    """One option for each kind of result."""
    for kind in reversed(ResultKind):
        verb = click.option(f"--{kind.value}", metavar="N", help="As the language writes numbers: 350,5.")(verb)
    return verb


@initiatives.command("progress")
@click.argument("id", type=int)
@click.option("--text", default="", help="What was done.")
@_amounts
@click.option("--file", "files", multiple=True, type=click.Path(path_type=Path), help="A photo or document; again.")
@click.option("--caption", "captions", multiple=True, help="What a file shows, in their order; one alone: of all.")
@click.option("--public", is_flag=True, help="Everybody may see the photos.")
@common
def progress(
    call: Call, id: int, text: str, files: tuple[Path, ...], captions: tuple[str, ...], public: bool, **written: Any
) -> None:
    """Tell what was done with a model by the day (--on), with results and files."""
    initiative = queries.reach(call.actor, Power.INITIATIVES_SEE, id)
    results: dict[str, Decimal] = {}
    refusals: list[Refusal] = []
    for kind, said in written.items():
        try:
            amount = amount_of(kind, said or "")
        except Refused as no:
            refusals += no.refusals
        else:
            results |= {} if amount is None else {kind: amount}
    if refusals:
        raise Refused(refusals)
    actions.tell(
        actor=call.actor,
        initiative=initiative,
        text=text,
        results=results,
        evidence=given_files([(_read(file), file.name) for file in files], captions, public),
        on=call.on,
        known=clock.now(),
    )
    _answer(call, initiative)


@initiatives.command("void-progress")
@click.argument("id", type=int)
@click.argument("telling", type=int)
@click.option("--reason", required=True)
@common
def void_progress(call: Call, id: int, telling: int, reason: str) -> None:
    """Take back what was told by mistake: TELLING is its number, as `show` prints it."""
    initiative = queries.reach(call.actor, Power.INITIATIVES_SEE, id)
    told = queries.progress_of(initiative, telling)
    actions.void_progress(actor=call.actor, progress=told, reason=reason, on=call.on, known=clock.now())
    _answer(call, initiative)


def _read(file: Path) -> bytes:
    """A file up to what is taken and one byte more, so that a larger one is refused unread."""
    with file.open("rb") as source:
        return source.read(MOST_BYTES + 1)


def _answer(call: Call, initiative: Initiative) -> None:
    """What the model brought about so far, and what was told of it."""
    results, told = queries.results_of(initiative.pk), queries.tellings(initiative.pk)
    call.answer(
        {
            "id": initiative.pk,
            "version": initiative.version,
            "heard_on": initiative.heard_on,
            "results": queries.results_json(results),
            "progress": [telling.as_json() for telling in told],
        }
    )
    if not call.json:
        call.say(f"{initiative.pk}  {initiative.title}")
        say_progress(call, results, told)
