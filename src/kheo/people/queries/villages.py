"""What would become of a table of village accounts, line by line: new, there already, put right, asked, refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from kheo.base.access import Actor, must
from kheo.base.errors import Refusal, refuse_if
from kheo.base.powers import Power
from kheo.base.text import clean, fold, same_key
from kheo.people import rules
from kheo.people.models import Organisation, Post, User
from kheo.people.queries.actors import active
from kheo.people.words import MOST_VILLAGES, VILLAGE_EDITOR, Fate, Line, VillageFate, VillageLine
from kheo.units.queries import root_place
from kheo.units.words import UnitView

NEW = "new"  # the answer: this is somebody else
LIKE = 75  # two spellings of one name, of a hundred: Nguyễn Văn An and Nguyễn Văn Ân


@dataclass
class _Seen:
    """What the lines before this one have taken already."""

    people: set[object] = field(default_factory=set)
    accounts: set[int] = field(default_factory=set)


def village_fates(
    actor: Actor, unit: UnitView, lines: Sequence[VillageLine], on: date, answers: Mapping[int, str] = {}
) -> list[VillageFate]:
    """What would become of every line; writes nothing. Three queries. Raises NotAllowed outside the actor's communes.

    A line is an account that is there when it names the account, the number, or village and person; else it is new.
    Accounts of other communes are not looked at: a number in use elsewhere is nobody's business here.
    """
    must(actor, Power.PEOPLE_VILLAGE, root_place(unit.id))
    refuse_if(rules.why_not_table(unit, len(lines), MOST_VILLAGES))
    held = [(post.person, post.organisation) for post in editors(unit, on) if post.organisation is not None]
    seen = _Seen()
    return [
        _fate(replace(line, village=clean(line.village), person=clean(line.person)), held, seen, answers.get(line.row))
        for line in lines
    ]


def editors(unit: UnitView, on: date) -> list[Post]:
    """The posts of editors of villages and organisations of a commune on the day. Two queries."""
    posts = active(on).filter(role_id=VILLAGE_EDITOR, organisation__place=root_place(unit.id))
    return list(posts.select_related("person", "organisation").order_by("organisation__sort_key", "pk"))


Held = tuple[User, Organisation]


def _fate(line: VillageLine, held: Sequence[Held], seen: _Seen, answer: str | None) -> VillageFate:
    number, who = rules.phone_of(line.phone), (same_key(line.village), same_key(line.person))
    refusal = (
        rules.why_not_organisation(line.village, Line.VILLAGE)
        or rules.why_not_account(line.person, "vi")
        or rules.why_not_phone(line.phone)
    )
    if refusal is None and ((*who, number) in seen.people or (number is not None and number in seen.people)):
        refusal = Refusal("people.line_twice", _("This person or telephone number stands in the table already."))
    seen.people.update({(*who, number), number} - {None})
    if refusal is not None:
        return VillageFate(line, Fate.REFUSED, refusal.text, refusal.code)
    meant = _meant(line, held, who, number, answer)
    if isinstance(meant, VillageFate):
        return meant
    if meant is None:
        return VillageFate(line, Fate.NEW)
    if meant.pk in seen.accounts:
        text = _("Another line of the table means the same account, %(name)s.") % {"name": meant.username}
        return VillageFate(line, Fate.REFUSED, text, "people.line_twice")
    seen.accounts.add(meant.pk)
    changed = tuple(
        name
        for name, differs in (
            ("full_name", same_key(meant.full_name) != who[1]),
            ("phone", number is not None and number != meant.phone),
        )
        if differs
    )
    return VillageFate(line, Fate.CHANGED if changed else Fate.SAME, account=meant.username, changed=changed)


def _meant(
    line: VillageLine, held: Sequence[Held], who: tuple[str, str], number: str | None, answer: str | None
) -> User | VillageFate | None:
    """The account a line means, None for a new one, or the fate of a line where nobody can tell."""
    if line.username:
        named = [user for user, _body in held if user.username == rules.as_stored(line.username)]
        if named:
            return named[0]
        nobody = _("No village or organisation here has the account %(name)s.") % {"name": line.username}
        return VillageFate(line, Fate.REFUSED, nobody, "people.line_account")
    numbered = [(user, body) for user, body in held if number is not None and user.phone == number]
    alike = [user for user, body in held if (body.key, same_key(user.full_name)) == who]
    here = [user for user, body in numbered if body.key == who[0]]
    for user in here:
        if user in alike or fuzz.ratio(fold(user.full_name), fold(line.person)) >= LIKE:
            return user
    if numbered and not here:
        user, body = numbered[0]
        held_by = {"person": user.full_name, "village": body.name}
        why = (
            _("%(person)s of %(village)s has this number: put village or number right, or hand the post over.")
            % held_by
        )
        return VillageFate(line, Fate.REFUSED, why, "people.line_village", account=user.username)
    doubtful = here or (alike if len(alike) > 1 else [])
    if not doubtful:
        return alike[0] if alike else None
    if answer == NEW:
        return None
    for user in doubtful:
        if answer == user.username:
            return user
    choices = tuple((user.username, f"{user.full_name}, {user.username}") for user in doubtful)
    asked = _("An account here has this number or this name. Is it the same person, or somebody else?")
    return VillageFate(line, Fate.ASKED, asked, "people.line_asked", choices=choices)
