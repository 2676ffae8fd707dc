"""The filters of the list: allow-listed, bounded, and never wider than what the actor sees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kheo.base.access import Actor
from kheo.base.errors import Refusal, Refused
from kheo.base.powers import Power
from kheo.base.text import in_digits
from kheo.figures.queries import periods
from kheo.initiatives.models import Initiative
from kheo.initiatives.queries import (
    FACETS,
    MOST_LOOKED_AT,
    ORDERS,
    Holding,
    best_first,
    facets,
    holding,
    in_unit,
    listed,
    ordered,
    unit_named,
    units_to_choose,
    visible,
)
from kheo.initiatives.words import Field, Kind, Novelty, State
from kheo.units.words import UnitView

MOST_LETTERS = 100  # of the search words


def _terms() -> list[tuple[str, str]]:
    return [(p.code, p.code) for p in periods() if p.registers]


class InitiativeFilters(django_filters.FilterSet):  # type: ignore[misc]
    """Narrows what an actor sees. Each key of an address is checked; an unknown value is told, never guessed."""

    q = django_filters.CharFilter(label=gettext_lazy("Words"), method="_titled", max_length=MOST_LETTERS)
    unit = django_filters.CharFilter(label=gettext_lazy("Unit"), method="_in_unit", max_length=8)
    field = django_filters.ChoiceFilter(
        label=gettext_lazy("Field"), choices=Field.choices, empty_label=gettext_lazy("All")
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=State.choices, empty_label=gettext_lazy("All")
    )
    period = django_filters.ChoiceFilter(
        label=gettext_lazy("Period"), field_name="period__code", choices=_terms, empty_label=gettext_lazy("All")
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Carried by"), choices=Kind.choices, empty_label=gettext_lazy("All")
    )
    novelty = django_filters.ChoiceFilter(
        label=gettext_lazy("Registered as"), choices=Novelty.choices, empty_label=gettext_lazy("All")
    )
    exact = django_filters.ChoiceFilter(
        label=gettext_lazy("As typed"), choices=[("1", "1")], method="_kept", widget=forms.HiddenInput
    )
    sort = django_filters.ChoiceFilter(
        label=gettext_lazy("Order"),
        choices=[(sign + key, key) for key in ORDERS for sign in ("", "-")],
        method="_kept",
        widget=forms.HiddenInput,
    )

    def __init__(self, data: Mapping[str, Any] | None, *, actor: Actor, on: date, page: bool = False) -> None:
        """`page`: for a page somebody waits for, which looks at the newest of very many matches and says so."""
        self.actor, self.on = actor, on
        self.looked_at = MOST_LOOKED_AT if page else None
        self.holding: Holding | None = None
        self.kept = False  # whether the counts were counted some time in the last minute
        self.within: UnitView | None = unit_named(str((data or {}).get("unit", ""))[:8], on)
        self.drafts = (data or {}).get("state") == State.DRAFT  # listed where they are asked for, and only there
        super().__init__(data, queryset=self._seen())

    def _seen(self) -> QuerySet[Initiative]:
        if self.drafts:
            return visible(self.actor, Power.INITIATIVES_SEE).filter(state=State.DRAFT)
        return listed(self.actor)

    def offered(self) -> list[tuple[str, str]]:
        """The units this actor may choose from, the one chosen among them; only a page that shows the form asks."""
        units = units_to_choose(self.actor, Power.INITIATIVES_SEE, self.on, near=self.within)
        if self.within is not None and all(u.id != self.within.id for u in units):
            units = [self.within, *units]
        return [(u.uid, u.full_name) for u in units]

    def found(self) -> QuerySet[Initiative]:
        """The models, in the order asked for; none when a filter is not understood (the form says which)."""
        if not self.is_valid():
            return ordered(Initiative.objects.none(), "")
        order = self.form.cleaned_data.get("sort") or ""
        found = self.qs  # asks for the words, so that it is known how they were mended
        if self.holding and not order:
            return best_first(found, self.holding.asked)
        return ordered(found, order)

    @property
    def mended(self) -> str:
        """The words the list is for, where no model holds those typed."""
        return self.holding.mended if self.holding else ""

    @property
    def whole(self) -> bool:
        """Whether all models with the words were looked at."""
        return self.holding is None or self.holding.all

    def show_counts(self) -> dict[str, int]:
        """Write beside each choice of each filter how many models it would leave, and answer how many of the list stand
        in each state, in the order of life."""
        counts = self.counts()
        if not counts:
            return {}

        def told(code: str) -> bool:
            return self.drafts or code != State.DRAFT  # drafts are not among what is counted

        for name, numbers in counts.items():
            field = self.form.fields[name]
            field.widget.choices = [
                (code, f"{label} ({in_digits(str(numbers.get(code, 0)))})" if code and told(code) else label)
                for code, label in field.choices
            ]
        states, chosen = counts["state"], self.form.cleaned_data.get("state")
        return {state.value: states.get(state, 0) for state in State if not chosen or state == chosen}

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """For each filter how many models each of its choices would leave."""
        if not self.is_valid():
            return {}
        found, given = self._seen(), self.form.cleaned_data
        for name in ("q", "unit"):
            found = self.filters[name].filter(found, given.get(name) or "")
        counted = facets(found, {name: given[name] for name in FACETS if given.get(name)})
        self.kept = counted.kept
        return counted.numbers

    def found_or_refused(self) -> QuerySet[Initiative]:
        """As `found`, for commands and exports: what is not understood is refused, by its name."""
        if not self.is_valid():
            raise Refused(
                Refusal("initiatives.filter", f"{self.form.fields[name].label}: {text}", column=name)
                for name, texts in self.form.errors.items()
                for text in texts
            )
        return self.found()

    def active(self) -> list[tuple[str, str]]:
        """(key, what it narrows to) of every filter in force, for the chips above the list."""
        if not self.is_valid():
            return []
        chips = []
        for key in ("q", "unit", "field", "state", "period", "kind", "novelty"):
            value = self.form.cleaned_data.get(key)
            if not value:
                continue
            if key == "unit" and self.within is not None:
                text = self.within.full_name
            elif key == "q":
                text = f"“{value}”"
            else:
                text = str(dict(self.form.fields[key].choices).get(value, value))
            chips.append((key, text))
        return chips

    def _titled(self, found: QuerySet[Initiative], _name: str, value: str) -> QuerySet[Initiative]:
        if self.holding is None:
            exact = bool(self.data.get("exact"))
            self.holding = holding(self.actor, value, mend=not exact, most=self.looked_at)
        return found & self.holding.found

    def _in_unit(self, found: QuerySet[Initiative], _name: str, _value: str) -> QuerySet[Initiative]:
        return found.filter(in_unit(self.within, self.on)) if self.within else found.none()

    def _kept(self, found: QuerySet[Initiative], _name: str, _value: str) -> QuerySet[Initiative]:
        return found

    def get_form_class(self) -> type[forms.Form]:
        """The form, which also says that a unit is not known."""
        filters = self

        class Form(super().get_form_class()):  # type: ignore[misc]
            def clean_unit(self) -> str:
                written: str = self.cleaned_data["unit"]
                if written and filters.within is None:
                    raise forms.ValidationError(_("There is no unit %(code)s on this map.") % {"code": written})
                return written

        return Form
