"""Models of a demonstration: whole lives brought in at once by the rules of a list, and taken away again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from kheo.audit import actions as audit
from kheo.base.access import Actor, must
from kheo.base.errors import Refusal, Refused
from kheo.base.powers import Power
from kheo.base.text import clean_lines, sort_key
from kheo.figures.actions import forget, post
from kheo.figures.words import Cause, Image, PeriodView
from kheo.files import actions as files
from kheo.files.models import StoredFile
from kheo.initiatives import rules
from kheo.initiatives.actions import finding
from kheo.initiatives.actions.constraints import told_as_refusals
from kheo.initiatives.actions.results import story
from kheo.initiatives.figures import INITIATIVES, RESULTS, image
from kheo.initiatives.models import Confirmation, Evidence, Initiative, InitiativeTag, Move, Progress, Result
from kheo.initiatives.rules import Seat
from kheo.initiatives.words import MOVES, REGISTERED_MANY, TITLE_LENGTH, Registration, State
from kheo.units import queries as units
from kheo.units.models import Place

CHUNK = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One later move of a life: to which state, when, with what mark, reason and document."""

    state: State
    on: date
    mark: str = ""
    reason_code: str = ""
    reason: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was told of a model on a day: amounts by kind as they are stored, a picture by its name with its caption."""

    on: date
    text: str
    results: Mapping[str, int] = field(default_factory=dict)
    picture: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """A model from the day it entered the list: its registration, its other texts, its moves, what was told of it.

    `continues` and `copies` are positions in the same list of lives.
    """

    given: Registration
    period: PeriodView
    on: date
    texts: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    told: tuple[Told, ...] = ()
    continues: int | None = None
    copies: int | None = None


@transaction.atomic
def register_demonstration(
    *, actor: Actor, lives: Sequence[Life], pictures: Mapping[str, bytes] | None = None, on: date, known: datetime
) -> list[int]:
    """Bring whole lives in, flagged as demonstration: rules of registering, table of moves, figures on their own days.
    `pictures`: what the lives show, by name, kept once each.

    All or nothing; one audit entry a term. Answers the ids in the order of the lives. Raises `Refused` with what
    stands against the first rows, `NotAllowed` without the right to accept at a place.
    """
    places = units.root_places({life.given.unit_id for life in lives if life.given.unit_id is not None})
    _must_hold(actor, lives, places)
    wanted = {told.picture for life in lives for told in life.told if told.picture}
    shown = {
        name: files.keep(actor=actor, data=data, filename=f"{name}.png", on=on, known=known)
        for name, data in (pictures or {}).items()
        if name in wanted
    }
    ids: list[int] = []
    for start in range(0, len(lives), CHUNK):
        chunk = lives[start : start + CHUNK]
        made = [_initiative(life, places[life.given.unit_id or 0]) for life in chunk]
        with told_as_refusals(made, on=on):
            Initiative.objects.bulk_create(made)
        _write_lives(actor, list(zip(made, chunk, strict=True)), shown, known)
        finding.index(made)
        ids += [i.pk for i in made]
    _write_lineage(lives, ids)
    states: dict[str, Counter[str]] = {}
    for life in lives:
        states.setdefault(life.period.code, Counter())[_last_state(life)] += 1
    for period, counted in sorted(states.items()):
        facts = {"import": None, "new": counted.total(), "period": period, "state": dict(sorted(counted.items()))}
        audit.record(REGISTERED_MANY, actor=actor, on=on, known=known, facts=facts)
    return ids


@transaction.atomic
def forget_demonstration(*, actor: Actor) -> dict[str, int]:
    """Take every demonstration model away with its figures, moves, tellings; real models that were copied from one, or
    continue one, stay and name no source. Says what went, by kind; the caller records it."""
    must(actor, Power.FIGURES_RECOUNT, None)  # it is the installation's work, as healing figures is
    ids = list(Initiative.objects.filter(is_demo=True).order_by("id").values_list("id", flat=True))
    lines = forget(INITIATIVES, ids)
    finding.forget(ids)
    real = Initiative.objects.filter(is_demo=False)
    loosened = real.filter(replicates__is_demo=True).update(replicates=None)
    loosened += real.filter(continues__is_demo=True).update(continues=None)
    mine = {"initiative__is_demo": True}
    results = _forget_results()
    told = Progress.objects.filter(**mine).delete()[0]
    moves = Move.objects.filter(**mine).delete()[0]
    Confirmation.objects.filter(**mine).delete()
    InitiativeTag.objects.filter(**mine).delete()
    Initiative.objects.filter(is_demo=True).update(replicates=None, continues=None)
    Initiative.objects.filter(is_demo=True).delete()
    return {"initiatives": len(ids), "lines": lines, "moves": moves, "tellings": told, "loosened": loosened, **results}


def _forget_results() -> dict[str, int]:
    """Results of demonstration models with their figures, and their evidence with the files nothing else holds."""
    mine = {"progress__initiative__is_demo": True}
    results = Result.objects.filter(**mine)
    for kind, measure in RESULTS.items():
        forget(measure, list(results.filter(kind=kind).order_by("id").values_list("id", flat=True)))
    gone = results.delete()[0]
    shown = set(Evidence.objects.filter(**mine).values_list("file_id", flat=True))
    Evidence.objects.filter(**mine).delete()
    shown -= set(Evidence.objects.filter(file__in=shown).values_list("file_id", flat=True))
    return {"results": gone, "files": files.forget(sorted(shown))}


def _must_hold(actor: Actor, lives: Sequence[Life], places: Mapping[int, Place]) -> None:
    """The same rules a list is held to, and the table of moves."""
    for place in places.values():
        must(actor, Power.INITIATIVES_ACCEPT, Seat(place.now_p, place.now_c, place.pk))
    months = {life.on.replace(day=1) for life in lives}
    versions = {month: units.views(places, month) for month in sorted(months)}
    refused: list[Refusal] = []
    for at, life in enumerate(lives, start=1):
        unit_id = life.given.unit_id or 0
        unit = versions[life.on.replace(day=1)].get(unit_id)
        if unit is not None and unit.valid_to is not None and unit.valid_to <= life.on:  # it changed within the month
            unit = units.views([unit_id], life.on).get(unit_id)
        found = [*rules.faults(life.given, period=life.period, unit=unit, on=life.on), *_wrong_moves(life)]
        refused += (replace(refusal, row=at) for refusal in found)
    if refused:
        raise Refused(refused[:100])


def _wrong_moves(life: Life) -> Iterator[Refusal]:
    state, day = State.ACCEPTED, life.on
    for step in life.steps:
        if step.state not in MOVES[state] or step.on < day:
            yield Refusal("initiatives.no_such_move", f"{state} -> {step.state}: {step.on}")
        state, day = step.state, step.on


def _last_state(life: Life) -> str:
    return str(life.steps[-1].state if life.steps else State.ACCEPTED)


def _initiative(life: Life, place: Place) -> Initiative:
    given = life.given
    title, key, folded = rules.titled(given.title)
    marks = [step.mark for step in life.steps if step.mark]
    days = [life.on, *(step.on for step in life.steps)]
    return Initiative(
        title=title,
        title_key=key,
        search_key=folded[:TITLE_LENGTH],
        sort_key=sort_key(title),
        field=given.field,
        kind=given.kind,
        novelty=given.novelty,
        state=_last_state(life),
        mark=marks[-1] if marks else "",
        period_id=life.period.id,
        place_id=place.pk,
        now_p=place.now_p,
        now_c=place.now_c,
        goal=clean_lines(given.goal),
        start=given.start,
        end=given.end,
        households=given.households,
        registered_on=life.on,
        state_on=days[-1],
        heard_on=max([*days, *(told.on for told in life.told)]),
        counted_on=life.on,
        version=len(days),
        is_demo=True,
        **life.texts,
    )


def _write_lives(
    actor: Actor, made: Sequence[tuple[Initiative, Life]], shown: Mapping[str, StoredFile], known: datetime
) -> None:
    images: list[Image] = []
    moves: list[Move] = []
    told: list[tuple[Progress, Told, Initiative, list[Image]]] = []
    by = {"actor_id": actor.id, "actor_name": actor.name[:150], "known": known}
    for initiative, life in made:
        last, before, past = initiative.state, "", list[Image]()
        for step in (Step(state=State.ACCEPTED, on=life.on), *life.steps):
            initiative.state = step.state
            past.append(image(initiative, day=step.on, cause=Cause.MOVE if before else Cause.ENTER))
            moves.append(
                Move(
                    initiative=initiative,
                    before=before,
                    after=step.state,
                    mark=step.mark,
                    on=step.on,
                    reason_code=step.reason_code,
                    reason=step.reason,
                    document=step.document,
                    **by,
                )
            )
            before = step.state
        initiative.state = last
        images += past
        told += [
            (Progress(initiative=initiative, on=one.on, text=one.text, **by), one, initiative, past)
            for one in life.told
        ]
    Move.objects.bulk_create(moves)
    Progress.objects.bulk_create(progress for progress, *_rest in told)
    post(INITIATIVES, images, known=known)
    results = [
        (Result(progress=progress, kind=kind, amount=amount), initiative, past)
        for progress, one, initiative, past in told
        for kind, amount in one.results.items()
    ]
    Result.objects.bulk_create(result for result, *_rest in results)
    for kind, measure in RESULTS.items():
        mine = [(result, of, past) for result, of, past in results if result.kind == kind]
        post(
            measure,
            [im for result, of, past in mine for im in story(of, past, result, result.progress.on)],
            known=known,
        )
    Evidence.objects.bulk_create(
        Evidence(progress=progress, file=shown[one.picture], caption=one.caption, is_public=True)
        for progress, one, *_rest in told
        if one.picture in shown
    )


def _write_lineage(lives: Sequence[Life], ids: Sequence[int]) -> None:
    """Say of what each model is a copy or a continuation, now that all have their numbers."""
    linked = [
        Initiative(
            pk=ids[at],
            replicates_id=None if life.copies is None else ids[life.copies],
            continues_id=None if life.continues is None else ids[life.continues],
        )
        for at, life in enumerate(lives)
        if life.copies is not None or life.continues is not None
    ]
    Initiative.objects.bulk_update(linked, ["replicates", "continues"], batch_size=200)
