"""Words of the demonstration: what its two deeds leave in the trail."""

from django.utils.translation import gettext_lazy as _

from kheo.audit.words import Act

BUILT = Act("demo.build", frozenset({"provinces", "initiatives", "seed"}), _("built the demonstration country"))
WIPED = Act(
    "demo.wipe",
    frozenset({"initiatives", "lines", "moves", "tellings", "loosened", "accounts", "closed", "organisations"})
    | {"results", "files"},
    _("wiped the demonstration"),
)
ACTS = (BUILT, WIPED)
