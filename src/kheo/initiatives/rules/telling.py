"""Rules of telling: when progress is told of a model, what a telling says, what is taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kheo.base.errors import Refusal
from kheo.base.text import clean, day_text, in_digits
from kheo.initiatives.rules.life import why_not_future
from kheo.initiatives.rules.registration import why_not_text
from kheo.initiatives.words import COUNTED, MOST_FILES, RESULT_MOST, RESULT_SCALE, RESULT_UNIT, ResultKind, State

if TYPE_CHECKING:
    from kheo.initiatives.models import Initiative


def why_not_tell(
    initiative: Initiative, *, counts: bool = True, on: date | None = None, known: datetime | None = None
) -> Refusal | None:
    """Progress is told of models in the list, of a day since they are in it. Without a day only the state is asked.

    What waits for the list may come with photos already (`counts` False): they say and count nothing.
    """
    if not counts and initiative.voided_at is None and initiative.state in (State.SUBMITTED, State.RETURNED):
        return None if on is None or known is None else why_not_future(on, known)
    if initiative.voided_at is not None or initiative.state not in COUNTED or initiative.counted_on is None:
        text = _("Progress is told of models in the list; this one is in the state “%(state)s”.")
        return Refusal("initiatives.not_in_list", text % {"state": State(initiative.state).label})
    if on is not None and on < initiative.counted_on:
        text = _("The model is in the list only from %(day)s.") % {"day": day_text(initiative.counted_on)}
        return Refusal("initiatives.too_early", text, column="on")
    return None if on is None or known is None else why_not_future(on, known)


def why_not_said(text: str, results: Mapping[str, Decimal], captions: Sequence[str]) -> Iterator[Refusal | None]:
    """A telling says something: a text, an amount or a file, each within its bounds."""
    if not text and not results and not captions:
        yield Refusal("initiatives.nothing_told", _("Write what was done, or give a figure or a file."), column="text")
    yield why_not_text("text", text)
    for kind, amount in results.items():
        yield why_not_amount(kind, amount)
    if len(captions) > MOST_FILES:
        many = _("At most %(most)s files come with one telling; send the others with another one.")
        yield Refusal("initiatives.files_many", many % {"most": in_digits(str(MOST_FILES))}, column="photos")
    for caption in captions:
        yield why_not_text("captions", caption)


def why_not_amount(kind: str, amount: Decimal) -> Refusal | None:
    """An amount is not below zero, not beyond what one model brings about, and whole where its kind is counted."""
    said = {"kind": ResultKind(kind).label, "unit": RESULT_UNIT[kind], "most": in_digits(str(RESULT_MOST[kind]))}
    if not 0 <= amount <= RESULT_MOST[kind]:
        text = _("%(kind)s: a number from 0 to %(most)s, in %(unit)s.")
        return Refusal("initiatives.amount_bounds", text % said, column=kind)
    if amount * RESULT_SCALE[kind] % 1:
        text = _("%(kind)s: a whole number.") if RESULT_SCALE[kind] == 1 else _("%(kind)s: at most two decimals.")
        return Refusal("initiatives.amount_decimals", text % said, column=kind)
    return None


def why_not_void_progress(voided: bool, reason: str) -> Refusal | None:
    """What was told is taken back once, and with a reason."""
    if voided:
        return Refusal("initiatives.told_wrong_already", _("This was taken back already."))
    if not clean(reason):
        return Refusal("initiatives.reason_missing", _("Say why it is taken back."), column="reason")
    return why_not_text("reason", clean(reason))
