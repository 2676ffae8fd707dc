"""Builds `request.actor` once per request, on first use."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from kheo.base import clock
from kheo.base.access import STRANGER, Actor
from kheo.people.models import User
from kheo.people.queries import actor_of

_OPEN = frozenset({"account_change_password", "account_logout", "set_language"})


class ActorMiddleware:
    """Gives each request its actor: the stranger, or the signed-in person with the reach of today's posts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """A password from the office is changed first. Asks nothing of a visitor without a session."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not getattr(request.user, "must_change", False):
            return None
        here = request.resolver_match.url_name if request.resolver_match else ""
        return None if here in _OPEN else redirect("account_change_password")


def _actor(request: HttpRequest) -> Actor:
    user = request.user
    return actor_of(user, clock.today()) if isinstance(user, User) else STRANGER
