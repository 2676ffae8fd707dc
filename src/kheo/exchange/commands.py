"""Tables on the command line: read any people-made file and save nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import click
from click.core import ParameterSource
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kheo.base.command import REFUSED, Call, common
from kheo.base.errors import Refusal
from kheo.exchange.queries import bounded
from kheo.exchange.reader import Table, as_json, read_table
from kheo.units.resolver import Resolution, fitting_day, resolve_rows
from kheo.units.words import UnitView

# What a person settles by choosing one of several; an unknown or a closed unit is said in its row.
_ASKED = frozenset({"units.ambiguous", "units.code_name_mismatch", "units.changes_within"})
_SHOWN = 20


@click.group("exchange")
def exchange() -> None:
    """Tables in and out."""


@exchange.command("read")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sheet", metavar="NAME", help="The sheet to read (default: the visible one that holds the table).")
@click.option("--consent-encoding", is_flag=True, help="Old Vietnamese letters were seen and may be converted.")
@common
def read(call: Call, file: Path, sheet: str | None, consent_encoding: bool) -> None:
    """Read a people-made table of any kind: headings, rows, units, sums. Saves nothing, needs no rights."""
    table = read_table(bounded(file), file.name, sheet=sheet, consent_encoding=consent_encoding)
    told = click.get_current_context().get_parameter_source("on") is ParameterSource.COMMANDLINE
    found = as_json(table, units=_Units(table, call.on, told).of)
    call.answer(found)
    for doubt in (*found["asked"], *found["refused"]):
        call.progress(str(doubt["text"]))
    if not call.json:
        _print(call, found)
    if found["asked"] or found["refused"]:
        raise SystemExit(REFUSED)


class _Row(NamedTuple):
    name: str
    code: str
    parent: str
    day: date | None
    number: int

    @property
    def written(self) -> tuple[str, str, str]:
        return self.name, self.code, self.parent


class _Units:
    """The units of a table's rows: each on its own day, else all on the day told, else on the map that fits best."""

    def __init__(self, table: Table, on: date, told: bool) -> None:
        rows: list[_Row] = []

        def note(name: str, code: str, parent: str, day: date | None, number: int) -> tuple[Any, None]:
            rows.append(_Row(name, code, parent, day, number))
            return None, None

        as_json(table, units=note)
        bare = [row for row in rows if row.day is None]
        day = on if told or not bare else fitting_day([row.written for row in bare], on)
        by_day: dict[date, list[_Row]] = {}
        for row in rows:
            by_day.setdefault(row.day or day, []).append(row)
        self._found: dict[int, Resolution] = {}
        for one, some in by_day.items():
            answers = resolve_rows([row.written for row in some], one)
            self._found |= {row.number: answer for row, answer in zip(some, answers, strict=True)}
        # Where most rows name no unit of the map, the table is about something else, and nobody is asked.
        known = sum(answer.unit is not None or _several(answer) for answer in self._found.values())
        self._of_the_map = known * 2 >= len(self._found)

    def of(self, name: str, code: str, _parent: str, _day: date | None, number: int) -> tuple[Any, Refusal | None]:
        """What stands for the unit of a row, and what must be asked (`reader.UnitHook`)."""
        found = self._found.get(number)
        if found is None or not (name or code):
            return None, None
        if found.unit is not None:
            return _unit(found.unit), None
        assert found.refusal is not None
        no = Refusal(found.refusal.code, found.refusal.text, number)
        candidates = [_unit(unit) for unit in found.candidates]
        if self._of_the_map and _several(found):
            return {"asked": candidates}, no
        return {"refused": no.as_json(), "candidates": candidates}, None


def _several(found: Resolution) -> bool:
    return found.refusal is not None and found.refusal.code in _ASKED and len(found.candidates) > 1


def _unit(unit: UnitView) -> dict[str, Any]:
    return {
        "code": unit.code,
        "name": unit.full_name,
        "id": unit.uid,
        "from": unit.valid_from,
        "to": unit.valid_to,
    }


def _print(call: Call, found: dict[str, Any]) -> None:
    n = len(found["rows"])
    text = ngettext("Sheet “%(sheet)s”: %(n)s row.", "Sheet “%(sheet)s”: %(n)s rows.", n)
    call.say(text % {"sheet": found["sheet"], "n": n})
    call.say(_("Headings: %(headings)s") % {"headings": ", ".join(found["headings"])})
    for row in found["rows"][:_SHOWN]:
        cells = "  ".join("–" if value is None else str(value) for value in row["values"].values())
        call.say(f"{row['row']:>6}  {cells}")
    if n > _SHOWN:
        more = n - _SHOWN
        call.say(ngettext("... and %(n)s more row", "... and %(n)s more rows", more) % {"n": more})
    for heading, total in found["sums"].items():
        call.say(f"  Σ {heading}: {total}")


COMMANDS: dict[str, click.Command] = {"exchange": exchange}
