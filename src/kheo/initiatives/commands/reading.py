"""Verbs that read: list, show, export."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from kheo.audit.queries import about
from kheo.base.access import must
from kheo.base.command import Call, common
from kheo.base.errors import Refusal, Refused
from kheo.base.powers import Power
from kheo.base.sheets import write_csv, write_xlsx
from kheo.base.text import day_text
from kheo.figures.queries import period as period_named
from kheo.figures.queries import period_on
from kheo.initiatives import queries
from kheo.initiatives.commands.group import initiatives, label, unit_of
from kheo.initiatives.exchange import write_template
from kheo.initiatives.forms import InitiativeFilters
from kheo.initiatives.models import Initiative
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

_narrowed = [
    click.option("--of", "of", metavar="UNIT", help="Code, public id or name of a province or commune."),
    click.option("--field", type=click.Choice(Field.values)),
    click.option("--state", type=click.Choice(State.values)),
    click.option("--kind", type=click.Choice(Kind.values)),
    click.option("--novelty", type=click.Choice(Novelty.values)),
    click.option("--period", metavar="CODE", help="A term such as 2025-2030."),
    click.option("--find", "q", metavar="WORDS", help="Words of its texts, with or without marks."),
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
    lines = [(str(row.id), row.unit_name, row.title, label(Field, row.field), label(State, row.state)) for row in rows]
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
    results, told = queries.results_of(id), queries.tellings(id)
    call.answer(
        row.as_json()
        | {
            "goal": row.goal,
            "note": row.note,
            "tags": queries.tags(initiative),
            "replicates": initiative.replicates_id,
            "return_reason": initiative.return_reason,
            "counted_on": initiative.counted_on,
            "results": queries.results_json(results),
            "progress": [telling.as_json() for telling in told],
            "history": [{"on": e.on, "act": e.act, "actor": e.actor, "facts": e.facts} for e in history],
        }
    )
    if not call.json:
        for line in _aligned(_facts(row, initiative)):
            call.say(line)
        say_progress(call, results, told)
        for entry in history:
            call.say(f"  {day_text(entry.on)}  {entry.text}  ({entry.actor})")


def say_progress(call: Call, results: Sequence[queries.ResultRow], told: Sequence[queries.Telling]) -> None:
    """What a model brought about so far, and what was told of it, newest first, each under its number."""
    lines: list[tuple[str, ...]] = [
        ("  " + row.label, number_format(row.amount, row.places), row.unit) for row in results
    ]
    for line in _aligned(lines):
        call.say(line)
    for telling in told:
        call.say(f"  {day_text(telling.on)}  [{telling.id}]  {' '.join(telling.text.split())}  ({telling.by})")
        amounts = (f"{row.label}: {number_format(row.amount, row.places)} {row.unit}" for row in telling.results)
        shown = (
            f"{file.name}: {file.caption}" if file.caption else file.name for file in (*telling.photos, *telling.files)
        )
        for more in (*amounts, *shown):
            call.say(f"      {more}")


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


@initiatives.command("template")
@click.option(
    "--unit", "written", required=True, metavar="UNIT", help="A code or a name: the commune, or the province."
)
@click.option("--period", metavar="P", help="The term (default: that of the day).")
@click.option("-o", "--output", "file", type=click.Path(path_type=Path), required=True, metavar="FILE")
@common
def template(call: Call, written: str, period: str | None, file: Path) -> None:
    """Write a workbook to fill in for a unit: choices as lists, codes locked. Imported it is a registration list."""
    must(call.actor, Power.INITIATIVES_REGISTER, None)
    of, units = queries.units_to_fill_in(call.actor, unit_of(written, call.on).code, call.on)
    term = period_named(period) if period else period_on(call.on)
    with _whole(file) as out:
        write_template(out, of=of, units=units, period=term.code if term else "")
    call.answer({"unit": of.code, "file": str(file)})
    call.say(_("A workbook for %(unit)s was written to %(file)s") % {"unit": of.full_name, "file": file})


def _found(call: Call, narrow: dict[str, str | None]) -> Any:
    """The models an actor sees, narrowed as the options say, in their order."""
    must(call.actor, Power.INITIATIVES_SEE, None)
    wanted = {key: value for key, value in narrow.items() if value is not None and key != "of"}
    if of := narrow.get("of"):
        wanted["unit"] = unit_of(of, call.on).uid
    if code := narrow.get("period"):
        period_named(code)
    return InitiativeFilters(wanted, actor=call.actor, on=call.on).found_or_refused()


def _write(file: Path, shape: str, rows: Any) -> None:
    headings = tuple(HEADINGS.values())
    with _whole(file) as out:
        if shape == "xlsx":
            write_xlsx(out, sheet="Mô hình", headings=headings, rows=rows, widths=FILE_WIDTHS)
        else:
            write_csv(out, headings=headings, rows=rows)


@contextmanager
def _whole(file: Path) -> Iterator[IO[bytes]]:
    """Write beside the file and put it in place when whole, so that a half file never has the name."""
    folder = file.parent
    if not folder.is_dir():
        raise Refused(Refusal("file.no_folder", _("There is no folder %(folder)s.") % {"folder": folder}))
    if file.is_dir():
        raise Refused(Refusal("file.is_folder", _("%(file)s is a folder; name a file.") % {"file": file}))
    handle, draft = tempfile.mkstemp(dir=folder, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
        Path(draft).chmod(0o644)
        Path(draft).replace(file)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _facts(row: InitiativeRow, initiative: Initiative) -> list[tuple[str, ...]]:
    return [
        (_("Model"), row.title),
        (_("Unit"), f"{row.unit_name} ({row.unit_code})"),
        (_("Field"), label(Field, row.field)),
        (_("Carried by"), label(Kind, row.kind)),
        (_("Registered as"), label(Novelty, row.novelty)),
        (_("State"), label(State, row.state)),
        (_("Period"), row.period),
        (_("Households"), "–" if row.households is None else str(row.households)),
        (_("Counts from"), day_text(initiative.counted_on) if initiative.counted_on else "–"),
    ]


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    if not rows:
        return []
    widths = [min(48, max(len(row[at]) for row in rows)) for at in range(len(rows[0]))]
    return ["  ".join(cell[:48].ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
