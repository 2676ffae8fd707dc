"""Rules of accounts and posts, as pure questions: a Refusal, or None when there is nothing against it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import date

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kheo.base.access import Actor
from kheo.base.errors import Refusal
from kheo.base.powers import Power
from kheo.base.text import clean
from kheo.people.models import Organisation, Post, Role, User
from kheo.people.words import MOST_VILLAGES, ROLE_NAMES, VILLAGE_EDITOR, Line, Scope
from kheo.units.words import Level, UnitView

# Small letters, figures, and - . _ between them: typed on a phone without a thought for capitals.
_USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,58}[a-z0-9])?")
RESERVED = frozenset({"operator", "stranger", "sealer"})  # who else stands in the audit trail

TWICE = Refusal("people.post_twice", _("This person already holds this post; end it before giving it again."))

SOMEBODY_FIRST = Refusal(
    "people.somebody_first", _("Somebody entered such an account at the same moment. Nothing was made; try again.")
)
STEP_THERE = Refusal("people.second_step_there", _("Another page added an app a moment ago."))
NO_STEP = Refusal("people.no_second_step", _("This account has no second step."))
NOT_THEIRS = Refusal("people.not_theirs", _("A second step is added and removed by the person alone."))
OWN_ACCOUNT = Refusal("people.own_account", _("Your own account you look after under My account."))
BY_OFFICE = Refusal("people.name_by_office", _("Your name is put right by the office that gave you the account."))
PHONE_TAKEN = Refusal("people.phone_taken", _("Another account you look after has this telephone number."))
NOT_A_VILLAGE = Refusal("people.not_a_village", _("This is no account of a village or organisation of your commune."))


def as_stored(username: str) -> str:
    """A user name as accounts store it: a telephone's capital letter or a stray space does not keep anybody out."""
    return clean(username).casefold()


def phone_of(written: str) -> str | None:
    """A Vietnamese telephone number as accounts store it (0912345678), from any way of writing it; None: it is none."""
    digits = "".join(c if unicodedata.digit(c, None) is None else str(unicodedata.digit(c)) for c in clean(written))
    digits = re.sub(r"[\s.()-]", "", digits)
    digits = re.sub(r"^(?:\+|00)?84(?=\d{9,10}$)", "0", digits)
    return digits if re.fullmatch(r"0\d{9,10}", digits) else None


def why_not_phone(written: str) -> Refusal | None:
    """Whether this is a telephone number somebody can sign in with."""
    if written and phone_of(written) is None:
        text = _("%(phone)s is no telephone number: write ten figures beginning with 0, such as 0912 345 678.")
        return Refusal("people.phone", text % {"phone": written[:40]})
    return None


def why_not_username(username: str) -> Refusal | None:
    """Whether somebody can be called this; a name that reads as a telephone number would be somebody else's."""
    if username in RESERVED or phone_of(username) is not None or not _USERNAME.fullmatch(username):
        text = _("%(name)s cannot be a user name: use small letters without marks, figures, dots and hyphens.")
        return Refusal("people.username", text % {"name": username})
    return None


def why_not_account(full_name: str, language: str) -> Refusal | None:
    """Whether an account can hold this name and language."""
    if not full_name or len(full_name) > 200:
        return Refusal("people.full_name", _("Write the full name, at most 200 characters."))
    if language not in dict(settings.LANGUAGES):
        return Refusal("people.language", _("There is no language %(code)s here.") % {"code": language})
    return None


def why_not_manage(actor: Actor, posts: Iterable[Post]) -> Refusal | None:
    """Nobody opens, closes or gets into the account of a person whose posts reach further than their own rights."""
    reach = actor.reach_of(Power.PEOPLE_MANAGE)
    if reach.all:
        return None
    seats = list(posts)
    if seats and all(post.now_p in reach.provinces or post.now_c in reach.communes for post in seats):
        return None
    return Refusal("people.not_yours", _("You do not manage the accounts of all the places where this person serves."))


