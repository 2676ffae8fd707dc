"""The rules of the registry, asked without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kheo.base.access import Spot
from kheo.figures.words import PeriodView
from kheo.initiatives import rules
from kheo.initiatives.models import Initiative
from kheo.initiatives.words import MOVES, Registration, State
from kheo.units.words import UnitView

TERM = PeriodView(3, "2025-2030", "", date(2025, 7, 1), date(2030, 7, 1), "", registers=True)
YEAR = PeriodView(9, "2025", "", date(2025, 1, 1), date(2026, 1, 1), "", registers=False)
WARD = UnitView(7, "commune", "phường", "22945", "x", "Phan Thiết", 1, date(2025, 7, 1), None, "", "")
OLD = replace(WARD, id=8, name="Đức Thắng", valid_from=None, valid_to=date(2025, 7, 1))
DAY = date(2025, 11, 5)
SHEET = Registration(
    title="Đường hoa thay bãi rác",
    field="culture_society",
    kind="collective",
    novelty="new",
    unit_id=7,
)


def codes(
    given: Registration = SHEET, period: PeriodView = TERM, unit: UnitView | None = WARD, on: date = DAY
) -> list[str]:
    return [no.code for no in rules.faults(given, period=period, unit=unit, on=on)]


def test_an_honest_sheet_is_registered() -> None:
    assert codes() == []
    assert rules.why_not_register(SHEET, period=TERM, unit=WARD, on=DAY) is None


@pytest.mark.parametrize(
    ("other", "code", "column"),
    [
        ({"title": ""}, "initiatives.title_missing", "title"),
        ({"title": " \u200b\t "}, "initiatives.title_missing", "title"),
        ({"title": "?!… —"}, "initiatives.title_missing", "title"),
        ({"title": "a" * 301}, "initiatives.title_long", "title"),
        ({"title": "ﬃ" * 101}, "initiatives.title_long", "title"),
        ({"field": ""}, "initiatives.one_field", "field"),
        ({"field": "economy,culture_society"}, "initiatives.one_field", "field"),
        ({"kind": "both"}, "initiatives.kind", "kind"),
        ({"novelty": "old"}, "initiatives.novelty", "novelty"),
        ({"replicates": 4}, "initiatives.not_a_replica", "novelty"),
        ({"start": date(2026, 1, 2), "end": date(2026, 1, 1)}, "initiatives.end_before_start", "end"),
        ({"households": -1}, "initiatives.households", "households"),
        ({"households": 10**9}, "initiatives.households", "households"),
        ({"code": "x" * 61}, "initiatives.text_long", "code"),
        ({"goal": "x" * 5001}, "initiatives.text_long", "goal"),
        ({"note": "x" * 5001}, "initiatives.text_long", "note"),
        ({"tags": ("x" * 61,)}, "initiatives.text_long", "tags"),
        ({"tags": tuple("abcdefghijk")}, "initiatives.tags_many", "tags"),
    ],
)
def test_each_fault_is_named_with_its_column(other: dict[str, object], code: str, column: str) -> None:
    no = rules.why_not_register(replace(SHEET, **other), period=TERM, unit=WARD, on=DAY)
    assert no is not None
    assert (no.code, no.column) == (code, column)
    assert str(no.text)


def test_all_faults_are_told_at_once() -> None:
    assert codes(replace(SHEET, title="", field="", households=-3), unit=None) == [
        "units.unknown",
        "initiatives.title_missing",
        "initiatives.one_field",
        "initiatives.households",
    ]


def test_one_day_is_a_start_and_an_end() -> None:
    assert codes(replace(SHEET, start=DAY, end=DAY, households=0)) == []


def test_a_replica_without_a_source_is_marked_not_refused() -> None:
    assert codes(replace(SHEET, novelty="replicated")) == []
    assert not rules.source_named("replicated", None)
    assert rules.source_named("replicated", 4)
    assert rules.source_named("new", None)


@pytest.mark.parametrize(("on", "fits"), [("2025-06-30", 0), ("2025-07-01", 1), ("2030-06-30", 1), ("2030-07-01", 0)])
def test_a_term_is_half_open(on: str, fits: int) -> None:
    assert codes(on=date.fromisoformat(on), unit=replace(WARD, valid_from=None)) == (
        [] if fits else ["figures.outside_period"]
    )


def test_a_calendar_year_is_no_term() -> None:
    assert codes(period=YEAR) == ["initiatives.not_a_term"]


def test_a_unit_that_has_ended_names_what_it_became() -> None:
    no = rules.why_not_unit(OLD, DAY, [WARD])
    assert no is not None
    assert no.code == "units.closed"
    assert "Phường Phan Thiết" in str(no.text)
    assert no.facts == {"successors": ["u00007"]}
    assert rules.why_not_unit(OLD, date(2025, 6, 30)) is None


def test_a_unit_that_is_not_there_yet_registers_nothing() -> None:
    no = rules.why_not_unit(WARD, date(2025, 6, 30))
    assert no is not None
    assert no.code == "units.not_yet"


def test_an_owner_lies_in_the_unit() -> None:
    assert rules.why_not_owner(None, Spot(1, 2)) is None
    assert rules.why_not_owner(Spot(1, 2), Spot(1, 2)) is None
    assert rules.why_not_owner(Spot(1), Spot(1, 2)) is None
    elsewhere = rules.why_not_owner(Spot(1, 3), Spot(1, 2))
    assert elsewhere is not None
    assert elsewhere.code == "initiatives.owner_elsewhere"


def model(state: str, **other: object) -> Initiative:
    return Initiative(title="Một cửa thân thiện", state=state, state_on=DAY, **other)


@pytest.mark.parametrize("state", State.values)
def test_a_model_is_accepted_and_returned_from_registered_only(state: str) -> None:
    may = state == "submitted"
    assert (rules.why_not_accept(model(state)) is None) is may
    assert (rules.why_not_return(model(state)) is None) is may
    assert (rules.why_not_resubmit(model(state)) is None) is (state in ("returned", "draft"))


def test_every_move_is_in_the_table_and_nothing_leads_out_of_removed() -> None:
    assert set(MOVES) == set(State)
    assert MOVES[State.REMOVED] == frozenset()
    for now in State:
        for to in State:
            assert (rules.why_not_move(model(now), to) is None) is (to in MOVES[now])


def test_what_was_voided_does_not_move() -> None:
    assert (
        rules.why_not_move(model("submitted", voided_at=datetime(2026, 1, 1, tzinfo=UTC)), State.ACCEPTED) is not None
    )


def test_a_return_says_what_is_missing() -> None:
    assert rules.why_not_return(model("submitted"), reason=" ").code == "initiatives.reason_missing"  # type: ignore[union-attr]
    assert rules.why_not_return(model("submitted"), reason="x" * 501).code == "initiatives.text_long"  # type: ignore[union-attr]
    assert rules.why_not_return(model("submitted"), reason="Thiếu số hộ") is None


def test_a_model_counts_in_its_own_term_and_not_before_its_last_step() -> None:
    late = rules.why_not_accept(model("submitted"), period=TERM, on=date(2030, 7, 1))
    early = rules.why_not_accept(model("submitted"), period=TERM, on=date(2025, 11, 4))
    assert late is not None
    assert early is not None
    assert (late.code, early.code) == ("figures.outside_period", "initiatives.too_early")


def test_a_model_in_the_list_says_so() -> None:
    no = rules.why_not_accept(model("running"))
    assert no is not None
    assert no.code == "initiatives.already_in_list"


def test_what_was_seen_may_be_stale() -> None:
    seen = model("submitted", version=3)
    assert rules.why_not_fresh(seen, None) is None
    assert rules.why_not_fresh(seen, 3) is None
    no = rules.why_not_fresh(seen, 2)
    assert no is not None
    assert no.code == "initiatives.stale"


def test_what_was_removed_is_not_changed() -> None:
    no = rules.why_not_change(model("removed"))
    assert no is not None
    assert no.code == "initiatives.closed"
    assert rules.why_not_change(model("accepted")) is None
