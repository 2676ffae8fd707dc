"""Accounts, posts, organisations and powers on the command line."""

from __future__ import annotations

import secrets
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from kheo.base import clock
from kheo.base.access import must
from kheo.base.command import DAY, Call, common
from kheo.base.errors import Invisible, Refusal, Refused
from kheo.base.powers import Power
from kheo.people import actions, queries
from kheo.people.exchange import village_lines
from kheo.people.models import Organisation, Post, Role, User
from kheo.people.words import AccountRow, Fate, Line, Slip
from kheo.units.queries import by_code, by_uid, view
from kheo.units.words import UnitView


def _reach(call: Call, username: str) -> User:
    """The account, if the actor manages it; else Invisible."""
    person = queries.person(username)
    if person is None or not queries.visible(call.actor).filter(pk=person.pk).exists():
        raise Invisible
    return person


def _unit(written: str, on: date) -> UnitView:
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
    person = _reach(call, username)
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
    _tell(call, person, password if made else None)


@click.command("password")
@click.argument("username")
@_PASSWORD
@common
def password_(call: Call, username: str, password_stdin: bool) -> None:
    """Set a new password for somebody who lost theirs; their sessions end."""
    person = _reach(call, username)
    password, made = _password(password_stdin)
    actions.set_password(actor=call.actor, person=person, password=password, on=call.on, known=clock.now())
    _tell(call, person, password if made else None)


@click.command("create-accounts")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--unit", "written", metavar="CODE", help="The commune; without it, the one you keep accounts for.")
@click.option("--dry-run", is_flag=True, help="Show what becomes of every line; make nothing.")
@common
def create_accounts(call: Call, file: Path, written: str | None, dry_run: bool) -> None:
    """Accounts for villages and organisations of a commune from a csv: village, person, telephone number.

    All lines or none; the same file again makes nothing. First passwords are printed this once.
    """
    must(call.actor, Power.PEOPLE_VILLAGE, None)
    own = call.actor.reach_of(Power.PEOPLE_VILLAGE).communes
    if written is None and len(own) != 1:
        raise Refused(Refusal("units.unknown", _("Say which commune the accounts are of, with --unit.")))
    unit = _unit(written, call.on) if written is not None else view(next(iter(own)), call.on)
    if unit is None:
        raise Invisible
    lines = village_lines(file.read_bytes())
    fates = queries.village_fates(call.actor, unit, lines, call.on)
    for fate in fates:
        call.say(
            f"{fate.line.row:>5}  {fate.fate.label:<16} {fate.line.village}, {fate.line.person}  {fate.why!s}".rstrip()
        )
    slips: list[Slip] = []
    if not dry_run:
        slips = actions.create_village_accounts(actor=call.actor, unit=unit, lines=lines, on=call.on, known=clock.now())
    for slip in slips:
        call.say(f"{slip.village}  {slip.person}  {slip.username}  {slip.phone}  {slip.password}")
    counts = {fate.value: sum(f.fate is fate for f in fates) for fate in Fate}
    call.answer({**counts, "accounts": [asdict(slip) for slip in slips]})


@click.command("reset-village")
@click.argument("username")
@common
def reset_village(call: Call, username: str) -> None:
    """A new first password for who edits for a village of your commune; shown this once."""
    must(call.actor, Power.PEOPLE_VILLAGE, None)
    person = queries.person(username)
    if person is None:
        raise Invisible
    slip = actions.reset_village_password(actor=call.actor, person=person, on=call.on, known=clock.now())
    _tell(call, person, slip.password)


@click.command("hand-over")
@click.argument("post", type=int)
@click.argument("username")
@click.option("--day", type=DAY, metavar="DATE", help="First day of the new holder (default: --on).")
@common
def hand_over(call: Call, post: int, username: str, day: date | None) -> None:
    """Hand a post over to another person; its number is in: kheo people show USER"""
    must(call.actor, Power.PEOPLE_MANAGE, None)
    found = queries.within(Post.objects.filter(pk=post), call.actor, Power.PEOPLE_MANAGE).first()
    if found is None:
        raise Invisible
    given = actions.hand_over(
        actor=call.actor, post=found, to=_reach(call, username), day=day or call.on, on=call.on, known=clock.now()
    )
    call.say(_("Post %(id)s is given.") % {"id": given.pk})
    call.answer({"post": given.pk, "ended": found.pk})


