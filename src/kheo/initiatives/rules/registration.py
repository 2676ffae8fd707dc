"""The rules of the registry: pure questions that answer with a Refusal or None. Nothing here reads the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from kheo.base.access import Placed
from kheo.base.errors import Refusal
from kheo.base.text import clean, day_text, fold, same_key
from kheo.figures.words import PeriodView
from kheo.initiatives.words import (
    CAPTION_LENGTH,
    CODE_LENGTH,
    DOCUMENT_LENGTH,
    LIST_NUMBER_LENGTH,
    LONG_TEXT_LENGTH,
    MOST_HOUSEHOLDS,
    MOST_TAGS,
    MOVES,
    REASON_LENGTH,
    TAG_LENGTH,
    TITLE_LENGTH,
    Field,
    Kind,
    Novelty,
    Registration,
    State,
)
from kheo.units.words import UnitView

if TYPE_CHECKING:
    from kheo.initiatives.models import Initiative


_FIELDS, _KINDS, _NOVELTIES = frozenset(Field.values), frozenset(Kind.values), frozenset(Novelty.values)
_LENGTHS = {
    **{"code": CODE_LENGTH, "tags": TAG_LENGTH, "list_number": LIST_NUMBER_LENGTH, "reason": REASON_LENGTH},
    **{"document": DOCUMENT_LENGTH, "captions": CAPTION_LENGTH},
}


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a model would lie and whose it would be, for the question who may put it there (base.access.Placed)."""

    now_p: int
    now_c: int | None
    place_id: int
    owner_id: int | None = None


def why_not_register(
    given: Registration, *, period: PeriodView, unit: UnitView | None, on: date, successors: Sequence[UnitView] = ()
) -> Refusal | None:
    """Why this cannot be registered on that day, the first reason; see `faults`."""
    return next(iter(faults(given, period=period, unit=unit, on=on, successors=successors)), None)


def faults(
    given: Registration, *, period: PeriodView, unit: UnitView | None, on: date, successors: Sequence[UnitView] = ()
) -> tuple[Refusal, ...]:
    """Everything that stands against a registration; `column` names the part of it. `unit` is the unit as of `on` or
    its nearest version; `successors` are what it became when it no longer exists."""
    return tuple(
        found
        for found in (
            why_not_unit(unit, on, successors),
            why_not_period(period, on),
            *_text_faults(given.title, given.code, given.goal, given.note, given.tags),
            *why_not_values(given.field, given.kind, given.novelty, given.replicates),
            why_not_continues(given.novelty, given.continues),
            why_not_days(given.start, given.end),
            why_not_households(given.households),
        )
        if found is not None
    )


def draft_faults(given: Registration) -> tuple[Refusal, ...]:
    """What stands against keeping a draft: it needs a name; what else is written must be readable."""
    found = (
        *_text_faults(given.title, given.code, given.goal, given.note, given.tags),
        *why_not_values(
            given.field or Field.ECONOMY, given.kind or Kind.COLLECTIVE, given.novelty or Novelty.REPLICATED, None
        ),
        why_not_days(given.start, given.end),
        why_not_households(given.households),
    )
    return tuple(refusal for refusal in found if refusal is not None)


def why_not_unit(unit: UnitView | None, on: date, successors: Sequence[UnitView] = ()) -> Refusal | None:
    """A unit registers only while it exists; one that has ended names what it became."""
    if unit is None:
        return Refusal("units.unknown", _("Say which unit registers the model."), column="unit")
    if unit.valid_from is not None and on < unit.valid_from:
        text = _("%(unit)s exists only from %(day)s; nothing can be registered for it on %(on)s.")
        said = {"unit": unit.full_name, "day": day_text(unit.valid_from), "on": day_text(on)}
        return Refusal("units.not_yet", text % said, column="unit")
    if unit.valid_to is not None and on >= unit.valid_to:
        said = {"unit": unit.full_name, "day": day_text(unit.valid_to)}
        if successors:
            said["names"] = ", ".join(sorted(u.full_name for u in successors))
            text = _("%(unit)s no longer exists since %(day)s. Register the model for what it became: %(names)s.")
        else:
            text = _("%(unit)s no longer exists since %(day)s.")
        return Refusal("units.closed", text % said, column="unit", facts={"successors": [u.uid for u in successors]})
    return None


def why_not_period(period: PeriodView, on: date) -> Refusal | None:
    """Models are registered in a term of the movement, on a day that lies in it."""
    if not period.registers:
        text = _("Models are not registered in %(period)s; choose a five-year term.") % {"period": period.code}
        return Refusal("initiatives.not_a_term", text, column="period")
    return why_not_day_in_period(period, on)


