"""Forms of accounts: the table of villages, what is put right, to whom a post goes, filters of the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kheo.base.errors import Refused
from kheo.people import queries
from kheo.people.models import User

_ANSWER = "a."
_DAYS = ["%Y-%m-%d", "%d/%m/%Y"]
MOST_TABLE = 1_000_000
# Which field of a form a refusal belongs to; others stand on top.
_FIELDS = {
    "people.full_name": "full_name",
    "people.name_by_office": "full_name",
    "people.phone": "phone",
    "people.phone_taken": "phone",
    "people.language": "language",
    "people.post_days": "day",
    "people.reason": "reason",
    "people.same_person": "to",
    "people.post_twice": "to",
    "people.account_closed": "to",
}


class OfficeForm(forms.Form):
    """A form that shows what a rule said beside the field it is about."""

    def take(self, no: Refused) -> None:
        """Put each refusal where it belongs."""
        for refusal in no.refusals:
            field = _FIELDS.get(refusal.code)
            said = str(refusal.text)
            self.add_error(field if field in self.fields else None, said)


class AccountFilter(forms.Form):
    """What the list of accounts can be narrowed by."""

    q = forms.CharField(label=_("Name, user name or telephone number"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            ("first", _("First password not changed yet")),
            ("unused", _("Nobody has signed in yet")),
            ("closed", _("Closed")),
        ],
    )

    def narrow(self, users: QuerySet[User]) -> QuerySet[User]:
        """The accounts that fit; a filter that makes no sense fits nothing."""
        if not self.is_valid():
            return users.none()
        users = queries.found(users, self.cleaned_data["q"])
        state = self.cleaned_data["state"]
        if state == "first":
            return users.filter(must_change=True, is_active=True)
        if state == "unused":
            return users.filter(last_login__isnull=True, is_active=True)
        return users.filter(is_active=False) if state == "closed" else users


class TableForm(OfficeForm):
    """The table of villages, pasted or as a file, and the commune it is of."""

    unit = forms.ChoiceField(label=_("Commune, ward or special zone"), required=False)
    table = forms.CharField(
        label=_("Paste the table here"),
        required=False,
        max_length=MOST_TABLE,
        help_text=_(
            "One line each: village or organisation, full name, telephone number. Copied cells of a sheet are right as "
            "they are; in a file, columns are parted by commas, semicolons or tabs."
        ),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
    )
    file = forms.FileField(
        label=_("Or choose a file (csv)"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt"}),
    )

    def __init__(self, units: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = forms.ChoiceField(label=_("Commune, ward or special zone"), choices=list(units.items()))
        if len(units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
            self.fields["unit"].initial = next(iter(units))


def answers_from(data: Mapping[str, str]) -> dict[int, str]:
    """What was answered on a preview: row -> user name or "new"."""
    given = {name.removeprefix(_ANSWER): value for name, value in data.items() if name.startswith(_ANSWER)}
    return {int(row): value[:60] for row, value in given.items() if value and row.isascii() and row.isdigit()}


def _phone() -> forms.CharField:
    attrs = {"inputmode": "tel", "autocomplete": "tel", "dir": "ltr"}
    return forms.CharField(
        label=_("Telephone number"),
        required=False,
        max_length=40,
        help_text=_("It signs in like the user name. Left empty, only the user name does."),
        widget=forms.TextInput(attrs=attrs),
    )


class AccountForm(OfficeForm):
    """Name and telephone number of an account, put right by the office."""

    full_name = forms.CharField(label=_("Full name"), max_length=200)
    phone = _phone()


class OwnForm(OfficeForm):
    """What a person puts right about their own account."""

    phone = _phone()
    language = forms.ChoiceField(label=_("Language after signing in"), choices=settings.LANGUAGES)


class ReasonForm(OfficeForm):
    """Why something is taken from a person."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class EndForm(ReasonForm):
    """The first day a post no longer holds, and why."""

    day = forms.DateField(
        label=_("First day without it"), input_formats=_DAYS, widget=forms.DateInput({"type": "date"}, format=_DAYS[0])
    )
    field_order = ["day", "reason"]


class HandOverForm(EndForm):
    """To whom a post goes, from which day, and why."""

    to = forms.CharField(
        label=_("New holder (user name or telephone number)"),
        max_length=60,
        help_text=_("The account must be there already and among those you look after."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    day = forms.DateField(
        label=_("First day of the new holder"),
        input_formats=_DAYS,
        widget=forms.DateInput({"type": "date"}, format=_DAYS[0]),
    )
    field_order = ["to", "day", "reason"]
