"""Words of people: the lines an organisation belongs to, how far a role reaches, names of roles, acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kheo.audit.words import Act

if TYPE_CHECKING:
    from kheo.base.errors import StrOrPromise


class Line(TextChoices):
    """The system an organisation belongs to; two lines never count one fact twice."""

    PARTY = "party", _("Party")
    STATE = "state", _("Government")
    FRONT = "front", _("Fatherland Front and mass organisations")
    ARMED_FORCES = "armed_forces", _("Armed forces")
    SCHOOL = "school", _("School")
    ENTERPRISE = "enterprise", _("Enterprise")
    VILLAGE = "village", _("Village or residential group")


class Scope(TextChoices):
    """How far the posts of a role reach."""

    NATION = "nation", _("The whole country")
    PROVINCE = "province", _("One province or city")
    COMMUNE = "commune", _("One commune, ward or special zone")
    ORGANISATION = "organisation", _("One organisation or village")


# Names of the roles of the package in the reader's language; a role an installation adds is shown by its stored name.
ROLE_NAMES: Mapping[str, StrOrPromise] = {
    "nation_commission": _("Officer of the central commission for propaganda and mass mobilisation"),
    "administrator": _("Administrator of the installation"),
    "auditor": _("Auditor"),
    "province_commission": _("Officer of the provincial commission for propaganda and mass mobilisation"),
    "province_viewer": _("Leader of the province (reads only)"),
    "province_administrator": _("Administrator of accounts of the province"),
    "commune_officer": _("Officer of the commune for mass mobilisation"),
    "commune_viewer": _("Leader of the commune (reads only)"),
    "unit_editor": _("Editor of a unit (village, residential group, office, school, mass organisation)"),
}

PERSON = "person"  # kinds of subject in the audit trail
ORGANISATION = "organisation"
INSTALLATION = "installation"

# User names are kept out of the free-text facts on purpose: the subject of an entry is the account.
ACCOUNT_CREATED = Act("people.create_account", frozenset({"language", "demo"}), _("created the account"))
ACCOUNT_CLOSED = Act("people.close_account", frozenset(), _("closed the account"))
ACCOUNT_OPENED = Act("people.open_account", frozenset(), _("opened the account again"))
PASSWORD_SET = Act("people.set_password", frozenset({"by_themselves"}), _("set a new password for the account"))
POST_GIVEN = Act(
    "people.give_post", frozenset({"post", "role", "unit", "organisation", "start", "end"}), _("gave a post to")
)
POST_ENDED = Act(
    "people.end_post", frozenset({"post", "role", "unit", "organisation", "end", "reason"}), _("ended a post of")
)
ORGANISATION_CREATED = Act("people.create_organisation", frozenset({"line", "unit"}), _("entered the organisation"))
POST_HANDED_OVER = Act(
    "people.hand_over", frozenset({"post", "to_post", "role", "end", "reason"}), _("handed over a post of")
)
VILLAGES_MADE = Act("people.village_accounts", frozenset({"unit", "accounts"}), _("made accounts of villages of"))
VILLAGE_MADE = Act(
    "people.village_account", frozenset({"unit", "organisation", "post"}), _("made an account of a village for")
)
ACCOUNT_CHANGED = Act(
    "people.change_account", frozenset({"changed", "by_themselves"}), _("changed name, telephone number or language of")
)
PASSWORD_GIVEN = Act("people.give_password", frozenset(), _("gave a new first password to"))
SIGNED_OUT = Act("people.sign_out", frozenset(), _("ended every other session of the account"))
SECOND_STEP_ADDED = Act("people.add_second_step", frozenset({"step"}), _("added a second step of signing in to"))
SECOND_STEP_REMOVED = Act("people.remove_second_step", frozenset({"step"}), _("removed a second step of"))
SECOND_STEP_LOST = Act("people.forget_second_step", frozenset({"reason"}), _("took away the lost second step of"))
CODES_RENEWED = Act("people.renew_recovery_codes", frozenset(), _("renewed the recovery codes of"))
VILLAGE_RESET = Act("people.reset_village", frozenset({"organisation"}), _("gave a new first password to"))
DEMO_MADE = Act("people.demo_accounts", frozenset({"accounts", "posts"}), _("made demonstration accounts"))
ACTS = (
    ACCOUNT_CREATED,
    ACCOUNT_CLOSED,
    ACCOUNT_OPENED,
    PASSWORD_SET,
    POST_GIVEN,
    POST_ENDED,
    ORGANISATION_CREATED,
    POST_HANDED_OVER,
    VILLAGES_MADE,
    VILLAGE_MADE,
    VILLAGE_RESET,
    ACCOUNT_CHANGED,
    PASSWORD_GIVEN,
    SIGNED_OUT,
    SECOND_STEP_ADDED,
    SECOND_STEP_REMOVED,
    SECOND_STEP_LOST,
    CODES_RENEWED,
    DEMO_MADE,
)


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One role as the page of powers prints it."""

    code: str
    name: StrOrPromise
    scope: Scope
    powers: frozenset[str]


@dataclass(frozen=True, slots=True)
class PostRow:
    """One post of a person; `end` is the first day it no longer holds."""

    id: int
    role: str
    role_name: StrOrPromise
    unit_id: int | None
    organisation_id: int | None
    seat: str  # name of the unit or the organisation, "" for the whole country
    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account as lists show it."""

    id: int
    username: str
    full_name: str
    language: str
    active: bool
    demo: bool
    posts: tuple[PostRow, ...]
    phone: str = ""
    must_change: bool = False
    second_step: bool = False  # whether there is one; which is nobody's business but the person's


class SecondStep(TextChoices):
    """What shows, beside the password or instead of it, that it is the person."""

    TOTP = "totp", _("Codes from an app on the telephone")
    PASSKEY = "webauthn", _("Passkey or security key")


VILLAGE_EDITOR = "unit_editor"  # the one role a commune gives by itself
MOST_VILLAGES = 500  # lines of one table; a commune has some dozens of villages


class Fate(TextChoices):
    """What becomes of one line of a table of village accounts."""

    NEW = "new", _("New account")
    SAME = "same", _("There already")
    CHANGED = "changed", _("Put right")
    ASKED = "asked", _("To be asked")
    REFUSED = "refused", _("Refused")


@dataclass(frozen=True, slots=True)
class VillageLine:
    """One line of a table of village accounts: the village or organisation, who edits for it, their telephone."""

    row: int
    village: str
    person: str
    phone: str = ""
    username: str = ""  # of the account the line means, where the commune knows it


@dataclass(frozen=True, slots=True)
class VillageFate:
    """What would become of the line, and why not."""

    line: VillageLine
    fate: Fate
    why: StrOrPromise = ""
    code: str = ""
    account: str = ""  # user name of the account that is there
    changed: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()  # accounts it may mean: user name and what a person reads


@dataclass(frozen=True, slots=True)
class Slip:
    """What is handed to one person once, on paper. The password is kept nowhere."""

    village: str
    person: str
    username: str
    phone: str
    password: str = field(repr=False)
