"""Posts: given and ended."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kheo.audit.actions import record
from kheo.base.access import Actor, Placed, Spot, must
from kheo.base.errors import NotAllowed, Refusal, Refused, refuse_if
from kheo.base.powers import Power
from kheo.base.text import clean
from kheo.people import rules
from kheo.people.actions.accounts import subject_of
from kheo.people.models import Organisation, Post, Role, User
from kheo.people.words import POST_ENDED, POST_GIVEN, POST_HANDED_OVER, VILLAGE_EDITOR
from kheo.units.queries import spot_of, view
from kheo.units.words import UnitView


@transaction.atomic
def give_post(
    *,
    actor: Actor,
    person: User,
    role: Role,
    unit: UnitView | None = None,
    organisation: Organisation | None = None,
    start: date,
    end: date | None = None,
    on: date,
    known: datetime,
) -> Post:
    """Let a person hold a role for a unit, an organisation or (neither) the whole country during [start, end).

    Only who manages people at that seat may; for the whole country, only who does so everywhere. Raises Refused:
    people.own_post, people.account_closed, people.wrong_seat, people.unit_ended, people.post_days, people.post_twice.
    """
    seat: Placed | None = organisation if unit is None else spot_of(unit.id)
    _must_manage_seat(actor, seat, role.code)
    refuse_if(rules.why_not_give(actor, person, role, unit, organisation, on))
    refuse_if(rules.why_not_days(start, end))
    post = Post(
        person=person,
        role=role,
        unit_id=unit.id if unit else None,
        organisation=organisation,
        now_p=seat.now_p if seat else None,
        now_c=seat.now_c if seat else None,
        start=start,
        end=end,
    )
    if _overlapping(post):
        raise Refused(rules.TWICE)
    try:
        with transaction.atomic():
            post.save()
    except IntegrityError:
        raise Refused(rules.TWICE) from None
    facts = {**facts_of(post), "start": start.isoformat(), "end": end.isoformat() if end else None}
    record(POST_GIVEN, actor=actor, on=on, known=known, subject=subject_of(person), facts=facts)
    return post


def _overlapping(post: Post) -> bool:
    """Whether the person holds the same role in the same seat on some day of the new post."""
    seat: dict[str, int | None] = {"unit": post.unit_id, "organisation": post.organisation_id}
    same = Post.objects.filter(Q(end__isnull=True) | Q(end__gt=post.start), person=post.person, role=post.role, **seat)
    return (same if post.end is None else same.filter(start__lt=post.end)).exists()


@transaction.atomic
def end_post(*, actor: Actor, post: Post, end: date, reason: str = "", on: date, known: datetime) -> Post:
    """The post no longer holds from the day `end` on. What was done with it stands.

    Raises Refused: people.post_days, people.post_ended, people.reason (too long).
    """
    reason = clean(reason)
    if reason:
        refuse_if(rules.why_not_reason(reason))
    _must_manage_seat(actor, _spot(post), post.role_id)
    refuse_if(rules.why_not_days(post.start, end))
    open_still = Post.objects.filter(pk=post.pk).filter(Q(end__isnull=True) | Q(end__gt=end))
    if not open_still.update(end=end):
        text = _("This post has ended already, on %(day)s.") % {"day": Post.objects.get(pk=post.pk).end}
        raise Refused(Refusal("people.post_ended", text))
    facts = {**facts_of(post), "end": end.isoformat(), **_why(reason)}
    record(POST_ENDED, actor=actor, on=on, known=known, subject=subject_of(post.person), facts=facts)
    post.refresh_from_db()
    return post


@transaction.atomic
def hand_over(*, actor: Actor, post: Post, to: User, day: date, reason: str = "", on: date, known: datetime) -> Post:
    """From `day` on the post is another person's: this one ends and theirs begins, or neither happens.

    Rights to it are those of giving and ending a post. Raises Refused: people.same_person, people.reason (too long)
    and what those raise.
    """
    reason = clean(reason)
    if reason:
        refuse_if(rules.why_not_reason(reason))
    if to.pk == post.person_id:
        raise Refused(Refusal("people.same_person", _("The post is this person's already.")))
    ended = end_post(actor=actor, post=post, end=day, on=on, known=known)
    seat = view(post.unit_id, on) if post.unit_id is not None else None
    given = give_post(
        actor=actor,
        person=to,
        role=post.role,
        unit=seat,
        organisation=post.organisation,
        start=day,
        on=on,
        known=known,
    )
    facts = {"post": ended.pk, "to_post": given.pk, "role": post.role_id, "end": day.isoformat(), **_why(reason)}
    record(POST_HANDED_OVER, actor=actor, on=on, known=known, subject=subject_of(post.person), facts=facts)
    return given


def _spot(post: Post) -> Placed | None:
    if post.organisation is not None:
        return post.organisation
    return Spot(post.now_p, post.now_c) if post.now_p is not None else None


def _must_manage_seat(actor: Actor, seat: Placed | None, role: str) -> None:
    """`seat` None, the whole country: only who manages people everywhere. A commune gives the posts of its villages."""
    if seat is None:
        if not actor.reach_of(Power.PEOPLE_MANAGE).all:
            text = _("Posts for the whole country are given by the administrators of the whole installation.")
            raise NotAllowed(Refusal("people.nation_post", text))
    elif not (role == VILLAGE_EDITOR and isinstance(seat, Organisation) and actor.may(Power.PEOPLE_VILLAGE, seat)):
        must(actor, Power.PEOPLE_MANAGE, seat)


def _why(reason: str) -> dict[str, object]:
    return {"reason": reason} if reason else {}


def facts_of(post: Post) -> dict[str, object]:
    """Ids only: the trail names units and roles by their code, never persons."""
    return {"post": post.pk, "role": post.role_id, "unit": post.unit_id, "organisation": post.organisation_id}
