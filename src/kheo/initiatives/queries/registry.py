"""Readers of the registry: what an actor may see, rows for lists and neighbours, look-alikes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.db.models import F, Q, QuerySet
from rapidfuzz import fuzz, process

from kheo.base.access import NOWHERE, Actor, Placed
from kheo.base.errors import Invisible
from kheo.base.powers import Power
from kheo.base.text import fold
from kheo.initiatives.models import Initiative, InitiativeTag
from kheo.initiatives.rules import source_named
from kheo.initiatives.words import ITEMS, PUBLIC, InitiativeRow, State
from kheo.units import queries as units
from kheo.units.words import Level, UnitView

CHUNK = 2000
PLACES_AT_ONCE = 400
LARGEST_ID = 2**63 - 1

# How alike two folded titles are, from 100 down, before a person is asked (look 05: "giống 82%").
ALIKE_FROM = 80
MOST_COMPARED = 3000


def visible(actor: Actor, power: Power = Power.INITIATIVES_SEE) -> QuerySet[Initiative]:
    """The models where the actor holds the power; models entered by mistake (voided) are nowhere, and drafts only
    where the actor registers."""
    found = Initiative.objects.within(actor, power).filter(voided_at__isnull=True)
    registers = actor.reach_of(Power.INITIATIVES_REGISTER)
    if registers.all or registers == actor.reach_of(power):
        return found
    if registers == NOWHERE:
        return found.exclude(state=State.DRAFT)
    own = Initiative.objects.within(actor, Power.INITIATIVES_REGISTER).filter(state=State.DRAFT)
    return found.filter(~Q(state=State.DRAFT) | Q(pk__in=own.values("pk")))


def listed(actor: Actor, power: Power = Power.INITIATIVES_SEE) -> QuerySet[Initiative]:
    """The models an actor sees in lists and finds: what was registered. Drafts are listed apart (`drafts`)."""
    return Initiative.objects.within(actor, power).filter(voided_at__isnull=True).exclude(state=State.DRAFT)


def reach(actor: Actor, power: Power, id: int) -> Initiative:
    """One model where the actor holds the power, with place, period, owner; `Invisible` outside, exists it or not."""
    if not 0 < id <= LARGEST_ID:
        raise Invisible
    found = (
        visible(actor, power)
        .select_related("place", "period", "owner", "replicates", "continues__period")
        .filter(pk=id)
        .first()
    )
    if found is None:
        raise Invisible
    return found


def rows(found: QuerySet[Initiative], *, on: date) -> list[InitiativeRow]:
    """The query set as frozen rows, in its order. Two queries."""
    return list(each_row(found, on=on))


def each_row(found: QuerySet[Initiative], *, on: date) -> Iterator[InitiativeRow]:
    """As `rows`, a chunk at a time, so that a list of any length passes through little memory."""
    several = iter(found.select_related("place", "period", "owner").iterator(chunk_size=CHUNK))
    called: dict[int, UnitView] = {}
    while chunk := list(islice(several, CHUNK)):
        yield from rows_of(chunk, on=on, called=called)


def rows_of(chunk: Sequence[Initiative], *, on: date, called: dict[int, UnitView] | None = None) -> list[InitiativeRow]:
    """Loaded models as frozen rows; `called` keeps the names of units between chunks."""
    called = {} if called is None else called
    unknown = {i.place.origin_id for i in chunk} - called.keys()
    if unknown:
        called |= units.views(unknown, on)
    return [_row(i, called) for i in chunk]


def _row(i: Initiative, called: Mapping[int, UnitView]) -> InitiativeRow:
    unit = called[i.place.origin_id]
    return InitiativeRow(
        id=i.pk,
        title=i.title,
        unit_id=unit.id,
        unit_code=unit.code,
        unit_name=unit.full_name,
        field=i.field,
        kind=i.kind,
        novelty=i.novelty,
        state=i.state,
        mark=i.mark,
        period=i.period.code,
        households=i.households,
        start=i.start,
        end=i.end,
        owner=i.owner.name if i.owner else "",
        code=i.code,
        list_number=i.list_number,
        goal=i.goal,
        note=i.note,
        registered_on=i.registered_on,
        state_on=i.state_on,
        version=i.version,
        source_named=source_named(i.novelty, i.replicates_id),
    )


def values_of(initiative: Initiative) -> dict[str, Any]:
    """The changeable facts of a model as JSON holds them (days as ISO text): what a change is measured against, and
    what an undo needs to put it back."""
    return {
        "title": initiative.title,
        "field": initiative.field,
        "kind": initiative.kind,
        "novelty": initiative.novelty,
        "replicates": initiative.replicates_id,
        "unit_id": initiative.place.origin_id,
        "start": initiative.start and initiative.start.isoformat(),
        "end": initiative.end and initiative.end.isoformat(),
        "households": initiative.households,
        "code": initiative.code,
        "goal": initiative.goal,
        "note": initiative.note,
        "review_due": initiative.review_due and initiative.review_due.isoformat(),
        **{item: getattr(initiative, item) for item in ITEMS},
    }


def tags(initiative: Initiative) -> list[str]:
    """The secondary labels of a model, in the order they were given."""
    return list(InitiativeTag.objects.filter(initiative=initiative).order_by("id").values_list("tag", flat=True))


def unit_and_successors(unit_id: int | None, on: date) -> tuple[UnitView | None, list[UnitView]]:
    """The unit as of the day, or its nearest version; and, when it has ended, what it became by that day."""
    if unit_id is None:
        return None, []
    unit = units.views([unit_id], on).get(unit_id)
    if unit is None or unit.valid_to is None or on < unit.valid_to:
        return unit, []
    became = units.trace(unit_id, unit.valid_to - timedelta(days=1), on)
    return unit, [after for after, _kind, _part in became if after.id != unit_id]


def units_to_choose(actor: Actor, power: Power, on: date, *, near: UnitView | None = None) -> list[UnitView]:
    """The units an actor chooses from in a form or filter: own communes, the communes of own provinces, or the 34
    provinces; `near` adds the communes of that unit's province, so that a nation-wide list narrows step by step."""
    own = actor.reach_of(power)
    chosen: dict[int, UnitView] = {}
    if own.all:
        chosen |= {u.id: u for u in units.units_on(on, level=Level.PROVINCE)}
        around = near.id if near and near.level == Level.PROVINCE else near.parent_id if near else None
        provinces: Iterable[int] = () if around is None else (around,)
    else:
        chosen |= units.views(own.provinces, on) if own.provinces else {}
        provinces = own.provinces
    for province in sorted(provinces):
        chosen |= {u.id: u for u in units.communes_of(province, on)}
    if own.communes:
        chosen |= units.views(own.communes, on)
    return sorted(chosen.values(), key=lambda u: (u.level != Level.PROVINCE, u.sort_key))


