"""What every page shares: refusals as answers, filters that are allow-listed, pages of a list that do not drift."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.db import OperationalError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template import loader
from django.utils import translation
from django.utils.translation import gettext as _

from kheo.base.errors import Invisible, NotAllowed, Refused

log = logging.getLogger(__name__)
M = TypeVar("M", bound=Model)


class AnswersMiddleware:
    """An invisible row is 404, a missing power 403 (strangers are sent to sign in), an uncaught refusal a plain 409."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        if isinstance(fault, Invisible):
            raise Http404 from fault
        if isinstance(fault, NotAllowed) and not request.actor.signed_in:  # type: ignore[attr-defined]
            return redirect_to_login(request.get_full_path())
        if isinstance(fault, NotAllowed):
            return plain_page(403, str(fault.refusal.text))  # an expected no, never logged as a fault
        if isinstance(fault, Refused):
            return plain_page(409, *(str(refusal.text) for refusal in fault.refusals))
        if isinstance(fault, OperationalError):
            log.exception("database trouble")
            sentence = _(
                "The server cannot save just now. Nothing of what you sent was lost half way; try again in a moment."
            )
            return plain_page(503, sentence)
        return None


def plain_page(status: int, *sentences: str) -> HttpResponse:
    """A page of a thing gone wrong: drawn without the request, so that it stands even when the database does not."""
    direction = "rtl" if translation.get_language_bidi() else "ltr"
    lang = (translation.get_language() or "vi").split("-")[0]
    context = {"status": status, "sentences": sentences, "lang": lang, "dir": direction}
    return HttpResponse(loader.get_template("error.html").render(context), status=status)


@dataclass(frozen=True)
class Page:
    """One page of a list: its rows, where it stands, and the addresses of its neighbours (query strings)."""

    rows: list[Any]
    number: int
    count: int
    size: int

    @property
    def last(self) -> int:
        return max(1, -(-self.count // self.size))

    @property
    def first_row(self) -> int:
        return (self.number - 1) * self.size + 1 if self.count else 0

    @property
    def last_row(self) -> int:
        return min(self.number * self.size, self.count)


def page_of(rows: QuerySet[M], number: object, *, size: int = 50, count: int | None = None) -> Page:
    """The page of an explicitly ordered query set; a silly number gives the nearest real page. Two queries, one
    where the caller knows the count."""
    if not rows.ordered:
        raise ValueError("a page needs an explicit order")
    count = rows.count() if count is None else count
    try:
        wanted = int(str(number))
    except ValueError:
        wanted = 1
    wanted = min(max(1, wanted), max(1, -(-count // size)))
    return Page(list(rows[(wanted - 1) * size : wanted * size]), wanted, count, size)
