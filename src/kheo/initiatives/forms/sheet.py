"""The registration sheet: what a person writes about one model, on a phone, and keeps when something is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kheo.base.access import Actor
from kheo.base.errors import Refused
from kheo.base.powers import Power
from kheo.base.text import clean_lines
from kheo.figures.queries import period_on, periods
from kheo.figures.words import PeriodView
from kheo.files.words import ACCEPTED_PHOTOS
from kheo.initiatives import rules
from kheo.initiatives.forms.fields import CountField, DayField, FilesField, FilesInput
from kheo.initiatives.models import Initiative
from kheo.initiatives.queries import (
    LARGEST_ID,
    Entered,
    Hint,
    is_once,
    registration_of,
    unit_and_successors,
    unit_named,
    units_to_choose,
)
from kheo.initiatives.rules import Seat
from kheo.initiatives.words import ITEMS, Field, GivenFile, Kind, Novelty, Registration
from kheo.people.models import Organisation
from kheo.people.queries import organisations
from kheo.units.queries import root_place
from kheo.units.words import UnitView

# Answers to the question about models that look like this one: its number (ours copies it), or one of these.
ANOTHER, SAME = "another", "same:"  # ours is another one; "same:7": it is model 7, entered by another line


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
    start = DayField(label=gettext_lazy("Start"), help_text=gettext_lazy("Example: 05/11/2025."), required=False)
    end = DayField(label=gettext_lazy("End"), help_text=gettext_lazy("Example: 30/11/2026."), required=False, ends=True)
    households = CountField(label=gettext_lazy("Households taking part"), required=False)
    goal = forms.CharField(label=gettext_lazy("Goal"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
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
    review_due = DayField(
        label=gettext_lazy("To be reviewed on"), help_text=gettext_lazy("Example: 15/10/2026."), required=False
    )
    outputs = forms.CharField(
        label=gettext_lazy("Results one can check"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    code = forms.CharField(label=gettext_lazy("Code in your own list"), required=False)
    photos = FilesField(
        label=gettext_lazy("Photos"),
        required=False,
        allow_empty_file=True,  # the files room says in its own words that one is empty
        max_length=None,
        widget=FilesInput(attrs={"multiple": True, "accept": ACCEPTED_PHOTOS, "data-shrink": True}),
        help_text=gettext_lazy("JPEG, PNG or WebP, several at once. Kept when you register, not with a draft."),
    )
    photos_public = forms.BooleanField(
        label=gettext_lazy("Everybody may see these photos on the public page"),
        required=False,
        help_text=gettext_lazy("Only photos whose people agreed to it."),
    )
    alike = forms.CharField(required=False, widget=forms.HiddenInput)
    replicates = forms.CharField(required=False, widget=forms.HiddenInput)
    continues = forms.CharField(required=False, widget=forms.HiddenInput)
    once = forms.CharField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    power = Power.INITIATIVES_REGISTER  # where the actor chooses units and organisations

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        actor: Actor,
        on: date,
        draft: bool = False,
        of: Initiative | None = None,
        files: Any = None,
        **rest: Any,
    ) -> None:
        """`draft`: a name is enough; what else is written must only be readable. `of`: the draft that is written on."""
        super().__init__(data, files, **rest)
        self.actor, self.on, self.hints, self.successors = actor, on, list[Hint](), list[UnitView]()
        # One tap on what an ended unit became chooses it, whatever stands in the field.
        self.instead = unit_named(str((data or {}).get("unit_now", ""))[:8], on)
        if self.instead is not None:
            self.data = dict(self.data.items()) | {"unit": self.instead.uid}
        near = unit_named(str((self.data if self.is_bound else self.initial).get("unit", ""))[:8], on)
        if near is not None and not self.is_bound:
            self.initial["unit"] = near.uid  # an address may name it by its code
        self.units = {u.uid: u for u in units_to_choose(actor, self.power, on, near=near)}
        self.owners = {str(o.pk): o for o in organisations(actor.reach_of(self.power).orgs)}
        if of is not None and of.owner is not None:
            self.owners[str(of.owner.pk)] = of.owner
        self.terms = {p.code: p for p in periods() if p.registers}
        self._offer()
        self._follow(near)
        for name in self.fields if draft else ():
            self.fields[name].required = name == "title"

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

    def _follow(self, near: UnitView | None) -> None:
        """A unit that ended while the sheet was open says so, and what it became is one tap away."""
        if near is None or near.uid in self.units or "unit" not in self.fields:
            return
        unit, successors = unit_and_successors(near.id, self.on)
        if refusal := rules.why_not_unit(unit, self.on, successors):
            self.fields["unit"].error_messages["invalid_choice"] = str(refusal.text)
            self.successors = successors

    @property
    def chosen_unit(self) -> UnitView | None:
        """The unit chosen, after validation."""
        return self.units.get(self.cleaned_data.get("unit", "")) or self.instead

    @property
    def chosen_owner(self) -> Organisation | None:
        """The organisation chosen, after validation."""
        return self.owners.get(self.cleaned_data.get("owner", ""))

    @property
    def chosen_term(self) -> PeriodView:
        """The period chosen, after validation; a draft that names none takes that of the day."""
        code = self.cleaned_data["period"] or self.fields["period"].initial
        return self.terms.get(code) or list(self.terms.values())[-1]

    @property
    def number(self) -> str:
        """The number of this sheet, "" where it was made up."""
        written = str(self.data.get("once", ""))
        return written if is_once(written) else ""

    def values(self) -> dict[str, Any]:
        """What was written, as `actions.register` takes it (without unit, owner and period)."""
        names = ("title", "field", "kind", "novelty", "start", "end", "households", "goal", "note", "code")
        values = {name: self.cleaned_data[name] for name in (*names, "review_due", *ITEMS)}
        values["continues"] = _number(self.cleaned_data["continues"])
        values["replicates"] = _number(self.cleaned_data["replicates"])
        if (copied := _number(self.cleaned_data["alike"])) is not None:
            values |= {"novelty": Novelty.REPLICATED, "replicates": copied}
        if values["novelty"] != Novelty.KEPT:
            values["continues"] = None
        if values["novelty"] != Novelty.REPLICATED:
            values["replicates"] = None
        return values

    def evidence(self) -> list[GivenFile]:
        """The photos that came with the sheet. After `is_valid`."""
        public = bool(self.cleaned_data["photos_public"])
        return [GivenFile(one.read(), str(one.name), "", public) for one in self.cleaned_data["photos"]]

    def given(self) -> Registration:
        """All that was written; a draft that names no unit lies where the actor registers."""
        unit, owner = self.chosen_unit, self.chosen_owner
        if unit is None and owner is None and not self.actor.reach_of(self.power).all:
            unit = next(iter(self.units.values()), None)
        return Registration(**self.values(), unit_id=unit.id if unit else None, owner=owner)

    def entered(self, id: int | None = None) -> Entered | None:
        """What the question about look-alikes is asked of; None where nothing says where it would stand."""
        unit, owner = self.chosen_unit, self.chosen_owner
        if unit is not None:
            place = root_place(unit.id)
        elif owner is not None:
            place = owner.place
        else:
            return None
        return Entered(
            title=self.cleaned_data["title"],
            field=self.cleaned_data["field"],
            spot=Seat(place.now_p, place.now_c, place.pk),
            place_id=place.pk,
            period_id=self.chosen_term.id,
            owner=owner,
            id=id,
        )

    def must_ask(self, hints: Sequence[Hint]) -> bool:
        """Whether the question about these models must still be answered; they stand in `hints` then."""
        answer = self.cleaned_data["alike"]
        known = {str(hint.row.id) for hint in hints}
        self.hints = [] if answer == ANOTHER or answer.removeprefix(SAME) in known else list(hints)
        return bool(self.hints)

    @property
    def the_same(self) -> int | None:
        """The model this is said to be, entered already by another line."""
        answer = self.cleaned_data["alike"]
        return _number(answer.removeprefix(SAME)) if answer.startswith(SAME) else None

    def is_still(self, model: Initiative) -> bool:
        """Whether this is the sheet that became that model, sent again, and not another one written over it."""
        title = rules.titled(str(self.data.get("title", ""))).key
        return model.title_key == title and self.data.get("period", "") in ("", model.period.code)

    def typed(self) -> list[tuple[str, str]]:
        """What was typed, label by label, to be shown when it could not be saved."""
        return [(str(b.label), clean_lines(str(b.data))) for b in self if not b.is_hidden and b.data]

    @property
    def name(self) -> str:
        """The name as it would be kept."""
        return rules.titled(str(self.data.get("title", ""))).text

    def carried(self) -> dict[str, str]:
        """Everything typed by the names of the fields, to go along through a question."""
        return {name: str(self.data[name]) for name in self.fields if name in self.data and name != "alike"}

    def take(self, no: Refused) -> None:
        """Show what the rules say beside the fields they speak of."""
        for refusal in no.refusals:
            column = refusal.column if refusal.column in self.fields else None
            self.add_error(column, str(refusal.text))
            if refusal.code == "units.closed" and not self.successors:
                uids = cast("Sequence[str]", refusal.facts.get("successors", ()))  # as rules.why_not_unit gives them
                self.successors = [unit for uid in uids if (unit := unit_named(uid, self.on)) is not None]


def _number(text: str) -> int | None:
    """The number of a model in a hidden field; None for anything else."""
    return int(text) if text.isdecimal() and len(text) < 19 and 0 < int(text) <= LARGEST_ID else None


def written(initiative: Initiative) -> dict[str, Any]:
    """A model as the sheet shows it: what the fields begin with."""
    given, period = registration_of(initiative)
    names = ("title", "field", "kind", "novelty", "start", "end", "households", "code", "goal", "note", "review_due")
    return {
        "unit": f"u{given.unit_id:05d}",
        "owner": str(given.owner.pk) if given.owner else "",
        "period": period.code,
        "replicates": str(given.replicates or ""),
        "continues": str(given.continues or ""),
        "version": initiative.version,
        **{name: getattr(given, name) for name in (*names, *ITEMS)},
    }
