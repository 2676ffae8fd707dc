"""Places: every commune counted once on every map, exact or not said."""

import pytest

from kheo.units.models import Place, Unit

pytestmark = pytest.mark.django_db


def test_the_map_stands_in_the_test_database():
    assert Unit.objects.count() == 14_115


@pytest.mark.django_db(transaction=True)
def test_the_map_stands_in_a_test_with_real_transactions():
    assert Place.objects.count() == 15_159


@pytest.mark.django_db(transaction=True)
def test_the_map_stands_again_after_a_flush():
    assert Place.objects.count() == 15_159
    Unit.objects.create(id=99_999, level="commune")
