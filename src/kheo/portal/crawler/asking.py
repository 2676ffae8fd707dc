"""Asking this program for an address as a browser without a cookie does: no socket, all of the middleware."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils import translation


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    kind: str  # content type without its parameters
    location: str
    cookies: int
    body: bytes


Ask = Callable[[str], Answer]


def host() -> str:
    """A name this installation answers to."""
    return next((name for name in settings.ALLOWED_HOSTS if name and name[0] not in ".*["), "127.0.0.1")


def in_process() -> Ask:
    """A function that asks the program in this process, in whatever transaction the caller is."""
    handler = WSGIHandler()

    def ask(address: str) -> Answer:
        parts = urlsplit(address)
        environ = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
            "QUERY_STRING": parts.query,
            "SERVER_NAME": host(),
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": host(),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
        }
        # Not through the handler's own door: at its end that closes the caller's database connection.
        language = translation.get_language()
        response = handler.get_response(WSGIRequest(environ))
        try:
            body = b"".join(response)
        finally:
            for close in response._resource_closers:  # type: ignore[attr-defined]
                close()
            translation.activate(language or settings.LANGUAGE_CODE)
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        location = response.headers.get("Location", "")
        return Answer(response.status_code, kind, location, len(response.cookies), body)

    return ask
