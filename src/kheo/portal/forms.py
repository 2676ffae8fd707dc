"""What a reader can ask of the public list and of the map. What is not understood is said beside its field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kheo.base.access import STRANGER, Actor
from kheo.base.text import in_digits
from kheo.figures.queries import measures
from kheo.figures.words import Measure
from kheo.initiatives.queries import Wanted, unit_named
from kheo.initiatives.words import Field
from kheo.portal.queries import Counts, counts, offer, terms
from kheo.units.words import Level, UnitView

MOST_LETTERS = 100  # of the search words
LARGEST_NUMBER = 2**63 - 1


class ListQuestion(forms.Form):
    """Words, field, unit and term of the list, each choice with how many models it leaves."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=MOST_LETTERS)
    field = forms.ChoiceField(label=gettext_lazy("Field"), required=False)
    unit = forms.CharField(label=gettext_lazy("Unit"), required=False, max_length=8, widget=forms.Select)
    period = forms.ChoiceField(label=gettext_lazy("Term"), required=False)
    sort = forms.ChoiceField(label=gettext_lazy("Order"), required=False)

    def __init__(self, data: Mapping[str, Any], *, on: date, actor: Actor = STRANGER) -> None:
        super().__init__({name: str(data.get(name, ""))[: MOST_LETTERS + 1] for name in self.base_fields})
        self.on, self.exact = on, bool(data.get("exact"))
        written = self.data["unit"][:9]
        self.within: UnitView | None = unit_named(written, on)
        self._terms = {period.code: period for period in terms()}
        self._choose("field", [("", _("All")), *Field.choices])
        self._choose("period", [("", _("All")), *((code, in_digits(code)) for code in self._terms)])
        self._choose("sort", [("", _("Newest first")), ("title", _("By title"))])
        self.full_clean()
        self.counts: Counts | None = counts(self.within, self.value("field"), on=on, actor=actor)
        self._offer(written)

    def clean_unit(self) -> str:
        """A unit by its public id or its code of today."""
        written: str = self.cleaned_data["unit"]
        if written and self.within is None:
            raise forms.ValidationError(_("There is no unit %(code)s on this map.") % {"code": written})
        return written

    def value(self, name: str) -> str:
        """What was chosen; nothing where it was not understood."""
        return str(self.cleaned_data.get(name) or "")

    @property
    def wanted(self) -> Wanted | None:
        """The question; None when a part of it was not understood. By title only within a unit, where it is of use."""
        if self.errors:
            return None
        period = self._terms.get(self.value("period"))
        by_title = self.value("sort") == "title" and self.within is not None
        return Wanted(
            words=self.value("q"),
            exact=self.exact,
            unit=self.within,
            field=self.value("field"),
            period=period.id if period else None,
            order="title" if by_title else "newest",
        )

    @property
    def total(self) -> int | None:
        """How many models the list holds, where the figures can say it: not of words or of a term."""
        asked_more = self.errors or self.value("q") or self.value("period")
        return None if asked_more or self.counts is None else self.counts.total

    def active(self) -> list[tuple[str, str]]:
        """(name, what it narrows to) of every filter in force."""
        shown = {
            "q": f"“{self.value('q')}”",
            "unit": self.within.full_name if self.within else "",
            "field": dict(Field.choices).get(self.value("field"), ""),
            "period": in_digits(self.value("period")),
        }
        return [(name, str(text)) for name, text in shown.items() if self.value(name) and not self.errors.get(name)]

    def _offer(self, written: str) -> None:
        """The units to choose from and the fields, with their numbers."""
        numbers = self.counts.units if self.counts else {}
        offered = offer(self.within, self.on)

        def named(unit: UnitView) -> tuple[str, str]:
            known = numbers.get(unit.uid)
            return unit.uid, unit.full_name if known is None else f"{unit.full_name} ({in_digits(str(known))})"

        groups: list[Any] = [("", _("The whole country"))]
        if offered.around is not None:
            own = offered.around.full_name
            groups.append((own, [named(offered.around), *map(named, offered.communes)]))
        groups.append((_("Provinces and centrally run cities"), [named(unit) for unit in offered.provinces]))
        if self.within is not None and self.within.level == Level.DISTRICT:
            groups.insert(1, named(self.within))
        widget: Any = self.fields["unit"].widget
        widget.choices = groups
        self.data = {**self.data, "unit": self.within.uid if self.within else written}
        if self.counts is not None:
            fields = [
                (code, f"{label} ({in_digits(str(self.counts.fields.get(code, 0)))})") for code, label in Field.choices
            ]
            self._choose("field", [("", _("All")), *fields])

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class MapQuestion(forms.Form):
    """Which figure is drawn, of which territory, in which field, as a stock or of a term."""

    measure = forms.ChoiceField(label=gettext_lazy("Figure"), required=False)
    of = forms.CharField(label=gettext_lazy("Territory"), required=False, max_length=8, widget=forms.Select)
    field = forms.ChoiceField(label=gettext_lazy("Field"), required=False)
    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False)

    def __init__(self, data: Mapping[str, Any], *, on: date) -> None:
        super().__init__({name: str(data.get(name, ""))[:21] for name in self.base_fields})
        self._measures = {m.code: m for m in measures() if m.power is None and m.additive}
        self._terms = {period.code: period for period in terms()}
        self.within: UnitView | None = unit_named(self.data["of"][:9], on)
        self._choose("measure", [(code, m.label) for code, m in self._measures.items()])
        self._choose("field", [("", _("All")), *Field.choices])
        self._choose(
            "period", [("", _("Stock on this day")), *((p.code, in_digits(p.code)) for p in self._terms.values())]
        )
        provinces = offer(None, on).provinces
        widget: Any = self.fields["of"].widget
        widget.choices = [("", _("The whole country")), *((unit.uid, unit.full_name) for unit in provinces)]
        self.full_clean()
        self.data = {**self.data, "of": self.within.uid if self.within else "", "measure": self.figure.code}

    def clean_of(self) -> str:
        """A province of today by its public id or code."""
        written: str = self.cleaned_data["of"]
        if written and (self.within is None or self.within.level != Level.PROVINCE or self.within.valid_to is not None):
            raise forms.ValidationError(_("There is no unit %(code)s on this map.") % {"code": written})
        return written

    @property
    def figure(self) -> Measure:
        """The figure asked for, or the first there is."""
        code = self.cleaned_data.get("measure") or next(iter(self._measures))
        return self._measures[code]

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def of_id(self) -> int | None:
        """The province; None for the country."""
        return self.within.id if self.within is not None and not self.errors.get("of") else None

    @property
    def period_asked(self) -> Any:
        """The term; None asks for the stock."""
        return self._terms.get(str(self.cleaned_data.get("period") or ""))

    @property
    def field_asked(self) -> str:
        """The field, where the figure has fields."""
        return str(self.cleaned_data.get("field") or "") if self.figure.dimension("field") else ""
