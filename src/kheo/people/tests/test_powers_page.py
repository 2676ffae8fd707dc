"""The page a lawyer can check: which role holds which power."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kheo.base.powers import Power
from kheo.people.actions import load_roles
from kheo.people.queries import roles
from kheo.people.tests.folk import account

pytestmark = pytest.mark.django_db


def test_officers_read_it_and_strangers_are_asked_to_sign_in(client: Client) -> None:
    assert client.get("/vi/people/powers/").status_code == 302
    client.force_login(account())
    assert client.get("/vi/people/powers/").status_code == 200


def test_it_prints_the_table_cell_by_cell(client: Client) -> None:
    load_roles()
    client.force_login(account())
    text = client.get("/en/people/powers/").content.decode()
    table = text[text.index("<tbody>") : text.index("</tbody>")]
    printed = {}
    for line in table.split("<tr>")[1:]:
        code = re.findall(r"<bdi>(\w+)</bdi>", line)[0]
        marks = re.findall(r'<td class="text-center position-relative">.*?</td>', line)
        printed[code] = {p.value for p, mark in zip(Power, marks, strict=True) if "holds the power" in mark}
    assert printed == {role.code: {*role.powers} for role in roles()}


def test_it_costs_few_queries(client: Client, django_assert_num_queries) -> None:
    load_roles()
    client.force_login(account())
    client.get("/vi/people/powers/")
    with django_assert_num_queries(5):  # session, account, its posts (none), roles, their powers
        client.get("/vi/people/powers/")
