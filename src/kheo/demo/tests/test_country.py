"""The demonstration country: its figures come out by counting, it is the same each time, and one deed takes it away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.db.models import Sum
from django.test import Client

from kheo.audit.guards import missing_guards
from kheo.audit.models import Entry
from kheo.base.access import OPERATOR
from kheo.demo import actions
from kheo.demo.country import PLANS, drawings, thought_up
from kheo.figures.actions import load_periods, recount
from kheo.figures.models import FigLine, FigNow
from kheo.figures.queries import flow, period, stock, table
from kheo.files.models import StoredFile
from kheo.initiatives.actions import register
from kheo.initiatives.figures import INITIATIVES, RESULTS
from kheo.initiatives.models import Evidence, Initiative, Move, Progress, Result
from kheo.initiatives.words import RESULT_SCALE, ResultKind
from kheo.people.actions import demo_accounts, load_roles
from kheo.people.models import User
from kheo.units.queries import by_code

DAY, KNOWN = date(2025, 11, 20), datetime(2025, 11, 20, 3, tzinfo=UTC)
OLD = date(2025, 6, 30)
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("country")]  # built once for all
FIELDS = ("economy", "culture_society", "defence_security", "political_system")


def province(code: str) -> int:
    return by_code(code, OLD, "province")[0].id


@pytest.fixture(scope="module")
def country(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The country built once for this file, in a transaction that is rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_periods()
        load_roles()
        demo_accounts(seed=1, on=DAY, known=KNOWN)
        actions.build(actor=OPERATOR, on=DAY, known=KNOWN)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def inside(country: None, db: None) -> None:
    """A test within that transaction; what it writes is undone."""


def counted(found: Any) -> dict[str, int]:
    return {str(row["field"]): int(row["n"]) for row in found.rows}


def test_gia_lai_counts_what_its_report_says_in_the_term_and_on_its_last_day(inside: None) -> None:
    of, right = province("64"), dict(zip(FIELDS, (1526, 2791, 1124, 372), strict=True))
    asked: dict[str, Any] = {"of": of, "by": ["field"], "actor": OPERATOR, "on": OLD}
    for drawn in ("recorded", OLD):
        term = table("initiatives", period=period("2020-2025"), map=drawn, **asked)
        assert (counted(term), term.total) == (right, 5813)
        assert counted(stock("initiatives", map=drawn, **asked)) == right


def test_ninh_binh_opens_takes_in_removes_and_ends_its_year(inside: None) -> None:
    asked: dict[str, Any] = {"of": province("37"), "by": ["field"], "actor": OPERATOR, "map": "recorded"}
    opening = stock("initiatives", on=date(2022, 12, 31), **asked)
    new = flow("initiatives", start=date(2023, 1, 1), end=date(2024, 1, 1), **asked)
    end = stock("initiatives", on=date(2023, 12, 31), **asked)
    [removed] = end.apart
    assert (opening.total, new.total, removed["n"], end.total) == (1289, 421, 75, 1635)
    assert not opening.apart


def test_the_present_term_stays_empty_and_every_row_is_flagged(inside: None) -> None:
    assert not Initiative.objects.filter(period__code="2025-2030").exists()
    assert not Initiative.objects.filter(is_demo=False).exists()
    assert Initiative.objects.count() == 8003
    assert not User.objects.filter(is_demo=False).exists()
    assert Initiative.objects.filter(replicates__isnull=False).count() > 500
    assert Initiative.objects.filter(continues__isnull=False).exists()


def test_figures_agree_with_the_rows(inside: None) -> None:
    found = recount([INITIATIVES], heal=False, known=KNOWN, actor=OPERATOR)
    assert not found


def test_built_again_nothing_is_added(inside: None) -> None:
    assert actions.build(actor=OPERATOR, on=DAY, known=KNOWN) == 8003


def test_the_same_seed_gives_the_same_lives_and_another_seed_others(inside: None) -> None:
    plan = next(plan for plan in PLANS if plan.code == "60")
    terms = {code: period(code) for code in ("2015-2020", "2020-2025")}
    one, same, other = (thought_up(plan, seed=s, communes=range(1, 90), periods=terms) for s in (1, 1, 2))
    assert one == same
    assert [life.given.title for life in one] != [life.given.title for life in other]


def test_every_page_says_that_nothing_on_it_is_real(inside: None) -> None:
    cache.clear()
    assert b"k-demo" in Client().get("/en/").content
    Initiative.objects.update(is_demo=False)
    assert b"k-demo" in Client().get("/en/").content  # asked once a minute
    cache.clear()
    assert b"k-demo" not in Client().get("/en/").content


def test_a_wipe_takes_every_demonstration_row_and_no_real_one(inside: None) -> None:
    copied = Initiative.objects.filter(replicates__isnull=False).first()
    assert copied is not None
    real = register(
        actor=OPERATOR,
        unit_id=by_code("22945", DAY)[0].id,
        period=period("2025-2030"),
        title="Tuyến đường hoa khu phố 1",
        field="culture_society",
        kind="collective",
        novelty="replicated",
        replicates=copied.pk,
        on=DAY,
        known=KNOWN,
    )
    gone = actions.wipe(actor=OPERATOR, on=DAY, known=KNOWN)
    assert (gone["initiatives"], gone["loosened"]) == (8003, 1)
    kept = Initiative.objects.get()
    assert (kept.pk, kept.replicates_id) == (real.pk, None)
    assert not Move.objects.exclude(initiative=real).exists()
    assert not Progress.objects.exists()
    assert set(FigLine.objects.values_list("fact", flat=True)) == {real.pk}
    assert set(FigNow.objects.values_list("fact", flat=True)) == {real.pk}
    assert not User.objects.filter(is_demo=True).exists()
    assert not missing_guards("fig_line")
    assert not recount([INITIATIVES], heal=False, known=KNOWN, actor=OPERATOR)
    assert Entry.objects.order_by("-id").values_list("act", flat=True)[0] == "demo.wipe"


def test_models_have_brought_something_and_show_drawings_of_ours_that_a_wipe_takes_away(inside: None) -> None:
    shown = list(Evidence.objects.select_related("file", "progress__initiative"))
    assert len(shown) > 100
    assert {one.file.name for one in shown} <= {f"{name}.png" for name in drawings()}
    assert all(one.is_public and one.progress.initiative.is_demo for one in shown)
    kinds = dict(Result.objects.order_by().values_list("kind").annotate(n=Sum("amount")))
    assert set(kinds) == set(ResultKind.values)
    for kind, measure in RESULTS.items():
        counted = table(measure.code, of=None, by=(), period=None, on=OLD, actor=OPERATOR)
        assert counted.total == Decimal(kinds[kind]) / RESULT_SCALE[kind]
    assert recount(list(RESULTS.values()), heal=False, known=KNOWN, actor=OPERATOR) == []
    actions.wipe(actor=OPERATOR, on=DAY, known=KNOWN)
    assert not Evidence.objects.exists()
    assert not Result.objects.exists()
    assert not StoredFile.objects.exists()


def test_drawings_are_the_same_at_every_build_and_small() -> None:
    first = dict(drawings())
    drawings.cache_clear()
    assert dict(drawings()) == first
    assert max(len(data) for data in first.values()) < 20_000
