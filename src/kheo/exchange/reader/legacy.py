"""Old Vietnamese codes: known by the font of a cell or by what the letters would spell, converted, and asked about.

TCVN3 (.Vn fonts), VNI, VISCII and VPS put Vietnamese letters on other letters' places: nothing fails, the text is only
wrong (`X· Hßa Th¾ng`). A code is recognised when the converted words are Vietnamese syllables and the written ones are
not. The conversion tables are those of viparse.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from kheo.base.errors import Refusal
from kheo.exchange.reader.fonts import code_of
from kheo.exchange.reader.shapes import Grid

CODES = ("tcvn3", "vni", "viscii", "vps")
NAMES = {
    "tcvn3": "TCVN3 (ABC)",
    "vni": "VNI",
    "viscii": "VISCII",
    "vps": "VPS",
    "cp1258": "Windows-1258",
    "cp1252": "Windows-1252",
    "utf-8-twice": "UTF-8",
}
_SAMPLE = 4_000

_ONSETS = "ngh ng nh th tr ph kh gh gi ch qu b c d đ g h k l m n p q r s t v x".split(" ")
_RIMES = frozenset(
    rime
    for rimes in (
        "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et",
        "ê êch êm ên êng ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach oai oam",
        "oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oem oen oeo oet oi om on ong ooc oong op ot ô ôc ôi",
        "ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uên uênh uêt ui um un ung uôc uôi uôm uôn",
        "uông uôt uơ up ut uy uya uych uyên uyêt uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt",
        "ươu ưt ưu y yêm yên yêng yêt yêu",
    )
    for rime in rimes.split(" ")
)
_WORD = re.compile(r"[^\W\d_]+")
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))


# The first letter of a cell in a text file: no separator in prose stands right before a letter.
_CELL_START = re.compile(r"(^|[,;\t|]\"?)([^\W\d_])", re.MULTILINE)


@dataclass(frozen=True)
class Found:
    """A text read from an old code, which code it was, and the question whether that is right."""

    text: str
    encoding: str
    question: Refusal


@lru_cache(maxsize=20_000)
def is_syllable(word: str) -> bool:
    """Whether a word is spelt as a Vietnamese syllable: onset, rime, and only two tones before c, ch, p, t."""
    parts = unicodedata.normalize("NFD", word.lower())
    tones = [char for char in parts if ord(char) in _TONES]
    bare = unicodedata.normalize("NFC", parts.translate(_TONES))
    if len(tones) > 1:
        return False
    rime = next((bare[len(o) :] for o in _ONSETS if bare.startswith(o) and bare[len(o) :] in _RIMES), bare)
    if rime not in _RIMES:
        return False
    return not (rime.endswith(("c", "ch", "p", "t")) and tones and tones[0] not in "\u0301\u0323")


def spelling(texts: Iterable[str]) -> tuple[int, int]:
    """(syllables, words) among the words that hold a letter outside ASCII."""
    good = words = 0
    for text in texts:
        for word in _WORD.findall(unicodedata.normalize("NFC", text)):
            if not word.isascii():
                words += 1
                good += is_syllable(word)
    return good, words


# In VNI a capital carries its mark as a capital; many wrote the small one.
_VNI_CAPITAL = re.compile("([AEOUY])([ùøûõïâáàåãäêéèëúüăöôñ])")


@lru_cache(maxsize=50_000)
def convert(text: str, code: str) -> str:
    """Text of an old code in Unicode. Text without any letter of the code comes back as it was."""
    if text.isascii():
        return text
    if code == "utf-8-twice":
        try:
            return b"".join(_as_1252(char) for char in text).decode("utf-8")
        except UnicodeError:
            return text
    if code == "cp1258":
        try:
            return unicodedata.normalize("NFC", text.encode("latin-1").decode("cp1258"))
        except UnicodeError:
            return text
    from viparse import fix  # 0.2 s to import: only when a file needs it

    if code == "vni":
        text = _VNI_CAPITAL.sub(lambda m: m[1] + m[2].upper(), text)
    return "\n".join(fix(line, encoding=code) for line in text.split("\n"))


def _as_1252(char: str) -> bytes:
    """The byte a careless reader took for this letter; the holes of Windows-1252 came through as they were."""
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        return char.encode("latin-1")


def recognise(texts: Sequence[str], codes: Sequence[str] = (*CODES, "utf-8-twice")) -> str | None:
    """The old code of these texts, or None: most converted words must be syllables, and far more than as written."""
    sample = [text for text in texts if not text.isascii()][:_SAMPLE]
    now, words = spelling(sample)
    before = now / words if words else 1.0
    best, best_share = None, 0.0
    for code in codes:
        turned = [convert(text, code) for text in sample]
        good, count = spelling(turned)
        share = good / count if count else 0.0
        if code == "utf-8-twice" and turned == sample:
            continue
        if count and share > best_share:
            best, best_share = code, share
    return best if best_share >= 0.8 and best_share > before + 0.25 else None


def decode(data: bytes) -> Found | None:
    """Bytes that are not UTF-8, as the Vietnamese code they spell best; None when they spell none."""
    latin = data.decode("latin-1")
    code = recognise(latin[:200_000].splitlines(), (*CODES, "cp1258"))
    if code is None:
        return None
    text = "\n".join(convert(line, code) for line in latin.split("\n"))
    if code == "tcvn3":
        text = _CELL_START.sub(lambda m: m[1] + raised(m[2]), text)
    return Found(text, code, question(code))


def raised(text: str) -> str:
    """Starts a text with a capital again where TCVN3 had none for it: `ủy ban` -> `Ủy ban`."""
    first = text[:1]
    return first.upper() + text[1:] if first.islower() and len(unicodedata.normalize("NFD", first)) > 1 else text


def question(code: str) -> Refusal:
    """Asks for consent to a conversion, telling what it cannot bring back."""
    name = NAMES.get(code, code)
    if code == "tcvn3":
        text = _(
            "The letters are in the old code %(code)s and were converted: look at the rows and agree before saving. "
            "This code has no capital letters with tones, so their capitals are lost (‘ủy ban’ for ‘Ủy ban’); "
            "only the first letter of a cell was made a capital again."
        )
    else:
        text = _("The letters are in the code %(code)s and were converted: look at the rows and agree before saving.")
    return Refusal("exchange.encoding_asked", text % {"code": name}, facts={"encoding": code})


def mend(grid: Grid) -> str | None:
    """Converts a sheet's cells in place: by their fonts when the file tells them, else by what they spell.

    Gives the code found, None when the sheet needs nothing.
    """
    found = _mend_by_font(grid) if grid.fonts else None
    sample: list[str] = []
    for row in grid.rows:
        sample.extend(cell for cell in row if type(cell) is str and not cell.isascii())
        if len(sample) > _SAMPLE:
            break
    if not sample or not any(_suspect(text) for text in sample):
        return found
    code = recognise([text for text in sample if _suspect(text)])
    if code is None:
        return found
    for row in grid.rows:
        for at, cell in enumerate(row):
            if type(cell) is str and not cell.isascii() and _suspect(cell):
                row[at] = _better(cell, code)
    return code


# Letters from Ā to ư (but those Windows-1252 has) and from Ạ to ỹ.
_PROPER = re.compile("[\u0100-\u0151\u0154-\u015f\u0162-\u0177\u0179-\u017c\u017f-\u0191\u0193-\u01b0\u1ea0-\u1ef9]")


def _suspect(text: str) -> bool:
    """Letters outside ASCII, none of them proper to Vietnamese in Unicode (đ, ơ, ư, ă and the doubly marked)."""
    return not text.isascii() and not _PROPER.search(text)


def _better(text: str, code: str) -> str:
    turned = convert(text, code)
    if spelling([turned])[0] < spelling([text])[0]:
        return text
    return raised(turned) if code == "tcvn3" else turned


def _mend_by_font(grid: Grid) -> str | None:
    codes: set[str] = set()
    for (row, column), font in grid.fonts.items():
        line = grid.rows[row] if row < len(grid.rows) else []
        cell = line[column] if column < len(line) else ""
        if type(cell) is not str or not cell:
            continue
        code, capitals = code_of(font)
        turned = convert(cell, code)
        if turned != cell:
            codes.add(code)
        if code == "tcvn3":
            turned = turned.upper() if capitals else raised(turned)
        line[column] = turned
    return next(iter(sorted(codes)), None)
