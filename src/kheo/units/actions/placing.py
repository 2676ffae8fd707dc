"""What a decree does to places: their rows on the maps from its day, and the pieces of what it divides.

Only places whose answer changes are read and written, so that a merger of three communes costs milliseconds. The
answers are those of `ground.draw_places` on the whole map, which a test asks for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Max

from kheo.units.actions.tables import insert
from kheo.units.ground import FIRST_CHILD, Where
from kheo.units.models import Place, PlaceUnit, Succession, UnitVersion
from kheo.units.queries.versions import chunks
from kheo.units.words import BEFORE_EDITIONS, Level

PLACE = ["id", "origin", "refines", "piece", "rec_c", "rec_p", "now_c", "now_p"]
PLACE_UNIT = ["place", "since", "commune", "district", "province"]


@dataclass(frozen=True)
class Shift:
    """What happens to ground on a day. `into`: what communes that end go into; `stands`: the province of a commune from
    then on, for those that begin or move; `joined`: the province that a whole province goes into."""

    day: date
    into: Mapping[int, Sequence[int]]
    stands: Mapping[int, int]
    joined: Mapping[int, int]
    born: Mapping[int, Sequence[int]] = field(default_factory=dict)  # new unit -> the units its ground was

    def answer(self, was: Where) -> Where:
        """Where ground that lay in one commune, or was kept at a province, lies from the day."""
        pieces = self.into.get(was.commune or 0)
        if pieces:
            return Where(_only(pieces), None, _only(self.stands[piece] for piece in pieces))
        province = self.stands.get(was.commune or 0, self.joined.get(was.province or 0))
        return was if province is None else Where(was.commune, None, province)


def _only(found: Iterable[int | None]) -> int | None:
    several = set(found)
    return several.pop() if len(several) == 1 else None


def shift_places(shift: Shift) -> dict[int, Where]:
    """Write where every place lies from the day of the shift, and draw what begins. Returns the answers that changed.

    Nothing is said here of today (`now_*` of places that were there): that follows when the day has come.
    """
    last = _last_rows(_direct(shift))
    answers = {id: shift.answer(where) for id, (_since, where) in last.items()}
    answers = {id: answer for id, answer in answers.items() if answer != last[id][1]}
    places = _read(answers)
    made_of = _made_of(places.values())
    last |= _last_rows({*made_of, *(part for parts in made_of.values() for part in parts)} - last.keys())
    pending = {id for id in made_of if last[id][1].commune is None}
    while pending:  # a division within a division is told before what it lies in
        id = next(id for id in pending if not pending & made_of[id])
        pending.remove(id)
        parts = [answers.get(part, last[part][1]) for part in made_of[id]]
        answer = Where(_only(p.commune for p in parts), None, _only(p.province for p in parts))
        if answer != last[id][1]:
            answers[id] = answer
    fresh = [(id, shift.day, a.commune, None, a.province) for id, a in answers.items() if last[id][0] < shift.day]
    insert("place_unit", PLACE_UNIT, fresh)
    for id, answer in answers.items():
        if last[id][0] == shift.day:  # another decree of the same day has spoken of it
            again = PlaceUnit.objects.filter(place_id=id, since=shift.day)
            again.update(commune=answer.commune, district=None, province=answer.province)
    _divide(shift, {p: last[id][1].commune or 0 for id, p in places.items()})
    _begin(shift)
    return answers


def _direct(shift: Shift) -> set[int]:
    """Places that lie, or once lay, in a commune or province of the shift."""
    found: set[int] = set()
    for chunk in chunks({*shift.into, *shift.stands}):
        found |= set(PlaceUnit.objects.filter(commune__in=chunk).values_list("place_id", flat=True))
    for chunk in chunks(shift.joined):
        found |= set(PlaceUnit.objects.filter(province__in=chunk).values_list("place_id", flat=True))
    return found


def _last_rows(ids: Collection[int]) -> dict[int, tuple[date, Where]]:
    rows = (
        row
        for chunk in chunks(ids)
        for row in PlaceUnit.objects.filter(place_id__in=chunk)
        .order_by("since")
        .values_list("place_id", "since", "commune", "district", "province")
    )
    return {place: (since, Where(*where)) for place, since, *where in rows}


def _read(ids: Collection[int]) -> dict[int, Place]:
    return {place.pk: place for chunk in chunks(ids) for place in Place.objects.filter(pk__in=chunk)}


def _made_of(places: Collection[Place]) -> dict[int, set[int]]:
    """What these places lie in that is told from its parts: divided communes, districts; with all their parts."""
    found: dict[int, set[int]] = defaultdict(set)
    divided, fresh = set[int](), {p.refines_id for p in places if p.refines_id is not None}
    roots = {p.pk for p in places if p.refines_id is None and p.rec_c is not None}
    while fresh - divided:
        divided |= fresh
        above = _read(fresh).values()
        roots |= {p.pk for p in above if p.refines_id is None}
        fresh = {p.refines_id for p in above if p.refines_id is not None}
    for chunk in chunks(divided):
        for part, whole in Place.objects.filter(refines__in=chunk).values_list("id", "refines_id"):
            found[whole or 0].add(part)
    lay = UnitVersion.objects.filter(parent__level=Level.DISTRICT)
    districts = {
        d for chunk in chunks(roots) for d in lay.filter(unit_id__in=chunk).values_list("parent_id", flat=True)
    }
    for chunk in chunks(d for d in districts if d is not None):
        for part, whole in lay.filter(parent_id__in=chunk).values_list("unit_id", "parent_id"):
            found[whole or 0].add(part)  # a root place carries its unit's number
        own = Succession.objects.filter(predecessor_id__in=chunk, successor__isnull=False)
        for whole, part in own.values_list("predecessor_id", "successor_id"):
            found[whole].add(part or 0)
    return found


def _divide(shift: Shift, lay: Mapping[Place, int]) -> None:
    """Child places, one a piece, for what lay in a commune that is divided; until then they lay where the whole did."""
    split = {p: shift.into[commune] for p, commune in lay.items() if p.rec_c and len(shift.into.get(commune, ())) > 1}
    number = max(FIRST_CHILD, (Place.objects.aggregate(last=Max("id"))["last"] or 0) + 1)
    before: dict[int, list[PlaceUnit]] = defaultdict(list)
    for chunk in chunks(p.pk for p in split):
        for row in PlaceUnit.objects.filter(place_id__in=chunk, since__lt=shift.day):
            before[row.place_id].append(row)
    children, rows = [], []
    for p, pieces in split.items():
        for piece in pieces:
            province = shift.stands[piece]
            children.append((number, p.origin_id, p.pk, piece, p.rec_c, p.rec_p, piece, province))
            rows += [(number, r.since, r.commune, r.district, r.province) for r in before[p.pk]]
            rows.append((number, shift.day, piece, None, province))
            number += 1
    insert("place", PLACE, children)
    insert("place_unit", PLACE_UNIT, rows)


def _begin(shift: Shift) -> None:
    """Root places of units that begin: on older maps in what held all the ground they are made of."""
    ground = _rows_before(shift)
    places, rows = [], []
    for unit, came_from in shift.born.items():
        is_commune = unit in shift.stands
        province = shift.stands.get(unit, unit)
        commune = unit if is_commune else None
        places.append((unit, unit, None, None, commune, province, commune, province))
        last = None
        for day in sorted({d for u in came_from for d in ground[u]}) if is_commune else [BEFORE_EDITIONS]:
            was = [_as_of(ground[u], day) for u in came_from] if is_commune else [Where(None, None, None)]
            where = Where(*(_only(getattr(w, c) for w in was) for c in ("commune", "district", "province")))
            if where != last:
                rows.append((unit, day, where.commune, where.district, where.province))
            last = where
        rows.append((unit, shift.day, commune, None, province))
    insert("place", PLACE, places)
    insert("place_unit", PLACE_UNIT, rows)


def _rows_before(shift: Shift) -> dict[int, dict[date, Where]]:
    found: dict[int, dict[date, Where]] = defaultdict(dict)
    for chunk in chunks(u for came_from in shift.born.values() for u in came_from):
        for row in PlaceUnit.objects.filter(place_id__in=chunk, since__lt=shift.day):
            found[row.place_id][row.since] = Where(row.commune, row.district, row.province)
    return found


def _as_of(rows: Mapping[date, Where], day: date) -> Where:
    return rows[max(d for d in rows if d <= day)]
