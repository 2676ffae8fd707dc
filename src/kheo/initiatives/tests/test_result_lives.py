"""Random lives with results against a plain copy of them: what is added up is what was told, where its model was.

KHEO_FUZZ=400 runs that many lives (the suite a few).
"""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from kheo.base.access import OPERATOR
from kheo.figures.actions import recount
from kheo.figures.queries import flow, stock
from kheo.initiatives import actions
from kheo.initiatives.figures import INITIATIVES, RESULTS
from kheo.initiatives.models import Initiative, Progress
from kheo.initiatives.tests.ground import LAM_DONG, PHAN_THIET, PHU_THUY, TUY_PHONG, again, registered, unit
from kheo.initiatives.words import RESULT_SCALE, Change, Field, ResultKind

pytestmark = pytest.mark.django_db
LIVES = int(os.environ.get("KHEO_FUZZ", "3"))
EVENTS, QUESTIONS = 40, 40
FIRST, LAST = date(2025, 7, 2), date(2026, 11, 20)
Spot = tuple[int, str]  # unit and field


@dataclass
class Copy:
    """One model as it is believed today: where it lay from which day on, and what stands of what was told."""

    id: int
    spots: list[tuple[date, Spot]]
    told: dict[int, tuple[date, dict[str, int]]] = field(default_factory=dict)
    removed: bool = False

    def at(self, on: date) -> Spot:
        return [spot for day, spot in self.spots if day <= on][-1]


