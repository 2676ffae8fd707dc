"""Words of the registry of models: fields, kinds, novelty, states and the table of moves (domain reference 1.2-1.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kheo.audit.words import Act


class Field(TextChoices):
    """The four fields; a model has exactly one, so that totals add up. The order never changes."""

    ECONOMY = "economy", _("Economy")
    CULTURE_SOCIETY = "culture_society", _("Culture and society")
    DEFENCE_SECURITY = "defence_security", _("Defence and security")
    POLITICAL_SYSTEM = "political_system", _("Political system")


class Kind(TextChoices):
    COLLECTIVE = "collective", _("Collective")
    INDIVIDUAL = "individual", _("Individual")


class Novelty(TextChoices):
    """New in this period, kept from the last one, or replicated from another model."""

    NEW = "new", _("New")
    KEPT = "kept", _("Kept")
    REPLICATED = "replicated", _("Replicated")


class State(TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Registered")
    RETURNED = "returned", _("Returned for completion")
    ACCEPTED = "accepted", _("In the list")
    LAUNCHED = "launched", _("Launched")
    RUNNING = "running", _("Running")
    REVIEWED = "reviewed", _("Surveyed and reviewed")
    RECOGNISED = "recognised", _("Recognised")
    REMOVED = "removed", _("Removed from the list")


class Mark(TextChoices):
    """What a review left on a model that goes on."""

    NONE = "", _("No mark")
    KEPT = "kept", _("Kept")
    SPREADING = "spreading", _("Spreading")


# The life cycle as a table anyone can read (domain 1.5). "Transferred" is shown from unit succession, never a state.
MOVES: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED}),
    State.SUBMITTED: frozenset({State.ACCEPTED, State.RETURNED}),
    State.RETURNED: frozenset({State.SUBMITTED}),
    State.ACCEPTED: frozenset({State.LAUNCHED, State.RUNNING, State.REMOVED}),
    State.LAUNCHED: frozenset({State.RUNNING, State.REMOVED}),
    State.RUNNING: frozenset({State.REVIEWED, State.REMOVED}),
    State.REVIEWED: frozenset({State.RUNNING, State.RECOGNISED, State.REMOVED}),
    State.RECOGNISED: frozenset({State.REVIEWED, State.REMOVED}),
    State.REMOVED: frozenset(),
}

# Counted by the measure `initiatives`; removed is counted apart, states before acceptance not at all.
COUNTED = frozenset({State.ACCEPTED, State.LAUNCHED, State.RUNNING, State.REVIEWED, State.RECOGNISED})
PUBLIC = COUNTED

REGISTERED = Act("initiatives.register", frozenset({"period", "field", "kind", "novelty", "state"}), _("registered"))
REGISTERED_MANY = Act(
    "initiatives.register_many", frozenset({"import", "new", "changed", "period", "state"}), _("registered a list")
)
ACCEPTED = Act("initiatives.accept", frozenset({"list_number"}), _("accepted into the list"))
RETURNED = Act("initiatives.return", frozenset({"reason"}), _("returned for completion"))
VOIDED_MANY = Act("initiatives.void_many", frozenset({"import", "voided", "restored"}), _("undid an imported list"))
ACTS = (REGISTERED, REGISTERED_MANY, ACCEPTED, RETURNED, VOIDED_MANY)


@dataclass(frozen=True)
class InitiativeRow:
    """One model as lists, exports and neighbours read it."""

    id: int
    title: str
    unit_code: str
    unit_name: str
    field: str
    kind: str
    novelty: str
    state: str
    period: str
    households: int | None
    start: date | None
    end: date | None
    owner: str
    code: str
    list_number: str
