"""A world kept by full copies: what a journal must be able to say, computed the slow way."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from kheo.figures import actions
from kheo.figures.tests.things import THINGS
from kheo.figures.words import Cause, Image, MapChoice
from kheo.units.models import Place, PlaceUnit

FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
Story = tuple[Image, ...]
Copy = dict[int, Story]  # every fact's whole history as it was believed at one moment
Where = tuple[int | None, int | None]


class Ground:
    """Where places lie, read row by row from the tables of the map."""

    def __init__(self, places: Sequence[int]) -> None:
        self.places = list(places)
        rows = Place.objects.filter(pk__in=places)
        self.now: dict[int, Where] = {p.pk: (p.now_p, p.now_c) for p in rows}
        self.rec: dict[int, Where] = {p.pk: (p.rec_p, p.rec_c) for p in rows}
        self.children: dict[int, list[int]] = {}
        for child, root in Place.objects.filter(refines__in=places).values_list("pk", "refines_id"):
            self.children.setdefault(root, []).append(child)
        self.then: dict[int, list[tuple[date, Where]]] = {}
        for unit in PlaceUnit.objects.filter(place__in=places).order_by("since"):
            self.then.setdefault(unit.place_id, []).append((unit.since, (unit.province, unit.commune)))

    def where(self, place: int, map: MapChoice) -> Where:
        if map == "now":
            return self.now[place]
        if map == "recorded":
            return self.rec[place]
        return ([found for since, found in self.then.get(place, []) if since <= map] or [(None, None)])[-1]


class World:
    """Random lives, each event posted to the figures and kept as a full copy of everything believed."""

    def __init__(self, seed: int, ground: Ground, weight: str = "n") -> None:
        self.weight = weight  # what is added up: how many there are, or their amounts
        self.random = random.Random(seed)
        self.ground = ground
        self.known = datetime(2024, 1, 1, tzinfo=UTC)
        self.copies: list[tuple[datetime, Copy]] = [(self.known, {})]

    @property
    def now(self) -> Copy:
        return self.copies[-1][1]

    def live(self, events: int) -> None:
        deeds: list[tuple[Callable[[], None], int]] = [
            (self.register, 5),
            (self.change, 6),
            (self.leave, 1),
            (self.come_back, 1),
            (self.renew, 1),
            (self.correct_all, 2),
            (self.correct_anew, 1),
            (self.void, 1),
            (self.place, 2),
        ]
        for _ in range(events):
            self.known += timedelta(hours=self.random.randint(1, 400))
            self.random.choices([d for d, _w in deeds], [w for _d, w in deeds])[0]()

    def register(self) -> None:
        """Some facts at once, one of them perhaps twice the same."""
        facts = range(len(self.now) + 1, len(self.now) + 1 + self.random.randint(1, 9))
        images = [self._any(fact, self._day(FIRST), Cause.ENTER) for fact in facts]
        self._post([*images, images[0]])

    def change(self) -> None:
        """A field, size, state, place or amount changes on a later day."""
        if (last := self._counted()) is None:
            return
        drawn = self._any(last.fact, self._day(last.day), Cause.MOVE)
        kept = {"place": last.place, "d1": last.d1, "d2": last.d2, "d3": last.d3, "state": last.state}
        for name in self.random.sample(sorted(kept), self.random.randint(1, 3)):
            kept.pop(name)
        self._post([replace(drawn, **kept)])

    def leave(self) -> None:
        if (last := self._counted()) is not None:
            self._post([replace(last, n=0, amount=0, day=self._day(last.day), cause=Cause.LEAVE)])

    def come_back(self) -> None:
        gone = [story[-1] for story in self.now.values() if story and not story[-1].n]
        if gone:
            last = self.random.choice(gone)
            self._post([self._any(last.fact, self._day(last.day), Cause.ENTER)])

    def renew(self) -> None:
        """Counts as new again, without having left."""
        if (last := self._counted()) is not None:
            self._post([self._any(last.fact, self._day(last.day), Cause.ENTER)])

    def correct_all(self) -> None:
        """It always was of another colour, or elsewhere."""
        if (last := self._counted()) is not None:
            new = {"d1": self.random.randint(1, 3)} if self.random.random() < 0.5 else {"place": self._place()}
            self._correct(last.fact, [replace(image, **new) for image in self.now[last.fact]])

    def correct_anew(self) -> None:
        """The whole history was wrong."""
        if (last := self._counted()) is not None:
            days = sorted(self._day(FIRST) for _ in range(self.random.randint(1, 3)))
            story = [self._any(last.fact, day, Cause.MOVE if i else Cause.ENTER) for i, day in enumerate(days)]
            self._correct(last.fact, story)

    def void(self) -> None:
        if (last := self._counted()) is not None:
            self._correct(last.fact, [])

    def place(self) -> None:
        """Records of a divided commune are placed in one of its pieces."""
        waiting = [f for f, story in self.now.items() if any(im.place in self.ground.children for im in story)]
        if waiting:
            fact = self.random.choice(waiting)
            piece = {root: self.random.choice(pieces) for root, pieces in self.ground.children.items()}
            self._correct(fact, [replace(im, place=piece.get(im.place, im.place)) for im in self.now[fact]])

    def believed(self, known: datetime | None) -> Copy:
        return next(copy for when, copy in reversed(self.copies) if known is None or when <= known)

    def stock(self, on: date, known: datetime | None) -> Counter[Image]:
        """What counts at the end of the day: bare images with how many."""
        found: Counter[Image] = Counter()
        for story in self.believed(known).values():
            standing = [image for image in story if image.day <= on]
            if standing and standing[-1].n:
                found[_bare(standing[-1])] += getattr(standing[-1], self.weight)
        return found

    def flow(self, start: date, end: date, known: datetime | None) -> Counter[Image]:
        """What entered in [start, end)."""
        found: Counter[Image] = Counter()
        for story in self.believed(known).values():
            for image in story:
                if image.cause == Cause.ENTER and start <= image.day < end:
                    found[_bare(image)] += getattr(image, self.weight)
        return found

    def _post(self, images: Sequence[Image]) -> None:
        actions.post(THINGS, images, known=self.known)
        copy = dict(self.now)
        for image in images:
            story = copy.get(image.fact, ())
            if not story or _what(story[-1]) != _what(image):
                copy[image.fact] = (*story, image)
        self.copies.append((self.known, copy))

    def _correct(self, fact: int, story: Sequence[Image]) -> None:
        actions.correct(THINGS, fact, story, known=self.known)
        self.copies.append((self.known, {**self.now, fact: tuple(story)}))

    def _counted(self) -> Image | None:
        lasts = [story[-1] for story in self.now.values() if story and story[-1].n]
        return self.random.choice(lasts) if lasts else None

    def _place(self) -> int:
        return self.random.choice(self.ground.places)

    def _day(self, first: date) -> date:
        return first + timedelta(days=self.random.randint(0, max(0, min(400, (LAST - first).days))))

    def _any(self, fact: int, day: date, cause: Cause) -> Image:
        draw = self.random.randint
        return Image(
            fact, self._place(), draw(1, 3), draw(1, 2), draw(1, 2), draw(1, 3), draw(1, 2), draw(0, 9), day, cause
        )


def _what(image: Image) -> tuple[int, ...]:
    return (image.place, image.d1, image.d2, image.d3, image.state, image.n, image.amount)


def _bare(image: Image) -> Image:
    """The image without fact, number and day: what counts are kept under."""
    return replace(image, fact=0, n=0, amount=0, day=FIRST, cause=Cause.ENTER)
