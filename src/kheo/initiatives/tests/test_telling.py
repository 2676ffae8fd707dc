"""Progress as it is told: who may tell, what is refused, what it leaves in rows, figures, index and trail."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import transaction
from PIL import Image as Picture

from kheo.base.access import OPERATOR, Actor, Reach
from kheo.base.errors import NotAllowed, Refused
from kheo.figures.actions import recount
from kheo.figures.queries import flow, stock
from kheo.files.models import StoredFile
from kheo.files.queries import findings
from kheo.initiatives import actions, queries
from kheo.initiatives.figures import INITIATIVES, RESULTS
from kheo.initiatives.models import Evidence, Initiative, Progress, Result
from kheo.initiatives.tests.ground import (
    ACCEPT,
    DAY,
    KNOWN,
    LAM_DONG,
    LATER,
    PHAN_THIET,
    PHU_THUY,
    REGISTER,
    SEE,
    TUY_PHONG,
    actor,
    again,
    commune,
    province,
    registered,
    trail,
    unit,
)
from kheo.initiatives.words import GivenFile
from kheo.people.models import User

pytestmark = pytest.mark.django_db
TOLD = date(2025, 11, 12)


@pytest.fixture(autouse=True)
def account(terms: None) -> User:
    """The account behind the actors of the ground: who keeps a file is a row."""
    return User.objects.create(pk=1, username="can-bo")


def photo(colour: str = "red", size: tuple[int, int] = (64, 48)) -> bytes:
    out = BytesIO()
    Picture.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def listed(**other: Any) -> Initiative:
    return registered(province(), **other)


def tell(initiative: Initiative, by: Actor | None = None, **other: Any) -> Progress:
    given: dict[str, Any] = {"text": "Đã trồng thêm 200 m đường hoa.", "on": TOLD, "known": KNOWN}
    return actions.tell(actor=by or commune(), initiative=initiative, **(given | other))


def refused(initiative: Initiative, **other: Any) -> list[str]:
    with pytest.raises(Refused) as no:
        tell(initiative, **other)
    return [refusal.code for refusal in no.value.refusals]


def told_so_far(kind: str, *by: str, code: str | None = LAM_DONG, on: date = date(2026, 1, 1), **more: Any) -> Any:
    of = unit(code) if code else None
    return stock(f"result_{kind}", of=of, by=by, on=on, actor=OPERATOR, **more)


def found(words: str) -> list[int]:
    """The models whose texts hold these words, for an officer of the province."""
    return list(queries.find(province(), words, limit=5, mend=False).ids)


def all_differences() -> list[Any]:
    with transaction.atomic():
        return recount([INITIATIVES, *RESULTS.values()], heal=False, known=LATER, actor=OPERATOR)


def test_a_telling_keeps_text_results_and_files_and_the_model_was_heard_of() -> None:
    model = listed()
    results = {"households": Decimal(12), "land": Decimal("350.5"), "money": Decimal(1_500_000)}
    files = [GivenFile(photo(), "trước.png", "  Trước khi làm ", True), GivenFile(photo("blue"), "sau.png")]
    progress = tell(model, results=results, evidence=files)
    assert (again(model).heard_on, again(model).state, again(model).version) == (TOLD, "accepted", 2)
    assert dict(Result.objects.filter(progress=progress).values_list("kind", "amount")) == {
        "households": 12,
        "land": 35050,
        "money": 1_500_000,
    }
    assert list(Evidence.objects.order_by("id").values_list("caption", "is_public", "file__name")) == [
        ("Trước khi làm", True, "trước.png"),
        ("", False, "sau.png"),
    ]
    assert [(row.kind, row.amount) for row in queries.results_of(model.pk)] == list(results.items())
    [telling] = queries.tellings(model.pk)
    assert (telling.on, telling.by, len(telling.photos), telling.files) == (TOLD, "c22945", 2, ())
    assert trail() == ["initiatives.register", "files.keep", "files.keep", "initiatives.tell"]
    assert found("hoa 200") == [model.pk]


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({"text": " \n "}, ["initiatives.nothing_told"]),
        ({"text": "a" * 5001}, ["initiatives.text_long"]),
        ({"on": date(2025, 11, 4)}, ["initiatives.too_early"]),
        ({"on": date(2026, 11, 26)}, ["initiatives.in_future"]),
        ({"results": {"households": Decimal("1.5")}}, ["initiatives.amount_decimals"]),
        ({"results": {"land": Decimal("1.005")}}, ["initiatives.amount_decimals"]),
        ({"results": {"works": Decimal(-1)}}, ["initiatives.amount_bounds"]),
        ({"results": {"money": Decimal(10**12 + 1)}}, ["initiatives.amount_bounds"]),
        ({"evidence": [GivenFile(photo(), "a.png", "x" * 301)]}, ["initiatives.text_long"]),
        ({"evidence": [GivenFile(photo(), "a.png")] * 11}, ["initiatives.files_many"]),
        ({"evidence": [GivenFile(b"<svg onload='x'/>", "a.png")]}, ["files.not_accepted"]),
        ({"text": "", "on": date(2025, 11, 4)}, ["initiatives.too_early", "initiatives.nothing_told"]),
    ],
)
def test_what_cannot_stand_is_refused_and_nothing_is_written(given: dict[str, Any], codes: list[str]) -> None:
    model = listed()
    assert refused(model, **given) == codes
    assert (Progress.objects.count(), StoredFile.objects.count(), findings()) == (0, 0, [])
    assert again(model).version == 1


def test_nothing_is_told_of_a_model_that_is_not_in_the_list_or_was_taken_off_it() -> None:
    waiting = registered()
    assert refused(waiting) == ["initiatives.not_in_list"]
    deed: dict[str, Any] = {"actor": province(), "on": TOLD, "known": KNOWN}
    told = actions.tell(initiative=waiting, evidence=[GivenFile(photo(), "hoa.png", "", False)], **deed)
    assert (told.text, told.initiative.state) == ("", "submitted")  # photos may come with a registration
    gone = listed(title="Mô hình khác")
    actions.remove(actor=province(), initiative=gone, reason="achieved", document="KL 3", on=TOLD, known=KNOWN)
    assert refused(gone) == ["initiatives.not_in_list"]


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (lambda: commune(), True),
        (lambda: province(), True),
        (lambda: commune(PHU_THUY), False),
        (lambda: province("52"), False),
        (lambda: commune(PHAN_THIET, SEE), False),
        (lambda: commune(PHAN_THIET, SEE, ACCEPT), False),
        (lambda: actor("nobody", Reach(), REGISTER), False),
    ],
)
def test_who_registers_at_the_place_tells_and_takes_back_and_nobody_else(who: Any, may: bool) -> None:
    model = listed()
    standing = tell(model)
    if may:
        tell(model, who(), text="Lần hai.")
        actions.void_progress(actor=who(), progress=standing, reason="Nhầm", on=TOLD, known=KNOWN)
        return
    with pytest.raises(NotAllowed):
        tell(model, who(), text="Lần hai.")
    with pytest.raises(NotAllowed):
        actions.void_progress(actor=who(), progress=standing, reason="Nhầm", on=TOLD, known=KNOWN)
    assert Progress.objects.filter(voided_at__isnull=True).count() == 1


def test_a_form_sent_twice_tells_once_and_another_telling_from_the_same_page_is_stale() -> None:
    model = listed()
    seen = [again(model) for _ in range(3)]
    given = {"results": {"works": Decimal(2)}, "evidence": [GivenFile(photo(), "a.png")], "version": 1}
    first, second = tell(seen[0], **given), tell(seen[1], **given)
    assert first.pk == second.pk
    assert (Progress.objects.count(), Result.objects.count(), Evidence.objects.count()) == (1, 1, 1)
    assert refused(seen[2], text="Việc khác.", version=1) == ["initiatives.stale"]
    assert refused(seen[2], version=1, results={"works": Decimal(3)}) == ["initiatives.stale"]
    other = [GivenFile(photo("blue"), "b.png")]  # another photo is not lost in silence
    assert refused(seen[2], version=1, results={"works": Decimal(2)}, evidence=other) == ["initiatives.stale"]
    assert told_so_far("works").total == 2
    assert trail().count("initiatives.tell") == 1


def test_results_add_up_by_kind_and_field_and_flow_on_their_days() -> None:
    one, two = listed(), listed(title="Hiến đất mở đường", field="economy", unit_id=unit(TUY_PHONG))
    tell(one, results={"land": Decimal("350.5"), "households": Decimal(7)})
    tell(one, results={"land": Decimal(100)}, on=date(2025, 12, 20))
    tell(two, province(), results={"land": Decimal("0.25")}, on=date(2025, 12, 1))
    assert told_so_far("land").total == Decimal("450.75")
    assert {row["field"]: row["n"] for row in told_so_far("land", "field").rows} == {
        "economy": Decimal("0.25"),
        "culture_society": Decimal("450.50"),
        "defence_security": 0,
        "political_system": 0,
    }
    assert told_so_far("land", on=date(2025, 12, 5)).total == Decimal("350.75")
    assert told_so_far("households").total == 7
    assert told_so_far("cards").total == 0
    december = flow("result_land", of=None, by=(), start=date(2025, 12, 1), end=date(2026, 1, 1), actor=OPERATOR)
    assert (december.total, december.caption.unit_of_count, december.caption.places) == (Decimal("100.25"), "m²", 2)
    assert all_differences() == []


def test_what_was_told_by_mistake_never_was_and_can_still_be_asked_as_it_was_known() -> None:
    model = listed()
    first = tell(model, results={"money": Decimal(500)}, evidence=[GivenFile(photo(), "a.png", is_public=True)])
    second = tell(model, results={"money": Decimal(70)}, on=date(2025, 11, 19), text="nhầm sang mô hình khác")
    for reason, codes in (("  ", ["initiatives.reason_missing"]), ("a" * 501, ["initiatives.text_long"])):
        with pytest.raises(Refused) as no:
            actions.void_progress(actor=commune(), progress=second, reason=reason, on=TOLD, known=LATER)
        assert [r.code for r in no.value.refusals] == codes
    actions.void_progress(actor=commune(), progress=second, reason="Nhầm mô hình", on=TOLD, known=LATER)
    assert (again(model).heard_on, told_so_far("money").total) == (TOLD, 500)
    assert told_so_far("money", known=KNOWN).total == 570
    assert found("nhầm") == []
    with pytest.raises(Refused) as no:
        actions.void_progress(actor=commune(), progress=second, reason="Nữa", on=TOLD, known=LATER)
    assert no.value.refusal.code == "initiatives.told_wrong_already"
    actions.void_progress(actor=commune(), progress=first, reason="Nhầm", on=TOLD, known=LATER)
    assert (again(model).heard_on, told_so_far("money").total) == (DAY, 0)
    assert (queries.results_of(model.pk), queries.tellings(model.pk), queries.public_photos(model.pk)) == ((), (), [])
    assert Progress.objects.count() == 2
    assert all_differences() == []


def test_results_follow_a_mended_place_and_stay_when_the_model_leaves_the_list() -> None:
    model = listed()
    tell(model, results={"land": Decimal(90)})
    actions.change(
        actor=province(),
        initiative=model,
        values={"unit_id": unit(TUY_PHONG), "field": "economy"},
        on=TOLD,
        known=LATER,
    )
    assert told_so_far("land", code=PHAN_THIET).total == 0
    assert {r["field"]: r["n"] for r in told_so_far("land", "field", code=TUY_PHONG).rows if r["n"]} == {"economy": 90}
    actions.remove(actor=province(), initiative=model, reason="achieved", document="KL 3", on=TOLD, known=LATER)
    assert told_so_far("land").total == 90
    assert all_differences() == []


def test_when_a_model_really_moves_what_was_new_stays_and_the_stock_moves_along() -> None:
    model = listed()
    before = tell(model, results={"cards": Decimal(3)})
    moved = date(2025, 12, 1)
    actions.change(
        actor=province(), initiative=model, values={"field": "economy"}, mistake=False, on=moved, known=LATER
    )
    tell(model, text="Kể muộn việc trước khi đổi.", results={"cards": Decimal(10)}, on=date(2025, 11, 20))
    tell(model, results={"cards": Decimal(100)}, on=date(2025, 12, 3))
    fields = {r["field"]: r["n"] for r in told_so_far("cards", "field").rows if r["n"]}
    assert fields == {"economy": 113}
    then = {r["field"]: r["n"] for r in told_so_far("cards", "field", on=date(2025, 11, 30)).rows if r["n"]}
    assert then == {"culture_society": 13}
    year = {"start": date(2025, 1, 1), "end": date(2026, 1, 1), "actor": OPERATOR}
    new = {r["field"]: r["n"] for r in flow("result_cards", of=None, by=("field",), **year).rows if r["n"]}
    assert new == {"culture_society": 13, "economy": 100}
    actions.void_progress(actor=commune(), progress=before, reason="Nhầm", on=TOLD, known=LATER)
    assert told_so_far("cards").total == 110
    assert all_differences() == []


def test_results_that_bypassed_the_actions_are_seen_and_healed() -> None:
    model = listed()
    progress = tell(model, results={"works": Decimal(4)})
    Result.objects.filter(progress=progress).update(amount=6)
    assert [(d.measure, d.what) for d in all_differences()] == [("result_works", "image")]
    with transaction.atomic():
        recount(RESULTS.values(), heal=True, known=LATER, actor=OPERATOR)
    assert (told_so_far("works").total, all_differences()) == (6, [])
