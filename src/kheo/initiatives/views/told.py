"""What was told of a model, as its page and the page to tell progress show it."""

from __future__ import annotations

from typing import Any

from kheo.initiatives import queries, rules
from kheo.initiatives.models import Initiative


def told_of(initiative: Initiative) -> dict[str, Any]:
    """What the panel of results and progress shows of a model. Four queries at most."""
    told = queries.tellings(initiative.pk) if initiative.counted_on is not None else ()
    return {
        "results": queries.results_of(initiative.pk) if told else (),
        "told": told,
        "times": told[0].times if told else 0,
        "why_not_tell": rules.why_not_tell(initiative),
    }
