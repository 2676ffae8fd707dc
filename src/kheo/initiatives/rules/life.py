"""Rules of the later life: when a model is launched, reviewed, recognised, settled, removed, confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kheo.base import clock
from kheo.base.access import Actor, Reach
from kheo.base.errors import Refusal
from kheo.base.powers import Power
from kheo.base.text import day_text
from kheo.initiatives.rules.registration import before_last_move, why_not_move, why_not_text
from kheo.initiatives.words import COUNTED, Mark, RecognisedBy, RemovalReason, State

if TYPE_CHECKING:
    from kheo.initiatives.models import Initiative

# What a step must name: minutes may follow later, a decision may not.
NEEDS_DOCUMENT = frozenset({State.RECOGNISED, State.REMOVED})
# A verdict is given after somebody looked: settling leaves the model in its state.
SETTLED_IN = frozenset({State.REVIEWED, State.RECOGNISED})
_LEVELS = tuple(RecognisedBy.values)  # from the lowest up


@dataclass(frozen=True, slots=True)
class Step:
    """One verb of the later life: to which state (None: it stays where it is), and the power it needs at the place."""

    to: State | None
    power: Power


# In the order of a life. The owner's side tells of launch and running and gives the yearly word; the receiving body
# reviews and decides.
STEPS: Mapping[str, Step] = {
    "launch": Step(State.LAUNCHED, Power.INITIATIVES_REGISTER),
    "start": Step(State.RUNNING, Power.INITIATIVES_REGISTER),
    "review": Step(State.REVIEWED, Power.INITIATIVES_ACCEPT),
    "recognise": Step(State.RECOGNISED, Power.INITIATIVES_ACCEPT),
    "settle": Step(None, Power.INITIATIVES_ACCEPT),
    "confirm": Step(None, Power.INITIATIVES_REGISTER),
    "remove": Step(State.REMOVED, Power.INITIATIVES_ACCEPT),
}


def why_not_step(initiative: Initiative, verb: str) -> Refusal | None:
    """Why a model cannot take this step now; only its state is asked (for the button)."""
    to = STEPS[verb].to
    if to is not None:
        return why_not_move(initiative, to)
    return why_not_settle(initiative) if verb == "settle" else why_not_confirm(initiative)


def open_steps(initiative: Initiative, actor: Actor) -> list[str]:
    """The steps this person may take with the model now, in the order of a life."""
    return [
        verb
        for verb, step in STEPS.items()
        if actor.may(step.power, initiative) and why_not_step(initiative, verb) is None
    ]


def why_not_told(initiative: Initiative, *, reason: str, document: str, on: date, known: datetime) -> Refusal | None:
    """Why what is said with a step cannot stand: too long, before the last step, or on a day still to come."""
    return (
        why_not_text("reason", reason)
        or why_not_text("document", document)
        or why_not_future(on, known)
        or before_last_move(initiative, on)
    )


def why_not_future(on: date, known: datetime) -> Refusal | None:
    """What is told has happened: nothing is told of a day to come."""
    if on <= clock.day_of(known):
        return None
    text = _("%(day)s has not come yet; write the day on which it happened.") % {"day": day_text(on)}
    return Refusal("initiatives.in_future", text, column="on")


def why_not_document(to: State, document: str) -> Refusal | None:
    """A recognition and a removal rest on a decision or a conclusion that can be found again."""
    if document or to not in NEEDS_DOCUMENT:
        return None
    text = _("Write the number, day and issuer of the decision or conclusion.")
    return Refusal("initiatives.document_missing", text, column="document")


def why_not_level(level: str, highest: str) -> Refusal | None:
    """Nobody records a recognition above the level where they sit; `highest` is the highest they may record."""
    if level not in _LEVELS:
        return Refusal("initiatives.level", _("Say at which level the model was recognised."), column="level")
    if highest and _LEVELS.index(level) <= _LEVELS.index(highest):
        return None
    text = _("You may not record a recognition of this level; the body of that level records it.")
    return Refusal("initiatives.level_above", text, column="level")


def highest_level(reach: Reach, initiative: Initiative) -> str:
    """The highest level of recognition this reach may record for the model; empty: none."""
    if reach.all:
        return RecognisedBy.NATION
    if initiative.now_p in reach.provinces:
        return RecognisedBy.PROVINCE
    return RecognisedBy.COMMUNE if reach.covers(initiative) else ""


def why_not_settle(initiative: Initiative, *, mark: str = Mark.KEPT) -> Refusal | None:
    """A reviewed or recognised model is marked to be kept or to be spread."""
    if initiative.voided_at is not None or initiative.state not in SETTLED_IN:
        text = _("Only a model that was reviewed is marked to be kept or spread; review it first.")
        return Refusal("initiatives.not_reviewed", text)
    if mark not in (Mark.KEPT, Mark.SPREADING):
        return Refusal("initiatives.mark", _("Say whether the model is to be kept or to be spread."), column="mark")
    return None


def why_not_removal(reason: str) -> Refusal | None:
    """A removal gives one of the reasons of the list."""
    if reason in RemovalReason.values:
        return None
    return Refusal("initiatives.removal_reason", _("Choose why the model leaves the list."), column="reason")


def why_not_confirm(initiative: Initiative, *, on: date | None = None, known: datetime | None = None) -> Refusal | None:
    """Only a model in the list is confirmed for a year, and for a year in which it was there."""
    if initiative.voided_at is not None or initiative.state not in COUNTED:
        text = _("Only a model that is in the list is confirmed for the year.")
        return Refusal("initiatives.not_in_list", text)
    if on is not None and initiative.counted_on is not None and on < initiative.counted_on:
        text = _("The model is in the list only from %(day)s.") % {"day": day_text(initiative.counted_on)}
        return Refusal("initiatives.too_early", text, column="on")
    return None if on is None or known is None else why_not_future(on, known)


def confirmed_already(year: int) -> Refusal:
    """The yearly word was given."""
    text = _("This model was confirmed for %(year)s already.") % {"year": year}
    return Refusal("initiatives.confirmed_already", text)
