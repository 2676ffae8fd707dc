"""Words and numbers that tell what a row is: running numbers of several depths, totals, notes, signatures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kheo.base.text import fold
from kheo.exchange.reader.shapes import Grid, Heading, Raw
from kheo.exchange.reader.table import kind_of

SERIAL_KEYS = frozenset({"stt", "tt", "so tt", "so thu tu", "s tt", "no", "thu tu"})

# How deep a running number stands: A, I, 1 (1.1 is one deeper), a), a dash, none at all.
LETTER, ROMAN, NUMBER, SMALL, BULLET, UNNUMBERED = 1.0, 2.0, 3.0, 8.0, 9.0, 10.0

_TOTAL_STARTS = ("tong", "cong", "tota", "toan", "ca n", "sum", "gran", "subt")
_TOTAL = re.compile(
    r"^(tong cong|tong so|tong|cong chung|cong|total|grand total|subtotal|sum|ca nuoc|"
    r"toan (tinh|huyen|xa|phuong|quoc|thanh pho))"
    r"( (so|cac|toan|chung|cua|theo|nhom|muc|phan|huyen|xa|phuong|tinh|thanh pho|thi xa|quan|khoi|linh vuc|mo hinh|"
    r"trang|cong|[ivx]+|[a-z]|\d+)( .*)?)?$"
)
_WHOLE = re.compile(r"^(tong cong|tong so|tong|total|grand total|cong chung|toan |ca nuoc)")
_NOTE = re.compile(r"^(ghi chu|luu y|chu thich|nguon|chu y|giai thich|note|source)\b")
_SIGNATURE = re.compile(
    r"^(nguoi lap|nguoi tong hop|lap bieu|tm |t m |kt |tl |tuq |thua |thu truong|chu tich|pho chu tich|truong ban|"
    r"pho truong ban|truong thon|bi thu|pho bi thu|giam doc|chu nhiem|truong phong|da ky|ky ten|ky ghi ro|noi nhan|"
    r"xac nhan|nguoi duyet|ban thuong truc|ngay thang nam|.{0,40}ngay \d* ?thang \d* ?nam \d*$)"
)
_ROMAN = re.compile(r"^(?=[IVXLC])(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})$")
_TOKEN = re.compile(r"^\(?((?:\d{1,3})(?:\.\d{1,3})*|[IVXLC]{1,7}|[A-ZĐ]|[a-zđ]|[-+*•–])[.)/:]?\)?$")
PREFIX = re.compile(r"^\(?([IVXLC]{1,7}|[A-ZĐ]|\d{1,2})\s*[.)/:\-–]\s*(\S.+)$", re.DOTALL)


@lru_cache(maxsize=8192)
def _start(letters: str) -> str:
    return fold(letters)


def is_total(label: Raw) -> bool:
    """Whether a label is that of a row of sums: Tổng cộng, Cộng I, Tổng số xã; not `Cộng đồng`, not `Tổng vệ sinh`."""
    if type(label) is not str or not _start(label[:6]).startswith(_TOTAL_STARTS):
        return False
    key = fold(label)
    return not key.startswith("cong dong") and bool(_TOTAL.match(key))


def is_bare_total(label: str) -> bool:
    """Whether a label is nothing but the word for a total: then a running number before it changes nothing."""
    return is_total(label) and fold(label) in {"tong cong", "tong so", "tong", "cong", "cong chung", "total"}


def is_whole_total(label: str) -> bool:
    """Whether a row of sums is about the whole table by its words (a bare `Cộng` is not)."""
    return bool(_WHOLE.match(fold(label)))


def is_note(text: str) -> bool:
    """Whether a text begins like a note under a table."""
    return bool(_NOTE.match(fold(text)))


def is_signature(text: str) -> bool:
    """Whether a text belongs to a block of signatures: an office, a place and day, `(đã ký)`."""
    return bool(_SIGNATURE.match(fold(text)))


class Tokens:
    """Reads running numbers one after the other: C after B is a letter, else it is a Roman hundred."""

    def __init__(self) -> None:
        self._last_letter = ""

    def level(self, cell: Raw) -> float | None:
        """How deep a running number stands; None when the cell is not one."""
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return NUMBER
        match = _TOKEN.match(cell.strip()) if type(cell) is str else None
        if match is None:
            return None
        token = match[1]
        if token[0].isdigit():
            return NUMBER + token.count(".")
        if len(token) == 1 and token.isupper() and token.isalpha():
            if not _ROMAN.match(token) or (self._last_letter and ord(token) == ord(self._last_letter) + 1):
                self._last_letter = token
                return LETTER
            return ROMAN
        if _ROMAN.match(token):
            return ROMAN
        if len(token) > 1:
            return None
        return SMALL if token.isalpha() else BULLET


def serial_column(headings: Sequence[Heading], grid: Grid, body: int) -> int | None:
    """The column of running numbers: by its heading, else a nameless first one that holds little else."""
    for heading in headings[:3]:
        key = fold(heading.path[-1]) if heading.path else ""
        if key in SERIAL_KEYS or key.startswith("stt "):
            return heading.index
    first = [row[0] for row in grid.rows[body : body + 200] if row and kind_of(row[0])]
    if len(first) < 2 or not headings or headings[0].path:
        return None
    tokens = Tokens()
    return 0 if sum(tokens.level(cell) is not None for cell in first) >= 0.8 * len(first) else None