def why_not_keep(actor: Actor, person: User, posts: Iterable[Post], on: date) -> Refusal | None:
    """Whether the actor looks after this account: as who manages all its posts, or as the commune of its villages."""
    if actor.id is not None and actor.id == person.pk:
        return OWN_ACCOUNT
    held = list(posts)
    if actor.may(Power.PEOPLE_MANAGE) and (managing := why_not_manage(actor, held)) is None:
        return managing
    villages = actor.reach_of(Power.PEOPLE_VILLAGE)
    now = [post for post in held if post.end is None or post.end > on]
    if now and all(p.role_id == VILLAGE_EDITOR and p.organisation and villages.covers(p.organisation) for p in now):
        return None
    return NOT_A_VILLAGE if actor.may(Power.PEOPLE_VILLAGE) else why_not_manage(actor, held) or NOT_A_VILLAGE


def why_not_reason(reason: str) -> Refusal | None:
    """A deed that takes something from a person says why, in a sentence."""
    if not 3 <= len(reason) <= 300:
        return Refusal("people.reason", _("Write the reason, at most 300 characters."))
    return None


def why_not_give_passwords(people: Collection[User]) -> Refusal | None:
    """Whether these accounts can have new first passwords at once."""
    if not people:
        return Refusal("people.nobody", _("Tick at least one account."))
    if len(people) > MOST_VILLAGES:
        text = _("Passwords are given to at most %(most)s accounts at once.")
        return Refusal("people.table_long", text % {"most": MOST_VILLAGES})
    closed = next((person for person in people if not person.is_active), None)
    if closed is not None:
        return Refusal("people.account_closed", _("The account %(name)s is closed.") % {"name": closed.username})
    return None


def why_not_give(
    actor: Actor,
    person: User,
    role: Role,
    unit: UnitView | None,
    organisation: Organisation | None,
    on: date,
) -> Refusal | None:
    """Whether this role can be held there by this person."""
    if actor.id == person.pk:
        return Refusal("people.own_post", _("Nobody gives a post to themselves; ask another administrator."))
    if not person.is_active:
        return Refusal("people.account_closed", _("The account %(name)s is closed.") % {"name": person.username})
    level = unit.level if unit else ""
    fits = {
        Scope.NATION.value: unit is None and organisation is None,
        Scope.PROVINCE.value: level == Level.PROVINCE and organisation is None,
        Scope.COMMUNE.value: level == Level.COMMUNE and organisation is None,
        Scope.ORGANISATION.value: unit is None and organisation is not None,
    }
    if not fits.get(role.scope, False):
        text = _("A post as %(role)s is held for: %(scope)s.")
        return Refusal(
            "people.wrong_seat", text % {"role": ROLE_NAMES.get(role.code, role.name), "scope": Scope(role.scope).label}
        )
    if unit is not None and unit.valid_to is not None and unit.valid_to <= on:
        return Refusal("people.unit_ended", _("%(unit)s no longer exists.") % {"unit": unit.full_name})
    return None


def why_not_days(start: date, end: date | None) -> Refusal | None:
    """A post lasts at least one day; its end is the first day it no longer holds."""
    if end is not None and end <= start:
        return Refusal("people.post_days", _("A post ends after it begins."))
    return None


def why_not_organisation(name: str, line: str) -> Refusal | None:
    """Whether an organisation can be called this and belong to this line."""
    if not name or len(name) > 200:
        return Refusal("people.organisation_name", _("Write the name of the organisation, at most 200 characters."))
    if line not in Line.values:
        text = _("%(line)s is no line; write one of: %(lines)s.")
        return Refusal("people.line", text % {"line": line, "lines": ", ".join(Line.values)})
    return None


def why_not_table(unit: UnitView, lines: int, most: int) -> Refusal | None:
    """Whether a table of so many lines can be read for this unit."""
    if unit.level != Level.COMMUNE:
        return Refusal("people.wrong_seat", _("Accounts of villages belong to a commune, ward or special zone."))
    if not lines:
        return Refusal("people.table_empty", _("The table holds no line: write village, person, telephone number."))
    if lines > most:
        text = _("The table holds %(lines)s lines; at most %(most)s are taken at once.")
        return Refusal("people.table_long", text % {"lines": lines, "most": most})
    return None
