"""Readers of the trail: the check of the chain, and the entries somebody may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Exists, OuterRef, QuerySet, Sum

from kheo.audit import rules
from kheo.audit.models import Entry, Seal, Turn
from kheo.audit.words import SEALED, Act, EntryRow, Fault, Subject, Verdict, act_of
from kheo.base.access import Actor

CHUNK = 900  # rows held in memory at a time


def _open() -> QuerySet[Entry]:
    return Entry.objects.filter(~Exists(Seal.objects.filter(entry_id=OuterRef("pk"))))


def unsealed(limit: int) -> list[Entry]:
    """The oldest committed entries that no seal covers yet. One query."""
    return list(_open().order_by("pk")[:limit])


def version() -> int:
    """The number of changes so far: another one as soon as any deed is there, the same as long as none is. One query.

    Not the highest number of an entry: on PostgreSQL one with a lower number may commit later.
    """
    return Turn.objects.aggregate(n=Sum("n"))["n"] or 0


def last_seal() -> Seal | None:
    """Where the chain ends now."""
    return Seal.objects.order_by("-seq").first()


def verify() -> Verdict:
    """Check the sealed part link by link, then that the sealer's notes in the open tail agree with it.

    Streams: memory does not grow with the trail. What the tail alone cannot show (an entry not yet sealed) is said by
    `open`. Links added while this runs are left for the next check.
    """
    last = last_seal()
    end = last.seq if last else 0
    seq, head = 0, rules.START
    for seal, entry in _sealed_up_to(end):
        fault = _fault(seq, head, seal, entry)
        if fault is not None:
            return Verdict(False, seq, deeds_open(), seal.entry_id, fault, head)
        seq, head = seal.seq, seal.hash
    note = _note_that_disagrees(end)
    if note is not None:
        return Verdict(False, seq, deeds_open(), note, Fault.SEAL_GAP, head)
    return Verdict(True, seq, deeds_open(), head=head)


def _sealed_up_to(end: int) -> Iterator[tuple[Seal, Entry | None]]:
    at: int | None = None
    while True:
        seals = Seal.objects.filter(seq__lte=end) if at is None else Seal.objects.filter(seq__gt=at, seq__lte=end)
        chunk = list(seals.order_by("seq")[:CHUNK])
        if not chunk:
            return
        entries = _readable([seal.entry_id for seal in chunk])
        for seal in chunk:
            yield seal, entries.get(seal.entry_id)
        at = chunk[-1].seq


def _readable(numbers: list[int]) -> dict[int, Entry]:
    """Entries by number. One in which somebody wrote a day that is none is left out instead of failing the check."""
    try:
        return Entry.objects.in_bulk(numbers)
    except ValueError:
        if len(numbers) == 1:
            return {}
        middle = len(numbers) // 2
        return _readable(numbers[:middle]) | _readable(numbers[middle:])


def _fault(seq: int, head: str, seal: Seal, entry: Entry | None) -> Fault | None:
    """What is wrong with this link when the one before it is number `seq` with hash `head`; None: it holds."""
    if seal.seq != seq + 1:
        return Fault.SEAL_GAP
    if entry is None:
        return Fault.CHANGED if Entry.objects.filter(pk=seal.entry_id).exists() else Fault.MISSING
    if rules.link(head, entry) == seal.hash:
        return None
    return Fault.REORDERED if _stands_elsewhere(head, seal) else Fault.CHANGED


def _stands_elsewhere(head: str, seal: Seal) -> bool:
    """Whether the entry that was sealed here is found under another number, or its seal names another entry.

    Reads the whole trail once; asked only when a link is broken.
    """
    at = -(1 << 62)
    while numbers := list(Entry.objects.filter(pk__gt=at).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        for entry in _readable(numbers).values():
            if seal.hash in (rules.link(head, entry), rules.link(head, entry, as_id=seal.entry_id)):
                return True
        at = numbers[-1]
    return False


def _note_that_disagrees(end: int) -> int | None:
    """Number of an open note that does not agree with the chain, or of the last sealed entry when the chain's end has
    no note at all (it was cut short); None: all agree."""
    found = False
    for note in _open().filter(act=SEALED.code).order_by("pk").iterator(chunk_size=CHUNK):
        seq, head = note.facts.get("seq"), note.facts.get("hash")
        if not isinstance(seq, int) or not Seal.objects.filter(seq=seq, hash=head).exists():
            return note.pk
        found = found or seq == end
    if found or not end:
        return None
    return Seal.objects.values_list("entry_id", flat=True).get(seq=end)


def deeds_open() -> int:
    """How many deeds no seal covers yet: some of the last minute while a server runs. One query."""
    return _open().exclude(act=SEALED.code).count()


def sealed() -> int:
    """How many entries the chain holds. One query."""
    last = last_seal()
    return last.seq if last else 0


def visible(actor: Actor) -> QuerySet[Entry]:
    """The entries this actor may read: all of them, or none. Newest first."""
    if rules.why_not_read(actor) is not None:
        return Entry.objects.none()
    return Entry.objects.order_by("-pk")


def about(kind: str, id: str, *, limit: int = 100) -> list[EntryRow]:
    """The history of one thing, newest first, for whoever its own room lets see it. Two queries."""
    return rows(Entry.objects.filter(subject_kind=kind, subject_id=id).order_by("-pk")[:limit])


def rows(entries: Iterable[Entry]) -> list[EntryRow]:
    """Entries as frozen rows, each saying whether it is sealed. One query more."""
    listed = list(entries)
    numbers = [entry.pk for entry in listed]
    sealed = set(Seal.objects.filter(entry_id__in=numbers).values_list("entry_id", flat=True))
    return [_row(entry, entry.pk in sealed) for entry in listed]


def _row(entry: Entry, sealed: bool) -> EntryRow:
    act = act_of(entry.act) or Act(entry.act, frozenset(), entry.act)
    subject = None
    if entry.subject_kind:
        subject = Subject(entry.subject_kind, entry.subject_id, entry.subject_label)
    return EntryRow(
        entry.pk, entry.known, entry.on, entry.act, act.text, entry.actor_name, subject, dict(entry.facts), sealed
    )
