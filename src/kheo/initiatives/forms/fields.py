"""Days and numbers as people write them: in the digits of their language, with its marks, or in words; and files."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from kheo.base.text import in_digits
from kheo.exchange.reader import DateColumn, NumberColumn, Period
from kheo.files.words import MB

# Arabic-Indic and Persian digits and marks, as the readers of tables know them.
_LATIN = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬؍", "01234567890123456789,./")


class DayInput(forms.DateInput):
    """A day as people type it: 05/11/2025, on a number pad."""

    def __init__(self) -> None:
        super().__init__(format="%d/%m/%Y", attrs={"inputmode": "numeric", "dir": "ltr", "autocomplete": "off"})


class DayField(forms.DateField):
    """A day however it is written (5/11/2025, ngày 5 tháng 11 năm 2025, ٠٥/١١/٢٠٢٥); a month or a year in its place is
    its first day, or its last where something ends."""

    def __init__(self, *, ends: bool = False, **rest: Any) -> None:
        self.ends = ends
        super().__init__(widget=DayInput(), **rest)

    def to_python(self, value: Any) -> date | None:
        """The day, or a sentence with an example."""
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value.date() if isinstance(value, datetime) else value
        found = DateColumn().read(str(value).strip().translate(_LATIN)).value
        if isinstance(found, Period):
            found = found.last if self.ends else found.first
        if found is None:
            text = _("“%(value)s” is not a day. Write it like 05/11/2025.")
            raise forms.ValidationError(text % {"value": str(value)[:40]}, code="invalid")
        return found


class CountField(forms.Field):
    """A whole number however it is written (1.200, ١٬٢٠٠, 52 hộ); a part of a whole is told, never cut off."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "autocomplete": "off"})

    def to_python(self, value: Any) -> int | None:
        """The number, or a sentence with an example."""
        if value in self.empty_values:
            return None
        read = NumberColumn(count=True).read(str(value).strip().translate(_LATIN)).value
        if read is None or read != read.to_integral_value():
            text = _("“%(value)s” is not a whole number. Write it like 52.")
            raise forms.ValidationError(text % {"value": str(value)[:40]}, code="invalid")
        return int(read)


class FilesInput(forms.ClearableFileInput):
    """Several files chosen at once."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """A list of files, each within what is taken; how large they are together is bounded too."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """The files that came, none among them too many to be read together."""
        several = [super(FilesField, self).clean(one, initial) for one in data or [] if one]
        if sum(one.size for one in several) > settings.UPLOAD_LIMIT:
            text = _("The files have more than %(limit)s MB together; send some of them with another telling.")
            limit = in_digits(str(settings.UPLOAD_LIMIT // MB))
            raise forms.ValidationError(text % {"limit": limit}, code="initiatives.files_heavy")
        return several
