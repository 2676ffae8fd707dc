"""Units as they stood on a day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q

from kheo.base.kept import Kept
from kheo.units.models import Unit, UnitVersion
from kheo.units.words import UnitView

if TYPE_CHECKING:
    from django.db.models import QuerySet

_UID = re.compile(r"u(\d{5,9})")
_COLUMNS = (
    "unit_id",
    "unit__level",
    "type",
    "code",
    "code_system",
    "name",
    "parent_id",
    "valid_from",
    "valid_to",
    "decree",
    "sort_key",
)
CHUNK = 500  # ids in one query


def holding(on: date) -> Q:
    """The versions that hold on the day."""
    return (Q(valid_from__isnull=True) | Q(valid_from__lte=on)) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))


def as_views(versions: QuerySet[UnitVersion]) -> list[UnitView]:
    """Version rows as frozen views, in the query's order. One query."""
    return [UnitView(*row) for row in versions.values_list(*_COLUMNS)]


def view(unit_id: int, on: date) -> UnitView | None:
    """The unit as it stood on the day; None if it was not there then."""
    lives = (u for u in lives_of([unit_id]).get(unit_id, ()) if _holds(u, on))
    return next(lives, None)


def views(ids: Iterable[int], on: date) -> dict[int, UnitView]:
    """The units by id as they stood on the day, else as they last were before it, else as they first were after it."""
    return {id: max(versions, key=lambda unit: _nearness(unit, on)) for id, versions in lives_of(ids).items()}


def lives_of(ids: Iterable[int]) -> dict[int, tuple[UnitView, ...]]:
    """The versions of units by id; at most one query for five hundred that this process has not met lately."""
    kept, wanted = LIVES.values(), set(ids)
    found = {id: kept[id] for id in wanted if id in kept}
    for chunk in chunks(wanted - found.keys()):
        versions: dict[int, list[UnitView]] = {}
        for unit in as_views(UnitVersion.objects.filter(unit_id__in=chunk).order_by("unit_id", "id")):
            versions.setdefault(unit.id, []).append(unit)
        fresh = {id: tuple(several) for id, several in versions.items()}
        found |= fresh
        kept |= fresh
    return found


def map_stamp() -> object:
    """Changes with whatever a decree or the loader writes. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT MAX(id) FROM unit_version), (SELECT COUNT(*) FROM unit_decree)")
        return cursor.fetchone()


LIVES: Kept[int, tuple[UnitView, ...]] = Kept(map_stamp, most=5_000)


def _holds(unit: UnitView, on: date) -> bool:
    return (unit.valid_from is None or unit.valid_from <= on) and (unit.valid_to is None or unit.valid_to > on)


def _nearness(unit: UnitView, on: date) -> tuple[bool, int]:
    """How well a version says what the unit was on the day: begun by then, and the later of two."""
    begun = unit.valid_from is None or unit.valid_from <= on
    ordinal = (unit.valid_from or date.min).toordinal()
    return begun, ordinal if begun else -ordinal


def units_on(on: date, *, level: str, parent_id: int | None = None) -> list[UnitView]:
    """All units of a level on the day, or those right under a parent, in the order of the Vietnamese alphabet."""
    rows = UnitVersion.objects.filter(holding(on), unit__level=level)
    if parent_id is not None:
        rows = rows.filter(parent_id=parent_id)
    return _list((on, level, parent_id), rows)


def districts_of(province_id: int, on: date) -> list[UnitView]:
    """The districts of a province on the day; none from 2025-07-01."""
    return units_on(on, level="district", parent_id=province_id)


def communes_of(province_id: int, on: date) -> list[UnitView]:
    """The communes of a province on the day, through its districts before 2025-07-01; also those of one district."""
    districts = UnitVersion.objects.filter(holding(on), unit__level="district", parent_id=province_id).values("unit_id")
    under = Q(parent_id=province_id) | Q(parent_id__in=districts)
    rows = UnitVersion.objects.filter(holding(on), under, unit__level="commune")
    return _list((on, "communes", province_id), rows)


LISTS: Kept[tuple[date, str, int | None], tuple[UnitView, ...]] = Kept(map_stamp, most=100)
SHORT = 400  # units; longer lists are no filter's choices, and would fill the memory


def _list(key: tuple[date, str, int | None], rows: QuerySet[UnitVersion]) -> list[UnitView]:
    """Units in the order of the alphabet; short lists are kept, as every form offers them."""
    kept = LISTS.values()
    if key in kept:
        return list(kept[key])
    found = as_views(rows.order_by("sort_key", "code"))
    if len(found) <= SHORT:
        kept[key] = tuple(found)
    return found


def by_uid(uid: str) -> int | None:
    """The id behind a public id (`u00001`); None if there is no such unit."""
    unit_id = id_of(uid)
    return None if unit_id is None else Unit.objects.filter(pk=unit_id).values_list("id", flat=True).first()


def id_of(uid: str) -> int | None:
    """The number in a public id, whether or not there is such a unit; None if the text is no public id."""
    match = _UID.fullmatch(uid)
    return int(match[1]) if match else None


def by_code(code: str, on: date, level: str | None = None) -> list[UnitView]:
    """The units that bore the code on the day: text with its zeros; a code means nothing without its day."""
    rows = UnitVersion.objects.filter(holding(on), code=code)
    if level is not None:
        rows = rows.filter(unit__level=level)
    return as_views(rows.order_by("unit_id"))


def unit_count() -> int:
    """How many units of all times the tables hold."""
    return Unit.objects.count()


def chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    """Ids in lists that fit one query."""
    rest = iter(sorted(ids))
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
