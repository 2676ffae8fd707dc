"""Finding the table in a sheet made for print: which rows are its headings, what each column is called.

Every block of up to five rows near the top is scored as a heading: how many of the columns used below it names, whether
its words are those of headings, whether numbers stand under its text, whether a row (1) (2) (3) follows. The best wins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from kheo.base.text import clean, fold
from kheo.exchange.reader.headings import Names, is_heading_word
from kheo.exchange.reader.numbers import ERROR_CELLS, LONGEST, NOTHING
from kheo.exchange.reader.shapes import Grid, Merge, Raw
from kheo.exchange.reader.values import as_text, is_ditto, is_tick

REGION = 300  # rows looked at to judge the columns
TOP = 80  # filled rows among which the headings are sought
_DEEPEST = 6  # rows of headings

_NUMBERISH = re.compile(r"^[(]?[+\-−]?\s*\d[\d\s.,/%:\-\u00a0\u202f]*[)]?$")
_LETTERHEAD = re.compile(
    r"^(cong hoa xa hoi|doc lap tu do|uy ban|ubnd|ban chi dao|tinh uy|huyen uy|dang uy|dang bo|dang cong san|mat tran|"
    r"mttq|danh sach|bang |bieu|mau so|mau |bao cao|ke hoach|thong ke|tong hop|phu luc|kem theo|so bc|nam 2|tinh |"
    r"thanh pho |don vi bao cao|don vi tinh)"
)
_YEAR = re.compile(r"^(19|20)\d\d([-/–](19|20)\d\d)?$")
_NUMBERING = re.compile(r"^[(\[]?\s*(\d{1,3}|[A-Z])\s*[)\]]?(\s*=.*)?$")


@dataclass(frozen=True)
class Block:
    """Rows `first`..`last` (from 0) hold the headings; `body` is the first row after them and their numbering row."""

    first: int
    last: int
    body: int
    paths: tuple[tuple[str, ...], ...]  # by column
    score: float


@dataclass
class Region:
    """The top of a sheet: what each cell is, and the merged ranges in it."""

    rows: list[list[Raw]]
    width: int
    kinds: list[list[str]]  # "" empty, t text, n number, d date, x tick or ditto
    labels: list[int]  # cells of each row that may be headings: texts, and years beside texts
    merges: dict[tuple[int, int], Merge] = field(default_factory=dict)
    used_below: list[list[int]] = field(default_factory=list)  # row -> column -> cells filled from that row on
    valued_below: list[list[int]] = field(default_factory=list)  # the same for numbers, dates, ticks

    def label(self, row: int, column: int) -> str:
        """The text over a place, through merged ranges."""
        if merge := self.merges.get((row, column)):
            row, column = merge.top, merge.left
        line = self.rows[row] if row < len(self.rows) else []
        cell = line[column] if column < len(line) else ""
        return "" if cell == "" else as_text(cell)


def kind_of(cell: Raw) -> str:
    """What a cell looks like: empty, text, number, date, tick or ditto."""
    if type(cell) is str:
        return _kind_of_text(cell) if len(cell) <= LONGEST else "t" if cell.strip() else ""
    return "n" if isinstance(cell, int | float) else "d"


@lru_cache(maxsize=65_536)
def _kind_of_text(cell: str) -> str:
    text = cell.strip()
    if not text:
        return ""
    if _NUMBERISH.match(text) or text in ERROR_CELLS:
        return "n"
    return "x" if text in NOTHING or is_tick(text) or is_ditto(text) else "t"


def sample_size(width: int) -> int:
    """How many rows are looked at to judge columns: fewer where there are very many columns."""
    return max(40, min(400, 40_000 // max(1, width)))


def region_of(grid: Grid) -> Region:
    """The first rows of a sheet, measured."""
    rows = grid.rows[:REGION]
    width = max((len(row) for row in rows), default=0)
    rows = rows[: max(TOP, sample_size(width))]
    kinds = [[kind_of(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    labels = [_labels(row, of_row) for row, of_row in zip(rows, kinds, strict=True)]
    region = Region(rows=rows, width=width, kinds=kinds, labels=labels)
    for merge in grid.merges:
        if merge.top < len(rows) and merge.left < width and (merge.bottom - merge.top < _DEEPEST):
            for row in range(merge.top, min(merge.bottom, len(rows) - 1) + 1):
                for column in range(merge.left, min(merge.right, width - 1) + 1):
                    region.merges[row, column] = merge
    used, valued = [0] * width, [0] * width
    region.used_below = [used] * (len(rows) + 1)
    region.valued_below = [valued] * (len(rows) + 1)
    for at in range(len(rows) - 1, -1, -1):
        used = [n + (kind != "") for n, kind in zip(used, kinds[at], strict=True)]
        valued = [n + (kind in "ndx" and kind != "") for n, kind in zip(valued, kinds[at], strict=True)]
        region.used_below[at], region.valued_below[at] = used, valued
    return region


def _labels(row: Sequence[Raw], kinds: Sequence[str]) -> int:
    texts = kinds.count("t")
    years = sum(bool(_YEAR.match(as_text(cell))) for cell, kind in zip(row, kinds, strict=False) if kind == "n")
    return texts + years if texts else 0


def find(grid: Grid, names: Sequence[Names] = ()) -> Block | None:
    """The block of headings of the sheet's table, None when no row reads like one."""
    region = region_of(grid)
    blocks: list[Block] = []
    seen: set[tuple[int, int]] = set()
    tried = 0
    for end in range(len(region.rows)):
        filled = sum(kind != "" for kind in region.kinds[end])
        tried += bool(filled)
        if not filled or region.labels[end] * 2 < filled:
            continue
        if tried > TOP:
            break
        for start in range(end, max(-1, end - _DEEPEST), -1):
            if start < end and (not any(region.kinds[start]) or _alike(region, start, end)):
                break
            first, last = _closed(region, start, end)
            if (first, last) in seen or last - first >= _DEEPEST:
                continue
            seen.add((first, last))
            block = _scored(region, first, last, names)
            if block:
                blocks.append(block)
    best = max(blocks, key=lambda block: block.score, default=None)  # the first of equals
    if best is None or best.score < 1.5:
        return None
    # Headings printed again on a later page may look better there (more rows above): the first of the same counts.
    return next(block for block in blocks if block.paths == best.paths)


