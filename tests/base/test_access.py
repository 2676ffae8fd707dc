"""Reach answers alike for one row and for a query (the query side is tested with real tables in tests/access)."""

import pytest

from kheo.base.access import NOWHERE, OPERATOR, STRANGER, Actor, Reach, Spot, must
from kheo.base.errors import NotAllowed
from kheo.base.powers import Power

SEE = Power.INITIATIVES_SEE


def actor(reach: Reach) -> Actor:
    return Actor(id=1, name="x", reach={SEE: reach})


@pytest.mark.parametrize(
    ("reach", "spot", "may"),
    [
        (Reach(all=True), Spot(68, 5), True),
        (Reach(provinces=frozenset({68})), Spot(68, 5), True),
        (Reach(provinces=frozenset({68})), Spot(68, None), True),
        (Reach(provinces=frozenset({52})), Spot(68, 5), False),
        (Reach(communes=frozenset({5})), Spot(68, 5), True),
        (Reach(communes=frozenset({6})), Spot(68, 5), False),
        (Reach(communes=frozenset({5})), Spot(68, None), False),
        (NOWHERE, Spot(68, 5), False),
    ],
)
def test_a_power_holds_where_its_reach_covers(reach: Reach, spot: Spot, may: bool) -> None:
    assert actor(reach).may(SEE, spot) is may


def test_a_power_held_somewhere_is_enough_when_no_place_is_asked() -> None:
    assert actor(Reach(communes=frozenset({6}))).may(SEE)
    assert not STRANGER.may(SEE)


def test_the_operator_holds_every_power() -> None:
    assert all(OPERATOR.may(power, Spot(1, 2)) for power in Power)


def test_must_names_the_refusal() -> None:
    with pytest.raises(NotAllowed) as no:
        must(STRANGER, SEE, Spot(68))
    assert no.value.refusal.code == "access.no_power"


def test_two_posts_add_up() -> None:
    both = Reach(communes=frozenset({1})) | Reach(provinces=frozenset({2}))
    assert both.covers(Spot(9, 1))
    assert both.covers(Spot(2, 7))
