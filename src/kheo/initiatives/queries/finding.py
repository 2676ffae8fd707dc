"""Finding models: by words, by counts beside each choice, models like this one, what was copied from what."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.cache import caches
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.fields import TextField
from django.db.models.functions import Cast, Concat

from kheo.base.access import Actor, Reach
from kheo.base.powers import Power
from kheo.base.text import fold, same_key
from kheo.initiatives.models import Initiative
from kheo.initiatives.queries.registry import listed, rows, rows_of, visible
from kheo.initiatives.words import COMING, PUBLIC, InitiativeRow
from kheo.search import queries as search
from kheo.search.words import Asked, Found

NOTHING = Asked((), "")
SEARCHED = "initiative"  # the kind of the texts of models in the index
MOST_LOOKED_AT = 20_000  # newest matches a page of the list goes through; commands and exports go through all
# Models counted anew at each asking; the numbers of longer lists are kept, so that a page takes the same time at a
# million models as at a thousand. The page says so.
MOST_COUNTED = 2_000
KEPT_FOR = 60  # seconds
MOST_KIN, HIGHEST = 200, 20  # models of one lineage, steps up to the first of them
FACETS: Mapping[str, str] = {
    "field": "field",
    "state": "state",
    "period": "period__code",
    "kind": "kind",
    "novelty": "novelty",
}


def tags_of(initiative: Initiative) -> tuple[str, ...]:
    """The marks by which a reader's part of the index is found: where it lies today, whose it is."""
    spot = f"c{initiative.now_c}" if initiative.now_c is not None else f"l{initiative.place_id}"
    return (f"p{initiative.now_p}", spot, *((f"o{initiative.owner_id}",) if initiative.owner_id else ()))


def _tags_within(reach: Reach) -> Collection[str] | None:
    """The marks of what lies in a reach; None: everything."""
    if reach.all:
        return None
    several = (("p", reach.provinces), ("c", reach.communes), ("o", reach.orgs), ("l", reach.places))
    return [f"{letter}{id}" for letter, ids in several for id in sorted(ids)]


@dataclass(frozen=True)
class Holding:
    """Models that hold words, the words they are for where no model held those typed, and whether that is all."""

    found: QuerySet[Initiative]
    asked: Asked = NOTHING
    mended: str = ""
    all: bool = True


def holding(actor: Actor, words: str, *, mend: bool = True, most: int | None = None) -> Holding:
    """The models the actor sees that hold all the words, with or without marks; everything when no word was typed.

    Where nothing does, words are mended from the vocabulary, if that finds something the actor sees. With `most` only
    the newest so many are looked at, and `all` says whether more hold the words.
    """
    seen, tags = visible(actor), _tags_within(actor.reach_of(Power.INITIATIVES_SEE))
    asked = search.read(words)
    if not asked:
        return Holding(seen)
    if tags is not None and not tags:
        return Holding(seen.none())

    def narrowed(by: Asked) -> QuerySet[Initiative]:
        return seen.filter(pk__in=search.matching(SEARCHED, by, office=True, tags=tags, most=most))

    mended = ""
    met, whole = search.best(SEARCHED, asked, limit=1, among=seen, office=True, tags=tags)
    if mend and not met and (whole or not narrowed(asked).exists()):
        other = search.mended(SEARCHED, asked, limit=1, among=seen, office=True, tags=tags)
        if other is not None:
            asked, mended = other[0], other[0].typed
    whole = whole or most is None or not search.more_than(SEARCHED, asked, most, office=True, tags=tags)
    return Holding(narrowed(asked), asked, mended, whole)


def best_first(found: QuerySet[Initiative], asked: Asked) -> QuerySet[Initiative]:
    """Titles with the words as they were typed first, then titles with all of them, then the newest."""
    if not asked:
        return found.order_by("-id")
    in_title = Q(pk__in=search.matching(SEARCHED, asked, title=True, most=MOST_LOOKED_AT))
    as_typed = Q(title_key__contains=same_key(asked.typed))
    plain = Q(search_key__contains=fold(asked.typed))
    order = Case(When(as_typed, then=0), When(plain, then=1), When(in_title, then=2), default=3)
    return found.order_by(order, "-id")


def find(actor: Actor, words: str, *, limit: int, mend: bool = True) -> Found:
    """The models the actor sees that hold the words, best first."""
    tags = _tags_within(actor.reach_of(Power.INITIATIVES_SEE))
    return search.found(SEARCHED, words, limit=limit, among=listed(actor), office=True, tags=tags, mend=mend)


def find_published(words: str, *, limit: int, mend: bool = True) -> Found:
    """The models everybody may read whose public words hold these, best first; never demonstration data."""
    public = Initiative.objects.filter(state__in=PUBLIC, voided_at__isnull=True, is_demo=False)
    return search.found(SEARCHED, words, limit=limit, among=public, mend=mend)


def in_order(ids: Collection[int], *, on: date) -> list[InitiativeRow]:
    """Rows of these models in the order of the ids; the caller has asked who sees them."""
    called = {row.id: row for row in rows(Initiative.objects.filter(pk__in=ids), on=on)}
    return [called[id] for id in ids if id in called]


@dataclass(frozen=True)
class Facets:
    """For each filter, how many models each of its choices would leave; `kept`: counted within the last minute."""

    numbers: Mapping[str, Mapping[str, int]]
    kept: bool = False


