"""How many models of which field stand in which province when, and the lives that make up these numbers."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from kheo.demo.country.activities import (
    ACTIVITIES,
    BODIES,
    BODIES_OF_PARTY,
    PERSONS,
    TOLD,
    WHY_REMOVED,
    Activity,
)
from kheo.demo.country.drawings import drawings
from kheo.figures.words import PeriodView
from kheo.initiatives.actions import Life, Step, Told
from kheo.initiatives.words import RESULT_SCALE, Field, Kind, Mark, Novelty, Registration, ResultKind, State

# What models of a field bring about: kind, least, most and step of one telling, in the unit people write.
BROUGHT: Mapping[str, tuple[tuple[ResultKind, int, int, int], ...]] = {
    Field.ECONOMY: ((ResultKind.HOUSEHOLDS, 3, 40, 1), (ResultKind.MONEY, 5, 200, 1_000_000)),
    Field.CULTURE_SOCIETY: (
        (ResultKind.LAND, 2, 60, 10),
        (ResultKind.WORKDAYS, 10, 300, 1),
        (ResultKind.WORKS, 1, 3, 1),
    ),
    Field.DEFENCE_SECURITY: ((ResultKind.HOUSEHOLDS, 20, 150, 1), (ResultKind.WORKS, 1, 12, 1)),
    Field.POLITICAL_SYSTEM: ((ResultKind.WORKDAYS, 5, 80, 1), (ResultKind.CARDS, 2, 60, 1)),
}


@dataclass(frozen=True)
class Batch:
    """So many models by field that enter the list in [start, end)."""

    period: str
    start: date
    end: date
    by_field: Mapping[str, int]
    all_new: bool = False
    removed: int = 0  # of them, so many are taken off the list in `removed_in`
    removed_in: tuple[date, date] | None = None
    before: bool = False  # of the term before: removed at its end, some of them continued in the next


@dataclass(frozen=True)
class Plan:
    """One province as it was before the merger of 2025: its code then, its batches, how its villages are called."""

    code: str
    batches: tuple[Batch, ...]
    villages: tuple[str, ...] = ("thôn",)
    full_only: bool = False
    last_day: date = field(default=date(2025, 6, 30))


_TERM, _BEFORE = "2020-2025", "2015-2020"
_END_OF_TERM = date(2019, 12, 20)


def _before(economy: int, culture_society: int, defence_security: int, political_system: int) -> Batch:
    counts = _fields(economy, culture_society, defence_security, political_system)
    return Batch(_BEFORE, date(2016, 2, 1), date(2019, 6, 1), counts, before=True)


def _fields(economy: int, culture_society: int, defence_security: int, political_system: int) -> Mapping[str, int]:
    return dict(zip(Field.values, (economy, culture_society, defence_security, political_system), strict=True))


PLANS: tuple[Plan, ...] = (
    # Gia Lai: 5,813 models in 2020-2025 by field, as its report gives them (mission, row S1).
    Plan(
        "64",
        (
            _before(20, 30, 15, 5),
            Batch(_TERM, date(2020, 2, 3), date(2025, 6, 15), _fields(1526, 2791, 1124, 372)),
        ),
        villages=("thôn", "làng", "tổ dân phố"),
    ),
    # Ninh Bình: 421 new in 2023 and 1,635 at its end. Opening and removed are ours: 1,289 + 421 - 75.
    Plan(
        "37",
        (
            Batch(
                _TERM,
                date(2020, 2, 3),
                date(2022, 12, 1),
                _fields(402, 520, 232, 135),
                removed=75,
                removed_in=(date(2023, 3, 1), date(2023, 12, 1)),
            ),
            Batch(_TERM, date(2023, 1, 9), date(2023, 12, 16), _fields(131, 170, 76, 44), all_new=True),
        ),
        villages=("thôn", "xóm", "tổ dân phố"),
    ),
    # Bình Thuận before it became part of Lâm Đồng.
    Plan(
        "60",
        (
            _before(8, 14, 5, 3),
            Batch(_TERM, date(2020, 2, 3), date(2025, 6, 15), _fields(118, 152, 74, 36)),
        ),
        villages=("thôn", "khu phố"),
    ),
    # Hà Nội: nearly 70,000, as reported; for trying an installation of that size.
    Plan(
        "01",
        (Batch(_TERM, date(2020, 2, 3), date(2025, 6, 15), _fields(19600, 30800, 13300, 6300)),),
        villages=("thôn", "tổ dân phố", "cụm dân cư"),
        full_only=True,
    ),
)


def thought_up(plan: Plan, *, seed: int, communes: Sequence[int], periods: Mapping[str, PeriodView]) -> list[Life]:
    """The lives of one province, in the order of their days; the same seed and map give the same lives."""
    chance = random.Random(f"{seed}:{plan.code}")  # noqa: S311 - not for secrets
    country = _Country(plan, chance, communes, periods)
    for batch in plan.batches:
        country.add(batch)
    return country.lives


class _Country:
    """What was thought up so far: lives, titles that are taken, which activity is where."""

    def __init__(
        self, plan: Plan, chance: random.Random, communes: Sequence[int], periods: Mapping[str, PeriodView]
    ) -> None:
        self.plan, self.chance, self.communes, self.periods = plan, chance, communes, periods
        self.dice = random.Random(f"results of {plan.code}")  # noqa: S311 - not for secrets
        self.lives: list[Life] = []
        self.taken: set[tuple[str, int, str]] = set()
        self.of_activity: dict[str, list[int]] = {}
        self.to_continue: dict[str, list[int]] = {code: [] for code in Field.values}

    def add(self, batch: Batch) -> None:
        fields = [code for code, n in batch.by_field.items() for _ in range(n)]
        self.chance.shuffle(fields)
        span = (batch.end - batch.start).days
        days = sorted(batch.start + timedelta(days=self.chance.randrange(span)) for _ in fields)
        removed = set(self.chance.sample(range(len(fields)), batch.removed))
        for at, (code, day) in enumerate(zip(fields, days, strict=True)):
            self.lives.append(self._life(batch, code, day, removed=at in removed))

    def _life(self, batch: Batch, code: str, day: date, *, removed: bool) -> Life:
        chance, here = self.chance, len(self.lives)
        continues = copies = None
        novelty = Novelty.NEW
        unit = chance.choice(self.communes)
        activity = chance.choice(ACTIVITIES[code])
        if not batch.all_new and not batch.before:
            if self.to_continue[code] and chance.random() < 0.2:
                continues, novelty = self.to_continue[code].pop(), Novelty.KEPT
                unit = self.lives[continues].given.unit_id or unit
                activity = next(a for a in ACTIVITIES[code] if self.lives[continues].given.title.startswith(a.title))
            elif (elder := self.of_activity.get(activity.title)) and chance.random() < 0.15:
                copies, novelty = chance.choice(elder[-40:]), Novelty.REPLICATED
        title = self._title(batch.period, unit, code, activity, continues)
        (self.to_continue[code] if batch.before else self.of_activity.setdefault(activity.title, [])).append(here)
        households = chance.randrange(12, 160) if activity.carried_by == "place" else chance.choice((None, 8, 15, 24))
        given = Registration(
            title=title,
            field=code,
            kind=Kind.INDIVIDUAL if activity.carried_by == "person" else Kind.COLLECTIVE,
            novelty=novelty,
            unit_id=unit,
            start=day + timedelta(days=chance.randrange(3, 30)),
            households=households,
            goal=activity.goal,
        )
        steps = tuple(self._steps(batch, day, removed=removed))
        return Life(
            given=given,
            period=self.periods[batch.period],
            on=day,
            texts={"content": activity.content, "site": title.removeprefix(activity.title).strip(" -")},
            steps=steps,
            told=tuple(self._told(steps, code, activity)),
            continues=continues,
            copies=copies,
        )

    def _title(self, period: str, unit: int, code: str, activity: Activity, continues: int | None) -> str:
        """A title no other model of the commune and term has; a kept model keeps its own."""
        chance = self.chance
        title = self.lives[continues].given.title if continues is not None else ""
        while not title or (period, unit, title) in self.taken:
            village = f"{chance.choice(self.plan.villages)} {chance.randrange(1, 16)}"
            if activity.carried_by == "place":
                title = f"{activity.title} {village}"
            elif activity.carried_by == "person":
                title = f"{activity.title} - {chance.choice(PERSONS)} {village}"
            else:
                bodies = BODIES_OF_PARTY if code == Field.POLITICAL_SYSTEM else BODIES
                title = f"{activity.title} - {chance.choice(bodies)} {village}"
            if (period, unit, title) in self.taken:
                activity = chance.choice(ACTIVITIES[code])  # a commune full of these thinks of something else
                title = ""
        self.taken.add((period, unit, title))
        return title

    def _steps(self, batch: Batch, day: date, *, removed: bool) -> list[Step]:
        chance = self.chance
        steps: list[Step] = []
        last = _END_OF_TERM if batch.before else self.plan.last_day
        if removed and batch.removed_in:
            first, end = batch.removed_in
            last = first + timedelta(days=chance.randrange((end - first).days))
        at = day + timedelta(days=chance.randrange(7, 45))
        for state in (State.LAUNCHED, State.RUNNING, State.REVIEWED, State.RECOGNISED):
            if at >= last or (steps and chance.random() < (0.05 if state == State.RUNNING else 0.5)):
                break
            mark = chance.choice(("", Mark.KEPT, Mark.SPREADING)) if state == State.RECOGNISED else ""
            steps.append(Step(state=state, on=at, mark=mark))
            at += timedelta(days=chance.randrange(10, 60) if state == State.LAUNCHED else chance.randrange(120, 400))
        if batch.before:
            why = "Hết nhiệm kỳ, đăng ký lại ở nhiệm kỳ sau nếu duy trì."
            steps.append(Step(state=State.REMOVED, on=last, reason_code="achieved", reason=why))
        elif removed:
            code, why = chance.choice(WHY_REMOVED)
            steps.append(Step(state=State.REMOVED, on=last, reason_code=code, reason=why))
        return steps

    def _told(self, steps: Sequence[Step], code: str, activity: Activity) -> list[Told]:
        """A third of the models that run tell of themselves, once or twice: what was done, some amounts, a picture."""
        running = next((step.on for step in steps if step.state == State.RUNNING), None)
        end = steps[-1].on if steps and steps[-1].state == State.REMOVED else self.plan.last_day
        if running is None or self.chance.random() > 0.35:
            return []
        days = sorted(
            running + timedelta(days=self.chance.randrange(20, 300)) for _ in range(self.chance.choice((1, 2)))
        )
        said = [(on, self.chance.choice(TOLD)) for on in days if on < end]
        return [Told(on=on, text=text, **self._brought(code, activity)) for on, text in said]

    def _brought(self, code: str, activity: Activity) -> dict[str, Any]:
        """Amounts of what such a model brings about, and now and then a picture. Their own dice: the rest stays as it
        was when there were none."""
        chance = self.dice
        amounts = {
            kind: chance.randrange(least, most) * step * RESULT_SCALE[kind]
            for kind, least, most, step in BROUGHT[code]
            if chance.random() < 0.7
        }
        if chance.random() > 0.4:
            return {"results": amounts}
        name = chance.choice([name for name in drawings() if name.startswith(f"{code}-")])
        return {"results": amounts, "picture": name, "caption": f"Hình vẽ: {activity.title}"}