def units_to_fill_in(actor: Actor, written: str, on: date) -> tuple[UnitView, list[UnitView]]:
    """The unit a workbook is for (as written, else the first where the actor registers) and those its rows may be of:
    itself, or the communes of a province and the province. `Invisible` for a unit where the actor does not register."""
    mine = units_to_choose(actor, Power.INITIATIVES_REGISTER, on)
    unit = unit_named(written, on) if written.strip() else mine[0] if mine else None
    if unit is None or not actor.may(Power.INITIATIVES_REGISTER, units.spot_of(unit.id)):
        raise Invisible
    if unit.level == Level.COMMUNE:
        return unit, [unit]
    return unit, [*units.communes_of(unit.id, on), unit]


def unit_named(written: str, on: date) -> UnitView | None:
    """The unit of an address or filter: a public id (u00001) or a code of that day's map, provinces first."""
    text = written.strip()
    if text[:1] == "u" and text[1:].isdecimal() and len(text) <= 8:
        unit_id = units.by_uid(text)
        return None if unit_id is None else units.views([unit_id], on).get(unit_id)
    if not text.isdecimal() or len(text) > 5:
        return None
    return next(iter(sorted(units.by_code(text, on), key=lambda u: u.level != Level.PROVINCE)), None)


def in_unit(unit: UnitView, on: date) -> Q:
    """Models that lie in a unit: of today's map by today's columns; of an older one by what the recorder named."""
    lives = unit.valid_to is None or on < unit.valid_to
    if unit.level == Level.PROVINCE:
        return Q(now_p=unit.id) if lives else Q(place__rec_p=unit.id)
    if unit.level == Level.COMMUNE:
        return Q(now_c=unit.id) if lives else Q(place__rec_c=unit.id)
    return Q(place__origin=unit.id)


ORDERS: Mapping[str, str] = {
    "title": "sort_key",
    "field": "field",
    "state": "state",
    "period": "period__start",
    "households": "households",
    "registered": "registered_on",
    "updated": "state_on",
}


