"""Registering models: one, or a whole list by the same rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from kheo.audit import actions as audit
from kheo.audit.words import Subject
from kheo.base.access import Actor, must
from kheo.base.errors import Refusal, Refused
from kheo.base.powers import Power
from kheo.base.text import clean, clean_lines, fold, sort_key
from kheo.figures.actions import post
from kheo.figures.words import PeriodView
from kheo.initiatives import rules
from kheo.initiatives.actions.constraints import told_as_refusals
from kheo.initiatives.actions.finding import index
from kheo.initiatives.actions.moving import keep_move, subject_of
from kheo.initiatives.actions.telling import tell
from kheo.initiatives.figures import INITIATIVES, image
from kheo.initiatives.models import Initiative, InitiativeTag
from kheo.initiatives.queries import held, source
from kheo.initiatives.rules import Seat
from kheo.initiatives.words import (
    ITEMS,
    REGISTERED,
    REGISTERED_MANY,
    TITLE_LENGTH,
    GivenFile,
    Registration,
    State,
)
from kheo.people.models import Organisation
from kheo.units import queries as units
from kheo.units.models import Place
from kheo.units.words import UnitView

CHUNK = 1000
MOST_REFUSALS = 500


@transaction.atomic
def register(
    *,
    actor: Actor,
    period: PeriodView,
    title: str,
    field: str,
    kind: str,
    novelty: str,
    unit_id: int | None = None,
    owner: Organisation | None = None,
    replicates: int | None = None,
    start: date | None = None,
    end: date | None = None,
    households: int | None = None,
    code: str = "",
    goal: str = "",
    note: str = "",
    situation: str = "",
    content: str = "",
    site: str = "",
    audience: str = "",
    forces: str = "",
    resources: str = "",
    review_due: date | None = None,
    outputs: str = "",
    continues: int | None = None,
    tags: Sequence[str] = (),
    once: str = "",
    evidence: Sequence[GivenFile] = (),
    on: date,
    known: datetime,
) -> Initiative:
    """Register one model of a unit or of an organisation (without `unit_id`: where the organisation lies).

    Who may accept at the place lands it in the list at once, counted from `on`; others register it for acceptance.
    A replica whose source nobody names is kept and marked; `continues` is the model of an earlier term that is kept;
    `once` the number of the sheet, of which one model comes however often it is sent; `evidence` photos that come with
    it, its first telling. Raises `Refused` with everything
    that stands against it, among it `initiatives.duplicate` naming the model already there; `NotAllowed` without the
    right at the place.
    """
    given = Registration(
        title=title,
        field=field,
        kind=kind,
        novelty=novelty,
        unit_id=unit_id,
        owner=owner,
        replicates=replicates,
        start=start,
        end=end,
        households=households,
        code=code,
        goal=goal,
        note=note,
        situation=situation,
        content=content,
        site=site,
        audience=audience,
        forces=forces,
        resources=resources,
        review_due=review_due,
        outputs=outputs,
        continues=continues,
        tags=tuple(tags),
    )
    landing = Landings(actor, on).of([given])[0]
    must(actor, Power.INITIATIVES_REGISTER, landing.seat)
    refuse_all(everything_against(given, landing, period, actor=actor, on=on))
    initiative = drawn(given, landing, period, on)
    initiative.place, initiative.owner, initiative.once = landing.place, landing.owner, once
    with told_as_refusals([initiative], on=on):
        initiative.save(force_insert=True)
    keep_move(initiative, "", actor=actor, on=on, known=known)
    label([(initiative.pk, tuple(tags))])
    entered(initiative, period, actor=actor, on=on, known=known)
    if evidence:
        tell(actor=actor, initiative=initiative, evidence=evidence, on=on, known=known)
    return initiative


def everything_against(
    given: Registration, landing: Landing, period: PeriodView, *, actor: Actor, on: date
) -> list[Refusal]:
    """All that stands against one registration, the models it names among it."""
    refused = [*landing.faults(given, period, on), *source_faults(actor, {given.replicates})]
    if given.continues is not None:
        earlier = source(actor, given.continues)
        # Who keeps a model of an earlier term must register where it lies; anybody else only replicates it.
        mine = earlier is not None and actor.may(Power.INITIATIVES_REGISTER, earlier)
        refusal = rules.why_not_keep(earlier, period=period) if earlier and mine else rules.source_unknown()
        refused += [] if refusal is None else [replace(refusal, column="novelty")]
    return refused


def refuse_all(refused: Sequence[Refusal]) -> None:
    """Raise `Refused` with these, if there are any."""
    if refused:
        raise Refused(refused)


def entered(initiative: Initiative, period: PeriodView, *, actor: Actor, on: date, known: datetime) -> None:
    """What follows when a model is registered: it can be found, it counts if it is in the list, and it is told."""
    index([initiative])
    if initiative.state == State.ACCEPTED:
        post(INITIATIVES, [image(initiative, day=on)], known=known)
    facts = {name: getattr(initiative, name) for name in ("field", "kind", "novelty", "state")}
    subject = subject_of(initiative)
    audit.record(REGISTERED, actor=actor, on=on, known=known, subject=subject, facts={"period": period.code, **facts})


@transaction.atomic
def register_many(
    *, actor: Actor, rows: Sequence[Registration], period: PeriodView, on: date, known: datetime, run: int | None = None
) -> list[int]:
    """Register a list: the same rules as `register` over the set, all or nothing, one audit entry. `run` is the import.

    Answers the new ids in the order of the rows. Raises `Refused` with every row's refusals (the first 500), each with
    the sheet row; rows that are already there, or twice in the list, are refused like others.
    """
    landings = Landings(actor, on).of(rows)
    for landing in {id(landing): landing for landing in landings}.values():
        must(actor, Power.INITIATIVES_REGISTER, landing.seat)
    unknown = {r.facts["id"] for r in source_faults(actor, {given.replicates for given in rows})}
    refused: list[Refusal] = []
    keys: list[tuple[int, str, str]] = []
    for given, landing in zip(rows, landings, strict=True):
        found = list(landing.faults(given, period, on))
        if given.replicates in unknown:
            found.append(rules.source_unknown())
        refused += (replace(refusal, row=given.row) for refusal in found)
        keys.append(keys_of(given, landing))
    refused += already_there(rows, keys, period)
    if refused:
        raise Refused(refused[:MOST_REFUSALS])
    # In the order of their keys, so that two lists saved at once wait for each other instead of blocking one another.
    order = sorted(range(len(rows)), key=keys.__getitem__)
    ids = [0] * len(rows)
    states: Counter[str] = Counter()
    for start in range(0, len(order), CHUNK):
        places = order[start : start + CHUNK]
        made = [drawn(rows[at], landings[at], period, on) for at in places]
        with told_as_refusals(made, on=on):
            Initiative.objects.bulk_create(made)
        label([(i.pk, rows[at].tags) for at, i in zip(places, made, strict=True)])
        index(made)
        post(INITIATIVES, [image(i, day=on) for i in made if i.state == State.ACCEPTED], known=known)
        states.update(i.state for i in made)
        for at, i in zip(places, made, strict=True):
            ids[at] = i.pk
    if rows:
        audit.record(
            REGISTERED_MANY,
            actor=actor,
            on=on,
            known=known,
            subject=None if run is None else Subject("import", str(run), str(run)),
            facts={"import": run, "new": len(ids), "period": period.code, "state": dict(sorted(states.items()))},
        )
    return ids


@dataclass(frozen=True)
class Landing:
    """Where a registration comes to lie, what the rules must know of its unit, and the state it lands in."""

    place: Place
    seat: Seat
    unit: UnitView | None
    successors: Sequence[UnitView]
    owner: Organisation | None
    state: State

    def faults(self, given: Registration, period: PeriodView, on: date) -> tuple[Refusal, ...]:
        found: tuple[Refusal, ...] = rules.faults(
            given, period=period, unit=self.unit, on=on, successors=self.successors
        )
        elsewhere = rules.why_not_owner(self.owner, self.seat)
        items = (rules.why_not_text(item, getattr(given, item)) for item in ITEMS if getattr(given, item))
        found += tuple(refusal for refusal in items if refusal is not None)
        return (*found, elsewhere) if elsewhere else found


class Landings:
    """Finds landings for many registrations at once: three or four queries, however many rows."""

    def __init__(self, actor: Actor, on: date) -> None:
        self.actor, self.on = actor, on

    def of(self, rows: Sequence[Registration]) -> list[Landing]:
        """The landing of each row, in their order. Raises `Refused` where neither unit nor owner says where."""
        lost = [rules.why_not_unit(None, self.on) for given in rows if given.unit_id is None and given.owner is None]
        wanted = {given.unit_id for given in rows if given.unit_id is not None}
        wanted |= {given.owner.place.origin_id for given in rows if given.unit_id is None and given.owner is not None}
        homes = self._homes([given.owner for given in rows if given.unit_id is None and given.owner is not None])
        wanted |= set(homes.values())
        places = units.root_places(wanted)
        lost += [rules.why_not_unit(None, self.on)] * len(wanted - places.keys())
        if refusals := [refusal for refusal in lost if refusal is not None]:
            raise Refused(refusals)
        views = units.views(wanted, self.on)
        found: dict[tuple[int, int | None], Landing] = {}
        landings = []
        for given in rows:
            home = None if given.owner is None else homes.get(given.owner.pk, given.owner.place.origin_id)
            unit_id = given.unit_id if given.unit_id is not None else home
            assert unit_id is not None
            key = unit_id, given.owner.pk if given.owner else None
            if key not in found:
                place = places[unit_id]
                if given.unit_id is None and given.owner is not None and given.owner.pk not in homes:
                    place = given.owner.place
                found[key] = self._landing(place, views.get(unit_id), given.owner)
            landings.append(found[key])
        return landings

    def _homes(self, owners: Sequence[Organisation]) -> dict[int, int]:
        """Owners whose own unit has ended -> the commune of today that they lie in whole: there they register now."""
        origins = units.views({owner.place.origin_id for owner in owners}, self.on) if owners else {}
        ended = {id for id, unit in origins.items() if unit.valid_to is not None and self.on >= unit.valid_to}
        lying = {owner.pk: owner.now_c for owner in owners if owner.place.origin_id in ended}
        return {owner: commune for owner, commune in lying.items() if commune is not None}

    def _landing(self, place: Place, unit: UnitView | None, owner: Organisation | None) -> Landing:
        seat = Seat(place.now_p, place.now_c, place.pk, owner.pk if owner else None)
        state = State.ACCEPTED if self.actor.may(Power.INITIATIVES_ACCEPT, seat) else State.SUBMITTED
        successors: list[UnitView] = []
        if unit is not None and unit.valid_to is not None and self.on >= unit.valid_to:
            became = units.trace(unit.id, unit.valid_to - timedelta(days=1), self.on)
            successors = [after for after, _kind, _part in became if after.id != unit.id]
        return Landing(place, seat, unit, successors, owner, state)


def keys_of(given: Registration, landing: Landing) -> tuple[int, str, str]:
    """What makes a model one with another of its period: place and title, place and code."""
    return landing.place.pk, rules.titled(given.title).key[:TITLE_LENGTH], clean(given.code)


def drawn(given: Registration, landing: Landing, period: PeriodView, on: date) -> Initiative:
    """The row of a registration, not yet kept."""
    return Initiative(**facts_of(given, landing, period, on))


def facts_of(given: Registration, landing: Landing, period: PeriodView, on: date) -> dict[str, Any]:
    """The columns of that row that a registration decides."""
    title, key, folded = rules.titled(given.title)
    facts: dict[str, Any] = {item: clean_lines(getattr(given, item)) for item in ITEMS}
    facts.update(
        title=title,
        title_key=key,
        search_key=folded[:TITLE_LENGTH],
        sort_key=sort_key(title),
        code=clean(given.code),
        field=given.field,
        kind=given.kind,
        novelty=given.novelty,
        state=landing.state,
        period_id=period.id,
        place_id=landing.place.pk,
        now_p=landing.place.now_p,
        now_c=landing.place.now_c,
        owner_id=landing.owner.pk if landing.owner else None,
        replicates_id=given.replicates,
        continues_id=given.continues,
        goal=clean_lines(given.goal),
        note=clean_lines(given.note),
        review_due=given.review_due,
        start=given.start,
        end=given.end,
        households=given.households,
        registered_on=on,
        state_on=on,
        counted_on=on if landing.state == State.ACCEPTED else None,
    )
    return facts


def label(tagged: Sequence[tuple[int, tuple[str, ...]]]) -> None:
    """Keep the tags of new models, each once."""
    rows = []
    for id, tags in tagged:
        once = {fold(tag): clean(tag) for tag in reversed(tags) if fold(tag)}
        rows += [InitiativeTag(initiative_id=id, tag=tag, key=key) for key, tag in reversed(once.items())]
    if rows:
        InitiativeTag.objects.bulk_create(rows)


def source_faults(actor: Actor, ids: set[int | None]) -> list[Refusal]:
    """A refusal for each of these models that the actor neither sees nor anybody may read."""
    return [
        replace(rules.source_unknown(), facts={"id": id})
        for id in sorted(i for i in ids if i is not None)
        if source(actor, id) is None
    ]


def already_there(
    rows: Sequence[Registration], keys: Sequence[tuple[int, str, str]], period: PeriodView
) -> list[Refusal]:
    """Rows the registry holds already, by title or list code, and rows that come twice."""
    titles, codes = held({place for place, _t, _c in keys}, [period.id])
    refused: list[Refusal] = []
    seen: set[tuple[int, str, str]] = set()
    there: dict[int, list[int]] = {}
    for at, (place, title, code) in enumerate(keys):
        for key, known in (((place, period.id, title), titles), ((place, period.id, code), codes)):
            if key[2] and key in known:
                there.setdefault(known[key], []).append(at)
        mine = {(place, "title", title)} | ({(place, "code", code)} if code else set())
        if mine & seen:
            refused.append(rules.twice(clean(rows[at].title), rows[at].row))
        seen |= mine
    if there:
        refused += _named(rows, there, period)
    return refused


def _named(rows: Sequence[Registration], there: dict[int, list[int]], period: PeriodView) -> list[Refusal]:
    """The refusals for rows that meet these models, each naming the model it meets."""
    refused = []
    for start in range(0, len(there), 400):
        ids = list(there)[start : start + 400]
        several = list(Initiative.objects.filter(pk__in=ids).select_related("place"))
        called = units.views({i.place.origin_id for i in several}, period.start)
        for i in several:
            unit = called[i.place.origin_id].full_name
            for at in there[i.pk]:
                if i.title_key == rules.titled(rows[at].title).key:
                    said = rules.duplicate(
                        i.title, unit=unit, period=period.code, registered_on=i.registered_on, id=i.pk
                    )
                else:
                    said = rules.duplicate_code(i.code, title=i.title, unit=unit, period=period.code, id=i.pk)
                refused.append(replace(said, row=rows[at].row))
    return refused
