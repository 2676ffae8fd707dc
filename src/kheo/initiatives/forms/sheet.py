"""The registration sheet: what a person writes about one model, on a phone, and keeps when something is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kheo.base.access import Actor
from kheo.base.errors import Refused
from kheo.base.powers import Power
from kheo.figures.queries import period_on, periods
from kheo.figures.words import PeriodView
from kheo.initiatives.forms.deeds import DAY_FORMATS, DayInput
from kheo.initiatives.models import Initiative
from kheo.initiatives.queries import unit_named, units_to_choose, values_of
from kheo.initiatives.words import COUNTED, ITEMS, Field, InitiativeRow, Kind, Novelty
from kheo.people.models import Organisation
from kheo.people.queries import organisations
from kheo.units.queries import views
from kheo.units.words import UnitView

ANOTHER = "another"  # the answer "no, ours is another model" to the question about look-alikes


class RegistrationSheet(forms.Form):
    """One model as its unit writes it. The rules are not here: the action asks them, and `take` shows what they say."""

    title = forms.CharField(
        label=gettext_lazy("Name of the model"),
        help_text=gettext_lazy("Short, saying what is done."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field = forms.ChoiceField(label=gettext_lazy("Field"), choices=Field.choices, widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=gettext_lazy("Who carries it out"), choices=Kind.choices, widget=forms.RadioSelect)
    novelty = forms.ChoiceField(
        label=gettext_lazy("Is it new?"), choices=Novelty.choices, widget=forms.RadioSelect, initial=Novelty.NEW
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    owner = forms.ChoiceField(label=gettext_lazy("Organisation"), required=False)
    period = forms.ChoiceField(label=gettext_lazy("Period"))
    start = forms.DateField(label=gettext_lazy("Start"), required=False, input_formats=DAY_FORMATS, widget=DayInput)
    end = forms.DateField(label=gettext_lazy("End"), required=False, input_formats=DAY_FORMATS, widget=DayInput)
    households = forms.IntegerField(
        label=gettext_lazy("Households taking part"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "autocomplete": "off"}),
    )
    goal = forms.CharField(
        label=gettext_lazy("Reason and goal"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    situation = forms.CharField(
        label=gettext_lazy("Situation and reason"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    content = forms.CharField(
        label=gettext_lazy("What is done, and how"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    site = forms.CharField(label=gettext_lazy("Where in the unit"), required=False)
    audience = forms.CharField(
        label=gettext_lazy("For whom"),
        help_text=gettext_lazy("A group of people, never names."),
        required=False,
    )
    forces = forms.CharField(
        label=gettext_lazy("Who leads, who helps, who takes part"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    resources = forms.CharField(
        label=gettext_lazy("Money, material and workdays"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    review_due = forms.DateField(
        label=gettext_lazy("To be reviewed on"), required=False, input_formats=DAY_FORMATS, widget=DayInput
    )
    outputs = forms.CharField(
        label=gettext_lazy("Results one can check"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    code = forms.CharField(label=gettext_lazy("Code in your own list"), required=False)
    alike = forms.CharField(required=False, widget=forms.HiddenInput)

    power = Power.INITIATIVES_REGISTER  # where the actor chooses units and organisations

    def __init__(self, data: Mapping[str, Any] | None = None, *, actor: Actor, on: date, **rest: Any) -> None:
        super().__init__(data, **rest)
        self.on = on
        self.look_alikes: list[tuple[InitiativeRow, int]] = []
        written = str((data or self.initial).get("unit", ""))[:8]
        near = unit_named(written, on)
        if near is not None and not self.is_bound:
            self.initial["unit"] = near.uid  # an address may name it by its code
        self.units = {u.uid: u for u in units_to_choose(actor, self.power, on, near=near)}
        self.owners = {str(o.pk): o for o in organisations(actor.reach_of(self.power).orgs)}
        self.terms = {p.code: p for p in periods() if p.registers}
        self._offer()

    def _offer(self) -> None:
        """Offer what can be chosen; what leaves no choice is not asked."""
        for name, choices, empty in (
            ("unit", [(uid, u.full_name) for uid, u in self.units.items()], _("– choose –")),
            ("owner", [(pk, o.name) for pk, o in self.owners.items()], _("– none –")),
            ("period", [(code, code) for code in self.terms], None),
        ):
            if not choices and name in ("unit", "owner"):
                del self.fields[name]
                continue
            alone = len(choices) == 1 and name != "owner"
            self.fields[name].choices = choices if alone or empty is None else [("", empty), *choices]  # type: ignore[attr-defined]
        if "owner" in self.fields and "unit" not in self.fields:
            self.fields["owner"].required = True
            self.fields["owner"].choices = [(pk, o.name) for pk, o in self.owners.items()]  # type: ignore[attr-defined]
        if term := period_on(self.on):
            self.fields["period"].initial = term.code

    @property
    def chosen_unit(self) -> UnitView | None:
        """The unit chosen, after validation."""
        return self.units.get(self.cleaned_data.get("unit", ""))

    @property
    def chosen_owner(self) -> Organisation | None:
        """The organisation chosen, after validation."""
        return self.owners.get(self.cleaned_data.get("owner", ""))

    @property
    def chosen_term(self) -> PeriodView:
        """The period chosen, after validation."""
        return self.terms[self.cleaned_data["period"]]

    def values(self) -> dict[str, Any]:
        """What was written, as `actions.register` takes it (without unit, owner and period)."""
        names = ("title", "field", "kind", "novelty", "start", "end", "households", "goal", "note", "code")
        later = ("review_due", *ITEMS)
        values = {name: self.cleaned_data[name] for name in (*names, *later)}
        answer = self.cleaned_data["alike"]
        if answer.isdecimal() and len(answer) < 19:
            values |= {"novelty": Novelty.REPLICATED, "replicates": int(answer)}
        return values

    def ask_about(self, look_alikes: Sequence[tuple[InitiativeRow, int]]) -> bool:
        """Put the question whether this is a copy of a model nearby; true when it must still be answered."""
        self.look_alikes = list(look_alikes)
        answered = self.cleaned_data["alike"]
        if not self.look_alikes or answered == ANOTHER or answered in {str(row.id) for row, _likeness in look_alikes}:
            return False
        self.add_error("title", _("A model nearby is nearly the same. Say whether yours copies it."))
        return True

    def typed(self) -> list[tuple[str, str]]:
        """What was typed, label by label, to be shown when it could not be saved."""
        return [(str(b.label), str(b.data)) for b in self if not b.is_hidden and b.data]

    def take(self, no: Refused) -> None:
        """Show what the rules say beside the fields they speak of."""
        for refusal in no.refusals:
            column = refusal.column if refusal.column in self.fields else None
            self.add_error(column, str(refusal.text))


class ChangeSheet(RegistrationSheet):
    """The same sheet over a model that is there. What is in the list also says whether it was always wrong."""

    MISTAKE, MOVED = "mistake", "moved"

    version = forms.IntegerField(widget=forms.HiddenInput)
    why = forms.ChoiceField(
        label=gettext_lazy("Why it changes"),
        choices=[
            (MISTAKE, gettext_lazy("It was written wrong; figures are put right for the past too")),
            (MOVED, gettext_lazy("It really changed; figures follow from today")),
        ],
        widget=forms.RadioSelect,
        initial=MISTAKE,
    )

    def __init__(self, data: Mapping[str, Any] | None, *, initiative: Initiative, actor: Actor, on: date) -> None:
        self.power = Power.INITIATIVES_ACCEPT if initiative.state in COUNTED else Power.INITIATIVES_REGISTER
        now = values_of(initiative)
        for name in ("start", "end", "review_due"):
            now[name] = getattr(initiative, name)
        unit = views([initiative.place.origin_id], on).get(initiative.place.origin_id)
        initial = now | {"unit": unit.uid if unit else "", "version": initiative.version}
        self.own = unit
        super().__init__(data, actor=actor, on=on, initial=initial)
        for name in ("owner", "period"):
            self.fields.pop(name, None)
        if initiative.state not in COUNTED:
            del self.fields["why"]

    def _offer(self) -> None:
        if self.own is not None:
            self.units = {self.own.uid: self.own} | self.units
        super()._offer()

    @property
    def mistake(self) -> bool:
        """Whether the past was wrong (always, for what does not count yet)."""
        return bool(self.cleaned_data.get("why", self.MISTAKE) == self.MISTAKE)

    def values(self) -> dict[str, Any]:
        """What was written, as `actions.change` takes it."""
        values = super().values()
        if self.chosen_unit:
            values["unit_id"] = self.chosen_unit.id
        if values["novelty"] != Novelty.REPLICATED:
            values["replicates"] = None
        return values
