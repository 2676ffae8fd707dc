"""The sheet over a model that is there, and the choice field by field when somebody else changed it meanwhile."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from kheo.base.access import Actor
from kheo.base.powers import Power
from kheo.base.text import clean, clean_lines
from kheo.initiatives.forms.sheet import RegistrationSheet, written
from kheo.initiatives.models import Initiative
from kheo.initiatives.words import COUNTED
from kheo.units.queries import views

THEIRS, YOURS = "theirs", "yours"
# What a change never touches.
NOT_CHANGED = ("owner", "period", "once", "alike", "continues", "photos", "photos_public")


@dataclass(frozen=True)
class Difference:
    """One field that two people left differently: both texts, and which is chosen so far ("" none)."""

    name: str
    label: str
    theirs: str
    yours: str
    chosen: str


class ChangeSheet(RegistrationSheet):
    """The same sheet over a model that is there. What is in the list also says whether it was always wrong."""

    MISTAKE, MOVED = "mistake", "moved"

    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)  # the sheet as it was opened, as JSON
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
        origin = initiative.place.origin_id
        self.own = views([origin], on).get(origin)
        self.now = written(initiative)
        super().__init__(data, actor=actor, on=on, initial={**self.now, "unit": self.own.uid if self.own else ""})
        for name in NOT_CHANGED:
            self.fields.pop(name, None)
        if initiative.state not in COUNTED:
            del self.fields["why"]
        self.initial["seen"] = json.dumps({name: self._text(name, self.initial.get(name)) for name in self._facts()})

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
        self.cleaned_data |= {"alike": "", "continues": ""}
        values = super().values()
        del values["continues"]
        if self.chosen_unit:
            values["unit_id"] = self.chosen_unit.id
        return values

    def _facts(self) -> list[str]:
        return [name for name, field in self.fields.items() if not field.widget.is_hidden and name != "why"]

    def _text(self, name: str, value: Any) -> str:
        """A value as its field holds it."""
        text = self.fields[name].widget.format_value(value) if isinstance(value, date) else value
        return "" if text is None else str(text)

    def differences(self) -> list[Difference]:
        """Where what was typed and what now stands differ. What only one of the two touched is chosen already; a choice
        made before (`pick-…`) stands."""
        before = _was(str(self.data.get("seen", "")))
        found = []
        for name in self._facts():
            theirs, yours = self._text(name, self.initial.get(name)), str(self.data.get(name, ""))
            if _plain(theirs) == _plain(yours):
                continue
            was = before.get(name)
            chosen = str(self.data.get(f"pick-{name}", ""))
            if chosen not in (THEIRS, YOURS):
                chosen = "" if was is None else THEIRS if _plain(yours) == _plain(was) else ""
                chosen = chosen or (YOURS if was is not None and _plain(theirs) == _plain(was) else "")
            shown = dict(getattr(self.fields[name], "choices", ()))
            label = str(self.fields[name].label)
            found.append(Difference(name, label, str(shown.get(theirs, theirs)), str(shown.get(yours, yours)), chosen))
        return found

    def picked(self) -> dict[str, str] | None:
        """What was typed, with theirs where theirs was picked; None while a field is asked and not answered."""
        data = {name: str(self.data.get(name, "")) for name in self.data if not name.startswith("pick-")}
        for name in str(self.data.get("asked", "")).split():
            pick = self.data.get(f"pick-{name}")
            if name not in self.fields or pick not in (THEIRS, YOURS):
                return None
            if pick == THEIRS:
                data[name] = self._text(name, self.initial.get(name))
        return data


def _plain(text: str) -> str:
    return clean(clean_lines(text))


def _was(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}
