"""The rules of bringing tables in: pure questions that answer with a Refusal or None. None reads the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kheo.base.errors import Refusal
from kheo.exchange.words import BAD, GOOD, Fate, Key, Match, Outcome, Question, RowReading, RunState

if TYPE_CHECKING:
    from kheo.exchange.models import ImportRun

MB = 1024 * 1024


def why_not_upload(size: int, limit: int) -> Refusal | None:
    """A file is bounded before it is read; `size` and `limit` in bytes."""
    if size <= limit:
        return None
    text = _("The file has %(size)s MB; at most %(limit)s MB are taken at once. Send it in smaller parts.")
    said = {"size": -(-size // MB), "limit": limit // MB}
    return Refusal("exchange.file_too_big", text % said)


def why_not_read(rows: int, sheet: str) -> Refusal | None:
    """A table without rows brings nothing in."""
    if rows:
        return None
    text = _("Sheet “%(sheet)s” has headings but no rows under them.") % {"sheet": sheet}
    return Refusal("exchange.no_rows", text)


def fate_of(reading: RowReading, found: Outcome | None) -> Fate:
    """What will become of a row: refused before asked, asked before what the register already holds."""
    if reading.refused or isinstance(found, Refusal):
        return Fate.REFUSED
    if reading.asked or isinstance(found, Question):
        return Fate.ASKED
    if found is None:
        return Fate.NEW
    return Fate.CHANGED if found.changes else Fate.UNCHANGED


def reasons_of(reading: RowReading, found: Outcome | None) -> list[dict[str, Any]]:
    """Why a row has its fate, as it is stored: what refuses it, what is asked, what differs, what is held."""
    reasons: list[dict[str, Any]] = [_no(refusal) for refusal in reading.refused]
    reasons += [asking(question) for question in reading.asked]
    if reasons:
        return reasons
    if isinstance(found, Question):
        return [asking(found)]
    if isinstance(found, Refusal):
        return [_no(found)]
    if isinstance(found, Match):
        if found.changes:
            return [
                {"kind": "difference", "label": str(d.label), "old": d.old, "new": d.new} for d in found.differences
            ]
        return [{"kind": "held", "text": found.shown}] if found.shown else []
    return []


def _no(refusal: Refusal) -> dict[str, Any]:
    return {"kind": "refused", "code": refusal.code, "column": refusal.column, "text": str(refusal.text)}


def asking(question: Question) -> dict[str, Any]:
    """A question as it is stored and shown."""
    return {
        "kind": "asked",
        "key": question.key,
        "code": question.refusal.code,
        "row": question.refusal.row,
        "column": question.refusal.column,
        "text": str(question.refusal.text),
        "choices": [[value, str(text)] for value, text in question.choices],
    }


def twice(keyed: Iterable[tuple[int, Sequence[Key]]]) -> tuple[dict[int, Refusal], Set[str]]:
    """Rows of one file that are one and the same thing: each is refused, naming all of them. And all keys there are."""
    first: dict[str, int] = {}
    rows: dict[str, list[int]] = {}
    keys: dict[str, Key] = {}
    for number, own in keyed:
        for key in own:
            if key.value not in first:
                first[key.value] = number
                continue
            rows.setdefault(key.value, [first[key.value]]).append(number)
            keys[key.value] = key
    found: dict[int, Refusal] = {}
    for value, numbers in rows.items():
        text = _("Rows %(rows)s hold the same thing, “%(what)s”. Keep one of them.")
        listed = _listed(numbers)
        for number in numbers:
            said = text % {"rows": listed, "what": keys[value].shown}
            facts: dict[str, object] = {"rows": tuple(numbers)}
            found.setdefault(number, Refusal("exchange.twice_in_file", said, number, keys[value].column, facts))
    return found, first.keys()


_MOST_LISTED = 8


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(n) for n in numbers[:_MOST_LISTED])
    return shown if len(numbers) <= _MOST_LISTED else f"{shown}, …"


def added(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Two totals of one shape, added number by number."""
    found = dict(one)
    for name, value in other.items():
        if isinstance(value, Mapping):
            found[name] = added(found.get(name, {}), value)
        else:
            found[name] = found.get(name, 0) + value
    return found


