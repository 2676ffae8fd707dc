"""Results as the figures hold them: where and under which sorts each was told, following the model as it changes.

A result lies where its model lay on the day it was told; when the model really moves, its stock moves along and
what was new stays new. So its whole story can be told from the model's own history at any time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from kheo.figures.actions import correct_many, post
from kheo.figures.queries import histories
from kheo.figures.words import Cause, Image
from kheo.initiatives.figures import INITIATIVES, RESULTS, TOLD, image
from kheo.initiatives.models import Initiative, Result

CHUNK = 500
Story = list[Image]


def enter(initiative: Initiative, results: Sequence[Result], *, on: date, known: datetime) -> None:
    """Results just told of a model come into the figures, each into the measure of its kind."""
    past = histories(INITIATIVES, [initiative.pk]).get(initiative.pk, [])
    for kind, measure in RESULTS.items():
        told = [im for result in results if result.kind == kind for im in story(initiative, past, result, on)]
        post(measure, told, known=known)


def leave(results: Sequence[Result], *, known: datetime) -> None:
    """Results that were told by mistake leave the figures, as if they never were."""
    for kind, measure in RESULTS.items():
        correct_many(measure, {result.pk: [] for result in results if result.kind == kind}, known=known)


def follow(initiatives: Sequence[Initiative], *, known: datetime) -> None:
    """The results of models whose place or sorts changed are told anew from what the models' history now is."""
    for start in range(0, len(initiatives), CHUNK):
        several = {i.pk: i for i in initiatives[start : start + CHUNK]}
        told = Result.objects.filter(progress__initiative__in=several, progress__voided_at__isnull=True)
        rows = list(told.select_related("progress").order_by("id"))
        past = histories(INITIATIVES, {row.progress.initiative_id for row in rows})
        right: dict[str, dict[int, Story]] = {kind: {} for kind in RESULTS}
        for row in rows:
            of = several[row.progress.initiative_id]
            right[row.kind][row.pk] = list(story(of, past.get(of.pk, []), row, row.progress.on))
        for kind, stories in right.items():
            correct_many(RESULTS[kind], stories, known=known)


def story(initiative: Initiative, past: Sequence[Image], result: Result, on: date) -> Iterator[Image]:
    """What a result told on that day counts as: what its model was then, and what it became later."""
    now = image(initiative, day=on)
    then = [im for im in past if im.day <= on]
    first = then[-1] if then else now
    told = replace(first, fact=result.pk, state=TOLD, n=1, amount=result.amount, day=on, cause=Cause.ENTER)
    yield told
    for later in (im for im in past if im.day > on):
        next_ = replace(told, place=later.place, d1=later.d1, d2=later.d2, d3=later.d3, day=later.day, cause=Cause.MOVE)
        if replace(next_, day=told.day, cause=told.cause) != told:
            yield next_
            told = next_
