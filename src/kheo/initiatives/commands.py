"""The registry on the command line: the same list, rules and actions as the pages. Imports are added below."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from kheo.audit.queries import about
from kheo.base import clock
from kheo.base.access import must
from kheo.base.command import DAY, REFUSED, Call, common
from kheo.base.errors import Refusal, Refused
from kheo.base.powers import Power
from kheo.exchange import queries as imports
from kheo.exchange.actions import bring_in, undo
from kheo.exchange.words import Fate, RunState
from kheo.exchange.writer import write_csv, write_xlsx
from kheo.figures.queries import period as period_named
from kheo.figures.queries import period_on
from kheo.figures.words import PeriodView
from kheo.initiatives import actions, queries
from kheo.initiatives.exchange import REGISTRATION_LIST
from kheo.initiatives.forms import InitiativeFilters
from kheo.initiatives.models import Initiative
from kheo.initiatives.rules import day_text
from kheo.initiatives.words import (
    FILE_WIDTHS,
    HEADINGS,
    SUBJECT,
    Field,
    InitiativeRow,
    Kind,
    Novelty,
    State,
    file_cells,
)
from kheo.units.resolver import Resolver
from kheo.units.words import UnitView


@click.group("initiatives")
def initiatives() -> None:
    """The registry of models: list, show, export, register, accept, return, change, import, undo."""


_narrowed = [
    click.option("--of", "of", metavar="UNIT", help="Code, public id or name of a province or commune."),
    click.option("--field", type=click.Choice(Field.values)),
    click.option("--state", type=click.Choice(State.values)),
    click.option("--kind", type=click.Choice(Kind.values)),
    click.option("--novelty", type=click.Choice(Novelty.values)),
    click.option("--period", metavar="CODE", help="A term such as 2025-2030."),
    click.option("--find", "q", metavar="WORDS", help="Words of the name, with or without marks."),
    click.option("--sort", type=click.Choice([s + k for k in queries.ORDERS for s in ("", "-")])),
]


def _with(options: list[Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def wrap(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return wrap


@initiatives.command("list")
@_with(_narrowed)
@click.option("--limit", type=click.IntRange(1), help="At most so many rows (default: all).")
@common
def list_(call: Call, limit: int | None, **narrow: str | None) -> None:
    """List the models the actor sees."""
    found = _found(call, narrow)
    count = found.count()
    rows = queries.rows(found[:limit] if limit else found, on=call.on)
    call.answer({"count": count, "rows": [row.as_json() for row in rows]})
    if call.json:
        return
    lines = [
        (str(row.id), row.unit_name, row.title, _label(Field, row.field), _label(State, row.state)) for row in rows
    ]
    for line in _aligned([(_("No."), _("Unit"), _("Model"), _("Field"), _("State")), *lines]):
        call.say(line)
    call.say(_("%(shown)s of %(count)s models") % {"shown": len(rows), "count": count})


@initiatives.command("show")
@click.argument("id", type=int)
@common
def show(call: Call, id: int) -> None:
    """Show one model with its history."""
    initiative = queries.reach(call.actor, Power.INITIATIVES_SEE, id)
    row = queries.rows_of([initiative], on=call.on)[0]
    history = about(SUBJECT, str(initiative.pk))
    call.answer(
        row.as_json()
        | {
            "goal": row.goal,
            "note": row.note,
            "tags": queries.tags(initiative),
            "replicates": initiative.replicates_id,
            "return_reason": initiative.return_reason,
            "counted_on": initiative.counted_on,
            "history": [{"on": e.on, "act": e.act, "actor": e.actor, "facts": e.facts} for e in history],
        }
    )
    if not call.json:
        for line in _aligned(_facts(row, initiative)):
            call.say(line)
        for entry in history:
            call.say(f"  {day_text(entry.on)}  {entry.text}  ({entry.actor})")


@initiatives.command("export")
@_with(_narrowed)
@click.option("--format", "shape", type=click.Choice(["xlsx", "csv"]), help="Default: what FILE ends with, else xlsx.")
@click.option("-o", "--output", "file", type=click.Path(path_type=Path), required=True, metavar="FILE")
@common
def export(call: Call, shape: str | None, file: Path, **narrow: str | None) -> None:
    """Write the list to a file that changes nothing when imported again. A whole file replaces one of that name."""
    shape = shape or ("csv" if file.suffix.lower() == ".csv" else "xlsx")
    count = 0

    def cells() -> Any:
        nonlocal count
        for row in queries.each_row(_found(call, narrow), on=call.on):
            count += 1
            yield file_cells(row)

    _write(file, shape, cells())
    call.answer({"count": count, "file": str(file)})
    call.say(_("%(count)s models written to %(file)s") % {"count": count, "file": file})


@initiatives.command("register")
@click.option("--unit", required=True, metavar="UNIT", help="Code, public id or name of the unit.")
@click.option("--title", required=True)
@click.option("--field", required=True, type=click.Choice(Field.values))
@click.option("--kind", required=True, type=click.Choice(Kind.values))
@click.option("--novelty", default=Novelty.NEW.value, show_default=True, type=click.Choice(Novelty.values))
@click.option("--period", metavar="CODE", help="Default: the term of the day.")
@click.option("--replicates", type=int, metavar="ID", help="The model it was copied from.")
@click.option("--start", type=DAY, metavar="DATE")
@click.option("--end", type=DAY, metavar="DATE")
@click.option("--households", type=int)
@click.option("--code", default="")
@click.option("--goal", default="")
@click.option("--note", default="")
@click.option("--tag", "tags", multiple=True)
@common
def register(call: Call, unit: str, period: str | None, tags: tuple[str, ...], **given: Any) -> None:
    """Register one model for a unit."""
    must(call.actor, Power.INITIATIVES_REGISTER, None)
    initiative = actions.register(
        actor=call.actor,
        unit_id=_unit(unit, call.on).id,
        period=_term(period, call.on),
        tags=tags,
        **given,
        on=call.on,
        known=clock.now(),
    )
    _answer(call, initiative)


@initiatives.command("accept")
@click.argument("id", type=int)
@click.option("--list-number", default="")
@common
def accept(call: Call, id: int, list_number: str) -> None:
    """Take a registered model into the list."""
    initiative = queries.reach(call.actor, Power.INITIATIVES_SEE, id)
    actions.accept(actor=call.actor, initiative=initiative, list_number=list_number, on=call.on, known=clock.now())
    _answer(call, initiative)


@initiatives.command("return")
@click.argument("id", type=int)
@click.option("--reason", required=True)
@common
def return_(call: Call, id: int, reason: str) -> None:
    """Send a registered model back for completion."""
    initiative = queries.reach(call.actor, Power.INITIATIVES_SEE, id)
    actions.return_(actor=call.actor, initiative=initiative, reason=reason, on=call.on, known=clock.now())
    _answer(call, initiative)


@initiatives.command("resubmit")
@click.argument("id", type=int)
@common
def resubmit(call: Call, id: int) -> None:
    """Send a returned model again after completing it."""
    initiative = queries.reach(call.actor, Power.INITIATIVES_SEE, id)
    actions.resubmit(actor=call.actor, initiative=initiative, on=call.on, known=clock.now())
    _answer(call, initiative)


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
@click.option("--real", is_flag=True, help="It really changed on that day; without it, it was always wrong.")
@common
def change(call: Call, id: int, unit: str | None, real: bool, **given: Any) -> None:
    """Change facts of a model."""
    initiative = queries.reach(call.actor, Power.INITIATIVES_SEE, id)
    values = {key: value for key, value in given.items() if value is not None}
    if unit is not None:
        values["unit_id"] = _unit(unit, call.on).id
    actions.change(
        actor=call.actor, initiative=initiative, values=values, mistake=not real, on=call.on, known=clock.now()
    )
    _answer(call, initiative)


def _found(call: Call, narrow: dict[str, str | None]) -> Any:
    """The models an actor sees, narrowed as the options say, in their order."""
    must(call.actor, Power.INITIATIVES_SEE, None)
    wanted = {key: value for key, value in narrow.items() if value is not None and key != "of"}
    if of := narrow.get("of"):
        wanted["unit"] = _unit(of, call.on).uid
    if code := narrow.get("period"):
        period_named(code)
    return InitiativeFilters(wanted, actor=call.actor, on=call.on).found_or_refused()


def _unit(written: str, on: date) -> UnitView:
    """The unit people name by code, public id or name; refused when none or several fit."""
    if found := queries.unit_named(written, on):
        return found
    answer = Resolver.for_day(on).resolve(written)
    if answer.unit is None:
        raise Refused(answer.refusal or Refusal("units.unknown", _("No unit is called %(name)s.") % {"name": written}))
    return answer.unit


def _term(code: str | None, on: date) -> PeriodView:
    if code is not None:
        return period_named(code)
    found = period_on(on)
    if found is None:
        raise Refused(Refusal("figures.period_unknown", _("No term runs on %(on)s.") % {"on": day_text(on)}))
    return found


def _write(file: Path, shape: str, rows: Any) -> None:
    """Write beside the file and put it in place when whole, so that a half file never has the name."""
    folder = file.parent
    if not folder.is_dir():
        raise Refused(Refusal("file.no_folder", _("There is no folder %(folder)s.") % {"folder": folder}))
    if file.is_dir():
        raise Refused(Refusal("file.is_folder", _("%(file)s is a folder; name a file.") % {"file": file}))
    handle, draft = tempfile.mkstemp(dir=folder, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            headings = tuple(HEADINGS.values())
            if shape == "xlsx":
                write_xlsx(out, sheet="Mô hình", headings=headings, rows=rows, widths=FILE_WIDTHS)
            else:
                write_csv(out, headings=headings, rows=rows)
        Path(draft).chmod(0o644)
        Path(draft).replace(file)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _answer(call: Call, initiative: Initiative) -> None:
    row = queries.rows_of([initiative], on=call.on)[0]
    call.answer(row.as_json())
    if not call.json:
        call.say(f"{row.id}  {row.title}  ({_label(State, row.state)})")


def _facts(row: InitiativeRow, initiative: Initiative) -> list[tuple[str, ...]]:
    return [
        (_("Model"), row.title),
        (_("Unit"), f"{row.unit_name} ({row.unit_code})"),
        (_("Field"), _label(Field, row.field)),
        (_("Carried by"), _label(Kind, row.kind)),
        (_("Registered as"), _label(Novelty, row.novelty)),
        (_("State"), _label(State, row.state)),
        (_("Period"), row.period),
        (_("Households"), "–" if row.households is None else str(row.households)),
        (_("Counts from"), day_text(initiative.counted_on) if initiative.counted_on else "–"),
    ]


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label)


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [min(48, max(len(row[at]) for row in rows)) for at in range(len(rows[0]))]
    return ["  ".join(cell[:48].ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


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
        options={"period": _term(period, call.on).code, **said},
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


COMMANDS: dict[str, click.Command] = {"initiatives": initiatives}
