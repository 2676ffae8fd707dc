"""What the columns are called and what they mean: paths of merged heading cells, matched to an importer's meanings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from kheo.base.errors import Refusal
from kheo.base.text import clean, fold
from kheo.exchange.reader.shapes import Heading, letter

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")

# Words headings begin with in lists of any kind (folded): they help to find the row of headings, nothing else.
WORDS = frozenset(
    key
    for keys in (
        "stt|tt|so tt|so thu tu|no|ma|ma so|ma don vi|ma xa|ten|ten mo hinh|ten don vi|ho ten|ho va ten|don vi",
        "dia phuong|xa|phuong|xa phuong|huyen|tinh|thon|dia chi|linh vuc|loai|loai hinh|hinh thuc|so luong|so|tong",
        "tong so|cong|tong cong|ngay|thang|nam|quy|ky|thoi gian|thoi diem|bat dau|ket thuc|ghi chu|noi dung|muc tieu",
        "ket qua|trang thai|gia tri|kinh phi|so tien|dien tich|ty le|don vi tinh|dvt|so ho|so nguoi|chuc vu|chuc danh",
        "nguoi phu trach|dien thoai|email|cu|moi|tap the|ca nhan|gioi tinh|doi tuong|co quan|name|code|unit|date|value",
        "total|year|amount|title|status",
    )
    for key in keys.split("|")
)


@dataclass(frozen=True)
class Names:
    """A meaning's headings, folded. `choice` when the meaning is written `meaning=choice`."""

    meaning: str
    choice: str | None
    keys: tuple[str, ...]


def names_of(meanings: Mapping[str, Sequence[str]]) -> tuple[Names, ...]:
    """`{"title": ["Tên mô hình", …], "field=economy": ["Kinh tế", "KT"]}` ready for matching."""
    found = []
    for meaning, written in meanings.items():
        word, _equals, choice = meaning.partition("=")
        found.append(Names(word, choice or None, tuple(dict.fromkeys(fold(text) for text in written))))
    return tuple(found)


def key_of(text: str) -> str:
    """A heading's key: folded, what stands in brackets left out (`Giá trị (triệu đồng)` -> `gia tri`)."""
    return fold(_BRACKETS.sub(" ", text)) or fold(text)


def is_heading_word(text: str, names: Sequence[Names]) -> bool:
    """Whether a cell reads like a heading: a common word of headings or one an importer knows."""
    key = key_of(text)
    if not key:
        return False
    return key in WORDS or any(key in n.keys for n in names) or key.startswith(_STARTS)


_STARTS = ("stt ", "so ", "ten ", "ma ", "ngay ", "don vi ", "thoi gian ", "ho va ten ", "tong so ", "gia tri ")


def build(index: int, path: Sequence[str]) -> Heading:
    """A heading from its cells, outermost first. A column without any is called by its letter."""
    cells = tuple(text for text in (clean(p) for p in path) if text)
    text = " / ".join(cells) or letter(index)
    return Heading(index=index, path=cells, text=text, key=" / ".join(fold(cell) for cell in cells) or text)


def distinct(headings: Sequence[Heading]) -> list[Heading]:
    """Two columns of one name are told apart by their letters."""
    seen: set[str] = set()
    result = []
    for heading in headings:
        if heading.text in seen:
            heading = replace(heading, text=f"{heading.text} [{heading.letter}]")
        seen.add(heading.text)
        result.append(heading)
    return result


