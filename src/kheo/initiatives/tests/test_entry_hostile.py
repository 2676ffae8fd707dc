"""Hostile names on the pages of entry, and what these pages cost."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kheo.initiatives.models import Initiative
from kheo.initiatives.tests.ground import PHAN_THIET, province, registered
from kheo.initiatives.tests.test_entry import KEEP, LIST, NEW, SignIn, bare, page, sheet
from kheo.initiatives.tests.test_keeping import of_last_term

pytestmark = pytest.mark.django_db

HOSTILE = ["<script>alert(1)</script>", "\u202egnp.exe\u202c đảo chiều", "W" * 300, "🏡🌸 Đường hoa 👩‍🌾", '"><b a="']


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_are_text_wherever_a_model_is_entered(sign_in: SignIn, title: str) -> None:
    client = sign_in("commune_officer", PHAN_THIET)
    first = of_last_term(title=title)
    registered(province(), title=title, field="economy")
    client.post(NEW, bare(title=title))
    drafted = Initiative.objects.get(state="draft")
    texts = [
        client.get(KEEP),
        client.get(LIST, {"state": "draft"}),
        client.get(page(drafted.pk)),
        client.get(page(drafted.pk, "change/")),
        client.get(NEW, {"keep": first.pk, "title": title}),
        client.post(NEW, sheet(title=title + "!", once="")),
        client.post(page(drafted.pk, "change/"), bare(title=title, goal="x")),
        client.post(page(drafted.pk, "change/"), bare(title=title, version=1)),
    ]
    for answer in texts:
        text = answer.content.decode()
        assert "<script>alert" not in text
        assert "<b a=" not in text
        assert "\u202e" not in re.sub(r'<input[^>]*name="title"[^>]*>', "", text)


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_of_the_pages_of_entry_do_not_grow(
    sign_in: SignIn, django_assert_max_num_queries: Any, rows: int
) -> None:
    for n in range(rows):
        of_last_term(title=f"Mô hình kỳ trước {n}")
    client = sign_in("commune_officer", PHAN_THIET)
    client.post(NEW, bare())
    drafted = Initiative.objects.get(state="draft")
    for address in (KEEP, NEW, page(drafted.pk), page(drafted.pk, "change/"), LIST + "?state=draft"):
        client.get(address)
        with django_assert_max_num_queries(15):
            client.get(address)
