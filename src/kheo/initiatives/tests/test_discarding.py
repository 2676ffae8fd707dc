"""A draft is thrown away by who registers there; what was sent once stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from kheo.audit.models import Entry
from kheo.base.errors import NotAllowed, Refused
from kheo.initiatives import actions
from kheo.initiatives.models import Initiative
from kheo.initiatives.queries import drafts
from kheo.initiatives.tests.ground import (
    DAY,
    KNOWN,
    PHAN_THIET,
    PHU_THUY,
    again,
    commune,
    differences,
    registered,
    term,
    unit,
)
from kheo.initiatives.words import Registration

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


@pytest.fixture
def begun() -> Initiative:
    given = Registration(title="Mới nghĩ ra", field="", kind="", novelty="", unit_id=unit(PHAN_THIET))
    return actions.draft(actor=commune(), given=given, period=term(), on=DAY, known=KNOWN)


def test_it_is_gone_from_every_list_and_the_trail_knows_of_it(begun: Initiative, sign_in: SignIn) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    page = client.get(f"/en/initiatives/{begun.pk}/").content.decode()
    assert "Throw the draft away" in page
    answer = client.post(f"/en/initiatives/{begun.pk}/discard/", {"version": begun.version})
    assert answer.status_code == 302
    assert again(begun).voided_at is not None
    assert drafts(commune(), on=DAY, limit=5) == ([], 0)
    assert client.get(f"/en/initiatives/{begun.pk}/").status_code == 404
    assert Entry.objects.order_by("-pk").values_list("act", flat=True)[0] == "initiatives.discard_draft"
    assert differences() == []


def test_an_old_page_throws_nothing_away(begun: Initiative) -> None:
    deed = {"actor": commune(), "on": DAY, "known": KNOWN}
    with pytest.raises(Refused) as no:
        actions.discard_draft(initiative=again(begun), version=begun.version - 1, **deed)
    assert no.value.refusal.code == "initiatives.stale"
    with pytest.raises(NotAllowed):
        actions.discard_draft(initiative=again(begun), **{**deed, "actor": commune(PHU_THUY)})
    sent = registered(commune())
    with pytest.raises(Refused) as no:
        actions.discard_draft(initiative=again(sent), **deed)
    assert no.value.refusal.code == "initiatives.no_draft"
    assert Initiative.objects.filter(voided_at__isnull=True).count() == 2