def why_not_day_in_period(period: PeriodView, on: date) -> Refusal | None:
    """The day something enters the count lies in the term it counts for, so that terms add up."""
    if period.start <= on < period.end:
        return None
    text = _("Wrong period: %(on)s does not lie in %(period)s, which runs from %(start)s until before %(end)s.") % {
        "on": day_text(on),
        "period": period.code,
        "start": day_text(period.start),
        "end": day_text(period.end),
    }
    return Refusal("figures.outside_period", text, column="period")


class Titled(NamedTuple):
    """A title as it is kept, its key (what makes two titles one) and its folded form for search."""

    text: str
    key: str
    folded: str


@lru_cache(maxsize=4096)
def titled(title: str) -> Titled:
    """A written title with its keys. A list asks for each row several times in a row."""
    text = clean(title)
    return Titled(text, same_key(text), fold(text))


def why_not_title(title: str) -> Refusal | None:
    """A title says something and fits in a line of the list."""
    text, key, folded = titled(title)
    if not folded:
        return Refusal("initiatives.title_missing", _("Write the name of the model."), column="title")
    longest = max(len(text), len(key))
    if longest > TITLE_LENGTH:
        said = _("The name of the model has %(length)s characters; at most %(most)s are kept.")
        return Refusal("initiatives.title_long", said % {"length": longest, "most": TITLE_LENGTH}, column="title")
    return None


def _text_faults(title: str, code: str, goal: str, note: str, tags: Sequence[str]) -> Iterator[Refusal | None]:
    yield why_not_title(title)
    yield why_not_text("code", code)
    yield why_not_text("goal", goal)
    yield why_not_text("note", note)
    if len(tags) > MOST_TAGS:
        text = _("A model carries at most %(most)s tags.") % {"most": MOST_TAGS}
        yield Refusal("initiatives.tags_many", text, column="tags")
    for tag in tags:
        yield why_not_text("tags", tag)


def why_not_text(column: str, text: str) -> Refusal | None:
    """Code, goal, note, tags, reason and list number have their lengths."""
    most = _LENGTHS.get(column, LONG_TEXT_LENGTH)
    if len(text) <= most:
        return None
    said = _("This text has %(length)s characters; at most %(most)s are kept.")
    return Refusal("initiatives.text_long", said % {"length": len(text), "most": most}, column=column)


def why_not_values(field: str, kind: str, novelty: str, replicates: int | None) -> Iterator[Refusal | None]:
    """Exactly one of four fields, collective or individual, new, kept or replicated; only a replica has a source."""
    if field not in _FIELDS:
        yield Refusal(
            "initiatives.one_field", _("Choose one field; a model counts in exactly one of the four."), column="field"
        )
    if kind not in _KINDS:
        yield Refusal(
            "initiatives.kind", _("Say whether a collective or an individual carries the model."), column="kind"
        )
    if novelty not in _NOVELTIES:
        yield Refusal("initiatives.novelty", _("Say whether the model is new, kept or replicated."), column="novelty")
    elif replicates is not None and novelty != Novelty.REPLICATED:
        text = _("Only a replicated model names the model it was copied from.")
        yield Refusal("initiatives.not_a_replica", text, column="novelty")


def why_not_continues(novelty: str, continues: int | None) -> Refusal | None:
    """Only a kept model names the one of an earlier term that it continues."""
    if continues is None or novelty == Novelty.KEPT:
        return None
    text = _("Only a kept model names the model of an earlier term that it continues.")
    return Refusal("initiatives.not_kept", text, column="novelty")


def why_not_days(start: date | None, end: date | None) -> Refusal | None:
    """The last day is not before the first."""
    if start is None or end is None or end >= start:
        return None
    text = _("The end %(end)s lies before the start %(start)s.") % {"end": day_text(end), "start": day_text(start)}
    return Refusal("initiatives.end_before_start", text, column="end")


def why_not_households(households: int | None) -> Refusal | None:
    """Households are counted: none, or a number from zero."""
    if households is None or 0 <= households <= MOST_HOUSEHOLDS:
        return None
    text = _("The number of households is a whole number from 0 to %(most)s.") % {"most": MOST_HOUSEHOLDS}
    return Refusal("initiatives.households", text, column="households")


def why_not_owner(owner: Placed | None, place: Placed) -> Refusal | None:
    """An organisation's model lies where the organisation lies."""
    if owner is None or (owner.now_p == place.now_p and (owner.now_c is None or owner.now_c == place.now_c)):
        return None
    text = _("The organisation does not lie in this unit; choose its own unit, or leave the organisation out.")
    return Refusal("initiatives.owner_elsewhere", text, column="owner")


def source_unknown() -> Refusal:
    """The model said to be copied is not there for this person."""
    text = _("The model it is said to be copied from is not known here.")
    return Refusal("initiatives.source_unknown", text, column="replicates")


