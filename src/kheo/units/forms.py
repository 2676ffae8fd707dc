"""What people ask the map: a written name and a day."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from kheo.base.text import day_text

FIRST_DAY, LAST_DAY = date(1945, 9, 2), date(2100, 1, 1)


class SearchForm(forms.Form):
    """Find a unit by its written name, its code or an older name, as of a day."""

    q = forms.CharField(
        label=_("Name or code"),
        max_length=200,
        required=False,
        help_text=_("As you would write it: P. Phú Thuỷ, huyện Tuy Phong, Tân Hà (Đức Linh), 22945."),
    )
    on = forms.DateField(
        label=_("On the day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        help_text=_("Empty: today."),
    )

    def clean_on(self) -> date | None:
        """A day the map can be asked about."""
        day: date | None = self.cleaned_data["on"]
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError(
                _("Choose a day between %(from)s and %(to)s.") % {"from": day_text(FIRST_DAY), "to": day_text(LAST_DAY)}
            )
        return day
