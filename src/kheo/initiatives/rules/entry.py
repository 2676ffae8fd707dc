"""What stands against drafts and against keeping a model of an earlier term."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kheo.base.errors import Refusal
from kheo.figures.words import PeriodView
from kheo.initiatives.rules.registration import before_last_move
from kheo.initiatives.words import COUNTED, State

if TYPE_CHECKING:
    from kheo.initiatives.models import Initiative


def why_not_keep(initiative: Initiative, *, period: PeriodView) -> Refusal | None:
    """Why a model is not kept in this term: it does not stand in the list, or its own term is no earlier one."""
    if initiative.voided_at is not None or initiative.state not in COUNTED:
        text = _("“%(title)s” does not stand in the list; only what stands in it is kept.")
        return Refusal("initiatives.not_in_list", text % {"title": initiative.title}, column="novelty")
    if initiative.period.start < period.start:
        return None
    text = _("“%(title)s” was registered in %(own)s; it can be kept in a later term only, not in %(period)s.")
    said = {"title": initiative.title, "own": initiative.period.code, "period": period.code}
    return Refusal("initiatives.not_a_later_term", text % said, column="period")


def why_not_finish(initiative: Initiative, *, on: date | None = None) -> Refusal | None:
    """Why a draft cannot be written on or registered: it is none any more, or the day lies before it."""
    if initiative.voided_at is not None or initiative.state != State.DRAFT:
        return Refusal("initiatives.no_draft", _("This model is no draft any more; it was registered."))
    return None if on is None else before_last_move(initiative, on)


def kept_already(title: str, *, period: str, id: int) -> Refusal:
    """A model of an earlier term is kept once in a term."""
    text = _("“%(title)s” is kept in %(period)s already.") % {"title": title, "period": period}
    return Refusal("initiatives.kept_already", text, column="title", facts={"id": id})


def sent_already(title: str, *, id: int) -> Refusal:
    """A sheet sent twice is one model."""
    text = _("This sheet was sent already: it is “%(title)s”.") % {"title": title}
    return Refusal("initiatives.sent_already", text, facts={"id": id})