def good(counts: Mapping[str, Any]) -> int:
    """Rows that can be saved."""
    return sum(int(counts.get(fate, 0)) for fate in GOOD)


def bad(counts: Mapping[str, Any]) -> int:
    """Rows that stand in the way of saving everything."""
    return sum(int(counts.get(fate, 0)) for fate in BAD)


def why_not_save(run: ImportRun, *, good_rows: bool = False) -> Refusal | None:
    """All or nothing, or the good rows by explicit choice; never while the file itself is in question."""
    if run.state == RunState.SAVED:
        return Refusal("exchange.saved_already", _("This import is saved already."))
    if run.state == RunState.READING:
        text = _("This file is still being read, or its reading was cut off. Read it again.")
        return Refusal("exchange.being_read", text)
    if run.state == RunState.SAVING:
        text = _("This import is being saved, or its saving was cut off. Nothing of it counts yet; read it again.")
        return Refusal("exchange.being_saved", text)
    if run.state != RunState.STAGED:
        return Refusal("exchange.not_waiting", _("This import does not wait to be saved any more."))
    open_questions = run.reading.get("questions", [])
    if open_questions:
        text = ngettext(
            "%(n)s question about the whole file is still open: %(first)s",
            "%(n)s questions about the whole file are still open. The first: %(first)s",
            len(open_questions),
        )
        said = {"n": len(open_questions), "first": open_questions[0]["text"]}
        return Refusal("exchange.file_asked", text % said)
    if bad(run.counts) and not good_rows:
        text = _("%(asked)s rows are still to be answered and %(refused)s are refused, so nothing is saved.")
        said = {"asked": run.counts.get(Fate.ASKED, 0), "refused": run.counts.get(Fate.REFUSED, 0)}
        return Refusal("exchange.rows_in_the_way", text % said)
    if not run.counts.get(Fate.NEW, 0) and not run.counts.get(Fate.CHANGED, 0):
        if good(run.counts):
            return Refusal("exchange.nothing_new", _("Everything that can be saved is in the register already."))
        return Refusal("exchange.nothing_good", _("No row of this file can be saved."))
    return None


def why_not_answer(run: ImportRun) -> Refusal | None:
    """Answers and readings of headings change only what waits to be saved."""
    if run.state in (RunState.STAGED, RunState.READING):
        return None
    return Refusal("exchange.not_waiting", _("This import does not wait to be saved any more."))


def why_not_begin_again(run: ImportRun) -> Refusal | None:
    """What waits, and what was cut off while it was read or saved, can be read again or set aside."""
    if run.state in (RunState.STAGED, RunState.READING, RunState.SAVING):
        return None
    return Refusal("exchange.not_waiting", _("This import does not wait to be saved any more."))


def why_not_undo(run: ImportRun) -> Refusal | None:
    """Only what was saved can be taken back, once."""
    if run.state == RunState.SAVED:
        return None
    if run.state == RunState.UNDONE:
        return Refusal("exchange.undone_already", _("This import was undone already."))
    return Refusal("exchange.not_saved", _("Nothing of this import was saved, so there is nothing to take back."))


def moved_on(state: str) -> Refusal:
    """Somebody, perhaps the person's own second click, was quicker: the import is not where it was seen."""
    if state == RunState.SAVED:
        return Refusal("exchange.saved_already", _("This import is saved already."))
    if state == RunState.UNDONE:
        return Refusal("exchange.undone_already", _("This import was undone already."))
    return Refusal("exchange.moved_on", _("Something else was done with this import meanwhile. Open it again."))


def changed_since(n: int) -> Refusal:
    """Somebody saved something of the same list between the preview and the saving."""
    text = ngettext(
        "%(n)s row has another fate than you saw, because others saved meanwhile. Nothing was saved; look again.",
        "%(n)s rows have another fate than you saw, because others saved meanwhile. Nothing was saved; look again.",
        n,
    )
    return Refusal("exchange.changed_since", text % {"n": n}, facts={"rows": n})
