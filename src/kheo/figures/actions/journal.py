"""Image and journal: `post` says what changed on a day, `correct` mends what was always wrong (figures.md).

Both run inside the action's transaction and are the only writers of `fig_now` and `fig_line`. Facts are taken in the
order of their numbers, so that writers who meet wait for each other instead of blocking one another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import connection
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from kheo.base.errors import Refusal, Refused, must_be_in_transaction
from kheo.base.text import day_text
from kheo.figures.words import Cause, Image, Measure

CHUNK = 500
LONG = 20_000  # facts of one statement where nothing has to be looked up


class Cell(NamedTuple):
    """What a fact counts as: the image without its day."""

    place: int
    d1: int
    d2: int
    d3: int
    state: int
    n: int
    amount: int


class Line(NamedTuple):
    """One line of the journal, without who and when it was known."""

    day: date
    place: int
    d1: int
    d2: int
    d3: int
    state: int
    cause: int
    n: int
    amount: int


# What two lines must share to cancel out, and their net (n, amount).
Key = tuple[date, int, int, int, int, int, int]
Net = dict[Key, tuple[int, int]]

_NOW = ("measure", "fact", "place", "d1", "d2", "d3", "state", "n", "amount")
_LINE = ("known", "day", "measure", "fact", "place", "d1", "d2", "d3", "state", "cause", "n", "amount")
_TYPES = {
    "known": "timestamptz",
    "day": "date",
    "fact": "bigint",
    "amount": "bigint",
    "place": "integer",
    "n": "integer",
}
_UPSERT = (
    "ON CONFLICT (measure, fact) DO UPDATE SET place = excluded.place, d1 = excluded.d1, d2 = excluded.d2,"
    " d3 = excluded.d3, state = excluded.state, n = excluded.n, amount = excluded.amount"
)
# The row is locked although nothing is written: WHERE false keeps the image as it is.
_CLAIM = "ON CONFLICT (measure, fact) DO UPDATE SET n = excluded.n WHERE false"


def post(measure: Measure, images: Sequence[Image], *, known: datetime) -> None:
    """Say what facts count as from a day on: writes the difference to the journal and the new images. Twice is once.

    An image of ENTER over a fact that counts already counts as new again; use MOVE for a change. Several images of one
    fact are taken in the order given. Refuses a day before the fact's last change (`figures.day_before_last`): that is
    a correction; the transaction is then rolled back. Raises RuntimeError outside a transaction, ValueError for
    numbers the measure does not declare.
    """
    must_be_in_transaction()
    _check(measure, images)
    for chunk in _chunks(sorted(images, key=attrgetter("fact"))):
        cells = [cell_of(image) for image in chunk]
        now, made = _claim(measure, {image.fact: image for image in chunk})
        rows: dict[int, Cell] = {}
        changing = {im.fact for im, cell in zip(chunk, cells, strict=True) if now.get(im.fact, cell) != cell}
        last = _last(measure, sorted(changing))
        lines: list[tuple[datetime, int, Line]] = []
        for image, cell in zip(chunk, cells, strict=True):
            fact = image.fact
            old = rows.get(fact) or now.get(fact)
            if old == cell:
                continue
            when = known  # what was known later can never lie before what it changes
            if fact in last:
                last_day, last_known = last[fact]
                if last_day is not None and image.day < last_day:
                    raise Refused(_day_before_last(image, last_day))
                when = max(known, last_known)
            lines += [(when, fact, line) for line in _between(old, image, cell)]
            rows[fact] = cell
            last[fact] = (image.day, when)
        _save(measure, lines, {fact: cell for fact, cell in rows.items() if made.get(fact) != cell})


def enter(
    measure: Measure, cells: Sequence[tuple[int, int, int, int, int, int]], *, day: date, known: datetime
) -> None:
    """`post` for many facts nobody counted before, each once: (fact, place, d1, d2, d3, state), one of each.

    In the order of the facts. A fact that has an image already is refused by the database (IntegrityError).
    """
    must_be_in_transaction()
    kinds = {cell[2:] for cell in cells}
    _check(measure, [Image(0, 0, *kind, n=1, amount=0, day=day, cause=Cause.ENTER) for kind in kinds])
    ops = connection.ops
    when, on = ops.adapt_datetimefield_value(known), ops.adapt_datefield_value(day)
    for start in range(0, len(cells), LONG):
        some = cells[start : start + LONG]
        _insert("fig_now", _NOW, [(measure.id, *cell, 1, 0) for cell in some])
        _insert(
            "fig_line",
            _LINE,
            [(when, on, measure.id, *cell, int(Cause.ENTER), 1, 0) for cell in some],
        )


def correct(measure: Measure, fact: int, right_lines: Sequence[Image], *, known: datetime) -> None:
    """Mend one fact's past: see `correct_many`."""
    correct_many(measure, {fact: right_lines}, known=known)


