"""What people write of a model's progress: a text, amounts by kind as they write numbers, files with their captions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kheo.base.errors import Refusal, Refused
from kheo.base.text import in_digits
from kheo.exchange.reader.numbers import NumberColumn
from kheo.files.words import ACCEPTED
from kheo.initiatives.forms.fields import DayField, FilesField, FilesInput
from kheo.initiatives.words import MEASURED, REASON_LENGTH, RESULT_SCALE, RESULT_UNIT, GivenFile, ResultKind

_PARTED_BY_COMMA = frozenset({"vi", "pt"})  # languages that write 1.234,5
_ARABIC_SIGNS = str.maketrans({"٫": ".", "٬": ","})


def amount_of(kind: str, written: str) -> Decimal | None:
    """An amount as the reader's language writes it: 350,5 in Vietnamese, 350.5 in English; None where nothing stands.

    Raises `Refused` (`initiatives.amount_unclear`) for anything that is not plainly one number.
    """
    language = (translation.get_language() or "vi").split("-")[0]
    counted = RESULT_SCALE[kind] == 1
    unit = str(RESULT_UNIT[kind]).replace("²", "2")
    text = written.translate(_ARABIC_SIGNS)
    reading = NumberColumn(unit=unit, count=counted).read(text)
    if reading.asked is None and reading.refused is None:
        return reading.value
    example = "1500" if counted else "1234,5" if language in _PARTED_BY_COMMA else "1234.5"
    if reading.asked is not None:
        readings = cast("list[str]", reading.asked.facts["readings"])  # as exchange.reader.values gives them
        if reading.asked.code == "exchange.number_ambiguous":  # 1.500: grouped in Vietnamese, parted in English
            return Decimal(readings[0 if ("." in text) == (language in _PARTED_BY_COMMA) else 1])
        example = readings[0]
    said = _("“%(value)s” is not plainly a number of %(unit)s; write it in digits, such as %(example)s.")
    facts = {"value": written.strip()[:60], "unit": RESULT_UNIT[kind], "example": in_digits(example)}
    raise Refused(Refusal("initiatives.amount_unclear", said % facts, column=kind))


class ProgressForm(forms.Form):
    """What was done, since when, with which results and files. The rules are asked by the deed."""

    prefix = "progress"

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("What was done"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    on = DayField(
        label=gettext_lazy("Up to which day"),
        help_text=gettext_lazy("Example: 05/11/2025."),
    )
    photos = FilesField(
        label=gettext_lazy("Photos and files"),
        required=False,
        allow_empty_file=True,  # the files room says in its own words that one is empty
        max_length=None,
        widget=FilesInput(attrs={"multiple": True, "accept": ACCEPTED, "data-shrink": True}),
        help_text=gettext_lazy("JPEG, PNG or WebP photos, PDF, Word .docx, Excel .xlsx; several at once."),
    )
    captions = forms.CharField(
        label=gettext_lazy("What they show"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One line for all of them, or a line for each in the order chosen."),
    )
    public = forms.BooleanField(
        label=gettext_lazy("Everybody may see these photos on the public page"),
        required=False,
        help_text=gettext_lazy("Only photos whose people agreed to it."),
    )

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        for kind in ResultKind:
            named = _("%(kind)s (%(unit)s)") if kind in MEASURED else "%(kind)s"
            self.fields[kind.value] = forms.CharField(
                label=named % {"kind": kind.label, "unit": RESULT_UNIT[kind]},
                required=False,
                max_length=60,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr", "autocomplete": "off"}),
            )

    @property
    def amounts(self) -> list[forms.BoundField]:
        """The fields of the amounts, in the order of the kinds."""
        return [self[kind] for kind in ResultKind.values]

    def clean(self) -> None:
        """Read each amount as the reader's language writes it."""
        self.results: dict[str, Decimal] = {}
        for kind in ResultKind.values:
            try:
                amount = amount_of(kind, self.cleaned_data.get(kind) or "")
            except Refused as no:
                self.add_error(kind, str(no.refusal.text))
            else:
                if amount is not None:
                    self.results[kind] = amount

    def evidence(self) -> list[GivenFile]:
        """The files with their captions. After `is_valid`."""
        given = self.cleaned_data
        files = [(one.read(), str(one.name)) for one in given["photos"]]
        return given_files(files, given["captions"].splitlines(), given["public"])

    def take(self, no: Refused) -> None:
        """Show what the rules say beside the field it speaks of."""
        for refusal in no.refusals:
            self.add_error(refusal.column if refusal.column in self.fields else None, str(refusal.text))


def given_files(files: Sequence[tuple[bytes, str]], captions: Sequence[str], public: bool) -> list[GivenFile]:
    """Files with a caption each: one alone is said of all, what is left over belongs to the last.

    Raises `Refused` for captions without a file.
    """
    lines = [line.strip() for line in captions]
    if any(lines) and not files:
        text = _("Choose the files these words speak of; a browser forgets them when a page comes back.")
        raise Refused(Refusal("initiatives.caption_alone", text, column="photos"))
    if len(lines) == 1:
        lines *= len(files)
    lines += [""] * (len(files) - len(lines))
    lines[len(files) - 1 :] = [" ".join(lines[len(files) - 1 :])]
    return [GivenFile(data, name, line, public) for (data, name), line in zip(files, lines, strict=False)]


class TakeBackForm(forms.Form):
    """Why what was told is taken back."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("Why it is taken back"), required=False, max_length=REASON_LENGTH)
