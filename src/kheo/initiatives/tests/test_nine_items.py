"""The nine items of a registration: written now or later, on the sheet or by command, kept as typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from kheo.base.errors import Refused
from kheo.initiatives import actions
from kheo.initiatives.models import Initiative
from kheo.initiatives.tests.ground import DAY, KNOWN, PHAN_THIET, again, commune, registered
from kheo.initiatives.tests.test_pages import NEW, page, sheet
from kheo.initiatives.words import ITEMS

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def test_the_items_are_registered_and_changed_on_the_sheet(sign_in: SignIn) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    client.post(NEW, sheet(review_due="01/12/2026", **{item: f"{item}\nhai" for item in ITEMS}))
    model = Initiative.objects.get()
    assert model.review_due == date(2026, 12, 1)
    assert model.situation.splitlines() == ["situation", "hai"]
    shown = client.get(page(model.pk, "change/")).content.decode()
    assert "01/12/2026" in shown
    client.post(page(model.pk, "change/"), sheet(version=1, why="mistake", outputs="Ba cổng camera", situation="Mới"))
    now = again(model)
    assert (now.outputs, now.situation, now.content, now.review_due) == ("Ba cổng camera", "Mới", "", None)


def test_an_item_that_is_too_long_is_told_beside_it_and_the_rest_is_open(sign_in: SignIn) -> None:
    text = sign_in("commune_officer", PHAN_THIET).post(NEW, sheet(content="đ" * 5001)).content.decode()
    assert 'id="id_content-error"' in text
    assert '<details class="mb-4" open>' in text
    assert not Initiative.objects.exists()


@pytest.mark.parametrize("item", ITEMS)
def test_each_item_has_its_length_and_can_be_changed(item: str) -> None:
    model = registered()
    actions.change(actor=commune(), initiative=again(model), values={item: "Một"}, on=DAY, known=KNOWN)
    assert getattr(again(model), item) == "Một"
    with pytest.raises(Refused):
        actions.change(actor=commune(), initiative=again(model), values={item: "x" * 5001}, on=DAY, known=KNOWN)
