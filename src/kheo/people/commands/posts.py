"""Posts and organisations on the command line."""

from __future__ import annotations

from datetime import date

import click
from django.utils.translation import gettext as _

from kheo.base import clock
from kheo.base.access import must
from kheo.base.command import DAY, Call, common
from kheo.base.errors import Invisible, Refusal, Refused
from kheo.base.powers import Power
from kheo.people import actions, queries
from kheo.people.commands.accounts import reach, unit_of
from kheo.people.models import Organisation, Post, Role
from kheo.people.words import Line

_REASON = click.option("--reason", default="", help="Why, for the audit trail.")


@click.command("hand-over")
@click.argument("post", type=int)
@click.argument("username")
@click.option("--day", type=DAY, metavar="DATE", help="First day of the new holder (default: --on).")
@_REASON
@common
def hand_over(call: Call, post: int, username: str, day: date | None, reason: str) -> None:
    """Hand a post over to another person; its number is in: kheo people show USER"""
    must(call.actor, Power.PEOPLE_MANAGE, None)
    found = queries.within(Post.objects.filter(pk=post), call.actor, Power.PEOPLE_MANAGE).first()
    if found is None:
        raise Invisible
    given = actions.hand_over(
        actor=call.actor,
        post=found,
        to=reach(call, username),
        day=day or call.on,
        reason=reason,
        on=call.on,
        known=clock.now(),
    )
    call.say(_("Post %(id)s is given.") % {"id": given.pk})
    call.answer({"post": given.pk, "ended": found.pk})


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
        unit=unit_of(unit, clock.today()) if unit else None,
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
@_REASON
@common
def end_post(call: Call, post: int, end: date | None, reason: str) -> None:
    """End a post; its number is in: kheo people show USER"""
    must(call.actor, Power.PEOPLE_MANAGE, None)
    found = queries.within(Post.objects.filter(pk=post), call.actor, Power.PEOPLE_MANAGE).first()
    if found is None:
        raise Invisible
    ended = actions.end_post(
        actor=call.actor, post=found, end=end or call.on, reason=reason, on=call.on, known=clock.now()
    )
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
        unit_id=unit_of(unit, clock.today()).id,
        on=call.on,
        known=clock.now(),
    )
    call.say(_("Organisation %(id)s: %(name)s") % {"id": made.pk, "name": made.name})
    call.answer({"organisation": made.pk, "name": made.name})
