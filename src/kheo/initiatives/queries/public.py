"""What everybody may read: models after acceptance, as rows, as pages of a list that do not drift, as news."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from kheo.initiatives.models import Initiative
from kheo.initiatives.queries.finding import MOST_LOOKED_AT, SEARCHED, best_first
from kheo.initiatives.queries.registry import LARGEST_ID, in_unit
from kheo.initiatives.words import PUBLIC, PublicRow
from kheo.search import queries as search
from kheo.search.words import Asked
from kheo.units import queries as units
from kheo.units.words import Level, UnitView

NEWEST, TITLE = "newest", "title"
LAST_PAGE = 400  # of a list found by words; what is further down is better looked for with another word


def public(*, demonstration: bool = False) -> QuerySet[Initiative]:
    """Models in the list, none entered by mistake. Those of a demonstration only where a page says what they are:
    never in feeds, site maps and open data."""
    found = Initiative.objects.filter(state__in=PUBLIC, voided_at__isnull=True, counted_on__isnull=False)
    return found if demonstration else found.filter(is_demo=False)


def published(
    *, on: date, limit: int, ids: Collection[int] | None = None, demonstration: bool = False
) -> list[PublicRow]:
    """Models everybody may read, newest first, only public columns. Three queries."""
    found = public(demonstration=demonstration)
    if ids is not None:
        found = found.filter(pk__in=ids)
    return public_rows(_ordered(found, NEWEST)[:limit], on=on)


def public_rows(found: QuerySet[Initiative], *, on: date) -> list[PublicRow]:
    """Models of `public` as frozen rows, in their order. Two queries."""
    several = list(found.select_related("place", "period"))
    called = units.views({i.place.origin_id for i in several} | {i.now_p for i in several}, on) if several else {}
    return [
        PublicRow(
            id=i.pk,
            title=i.title,
            field=i.field,
            state=i.state,
            mark=i.mark,
            unit_id=i.place.origin_id,
            unit_name=called[i.place.origin_id].full_name,
            province_id=i.now_p,
            province_name=called[i.now_p].full_name,
            goal=i.goal,
            period=i.period.code,
            state_on=i.state_on,
            is_demo=i.is_demo,
        )
        for i in several
    ]


@dataclass(frozen=True)
class Wanted:
    """What a reader asks of the list. Without words it is in the order asked for, with words best first."""

    words: str = ""
    exact: bool = False  # the words as they were typed, not mended
    unit: UnitView | None = None
    field: str = ""
    period: int | None = None
    order: str = NEWEST


@dataclass(frozen=True)
class PublicPage:
    """One page of the list. `before` and `after` are what its neighbours are asked with; None: there are none."""

    rows: Sequence[PublicRow]
    before: int | None = None
    after: int | None = None
    mended: str = ""  # the words the list is for, where no model held those typed


def public_page(
    wanted: Wanted, *, on: date, size: int, after: int | None = None, before: int | None = None
) -> PublicPage:
    """A page of what everybody may read, those of a demonstration among them: each row says so.

    Without words `after` and `before` are models: the page begins after one or ends before one, so that what enters
    meanwhile moves nothing. With words `after` is how many are passed over.
    """
    found = _narrowed(wanted, on)
    if wanted.words:
        return _by_words(found, wanted, on=on, size=size, passed=after or 0)
    number = after if before is None else before
    if number is not None:
        at = Initiative.objects.filter(pk=number, counted_on__isnull=False).first()
        if at is not None:
            found = found.filter(_beyond(at, wanted.order, back=before is not None))
        else:
            after = before = None
    back = before is not None
    several = public_rows(_ordered(found, wanted.order, back=back)[: size + 1], on=on)
    more, several = len(several) > size, several[:size]
    several = several[::-1] if back else several
    if not several:
        return PublicPage(())
    earlier = more if back else after is not None
    later = True if back else more
    return PublicPage(several, several[0].id if earlier else None, several[-1].id if later else None)


def _narrowed(wanted: Wanted, on: date) -> QuerySet[Initiative]:
    found = public(demonstration=True)
    if wanted.unit is not None:
        found = found.filter(in_unit(wanted.unit, on))
        if wanted.unit.level == Level.COMMUNE and (wanted.unit.valid_to is None or on < wanted.unit.valid_to):
            found = found.filter(now_p=units.spot_of(wanted.unit.id).now_p)
    if wanted.field:
        found = found.filter(field=wanted.field)
    if wanted.period is not None:
        found = found.filter(period=wanted.period)
    return found


def _ordered(found: QuerySet[Initiative], order: str, *, back: bool = False) -> QuerySet[Initiative]:
    """Newest first, or in the order of the Vietnamese alphabet; the id breaks ties. `back`: the other way round."""
    if order == TITLE:
        return found.order_by("-sort_key", "-id") if back else found.order_by("sort_key", "id")
    return found.order_by("counted_on", "id") if back else found.order_by("-counted_on", "-id")


def _beyond(at: Initiative, order: str, *, back: bool) -> Q:
    """What stands after this model in the order, or before it; the first clause is the one an index answers."""
    key, value = ("sort_key", at.sort_key) if order == TITLE else ("counted_on", at.counted_on)
    up = (order == TITLE) != back
    one, other = ("gte", "gt") if up else ("lte", "lt")
    return Q(**{f"{key}__{one}": value}) & (Q(**{f"{key}__{other}": value}) | Q(**{f"id__{other}": at.pk}))


def _by_words(found: QuerySet[Initiative], wanted: Wanted, *, on: date, size: int, passed: int) -> PublicPage:
    asked, tags = search.read(wanted.words), _tags(wanted.unit)
    if not asked:
        return PublicPage(())

    def narrowed(by: Asked) -> QuerySet[Initiative]:
        return found.filter(pk__in=search.matching(SEARCHED, by, tags=tags, most=MOST_LOOKED_AT))

    mended = ""
    met, whole = search.best(SEARCHED, asked, limit=1, among=found, tags=tags)
    if not wanted.exact and not met and (whole or not narrowed(asked).exists()):
        other = search.mended(SEARCHED, asked, limit=1, among=found, tags=tags)
        if other is not None:
            asked, mended = other[0], other[0].typed
    start = min(max(0, passed), LAST_PAGE * size)
    several = public_rows(best_first(narrowed(asked), asked)[start : start + size + 1], on=on)
    further = len(several) > size and start < LAST_PAGE * size
    return PublicPage(
        several[:size],
        before=max(0, start - size) if start else None,
        after=start + size if further else None,
        mended=mended,
    )


def _tags(unit: UnitView | None) -> list[str] | None:
    """The mark by which a unit's part of the index is found; none for a unit that is no more."""
    if unit is None or unit.valid_to is not None or unit.level == Level.DISTRICT:
        return None
    return [f"{'p' if unit.level == Level.PROVINCE else 'c'}{unit.id}"]


def public_model(id: int, *, on: date) -> PublicRow | None:
    """The model if everybody may read it, of a demonstration or not, else None."""
    if not 0 < id <= LARGEST_ID:
        return None
    return next(iter(public_rows(public(demonstration=True).filter(pk=id), on=on)), None)


def news(*, on: date, limit: int, field: str = "", unit: UnitView | None = None) -> list[PublicRow]:
    """What entered the list last, of a field or a unit or all; never of a demonstration."""
    found = _narrowed(Wanted(field=field, unit=unit), on).filter(is_demo=False)
    return public_rows(_ordered(found, NEWEST)[:limit], on=on)


def next_public_id(after: int) -> int | None:
    """The next model everybody may read in the order of numbers, demonstrations apart. One query."""
    return public().filter(pk__gt=after).order_by("id").values_list("id", flat=True).first()


def public_ids(after: int, to: int) -> Iterator[tuple[int, date]]:
    """(id, day of its last move) of the models everybody may read with numbers in (after, to], streamed."""
    found = public().filter(pk__gt=after, pk__lte=to).order_by("id")
    yield from found.values_list("id", "state_on").iterator(chunk_size=2000)
