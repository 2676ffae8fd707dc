"""The filters of the trail: the only fields it can be narrowed by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kheo.audit.models import Entry
from kheo.audit.words import acts

if TYPE_CHECKING:
    from kheo.base.errors import StrOrPromise

_DAYS = ["%d/%m/%Y", "%Y-%m-%d"]


def _day(label: StrOrPromise) -> forms.DateField:
    """A day as people type it: 05/11/2025, on a number pad."""
    attrs = {"inputmode": "numeric", "dir": "ltr", "autocomplete": "off"}
    return forms.DateField(
        label=label, required=False, input_formats=_DAYS, widget=forms.DateInput(attrs=attrs, format=_DAYS[0])
    )


class TrailFilter(forms.Form):
    """What was done, by whom, to what, on which days (both included)."""

    act = forms.ChoiceField(label=_("What was done"), required=False)
    actor = forms.CharField(label=_("By whom (user name)"), required=False, max_length=60)
    subject = forms.CharField(label=_("To what (kind:number)"), required=False, max_length=121)
    since = _day(_("From day"))
    until = _day(_("To day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(act.code, act.text) for act in acts()]
        self.fields["act"] = forms.ChoiceField(
            label=_("What was done"), required=False, choices=[("", _("Everything")), *known]
        )

    def narrow(self, entries: QuerySet[Entry]) -> QuerySet[Entry]:
        """The entries that fit; a filter that makes no sense fits nothing."""
        if not self.is_valid():
            return entries.none()
        given = self.cleaned_data
        kind, _colon, number = given["subject"].partition(":")
        named = {
            "act": given["act"],
            "actor_name": given["actor"],
            "subject_kind": kind,
            "subject_id": number,
            "on__gte": given["since"],
            "on__lte": given["until"],
        }
        return entries.filter(**{field: value for field, value in named.items() if value})
