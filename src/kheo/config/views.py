"""Addresses that belong to no room: the door to a language, health, and the pages of things gone wrong."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from kheo.base.web import plain_page


@require_safe
@vary_on_headers("Accept-Language")
def to_language(request: HttpRequest) -> HttpResponse:
    """`/` leads to the reader's language, Vietnamese when none of ours is asked for."""
    return HttpResponseRedirect(f"/{translation.get_language_from_request(request)}/")


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Whether the server can answer and its database can be read."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM unit LIMIT 1")
    except DatabaseError:
        return JsonResponse({"ok": False}, status=503)
    return JsonResponse({"ok": True})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself is broken."""
    return plain_page(400, _("The request could not be understood. Go back and try again."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: seen but not allowed, with the rule's own sentence."""
    refusal = getattr(exception, "refusal", None)
    return plain_page(403, str(refusal.text) if refusal else _("You do not have the right to do this here."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: not there, or not there for this reader; the two are not told apart."""
    return plain_page(404, _("There is no such page, or it is not open to you."))


def fault(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours; the log has it."""
    return plain_page(500, _("Something went wrong on our side. Nothing was half saved; try again in a moment."))
