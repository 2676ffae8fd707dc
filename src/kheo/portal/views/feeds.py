"""News as Atom feeds: of all models, of a field, of a unit, in each language; demonstrations are never news."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kheo.base import clock
from kheo.base.errors import Invisible
from kheo.initiatives.queries import news, unit_named
from kheo.initiatives.words import Field, PublicRow
from kheo.units.words import Level, UnitView

ENTRIES = 30
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@require_safe
def feed(request: HttpRequest, field: str = "", uid: str = "") -> HttpResponse:
    """What entered the list last. Ids never change; an entry is as new as its model's last move."""
    today, lang = clock.today(), str(translation.get_language())
    unit = unit_named(uid, today) if uid else None
    if (field and field not in Field.values) or (uid and (unit is None or unit.level == Level.DISTRICT)):
        raise Invisible
    rows = news(on=today, limit=ENTRIES, field=field, unit=unit)
    site = f"{request.scheme}://{request.get_host()}"
    # An id needs a name that stays, not an address that answers: host without port, a year in which it was ours.
    own = f"tag:{request.get_host().partition(':')[0]},2025:{lang}"
    part = f":{field}" if field else f":{unit.uid}" if unit else ""
    made = _Feed(
        title=_title(field, unit),
        link=site + reverse("portal:models"),
        description=_("Models of the “Skilled mass mobilisation” emulation movement"),
        language=lang,
        author_name="Kheo",
        feed_url=site + request.path,
        feed_guid=f"{own}:news{part}",
    )
    made.newest = max((row.state_on for row in rows), default=today)
    for row in rows:
        made.add_item(
            title=_plain(row.title),
            link=site + reverse("portal:model", kwargs={"pk": row.id}),
            description=_plain(_summary(row)),
            unique_id=f"{own}:model:{row.id}",
            updateddate=_midnight(row.state_on),
            categories=[str(Field(row.field).label)],
        )
    response = HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    response["Last-Modified"] = made.newest.strftime("%a, %d %b %Y 00:00:00 GMT")
    return response


class _Feed(Atom1Feed):
    """A feed that is as new as its newest entry, or as the day it is asked on when it has none."""

    newest: date

    def latest_post_date(self) -> datetime:
        return _midnight(self.newest)


def _title(field: str, unit: UnitView | None) -> str:
    if field:
        return _("New in the list: %(what)s") % {"what": Field(field).label}
    if unit is not None:
        return _("New in the list: %(what)s") % {"what": unit.full_name}
    return _("New in the list")


def _summary(row: PublicRow) -> str:
    said = {"field": Field(row.field).label, "unit": row.unit_name, "province": row.province_name, "goal": row.goal}
    return (_("%(field)s. %(unit)s, %(province)s. %(goal)s") % said).strip()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.VIETNAM)


def _plain(text: str) -> str:
    return _NOT_XML.sub("", text)
