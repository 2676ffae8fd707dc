"""Readers for who enters a model: drafts, what was kept, what was sent already, and models that look like it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from rapidfuzz import fuzz, process

from kheo.base.access import Actor, Placed
from kheo.base.powers import Power
from kheo.base.text import fold
from kheo.figures.queries import period as period_named
from kheo.figures.queries import periods
from kheo.figures.words import PeriodView
from kheo.initiatives.models import Initiative, Move
from kheo.initiatives.queries.finding import SEARCHED, readable
from kheo.initiatives.queries.registry import ALIKE_FROM, MOST_COMPARED, rows, rows_of, visible
from kheo.initiatives.words import COUNTED, ITEMS, InitiativeRow, Registration, State
from kheo.people.models import Organisation
from kheo.search import queries as search
from kheo.units.queries import views

_ONCE = re.compile(r"[\w-]{16,40}", re.ASCII)
MOST_NEAR = 20  # of the models of the whole country that share rare words with a title


def drafts(actor: Actor, *, on: date, limit: int = 5) -> tuple[list[InitiativeRow], int]:
    """The drafts this actor began and may still register, longest lying first, and how many."""
    mine = Move.objects.filter(initiative=OuterRef("pk"), before="", actor_id=actor.id)
    found = visible(actor, Power.INITIATIVES_REGISTER).filter(Exists(mine), state=State.DRAFT)
    count = found.count()
    return (rows(found.order_by("state_on", "id")[:limit], on=on) if count else []), count


def sent(actor: Actor, once: str) -> Initiative | None:
    """The model this very sheet has become already, if it was sent before."""
    if not is_once(once):
        return None
    found = visible(actor, Power.INITIATIVES_REGISTER).select_related("place", "period", "owner")
    return found.filter(once=once).first()


def is_once(once: str) -> bool:
    """Whether this is the number of a sheet, and not something made up."""
    return _ONCE.fullmatch(once) is not None


def term_before(period: PeriodView) -> PeriodView | None:
    """The term before a term."""
    earlier = [p for p in periods() if p.registers and p.end <= period.start]
    return max(earlier, key=lambda p: p.start, default=None)


def keepable(actor: Actor, period: PeriodView) -> QuerySet[Initiative]:
    """The models of the term before that stand in the list where the actor registers, and are not kept in this one:
    neither continued nor registered again under the same name."""
    before = term_before(period)
    if before is None:
        return Initiative.objects.none()
    now = Initiative.objects.filter(period=period.id, voided_at__isnull=True).exclude(state=State.DRAFT)
    again = now.filter(place=OuterRef("place"), title_key=OuterRef("title_key"))
    found = visible(actor, Power.INITIATIVES_REGISTER).filter(period=before.id, state__in=COUNTED)
    return found.exclude(Exists(now.filter(continues=OuterRef("pk")))).exclude(Exists(again))


def kept_in(initiative: Initiative) -> Initiative | None:
    """The model of a later term that keeps this one: the last of them."""
    found = Initiative.objects.filter(continues=initiative.pk, voided_at__isnull=True).exclude(state=State.DRAFT)
    return found.select_related("period").order_by("-period__start").first()


def unit_of_today(initiative: Initiative, on: date) -> int | None:
    """The unit a model would be registered for on that day: its own while it exists, else the one it lies in whole."""
    origin = initiative.place.origin_id
    unit = views([origin], on).get(origin)
    if unit is None or unit.valid_to is None or on < unit.valid_to:
        return origin
    return initiative.now_c if initiative.now_c is not None else None


def registration_of(initiative: Initiative) -> tuple[Registration, PeriodView]:
    """A model as the sheet it could be registered with, and its term."""
    names = ("title", "field", "kind", "novelty", "start", "end", "households", "code", "goal", "note", "review_due")
    given = Registration(
        unit_id=initiative.place.origin_id,
        owner=initiative.owner,
        replicates=initiative.replicates_id,
        continues=initiative.continues_id,
        **{name: getattr(initiative, name) for name in (*names, *ITEMS)},
    )
    return given, period_named(initiative.period.code)


@dataclass(frozen=True)
class Hint:
    """A model that looks like one being entered: how much in percent, whether of the reader's own territory, and
    whether another line seems to have entered the same model of the same unit and term (a twin)."""

    row: InitiativeRow
    likeness: int
    seen: bool
    twin: bool


@dataclass(frozen=True, kw_only=True)
class Entered:
    """What is asked about: a title and where it would stand."""

    title: str
    field: str
    spot: Placed
    place_id: int
    period_id: int
    owner: Organisation | None = None
    id: int | None = None  # of a model that is there already


def hints(entered: Entered, *, actor: Actor, on: date, limit: int = 5, anywhere: bool = True) -> list[Hint]:
    """Models nearly like this one: of the same commune and field, twins of another line, and those of the whole country
    that share its rare words. Only what the actor sees or everybody may read. Twins first, then the nearest.
    Not `anywhere`: only those of the commune, in three queries instead of six."""
    likeness = _here(entered, actor)
    others = readable(actor) if entered.id is None else readable(actor).exclude(pk=entered.id)
    near = dict(search.near(SEARCHED, entered.title, among=others, limit=MOST_NEAR)) if anywhere else {}
    key = fold(entered.title)
    found = others.filter(pk__in=likeness.keys() | near.keys()).select_related("place", "period", "owner")
    several = {i.pk: i for i in found} if likeness or near else {}
    for id, model in several.items():
        shared = max(near.get(id, 0), round(fuzz.token_sort_ratio(key, model.search_key)))
        likeness[id] = max(likeness.get(id, 0), shared)
    line = entered.owner.line if entered.owner else ""
    twins = {
        id
        for id, i in several.items()
        if (i.place_id, i.period_id) == (entered.place_id, entered.period_id)
        and (i.owner.line if i.owner else "") != line
    }
    best = [id for id in several if likeness[id] >= ALIKE_FROM]
    best.sort(key=lambda id: (id not in twins, -likeness[id], id))
    called = {row.id: row for row in rows_of([several[id] for id in best[:limit]], on=on)}
    return [
        Hint(called[id], likeness[id], actor.may(Power.INITIATIVES_SEE, several[id]), id in twins)
        for id in best[:limit]
    ]


def _here(entered: Entered, actor: Actor) -> dict[int, int]:
    """Ids of the commune (of the province where kept higher) with the likeness of their titles: of the same field, or
    of the same unit and term in whatever field. Of long lists the newest are compared."""
    spot = entered.spot
    there = {"now_c__isnull": True} if spot.now_c is None else {"now_c": spot.now_c}
    near = readable(actor).filter(now_p=spot.now_p, **there)
    near = near.filter(Q(field=entered.field) | Q(place=entered.place_id, period=entered.period_id))
    if entered.id is not None:
        near = near.exclude(pk=entered.id)
    keys = dict(near.order_by("-id").values_list("id", "search_key")[:MOST_COMPARED])
    best = process.extract(
        fold(entered.title), keys, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE_FROM, limit=MOST_NEAR
    )
    return {id: round(score) for _key, score, id in best}
