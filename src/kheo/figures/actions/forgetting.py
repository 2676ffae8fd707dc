"""Taking figures of demonstration rows away: the one time lines leave the journal."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from kheo.audit.guards import lifted
from kheo.base.errors import must_be_in_transaction
from kheo.figures.models import FigLine, FigNow
from kheo.figures.words import Measure

CHUNK = 500


def forget(measure: Measure, facts: Sequence[int]) -> int:
    """Take image and journal of these facts away as if they never were; how many lines went. Demonstration rows only.

    Runs inside the caller's transaction, with the journal's guards lifted for it and put back before it ends.
    """
    must_be_in_transaction()
    gone = 0
    with transaction.atomic(), lifted("fig_line"):
        for start in range(0, len(facts), CHUNK):
            chunk = list(facts[start : start + CHUNK])
            FigNow.objects.filter(measure=measure.id, fact__in=chunk).delete()
            gone += FigLine.objects.filter(measure=measure.id, fact__in=chunk).delete()[0]
    return gone
