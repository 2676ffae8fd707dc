"""What can be asked on the pages: territory, period, map, dimensions. Every value is one of a list or a date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kheo.base.errors import Refused
from kheo.figures import rules
from kheo.figures.queries import ground, measures, periods
from kheo.figures.words import CoverageRow, MapChoice, Measure, PeriodView
from kheo.units import queries as units
from kheo.units.words import Level, UnitView

LONGEST = 20  # letters of any value
_UNIT_LABELS = {"province": gettext_lazy("Provinces"), "commune": gettext_lazy("Communes, wards")}


class Question(forms.Form):
    """Territory, period and map. What is not understood is said beside its field, and asked as if it were left out."""

    measure = forms.ChoiceField(label=gettext_lazy("Measure"), required=False)
    of = forms.CharField(label=gettext_lazy("Territory"), required=False, max_length=LONGEST, widget=forms.Select)
    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False)
    map = forms.CharField(
        label=gettext_lazy("Map (empty: today's)"),
        required=False,
        max_length=LONGEST,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, data: Mapping[str, Any], *, measure: Measure, home: int | None) -> None:
        asked = {key: str(value)[: LONGEST + 1] for key, value in data.items()}
        if "of" not in asked:
            asked["of"] = f"u{home:05d}" if home is not None else ""
        super().__init__(asked)
        self.asked = measure
        self.of_id: int | None = None
        self._periods = {period.code: period for period in periods()}
        self._choose("measure", [(m.code, m.label) for m in measures()])
        self.data = {"measure": measure.code, **self.data}
        self._choose("period", [("", _("Stock on this day")), *((p.code, p.name) for p in self._periods.values())])
        self.offer()
        self.full_clean()
        self._offer_units()

    def offer(self) -> None:
        """Fill the choices of the dimensions."""

    def clean_map(self) -> str:
        """Now, recorded or a date."""
        written = str(self.cleaned_data["map"]) or "now"
        try:
            rules.map_choice(written)
        except Refused as no:
            raise forms.ValidationError(str(no.refusal.text)) from no
        return written

    def clean_of(self) -> str:
        """A unit by its public id, or by its code on today's map."""
        written = str(self.cleaned_data["of"])
        if written:
            by_code = [] if written.startswith("u") else units.by_code(written, ground.LAST_MAP)
            self.of_id = by_code[0].id if by_code else units.by_uid(written)
            if self.of_id is None:
                raise forms.ValidationError(_("There is no unit %(code)s on this map.") % {"code": written})
        return written

    @property
    def map_asked(self) -> MapChoice:
        """The map, today's where none was understood."""
        return rules.map_choice(self.cleaned_data.get("map") or "now")

    @property
    def period_asked(self) -> PeriodView | None:
        """The period; None asks for the stock."""
        return self._periods.get(self.cleaned_data.get("period") or "")

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _offer_units(self) -> None:
        """The country, the provinces of the map, and the unit asked for where it is another."""
        day = ground.day_of(self.map_asked)
        offered: list[UnitView] = units.units_on(day, level=Level.PROVINCE)
        if self.of_id is not None and all(view.id != self.of_id for view in offered):
            offered = [*units.views([self.of_id], day).values(), *offered]
        of = self.fields["of"]
        of.widget.choices = [("", _("The whole country")), *((v.uid, v.full_name) for v in offered)]
        shown = {"of": f"u{self.of_id:05d}" if self.of_id is not None else "", "map": self.data.get("map", "")}
        self.data = {**self.data, **shown, "map": "" if shown["map"] == "now" else shown["map"]}


class MatrixQuestion(Question):
    """Units against one dimension."""

    by = forms.ChoiceField(label=gettext_lazy("Columns"), required=False)
    order = forms.ChoiceField(
        label=gettext_lazy("Order"),
        required=False,
        choices=[
            ("gaps", gettext_lazy("Most gaps first")),
            ("total", gettext_lazy("Highest total first")),
            ("name", gettext_lazy("By name")),
        ],
    )

    def offer(self) -> None:
        """The dimensions of the measure."""
        self._choose("by", [(d.code, d.label) for d in self.asked.dimensions])
        self.data = {"by": self.asked.dimensions[0].code, **self.data}

    def sort(self, rows: Sequence[CoverageRow]) -> list[CoverageRow]:
        """The rows (which come with most gaps first) in the order asked for."""
        order = self.cleaned_data.get("order")
        if order == "total":
            return sorted(rows, key=lambda row: -row.total if isinstance(row.total, int | Decimal) else 0)
        if order == "name":
            return sorted(rows, key=lambda row: row.sort_key)
        return list(rows)

    @property
    def by_asked(self) -> str:
        """The dimension of the columns."""
        return self.cleaned_data.get("by") or self.asked.dimensions[0].code


class TableQuestion(Question):
    """One or two dimensions, units among them."""

    by = forms.ChoiceField(label=gettext_lazy("Rows"), required=False)
    across = forms.ChoiceField(label=gettext_lazy("Columns"), required=False)

    def offer(self) -> None:
        """The dimensions of the measure and the units."""
        rows = [*((d.code, d.label) for d in self.asked.dimensions), *_UNIT_LABELS.items()]
        self._choose("by", rows)
        self._choose("across", [("", _("none")), *rows])
        self.data = {"by": self.asked.dimensions[0].code, **self.data}

    @property
    def by_asked(self) -> tuple[str, ...]:
        """The dimensions of rows and columns."""
        by = self.cleaned_data.get("by") or self.asked.dimensions[0].code
        across = self.cleaned_data.get("across") or ""
        return (by, across) if across and across != by else (by,)
