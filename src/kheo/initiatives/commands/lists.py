"""Whole lists: import and undo."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from kheo.base import clock
from kheo.base.command import REFUSED, Call, common
from kheo.base.errors import Refusal, Refused
from kheo.exchange import queries as imports
from kheo.exchange.actions import bring_in, undo
from kheo.exchange.words import Fate, RunState
from kheo.initiatives import queries
from kheo.initiatives.commands.group import initiatives, term_of
from kheo.initiatives.exchange import REGISTRATION_LIST


@initiatives.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--unit", default="", metavar="UNIT", help="The unit the whole list is of, when its rows name none.")
@click.option("--period", metavar="CODE", help="A term such as 2025-2030 (default: the one that runs on --on).")
@click.option("--dry-run", is_flag=True, help="Only look: say what would become of every row.")
@click.option("--good-rows", is_flag=True, help="Save the good rows, leave out those asked about or refused.")
@click.option("--answers", type=click.Path(path_type=Path), help='JSON: {"12": "u00123", "total:79": "rows"}.')
@click.option("--consent-encoding", is_flag=True, help="Old Vietnamese letters were seen and may be converted.")
@click.option("--sheet", metavar="NAME", help="The sheet to read (default: the visible one that holds the list).")
@common
def import_(call: Call, file: Path, period: str | None, dry_run: bool, good_rows: bool, **said: Any) -> None:
    """Bring in a registration list: all of it or nothing, or its good rows by choice. Again: nothing changes."""
    answers = _answers(said.pop("answers"))
    run = bring_in(
        actor=call.actor,
        importer=REGISTRATION_LIST,
        data=imports.bounded(file),
        filename=file.name,
        options={"period": term_of(period, call.on).code, **said},
        on=call.on,
        known=clock.now(),
        answers=answers,
        good_rows=good_rows,
        dry_run=dry_run,
        progress=_shown(call),
    )
    found = imports.as_json(run)
    call.answer(found)
    for trouble in (*found["questions"], *found["problems"]):
        place = " ".join(str(trouble[key]) for key in ("row", "column") if trouble.get(key) is not None)
        call.progress(f"{place}: {trouble['text']}" if place else trouble["text"])
    for fate in Fate:
        call.say(f"{fate.label!s:<12}{found[fate.value]:>8}")
    if run.state == RunState.SET_ASIDE:
        call.say(_("Everything is in the register already; there was nothing to save."))
    else:
        call.say(_("Import %(number)s: %(state)s.") % {"number": run.pk, "state": RunState(run.state).label})
    left = found["asked"] + found["refused"]
    if run.reading.get("questions") or (left and not (good_rows and run.state != RunState.STAGED)):
        raise SystemExit(REFUSED)


@initiatives.command("undo")
@click.argument("number", metavar="IMPORT", type=click.IntRange(1, queries.LARGEST_ID))
@common
def undo_(call: Call, number: int) -> None:
    """Take a saved import back: its new models are voided, those it changed put back."""
    run = imports.reach(call.actor, number)
    undone = undo(actor=call.actor, importer=REGISTRATION_LIST, run=run, on=call.on, known=clock.now())
    call.answer({"import": run.pk, "voided": undone.voided, "restored": undone.restored})
    said = {"voided": undone.voided, "restored": undone.restored}
    call.say(_("Undone: %(voided)s new models taken back, %(restored)s changed ones put back.") % said)


def _answers(file: Path | None) -> dict[str, str]:
    if file is None:
        return {}
    try:
        given = json.loads(imports.bounded(file))
    except ValueError:
        given = None
    if not isinstance(given, dict):
        text = _("%(file)s holds no answers: it must be one JSON object, question to answer.")
        raise Refused(Refusal("exchange.answers_unreadable", text % {"file": file.name}))
    return {str(key): str(value) for key, value in given.items()}


def _shown(call: Call) -> Callable[[int, int], None]:
    """Progress of long lists, on stderr."""
    text = _("%(done)s of %(total)s rows looked at")
    return lambda done, total: call.progress(text % {"done": done, "total": total}) if total > 5000 else None