class Lives:
    """Models that live at random, each deed done by the actions and noted in the copies."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.known = datetime(2026, 11, 21, tzinfo=UTC)
        self.copies: list[Copy] = []
        self.units = [unit(code) for code in (PHAN_THIET, PHU_THUY, TUY_PHONG)]

    def live(self, events: int) -> None:
        deeds = (
            self.register,
            self.tell,
            self.tell,
            self.tell,
            self.void,
            self.mend,
            self.list_,
            self.real,
            self.remove,
        )
        for _ in range(events):
            self.known += timedelta(minutes=5)
            self.random.choice(deeds)() if self.copies else self.register()

    def given(self, on: date) -> dict[str, Any]:
        return {"actor": OPERATOR, "on": on, "known": self.known}

    def row(self, copy: Copy) -> Initiative:
        return again(Initiative(pk=copy.id))

    def some(self, *, listed: bool = True) -> Copy | None:
        of = [copy for copy in self.copies if not (listed and copy.removed)]
        return self.random.choice(of) if of else None

    def day(self, first: date = FIRST) -> date:
        return first + timedelta(days=self.random.randint(0, (LAST - first).days))

    def spot(self) -> Spot:
        return self.random.choice(self.units), self.random.choice(Field.values)

    def register(self) -> None:
        (unit_id, code), on = self.spot(), self.day()
        title = f"Mô hình số {len(self.copies)}"
        made = registered(OPERATOR, title=title, unit_id=unit_id, field=code, on=on, known=self.known)
        self.copies.append(Copy(made.pk, [(on, (unit_id, code))]))

    def tell(self) -> None:
        if (copy := self.some()) is None:
            return
        on = self.day(copy.spots[0][0])
        kinds = self.random.sample(ResultKind.values, self.random.randint(1, 3))
        stored = {kind: self.random.randint(0, 900) for kind in kinds}
        amounts = {kind: Decimal(n) / RESULT_SCALE[kind] for kind, n in stored.items()}
        made = actions.tell(initiative=self.row(copy), results=amounts, **self.given(on))
        copy.told[made.pk] = (on, stored)

    def void(self) -> None:
        if (copy := self.some(listed=False)) is None or not copy.told:
            return
        id = self.random.choice(sorted(copy.told))
        progress = Progress.objects.select_related("initiative").get(pk=id)
        actions.void_progress(progress=progress, reason="Nhầm", **self.given(LAST))
        del copy.told[id]

    def mend(self) -> None:
        """It always was elsewhere, or of another field: since it last really changed."""
        if (copy := self.some()) is not None:
            spot = self.spot()
            actions.change(initiative=self.row(copy), values=self.values(spot), **self.given(LAST))
            self.note(copy, spot)

    def list_(self) -> None:
        """A list says it of several at once."""
        several = [copy for copy in self.copies if not copy.removed][:3]
        spots = {copy.id: self.spot() for copy in several}
        changes = [Change(c.id, self.row(c).version, self.values(spots[c.id])) for c in several]
        actions.change_many(changes=changes, **self.given(LAST))
        for copy in several:
            self.note(copy, spots[copy.id])

    def real(self) -> None:
        if (copy := self.some()) is not None:
            spot, on = self.spot(), self.day(copy.spots[-1][0])
            before = copy.at(on)
            actions.change(initiative=self.row(copy), values=self.values(spot), mistake=False, **self.given(on))
            if spot != before:
                copy.spots.append((on, spot))

    def remove(self) -> None:
        if (copy := self.some()) is not None and self.random.random() < 0.5:
            row = self.row(copy)
            on = max(row.state_on, copy.spots[-1][0])
            actions.remove(initiative=row, reason="achieved", document="KL 1", **self.given(on))
            copy.removed = True

    def values(self, spot: Spot) -> dict[str, Any]:
        return {"unit_id": spot[0], "field": spot[1]}

    def note(self, copy: Copy, spot: Spot) -> None:
        """A part that was wrong is right from when it last became what it wrongly was."""
        for part in (0, 1):
            wrong = copy.spots[-1][1][part]
            for at in range(len(copy.spots) - 1, -1, -1):
                day, was = copy.spots[at]
                if was[part] != wrong:
                    break
                copy.spots[at] = (day, (spot[0], was[1]) if part == 0 else (was[0], spot[1]))

    def added_up(self, kind: str, *, start: date | None, end: date) -> Counter[Spot]:
        """What was told in the days, as new (with a start) or as it lies at the end."""
        found: Counter[Spot] = Counter()
        for copy in self.copies:
            for day, amounts in copy.told.values():
                if kind in amounts and (start or FIRST) <= day <= end:
                    found[copy.at(day if start else end)] += amounts[kind]
        return found


@pytest.mark.parametrize("seed", range(LIVES))
def test_results_are_what_was_told_and_lie_where_their_models_lay(seed: int) -> None:
    lives = Lives(seed)
    lives.live(EVENTS)
    ask = random.Random(seed + 1000)
    names = {unit_id: f"u{unit_id:05d}" for unit_id in lives.units}
    asked: dict[str, Any] = {"of": unit(LAM_DONG), "by": ("commune", "field"), "actor": OPERATOR}
    for _ in range(QUESTIONS):
        kind, end = ask.choice(ResultKind.values), lives.day()
        start = ask.choice([None, end - timedelta(days=ask.randint(0, 300))])
        if start is None:
            table = stock(f"result_{kind}", on=end, **asked)
        else:
            table = flow(f"result_{kind}", start=start, end=end + timedelta(days=1), **asked)
        given = {(row["commune_uid"], row["field"]): row["n"] * RESULT_SCALE[kind] for row in table.rows if row["n"]}
        right = {(names[at], code): n for (at, code), n in lives.added_up(kind, start=start, end=end).items() if n}
        assert given == right, f"{seed=} {kind=} {start=} {end=}"
        assert table.total * RESULT_SCALE[kind] == sum(right.values())
    with transaction.atomic():
        every = [INITIATIVES, *RESULTS.values()]
        assert not recount(every, heal=False, known=lives.known, actor=OPERATOR)


def test_the_copies_can_tell_a_wrong_answer() -> None:
    """The comparison itself is no rubber stamp: an amount the copy holds and nobody told is seen."""
    lives = Lives(1)
    lives.register()
    lives.tell()
    (_day, amounts) = next(iter(lives.copies[0].told.values()))
    kind = next(iter(amounts))
    amounts[kind] += 1
    right = lives.added_up(kind, start=None, end=LAST).total()
    table = stock(f"result_{kind}", of=None, by=(), on=LAST, actor=OPERATOR)
    assert table.total * RESULT_SCALE[kind] == right - 1