def twice(title: str, row: int | None) -> Refusal:
    """One list names the same model of the same unit twice."""
    text = _("The list names “%(title)s” of this unit twice.") % {"title": title}
    return Refusal("initiatives.twice_in_list", text, row=row, column="title")


def source_named(novelty: str, replicates: int | None) -> bool:
    """Whether lineage is complete. A replica without a known source is kept and marked, not refused."""
    return novelty != Novelty.REPLICATED or replicates is not None


def why_not_move(initiative: Initiative, to: State) -> Refusal | None:
    """Why the life cycle does not lead from where the model stands to that state."""
    now = State(initiative.state)
    if to in MOVES[now] and initiative.voided_at is None:
        return None
    text = _("A model in the state “%(now)s” cannot become “%(to)s”.") % {"now": now.label, "to": to.label}
    return Refusal("initiatives.no_such_move", text)


def why_not_accept(
    initiative: Initiative, *, period: PeriodView | None = None, on: date | None = None, list_number: str = ""
) -> Refusal | None:
    """Why the model cannot be taken into the list. Without a day only its state is asked (for the button)."""
    if initiative.state in (State.ACCEPTED, State.LAUNCHED, State.RUNNING, State.REVIEWED, State.RECOGNISED):
        return Refusal("initiatives.already_in_list", _("This model is in the list already."))
    if refusal := why_not_move(initiative, State.ACCEPTED):
        return refusal
    if refusal := why_not_text("list_number", list_number):
        return refusal
    if on is None or period is None:
        return None
    return before_last_move(initiative, on) or why_not_day_in_period(period, on)


def why_not_return(initiative: Initiative, *, reason: str | None = None, on: date | None = None) -> Refusal | None:
    """Why the model cannot be sent back for completion; a reason is required (None: only the button asks)."""
    if refusal := why_not_move(initiative, State.RETURNED):
        return refusal
    if reason is not None:
        if not clean(reason):
            return Refusal("initiatives.reason_missing", _("Say what must be completed."), column="reason")
        if refusal := why_not_text("reason", clean(reason)):
            return refusal
    return None if on is None else before_last_move(initiative, on)


def why_not_resubmit(initiative: Initiative, *, on: date | None = None) -> Refusal | None:
    """Why the model cannot be sent again: only a returned one can."""
    return why_not_move(initiative, State.SUBMITTED) or (None if on is None else before_last_move(initiative, on))


def why_not_change(initiative: Initiative, *, on: date | None = None) -> Refusal | None:
    """Why the model's facts cannot be changed: one removed from the list stays as it was."""
    if initiative.voided_at is None and initiative.state != State.REMOVED:
        return None if on is None else before_last_move(initiative, on)
    return Refusal(
        "initiatives.closed", _("A model that was removed from the list stays as it was; it is not changed any more.")
    )


def before_last_move(initiative: Initiative, on: date) -> Refusal | None:
    """The steps of a life are told in their order."""
    if on >= initiative.state_on:
        return None
    text = _("%(on)s lies before the last step of this model, %(day)s.")
    return Refusal(
        "initiatives.too_early", text % {"on": day_text(on), "day": day_text(initiative.state_on)}, column="on"
    )


def why_not_fresh(initiative: Initiative, version: int | None) -> Refusal | None:
    """Why what the person saw no longer stands: somebody changed the model meanwhile (None: nothing was seen)."""
    if version is None or initiative.version == version:
        return None
    return stale(initiative.title)


def stale(title: str) -> Refusal:
    """Somebody else was first: nothing of this deed is done."""
    text = _("Somebody changed “%(title)s” meanwhile. Nothing was done; look at it again.") % {"title": title}
    return Refusal("initiatives.stale", text)


def list_lost() -> Refusal:
    """What was written ahead of a list is not whole any more."""
    return Refusal("initiatives.list_lost", _("The saving of this list was taken over meanwhile. Nothing was saved."))


def duplicate(title: str, *, unit: str, period: str, registered_on: date, id: int) -> Refusal:
    """The same model of the same unit in the same term is one model."""
    text = _("%(unit)s has registered “%(title)s” in %(period)s already, on %(day)s.") % {
        "unit": unit,
        "title": title,
        "period": period,
        "day": day_text(registered_on),
    }
    return Refusal("initiatives.duplicate", text, column="title", facts={"id": id})


def duplicate_code(code: str, *, title: str, unit: str, period: str, id: int) -> Refusal:
    """A code of the list names one model."""
    text = _("The code %(code)s names “%(title)s” of %(unit)s in %(period)s already.") % {
        "code": code,
        "title": title,
        "unit": unit,
        "period": period,
    }
    return Refusal("initiatives.code_taken", text, column="code", facts={"id": id})
