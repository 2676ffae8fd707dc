"""Builds `request.actor` once per request, on first use."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from kheo.base import clock
from kheo.base.access import STRANGER, Actor
from kheo.people.models import User
from kheo.people.queries import actor_of


class ActorMiddleware:
    """Gives each request its actor: the stranger, or the signed-in person with the reach of today's posts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _actor(request: HttpRequest) -> Actor:
    user = request.user
    return actor_of(user, clock.today()) if isinstance(user, User) else STRANGER
