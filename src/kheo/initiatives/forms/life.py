"""The few words that come with a step of a model's later life: the day, the document, why."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from kheo.initiatives.forms.fields import DayField
from kheo.initiatives.words import DOCUMENT_LENGTH, REASON_LENGTH, Mark, RecognisedBy, RemovalReason


class StepForm(forms.Form):
    """When it happened, by which document, and a few words; `verb` is its prefix and the last part of its address."""

    verb = ""

    version = forms.IntegerField(widget=forms.HiddenInput)
    on = DayField(label=_("Day"), help_text=_("Example: 05/11/2025."))
    document = forms.CharField(label=_("Minutes or document"), required=False, max_length=DOCUMENT_LENGTH)
    note = forms.CharField(
        label=_("A few words"), required=False, max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init_subclass__(cls) -> None:
        cls.prefix = cls.verb


class LaunchForm(StepForm):
    """The day of the launch, often near the festival of 18 November."""

    verb = "launch"


class StartForm(StepForm):
    """The day from which the model runs."""

    verb = "start"


class ReviewForm(StepForm):
    """The survey on the spot, with its minutes."""

    verb = "review"


class ConfirmForm(forms.Form):
    """The word of the owner that the model goes on this year."""

    verb = prefix = "confirm"

    version = forms.IntegerField(widget=forms.HiddenInput)


class _DecidedForm(StepForm):
    document = forms.CharField(
        label=_("Decision or conclusion"),
        max_length=DOCUMENT_LENGTH,
        help_text=_("Number, day and issuer, so that it can be found again."),
    )


class RecogniseForm(_DecidedForm):
    """At which level, by which decision."""

    verb = "recognise"

    level = forms.ChoiceField(label=_("Recognised"), choices=RecognisedBy.choices, widget=forms.RadioSelect)
    field_order = ("version", "level", "document", "on", "note")


class SettleForm(StepForm):
    """What the review comes to: kept as it is, or spread to others."""

    verb = "settle"

    mark = forms.ChoiceField(
        label=_("What shall become of it?"),
        choices=[(mark.value, mark.label) for mark in Mark if mark],
        widget=forms.RadioSelect,
    )
    field_order = ("version", "mark", "document", "on", "note")


class RemoveForm(_DecidedForm):
    """Why it leaves the list, and by which decision or conclusion."""

    verb = "remove"

    reason = forms.ChoiceField(label=_("Why it leaves the list"), choices=RemovalReason.choices)
    field_order = ("version", "reason", "document", "on", "note")


FORMS: Mapping[str, type[StepForm | ConfirmForm]] = {
    form.verb: form for form in (LaunchForm, StartForm, ReviewForm, RecogniseForm, SettleForm, ConfirmForm, RemoveForm)
}