def correct_many(measure: Measure, right: Mapping[int, Sequence[Image]], *, known: datetime) -> None:
    """Make each fact's whole history the given images (in the order of their days), keeping what was known before.

    Every net line of the fact is reversed on its own day with its own cause, and the right ones are written on theirs;
    nothing at all when the history is right already. No images: the fact was entered by mistake, as if it never was.
    `queries.history` gives the images that stand, to change and hand back. Raises as `post` does.
    """
    must_be_in_transaction()
    for fact, images in right.items():
        _check(measure, images)
        if any(im.fact != fact for im in images) or any(a.day > b.day for a, b in pairwise(images)):
            raise ValueError(f"the history of fact {fact} is not in the order of its days")
    for facts in _chunks(sorted(right)):
        now, made = _claim(measure, {fact: right[fact][-1] if right[fact] else None for fact in facts})
        stands = net_lines(measure, facts)
        last = _last(measure, facts)
        lines: list[tuple[datetime, int, Line]] = []
        rows: dict[int, Cell] = {}
        for fact in facts:
            wanted = list(_story(right[fact]))
            cell = cell_of(right[fact][-1]) if right[fact] else None
            if cell is None and fact in now:
                cell = now[fact]._replace(n=0, amount=0)
            if cell is not None and cell not in (now.get(fact), made.get(fact)):
                rows[fact] = cell
            if _net(wanted) == stands.get(fact, {}):
                continue
            when = max(known, last.get(fact, (None, known))[1])
            lines += ((when, fact, Line(*key[:7], -n, -amount)) for key, (n, amount) in stands.get(fact, {}).items())
            lines += ((when, fact, line) for line in wanted)
        _save(measure, lines, rows)


def net_lines(measure: Measure, facts: Sequence[int]) -> dict[int, Net]:
    """The lines of each fact that have not cancelled out, by day, cell and cause."""
    nets: dict[int, Net] = {}
    inside, numbers = _in(facts)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT fact, day, place, d1, d2, d3, state, cause, sum(n), sum(amount) FROM fig_line"  # noqa: S608
            f" WHERE measure = %s AND fact {inside} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8"
            " HAVING sum(n) <> 0 OR sum(amount) <> 0 ORDER BY fact, day",
            [measure.id, *numbers],
        )
        for fact, day, *cell, n, amount in cursor.fetchall():
            nets.setdefault(fact, {})[(_day(day), *cell)] = (int(n), int(amount))
    return nets


def replace_images(measure: Measure, cells: Mapping[int, Cell]) -> None:
    """Write images alone, from the journal, where somebody else had changed them (recount only)."""
    _save(measure, [], dict(cells))


def _between(old: Cell | None, image: Image, cell: Cell) -> list[Line]:
    """The lines that lead from what stood to what the image says: minus the old, plus the new."""
    lines = []
    if old is not None and old.n:
        cause = Cause.LEAVE if not image.n else Cause.MOVE if image.cause == Cause.ENTER else image.cause
        lines.append(Line(image.day, *old[:5], cause, -old.n, -old.amount))
    if image.n:
        lines.append(Line(image.day, *cell[:5], image.cause, image.n, image.amount))
    return lines


def _story(images: Iterable[Image]) -> Iterator[Line]:
    """The lines `post` would have written for these images, one after the other, from nothing."""
    old: Cell | None = None
    for image in images:
        cell = cell_of(image)
        if old != cell:
            yield from _between(old, image, cell)
            old = cell


def _net(lines: Iterable[Line]) -> Net:
    counts: Counter[Key] = Counter()
    amounts: Counter[Key] = Counter()
    for line in lines:
        counts[line[:7]] += line.n
        amounts[line[:7]] += line.amount
    return {key: (counts[key], amounts[key]) for key in counts if counts[key] or amounts[key]}


def cell_of(image: Image) -> Cell:
    """The image without its day and cause."""
    return Cell(image.place, image.d1, image.d2, image.d3, image.state, image.n, image.amount)


def _claim(measure: Measure, wanted: Mapping[int, Image | None]) -> tuple[dict[int, Cell], dict[int, Cell]]:
    """The images of these facts as they stand, ours alone until the transaction ends, and those that were made here.

    `wanted` (in the order of the facts) says what each will be in the end. SQLite lets one writer in at a time (BEGIN
    IMMEDIATE). PostgreSQL locks row by row in the order of the facts; a row that is not there cannot be locked, so a
    fact without an image gets the one it will have.
    """
    made: dict[int, Cell] = {}
    if connection.vendor == "postgresql":
        # Runs of facts of one kind, so that the order of the facts is kept.
        for bare, group in groupby(wanted.items(), key=lambda pair: pair[1] is None):
            run = list(group)
            if bare:
                _lock(measure, [fact for fact, _image in run])
            else:
                made |= _lock_or_make(measure, {fact: cell_of(image) for fact, image in run if image})
    inside, numbers = _in([fact for fact in wanted if fact not in made])
    if not numbers or numbers == [[]]:
        return {}, made
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT fact, place, d1, d2, d3, state, n, amount FROM fig_now"  # noqa: S608
            f" WHERE measure = %s AND fact {inside}",
            [measure.id, *numbers],
        )
        return {fact: Cell(*cell) for fact, *cell in cursor.fetchall()}, made


