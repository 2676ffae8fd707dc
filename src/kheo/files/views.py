"""Hand a kept file out. The view of the room whose record holds it asks the right first, at each download."""

from __future__ import annotations

from django.http import FileResponse
from django.utils.http import content_disposition_header

from kheo.files.models import StoredFile
from kheo.files.queries import open_
from kheo.files.words import MEDIA_TYPE


def answer(stored: StoredFile, *, inline: bool = False, private: bool = True) -> FileResponse:
    """The file with headers under which nothing in it runs. Only photos are ever shown inline.

    `private`: read by right of the person who asks, so no cache keeps it; public photos may rest in one for a while.
    """
    shown = inline and stored.is_photo
    response = FileResponse(open_(stored), content_type=MEDIA_TYPE[stored.type])
    response.headers["Content-Length"] = str(stored.size)
    response.headers["Content-Disposition"] = content_disposition_header(not shown, stored.name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store" if private else "public, max-age=600"
    return response
