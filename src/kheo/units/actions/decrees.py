"""Decrees of the map: what a table says becomes units, versions, succession and places, and the rooms follow."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q

from kheo.audit.actions import record
from kheo.audit.words import Subject
from kheo.base.access import Actor, must
from kheo.base.errors import Refused, refuse_if
from kheo.base.powers import Power
from kheo.base.text import fold_tight, sort_key, unmark
from kheo.units import rules
from kheo.units.actions.placing import Shift, shift_places
from kheo.units.decrees import Above, DecreeRow, Plan, Standing, plan, read_decrees
from kheo.units.models import Decree, Edition, Place, PlaceUnit, Succession, Unit, UnitVersion
from kheo.units.queries import forget_map
from kheo.units.queries.versions import as_views, chunks, holding
from kheo.units.words import APPLIED, SAME_UNIT, TURNED, Level, Move, Turn, UnitView, followers

CODE_SYSTEM = "QD19"  # Decision 19/2025/QĐ-TTg; decrees since 2025-07-01 give codes of its list
OWN_UNITS_FROM = 50_001  # numbers below are those of the package's tables, which grow with its releases


@dataclass(frozen=True)
class Applied:
    """What one decree touched. `records`: rows of other rooms that follow today's map."""

    decree: str
    day: date
    begun: int
    ended: int
    changed: int
    places: int
    records: int

    def as_json(self) -> dict[str, object]:
        return {"units": self.begun + self.ended + self.changed, **asdict(self)}


@transaction.atomic
def apply_decree(*, actor: Actor, data: bytes, on: date, known: datetime, dry_run: bool = False) -> list[Applied]:
    """Apply the decrees of a table (design 9) in the order of their days; with `dry_run` all is said and taken back.

    Refused with every reason at once, by row and column (codes units.decree_*); before its day only a dry run is made.
    """
    must(actor, Power.UNITS_APPLY, None)
    forget_map()
    read = read_decrees(data)
    for rows in read if not dry_run else ():
        refuse_if(rules.why_not_yet(rows[0].decree, rows[0].day, on))
    done = [_apply(actor, rows, on, known) for rows in read]
    if dry_run:
        transaction.set_rollback(True)
    return done


def _apply(actor: Actor, rows: Sequence[DecreeRow], on: date, known: datetime) -> Applied:
    day, number = rows[0].day, rows[0].decree
    refuse_if(rules.why_not_applied_twice(number, day, _known_decrees(day)))
    refuse_if(rules.why_not_out_of_order(number, day, _last_map()))
    planned = plan(rows, _standing(rows, day))
    numbers = _number(planned)
    _write_units(planned, numbers, number, day)
    _write_edition(planned, numbers, number, day)
    shift_places(_shift(planned, numbers, day))
    kept = json.dumps([asdict(row) | {"day": row.day.isoformat()} for row in rows], ensure_ascii=False)
    try:
        decree = Decree.objects.create(number=number, day=day, known=known, actor_name=actor.name, rows=kept)
    except IntegrityError:  # somebody else applied it while this was being worked out
        raise Refused(rules.applied_twice(number, day)) from None
    moved = PlaceUnit.objects.filter(since=day).count()
    counts = {"begun": len(planned.born), "ended": len(planned.ended), "changed": len(planned.changed)}
    facts = {**counts, "day": day.isoformat(), "places": moved}
    record(APPLIED, actor=actor, on=on, known=known, subject=_subject(decree), facts=facts)
    records = _turn(actor, decree, on, known)
    return Applied(number, day, **counts, places=moved, records=records)


def _turn(actor: Actor, decree: Decree, on: date, known: datetime) -> int:
    """Move today's copies of every place the day's map answers otherwise for, here and in the rooms that follow."""
    forget_map()
    rows = PlaceUnit.objects.filter(since=decree.day).select_related("place")
    together: dict[tuple[int, int | None], list[Place]] = {}
    for row in rows:
        together.setdefault((row.province or row.place.now_p, row.commune), []).append(row.place)
    moves = []
    for (now_p, now_c), places in together.items():
        units = tuple(place.origin_id for place in places if place.refines_id is None)
        moves.append(Move(now_p, now_c, tuple(place.pk for place in places), units))
        for chunk in chunks(moves[-1].places):
            Place.objects.filter(pk__in=chunk).update(now_c=now_c, now_p=now_p)
    ended = frozenset(UnitVersion.objects.filter(valid_to=decree.day).values_list("unit_id", flat=True)) - frozenset(
        UnitVersion.objects.filter(valid_from=decree.day).values_list("unit_id", flat=True)
    )
    turn = Turn(tuple(moves), ended, decree.day)
    records = sum(follow(actor=actor, turn=turn, on=on, known=known) for follow in followers())
    record(TURNED, actor=actor, on=on, known=known, subject=_subject(decree), facts={"records": records})
    return records


def _subject(decree: Decree) -> Subject:
    return Subject("decree", str(decree.pk), f"{decree.number} ({decree.day:%d/%m/%Y})")


def _known_decrees(day: date) -> set[str]:
    """The numbers of the decrees that made the map of the day, by hand or in the package's tables."""
    own = set(Decree.objects.filter(day=day).values_list("number", flat=True))
    packed = Edition.objects.filter(in_force_from=day).values_list("decrees", flat=True)
    return own | {number.strip() for text in packed for number in text.split(";") if number.strip()}