def _lock(measure: Measure, facts: Sequence[int]) -> None:
    inside, numbers = _in(facts)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT fact FROM fig_now WHERE measure = %s AND fact {inside} ORDER BY fact FOR UPDATE",  # noqa: S608
            [measure.id, *numbers],
        )


def _lock_or_make(measure: Measure, cells: Mapping[int, Cell]) -> dict[int, Cell]:
    """Lock the images of these facts; the ones that were not there and are made now."""
    rows = [(measure.id, fact, *cell) for fact, cell in cells.items()]
    return {fact: cells[fact] for (fact,) in _insert("fig_now", _NOW, rows, f"{_CLAIM} RETURNING fact")}


def _last(measure: Measure, facts: Sequence[int]) -> dict[int, tuple[date | None, datetime]]:
    """Of each fact with a journal: the day of its last line that stands, and when its last line became known."""
    if not facts:
        return {}
    inside, numbers = _in(facts)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT fact, max(CASE WHEN n <> 0 OR amount <> 0 THEN day END), max(known) FROM ("  # noqa: S608
            "SELECT fact, day, sum(n) AS n, sum(amount) AS amount, max(known) AS known FROM fig_line"
            f" WHERE measure = %s AND fact {inside}"
            " GROUP BY fact, day, place, d1, d2, d3, state, cause) x GROUP BY fact",
            [measure.id, *numbers],
        )
        rows = cursor.fetchall()
    days = {day: _day(day) if day else None for day in {day for _fact, day, _known in rows}}
    moments = {known: _moment(known) for known in {known for _fact, _day, known in rows}}
    return {fact: (days[day], moments[known]) for fact, day, known in rows}


def _save(measure: Measure, lines: Sequence[tuple[datetime, int, Line]], rows: Mapping[int, Cell]) -> None:
    _insert("fig_now", _NOW, [(measure.id, fact, *rows[fact]) for fact in sorted(rows)], _UPSERT)
    ops = connection.ops
    moments = {known: ops.adapt_datetimefield_value(known) for known in {known for known, _fact, _line in lines}}
    days = {day: ops.adapt_datefield_value(day) for day in {line.day for _known, _fact, line in lines}}
    _insert(
        "fig_line",
        _LINE,
        [
            (moments[known], days[line.day], measure.id, fact, *line[1:6], int(line.cause), *line[7:])
            for known, fact, line in lines
        ],
    )


def _insert(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], tail: str = "") -> list[Any]:
    """Insert rows in their order: one array per column on PostgreSQL, one prepared statement on SQLite."""
    if not rows:
        return []
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{_TYPES.get(column, 'smallint')}[]" for column in columns)
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) {tail}",  # noqa: S608
                [list(column) for column in zip(*rows, strict=True)],
            )
            return cursor.fetchall() if "RETURNING" in tail else []
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks}) {tail}", rows)  # noqa: S608
        return []


def _in(facts: Sequence[int]) -> tuple[str, list[Any]]:
    if connection.vendor == "postgresql":
        return "= ANY(%s)", [list(facts)]
    return f"IN ({', '.join(['%s'] * len(facts))})", list(facts)


def _check(measure: Measure, images: Iterable[Image]) -> None:
    """Numbers the measure does not declare would fall out of every table: stop them at the door."""
    allowed = {d.column: frozenset(d.members) for d in measure.dimensions}
    nothing = frozenset({0})
    d1, d2, d3 = (allowed.get(column, nothing) for column in ("d1", "d2", "d3"))
    states = allowed.get("state", measure.counted | nothing)
    for im in images:
        if im.d1 not in d1 or im.d2 not in d2 or im.d3 not in d3 or im.state not in states or im.n < 0:
            raise ValueError(f"fact {im.fact} of {measure.code} has a number the measure does not declare")


def _day_before_last(image: Image, last: date) -> Refusal:
    return Refusal(
        "figures.day_before_last",
        _(
            "The figures already hold a change of this record on %(last)s; a change on %(day)s cannot come before it."
            " Correct the record instead."
        )
        % {"last": day_text(last), "day": day_text(image.day)},
        facts={"fact": image.fact},
    )


def _chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def _day(value: Any) -> date:
    """A day as the database hands it over: SQLite gives the text of computed columns."""
    found = parse_date(value) if isinstance(value, str) else value
    assert isinstance(found, date)
    return found


def _moment(value: Any) -> datetime:
    found = parse_datetime(value) if isinstance(value, str) else value
    assert isinstance(found, datetime)
    return found.replace(tzinfo=connection.timezone) if found.tzinfo is None else found
