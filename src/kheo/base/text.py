"""One home for how text is stored, compared and sorted: NFC, folded keys, the Vietnamese alphabet, Arabic letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from django.utils import translation

# Letters that look like đ and are not (Ð U+00D0, ð U+00F0, Ɖ U+0189, ɖ U+0256); stored as the Vietnamese letter.
_D_LOOKALIKES = str.maketrans({"\u00d0": "\u0110", "\u0189": "\u0110", "\u00f0": "\u0111", "\u0256": "\u0111"})
# Characters nobody sees: zero-width marks, the byte-order mark, soft hyphen, direction marks.
_UNSEEN = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CARE = re.compile(  # what `clean_lines` changes besides composing; texts without any are left alone
    "[" + "".join(map(chr, (*_UNSEEN, *_D_LOOKALIKES))) + r"\x00-\x08\x0b-\x1f\x7f]"
)
_NOT_WORD = re.compile(r"[^\w]+|_", re.UNICODE)
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": None})


def clean(text: str) -> str:
    """Text as it is stored: NFC, one line, single spaces, no unseen characters, lookalikes of đ made đ."""
    return " ".join(clean_lines(text).split())


def clean_lines(text: str) -> str:
    """As `clean`, but line breaks and inner spacing stay (long texts, cells with several lines)."""
    if not text:
        return text
    text = unicodedata.normalize("NFC", text)
    if _CARE.search(text):
        text = text.translate(_UNSEEN).translate(_D_LOOKALIKES)
        text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.strip()


class _Letters(dict[int, str]):
    """A table for `str.translate` that works each letter out once: lists of 200,000 names are folded in a second."""

    def __init__(self, letter: Callable[[str], str]) -> None:
        super().__init__()
        self._letter = letter

    def __missing__(self, code: int) -> str:
        found = self[code] = self._letter(chr(code))
        return found


def _without_marks(char: str) -> str:
    char = char.replace("\u0111", "d").replace("\u0110", "D")
    return "".join(c for c in unicodedata.normalize("NFD", char) if not unicodedata.combining(c))


_UNMARKED = _Letters(_without_marks)
_FOLDED = _Letters(lambda char: _without_marks(char).translate(_ARABIC).casefold())


def unmark(text: str) -> str:
    """Text without marks: `Đường hoà` -> `Duong hoa`. đ becomes d (Unicode does not do that by itself)."""
    return clean_lines(text).translate(_UNMARKED)


def fold(text: str) -> str:
    """Key for search and loose comparison: no marks, lower case, single spaces between words of letters and digits."""
    return _NOT_WORD.sub(" ", clean_lines(text).translate(_FOLDED)).strip()


def fold_tight(text: str) -> str:
    """The folded key of the unit tables (data/units README, rule 7): no marks, letters and digits only, no spaces."""
    return fold(text).replace(" ", "")


# Old and new style put the tone of oa, oe, uy on another vowel: hoà = hòa, thuỷ = thủy. `qu` is a consonant: quý stays.
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_OPEN_PAIR = re.compile(rf"(?<!q)([ou])([aey])([{_TONES}])(?![\w\u0300-\u036f])", re.IGNORECASE)


# Where a tone could stand on the second letter at all; most texts have no such place and are left alone.
_MAY_MOVE = re.compile("[ouOU][àảãáạèẻẽéẹỳỷỹýỵÀẢÃÁẠÈẺẼÉẸỲỶỸÝỴ]")


def same_tone_style(text: str) -> str:
    """Text with the tone of open `oa oe uy` moved to the first vowel (hoà -> hòa), NFC; other syllables untouched."""

    def move(match: re.Match[str]) -> str:
        first, second, tone = match.groups()
        pair = (first + second).lower()
        return first + tone + second if pair in {"oa", "oe", "uy"} else match.group(0)

    text = unicodedata.normalize("NFC", clean_lines(text))
    if not _MAY_MOVE.search(text):
        return text
    return unicodedata.normalize("NFC", _OPEN_PAIR.sub(move, unicodedata.normalize("NFD", text)))


def same_key(text: str) -> str:
    """Key for what people see as equal: marks kept, one tone style, one case, single spaces. hoà = hòa, Hòa != Hoa."""
    return " ".join(same_tone_style(text).split()).casefold()


_ALPHABET = "a ă â b c d đ e ê f g h i j k l m n o ô ơ p q r s t u ư v w x y z".split()
_LETTER = {letter: f"{i + 1:02x}" for i, letter in enumerate(_ALPHABET)}
_TONE = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}  # huyền hỏi ngã sắc nặng


def sort_key(text: str) -> str:
    """Stored key that sorts by the Vietnamese alphabet on any database (plain byte order, ASCII only).

    Letters first (a ă â b c d đ ...), then tones (ngang huyền hỏi ngã sắc nặng), then case. Other letters (Arabic,
    Cyrillic) follow by code point; digits come before letters, runs of digits by value.
    """
    text = same_tone_style(clean(text)).casefold()
    letters = _DIGITS.sub(_by_value, text).translate(_LETTER_KEYS)
    return (letters + "!" + text.translate(_TONE_KEYS))[:400]


def _by_value(run: re.Match[str]) -> str:
    value = str(int(run.group()))
    return f"1{len(value):02d}{value}"


def _letter(char: str) -> tuple[str, str]:
    parts = unicodedata.normalize("NFD", char)
    tone = next((_TONE[c] for c in parts if c in _TONE), "0")
    base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONE))
    return (base, tone) if base in _LETTER else (parts[0], tone)


def _letter_key(char: str) -> str:
    base, _tone = _letter(char)
    if base in _LETTER:
        return "2" + _LETTER[base]
    if base.isalpha():
        return f"3{ord(base[0]):06x}"
    return {" ": "0"}.get(char, char if char in "0123456789" else "")  # digits were put by value before


_LETTER_KEYS = _Letters(_letter_key)
_TONE_KEYS = _Letters(lambda char: _letter(char)[1] if _letter(char)[0] in _LETTER else "")
_DIGITS = re.compile(r"\d+")


def slug(text: str) -> str:
    """ASCII words joined by hyphens for addresses and file names: `Đường hoa thử` -> `duong-hoa-thu`."""
    return "-".join(re.findall(r"[a-z0-9]+", fold(text)))[:80].strip("-")


_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def in_digits(text: str) -> str:
    """The same text with the digits of the reader's language."""
    return text.translate(_ARABIC_DIGITS) if (translation.get_language() or "").startswith("ar") else text


def day_text(day: date) -> str:
    """A day inside a sentence, as the forms of the movement write it, in the reader's digits: 05/11/2025."""
    return in_digits(day.strftime("%d/%m/%Y"))


def apart(name: str) -> str:
    """A name in a sentence that runs the other way: isolated, so that brackets and commas stay in their place."""
    return f"\u2068{name}\u2069" if translation.get_language_bidi() else name
