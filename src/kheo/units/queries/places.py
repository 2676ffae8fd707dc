"""Places: what a recorder named, and where it lies today."""

from __future__ import annotations

from collections.abc import Iterable

from kheo.base.access import Spot
from kheo.base.kept import Kept
from kheo.units.models import Place
from kheo.units.queries.versions import chunks, map_stamp
from kheo.units.words import PlaceView

CANDIDATES: Kept[frozenset[int], frozenset[int]] = Kept(map_stamp, most=2_000)


def root_place(unit_id: int) -> Place:
    """The place that stands for a whole unit. Raises Place.DoesNotExist for an unknown unit."""
    return Place.objects.get(origin_id=unit_id, refines__isnull=True)


def root_places(unit_ids: Iterable[int]) -> dict[int, Place]:
    """Root places by unit id; unknown units are left out."""
    return {
        place.origin_id: place
        for chunk in chunks(set(unit_ids))
        for place in Place.objects.filter(origin_id__in=chunk, refines__isnull=True)
    }


def place_view(place_id: int) -> PlaceView | None:
    """A place as a frozen row; None if there is no such place."""
    place = Place.objects.filter(pk=place_id).first()
    return _view(place) if place else None


def piece_places(place_id: int) -> list[PlaceView]:
    """The pieces of a place whose commune was divided: where its records may be placed. Empty for any other place."""
    return [_view(piece) for piece in Place.objects.filter(refines_id=place_id).order_by("id")]


def places_of(unit_id: int) -> list[PlaceView]:
    """The root place of a unit, then the pieces of it if it was divided."""
    return [_view(place) for place in Place.objects.filter(origin_id=unit_id).order_by("id")]


def spot_of(unit_id: int) -> Spot:
    """Where a unit lies on today's map. Raises Place.DoesNotExist for an unknown unit."""
    place = root_place(unit_id)
    return Spot(place.now_p, place.now_c)


def candidate_places(commune_ids: Iterable[int]) -> frozenset[int]:
    """Root places of divided communes, not yet placed, one piece of which is in one of these communes of today."""
    kept, asked = CANDIDATES.values(), frozenset(commune_ids)
    if asked not in kept:
        kept[asked] = _candidates(asked)
    return kept[asked]


def _candidates(commune_ids: frozenset[int]) -> frozenset[int]:
    return frozenset(
        root
        for chunk in chunks(commune_ids)
        for root in Place.objects.filter(refines__isnull=False, now_c__in=chunk).values_list("refines_id", flat=True)
        if root is not None
    )


def _view(place: Place) -> PlaceView:
    return PlaceView(place.pk, place.origin_id, place.refines_id, place.rec_c, place.rec_p, place.now_c, place.now_p)
