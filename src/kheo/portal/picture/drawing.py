"""A card of 1200 x 630 points in the colours of the look: lacquer, eggshell, a hairline of gold."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, EDGE = 1200, 630, 72
LACQUER, EGG, GOLD, SON, QUIET = "#271913", "#f3e6cd", "#b8913f", "#b3261b", "#d8c6a8"
FIELDS = {
    "economy": "#8d6212",
    "culture_society": "#8a2560",
    "defence_security": "#1f3f2a",
    "political_system": "#3b6ea5",
}
# Each file of the bundled fonts holds some letters; the first that has one draws it.
FILES = ("vietnamese", "latin", "latin-ext")
MOST_LINES = 4


@dataclass(frozen=True)
class Card:
    """The words of a picture."""

    title: str
    place: str
    field: str
    field_name: str
    movement: str
    notice: str = ""


@cache
def _fonts(weight: int, size: int) -> tuple[ImageFont.FreeTypeFont, ...]:
    folder = resources.files("kheo").joinpath("static/kheo/fonts")
    return tuple(
        ImageFont.truetype(io.BytesIO(folder.joinpath(f"be-vietnam-pro-{part}-{weight}.woff2").read_bytes()), size)
        for part in FILES
    )


def draw(card: Card) -> bytes:
    """The card as a PNG, the same bytes for the same words."""
    image = Image.new("RGB", (WIDTH, HEIGHT), LACQUER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((24, 24, WIDTH - 25, HEIGHT - 25), outline=GOLD, width=2)
    pen.rectangle((EDGE, 84, EDGE + 12, 132), fill=FIELDS.get(card.field, SON))
    _line(pen, (EDGE + 32, 88), card.field_name, 500, 34, QUIET)
    size = 60 if len(card.title) <= 70 else 48
    at = 176
    for line in _lines(card.title, size, WIDTH - 2 * EDGE):
        _line(pen, (EDGE, at), line, 600, size, EGG)
        at += round(size * 1.34)
    for line in _lines(card.place, 34, WIDTH - 2 * EDGE)[:1]:
        _line(pen, (EDGE, max(at + 16, 400)), line, 400, 34, QUIET)
    pen.line((EDGE, HEIGHT - 128, WIDTH - EDGE, HEIGHT - 128), fill=GOLD, width=1)
    pen.rectangle((EDGE, HEIGHT - 104, EDGE + 44, HEIGHT - 60), fill=SON)
    _line(pen, (EDGE + 64, HEIGHT - 106), "Kheo", 600, 36, EGG)
    _line(pen, (EDGE + 190, HEIGHT - 98), card.notice or card.movement, 400, 26, QUIET)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _lines(text: str, size: int, width: int) -> list[str]:
    """The text in lines that fit, at most four; the last ends in an ellipsis where there is more."""
    lines = [""]
    for word in _cut(text.split(), size, width):
        joined = f"{lines[-1]} {word}".strip()
        if _length(joined, 600, size) <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    if len(lines) > MOST_LINES:
        last = lines[MOST_LINES - 1]
        while last and _length(f"{last}…", 600, size) > width:
            last = last[:-1]
        lines = [*lines[: MOST_LINES - 1], f"{last.rstrip()}…"]
    return lines


def _cut(words: list[str], size: int, width: int) -> Iterator[str]:
    """The words, those longer than a line in pieces that are not."""
    for word in words:
        piece = ""
        for char in word:
            if piece and _length(piece + char, 600, size) > width:
                yield piece
                piece = ""
            piece += char
        yield piece


def _length(text: str, weight: int, size: int) -> float:
    return sum(font.getlength(run) for font, run in _runs(text, weight, size))


def _line(pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, weight: int, size: int, colour: str) -> None:
    """One line; the letters of each font file on the same ground line."""
    x, ground = at[0], at[1] + size
    for font, run in _runs(text, weight, size):
        pen.text((x, ground), run, font=font, fill=colour, anchor="ls")
        x += font.getlength(run)


def _runs(text: str, weight: int, size: int) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
    """The text in pieces, each with the font file that has its letters."""
    fonts = _fonts(weight, size)
    run, now = "", 1
    for char in text:
        at = _file_of(char)
        if at != now and run:
            yield fonts[now], run
            run = ""
        now, run = at, run + char
    if run:
        yield fonts[now], run


def _file_of(char: str) -> int:
    """Which file holds a letter: the same ranges as in fonts.css."""
    code = ord(char)
    if code < 0x100 or 0x2000 <= code < 0x2070:
        return 1
    if 0x1EA0 <= code <= 0x1EF9 or code in _VIETNAMESE:
        return 0
    return 2 if code < 0x2000 else 1


_VIETNAMESE = frozenset(map(ord, "ĂăĐđĨĩŨũƠơƯư\u0300\u0301\u0303\u0309\u0323"))
