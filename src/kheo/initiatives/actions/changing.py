"""Changing what was registered: one model, or many by a list; and taking a list back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from kheo.audit import actions as audit
from kheo.audit.words import Subject
from kheo.base.access import Actor, must
from kheo.base.errors import Invisible, Refusal, Refused, refuse_if
from kheo.base.powers import Power
from kheo.base.text import clean, clean_lines, fold, same_key, sort_key
from kheo.figures.actions import correct_many, post
from kheo.figures.queries import history
from kheo.figures.words import Cause, Image
from kheo.initiatives import rules
from kheo.initiatives.actions.constraints import told_as_refusals
from kheo.initiatives.actions.finding import forget, index
from kheo.initiatives.actions.moving import compare_and_set, named, subject_of
from kheo.initiatives.actions.results import follow
from kheo.initiatives.figures import INITIATIVES, image
from kheo.initiatives.models import Initiative
from kheo.initiatives.queries import source, unit_and_successors, values_of
from kheo.initiatives.rules import Seat
from kheo.initiatives.words import (
    CHANGEABLE,
    CHANGED,
    CHANGED_MANY,
    COUNTED,
    LONG_TEXTS,
    TITLE_LENGTH,
    VOIDED_MANY,
    Change,
    Field,
    Kind,
    Novelty,
    State,
)
from kheo.units.queries import root_place

CHUNK = 500


@transaction.atomic
def change(
    *,
    actor: Actor,
    initiative: Initiative,
    values: Mapping[str, Any],
    mistake: bool = True,
    version: int | None = None,
    on: date,
    known: datetime,
) -> Initiative:
    """Change facts of a model (keys of `words.CHANGEABLE`); nothing is written when nothing differs.

    A mistake was always wrong: the figures' past is mended, what was known before stays on record. A real change
    (`mistake` false) moves the model on `on`: "new" stays as it was, the stock follows. What is in the list is changed
    by who may accept there, what is not yet by who registers there. Raises `Refused` with all reasons.
    """
    written = _write(actor, initiative, values, version=version, on=on)
    if written is None:
        return initiative
    index([initiative])
    if written.recounts:
        if mistake:
            correct_many(INITIATIVES, {initiative.pk: _mended(initiative, written.was)}, known=known)
        else:
            post(INITIATIVES, [image(initiative, day=on, cause=Cause.MOVE)], known=known)
        follow([initiative], known=known)
    audit.record(
        CHANGED,
        actor=actor,
        on=on,
        known=known,
        subject=subject_of(initiative),
        facts={"before": written.before, "after": written.after, "mistake": mistake},
    )
    return initiative


@transaction.atomic
def change_many(
    *, actor: Actor, changes: Sequence[Change], on: date, known: datetime, run: int | None = None
) -> list[tuple[int, int]]:
    """Change many models as a list says: the same rules, all or nothing, one audit entry.

    A list that is read again says what the list always should have said, so figures are corrected, not moved. Answers
    (id, version now) in the order given. Raises `Refused` with every reason, `initiatives.stale` among them.
    """
    found = _found([c.id for c in changes])
    versions: dict[int, int] = {}
    right: dict[int, Sequence[Image]] = {}
    refusals: list[Refusal] = []
    changed: list[Initiative] = []
    for wanted in sorted(changes, key=lambda c: c.id):
        initiative = found[wanted.id]
        try:
            written = _write(actor, initiative, wanted.values, version=wanted.version, on=on)
        except Refused as no:
            refusals += (named(refusal, initiative.title) for refusal in no.refusals)
            continue
        versions[wanted.id] = initiative.version
        if written is not None:
            changed.append(initiative)
            if written.recounts:
                right[initiative.pk] = _mended(initiative, written.was)
    if refusals:
        raise Refused(refusals)
    index(changed)
    correct_many(INITIATIVES, right, known=known)
    follow([i for i in changed if i.pk in right], known=known)
    if changed:
        audit.record(
            CHANGED_MANY,
            actor=actor,
            on=on,
            known=known,
            subject=None if run is None else Subject("import", str(run), str(run)),
            facts={"import": run, "changed": len(changed)},
        )
    return [(c.id, versions[c.id]) for c in changes]


@transaction.atomic
def void_many(
    *,
    actor: Actor,
    rows: Sequence[tuple[int, int, Mapping[str, Any] | None]],
    on: date,
    known: datetime,
    run: int | None = None,
) -> None:
    """Take a list back: (id, version the list left, what the row was before, or None when the list made it).

    What the list made is voided as if it never was (figures too; old reports stay reproducible); what it changed is put
    back. All or nothing: a row somebody touched since is refused as `initiatives.stale`, each named.
    """
    found = _found([id for id, _version, _before in rows])
    right: dict[int, Sequence[Image]] = {}
    refusals: list[Refusal] = []
    made: dict[int, list[Initiative]] = {}  # by the version the list left
    restored: list[Initiative] = []
    for id, version, before in sorted(rows, key=lambda row: row[0]):
        initiative = found[id]
        try:
            if before is None:
                must(actor, _power(initiative), initiative)
                refuse_if(rules.why_not_fresh(initiative, version))
                made.setdefault(version, []).append(initiative)
                if initiative.counted_on is not None:
                    right[id] = []
            else:
                written = _write(actor, initiative, before, version=version, on=on)
                if written is not None and written.recounts:
                    right[id] = _mended(initiative, written.was)
                restored.append(initiative)
        except Refused as no:
            refusals += (named(refusal, initiative.title) for refusal in no.refusals)
    for version, several in made.items():
        refusals += _void(several, version, known)
    if refusals:
        raise Refused(refusals)
    index(restored)
    forget([i.pk for several in made.values() for i in several])
    correct_many(INITIATIVES, right, known=known)
    follow([i for i in restored if i.pk in right], known=known)  # what was told of a model keeps it from being voided
    audit.record(
        VOIDED_MANY,
        actor=actor,
        on=on,
        known=known,
        subject=None if run is None else Subject("import", str(run), str(run)),
        facts={"import": run, "voided": sum(map(len, made.values())), "restored": len(restored)},
    )


def _void(several: Sequence[Initiative], version: int, known: datetime) -> list[Refusal]:
    """Void what a list made, compare-and-set over the set; what somebody touched meanwhile is told."""
    stale: list[Refusal] = []
    for start in range(0, len(several), CHUNK):
        chunk = several[start : start + CHUNK]
        same = Initiative.objects.filter(pk__in=[i.pk for i in chunk], voided_at__isnull=True)
        written = same.filter(version=version).update(voided_at=known, version=F("version") + 1)
        if written != len(chunk):
            moved = set(same.values_list("pk", flat=True))  # what was voided just now is not among them
            stale += [rules.stale(i.title) for i in chunk if i.pk in moved] or [rules.stale(chunk[0].title)]
    return stale


@dataclass(frozen=True)
class _Written:
    """What a change did: the values before and after, what the model counted as before, and whether that changed."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    was: Image | None
    recounts: bool


