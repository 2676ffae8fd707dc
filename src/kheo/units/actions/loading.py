"""The loader of the package's tables. Derived places are drawn here, and moved by decrees (`placing`), nowhere else."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Sequence
from dataclasses import astuple
from datetime import date, datetime
from importlib import resources
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kheo.base import clock
from kheo.base.errors import Refusal, Refused
from kheo.base.text import fold_tight, sort_key
from kheo.units.actions.tables import Row, continue_numbering, insert
from kheo.units.ground import FIRST_CHILD, draw_places
from kheo.units.models import Edition, FormerName, Place, PlaceUnit, Succession, Unit, UnitVersion
from kheo.units.queries import atlas as read_atlas
from kheo.units.queries import forget_map

_VERSION = [
    "unit_id",
    "type",
    "code",
    "code_system",
    "name",
    "name_ascii",
    "key",
    "sort_key",
    "parent_id",
    "valid_from",
    "valid_to",
    "decree",
]
_EDITION = [
    "code",
    "in_force_from",
    "known_on",
    "scope_id",
    "provinces",
    "districts",
    "communes",
    "decrees",
    "decree_dates",
    "note",
]
_SUCCESSION = ["predecessor_id", "successor_id", "edition_id", "kind", "is_primary", "whole_or_part", "note"]
_FORMER = ["unit_id", "name", "key", "kind", "type", "code", "source"]
_PLACE = ["id", "origin", "refines", "piece", "rec_c", "rec_p", "now_c", "now_p"]
_PLACE_UNIT = ["place", "since", "commune", "district", "province"]


@transaction.atomic
def load_map(*, known: datetime) -> None:
    """Bring the package's tables of units into the database and draw the places; run again, it changes nothing.

    Rows are added and open versions ended, nothing is deleted or rewritten. `known` decides which map is today's.
    Refused(units.map_differs) when places already drawn would have to move: that is a decree's work. About 2 s.
    """
    forget_map()
    units, versions = _units()
    editions, edges = _editions(), _succession()
    fresh = not Unit.objects.exists()
    changed = _add(Unit, ("id", "level"), units, key=1, fresh=fresh)
    changed += _add(Edition, _EDITION, editions, key=1, fresh=fresh)
    changed += _add(Succession, _SUCCESSION, edges, key=4, fresh=fresh)
    _add(FormerName, _FORMER, _former_names(), key=6, fresh=fresh)
    if not fresh:
        changed += _end_versions(versions)
    changed += _add(UnitVersion, _VERSION, versions, key=1, fresh=fresh, also=(9,))
    if changed or not Place.objects.exists():
        _draw(known)


def _draw(known: datetime) -> None:
    """Draw all places from what the database holds, and add those that are missing."""
    atlas = read_atlas()
    numbered = Place.objects.aggregate(last=Max("id"))["last"] or 0
    today = known.astimezone(clock.VIETNAM).date()
    places, rows = draw_places(atlas, today, next_child=max(FIRST_CHILD, numbered + 1))
    drawn = {(p.origin, p.piece): p for p in places}
    stored = {(row[1], row[3]): row for row in Place.objects.values_list(*_PLACE)}
    number = {drawn[key].id: row[0] for key, row in stored.items() if key in drawn}
    same = all(
        key in drawn and row[4:] == (drawn[key].rec_c, drawn[key].rec_p, drawn[key].now_c, drawn[key].now_p)
        for key, row in stored.items()
    )
    if not same:
        text = _("The places of this database are not those of the package's map; apply the decree instead.")
        raise Refused(Refusal("units.map_differs", text))
    new_places = [astuple(p) for p in places if p.id not in number]
    fresh = not stored
    insert("place", _PLACE, new_places)
    had = set() if fresh else set(PlaceUnit.objects.values_list("place_id", "since"))
    lines = ((number.get(r.place, r.place), r.since, r.commune, r.district, r.province) for r in rows)
    insert("place_unit", _PLACE_UNIT, [line for line in lines if line[:2] not in had])
    continue_numbering(Place)


def _units() -> tuple[list[Row], list[Row]]:
    units: dict[int, str] = {}
    versions: list[Row] = []
    for r in _table("units"):
        unit = _id(r["unit_id"])
        units[unit] = r["level"]
        parent = _id(r["parent_id"]) if r["parent_id"] else None
        names = (r["name"], r["name_ascii"], fold_tight(r["name"]), sort_key(r["name"]))
        days = (_day(r["valid_from"]), _day(r["valid_to"]))
        versions.append((unit, r["type"], r["code"], r["code_system"], *names, parent, *days, r["decree"]))
    return list(units.items()), versions


def _editions() -> list[Row]:
    return [
        (
            r["edition_id"],
            _day(r["in_force_from"]),
            _day(r["known_on"]),
            _id(r["scope_id"]) if r["scope_id"] else None,
            int(r["provinces"]),
            int(r["districts"]),
            int(r["communes"]),
            r["decrees"],
            r["decree_dates"],
            r["note"],
        )
        for r in _table("editions")
    ]


def _succession() -> list[Row]:
    return [
        (
            _id(r["predecessor_id"]),
            _id(r["successor_id"]) if r["successor_id"] else None,
            r["edition"],
            r["kind"],
            r["is_primary"] == "1",
            r["whole_or_part"],
            r["note"],
        )
        for r in _table("succession")
    ]


def _former_names() -> list[Row]:
    return [
        (
            _id(r["unit_id"]),
            r["former_name"],
            fold_tight(r["former_name"]),
            r["kind"],
            r["type"],
            r["code"],
            r["source"],
        )
        for r in _table("former_names")
    ]


def _table(name: str) -> Iterable[dict[str, str]]:
    text = resources.files("kheo.units").joinpath("data", f"{name}.csv").read_text("utf-8")
    return csv.DictReader(text.splitlines())


def _id(uid: str) -> int:
    return int(uid.removeprefix("u"))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _end_versions(versions: Sequence[Row]) -> int:
    """End versions that are open here and ended in the package's tables. Returns how many."""
    open_here = {(v.unit_id, v.valid_from): v.pk for v in UnitVersion.objects.filter(valid_to__isnull=True)}
    ended = [(row[10], open_here[row[0], row[9]]) for row in versions if row[10] and (row[0], row[9]) in open_here]
    for last_day, pk in ended:
        UnitVersion.objects.filter(pk=pk).update(valid_to=last_day)
    return len(ended)


def _add(
    model: type[Any], columns: Sequence[str], rows: Sequence[Row], *, key: int, fresh: bool, also: Sequence[int] = ()
) -> int:
    """Insert the rows that are not there yet, told by their first `key` columns and the columns `also`."""
    at = [*range(key), *also]
    if fresh:
        missing: Collection[Row] = rows
    else:
        there = set(model.objects.values_list(*(columns[i] for i in at)))
        missing = [row for row in rows if tuple(row[i] for i in at) not in there]
    insert(model._meta.db_table, columns, missing)
    return len(missing)