def _tell(call: Call, person: User, password: str | None) -> None:
    call.say(_("Account: %(name)s") % {"name": person.username})
    if password is not None:
        call.say(_("Password, shown this once: %(password)s") % {"password": password})
    call.answer({"username": person.username, "password": password})


@click.command
@click.argument("username")
@common
def close(call: Call, username: str) -> None:
    """Close an account: nobody signs in with it any more. What was done with it stays."""
    person = actions.close_account(actor=call.actor, person=_reach(call, username), on=call.on, known=clock.now())
    call.say(_("The account %(name)s is closed.") % {"name": person.username})
    call.answer({"username": person.username, "active": person.is_active})


@click.command("open")
@click.argument("username")
@common
def open_(call: Call, username: str) -> None:
    """Open a closed account again."""
    person = actions.open_account(actor=call.actor, person=_reach(call, username), on=call.on, known=clock.now())
    call.say(_("The account %(name)s is open.") % {"name": person.username})
    call.answer({"username": person.username, "active": person.is_active})


@click.command("give-post")
@click.argument("username")
@click.argument("role")
@click.option("--unit", metavar="CODE", help="Code of the province or commune, or its public id.")
@click.option("--organisation", metavar="ID", type=int, help="Number of the organisation.")
@click.option("--start", type=DAY, metavar="DATE", help="First day of the post (default: --on).")
@click.option("--end", type=DAY, metavar="DATE", help="First day it no longer holds.")
@common
def give_post(
    call: Call,
    username: str,
    role: str,
    unit: str | None,
    organisation: int | None,
    start: date | None,
    end: date | None,
) -> None:
    """Let a person hold a role for a province, a commune, an organisation or the whole country."""
    must(call.actor, Power.PEOPLE_MANAGE, None)
    person, held = queries.person(username), Role.objects.filter(pk=role).first()
    if person is None:
        raise Invisible
    if held is None:
        text = _("There is no role %(role)s; see: kheo people powers") % {"role": role}
        raise Refused(Refusal("people.role_unknown", text))
    post = actions.give_post(
        actor=call.actor,
        person=person,
        role=held,
        unit=_unit(unit, clock.today()) if unit else None,
        organisation=_organisation(organisation) if organisation is not None else None,
        start=start or call.on,
        end=end,
        on=call.on,
        known=clock.now(),
    )
    call.say(_("Post %(id)s is given.") % {"id": post.pk})
    call.answer({"post": post.pk, "username": person.username, "role": held.code})


def _organisation(number: int) -> Organisation:
    found = queries.organisations([number])
    if not found:
        raise Invisible
    return found[0]


@click.command("end-post")
@click.argument("post", type=int)
@click.option("--end", type=DAY, metavar="DATE", help="First day it no longer holds (default: --on).")
@common
def end_post(call: Call, post: int, end: date | None) -> None:
    """End a post; its number is in: kheo people show USER"""
    must(call.actor, Power.PEOPLE_MANAGE, None)
    found = queries.within(Post.objects.filter(pk=post), call.actor, Power.PEOPLE_MANAGE).first()
    if found is None:
        raise Invisible
    ended = actions.end_post(actor=call.actor, post=found, end=end or call.on, on=call.on, known=clock.now())
    call.say(_("Post %(id)s ends on %(day)s.") % {"id": ended.pk, "day": ended.end})
    call.answer({"post": ended.pk, "end": ended.end})


@click.command("organisation")
@click.argument("name")
@click.option("--unit", metavar="CODE", required=True, help="Code of the commune or province it lies in.")
@click.option("--line", type=click.Choice(Line.values), required=True)
@common
def organisation_(call: Call, name: str, unit: str, line: str) -> None:
    """Enter an organisation or a village, so that somebody can hold a post in it."""
    made = actions.create_organisation(
        actor=call.actor,
        name=name,
        line=line,
        unit_id=_unit(unit, clock.today()).id,
        on=call.on,
        known=clock.now(),
    )
    call.say(_("Organisation %(id)s: %(name)s") % {"id": made.pk, "name": made.name})
    call.answer({"organisation": made.pk, "name": made.name})


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


COMMANDS: dict[str, click.Command] = {
    "people": click.Group(
        "people",
        commands={
            "accounts": accounts,
            "show": show,
            "powers": powers,
            "create": create,
            "create-accounts": create_accounts,
            "reset-village": reset_village,
            "hand-over": hand_over,
            "password": password_,
            "close": close,
            "open": open_,
            "give-post": give_post,
            "end-post": end_post,
            "organisation": organisation_,
        },
        help="Accounts, posts, and which role holds which power.",
    )
}
