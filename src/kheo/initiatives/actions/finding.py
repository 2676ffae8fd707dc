"""Letting models be found: what of a model is searched, by whom; called by every deed that changes its texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from kheo.initiatives.models import Initiative, InitiativeTag, Progress
from kheo.initiatives.queries import SEARCHED, lagging, tags_of
from kheo.initiatives.words import ITEMS
from kheo.search import actions as search
from kheo.search.words import Source, Text
from kheo.units.queries import views

CHUNK = 1000
# What everybody may read of a model beyond its name (queries.published); all other texts are the office's.
PUBLIC_TEXTS = ("goal", "outputs")
OFFICE_TEXTS = (*(item for item in ITEMS if item not in PUBLIC_TEXTS), "note", "code")
_NEWEST = date(9999, 1, 1)  # units are found under the last name they had


def index(initiatives: Iterable[Initiative]) -> None:
    """Let these models be found as they now are, in the caller's transaction. Some ten queries for each thousand."""
    several = list(initiatives)
    for start in range(0, len(several), CHUNK):
        search.put(SEARCHED, _texts(several[start : start + CHUNK]))


def texts_of_new(several: Sequence[Initiative], origins: Mapping[int, int], called: dict[int, str]) -> Iterator[Text]:
    """The texts of models of a list, which have no tags, owners or reports yet. `origins`: place -> unit; `called`
    keeps the names of units for the next ones."""
    wanted = {*origins.values(), *(i.now_p for i in several), *(i.now_c for i in several if i.now_c is not None)}
    if lacking := wanted - called.keys():
        called |= {id: unit.full_name for id, unit in views(lacking, _NEWEST).items()}
    return (_text(i, origins[i.place_id], called) for i in several)


def forget(ids: Sequence[int]) -> None:
    """Let these models be found no more."""
    search.drop(SEARCHED, ids)


def _texts(several: Sequence[Initiative]) -> list[Text]:
    ids = [i.pk for i in several]
    origins = dict(
        Initiative.objects.filter(pk__in=ids).order_by().values_list("place_id", "place__origin_id").distinct()
    )
    owners = dict(
        Initiative.objects.filter(pk__in=ids, owner__isnull=False)
        .order_by()
        .values_list("owner_id", "owner__name")
        .distinct()
    )
    wanted = set(origins.values()) | {i.now_p for i in several} | {i.now_c for i in several if i.now_c is not None}
    called = {id: unit.full_name for id, unit in views(wanted, _NEWEST).items()}
    more: dict[int, list[str]] = {}
    for id, label in InitiativeTag.objects.filter(initiative__in=ids).values_list("initiative_id", "tag"):
        more.setdefault(id, []).append(label)
    told = Progress.objects.filter(initiative__in=ids, voided_at__isnull=True).exclude(text="")
    for id, text in told.order_by("-on", "-id").values_list("initiative_id", "text"):
        more.setdefault(id, []).append(text)
    return [
        _text(i, origins[i.place_id], called, owners.get(i.owner_id or 0, ""), *more.get(i.pk, ())) for i in several
    ]


def _text(i: Initiative, origin: int, called: Mapping[int, str], *inside: str) -> Text:
    return Text(
        id=i.pk,
        title=i.title,
        text=" ".join(
            (
                *dict.fromkeys(called.get(unit or 0, "") for unit in (origin, i.now_c, i.now_p)),
                *(getattr(i, column) for column in PUBLIC_TEXTS),
            )
        ),
        office=" ".join((*(getattr(i, column) for column in OFFICE_TEXTS), *inside)),
        tags=tags_of(i),
    )


def _all() -> Iterator[Sequence[Text]]:
    """Every living model, a thousand at a time, in the order of their numbers."""
    living, last = Initiative.objects.filter(voided_at__isnull=True).order_by("id"), 0
    while several := list(living.filter(pk__gt=last)[:CHUNK]):
        yield _texts(several)
        last = several[-1].pk


MODELS = Source(texts=_all, lag=lagging)