def _alike(region: Region, one: int, other: int) -> bool:
    """Two rows that fill the same places, none of them merged, do not stand over each other as headings."""
    places = [c for c, kind in enumerate(region.kinds[one]) if kind]
    if places != [c for c, kind in enumerate(region.kinds[other]) if kind]:
        return False
    return not any((row, c) in region.merges for row in (one, other) for c in places)


def _closed(region: Region, start: int, end: int) -> tuple[int, int]:
    """The rows of a block, grown so that no merged range crosses its edge."""
    first, last = start, end
    changed = True
    while changed:
        changed = False
        for row in (first, last):
            for column in range(region.width):
                merge = region.merges.get((row, column))
                if merge and (merge.top < first or merge.bottom > last):
                    first, last = min(first, merge.top), max(last, merge.bottom)
                    changed = True
        if last - first >= _DEEPEST:
            break
    return first, min(last, len(region.rows) - 1)


def _scored(region: Region, first: int, last: int, names: Sequence[Names]) -> Block | None:
    below = last + 1
    numbering = numbering_row(region.rows[below]) if below < len(region.rows) else False
    body = below + 1 if numbering else below
    paths = _paths(region, first, last)
    named = [column for column, path in enumerate(paths) if path]
    if not named:
        return None
    used = region.used_below[min(body, len(region.rows))]
    rows_below = max(used, default=0)
    weights = [min(n, 20) if n * 25 >= rows_below else 0 for n in used]
    total = sum(weights)
    own = {column for column in named if _own(region, first, last, column)}
    if total:
        coverage = sum(weights[c] for c in own) / total + 0.3 * sum(weights[c] for c in named if c not in own) / total
    else:
        coverage = 0.5 if body >= len(region.rows) else 0.0
    leaves = [paths[column][-1] for column in sorted(own)]
    words = sum(is_heading_word(text, names) for text in leaves) / max(1, len(leaves))
    valued = region.valued_below[min(body, len(region.rows))]
    mostly = [c for c in range(region.width) if weights[c] and valued[c] * 2 > used[c]]
    contrast = sum(c in own for c in mostly) / len(mostly) if mostly else 0.0
    cells = sum(kind != "" for row in range(first, last + 1) for kind in region.kinds[row])
    not_text = 1 - sum(region.labels[first : last + 1]) / max(1, cells)
    score = 3 * coverage + 2 * words + 1.5 * contrast + 1.5 * numbering - 3 * not_text
    score -= 1.2 * _letterhead(region, first, last) + 0.1 * (last - first) + 0.01 * min(first, 100)
    if any(len(text) > 150 for text in leaves) or sum(map(len, leaves)) > 50 * len(leaves):
        score -= 1
    score -= 1.0 * (1 - len({paths[c] for c in own}) / max(1, len(own)))
    score += 0.25 * _has_parents(paths)
    return Block(first, last, body, tuple(paths), score)


def _own(region: Region, first: int, last: int, column: int) -> bool:
    """Whether a column has a label of its own: not only a cell merged over several columns without one below it."""
    for row in range(last, first - 1, -1):
        if region.label(row, column):
            merge = region.merges.get((row, column))
            return merge is None or merge.left == merge.right or merge.left == column
    return False


def _letterhead(region: Region, first: int, last: int) -> float:
    """How many cells of the block begin like a letterhead or a title."""
    found = 0
    for row in range(first, last + 1):
        texts = [fold(clean(c)) for c in region.rows[row] if type(c) is str and c.strip()]
        hits = sum(bool(_LETTERHEAD.match(text)) for text in texts)
        if hits and (hits * 2 >= len(texts) or len(texts) <= 2):
            found += 1
        elif len(texts) == 1 and last > first and len(region.rows[row]) > 2:
            found += _lone(region, row)
    return float(found)


def _lone(region: Region, row: int) -> bool:
    """A row of one text over the whole table is a title, not a heading."""
    column = next(c for c, kind in enumerate(region.kinds[row]) if kind)
    merge = region.merges.get((row, column))
    return merge is None or (merge.top == merge.bottom and merge.right - merge.left + 1 >= region.width * 0.7)


def _has_parents(paths: Sequence[tuple[str, ...]]) -> bool:
    firsts = [path[0] for path in paths if len(path) > 1]
    return len(firsts) > len(set(firsts))


def _paths(region: Region, first: int, last: int) -> list[tuple[str, ...]]:
    """For each column the labels over it, outermost first. A label also covers the empty cells to its right when it
    stands over labels of its own and the file tells no merged ranges (a sheet saved as CSV)."""
    grid = [[region.label(row, c) for c in range(region.width)] for row in range(first, last + 1)]
    depth = last - first + 1
    for at in range(depth - 1):
        for c in range(1, region.width):
            place = (first + at, c - 1)
            if grid[at][c] or place in region.merges or (first + at, c) in region.merges:
                continue
            below = any(grid[lower][c] for lower in range(at + 1, depth))
            parent = any(grid[lower][c - 1] for lower in range(at + 1, depth))
            if below and parent and grid[at][c - 1] and not _starts_anew(grid, at, c):
                grid[at][c] = grid[at][c - 1]
    paths = []
    for c in range(region.width):
        path: list[str] = []
        previous: Merge | None = None
        for at in range(depth):
            merge = region.merges.get((first + at, c))
            if grid[at][c] and not (merge and merge is previous):
                path.append(grid[at][c])
            previous = merge
        paths.append(tuple(path))
    return paths


def _starts_anew(grid: list[list[str]], at: int, column: int) -> bool:
    """Whether a higher label begins at this column, so that the label to the left cannot reach over it."""
    return any(grid[upper][column] and grid[upper][column] != grid[upper][column - 1] for upper in range(at))


def numbering_row(row: Sequence[Raw]) -> bool:
    """A row that only numbers the columns: (1) (2) (3), A B 1 2 3, 1 2 3=1+2. Unbracketed it needs four cells."""
    digits: list[int] = []
    count = 0
    bracketed = True
    for cell in row:
        if cell == "":
            continue
        text = as_text(cell)
        match = _NUMBERING.match(text)
        if match is None:
            return False
        bracketed = bracketed and text[0] in "(["
        if match[1].isdecimal():
            digits.append(int(match[1]))
        elif count != ord(match[1]) - 65:
            return False
        count += 1
    in_order = len(digits) >= 2 and digits[0] <= 2 and all(b - a == 1 for a, b in pairwise(digits))
    return in_order and (bracketed or count >= 4)
