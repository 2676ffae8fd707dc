"""Forms of bringing tables in: the file with what is said about it, and the answers a preview asks for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kheo.base.access import Actor
from kheo.exchange.words import Importer, Option

ACCEPTED = ".xlsx,.xlsm,.xls,.ods,.csv,.tsv,.txt,.html,.htm,.xml"
_ANSWER = "a."
_HEADING = "h."
_LONGEST = 300


class UploadForm(forms.Form):
    """One file, the day it is brought in for, and the options of its kind of list."""

    file = forms.FileField(
        label=_("The file"),
        help_text=_("Excel, OpenDocument or csv, as it is: letterhead, merged headings and totals may stay."),
        allow_empty_file=True,  # the reader says in its own words that it is empty
        max_length=None,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    on = forms.DateField(
        label=_("Day it is registered"),
        help_text=_("The models count from this day on."),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, importer: Importer, actor: Actor, on: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = on
        self.option_names = []
        for option in importer.options(actor, on):
            self.fields[option.key] = _field(option)
            self.option_names.append(option.key)

    def chosen(self) -> dict[str, str]:
        """The options as the importer takes them. After `is_valid`."""
        return {name: self.cleaned_data[name] for name in self.option_names}


def _field(option: Option) -> forms.Field:
    said: dict[str, Any] = {
        "label": option.label,
        "required": option.required,
        "initial": option.initial,
        "help_text": option.help,
    }
    if option.choices:
        return forms.ChoiceField(choices=list(option.choices), **said)
    return forms.CharField(max_length=_LONGEST, **said)


def answers_from(data: Mapping[str, str]) -> dict[str, str]:
    """What was answered on a preview: question -> choice. A question left open is not among them."""
    return _prefixed(data, _ANSWER)


def meanings_from(data: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """The headings whose meaning the person changed: key -> meaning, "" to pass the column over."""
    given = {name.removeprefix(_HEADING): value for name, value in data.items() if name.startswith(_HEADING)}
    return {key: value[:_LONGEST] for key, value in given.items() if key in now and value != now[key]}


def _prefixed(data: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix)[:_LONGEST]: value[:_LONGEST]
        for name, value in data.items()
        if name.startswith(prefix) and value
    }
