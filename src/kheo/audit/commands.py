"""The trail on the command line: look at it, check it, seal it."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kheo.audit import queries, rules
from kheo.audit.actions import seal
from kheo.audit.words import EntryRow, Verdict, act_of
from kheo.base import clock
from kheo.base.command import DAY, REFUSED, Call, common
from kheo.base.errors import NotAllowed, Refusal, Refused


def _must_read(call: Call) -> None:
    if (refusal := rules.why_not_read(call.actor)) is not None:
        raise NotAllowed(refusal)


@click.command("verify")
@common
def verify_(call: Call) -> None:
    """Check the hash chain: the sealed part link by link, then the open tail. Exit 1 when it does not hold."""
    _must_read(call)
    verdict = queries.verify()
    call.say(_sentence(verdict))
    answer: dict[str, Any] = {
        "ok": verdict.ok,
        "sealed": verdict.sealed,
        "open": verdict.open,
        "first_broken": verdict.first_broken,
    }
    if verdict.fault is not None:
        answer |= {"fault": verdict.fault.value, "text": str(verdict.fault.label)}
    call.answer(answer)
    if not verdict.ok:
        raise SystemExit(REFUSED)


def _sentence(verdict: Verdict) -> str:
    if verdict.fault is not None:
        text = _("The audit trail is broken at entry %(entry)s: %(fault)s.")
        return text % {"entry": verdict.first_broken, "fault": verdict.fault.label}
    text = _("The audit trail holds: %(sealed)s entries sealed, %(open)s not sealed yet; the chain ends with %(head)s.")
    return text % {"sealed": verdict.sealed, "open": verdict.open, "head": verdict.head[:16]}


@click.command
@click.option("--subject", metavar="KIND:ID", help="Only what was done to this, for instance initiative:12.")
@click.option("--act", metavar="CODE", help="Only this act, for instance initiatives.accept.")
@click.option("--actor", metavar="USER", help="Only what this user did.")
@click.option("--since", type=DAY, metavar="DATE", help="Only deeds of this day and later.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@common
def show(call: Call, subject: str | None, act: str | None, actor: str | None, since: date | None, limit: int) -> None:
    """The newest entries of the trail, newest first."""
    _must_read(call)
    entries = queries.visible(call.actor)
    if act is not None:
        if act_of(act) is None:
            raise Refused(Refusal("audit.act_unknown", _("No act has the code %(code)s.") % {"code": act}))
        entries = entries.filter(act=act)
    if subject is not None:
        kind, colon, number = subject.partition(":")
        if not colon:
            text = _("Write what you look for as kind:number, for instance initiative:12.")
            raise Refused(Refusal("audit.subject", text))
        entries = entries.filter(subject_kind=kind, subject_id=number)
    if actor is not None:
        entries = entries.filter(actor_name=actor)
    if since is not None:
        entries = entries.filter(on__gte=since)
    rows = queries.rows(entries[:limit])
    for row in rows:
        call.say(_line(row))
    call.answer({"count": len(rows), "rows": [_as_json(row) for row in rows]})


def _line(row: EntryRow) -> str:
    facts = " ".join(f"{key}={value}" for key, value in row.told)
    subject = f"{row.subject.kind}:{row.subject.id} {row.subject.label}" if row.subject else ""
    known = row.known.astimezone(clock.VIETNAM).strftime("%Y-%m-%d %H:%M:%S")
    return f"{row.id:>8}  {known}  {row.on}  {row.actor:<12}  {row.act:<28}  {subject}  {facts}".rstrip()


def _as_json(row: EntryRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "known": row.known,
        "on": row.on,
        "act": row.act,
        "text": str(row.text),
        "actor": row.actor,
        "subject": {"kind": row.subject.kind, "id": row.subject.id, "label": row.subject.label}
        if row.subject
        else None,
        "facts": row.facts,
        "sealed": row.sealed,
    }


@click.command("seal")
@common
def seal_(call: Call) -> None:
    """Seal what is open now; the server does this every minute by itself."""
    _must_read(call)
    n = seal(known=clock.now())
    last = queries.last_seal()
    call.say(ngettext("%(n)s entry sealed.", "%(n)s entries sealed.", n) % {"n": n})
    call.answer({"sealed": n, "head": last.hash if last else None})


COMMANDS: dict[str, click.Command] = {
    "audit": click.Group(
        "audit",
        commands={"verify": verify_, "show": show, "seal": seal_},
        help="The append-only trail of who did what.",
    )
}
