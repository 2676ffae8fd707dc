"""Figures on the command line: the same questions as the pages, the periods, the quoted figures, the recount."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import click
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from kheo.base import clock
from kheo.base.command import REFUSED, Call, common
from kheo.figures import actions, queries, rules
from kheo.figures.words import Caption, MapChoice, PeriodView, Shown, plain, quoted_word


@click.group("figures")
def figures() -> None:
    """Counted and quoted figures, each with what must stand beside it."""


_of = click.option("--of", "of", default="", metavar="UNIT", help="Code, public id or name; without it the country.")
_period = click.option("--period", metavar="CODE", help="What entered in it, such as 2025-2030; without it the stock.")


@figures.command("table")
@click.argument("measure")
@_of
@click.option("--by", default="", metavar="D[,D]", help="One or two dimensions of the measure, province or commune.")
@_period
@common
def table(call: Call, measure: str, of: str, by: str, period: str | None) -> None:
    """Count MEASURE by dimensions; zeros are rows too."""
    drawn, unit, term = _asked(call, of, period)
    dimensions = [part.strip() for part in by.split(",") if part.strip()]
    found = queries.table(measure, of=unit, by=dimensions, period=term, map=drawn, on=call.on, actor=call.actor)
    call.answer(
        {
            "rows": list(found.rows),
            "total": found.total,
            "not_on_this_map": found.not_on_this_map,
            "kept_higher": found.kept_higher,
            "apart": list(found.apart),
            "caption": found.caption.as_json(),
        }
    )
    if call.json:
        return
    lines = [[_label(measure, code, row) for code in found.by] + [_written(row["n"])] for row in found.rows]
    _say_table(call, lines, numbers=1)
    _say_below(call, found.total, found.kept_higher, found.not_on_this_map, found.caption)


@figures.command("coverage")
@click.argument("measure")
@_of
@click.option("--by", default="field", metavar="D", show_default=True, help="The dimension in the columns.")
@_period
@common
def coverage(call: Call, measure: str, of: str, by: str, period: str | None) -> None:
    """The matrix of units against one dimension of MEASURE, those with most gaps first."""
    drawn, unit, term = _asked(call, of, period)
    found = queries.coverage(measure, of=unit, by=by, period=term, map=drawn, on=call.on, actor=call.actor)
    call.answer(
        {
            "cells": found.cells,
            "zeros": found.zeros,
            "rows": [
                {
                    "unit": row.unit_code,
                    "uid": row.uid,
                    "name": row.unit_name,
                    **row.cells,
                    "total": row.total,
                    "gaps": row.gaps,
                }
                for row in found.rows
            ],
            "total": found.total,
            "kept_higher": found.kept_higher,
            "not_placed": found.not_placed,
            "not_on_this_map": found.not_on_this_map,
            "caption": found.caption.as_json(),
        }
    )
    if call.json:
        return
    head = ["", "", *(str(label) for _code, label in found.members), _("Total")]
    lines = [
        [row.unit_code, row.unit_name, *map(_written, row.cells.values()), _written(row.total)] for row in found.rows
    ]
    _say_table(call, [head, *lines], numbers=len(found.members) + 1)
    call.say(_("%(zeros)s of %(cells)s cells are gaps.") % {"zeros": found.zeros, "cells": found.cells})
    _say_below(call, found.total, found.kept_higher, found.not_on_this_map, found.caption)


@figures.command("periods")
@common
def periods(call: Call) -> None:
    """The periods that can be asked for, with their first day and the first day after them."""
    rows = [
        {
            "code": p.code,
            "name": p.name,
            "start": p.start,
            "end": p.end,
            "registers": p.registers,
            "issued_by": p.issued_by,
        }
        for p in queries.periods()
    ]
    call.answer({"rows": rows})
    if not call.json:
        _say_table(call, [[str(r["code"]), str(r["start"]), str(r["end"]), str(r["name"])] for r in rows])


@figures.command("quoted")
@click.option("--territory", default="", metavar="NAME", help="Only those of a territory, as its report names it.")
@common
def quoted(call: Call, territory: str) -> None:
    """Figures taken from reports, with their qualifiers and sources; they are never added up."""
    found = queries.quoted(territory=territory)
    call.answer({"rows": [figure.as_json() for figure in found], "count": len(found)})
    if call.json:
        return
    for q in found:
        share = f"{plain(q.value)} / {plain(q.denominator)}" if q.denominator is not None else str(plain(q.value))
        words = [quoted_word(q.qualifier), share, quoted_word(q.unit_of_count), quoted_word(q.state)]
        call.say(f"{q.code}  {' '.join(word for word in words if word)} ({quoted_word(q.stock_or_flow)})")
        days = "–".join(day for day in (q.period_from, q.period_to) if day)
        call.say("     " + "; ".join(part for part in (quoted_word(q.territory), days, quoted_word(q.source)) if part))


@figures.command("recount")
@click.option("--all", "every", is_flag=True, help="Every measure (the default when none is named).")
@click.option("--measure", "codes", multiple=True, metavar="CODE", help="Only this measure; may be repeated.")
@click.option("--heal", is_flag=True, help="Make the figures follow the records.")
@common
def recount(call: Call, every: bool, codes: Sequence[str], heal: bool) -> None:
    """Compare records, images and journal; exit 1 while differences remain."""
    asked = [queries.measure(code) for code in codes] if codes and not every else queries.measures()
    known = clock.now()
    found = actions.recount(asked, heal=heal, known=known, actor=call.actor)
    left = actions.recount(asked, heal=False, known=known, actor=call.actor) if heal and found else found
    rows = [{"measure": d.measure, "fact": d.fact, "what": d.what, **d.facts} for d in found]
    call.answer({"differences": len(left), "rows": rows} | ({"healed": len(found) - len(left)} if heal else {}))
    for d in found:
        call.say(f"{d.measure} {d.fact} {d.what}: " + ", ".join(f"{key} {value}" for key, value in d.facts.items()))
    call.say(_("%(n)s differences remain.") % {"n": len(left)} if left else _("Records, images and journal agree."))
    if left:
        sys.exit(REFUSED)


def _asked(call: Call, of: str, period: str | None) -> tuple[MapChoice, int | None, PeriodView | None]:
    drawn = rules.map_choice(call.map)
    return drawn, queries.unit_named(of, drawn, call.on), queries.period(period) if period else None


def _label(measure: str, code: str, row: dict[str, Any]) -> str:
    dimension = queries.measure(measure).dimension(code)
    if dimension is None:
        return f"{row[code]} {row[f'{code}_name']}"
    return str(dimension.members[dimension.number_of(str(row[code]))][1])


def _written(n: object) -> str:
    """A number with the sign that parts its decimals in the reader's language."""
    return number_format(n, -int(n.as_tuple().exponent)) if isinstance(n, Decimal) else str(n)


def _say_table(call: Call, lines: Sequence[Sequence[str]], numbers: int = 0) -> None:
    """Columns in line; the last `numbers` of them to the right."""
    if not lines:
        return
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    for line in lines:
        cells = [
            cell.rjust(width) if i >= len(line) - numbers else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        call.say("  ".join(cells).rstrip())


def _say_below(call: Call, total: Shown, higher: Shown, lost: Shown, caption: Caption) -> None:
    call.say(_("Total: %(n)s") % {"n": _written(total)})
    if higher:
        call.say(_("Kept at a higher level or not yet placed: %(n)s") % {"n": _written(higher)})
    if lost:
        call.say(_("Not on this map: %(n)s") % {"n": _written(lost)})
    call.say(caption.sentence())


COMMANDS: dict[str, click.Command] = {"figures": figures}
