"""Every power in Kheo, one line each. Which role holds which power is data (people.RolePower), printed on one page."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Power(TextChoices):
    """What somebody may do somewhere. The dotted code is stored and never changes."""

    INITIATIVES_SEE = "initiatives.see", _("See models of the place")
    INITIATIVES_REGISTER = "initiatives.register", _("Register models and import registration lists")
    INITIATIVES_ACCEPT = "initiatives.accept", _("Accept registered models into the list or return them")
    FIGURES_RECOUNT = "figures.recount", _("Recount figures and heal differences")
    PEOPLE_MANAGE = "people.manage", _("Create accounts and give or end posts")
    PEOPLE_VILLAGE = "people.village", _("Create and reset accounts of villages and organisations of the commune")
    UNITS_APPLY = "units.apply", _("Apply decrees of the map of units")
    AUDIT_SEE = "audit.see", _("Read the audit trail")
