"""The pages of figures, for strangers and officers, whatever the address says."""

from __future__ import annotations

import pytest
from django.test import Client

from kheo.figures import actions

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("lang", ["vi", "en", "ar", "pt"])
@pytest.mark.parametrize("page", ["coverage", "table", "quoted"])
def test_a_page_opens_for_a_stranger(client: Client, lang: str, page: str) -> None:
    actions.load_periods()
    actions.load_quoted()
    assert client.get(f"/{lang}/figures/{page}/").status_code == 200
