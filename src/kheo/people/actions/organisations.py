"""Organisations: bodies of the Party, the State, the Front, schools, villages, companies."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kheo.audit.actions import record
from kheo.audit.words import Subject
from kheo.base.access import Actor, Spot, must
from kheo.base.errors import Refusal, Refused, refuse_if
from kheo.base.powers import Power
from kheo.base.text import clean, same_key, sort_key
from kheo.people import rules
from kheo.people.models import Organisation
from kheo.people.words import ORGANISATION, ORGANISATION_CREATED
from kheo.units.queries import root_place


@transaction.atomic
def create_organisation(
    *,
    actor: Actor,
    name: str,
    line: str,
    unit_id: int,
    on: date,
    known: datetime,
    parent: Organisation | None = None,
    is_demo: bool = False,
) -> Organisation:
    """Enter an organisation that lies in a unit. A village is one, too, with its commune as place.

    Raises Refused: people.organisation_name, people.line, people.organisation_twice (same name at the same place).
    """
    place = root_place(unit_id)
    must(actor, Power.PEOPLE_MANAGE, Spot(place.now_p, place.now_c))
    name = clean(name)
    refuse_if(rules.why_not_organisation(name, line))
    organisation = Organisation(
        name=name,
        key=same_key(name),
        sort_key=sort_key(name),
        line=line,
        parent=parent,
        place=place,
        now_p=place.now_p,
        now_c=place.now_c,
        is_demo=is_demo,
    )
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError:
        text = _("There is already an organisation called %(name)s at this place.") % {"name": name}
        raise Refused(Refusal("people.organisation_twice", text)) from None
    subject = Subject(ORGANISATION, str(organisation.pk), name)
    facts = {"line": line, "unit": unit_id}
    record(ORGANISATION_CREATED, actor=actor, on=on, known=known, subject=subject, facts=facts)
    return organisation
