"""What machines read: which pages there are, which are for them, and the picture that goes along with a link."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kheo.base import clock
from kheo.base.errors import Invisible
from kheo.initiatives.queries import next_public_id, public_ids, public_model
from kheo.initiatives.words import Field
from kheo.portal.picture import Card, draw
from kheo.units.queries import units_on
from kheo.units.words import Level

PART = 10_000  # numbers of models in one part of the site map
OFFICE = ("account", "audit", "desk", "imports", "initiatives", "people")
FIXED = ("portal:home", "portal:models", "portal:map", "figures:coverage", "figures:quoted", "units:index")
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
A_DAY = "public, max-age=86400"
AN_HOUR = "public, max-age=3600"


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Public pages are for everybody, the office's are not; where the site map is."""
    lines = ["User-agent: *", *(f"Disallow: /{lang}/{room}/" for lang in _LANGUAGES for room in OFFICE)]
    lines += ["", f"Sitemap: {_site(request)}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8", headers={"Cache-Control": AN_HOUR})


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The parts of the site map, by language: part 0 are pages and places, the others are models; none is empty."""
    site = _site(request)
    parts, last = [0], next_public_id(0)
    while last is not None:
        parts.append((last - 1) // PART + 1)
        last = next_public_id(parts[-1] * PART)
    body = [
        f"<sitemap><loc>{escape(f'{site}/sitemap/{lang}/{part}.xml')}</loc></sitemap>\n"
        for lang in _LANGUAGES
        for part in parts
    ]
    text = f"{_HEAD}<sitemapindex {_SPACES}>\n{''.join(body)}</sitemapindex>\n"
    return HttpResponse(text, content_type="application/xml; charset=utf-8", headers={"Cache-Control": AN_HOUR})


@require_safe
def sitemap_part(request: HttpRequest, lang: str, part: int) -> StreamingHttpResponse:
    """One part, written as it is read: it takes no more memory for ten thousand models than for one."""
    if lang not in _LANGUAGES or part > 2**40:
        raise Invisible
    lines = _urls(_site(request), lang, _pages() if part == 0 else _models(part))
    return StreamingHttpResponse(
        lines, content_type="application/xml; charset=utf-8", headers={"Cache-Control": AN_HOUR}
    )


def _urls(site: str, lang: str, found: Iterator[tuple[str, str]]) -> Iterator[str]:
    """Addresses without their language, and the day they changed ("": not known), as lines of a site map."""
    yield f'{_HEAD}<urlset {_SPACES} xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
    for path, day in found:
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{code}" href={quoteattr(f"{site}/{code}/{path}")}/>'
            for code in _LANGUAGES
        )
        changed = f"<lastmod>{day}</lastmod>" if day else ""
        yield f"<url><loc>{escape(f'{site}/{lang}/{path}')}</loc>{changed}{others}</url>\n"
    yield "</urlset>\n"


def _pages() -> Iterator[tuple[str, str]]:
    for name in FIXED:
        yield _bare(reverse(name)), ""
    for level in (Level.PROVINCE, Level.COMMUNE):
        for unit in units_on(clock.today(), level=level):
            yield f"places/{unit.uid}/", ""


def _models(part: int) -> Iterator[tuple[str, str]]:
    for id, day in public_ids((part - 1) * PART, part * PART):
        yield f"models/{id}/", day.isoformat()


def _bare(path: str) -> str:
    """An address without its language."""
    return path.split("/", 2)[2]


def _site(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


@require_safe
def picture(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The picture of a model for those who share its link: its own words, drawn by us, in Vietnamese like the words."""
    row = public_model(pk, on=clock.today())
    if row is None:
        raise Invisible
    with translation.override("vi"):
        card = Card(
            title=row.title,
            place=f"{row.unit_name}, {row.province_name}",
            field=row.field,
            field_name=str(Field(row.field).label),
            movement=_("The “Skilled mass mobilisation” emulation movement"),
            notice=_("Demonstration data. Nothing on this page is real.") if row.is_demo else "",
        )
    etag = f'"{hashlib.sha256(repr(card).encode()).hexdigest()[:32]}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        drawn = caches["pages"].get(f"picture{etag}")
        if drawn is None:
            drawn = draw(card)
            caches["pages"].set(f"picture{etag}", drawn, 3600)
        answer = HttpResponse(drawn, content_type="image/png")
    answer["ETag"], answer["Cache-Control"] = etag, A_DAY
    return answer
