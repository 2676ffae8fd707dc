"""Words of the law's numbers: the units they are stored in, as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from kheo.base.errors import StrOrPromise

UNITS: Mapping[str, StrOrPromise] = {
    "working days": _("working days"),
    "days": _("days"),
    "per year": _("times a year"),
    "VND a month": _("VND a month"),
}
