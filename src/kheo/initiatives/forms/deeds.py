"""The few words that come with taking a model into the list or sending it back."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kheo.initiatives.forms.fields import DayField
from kheo.initiatives.words import LIST_NUMBER_LENGTH, REASON_LENGTH


class AcceptForm(forms.Form):
    """Number in the list, and the day from which the model counts."""

    prefix = "accept"

    version = forms.IntegerField(widget=forms.HiddenInput)
    list_number = forms.CharField(label=_("Number in the list"), required=False, max_length=LIST_NUMBER_LENGTH)
    on = DayField(
        label=_("Day of acceptance"),
        help_text=_("The model counts from this day. Example: 05/11/2025."),
    )


class ReturnForm(forms.Form):
    """What must be completed before the model can be accepted."""

    prefix = "return"

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("What must be completed"), max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )
