"""The rows under the headings, sorted: leaves, rows that gather others (groups, totals), repeated headings, endings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.translation import gettext as _

from kheo.base.errors import Refusal
from kheo.base.text import clean, fold
from kheo.exchange.reader import marks
from kheo.exchange.reader.ending import end_of_table, second_headings, typical_width
from kheo.exchange.reader.marks import LETTER, NUMBER, PREFIX, UNNUMBERED, Tokens, is_total, serial_column
from kheo.exchange.reader.shapes import Grid, Heading, Raw, Row, Skipped
from kheo.exchange.reader.table import Block, kind_of, numbering_row, sample_size
from kheo.exchange.reader.values import DITTO_STARTS, as_text, is_ditto

_MERGED = 2_000_000  # cells that merged ranges may fill


@dataclass
class Gathering:
    """A row that stands for others, before its numbers are read: leaves `first`..`last` (one past)."""

    row: int
    kind: str  # group, subtotal, total
    label: str
    level: float
    first: int
    last: int = -1


@dataclass
class Body:
    """What the rows under the headings came to."""

    rows: list[Row] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    gatherings: list[Gathering] = field(default_factory=list)
    asked: list[Refusal] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


class Walker:
    """Walks the rows under the headings once. Rows are counted from 0 here, from 1 in what it gives back."""

    def __init__(self, grid: Grid, block: Block, headings: Sequence[Heading]) -> None:
        self.grid = grid
        self.block = block
        self.headings = headings
        self.width = len(headings)
        self.serial = serial_column(headings, grid, block.body)
        self.numeric = _numeric_columns(headings, grid, block.body, self.serial)
        self._labels = {h.index: {fold(p) for p in h.path} for h in headings}
        block_rows = grid.rows[block.first : block.last + 1]
        self._written = {cell for line in block_rows for cell in line if type(cell) is str and cell}
        self._wide = {m.top for m in grid.merges if m.right - m.left + 1 >= max(2, self.width // 2)}
        self._typical = typical_width(grid.rows, block.body)
        self._levels: dict[int, float] = {}  # row -> how deep its running number stands
        self._gathering_levels: set[float] = set()
        self._open: list[Gathering] = []
        self._group: tuple[str, ...] = ()
        self._above: list[Raw] = [""] * self.width
        self._body = Body()
        self._end = len(grid.rows)

    def walk(self) -> Body:
        """All rows from the first under the headings to the last of the sheet."""
        self._fill_merged()
        self._end, tail = end_of_table(self.grid.rows, self.block.body, self._typical)
        for at, reason in tail:
            self._skip(at, reason)
        self._cut_second_table()
        self._read_levels()
        for at in range(self.block.body, self._end):
            line = self.grid.rows[at]
            filled = [c for c, cell in enumerate(line) if cell != "" and (type(cell) is not str or cell.strip())]
            if filled:
                self._sort(at, line, filled)
        self._close(0.0)
        return self._body

    def _sort(self, at: int, line: list[Raw], filled: list[int]) -> None:
        level = self._levels.get(at)
        label = line[filled[0]]
        if type(label) is str and label[:1] == "(" and numbering_row(line):
            return self._skip(at, "numbering")
        if level is not None:
            named = next((line[c] for c in filled if c != self.serial), "")
            if type(named) is str and marks.is_bare_total(named):
                return self._total(at, clean(named))
            if self._gathers(at, level, line, filled):
                return self._begin_group(at, level, as_text(label if named == "" else named))
            return self._leaf(at, level, line)
        if type(label) is not str:
            if self._is_bare_sum(at, filled):
                return self._total(at, "")
        elif is_total(label) and not self._has_other_texts(line, filled[1:]):
            return self._total(at, clean(label))
        elif self._is_heading_again(line, filled):
            return self._skip(at, "heading")
        elif len(filled) == 1:
            if marks.is_note(label):
                return self._skip(at, "note")
            if self._is_banner(at, label, filled[0]):
                return self._banner(at, label)
        return self._leaf(at, None, line)

    # leaves

    def _leaf(self, at: int, level: float | None, line: list[Raw]) -> None:
        if level is not None and self._open and self._open[-1].level >= level:
            self._close(level)
        cells = line[: self.width]
        if len(cells) < self.width:
            cells.extend([""] * (self.width - len(cells)))
        for column, cell in enumerate(cells):
            if type(cell) is str and cell and cell[0] in DITTO_STARTS and is_ditto(cell) and column != self.serial:
                cells[column] = self._ditto(at, column, cell)
        self._above = cells
        self._body.rows.append(Row(at + 1, self._group, tuple(cells)))

    def _ditto(self, at: int, column: int, written: str) -> Raw:
        above = self._above[column]
        if above == "":
            text = _("Row %(row)s, column %(column)s: “%(value)s” repeats the cell above, and there is nothing above.")
            name = self.headings[column].name
            shown = {"row": at + 1, "column": name, "value": written}
            self._body.refused.append(Refusal("exchange.ditto_nothing", text % shown, at + 1, name))
        return above

    # rows that gather others

    def _begin_group(self, at: int, level: float, label: str) -> None:
        self._close(level)
        group = Gathering(at, "group", label, level, len(self._body.rows))
        self._open.append(group)
        self._group = tuple(g.label for g in self._open)
        self._body.gatherings.append(group)
        self._skip(at, "group")

    def _close(self, level: float) -> None:
        while self._open and self._open[-1].level >= level:
            self._open.pop().last = len(self._body.rows)
        self._group = tuple(g.label for g in self._open)

    def _total(self, at: int, label: str) -> None:
        kind = "total" if not label or marks.is_whole_total(label) else "subtotal"
        self._body.gatherings.append(Gathering(at, kind, label, 0.0, 0, len(self._body.rows)))
        self._skip(at, kind)

    def _is_banner(self, at: int, label: str, column: int) -> bool:
        """A row of one text among rows of several cells: a group's name. Without running numbers, a merge or a number
        before it, it may as well be a row with holes: then it stays one."""
        if self._typical < 3 or kind_of(label) != "t":
            return False
        if at in self._wide or PREFIX.match(label.strip()):
            return True
        return self.serial is not None and column <= self.serial + 1

    def _banner(self, at: int, label: str) -> None:
        match = PREFIX.match(label.strip())
        level = Tokens().level(match[1]) if match else None
        if match and level is not None and level < NUMBER:
            return self._begin_group(at, level, clean(match[2]))
        below = (self._levels[n] for n in range(at + 1, min(at + 50, self._end)) if n in self._levels)
        return self._begin_group(at, next(below, NUMBER) - 0.5, clean(label))

    def _gathers(self, at: int, level: float, line: list[Raw], filled: list[int]) -> bool:
        """Whether a numbered row stands for the rows under it: what comes next stands deeper."""
        below = self._level_below(at)
        if level < NUMBER:
            return below > level or (level in self._gathering_levels and len(filled) < 0.6 * self._typical)
        if below <= level or below == UNNUMBERED:
            return False
        numbers = [c for c in filled if c in self.numeric]
        if not numbers or self._is_sum_of_parts(at, below, line, numbers):
            return True
        text = _("Row %(row)s has parts under it that do not add up to it: it was read as a row, like its parts.")
        self._body.asked.append(Refusal("exchange.parts_unclear", text % {"row": at + 1}, at + 1))
        return False

    def _level_below(self, at: int) -> float:
        """The level of the next filled row; a row without a running number that is no total is deeper than any."""
        for n in range(at + 1, self._end):
            if n in self._levels:
                return self._levels[n]
            first = next((cell for cell in self.grid.rows[n] if kind_of(cell)), "")
            if first != "":
                return 0.0 if is_total(first) else UNNUMBERED
        return 0.0

    def _is_sum_of_parts(self, at: int, below: float, line: list[Raw], numbers: list[int]) -> bool:
        for column in numbers:
            total = 0.0
            for n in range(at + 1, self._end):
                level = self._levels.get(n, UNNUMBERED)
                if level < below:
                    break
                other = self.grid.rows[n]
                if level == below and column < len(other):
                    total += _plain(other[column])
            if not abs(total - _plain(line[column])) <= 1e-6:
                return False
        return True

    def _is_bare_sum(self, at: int, filled: list[int]) -> bool:
        """Numbers without any word under the last numbered row: the sums of the columns above."""
        if self.serial is None or not self._body.rows or max(self._levels, default=0) > at:
            return False
        return all(c in self.numeric for c in filled)

    def _has_other_texts(self, line: list[Raw], others: list[int]) -> bool:
        return any(c not in self.numeric and kind_of(line[c]) == "t" for c in others)

    def _is_heading_again(self, line: list[Raw], filled: list[int]) -> bool:
        if line[filled[0]] not in self._written or sum(line[c] in self._written for c in filled) < 2:
            return False
        same = sum(fold(as_text(line[c])) in self._labels.get(c, ()) for c in filled)
        return same >= 2 and same >= 0.6 * len(filled)

    # before the walk

    def _read_levels(self) -> None:
        if self.serial is None:
            return
        tokens = Tokens()
        for at in range(self.block.body, self._end):
            line = self.grid.rows[at]
            if self.serial < len(line) and line[self.serial] != "":
                level = tokens.level(line[self.serial])
                if level is not None:
                    self._levels[at] = level
        for one, other in pairwise(self._levels.values()):
            if LETTER <= one < min(other, NUMBER):
                self._gathering_levels.add(one)

    def _cut_second_table(self) -> None:
        """Stops before a second row of headings that names other columns; what follows is asked about."""
        if self.serial is None:
            return
        for at in second_headings(self.grid.rows, self.serial, self.block.body, self._end):
            line = self.grid.rows[at]
            filled = [c for c, value in enumerate(line) if value != ""]
            if len(filled) < 2 or self._is_heading_again(line, filled):
                continue
            text = _("Rows %(first)s to %(last)s are another table with other headings and were not read.")
            shown = {"first": at + 1, "last": self._end}
            self._body.asked.append(Refusal("exchange.second_table", text % shown, at + 1))
            for n in range(at, self._end):
                self._skip(n, "after")
            self._end = at
            return

    def _fill_merged(self) -> None:
        """Cells merged downwards hold for all the rows they cover; a number so shared is counted once, and asked."""
        rows = self.grid.rows
        left = _MERGED
        for merge in self.grid.merges:
            last = min(merge.bottom, len(rows) - 1)
            if merge.top < self.block.body or last <= merge.top or merge.left >= self.width:
                continue
            line = rows[merge.top]
            value = line[merge.left] if merge.left < len(line) else ""
            left -= last - merge.top
            if value == "" or merge.left == self.serial or left < 0:
                continue
            if merge.left in self.numeric and kind_of(value) == "n":
                self._shared(merge.top, last, merge.left)
                continue
            for at in range(merge.top + 1, last + 1):
                other = rows[at]
                other.extend([""] * (merge.left + 1 - len(other)))
                if other[merge.left] == "" and any(cell != "" for cell in other):
                    other[merge.left] = value

    def _shared(self, first: int, last: int, column: int) -> None:
        name = self.headings[column].name
        text = _(
            "Rows %(first)s to %(last)s share one number in column %(column)s: it was counted in row %(first)s only."
        )
        shown = {"first": first + 1, "last": last + 1, "column": name}
        self._body.asked.append(Refusal("exchange.number_shared", text % shown, first + 1, name))

    def _skip(self, at: int, reason: str) -> None:
        text = " | ".join(as_text(cell) for cell in self.grid.rows[at] if as_text(cell))
        if text:
            self._body.skipped.append(Skipped(at + 1, reason, text[:300]))


def _numeric_columns(headings: Sequence[Heading], grid: Grid, body: int, serial: int | None) -> frozenset[int]:
    """Columns whose filled cells are mostly numbers, judged on the rows near the top."""
    found = set()
    sample = grid.rows[body : body + sample_size(len(headings))]
    for heading in headings:
        kinds = Counter(kind_of(row[heading.index]) for row in sample if heading.index < len(row))
        filled = sum(n for kind, n in kinds.items() if kind in ("t", "n", "d"))
        if heading.index != serial and filled and kinds["n"] >= 0.6 * filled:
            found.add(heading.index)
    return frozenset(found)


def _plain(cell: Raw) -> float:
    """A cell's number where no doubt is possible, 0 for an empty one, else a value nothing adds up to."""
    if isinstance(cell, int | float):
        return float(cell)
    text = as_text(cell)
    return float(text) if text.isdecimal() and len(text) < 16 else (0.0 if not text else float("nan"))
