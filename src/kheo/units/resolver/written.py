"""How people write the name of a unit: type or abbreviation in front, parents behind, offices and villages around it.

Nothing here knows the units. The habits come from data/abbreviations.csv; offices and villages are listed below.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from kheo.base.text import clean, fold, same_key

_SAID_TYPES = ("thành phố", "thị xã", "thị trấn", "đặc khu", "phường", "quận", "huyện", "tỉnh", "xã")
_SAID_FRONTS = tuple((front, type_) for type_ in _SAID_TYPES for front in (type_, fold(type_)))
# Offices named with the unit they serve: "UBND xã ...", "Ủy ban MTTQ Việt Nam phường ...". The unit is meant.
_OFFICES = (
    "ubnd|uy ban nhan dan|hdnd|hoi dong nhan dan|uy ban mttq|ub mttq|ubmttq|mttq|mttqvn|"
    "uy ban mat tran to quoc|mat tran to quoc|uy ban mat tran|mat tran|viet nam|vn|dang uy|dang bo|"
    "thuong truc|ban thuong vu|btv|ban thuong truc|ban dan van|to dan van|khoi dan van|ban chi dao|bcd|"
    "dan van kheo|dvk|ban xay dung dang|ban tuyen giao|ban to chuc|va dan van|hoi lhpn|hoi lien hiep phu nu|"
    "hoi phu nu|lhpn|hoi nong dan|hnd|hoi cuu chien binh|hoi ccb|ccb|doan thanh nien|doan tncs|doan tn|"
    "doan tncs ho chi minh|dtn|thanh doan|huyen doan|xa doan|huyen uy|thanh uy|thi uy|tinh uy|quan uy|"
    "lien doan lao dong|ldld|cong doan|hoi nguoi cao tuoi|hoi chu thap do|cong an|ban chqs|bch quan su|"
    "ban chi huy quan su|trung tam phuc vu hanh chinh cong|trung tam chinh tri|phong van hoa xa hoi|van phong|"
    "cua|tai"
)
_OFFICE = re.compile(rf"(?:(?:{_OFFICES})\s+)+")
_VILLAGE = re.compile(
    r"(thôn|khu phố|kp|tổ dân phố|tdp|tổ|ấp|bản|buôn|bon|làng|khóm|xóm|tiểu khu|khu dân cư|khu|đội|cụm|đường|phố)"
    r"[\s.]+\S"
)
_ABBREVIATION = re.compile(r"([a-zđ](?:\.?[a-zđ])?)(\.\s*|\s+|(?=\d))(.+)")
_INNER = re.compile(
    r"\s+(?=(?:xã|phường|thị trấn|đặc khu|huyện|quận|thị xã|thành phố|tỉnh)\s|(?:xã|x|p|tt|h|q|tx|tp|t|đk)\.\s*\S)"
)
_CUTS = re.compile(r"\s*(?:[,;()\[\]/]|\sthuộc\s|\s[-–—]\s|\s-|-\s)\s*")
_NEVER_IN_A_NAME = re.compile(r"[,;()\[\]/]")
_EDGES = " .,:;-–—\"'“”‘’*()[]"
_CODE = re.compile(r"(?<!\d)\d{5}(?!\d)")
_SYLLABLE = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a piece of text: the types it says (None: it says none) and the name, as keys to compare."""

    types: frozenset[str] | None
    key: str  # folded, no spaces: the key of the unit tables
    same: str  # marks kept, no spaces
    syllables: tuple[str, ...]
    bare: bool = False  # the type was written without its marks ("Xa Tam Thanh"): the name too may have lost its own


class _Habits(NamedTuple):
    short: dict[str, frozenset[str]]  # types by Vietnamese abbreviation
    english: dict[str, frozenset[str]]  # types by English word
    names: dict[str, tuple[str, ...]]  # provinces by initials
    spelling: dict[str, str]  # syllables that are one although written in two ways


