"""Readers of what was told of models: tellings with their results and files, sums by kind, single files by right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum, Window
from django.utils.translation import gettext as _

from kheo.base.access import OPERATOR, Actor, must
from kheo.base.errors import Invisible
from kheo.base.powers import Power
from kheo.files.models import StoredFile
from kheo.initiatives.models import Evidence, Initiative, Progress, Result
from kheo.initiatives.queries.registry import LARGEST_ID, visible
from kheo.initiatives.words import MEASURED, PUBLIC, RESULT_SCALE, RESULT_UNIT, ResultKind

MOST_TOLD = 20  # tellings on one page
MOST_PHOTOS = 24  # on the page for everybody


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """An amount of one kind in the unit people write."""

    kind: str
    label: str
    unit: str
    amount: int | Decimal

    @property
    def measured(self) -> bool:
        """Whether the unit must stand beside the name."""
        return self.kind in MEASURED

    @property
    def places(self) -> int:
        """Decimal places it is written with."""
        return len(str(RESULT_SCALE[self.kind])) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """A file that shows what was told, and how it is shown."""

    id: int
    caption: str
    name: str
    type: str
    size: int
    width: int | None
    height: int | None
    is_photo: bool
    is_public: bool
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One telling of a model's progress, with everything that came with it."""

    id: int
    on: date
    text: str
    by: str
    results: tuple[ResultRow, ...]
    photos: tuple[EvidenceRow, ...]
    files: tuple[EvidenceRow, ...]
    times: int  # how many tellings of the model stand

    def as_json(self) -> dict[str, object]:
        """The telling for machines."""
        return {
            "id": self.id,
            "on": self.on,
            "text": self.text,
            "by": self.by,
            "results": results_json(self.results),
            "files": [
                {"id": file.id, "name": file.name, "caption": file.caption, "public": file.is_public}
                for file in (*self.photos, *self.files)
            ],
        }


def results_json(results: Iterable[ResultRow]) -> dict[str, object]:
    """Amounts by kind, each with its unit."""
    return {row.kind: {"amount": row.amount, "unit": RESULT_UNIT_CODES[row.kind]} for row in results}


# Units as machines read them; people read `RESULT_UNIT` in their language.
RESULT_UNIT_CODES: Mapping[str, str] = {
    ResultKind.HOUSEHOLDS: "households",
    ResultKind.LAND: "m2",
    ResultKind.WORKDAYS: "workdays",
    ResultKind.MONEY: "VND",
    ResultKind.WORKS: "works",
    ResultKind.CARDS: "cards",
}


def results_of(id: int) -> tuple[ResultRow, ...]:
    """What a model brought about so far, by kind, in the order of the kinds. One query."""
    told = Result.objects.filter(progress__initiative=id, progress__voided_at__isnull=True)
    sums = dict(told.order_by().values_list("kind").annotate(n=Sum("amount")))
    return tuple(_result(kind, sums[kind]) for kind in ResultKind.values if kind in sums)


def tellings(id: int, *, limit: int | None = MOST_TOLD) -> tuple[Telling, ...]:
    """What was told of a model and stands, newest first. Three queries."""
    standing = Progress.objects.filter(initiative=id, voided_at__isnull=True).annotate(times=Window(Count("id")))
    several = list(standing.order_by("-on", "-id")[:limit])
    ids = [progress.pk for progress in several]
    results: dict[int, dict[str, int]] = {}
    for progress, kind, amount in Result.objects.filter(progress__in=ids).values_list("progress_id", "kind", "amount"):
        results.setdefault(progress, {})[kind] = amount
    shown: dict[int, list[EvidenceRow]] = {}
    if ids:
        for evidence in _evidence(Evidence.objects.filter(progress__in=ids)).order_by("id"):
            shown.setdefault(evidence.progress_id, []).append(_row(evidence))
    return tuple(
        Telling(
            id=p.pk,
            on=p.on,
            text=p.text,
            by=_("the local operator") if p.actor_name == OPERATOR.name else p.actor_name,
            results=tuple(_result(k, results[p.pk][k]) for k in ResultKind.values if k in results.get(p.pk, {})),
            photos=tuple(row for row in shown.get(p.pk, ()) if row.is_photo),
            files=tuple(row for row in shown.get(p.pk, ()) if not row.is_photo),
            times=p.times,
        )
        for p in several
    )


def progress_of(initiative: Initiative, id: int) -> Progress:
    """One telling of this model, taken back or not; `Invisible` when it is none of its."""
    found = Progress.objects.filter(initiative=initiative, pk=id).first() if 0 < id <= LARGEST_ID else None
    if found is None:
        raise Invisible
    found.initiative = initiative
    return found


def public_photos(id: int) -> list[EvidenceRow]:
    """The photos of a model that everybody may see, newest first. Ask first whether the model is published."""
    found = Evidence.objects.filter(progress__initiative=id, progress__voided_at__isnull=True, is_public=True)
    rows = (_row(evidence) for evidence in _evidence(found).order_by("-progress__on", "-id")[:MOST_PHOTOS])
    return [row for row in rows if row.is_photo]


def evidence_file(actor: Actor, model: int, id: int) -> tuple[StoredFile, bool]:
    """A file of a telling, and whether everybody may see it; asked at each download.

    Public evidence of a published model answers everybody; any other who sees the model. A stranger is asked to sign
    in, everybody else gets `Invisible`; so does everybody once the telling was taken back.
    """
    known = 0 < id <= LARGEST_ID and 0 < model <= LARGEST_ID
    standing = Evidence.objects.filter(progress__voided_at__isnull=True, progress__initiative__voided_at__isnull=True)
    found = _evidence(standing).filter(pk=id, progress__initiative=model).first() if known else None
    if found is not None and found.is_public:
        of = found.progress.initiative
        if of.state in PUBLIC:
            return found.file, True
    if not actor.signed_in:
        must(actor, Power.INITIATIVES_SEE, None)
    if found is None or not visible(actor).filter(pk=model).exists():
        raise Invisible
    return found.file, False


def _evidence(found: QuerySet[Evidence]) -> QuerySet[Evidence]:
    return found.select_related("file", "progress__initiative")


def _row(evidence: Evidence) -> EvidenceRow:
    file = evidence.file
    return EvidenceRow(
        id=evidence.pk,
        caption=evidence.caption,
        name=file.name,
        type=file.type,
        size=file.size,
        width=file.width,
        height=file.height,
        is_photo=file.is_photo,
        is_public=evidence.is_public,
        on=evidence.progress.on,
    )


def _result(kind: str, amount: int) -> ResultRow:
    places = len(str(RESULT_SCALE[kind])) - 1
    return ResultRow(
        kind=kind,
        label=str(ResultKind(kind).label),
        unit=str(RESULT_UNIT[kind]),
        amount=Decimal(amount).scaleb(-places) if places else int(amount),
    )