def _power(initiative: Initiative) -> Power:
    """Who may touch it: what is in the list belongs to those who accept, the rest to those who register."""
    return Power.INITIATIVES_ACCEPT if initiative.state in {*COUNTED, State.REMOVED} else Power.INITIATIVES_REGISTER


def _write(
    actor: Actor, initiative: Initiative, values: Mapping[str, Any], *, version: int | None, on: date
) -> _Written | None:
    """Check and write new values by compare-and-set; None when nothing differs."""
    power = _power(initiative)
    must(actor, power, initiative)
    refuse_if(rules.why_not_fresh(initiative, version))
    refuse_if(rules.why_not_change(initiative))
    given = {key: _typed(key, value) for key, value in values.items()}
    if unknown := given.keys() - CHANGEABLE:
        raise ValueError(f"these facts of a model cannot be changed: {', '.join(sorted(unknown))}")
    old = {key: _typed(key, value) for key, value in values_of(initiative).items()}
    after = {key: value for key, value in given.items() if value != old[key]}
    if not after:
        return None
    new = old | after
    refusals = [refusal for refusal in _faults(actor, new, after, initiative) if refusal is not None]
    if refusals:
        raise Refused(refusals)
    columns = _columns(after)
    if "unit_id" in after:
        place = root_place(after["unit_id"])
        must(actor, power, Seat(place.now_p, place.now_c, place.pk, initiative.owner_id))
        refuse_if(rules.why_not_owner(initiative.owner, place))
        columns |= {"place": place, "now_p": place.now_p, "now_c": place.now_c}
    was = image(initiative, day=on) if initiative.counted_on is not None else None
    if after.keys() & {"title", "code", "unit_id"}:
        tried = Initiative(
            pk=initiative.pk,
            place_id=columns["place"].pk if "place" in columns else initiative.place_id,
            period_id=initiative.period_id,
            title_key=same_key(new["title"]),
            code=new["code"],
        )
        with told_as_refusals([tried], on=on):
            compare_and_set(initiative, **columns)
    else:
        compare_and_set(initiative, **columns)
    recounts = was is not None and image(initiative, day=on) != was
    return _Written(_said({k: old[k] for k in after}), _said(after), was, recounts)


