"""Two people at once, on either database: one wins, the other is told in a sentence."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from kheo.audit.models import Entry
from kheo.base.access import OPERATOR
from kheo.base.errors import Refused
from kheo.figures.actions import recount
from kheo.figures.models import FigLine
from kheo.figures.queries import stock
from kheo.initiatives import actions
from kheo.initiatives.figures import RESULTS
from kheo.initiatives.models import Initiative, Progress, Result
from kheo.initiatives.tests.ground import (
    DAY,
    KNOWN,
    LATER,
    PHAN_THIET,
    PHU_THUY,
    again,
    differences,
    province,
    registered,
    term,
    unit,
)
from kheo.initiatives.words import Change, Registration

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds: Callable[[], Any]) -> list[str]:
    """Run the deeds at the same time, each on its own connection; the outcome of each: "done", or a refusal's code."""
    gate = threading.Barrier(len(deeds))
    outcomes = ["lost"] * len(deeds)

    def run(number: int, deed: Callable[[], Any]) -> None:
        try:
            gate.wait(20)
            deed()
            outcomes[number] = "done"
        except Refused as no:
            outcomes[number] = no.refusal.code
        except Exception as fault:  # what must never reach a person
            outcomes[number] = repr(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(outcomes)


def test_accepting_and_returning_at_once_one_wins() -> None:
    officer = province()
    for turn in range(6):
        model = registered(title=f"Mô hình {turn}")
        one, two = again(model), again(model)
        outcomes = at_once(
            lambda one=one: actions.accept(actor=officer, initiative=one, on=DAY, known=KNOWN),
            lambda two=two: actions.return_(actor=officer, initiative=two, reason="Thiếu", on=DAY, known=KNOWN),
        )
        assert outcomes == ["done", "initiatives.stale"]
        assert Entry.objects.filter(subject_id=str(model.pk)).count() == 2
        assert FigLine.objects.filter(fact=model.pk).count() == (again(model).state == "accepted")
    assert differences() == []


def test_six_acceptances_at_once_count_once() -> None:
    officer = province()
    model = registered()
    seen = [again(model) for _ in range(6)]
    outcomes = at_once(*(lambda s=s: actions.accept(actor=officer, initiative=s, on=DAY, known=KNOWN) for s in seen))
    assert outcomes == ["done", *["initiatives.stale"] * 5]
    assert FigLine.objects.count() == 1
    assert differences() == []


def test_the_same_model_registered_at_once_is_one() -> None:
    officer = province()
    unit_id, period = unit(PHAN_THIET), term()
    given = {"field": "economy", "kind": "collective", "novelty": "new", "on": DAY, "known": KNOWN}
    for turn in range(4):
        outcomes = at_once(
            *(
                lambda t=title: actions.register(actor=officer, unit_id=unit_id, period=period, title=t, **given)
                for title in (f"Hoà bình {turn}", f"HÒA BÌNH {turn}", f"hoà  bình {turn}")
            )
        )
        assert outcomes == ["done", "initiatives.duplicate", "initiatives.duplicate"]
    assert Initiative.objects.count() == FigLine.objects.count() == Entry.objects.count() == 4
    assert differences() == []


def test_one_list_saved_by_two_people_at_once_comes_in_once() -> None:
    officer, period = province(), term()
    units = (unit(PHAN_THIET), unit(PHU_THUY))
    rows = [
        Registration(title=f"Mô hình {n}", field="economy", kind="collective", novelty="new", unit_id=units[n % 2])
        for n in range(60)
    ]
    backwards = list(reversed(rows))
    outcomes = at_once(
        *(
            lambda given=given: actions.register_many(actor=officer, rows=given, period=period, on=DAY, known=KNOWN)
            for given in (rows, backwards)
        )
    )
    assert outcomes == ["done", "initiatives.duplicate"]
    assert Initiative.objects.count() == FigLine.objects.count() == 60
    assert Entry.objects.count() == 1
    assert differences() == []


def test_two_changes_at_once_one_is_kept_and_the_other_told() -> None:
    officer = province()
    models = [registered(officer, title=f"Mô hình {n}") for n in range(4)]
    lists = [
        [Change(m.pk, 1, {"field": field}) for m in order]
        for field, order in (("economy", models), ("political_system", models[::-1]))
    ]
    outcomes = at_once(
        *(lambda given=given: actions.change_many(actor=officer, changes=given, on=DAY, known=KNOWN) for given in lists)
    )
    assert outcomes == ["done", "initiatives.stale"]
    assert len(set(Initiative.objects.values_list("field", flat=True))) == 1
    assert differences() == []


def test_of_two_steps_at_once_one_is_told() -> None:
    officer = province()
    for turn in range(4):
        model = registered(title=f"Mô hình hai bước {turn}")
        actions.accept(actor=officer, initiative=again(model), on=DAY, known=KNOWN)
        one, two, three = again(model), again(model), again(model)
        outcomes = at_once(
            lambda one=one: actions.start(actor=officer, initiative=one, on=DAY, known=KNOWN),
            lambda two=two: actions.remove(
                actor=officer, initiative=two, reason="duplicate", document="KL 1", on=DAY, known=KNOWN
            ),
            lambda three=three: actions.confirm(actor=officer, initiative=three, on=DAY, known=KNOWN),
        )
        assert outcomes == ["done", "initiatives.stale", "initiatives.stale"]
    assert differences() == []


def test_a_telling_sent_twice_at_once_is_one_and_two_tellings_at_once_are_one_told_and_one_asked_again() -> None:
    model = registered(province())
    for turn in range(4):
        version = again(model).version
        seen = [again(model) for _ in range(3)]
        works = {"results": {"works": Decimal(1)}, "on": DAY, "known": KNOWN, "version": version}
        texts = (f"Lần {turn}", f"Lần {turn}", f"Việc khác {turn}")
        outcomes = at_once(
            *(
                lambda seen=seen, text=text, works=works: actions.tell(
                    actor=OPERATOR, initiative=seen, text=text, **works
                )
                for seen, text in zip(seen, texts, strict=True)
            )
        )
        assert outcomes in (["done", "done", "initiatives.stale"], ["done", *["initiatives.stale"] * 2])
    told = Progress.objects.count()
    assert told == Result.objects.count() == Entry.objects.filter(act="initiatives.tell").count() == 4
    assert again(model).version == 5
    with transaction.atomic():
        assert not recount(RESULTS.values(), heal=False, known=LATER, actor=OPERATOR)
    assert stock("result_works", of=None, by=(), on=DAY, actor=OPERATOR).total == 4


def test_a_telling_taken_back_by_two_at_once_leaves_once() -> None:
    model = registered(province())
    works = {"results": {"works": Decimal(5)}, "on": DAY, "known": KNOWN}
    told = actions.tell(actor=OPERATOR, initiative=model, **works)
    seen = [Progress.objects.select_related("initiative").get(pk=told.pk) for _ in range(3)]
    outcomes = at_once(
        *(
            lambda p=p: actions.void_progress(actor=OPERATOR, progress=p, reason="Nhầm", on=DAY, known=LATER)
            for p in seen
        )
    )
    assert outcomes == ["done", "initiatives.stale", "initiatives.stale"]
    assert Entry.objects.filter(act="initiatives.void_progress").count() == 1
    assert stock("result_works", of=None, by=(), on=DAY, actor=OPERATOR).total == 0
