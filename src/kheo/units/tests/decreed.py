"""Decrees for tests: as a table, and thought up at random."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from kheo.units.decrees import COLUMNS
from kheo.units.queries import by_code, communes_of
from kheo.units.words import UnitView

KNOWN = datetime(2027, 1, 1, 3, tzinfo=UTC)
DAY = date(2027, 1, 1)


def sheet(*rows: str, number: str = "1/NQ", day: date = DAY) -> bytes:
    """A decree as a table: each row is kind, from, to, name, type, parent, part, primary; the rest is left empty."""
    lines = [",".join(COLUMNS)]
    for row in rows:
        cells = [cell.strip() for cell in row.split(",")]
        lines.append(",".join([number, day.isoformat(), *cells, *[""] * (len(COLUMNS) - 2 - len(cells))]))
    return "\n".join(lines).encode()


class Chance:
    """Decrees thought up at random for one province, each possible on the map of the day before it."""

    def __init__(self, seed: int) -> None:
        self.random, self.day, self.number, self.code = random.Random(seed), date(2027, 1, 1), 0, 90000

    def next(self) -> tuple[list[str], date, str]:
        self.day += timedelta(self.random.randrange(1, 40))
        self.number += 1
        eve = self.day - timedelta(1)
        provinces = self.random.sample(_provinces(eve), 2)
        communes = communes_of(provinces[0].id, eve)
        self.random.shuffle(communes)
        kind = self.random.choice(("merge", "split", "both", "move", "rename", "join"))
        rows: list[str] = []
        above = provinces[0].code
        if kind == "merge":
            rows = self._merge([u.code for u in communes[: self.random.randrange(2, 5)]], above)
        elif kind == "split":
            rows = self._split(communes[0].code, above)
        elif kind == "both":  # a piece of one goes into another
            one, other, to = communes[0].code, communes[1].code, self._code()
            rows = [
                f"split, {one}, {self._code()}, Còn {to}, xã, {above}, part, 1",
                f"partial, {one}, {to}, Nhận {to}, xã, {above}, part",
                f"merge, {other}, {to}",
            ]
        elif kind == "move":
            rows = [f"parent_change, {communes[0].code}, , , , {provinces[1].code}"]
        elif kind == "rename":
            rows = [f"rename, {communes[0].code}, , Tên {self.number}"]
        elif self.number % 5 == 0:
            rows = [f"merge, {p.code}, 9{self.number:02d}, Tỉnh {self.number}, tỉnh" for p in provinces]
        else:
            rows = self._merge([u.code for u in communes[:2]], above)
        return rows, self.day, f"{self.number}/NQ"

    def _code(self) -> str:
        self.code += 1
        return str(self.code)

    def _merge(self, codes: list[str], above: str) -> list[str]:
        to = self._code()
        return [f"merge, {code}, {to}, Xã {to}, xã, {above}" for code in codes]

    def _split(self, code: str, above: str) -> list[str]:
        parts = [self._code() for _part in range(self.random.randrange(2, 4))]
        kinds = ["split", *["partial"] * (len(parts) - 1)]
        return [f"{kind}, {code}, {to}, Xã {to}, xã, {above}, part" for kind, to in zip(kinds, parts, strict=True)]


def _provinces(day: date) -> list[UnitView]:
    return [found[0] for code in ("68", "52", "37", "01") if (found := by_code(code, day))]