def ordered(found: QuerySet[Initiative], order: str) -> QuerySet[Initiative]:
    """The list in one of the allowed orders ("-" before it: downwards), newest first otherwise; the id breaks ties, so
    that pages never drift. What is unknown stands last either way."""
    key = ORDERS.get(order.removeprefix("-"))
    if key is None:
        return found.order_by("-id")
    down = order.startswith("-")
    by = F(key).desc(nulls_last=True) if down else F(key).asc(nulls_last=True)
    return found.order_by(by, "-id" if down else "id")


def alike(
    title: str, spot: Placed, *, field: str, actor: Actor, on: date, exclude: int | None = None, limit: int = 5
) -> list[tuple[InitiativeRow, int]]:
    """Models of the same commune (of the province where kept higher) and field whose title is nearly this one, with the
    likeness in percent, nearest first: those the actor sees, and public ones. Of long lists the newest are compared."""
    key = fold(title)
    there = {"now_c__isnull": True} if spot.now_c is None else {"now_c": spot.now_c}
    near = Initiative.objects.filter(voided_at__isnull=True, field=field, now_p=spot.now_p, **there)
    near = near.filter(Q(state__in=PUBLIC) | Q(pk__in=listed(actor).values("pk")))
    if exclude is not None:
        near = near.exclude(pk=exclude)
    keys = dict(near.order_by("-id").values_list("id", "search_key")[:MOST_COMPARED])
    best = process.extract(key, keys, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE_FROM, limit=limit)
    likeness = {id: round(score) for _key, score, id in best}
    found = rows(Initiative.objects.filter(pk__in=likeness), on=on) if likeness else []
    return sorted(((row, likeness[row.id]) for row in found), key=lambda pair: (-pair[1], pair[0].id))


def waiting(actor: Actor, *, on: date, limit: int = 5) -> tuple[list[InitiativeRow], int]:
    """What waits for this actor: registered models where they may accept, longest waiting first, and how many."""
    return _some(visible(actor, Power.INITIATIVES_ACCEPT).filter(state=State.SUBMITTED), on=on, limit=limit)


def sent_back(actor: Actor, *, on: date, limit: int = 5) -> tuple[list[InitiativeRow], int]:
    """Models returned for completion where this actor registers, longest waiting first, and how many."""
    return _some(visible(actor, Power.INITIATIVES_REGISTER).filter(state=State.RETURNED), on=on, limit=limit)


def _some(found: QuerySet[Initiative], *, on: date, limit: int) -> tuple[list[InitiativeRow], int]:
    count = found.count()
    return (rows(found.order_by("state_on", "id")[:limit], on=on) if count else []), count


def source(actor: Actor, id: int) -> Initiative | None:
    """The model a replica says it was copied from: one the actor sees, or one everybody may read."""
    if not 0 < id <= LARGEST_ID:
        return None
    seen = listed(actor).filter(pk=id).first()
    return seen or Initiative.objects.filter(pk=id, voided_at__isnull=True, state__in=PUBLIC).first()


def held(
    places: Iterable[int], periods: Iterable[int]
) -> tuple[dict[tuple[int, int, str], int], dict[tuple[int, int, str], int]]:
    """Ids of the living models of these places and periods: by (place, period, title key), by (place, period, code)."""
    titles: dict[tuple[int, int, str], int] = {}
    codes: dict[tuple[int, int, str], int] = {}
    wanted, terms = sorted(set(places)), sorted(set(periods))
    for start in range(0, len(wanted), PLACES_AT_ONCE):
        living = Initiative.objects.filter(
            place__in=wanted[start : start + PLACES_AT_ONCE], period__in=terms, voided_at__isnull=True
        ).exclude(state=State.DRAFT)
        several = living.values_list("place_id", "period_id", "title_key", "code", "id")
        for place, period, title_key, code, id in several.iterator(chunk_size=CHUNK):
            titles[place, period, title_key] = id
            if code:
                codes[place, period, code] = id
    return titles, codes


def demonstration_models(*, recorded_in: int | None = None) -> int:
    """How many models are a demonstration's, of the whole country or recorded in one province of whatever map."""
    found = Initiative.objects.filter(is_demo=True)
    if recorded_in is not None:
        found = found.filter(place__rec_p=recorded_in)
    return found.count()


def has_demonstration() -> bool:
    """Whether any model is a demonstration's."""
    return Initiative.objects.filter(is_demo=True).exists()