@lru_cache(maxsize=1)
def _habits() -> _Habits:
    """The habits of data/abbreviations.csv."""
    short: dict[str, set[str]] = defaultdict(set)
    english: dict[str, set[str]] = defaultdict(set)
    names: dict[str, list[str]] = defaultdict(list)
    spelling: dict[str, str] = {}
    text = resources.files("kheo.units").joinpath("data", "abbreviations.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        said, full = row["short"].casefold(), row["full"]
        if row["kind"] == "type" and row["lang"] == "vi":
            short[said.replace(".", "")].add(full)
        elif row["kind"] == "type":
            english[said.strip(".")].add(full)
        elif row["kind"] == "name":
            names[fold(said).replace(" ", "")].append(full)
        elif row["kind"] == "spelling" and fold(said) == fold(full):  # Đăk is Đắk; Ea is not Ia
            spelling[same_key(said)] = same_key(full)
    return _Habits(
        {k: frozenset(v) for k, v in short.items()},
        {k: frozenset(v) for k, v in english.items()},
        {k: tuple(dict.fromkeys(v)) for k, v in names.items()},
        spelling,
    )


@lru_cache(maxsize=20_000)
def name_reading(name: str, types: frozenset[str] | None = None) -> Reading:
    """The keys of a name without its type: 01 is 1, Đăk is Đắk, hoà is hòa, apostrophes and hyphens say nothing."""
    spelling = _habits().spelling
    syllables = tuple(
        spelling.get(s, s.lstrip("0") or "0" if s.isdecimal() else s) for s in _SYLLABLE.findall(same_key(name))
    )
    same = "".join(syllables)
    return Reading(types, fold(same).replace(" ", ""), same, syllables)


def same_marks(reading: Reading, same: str) -> int:
    """How the marks agree with a name of the same key: 2 all, 1 syllables without any were typed so, 0 they differ."""
    if reading.same == same:
        return 1 if reading.bare else 2
    letters = _letters(same)
    at = 0
    for syllable in reading.syllables:
        typed = _letters(syllable)
        if fold(syllable) != syllable and typed != letters[at : at + len(typed)]:
            return 0
        at += len(typed)
    return 1


def _letters(text: str) -> list[str]:
    found: list[str] = []
    for char in unicodedata.normalize("NFD", text):
        if unicodedata.combining(char) and found:
            found[-1] += char
        else:
            found.append(char)
    return found


def loose(key: str) -> str:
    """A still looser key, good for a question only: i and y, đắc and đắk, ngọc and ngok are one."""
    return key.replace("y", "i").replace("dac", "dak").replace("ngoc", "ngok")


def split_code(text: str) -> tuple[str, str]:
    """(code, the rest) of a text that carries a five-digit code beside the name; ("", text) of any other."""
    found = _CODE.findall(text)
    if len(found) != 1 or not re.search(r"[^\W\d_]", text):
        return "", text
    return found[0], clean(_CODE.sub(" ", text)).strip(_EDGES)


@lru_cache(maxsize=20_000)
def readings(text: str) -> tuple[Reading, ...]:
    """The ways to read one piece of text: with a type taken off the front (or, in English, the end), and as it is."""
    short, english, names, _ = _habits()
    text = same_key(text).strip(_EDGES)
    found: list[Reading] = []

    def add(types: frozenset[str] | None, name: str, *, bare: bool = False) -> None:
        name = name.strip(_EDGES)
        if not name:
            return
        reading = replace(name_reading(name, types), bare=bare)
        whole = types or frozenset({"tỉnh", "thành phố"})
        found.extend(name_reading(full, whole) for full in names.get(reading.key, ()))
        found.append(reading)

    said = _said_type(text)
    if said:
        add(frozenset({said[0]}), said[1], bare=not text.startswith(said[0]))
    if (match := _ABBREVIATION.fullmatch(text)) and (types := short.get(match[1].replace(".", ""))):
        add(types, match[3])
    words = text.split(" ")
    for n in (1, 2, 3) if text.isascii() or not said else ():
        if len(words) > n:
            if types := english.get(" ".join(words[-n:]).strip(".")):
                add(types, " ".join(words[:-n]))
            if types := english.get(" ".join(words[:n]).strip(".")):
                add(types, " ".join(words[n:]).removeprefix("of "))
    add(None, text)
    return tuple(dict.fromkeys(found))


def _said_type(text: str) -> tuple[str, str] | None:
    """A type written out in front, with its marks or with none at all, and the rest."""
    for front, type_ in _SAID_FRONTS:
        if text.startswith(front):
            rest = text[len(front) :]
            if rest and not rest[0].isalpha():
                return type_, rest.lstrip(" .:")
    return None


@dataclass(frozen=True, slots=True)
class Cut:
    """A text cut into the unit it names and what stands above it; not `sure` where an unknown word was left out."""

    unit: str
    above: tuple[str, ...]
    how: str = ""  # office, village, or nothing
    sure: bool = True


def cuts(text: str) -> list[Cut]:
    """The ways to cut a written text, most literal first; the first whose unit is known at all is the one meant."""
    text = clean(text).strip(_EDGES)
    rest = _without_office(text)
    how, pieces = ("office", _pieces(rest)) if rest else ("", _pieces(text))
    found = [] if _NEVER_IN_A_NAME.search(text) and len(pieces) > 1 else [Cut(text, ())]
    if rest and not _NEVER_IN_A_NAME.search(rest):
        found.append(Cut(rest, (), "office"))
    if len(pieces) > 1:
        typed = _said_type(same_key(pieces[0])) is not None
        found.append(Cut(pieces[0], tuple(pieces[1:]), how))
        if not typed or _level_falls(pieces):
            found.append(Cut(pieces[-1], tuple(pieces[:-1]), how))
        if not typed:
            village = _VILLAGE.match(same_key(pieces[0])) is not None
            found.append(Cut(pieces[1], tuple(pieces[2:]), "village" if village else how, sure=village))
        found.append(Cut(pieces[0], (), how, sure=False))
    return list(dict.fromkeys(found))


def _pieces(text: str) -> list[str]:
    """Cut at commas, brackets, spaced hyphens, and before a type that stands inside."""
    found = []
    for piece in _CUTS.split(text):
        lowered = same_key(piece)
        if len(lowered) != len(piece):  # a letter changed its length in lower case; do not cut inside
            found.append(piece)
            continue
        at = 0
        for match in _INNER.finditer(lowered):
            found.append(piece[at : match.start()])
            at = match.end()
        found.append(piece[at:])
    return [p for p in (piece.strip(_EDGES) for piece in found) if p]


_HEIGHT = {"tỉnh": 3, "thành phố": 2, "huyện": 2, "quận": 2, "thị xã": 2}


def _level_falls(pieces: list[str]) -> bool:
    """Whether the first piece says a higher level than the last: "Tỉnh Lâm Đồng, xã Hàm Thuận"."""
    first, last = _said_type(same_key(pieces[0])), _said_type(same_key(pieces[-1]))
    return first is not None and _HEIGHT.get(first[0], 1) > (_HEIGHT.get(last[0], 1) if last else 1)


def _without_office(text: str) -> str:
    """The text after its office words; "" when it begins with none."""
    match = _OFFICE.match(fold(text))
    if not match:
        return ""
    words = list(_SYLLABLE.finditer(text))
    office = len(match[0].split())
    return text[words[office - 1].end() :].strip(_EDGES) if office < len(words) else ""
