"""Telling of a model's progress: a few sentences, results by kind, files that show it; and taking a telling back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from kheo.audit import actions as audit
from kheo.base.access import Actor, must
from kheo.base.errors import Refusal, Refused, refuse_if
from kheo.base.powers import Power
from kheo.base.text import clean, clean_lines
from kheo.files import actions as files
from kheo.initiatives import rules
from kheo.initiatives.actions.finding import index
from kheo.initiatives.actions.moving import compare_and_set, subject_of
from kheo.initiatives.actions.results import enter, leave
from kheo.initiatives.models import Confirmation, Evidence, Initiative, Progress, Result
from kheo.initiatives.words import RESULT_SCALE, TOLD, TOLD_WRONG, GivenFile, ResultKind

STALE = "initiatives.stale"


def tell(
    *,
    actor: Actor,
    initiative: Initiative,
    text: str = "",
    results: Mapping[str, Decimal] | None = None,
    evidence: Sequence[GivenFile] = (),
    version: int | None = None,
    on: date,
    known: datetime,
) -> Progress:
    """Tell what was done by the day `on`: a text, amounts by kind (in the unit people write) added since the last
    telling, files that show it. Its state stays as it is; setting it running is a step of its own.

    The same telling sent twice from the page once seen (`version`) is one. Raises `Refused` with all reasons, or
    `initiatives.stale`; `NotAllowed` without the right to register at the place.
    """
    must(actor, Power.INITIATIVES_REGISTER, initiative)
    said, told = clean_lines(text), {ResultKind(kind).value: amount for kind, amount in (results or {}).items()}
    captions = [clean(file.caption) for file in evidence]
    may = rules.why_not_tell(initiative, counts=bool(said or told), on=on, known=known)
    against = [may, *rules.why_not_said(said, told, captions)]
    ready, refusals = _made_ready(evidence)
    refusals = [*(refusal for refusal in against if refusal is not None), *refusals]
    if refusals:
        raise Refused(refusals)
    amounts = {kind: int(amount * RESULT_SCALE[kind]) for kind, amount in told.items()}
    try:
        refuse_if(rules.why_not_fresh(initiative, version))
        with transaction.atomic():
            heard = max(on, initiative.heard_on or initiative.state_on)
            compare_and_set(initiative, heard_on=heard)
            progress = Progress.objects.create(
                initiative=initiative, on=on, text=said, actor_id=actor.id, actor_name=actor.name[:150], known=known
            )
            rows = [Result(progress=progress, kind=kind, amount=amount) for kind, amount in amounts.items()]
            enter(initiative, Result.objects.bulk_create(rows), on=on, known=known)
            kept: dict[int, Evidence] = {}
            for file, given, caption in zip(ready, evidence, captions, strict=True):
                stored = files.keep_ready(actor=actor, file=file, on=on, known=known)
                kept.setdefault(
                    stored.pk, Evidence(progress=progress, file=stored, caption=caption, is_public=given.is_public)
                )
            Evidence.objects.bulk_create(kept.values())
            index([initiative])
            facts = {"results": amounts, "files": len(kept)}
            audit.record(TOLD, actor=actor, on=on, known=known, subject=subject_of(initiative), facts=facts)
    except Refused as no:
        if version is None or no.refusal.code != STALE:
            raise
        if (again := _told_already(initiative, actor, on, said, amounts, ready)) is None:
            raise
        return again
    return progress


@transaction.atomic
def void_progress(
    *, actor: Actor, progress: Progress, reason: str, version: int | None = None, on: date, known: datetime
) -> Initiative:
    """Take back what was told by mistake: its results never were (old reports stay reproducible), its files are shown
    to nobody, and the model was last heard of when it otherwise was. Raises `Refused` without a reason, or twice."""
    initiative = progress.initiative
    must(actor, Power.INITIATIVES_REGISTER, initiative)
    refuse_if(rules.why_not_void_progress(progress.voided_at is not None, reason))
    refuse_if(rules.why_not_fresh(initiative, version))
    compare_and_set(initiative, heard_on=_last_heard(initiative, without=progress))
    Progress.objects.filter(pk=progress.pk).update(voided_at=known)
    progress.voided_at = known
    leave(list(Result.objects.filter(progress=progress)), known=known)
    index([initiative])
    facts = {"day": progress.on.isoformat(), "reason": clean(reason)}
    audit.record(TOLD_WRONG, actor=actor, on=on, known=known, subject=subject_of(initiative), facts=facts)
    return initiative


def _made_ready(evidence: Sequence[GivenFile]) -> tuple[list[files.Ready], list[Refusal]]:
    """The files read and cleaned, and what stands against each of them."""
    ready, refusals = [], []
    for given in evidence:
        try:
            ready.append(files.ready(data=given.data, filename=given.filename))
        except Refused as no:
            refusals += [Refusal(r.code, r.text, column="photos", facts=r.facts) for r in no.refusals]
    return ready, refusals


def _told_already(
    initiative: Initiative, actor: Actor, on: date, text: str, amounts: Mapping[str, int], ready: Sequence[files.Ready]
) -> Progress | None:
    """The last telling that stands, when it is this very one by the same person, files and all: a form sent twice."""
    last = Progress.objects.filter(initiative=initiative.pk, voided_at__isnull=True).order_by("-id").first()
    if last is None or (last.on, last.text, last.actor_id, last.actor_name) != (on, text, actor.id, actor.name[:150]):
        return None
    if set(Evidence.objects.filter(progress=last).values_list("file__sha256", flat=True)) != {f.sha256 for f in ready}:
        return None  # another photo must not be lost
    return last if dict(Result.objects.filter(progress=last).values_list("kind", "amount")) == amounts else None


def _last_heard(initiative: Initiative, *, without: Progress) -> date:
    told = Progress.objects.filter(initiative=initiative, voided_at__isnull=True).exclude(pk=without.pk)
    days = [told.order_by("-on").values_list("on", flat=True).first()]
    days.append(Confirmation.objects.filter(initiative=initiative).order_by("-on").values_list("on", flat=True).first())
    return max([initiative.state_on, *(day for day in days if day is not None)])
