"""Count again: the rooms' own rows against the images, the images against the journal; heal what bypassed `post`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import connection, transaction

from kheo.audit import actions as audit
from kheo.audit.words import Subject
from kheo.base.access import Actor, must
from kheo.base.clock import VIETNAM
from kheo.base.powers import Power
from kheo.figures.actions.journal import CHUNK, Cell, cell_of, correct_many, net_lines, post, replace_images
from kheo.figures.words import HEALED, Cause, Difference, Image, Measure


@transaction.atomic
def recount(measures: Iterable[Measure], *, heal: bool, known: datetime, actor: Actor) -> list[Difference]:
    """Where rooms, images and journal disagree, fact by fact; with `heal` the figures are made to follow the rooms.

    What heals: a row nobody posted is posted on its own days; a changed one is posted as a move on the day its room
    says (never before the last line); one that is gone is corrected away; an image somebody else wrote is taken from
    the journal again. Each healing is audited. Nobody writes figures while the count runs.
    """
    must(actor, Power.FIGURES_RECOUNT, None)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE fig_now IN SHARE ROW EXCLUSIVE MODE")
    found: list[Difference] = []
    for measure in measures:
        rooms = _stories(measure)
        images, journal = _images(measure), _journal(measure)
        differences = [*_against_rooms(measure, rooms, images), *_against_journal(measure, images, journal)]
        if heal and differences:
            _heal(measure, rooms, images, journal, known=known)
            _record(measure, differences, actor=actor, known=known)
        found += differences
    return found


def _stories(measure: Measure) -> dict[int, list[Image]]:
    stories: dict[int, list[Image]] = {}
    for image in measure.facts():
        stories.setdefault(image.fact, []).append(image)
    return stories


def _images(measure: Measure) -> dict[int, Cell]:
    """The images that count something."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT fact, place, d1, d2, d3, state, n, amount FROM fig_now WHERE measure = %s AND n <> 0", [measure.id]
        )
        return {fact: Cell(*cell) for fact, *cell in cursor.fetchall()}


def _journal(measure: Measure) -> dict[int, list[Cell]]:
    """The net of each fact's lines: one cell when all is well, none when it does not count."""
    nets: dict[int, list[Cell]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT fact, place, d1, d2, d3, state, sum(n), sum(amount) FROM fig_line WHERE measure = %s"
            " GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0 OR sum(amount) <> 0 ORDER BY 1, 2, 3, 4, 5, 6",
            [measure.id],
        )
        for fact, place, d1, d2, d3, state, n, amount in cursor.fetchall():
            nets.setdefault(fact, []).append(Cell(place, d1, d2, d3, state, int(n), int(amount)))
    return nets


def _against_rooms(
    measure: Measure, rooms: Mapping[int, Sequence[Image]], images: Mapping[int, Cell]
) -> Iterable[Difference]:
    for fact in sorted(rooms.keys() | images.keys()):
        row, image = _today(rooms.get(fact)), images.get(fact)
        if row != image:
            yield Difference(measure.code, fact, "image", {"row": _said(row), "image": _said(image)})


def _against_journal(
    measure: Measure, images: Mapping[int, Cell], journal: Mapping[int, Sequence[Cell]]
) -> Iterable[Difference]:
    for fact in sorted(images.keys() | journal.keys()):
        image, net = images.get(fact), journal.get(fact, ())
        if list(net) != ([image] if image else []):
            said = " + ".join(_said(cell) for cell in net) or _said(None)
            yield Difference(measure.code, fact, "journal", {"image": _said(image), "journal": said})


def _heal(
    measure: Measure,
    rooms: Mapping[int, Sequence[Image]],
    images: Mapping[int, Cell],
    journal: Mapping[int, Sequence[Cell]],
    *,
    known: datetime,
) -> None:
    right: dict[int, Sequence[Image]] = {}
    follow: dict[int, Cell] = {}
    behind: list[int] = []
    for fact in sorted(rooms.keys() | images.keys() | journal.keys()):
        row, image, net = _today(rooms.get(fact)), images.get(fact), list(journal.get(fact, ()))
        if row is None:
            if image or net:
                right[fact] = []
        elif len(net) > 1 or any(cell.n < 0 for cell in net):
            right[fact] = rooms[fact]  # no one image could have left these lines
        else:
            if net != ([image] if image else []):
                follow[fact] = net[0] if net else row._replace(n=0, amount=0)
            if net != [row]:
                behind.append(fact)
    replace_images(measure, follow)
    correct_many(measure, right, known=known)
    post(measure, _to_post(measure, {fact: rooms[fact] for fact in behind}), known=known)


def _to_post(measure: Measure, behind: Mapping[int, Sequence[Image]]) -> list[Image]:
    """What to post for facts whose figures are behind their rows.

    A fact without a journal comes in as its room tells it, entering on its first day; one with a journal moves to what
    it is today, and not before its last line.
    """
    images: list[Image] = []
    facts = list(behind)
    for start in range(0, len(facts), CHUNK):
        standing = net_lines(measure, facts[start : start + CHUNK])
        for fact in facts[start : start + CHUNK]:
            lines = standing.get(fact)
            if lines is None:
                images += behind[fact]
            else:
                image = behind[fact][-1]
                images.append(replace(image, day=max(image.day, *(key[0] for key in lines)), cause=Cause.MOVE))
    return images


def _record(measure: Measure, differences: Sequence[Difference], *, actor: Actor, known: datetime) -> None:
    kinds = Counter(difference.what for difference in differences)
    audit.record(
        HEALED,
        actor=actor,
        on=known.astimezone(VIETNAM).date(),
        known=known,
        subject=Subject("measure", str(measure.id), measure.code),
        facts={
            "measure": measure.code,
            "found": len(differences),
            "image": kinds["image"],
            "journal": kinds["journal"],
        },
    )


def _today(story: Sequence[Image] | None) -> Cell | None:
    """What a row counts as today; None when it does not count."""
    return cell_of(story[-1]) if story and story[-1].n else None


def _said(cell: Cell | None) -> str:
    if cell is None:
        return "-"
    amount = f" ({cell.amount})" if cell.amount else ""
    return f"{cell.place}/{cell.d1}/{cell.d2}/{cell.d3}/{cell.state}: {cell.n}{amount}"
