"""Every test of the registry finds the terms in which models are registered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from kheo.base import clock
from kheo.base.access import OPERATOR
from kheo.figures.actions import load_periods
from kheo.initiatives.tests.ground import KNOWN
from kheo.people.actions import give_post, load_roles
from kheo.people.models import Organisation, Post, Role, User
from kheo.units.queries import by_code

TODAY, START = date(2025, 11, 20), date(2025, 7, 1)


@pytest.fixture(autouse=True)
def terms(request: pytest.FixtureRequest) -> None:
    marker = request.node.get_closest_marker("django_db")
    if marker is None:
        return
    request.getfixturevalue("transactional_db" if marker.kwargs.get("transaction") else "db")
    load_periods()


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> date:
    """Pages and commands are opened on 20 November 2025."""
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    monkeypatch.setattr(clock, "now", lambda: datetime(2025, 11, 20, 3, tzinfo=UTC))
    return TODAY


@pytest.fixture
def sign_in(client: Client, day: date) -> Callable[..., Client]:
    """Sign somebody in who holds a role at a unit today: `sign_in("commune_officer", "22945")`."""
    load_roles()

    def as_(role: str, code: str | None, *, owner: Organisation | None = None, start: date = START) -> Client:
        name = f"{role}-{code or (owner.pk if owner else 'vn')}"
        user, _new = User.objects.get_or_create(username=name, defaults={"full_name": "Cán bộ thử"})
        if not Post.objects.filter(person=user).exists():
            give_post(
                actor=OPERATOR,
                person=user,
                role=Role.objects.get(code=role),
                unit=by_code(code, TODAY)[0] if code else None,
                organisation=owner,
                start=start,
                on=TODAY,
                known=KNOWN,
            )
        client.force_login(user, backend="kheo.people.backends.PostBackend")
        return client

    return as_