def _faults(
    actor: Actor, new: Mapping[str, Any], after: Mapping[str, Any], initiative: Initiative
) -> list[Refusal | None]:
    """What stands against the model as it would become. The unit is asked of the day the model was registered."""
    if initiative.state == State.DRAFT:  # may leave open what a registration must say
        open_ = {"field": Field.ECONOMY, "kind": Kind.COLLECTIVE, "novelty": Novelty.REPLICATED}
        new = {**new, **{name: value for name, value in open_.items() if not new[name]}}
    found: list[Refusal | None] = [
        rules.why_not_title(new["title"]),
        *(rules.why_not_text(column, new[column]) for column in ("code", *LONG_TEXTS)),
        *rules.why_not_values(new["field"], new["kind"], new["novelty"], new["replicates"]),
        rules.why_not_days(new["start"], new["end"]),
        rules.why_not_households(new["households"]),
    ]
    replicated = after.get("replicates")
    if replicated is not None and (replicated == initiative.pk or source(actor, replicated) is None):
        found.append(rules.source_unknown())
    if "unit_id" in after:
        unit, successors = unit_and_successors(after["unit_id"], initiative.registered_on)
        found.append(rules.why_not_unit(unit, initiative.registered_on, successors))
    return found


def _columns(after: Mapping[str, Any]) -> dict[str, Any]:
    """The table's columns for new values; a title brings its keys."""
    columns = {key: value for key, value in after.items() if key not in {"replicates", "unit_id"}}
    if "replicates" in after:
        columns["replicates_id"] = after["replicates"]
    if "novelty" in after and after["novelty"] != Novelty.KEPT:
        columns["continues_id"] = None
    if "title" in after:
        title = after["title"]
        columns |= {"title_key": same_key(title), "search_key": fold(title)[:TITLE_LENGTH], "sort_key": sort_key(title)}
    return columns


def _typed(key: str, value: Any) -> Any:
    """A value as the model keeps it: texts cleaned, days from ISO text (a stored `before` holds JSON)."""
    if key in {"title", "code"}:
        return clean(value)
    if key in LONG_TEXTS:
        return clean_lines(value)
    if key in {"start", "end", "review_due"} and isinstance(value, str):
        return date.fromisoformat(value) if value else None
    return value


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}


def _mended(initiative: Initiative, was: Image | None) -> list[Image]:
    """The model's standing history with the mistake taken out: the numbers that were wrong are right from when they
    came in; what really moved before that stays."""
    past = history(INITIATIVES, initiative.pk)
    if was is None or not past:
        return past
    right = image(initiative, day=was.day)
    wrong = {
        column: (getattr(was, column), getattr(right, column))
        for column in ("place", "d1", "d2", "d3")
        if getattr(was, column) != getattr(right, column)
    }
    mended = list(past)
    for column, (old, new) in wrong.items():
        for at in range(len(mended) - 1, -1, -1):
            if getattr(mended[at], column) != old:
                break
            mended[at] = replace(mended[at], **{column: new})
    return mended


def _found(ids: Sequence[int]) -> dict[int, Initiative]:
    """The models of these ids, voided ones too (they answer as stale). Raises `Invisible` when one does not exist."""
    found: dict[int, Initiative] = {}
    for start in range(0, len(ids), CHUNK):
        several = Initiative.objects.filter(pk__in=ids[start : start + CHUNK]).select_related(
            "place", "owner", "period"
        )
        found |= {i.pk: i for i in several}
    if len(found) < len(set(ids)):
        raise Invisible
    return found