def _last_map() -> date | None:
    found: date | None = Edition.objects.aggregate(last=Max("in_force_from"))["last"]
    return found


def _standing(rows: Sequence[DecreeRow], day: date) -> Standing:
    """The units the rows name as they stand on the day before, and the communes of provinces that may end."""
    eve = day - timedelta(days=1)
    codes = {code for row in rows for code in (row.from_code, row.to_code, row.to_parent) if code}
    named = as_views(UnitVersion.objects.filter(holding(eve), code__in=codes))
    by_code = {unit.code: unit for unit in named}
    lost = codes - by_code.keys()
    past = UnitVersion.objects.filter(code__in=lost, valid_to__lte=eve).order_by("valid_to") if lost else None
    closed = {unit.code: unit for unit in as_views(past)} if past is not None else {}
    ids = [unit.id for unit in named]
    busy = frozenset(
        UnitVersion.objects.filter(Q(valid_from__gte=day) | Q(valid_to__gte=day), unit_id__in=ids).values_list(
            "unit_id", flat=True
        )
    )
    provinces = [
        unit.id
        for row in rows
        if row.kind not in SAME_UNIT
        and (unit := by_code.get(row.from_code)) is not None
        and unit.level == Level.PROVINCE
    ]
    inside: dict[int, list[UnitView]] = {}
    if provinces:
        for commune in as_views(UnitVersion.objects.filter(holding(eve), parent_id__in=provinces)):
            inside.setdefault(commune.parent_id or 0, []).append(commune)
    return Standing(by_code, closed, busy, inside)


def _number(planned: Plan) -> dict[str, int]:
    """Numbers of the units that begin, by their codes."""
    last = Unit.objects.aggregate(last=Max("id"))["last"] or 0
    first = max(OWN_UNITS_FROM, last + 1)
    return {born.code: first + at for at, born in enumerate(planned.born)}


def _above(above: Above, numbers: Mapping[str, int]) -> int | None:
    return numbers[above] if isinstance(above, str) else above


def _write_units(planned: Plan, numbers: Mapping[str, int], decree: str, day: date) -> None:
    Unit.objects.bulk_create(Unit(id=numbers[born.code], level=born.level) for born in planned.born)
    stop = [*(unit.id for unit in planned.ended), *(change.unit.id for change in planned.changed)]
    for chunk in chunks(stop):
        UnitVersion.objects.filter(unit_id__in=chunk, valid_to__isnull=True).update(valid_to=day)
    begin = [(numbers[b.code], b.type, b.code, b.name, b.above) for b in planned.born]
    begin += [(c.unit.id, c.type, c.code, c.name, c.above) for c in planned.changed]
    UnitVersion.objects.bulk_create(
        UnitVersion(
            unit_id=unit, type=type_, code=code, code_system=CODE_SYSTEM, name=name, name_ascii=unmark(name),
            key=fold_tight(name), sort_key=sort_key(name), parent_id=_above(above, numbers), valid_from=day,
            decree=decree,
        )
        for unit, type_, code, name, above in begin
    )  # fmt: skip


def _write_edition(planned: Plan, numbers: Mapping[str, int], decree: str, day: date) -> None:
    """The map of the day with its counts, and what became of whom in it."""
    same_day = Edition.objects.filter(in_force_from=day, scope__isnull=True).first()
    before = (
        same_day
        or Edition.objects.filter(scope__isnull=True).order_by(F("in_force_from").desc(nulls_last=True)).first()
    )
    levels = [(born.level, 1) for born in planned.born] + [(unit.level, -1) for unit in planned.ended]
    more = {level: sum(n for at, n in levels if at == level) for level in (Level.PROVINCE, Level.COMMUNE)}
    edition = same_day or Edition(code=f"vn-{day}", in_force_from=day, districts=before.districts if before else 0)
    edition.provinces = (before.provinces if before else 0) + more[Level.PROVINCE]
    edition.communes = (before.communes if before else 0) + more[Level.COMMUNE]
    edition.known_on = day
    edition.decrees = "; ".join(text for text in (edition.decrees, decree) if text)
    edition.save()
    edges = [
        Succession(
            predecessor_id=edge.unit, successor_id=numbers[born.code], edition=edition, kind=edge.kind,
            is_primary=edge.primary, whole_or_part=edge.part,
        )
        for born in planned.born for edge in born.edges
    ]  # fmt: skip
    edges += [
        Succession(
            predecessor_id=change.unit.id, successor_id=change.unit.id, edition=edition, kind=change.kind,
            is_primary=True, whole_or_part="whole",
        )
        for change in planned.changed
    ]  # fmt: skip
    Succession.objects.bulk_create(edges)


def _shift(planned: Plan, numbers: Mapping[str, int], day: date) -> Shift:
    into: dict[int, list[int]] = {}
    joined: dict[int, int] = {}
    stands: dict[int, int] = {}
    for born in planned.born:
        number = numbers[born.code]
        if born.level == Level.COMMUNE:
            stands[number] = _above(born.above, numbers) or 0
        for edge in born.edges:
            if born.level == Level.COMMUNE:
                into.setdefault(edge.unit, []).append(number)
            else:
                joined[edge.unit] = number
    for change in planned.changed:
        if change.unit.level == Level.COMMUNE and change.above != change.unit.parent_id:
            stands[change.unit.id] = _above(change.above, numbers) or 0
    born_of = {numbers[born.code]: [edge.unit for edge in born.edges] for born in planned.born}
    return Shift(day, into, stands, joined, born_of)
