"""What `kheo doctor` asks about the map: does it hold what its editions say, and does every unit have its place?"""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.db.models import F, Q
from django.utils.translation import gettext as _

from kheo.base.text import day_text
from kheo.units.models import Edition, Place, PlaceUnit, Unit, UnitVersion
from kheo.units.queries.versions import holding
from kheo.units.words import BEFORE_EDITIONS, Level


def map_findings() -> list[str]:
    """Everything about the map that is not as it should be, one sentence each; empty when all is well."""
    if not Unit.objects.exists():
        return [_("The map is empty; run: kheo init")]
    return [*_counts(), *_parents(), *_codes(), *_places()]


def _counts() -> list[str]:
    found = []
    for edition in Edition.objects.order_by("code"):
        days = {edition.known_on, edition.in_force_from} - {None}
        for day in sorted(d for d in days if d is not None):
            n = _units_on(day, edition.scope_id)
            if n != (edition.provinces, edition.districts, edition.communes):
                found.append(
                    _("On %(day)s the map of edition %(edition)s has %(n)s units, not the %(expected)s it should have.")
                    % {
                        "day": day_text(day),
                        "edition": edition.code,
                        "n": " + ".join(map(str, n)),
                        "expected": f"{edition.provinces} + {edition.districts} + {edition.communes}",
                    }
                )
    return found


def _units_on(day: date, scope: int | None) -> tuple[int, int, int]:
    """How many provinces, districts and communes there are on the day, in the country or in one province."""
    rows = list(UnitVersion.objects.filter(holding(day)).values_list("unit_id", "unit__level", "parent_id"))
    above = {unit: parent for unit, _level, parent in rows}
    if scope is not None:
        inside = {scope}
        for _round in range(2):
            inside |= {unit for unit, parent in above.items() if parent in inside}
        rows = [row for row in rows if row[0] in inside]
    n = Counter(level for _unit, level, _parent in rows)
    return n[Level.PROVINCE], n[Level.DISTRICT], n[Level.COMMUNE]


def _parents() -> list[str]:
    """Every open version below the provinces lies in a unit that still holds."""
    open_units = UnitVersion.objects.filter(valid_to__isnull=True)
    lost = open_units.exclude(unit__level=Level.PROVINCE).exclude(parent_id__in=open_units.values("unit_id"))
    return [
        _("%(unit)s has no parent that is still in force.") % {"unit": f"u{unit:05d} {type_} {name}"}
        for unit, type_, name in lost.order_by("unit_id").values_list("unit_id", "type", "name")[:20]
    ]


def _codes() -> list[str]:
    seen = Counter(UnitVersion.objects.filter(valid_to__isnull=True).values_list("unit__level", "code"))
    return [
        _("Code %(code)s is held by %(n)s units in force.") % {"code": code, "n": n}
        for (_level, code), n in sorted(seen.items())
        if n > 1
    ]


def _places() -> list[str]:
    found = []
    roots = Place.objects.filter(refines__isnull=True)
    if missing := Unit.objects.exclude(id__in=roots.values("origin_id")).count():
        found.append(_("%(n)s units have no place.") % {"n": missing})
    first_rows = PlaceUnit.objects.filter(since=BEFORE_EDITIONS).values("place_id")
    if missing := Place.objects.exclude(id__in=first_rows).count():
        found.append(_("%(n)s places do not say where they lie on the oldest map.") % {"n": missing})
    whole = Q(refines__isnull=True, rec_c__isnull=False, now_c__isnull=True)
    pieces = Place.objects.filter(refines__isnull=False).values("refines_id")
    if lost := Place.objects.filter(whole).exclude(id__in=pieces).count():
        found.append(_("%(n)s divided communes have no pieces to place their records in.") % {"n": lost})
    ended = UnitVersion.objects.filter(valid_to__isnull=True).values("unit_id")
    gone = Place.objects.filter(~Q(now_p__in=ended) | (Q(now_c__isnull=False) & ~Q(now_c__in=ended)))
    if n := gone.count():
        found.append(_("%(n)s places lie today in units that are not in force.") % {"n": n})
    turned = PlaceUnit.objects.filter(place__origin=F("commune"), place__rec_c__isnull=True).count()
    if turned:
        found.append(_("%(n)s places kept at a higher level are shown as communes.") % {"n": turned})
    return found
