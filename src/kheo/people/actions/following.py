"""What a decree of the map does to organisations and posts: both lie where their ground lies, posts end with units."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from kheo.audit.actions import record
from kheo.base.access import Actor
from kheo.people.actions.accounts import subject_of
from kheo.people.actions.posts import facts_of
from kheo.people.models import Organisation, Post
from kheo.people.words import POST_ENDED
from kheo.units.queries import chunks
from kheo.units.words import Turn


@transaction.atomic
def follow_map(*, actor: Actor, turn: Turn, on: date, known: datetime) -> int:
    """Move today's copies, end the posts of units that ended. Returns how many rows; inside the decree's transaction.

    Rights do not follow by themselves: who held a post of a unit that ended has none in its successor until given.
    """
    touched = 0
    for move in turn.moves:
        now = {"now_p": move.now_p, "now_c": move.now_c}
        for places in chunks(move.places):
            touched += Organisation.objects.filter(place_id__in=places).update(**now)
            touched += Post.objects.filter(organisation__place_id__in=places).update(**now)
        for units in chunks(move.units):
            touched += Post.objects.filter(unit_id__in=units).update(**now)
    ending = Post.objects.filter(Q(end__isnull=True) | Q(end__gt=turn.day), unit_id__in=turn.ended, start__lt=turn.day)
    for post in ending.select_related("person"):
        Post.objects.filter(pk=post.pk).update(end=turn.day)
        facts = {**facts_of(post), "end": turn.day.isoformat()}
        record(POST_ENDED, actor=actor, on=on, known=known, subject=subject_of(post.person), facts=facts)
        touched += 1
    return touched
