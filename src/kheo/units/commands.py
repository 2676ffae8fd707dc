"""The map on the command line: `kheo units show NAME`, `kheo units trace CODE --from DATE --to DATE`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, BinaryIO

import click
from django.utils.translation import gettext as _

from kheo.base import clock
from kheo.base.command import DAY, Call, common
from kheo.base.errors import Refusal, Refused
from kheo.base.text import day_text
from kheo.units.actions import apply_decree
from kheo.units.decrees import LONGEST
from kheo.units.queries import by_uid, follow, views
from kheo.units.resolver import Resolution, Resolver
from kheo.units.words import UnitView


@click.group
def units() -> None:
    """The map over time."""


@units.command
@click.argument("name")
@click.option("--parent", default="", metavar="TEXT", help="What it lies in, as written: a district or province.")
@common
def show(call: Call, name: str, parent: str) -> None:
    """Show the unit that NAME (a written name, a code or an id) means on the day; several where it fits several."""
    found = _resolve(name, call.on, parent)
    if found.unit is not None:
        matches = _rows([(found.unit, {"how": found.how})], call.on)
    elif found.refusal is not None and found.refusal.code == "units.ambiguous":
        matches = _rows(((unit, {"how": "asked"}) for unit in found.candidates), call.on)
        call.say(str(found.refusal.text))
    else:
        raise Refused(_refusal(found.refusal, name))
    _say_table(call, matches)
    call.answer({"matches": matches})


@units.command
@click.argument("code")
@click.option("--from", "frm", type=DAY, required=True, metavar="DATE", help="The day on which CODE is meant.")
@click.option("--to", type=DAY, metavar="DATE", help="The day whose map is asked (default: --on, or today).")
@common
def trace(call: Call, code: str, frm: date, to: date | None) -> None:
    """What a unit became by another day, or, with an earlier one, what it came from. CODE: a code, a name or an id."""
    day = call.on if to is None else to
    unit = _named(code, frm)
    became = follow(unit.id, frm, day)
    links = [(x.unit, {"kind": x.kind, "whole_or_part": x.whole_or_part, "primary": x.primary}) for x in became]
    [of] = _rows([(unit, {})], frm)
    rows = _rows(links, day)
    call.say(f"{of['full_name']} ({of['code']}), {frm:%d/%m/%Y} → {day:%d/%m/%Y}")
    _say_table(call, rows)
    if not rows:
        call.say(_("No unit of that map can be named for this ground."))
    call.answer({"of": of, "becomes": rows})


@units.command
@click.argument("decree", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Say what it touches and change nothing.")
@common
def apply(call: Call, decree: BinaryIO, dry_run: bool) -> None:
    """Apply DECREE, a CSV table of what becomes of which unit: all of it or nothing."""
    data = decree.read(LONGEST + 1)
    done = apply_decree(actor=call.actor, data=data, on=call.on, known=clock.now(), dry_run=dry_run)
    for one in done:
        facts = {"decree": one.decree, "day": day_text(one.day), "begun": one.begun, "ended": one.ended}
        told = _("%(decree)s, from %(day)s: %(begun)s units begin, %(ended)s end, %(changed)s change; it touches "
                 "%(places)s places and %(records)s records.")  # fmt: skip
        call.say(told % {**facts, "changed": one.changed, "places": one.places, "records": one.records})
    if dry_run:
        call.say(_("Nothing was changed."))
    total = {key: sum(one.as_json()[key] for one in done) for key in ("units", "places", "records")}  # type: ignore[misc]
    call.answer({**total, "dry_run": dry_run, "decrees": [one.as_json() for one in done]})


def _named(code: str, on: date) -> UnitView:
    """The unit meant on the day; an id means its unit on any day."""
    unit_id = by_uid(code)
    if unit_id is not None:
        return views([unit_id], on)[unit_id]
    found = _resolve(code, on)
    if found.unit is None:
        raise Refused(_refusal(found.refusal, code))
    return found.unit


def _resolve(written: str, on: date, parent: str = "") -> Resolution:
    """A bare number is a code here, not a numbered ward."""
    name, code = ("", written) if written.strip().isdecimal() else (written, "")
    return Resolver.for_day(on).resolve(name, code=code, parent_written=parent)


def _refusal(refusal: Refusal | None, name: str) -> Refusal:
    return refusal or Refusal("units.unknown", _("No unit is named %(name)s.") % {"name": name})


def _rows(found: Iterable[tuple[UnitView, dict[str, Any]]], on: date) -> list[dict[str, Any]]:
    """Units as the command answers them (design 9), with their parents as of the day."""
    pairs = list(found)
    parents = views((unit.parent_id for unit, _more in pairs if unit.parent_id is not None), on)
    rows = []
    for unit, more in pairs:
        parent = parents.get(unit.parent_id) if unit.parent_id is not None else None
        rows.append(
            {
                "id": unit.uid,
                "code": unit.code,
                "name": unit.name,
                "full_name": unit.full_name,
                "type": unit.type,
                "parent": parent.uid if parent else None,
                "parent_code": parent.code if parent else None,
                "parent_name": parent.full_name if parent else None,
                "from": unit.valid_from.isoformat() if unit.valid_from else None,
                "to": unit.valid_to.isoformat() if unit.valid_to else None,
                **more,
            }
        )
    return rows


def _say_table(call: Call, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        days = f"{row['from'] or '…'} – {row['to'] or '…'}"
        how = " ".join(str(row[k]) for k in ("kind", "whole_or_part") if k in row)
        call.say(f"  {row['code']:<6}{row['full_name']:<34}{row['parent_name'] or '':<30}{days:<26}{how}".rstrip())


COMMANDS: dict[str, click.Command] = {"units": units}