def understand(
    headings: Sequence[Heading], meanings: Mapping[str, Sequence[str]], remembered: Mapping[str, str]
) -> tuple[list[Heading], list[Refusal]]:
    """Gives each heading its meaning. `remembered`: heading key -> meaning, as a person chose for this sender before.

    Two columns that fit one meaning equally well are asked about, and neither gets it.
    """
    names = names_of(meanings)
    ranked = [(heading, *_best(heading, names, remembered)) for heading in headings]
    top: dict[tuple[str, str | None], list[tuple[int, Heading]]] = {}
    for heading, rank, found in ranked:
        if found is not None:
            top.setdefault((found[0], found[1]), []).append((rank, heading))
    asked: list[Refusal] = []
    winners: dict[int, tuple[str, str | None]] = {}
    for (meaning, choice), fits in top.items():
        best = min(rank for rank, _heading in fits)
        first = [heading for rank, heading in fits if rank == best]
        if len(first) == 1:
            winners[first[0].index] = (meaning, choice)
        else:
            text = _("Columns %(columns)s all read as the same thing: say which one is meant.")
            columns = ", ".join(heading.name for heading in first)
            facts: dict[str, object] = {"meaning": meaning, "columns": [h.key for h in first]}
            asked.append(Refusal("exchange.heading_twice", text % {"columns": columns}, None, first[0].name, facts))
    return [_with(h, winners.get(h.index)) for h, _rank, _found in ranked], asked


def _with(heading: Heading, found: tuple[str, str | None] | None) -> Heading:
    return replace(heading, meaning=found[0], choice=found[1]) if found else heading


_NONE = 99


def _best(
    heading: Heading, names: Sequence[Names], remembered: Mapping[str, str]
) -> tuple[int, tuple[str, str | None] | None]:
    """The meaning that fits a heading best and how well (0 best)."""
    if heading.key in remembered:
        meaning, _equals, choice = remembered[heading.key].partition("=")
        return 0, ((meaning, choice or None) if meaning else None)
    if not heading.path:
        return _NONE, None
    if under := _under_a_meaning(heading, names):
        return 1, under
    leaf, whole = heading.path[-1], " ".join(heading.path)
    tries: tuple[tuple[int, str], ...] = (
        (2, fold(whole)),
        (3, fold(leaf)),
        (4, key_of(leaf)),
    )
    for rank, key in tries:
        for name in names:
            if key in name.keys:
                return rank, (name.meaning, name.choice)
    return _near(key_of(leaf), names)


def _under_a_meaning(heading: Heading, names: Sequence[Names]) -> tuple[str, str | None] | None:
    """A column under a heading that is a meaning: its own label says which choice (`Lĩnh vực` over `KT`)."""
    leaf = key_of(heading.path[-1])
    for above in heading.path[:-1]:
        for name in names:
            if name.choice is None and key_of(above) in name.keys:
                choices = [n for n in names if n.meaning == name.meaning and n.choice]
                if choices:
                    known = next((n.choice for n in choices if leaf in n.keys), heading.path[-1])
                    return name.meaning, known
    return None


# Headings that begin like others and mean something else.
_APART = frozenset({"don vi tinh", "dvt", "so luong don vi"})


def _near(key: str, names: Sequence[Names]) -> tuple[int, tuple[str, str | None] | None]:
    """A heading that lists the choices of a meaning, holds a known one as whole words (longest wins), or has a slip."""
    if key in _APART:
        return _NONE, None
    padded = f" {key} "
    listed: dict[str, set[str]] = {}
    for name in names:
        if name.choice and any(f" {known} " in padded for known in name.keys):
            listed.setdefault(name.meaning, set()).add(name.choice)
    for meaning, choices in listed.items():
        if len(choices) > 1:
            return 5, (meaning, None)
    best: tuple[int, int, Names] | None = None
    for name in names:
        for known in name.keys:
            if name.choice is None and len(known) >= 4 and f" {known} " in padded:
                rank = 6 if padded.startswith(f" {known} ") else 7
            elif len(known) >= 8 and abs(len(known) - len(key)) <= 2 and fuzz.ratio(known, key) >= 92:
                rank = 8
            else:
                continue
            if best is None or (rank, -len(known)) < best[:2]:
                best = (rank, -len(known), name)
    return (best[0], (best[2].meaning, best[2].choice)) if best else (_NONE, None)
