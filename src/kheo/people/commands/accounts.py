"""Accounts and powers on the command line."""

from __future__ import annotations

import secrets
import sys
from datetime import date
from typing import Any

import click
from django.utils.translation import gettext as _

from kheo.base import clock
from kheo.base.access import must
from kheo.base.command import Call, common
from kheo.base.errors import Invisible, Refusal, Refused
from kheo.base.powers import Power
from kheo.people import actions, queries
from kheo.people.models import User
from kheo.people.words import AccountRow
from kheo.units.queries import by_code, by_uid, view
from kheo.units.words import UnitView


def reach(call: Call, username: str) -> User:
    """The account, if the actor manages it; else Invisible."""
    person = queries.person(username)
    if person is None or not queries.visible(call.actor).filter(pk=person.pk).exists():
        raise Invisible
    return person


def kept(call: Call, username: str) -> User:
    """The account, if the actor looks after it; else Invisible."""
    person = queries.person(username)
    if person is None or not queries.kept(call.actor, clock.today()).filter(pk=person.pk).exists():
        raise Invisible
    return person


def unit_of(written: str, on: date) -> UnitView:
    """The unit of today a code (68, 22945) or a public id (u12345) means."""
    found = by_code(written, on)
    if not found and (number := by_uid(written)) is not None:
        one = view(number, on)
        found = [one] if one else []
    if len(found) != 1:
        text = _("No unit of today has the code %(code)s.") % {"code": written}
        raise Refused(Refusal("units.unknown", text))
    return found[0]


def _password(read: bool) -> tuple[str, bool]:
    """A password from standard input (one line), else a made one; whether it was made."""
    return (sys.stdin.readline().rstrip("\n"), False) if read else (secrets.token_urlsafe(9), True)


_PASSWORD = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input; without it one is made and printed."
)


@click.command
@click.argument("words", required=False)
@common
def accounts(call: Call, words: str | None) -> None:
    """The accounts you manage, with their posts; WORDS keeps those whose user name begins so."""
    must(call.actor, Power.PEOPLE_MANAGE, None)
    listed = queries.visible(call.actor)
    if words:
        listed = listed.filter(username__startswith=words)
    rows = queries.accounts(listed, clock.today())
    for row in rows:
        call.say(_line(row))
    call.answer({"count": len(rows), "rows": [_as_json(row) for row in rows]})


@click.command
@click.argument("username")
@common
def show(call: Call, username: str) -> None:
    """One account and all its posts, those that have ended too."""
    person = reach(call, username)
    row = queries.accounts([person], clock.today())[0]
    call.say(_line(row))
    for post in row.posts:
        days = f"{post.start} – {post.end or ''}"
        call.say(f"  {post.id:>6}  {days:<24}  {post.role_name!s}, {post.seat}".rstrip(", "))
    call.answer(_as_json(row))


@click.command
@common
def powers(call: Call) -> None:
    """Which role holds which power; a post gives it within its reach."""
    rows = queries.roles()
    for row in rows:
        call.say(f"{row.code:<24} {row.scope.value:<14} {row.name!s}")
        for power in sorted(row.powers):
            call.say(f"    {power:<22} {Power(power).label}")
    answer = [{"role": r.code, "name": str(r.name), "scope": r.scope.value, "powers": sorted(r.powers)} for r in rows]
    call.answer({"count": len(rows), "rows": answer})


@click.command
@click.argument("username")
@click.option("--name", "full_name", required=True, help="The person's full name.")
@click.option("--language", default="vi", show_default=True, help="vi, en, ar or pt.")
@click.option("--phone", default="", help="Telephone number the person can sign in with, too.")
@_PASSWORD
@common
def create(call: Call, username: str, full_name: str, language: str, phone: str, password_stdin: bool) -> None:
    """Give a person an account; it opens nothing before it has a post."""
    password, made = _password(password_stdin)
    person = actions.create_account(
        actor=call.actor,
        username=username,
        full_name=full_name,
        password=password,
        language=language,
        phone=phone,
        on=call.on,
        known=clock.now(),
    )
    tell(call, person, password if made else None)


@click.command("password")
@click.argument("username")
@_PASSWORD
@common
def password_(call: Call, username: str, password_stdin: bool) -> None:
    """Set a new password for somebody who lost theirs; their sessions end."""
    person = reach(call, username)
    password, made = _password(password_stdin)
    actions.set_password(actor=call.actor, person=person, password=password, on=call.on, known=clock.now())
    tell(call, person, password if made else None)


def tell(call: Call, person: User, password: str | None) -> None:
    """Say whose account it is and, this once, its password."""
    call.say(_("Account: %(name)s") % {"name": person.username})
    if password is not None:
        call.say(_("Password, shown this once: %(password)s") % {"password": password})
    call.answer({"username": person.username, "password": password})


@click.command
@click.argument("username")
@click.option("--name", "full_name", help="The right full name.")
@click.option("--phone", help="The right telephone number; an empty one takes it away.")
@click.option("--language", help="vi, en, ar or pt.")
@common
def change(call: Call, username: str, full_name: str | None, phone: str | None, language: str | None) -> None:
    """Put name, telephone number or language of an account right; the user name stays."""
    changed = actions.change_account(
        actor=call.actor,
        person=kept(call, username),
        full_name=full_name,
        phone=phone,
        language=language,
        on=call.on,
        known=clock.now(),
    )
    call.say(_("The account is saved."))
    call.answer({"username": username, "changed": list(changed)})


@click.command("forget-second-step")
@click.argument("username")
@click.option("--reason", required=True, help="Why, for the audit trail.")
@common
def forget_second_step(call: Call, username: str, reason: str) -> None:
    """Take away the second step of a person who lost telephone, device and recovery codes."""
    person = kept(call, username)
    actions.forget_second_step(actor=call.actor, person=person, reason=reason, on=call.on, known=clock.now())
    call.say(_("The second step is taken away. The person signs in with the password alone."))
    call.answer({"username": person.username, "second_step": False})


@click.command
@click.argument("username")
@common
def close(call: Call, username: str) -> None:
    """Close an account: nobody signs in with it any more. What was done with it stays."""
    person = actions.close_account(actor=call.actor, person=kept(call, username), on=call.on, known=clock.now())
    call.say(_("The account %(name)s is closed.") % {"name": person.username})
    call.answer({"username": person.username, "active": person.is_active})


@click.command("open")
@click.argument("username")
@common
def open_(call: Call, username: str) -> None:
    """Open a closed account again."""
    person = actions.open_account(actor=call.actor, person=kept(call, username), on=call.on, known=clock.now())
    call.say(_("The account %(name)s is open.") % {"name": person.username})
    call.answer({"username": person.username, "active": person.is_active})


def _line(row: AccountRow) -> str:
    mark = "" if row.active else _("(closed)")
    return f"{row.username:<10} {row.full_name} {mark}".rstrip()


def _as_json(row: AccountRow) -> dict[str, Any]:
    return {
        "username": row.username,
        "full_name": row.full_name,
        "language": row.language,
        "active": row.active,
        "demo": row.demo,
        "posts": [
            {
                "id": p.id,
                "role": p.role,
                "unit": None if p.unit_id is None else f"u{p.unit_id:05d}",
                "organisation": p.organisation_id,
                "seat": p.seat,
                "start": p.start,
                "end": p.end,
            }
            for p in row.posts
        ],
    }
