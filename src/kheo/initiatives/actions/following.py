"""What a decree of the map does to models: their copies of today's province and commune, and how they are found."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from kheo.base.access import Actor
from kheo.initiatives.actions.finding import index
from kheo.initiatives.models import Initiative
from kheo.units.queries import chunks
from kheo.units.words import Turn


@transaction.atomic
def follow_map(*, actor: Actor, turn: Turn, on: date, known: datetime) -> int:  # noqa: ARG001 - all are asked alike
    """Move today's copies of the models of these places. Returns how many; inside the decree's transaction.

    Nothing is counted anew: a model stays at the place it was recorded at, and figures ask the place.
    """
    touched = 0
    for move in turn.moves:
        for places in chunks(move.places):
            at = Initiative.objects.filter(place_id__in=places)
            if n := at.update(now_p=move.now_p, now_c=move.now_c):
                index(at.filter(voided_at__isnull=True))
                touched += n
    return touched
