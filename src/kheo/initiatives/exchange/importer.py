"""What the registry offers to exchange: its registration lists, as communes and provinces keep them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kheo.base.access import Actor
from kheo.base.errors import Refusal, Refused
from kheo.base.powers import Power
from kheo.exchange.reader import Table
from kheo.exchange.words import Option
from kheo.figures.queries import period, period_on, periods
from kheo.initiatives import rules
from kheo.initiatives.exchange.meanings import MEANINGS, NAMES
from kheo.initiatives.exchange.session import RegistrationSession
from kheo.initiatives.rules import Seat
from kheo.units.queries import root_place, views
from kheo.units.resolver import Resolver
from kheo.units.words import UnitView

if TYPE_CHECKING:
    from kheo.base.errors import StrOrPromise


class RegistrationList:
    """Registration lists of models: `options` are the period (a term) and, when no row names one, the unit."""

    kind = "registration list"
    label: StrOrPromise = gettext_lazy("Registration list of models")
    power = Power.INITIATIVES_REGISTER
    meanings: Mapping[str, Sequence[str]] = MEANINGS
    names: Mapping[str, StrOrPromise] = NAMES
    columns: Sequence[tuple[str, StrOrPromise]] = (
        ("title", gettext_lazy("Model")),
        ("unit", gettext_lazy("Unit")),
        ("field", gettext_lazy("Field")),
    )

    def options(self, actor: Actor, on: date) -> Sequence[Option]:  # noqa: ARG002 (the same for everybody)
        """What the form asks: the period, and the unit when no row names one."""
        terms = [(found.code, found.name) for found in periods() if found.registers]
        now = period_on(on)
        return (
            Option("period", gettext_lazy("Period"), terms, now.code if now else ""),
            Option(
                "unit",
                gettext_lazy("Unit of the whole list"),
                help=gettext_lazy("Only when its rows name no unit: a code or a name."),
                required=False,
            ),
        )

    def why_not_options(self, actor: Actor, options: Mapping[str, Any], on: date) -> Refusal | None:
        """The period is a term that runs on the day, and the unit is one this person registers for."""
        try:
            term = period(str(options.get("period") or ""))
            whose = self._whose(actor, options, on)
        except Refused as no:
            return no.refusal
        if refusal := rules.why_not_period(term, on):
            return refusal
        if whose is None:
            return None
        place = root_place(whose.id)
        if actor.reach_of(self.power).covers(Seat(place.now_p, place.now_c, place.pk)):
            return None
        text = _("You do not register models for %(unit)s.") % {"unit": whose.full_name}
        return Refusal("initiatives.outside_reach", text, column="unit")

    def open(
        self,
        actor: Actor,
        options: Mapping[str, Any],
        on: date,
        table: Table | None,
        answers: Mapping[str, str],
    ) -> RegistrationSession:
        """Begin."""
        term = period(str(options.get("period") or ""))
        return RegistrationSession(actor, term, self._whose(actor, options, on), on, table, answers)

    def _whose(self, actor: Actor, options: Mapping[str, Any], on: date) -> UnitView | None:
        """The unit the whole list is of: the one said, else the only commune this person registers for."""
        written = str(options.get("unit") or "").strip()
        if not written:
            own = actor.reach_of(self.power)
            alone = not own.all and not own.provinces and len(own.communes) == 1
            return views(own.communes, on)[next(iter(own.communes))] if alone else None
        code = written if written.isdecimal() else ""
        found = Resolver.for_day(on).resolve("" if code else written, code=code)
        if found.unit is None:
            assert found.refusal is not None
            raise Refused(Refusal(found.refusal.code, found.refusal.text, column="unit"))
        return found.unit


REGISTRATION_LIST = RegistrationList()
