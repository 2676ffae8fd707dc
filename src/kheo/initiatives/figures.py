"""What the registry counts: models in the list by field, kind, novelty and state; and what they brought about, by kind.

A result stays where it was told whatever becomes of its model: land that was given remains given when the model is
taken off the list, so results have no state. What was told by mistake is voided, and then never was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from kheo.figures.words import Cause, Dimension, Image, Measure
from kheo.initiatives.models import Initiative, Result
from kheo.initiatives.words import COUNTED, RESULT_SCALE, RESULT_UNIT, Field, Kind, Novelty, ResultKind, State

if TYPE_CHECKING:
    from kheo.base.errors import StrOrPromise

# Numbers as the journal keeps them. Permanent: a number never changes its meaning.
FIELDS = {Field.ECONOMY: 1, Field.CULTURE_SOCIETY: 2, Field.DEFENCE_SECURITY: 3, Field.POLITICAL_SYSTEM: 4}
KINDS = {Kind.COLLECTIVE: 1, Kind.INDIVIDUAL: 2}
NOVELTIES = {Novelty.NEW: 1, Novelty.KEPT: 2, Novelty.REPLICATED: 3}
STATES = {
    State.ACCEPTED: 1,
    State.LAUNCHED: 2,
    State.RUNNING: 3,
    State.REVIEWED: 4,
    State.RECOGNISED: 5,
    State.REMOVED: 6,
}


def image(initiative: Initiative, *, day: date, cause: Cause = Cause.ENTER) -> Image:
    """What a model counts as from that day on; a model not yet in the list counts as nothing and has no image."""
    return Image(
        fact=initiative.pk,
        place=initiative.place_id,
        d1=FIELDS[Field(initiative.field)],
        d2=KINDS[Kind(initiative.kind)],
        d3=NOVELTIES[Novelty(initiative.novelty)],
        state=STATES[State(initiative.state)],
        n=1,
        amount=0,
        day=day,
        cause=cause,
    )


def facts() -> Iterable[Image]:
    """The registry's own rows as images, for the recount: models that ever entered the list and were no mistake."""
    counted = Initiative.objects.filter(counted_on__isnull=False, voided_at__isnull=True).only(
        "id", "place_id", "field", "kind", "novelty", "state", "counted_on"
    )
    for initiative in counted.order_by("id").iterator(chunk_size=2000):
        assert initiative.counted_on is not None
        yield image(initiative, day=initiative.counted_on)


def _members(numbers: Mapping[Any, int]) -> MappingProxyType[int, tuple[str, StrOrPromise]]:
    return MappingProxyType({number: (choice.value, choice.label) for choice, number in numbers.items()})


_SORTS = (
    Dimension("field", "d1", _("Field"), _members(FIELDS)),
    Dimension("kind", "d2", _("Kind"), _members(KINDS)),
    Dimension("novelty", "d3", _("New, kept or replicated"), _members(NOVELTIES)),
)
INITIATIVES = Measure(
    id=1,
    code="initiatives",
    label=_("Models in the list"),
    unit_of_count=_("models"),
    dimensions=(
        *_SORTS,
        Dimension("state", "state", _("State"), _members(STATES)),
    ),
    counted=frozenset(STATES[state] for state in COUNTED),
    facts=facts,
)

TOLD = 1  # the one state of a result


def results_told(kind: ResultKind) -> Iterable[Image]:
    """The results of one kind as images, for the recount: told, not taken back, of models that were no mistake."""
    told = Result.objects.filter(
        kind=kind, progress__voided_at__isnull=True, progress__initiative__voided_at__isnull=True
    )
    of = "progress__initiative__"
    columns = ("id", "amount", "progress__on", f"{of}place_id", f"{of}field", f"{of}kind", f"{of}novelty")
    for id, amount, day, place, *sorts in told.order_by("id").values_list(*columns).iterator(chunk_size=2000):
        d1, d2, d3 = FIELDS[Field(sorts[0])], KINDS[Kind(sorts[1])], NOVELTIES[Novelty(sorts[2])]
        yield Image(fact=id, place=place, d1=d1, d2=d2, d3=d3, state=TOLD, n=1, amount=amount, day=day)


# Each kind is a measure of its own, so that no question can add m² to dong. Codes and ids are permanent.
RESULTS: Mapping[str, Measure] = MappingProxyType(
    {
        kind.value: Measure(
            id=id,
            code=f"result_{kind.value}",
            label=kind.label,
            unit_of_count=RESULT_UNIT[kind],
            dimensions=_SORTS,
            counted=frozenset({TOLD}),
            facts=partial(results_told, kind),
            scale=RESULT_SCALE[kind],
        )
        for id, kind in enumerate(ResultKind, start=11)
    }
)