def facets(found: QuerySet[Initiative], chosen: Mapping[str, str]) -> Facets:
    """How many models each choice of each filter would leave, the other filters staying as chosen. Two queries."""
    cells, kept = _cells(found.order_by())
    numbers: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    for *cell, n in cells:
        values = dict(zip(FACETS, cell, strict=True))
        other = [name for name, value in values.items() if chosen.get(name, value) != value]
        for name in FACETS:
            if not other or other == [name]:
                numbers[name][values[name]] = numbers[name].get(values[name], 0) + n
    return Facets(numbers, kept)


def _cells(found: QuerySet[Initiative]) -> tuple[list[tuple[Any, ...]], bool]:
    """(a value of each filter, how many models), and whether that was kept. Whom it is for is part of the key."""
    cells = found.values_list(*FACETS.values()).annotate(n=Count("id"))
    if found.values("pk")[: MOST_COUNTED + 1].count() <= MOST_COUNTED:
        return list(cells), False
    sql, given = found.values("pk").query.sql_with_params()
    key = "cells." + hashlib.sha256(repr((sql, given)).encode()).hexdigest()
    kept: list[tuple[Any, ...]] | None = caches["counts"].get(key)
    if kept is None:
        kept = list(cells)
        caches["counts"].set(key, kept, KEPT_FOR)
    return kept, True


def readable(actor: Actor) -> QuerySet[Initiative]:
    """What an officer may read of others: the models of the own reach, and everywhere those everybody may read.
    Drafts are nobody's to copy."""
    living = Initiative.objects.filter(voided_at__isnull=True)
    return living.filter(Q(state__in=PUBLIC) | Q(pk__in=listed(actor).values("pk")))


@dataclass(frozen=True)
class Like:
    """A model like another: how much in percent, and whether it is of the reader's own territory."""

    row: InitiativeRow
    likeness: int
    seen: bool


def like(initiative: Initiative, *, actor: Actor, on: date, limit: int = 5) -> list[Like]:
    """Models like this one, wherever they are: those whose titles share its rare words, nearest first.
    Only what the actor sees or everybody may read. Five queries."""
    others = readable(actor).exclude(pk=initiative.pk)
    near = search.near(SEARCHED, initiative.title, among=others, limit=limit)
    if not near:
        return []
    loaded = others.filter(pk__in=[id for id, _likeness in near]).select_related("place", "period", "owner")
    several = {i.pk: i for i in loaded}
    called = {row.id: row for row in rows_of(list(several.values()), on=on)}
    return [Like(called[id], likeness, _sees(actor, several[id])) for id, likeness in near if id in called]


@dataclass(frozen=True)
class Kin:
    """One model of a lineage: how many steps below the first, from what it was copied, whether it is the one asked,
    whether it is of the reader's own territory."""

    row: InitiativeRow
    depth: int
    replicates: int | None
    asked: bool
    seen: bool


def _sees(actor: Actor, initiative: Initiative) -> bool:
    return actor.may(Power.INITIATIVES_SEE, initiative)


def lineage(initiative: Initiative, *, actor: Actor, on: date) -> list[Kin]:
    """From what a model was copied, up to the first, and everything copied from that, as a tree in reading order.

    Only what the actor sees or everybody may read: a branch ends where that ends. At most `MOST_KIN` models.
    """
    several = readable(actor).select_related("place", "period", "owner")
    first, climbed = initiative, {initiative.pk}
    for _step in range(HIGHEST):
        above = several.filter(pk=first.replicates_id).first() if first.replicates_id else None
        if above is None or above.pk in climbed:
            break
        first = above
        climbed.add(first.pk)
    copied = Exists(Initiative.objects.filter(replicates=OuterRef("pk")))
    tree: dict[int, list[Initiative]] = {}
    met, front = {first.pk: first}, [first.pk]
    while front and len(met) < MOST_KIN:
        below = several.filter(replicates__in=front).exclude(pk__in=met).annotate(copied=copied).order_by("id")
        copies = list(below[: MOST_KIN - len(met)])
        for copy in copies:
            tree.setdefault(copy.replicates_id or 0, []).append(copy)
        met |= {copy.pk: copy for copy in copies}
        front = [copy.pk for copy in copies if copy.copied]
    called = {row.id: row for row in rows_of(list(met.values()), on=on)}
    lines: list[Kin] = []
    rest = [(first, 0)]
    while rest:
        at, depth = rest.pop()
        lines.append(Kin(called[at.pk], depth, at.replicates_id, at.pk == initiative.pk, _sees(actor, at)))
        rest += ((copy, depth + 1) for copy in reversed(tree.get(at.pk, [])))
    return lines


def lagging() -> int:
    """How many texts of the index are not as the registry has them: missing, left over, of another title or place."""
    texts = search.indexed(SEARCHED)
    of_mine = texts.filter(subject_id=OuterRef("pk"))
    living = Initiative.objects.filter(voided_at__isnull=True)
    text = TextField()
    spot = Case(
        When(now_c__isnull=False, then=Concat(Value(" c"), Cast("now_c", text), output_field=text)),
        default=Concat(Value(" l"), Cast("place_id", text), output_field=text),
    )
    living = living.annotate(spot=Concat(Value("p"), Cast("now_p", text), spot, output_field=text))
    owned = Concat(OuterRef("spot"), Value(" "), output_field=text)
    there = Q(tags=OuterRef("spot")) | Q(tags__startswith=owned)
    same = of_mine.filter(there, marked=OuterRef("title_key"))
    # Models of a list that is being saved are in the index before they are in the registry.
    there_or_coming = Initiative.objects.filter(
        Q(voided_at__isnull=True) | Q(version=COMING), pk=OuterRef("subject_id")
    )
    left_over = texts.exclude(Exists(there_or_coming))
    return living.exclude(Exists(same)).count() + left_over.count()
