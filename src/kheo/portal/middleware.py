"""Keeps public pages for readers without a cookie, each under its address and the number of changes (ADR 0013)."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers

from kheo.audit.queries import version
from kheo.base import clock
from kheo.portal.words import KEPT_PAGES, banded

LONGEST_QUERY = 400  # letters of a query string; longer ones are answered and not kept
LARGEST = 512 * 1024  # bytes of a page that is kept
SECONDS = 3600
# A reader and every cache between may keep the page, and ask each time whether it still holds.
ANYBODY, ONE_READER = "public, no-cache", "private, no-cache"


@dataclass(frozen=True)
class Kept:
    """A page as it was answered."""

    headers: tuple[tuple[str, str], ...]
    body: bytes  # compressed

    def answer(self) -> HttpResponse:
        return HttpResponse(zlib.decompress(self.body), headers=dict(self.headers))


class KeptPagesMiddleware:
    """Answers a public page from what is kept of it, as long as nothing at all has changed since it was drawn."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = _key(request) if _anonymous(request) else None
        kept = caches["pages"].get(key) if key else None
        if kept is not None:
            return _conditional(request, kept.answer())
        response = self.get_response(request)
        match = request.resolver_match
        if match is None or match.view_name not in KEPT_PAGES or response.status_code != 200:
            return response
        patch_vary_headers(response, ["Cookie"])
        if key is None or response.cookies or not isinstance(response, HttpResponse):
            response.headers.setdefault("Cache-Control", ONE_READER)
            return response
        response.headers.setdefault("Cache-Control", ANYBODY)
        response.headers["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        if len(response.content) <= LARGEST:
            kept = Kept(tuple(response.headers.items()), zlib.compress(response.content, 1))
            caches["pages"].set(key, kept, SECONDS)
        return _conditional(request, response)


def _anonymous(request: HttpRequest) -> bool:
    """A plain question of somebody who brings nothing along: no cookie, no password, no script's mark."""
    return (
        request.method == "GET"
        and not request.COOKIES
        and "Authorization" not in request.headers
        and "HX-Request" not in request.headers
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
        and _is_kept(request.path_info)
    )


def _is_kept(path: str) -> bool:
    """Whether pages of this address are kept at all; others are not asked for, and cost no question."""
    with translation.override(translation.get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            return resolve(path).view_name in KEPT_PAGES
        except Resolver404:
            return False


def _key(request: HttpRequest) -> str | None:
    """Under what a page is kept: its whole address (the language is in it), host, day, band, number of changes.

    The number is asked before the page is drawn: what changes meanwhile is kept under a number nobody asks for again.
    """
    try:
        parts = (str(request.scheme), request.get_host(), request.get_full_path(), clock.today().isoformat())
        marks = (str(version()), str(banded()))
    except (DisallowedHost, DatabaseError):
        return None
    return hashlib.sha256("\n".join((*parts, *marks)).encode("utf-8", "surrogateescape")).hexdigest()


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """The page, or that the reader's own copy still holds."""
    answer = get_conditional_response(request, etag=response.headers["ETag"], response=response)
    return response if answer is None else answer
