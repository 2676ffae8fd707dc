"""The only writers of the trail: what happened is recorded in its own transaction, and sealed soon after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from kheo.audit import rules
from kheo.audit.models import Entry, Seal, Turn
from kheo.audit.queries import last_seal, unsealed
from kheo.audit.words import SEALED, Act, Subject
from kheo.base.access import Actor
from kheo.base.clock import VIETNAM
from kheo.base.errors import must_be_in_transaction

SEALER = Actor(id=None, name="sealer")
BATCH = 2000  # entries sealed in one short transaction
MOST_TURNS = 200  # rows of turns that are left to be added up at each question


def record(
    act: Act,
    *,
    actor: Actor,
    on: date,
    known: datetime,
    subject: Subject | None = None,
    facts: Mapping[str, Any] = {},
) -> None:
    """Write who did what to what, inside the transaction of the deed itself, and that something changed. Two inserts.

    Raises RuntimeError outside a transaction, ValueError for a fact the act does not know, TypeError for a value
    that is not text, a whole number, true, false, null or a list of these.
    """
    must_be_in_transaction()
    Entry.objects.create(
        known=known,
        on=on,
        act=act.code,
        actor_id_text="" if actor.id is None else str(actor.id),
        actor_name=rules.storable(actor.name)[:200],
        subject_kind=subject.kind if subject else "",
        subject_id=rules.storable(subject.id)[:60] if subject else "",
        subject_label=rules.storable(subject.label)[:400] if subject else "",
        facts=rules.must_fit(act, facts),
    )
    if act.code != SEALED.code:
        turn()


def turn() -> None:
    """Say that something changed, in the transaction that changes it: what is kept of pages is out of date from then.

    `record` says it for every deed; data that comes without a deed (`kheo init`) says it here.
    """
    must_be_in_transaction()
    Turn.objects.create(n=1)


@transaction.atomic
def fold_turns() -> int:
    """Make one row of many turns; their sum, which is the version, stays. How many rows went.

    Rows that another folds at this moment are passed over, and nobody ever waits for them.
    """
    rows = Turn.objects.order_by("id")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    ids = list(rows.values_list("id", flat=True)[:500])
    if len(ids) < MOST_TURNS:
        return 0
    several = Turn.objects.filter(id__in=ids)
    n = several.aggregate(n=Sum("n"))["n"]
    several.delete()
    Turn.objects.create(n=n)
    return len(ids)


def seal(*, known: datetime) -> int:
    """Chain every committed entry that is not sealed yet; how many deeds were sealed (the sealer's notes apart).

    An entry with a lower number that commits later is sealed when it is there, after those before it. Of two sealers
    at once one wins and the other stops. Must not run inside the transaction of a deed.
    """
    sealed = 0
    while True:
        batch = unsealed(BATCH)
        deeds = sum(entry.act != SEALED.code for entry in batch)
        if not deeds or not _chain(batch, known):
            return sealed
        sealed += deeds


def _chain(batch: list[Entry], known: datetime) -> bool:
    """Add one link for each entry and a note of where the chain now ends; False when another sealer was first."""
    try:
        with transaction.atomic():
            last = last_seal()
            seq, head = (last.seq, last.hash) if last else (0, rules.START)
            links = []
            for entry in batch:
                seq, head = seq + 1, rules.link(head, entry)
                links.append(Seal(seq=seq, entry_id=entry.pk, hash=head))
            Seal.objects.bulk_create(links, batch_size=300)
            facts = {"entries": len(batch), "seq": seq, "hash": head}
            record(SEALED, actor=SEALER, on=known.astimezone(VIETNAM).date(), known=known, facts=facts)
    except IntegrityError:
        return False
    return True
