"""One home for how text is stored, compared and sorted: NFC, folded keys, the Vietnamese alphabet, Arabic letters."""

from __future__ import annotations

import re
import unicodedata

# Letters that look like đ and are not (Ð U+00D0, ð U+00F0, Ɖ U+0189, ɖ U+0256); stored as the Vietnamese letter.
_D_LOOKALIKES = str.maketrans({"\u00d0": "\u0110", "\u0189": "\u0110", "\u00f0": "\u0111", "\u0256": "\u0111"})
# Characters nobody sees: zero-width marks, the byte-order mark, soft hyphen, direction marks.
_UNSEEN = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^\w]+|_", re.UNICODE)
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": None})


def clean(text: str) -> str:
    """Text as it is stored: NFC, one line, single spaces, no unseen characters, lookalikes of đ made đ."""
    return _SPACES.sub(" ", clean_lines(text)).strip()


def clean_lines(text: str) -> str:
    """As `clean`, but line breaks and inner spacing stay (long texts, cells with several lines)."""
    text = unicodedata.normalize("NFC", text).translate(_UNSEEN).translate(_D_LOOKALIKES)
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def unmark(text: str) -> str:
    """Text without marks: `Đường hoà` -> `Duong hoa`. đ becomes d (Unicode does not do that by itself)."""
    text = clean_lines(text).replace("\u0111", "d").replace("\u0110", "D")
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def fold(text: str) -> str:
    """Key for search and loose comparison: no marks, lower case, single spaces between words of letters and digits."""
    return _NOT_WORD.sub(" ", unmark(text).translate(_ARABIC).casefold()).strip()


def fold_tight(text: str) -> str:
    """The folded key of the unit tables (data/units README, rule 7): no marks, letters and digits only, no spaces."""
    return fold(text).replace(" ", "")


# Old and new style put the tone of oa, oe, uy on another vowel: hoà = hòa, thuỷ = thủy. `qu` is a consonant: quý stays.
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_OPEN_PAIR = re.compile(rf"(?<!q)([ou])([aey])([{_TONES}])(?![\w\u0300-\u036f])", re.IGNORECASE)


def same_tone_style(text: str) -> str:
    """Text with the tone of open `oa oe uy` moved to the first vowel (hoà -> hòa), NFC; other syllables untouched."""

    def move(match: re.Match[str]) -> str:
        first, second, tone = match.groups()
        pair = (first + second).lower()
        return first + tone + second if pair in {"oa", "oe", "uy"} else match.group(0)

    return unicodedata.normalize("NFC", _OPEN_PAIR.sub(move, unicodedata.normalize("NFD", clean_lines(text))))


def same_key(text: str) -> str:
    """Key for what people see as equal: marks kept, one tone style, one case, single spaces. hoà = hòa, Hòa != Hoa."""
    return _SPACES.sub(" ", same_tone_style(text)).strip().casefold()


_ALPHABET = "a ă â b c d đ e ê f g h i j k l m n o ô ơ p q r s t u ư v w x y z".split()
_LETTER = {letter: f"{i + 1:02x}" for i, letter in enumerate(_ALPHABET)}
_TONE = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}  # huyền hỏi ngã sắc nặng


def sort_key(text: str) -> str:
    """Stored key that sorts by the Vietnamese alphabet on any database (plain byte order, ASCII only).

    Letters first (a ă â b c d đ ...), then tones (ngang huyền hỏi ngã sắc nặng), then case. Other letters (Arabic,
    Cyrillic) follow by code point; digits come before letters, runs of digits by value.
    """
    letters: list[str] = []
    tones: list[str] = []
    for run in re.findall(r"\d+|\D", same_tone_style(clean(text)).casefold()):
        if run.isdecimal():
            value = str(int(run))
            letters.append(f"1{len(value):02d}{value}")
            continue
        base, tone = _letter(run)
        if base in _LETTER:
            letters.append("2" + _LETTER[base])
            tones.append(tone)
        elif base.isalpha():
            letters.append(f"3{ord(base[0]):06x}")
        elif run == " ":
            letters.append("0")
    return ("".join(letters) + "!" + "".join(tones))[:400]


def _letter(char: str) -> tuple[str, str]:
    parts = unicodedata.normalize("NFD", char)
    tone = next((_TONE[c] for c in parts if c in _TONE), "0")
    base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONE))
    return (base, tone) if base in _LETTER else (parts[0], tone)


def slug(text: str) -> str:
    """ASCII words joined by hyphens for addresses and file names: `Đường hoa thử` -> `duong-hoa-thu`."""
    return "-".join(re.findall(r"[a-z0-9]+", fold(text)))[:80].strip("-")
