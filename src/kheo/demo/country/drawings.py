"""Pictures for models that never were: drawn by us, flat and plainly no photographs, the same at every build."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping
from functools import cache

from PIL import Image, ImageDraw

from kheo.initiatives.words import Field

SIZE = 900, 600
GROUND = 380  # where the earth begins, in pixels from above
# Sky, hills, earth: a morning, a noon, an evening.
LIGHTS = (("#fbe3c0", "#8fb08c", "#c9d8a5"), ("#cfe6f2", "#7fa58a", "#b9d19a"), ("#f3c9a8", "#8c7f96", "#c8b58a"))
Draw = ImageDraw.ImageDraw


@cache
def drawings() -> Mapping[str, bytes]:
    """Every picture as a PNG by its name: three lights for each field."""
    return {f"{code}-{at}": _picture(code, at) for code in Field.values for at in range(len(LIGHTS))}


def _picture(code: str, at: int) -> bytes:
    sky, hills, earth = LIGHTS[at]
    image = Image.new("RGB", SIZE, sky)
    draw, chance = ImageDraw.Draw(image), random.Random(f"{code}{at}")  # noqa: S311 - a picture, no secret
    draw.ellipse((680, 60, 780, 160), fill="#f2a65a")
    for left in (-150, 180, 520):
        draw.ellipse((left, 230 + chance.randrange(40), left + 560, 560), fill=hills)
    draw.rectangle((0, GROUND, *SIZE), fill=earth)
    SCENES[code](draw, chance)
    out = io.BytesIO()
    image = image.quantize(32)
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _house(draw: Draw, left: int, wall: str = "#f6efe2") -> None:
    draw.rectangle((left, GROUND - 90, left + 150, GROUND + 30), fill=wall)
    draw.polygon(((left - 20, GROUND - 90), (left + 75, GROUND - 160), (left + 170, GROUND - 90)), fill="#a33b2a")
    draw.rectangle((left + 60, GROUND - 30, left + 95, GROUND + 30), fill="#6b4a34")


def _person(draw: Draw, left: int, below: int, colour: str) -> None:
    draw.ellipse((left + 8, below - 84, left + 36, below - 56), fill="#d9a47c")
    draw.polygon(((left, below), (left + 22, below - 60), (left + 44, below)), fill=colour)
    draw.polygon(((left - 4, below - 70), (left + 22, below - 96), (left + 48, below - 70)), fill="#e8d7a8")


def _rows_of_crops(draw: Draw, chance: random.Random) -> None:
    _house(draw, 90)
    for row in range(6):
        y = GROUND + 40 + row * 32
        for x in range(20 + row * 7, 880, 46):
            draw.ellipse((x, y, x + 26, y + 20), fill=chance.choice(("#4d7c3a", "#5f8f45", "#6e9c4f")))
    _person(draw, 640, GROUND + 130, "#7a4b8a")


def _road_of_flowers(draw: Draw, chance: random.Random) -> None:
    draw.polygon(((380, GROUND), (520, GROUND), (760, SIZE[1]), (140, SIZE[1])), fill="#d8cfc0")
    _house(draw, 610)
    for step in range(70):
        down = step / 70
        y = int(GROUND + down * (SIZE[1] - GROUND))
        for x in (370 - int(down * 250), 530 + int(down * 250)):
            x += chance.randrange(-14, 14)
            size = 5 + int(down * 12)
            draw.ellipse((x, y - size, x + size * 2, y + size), fill=chance.choice(("#d6455d", "#f0c24b", "#b65fb0")))
    _person(draw, 250, GROUND + 60, "#2f6f6a")


def _lamps_and_gate(draw: Draw, chance: random.Random) -> None:
    draw.rectangle((0, GROUND + 60, SIZE[0], GROUND + 140), fill="#8b8780")
    for x in (80, 240, 720, 880):  # none before the gate
        draw.rectangle((x, GROUND - 170, x + 8, GROUND + 60), fill="#4a4a4a")
        draw.ellipse((x - 16, GROUND - 200, x + 24, GROUND - 160), fill=chance.choice(("#ffe9a8", "#ffdf8a")))
    # The gate of a village: two walls, a board over the way, a roof of tiles with upturned eaves.
    for left in (330, 570):
        draw.rectangle((left, GROUND - 120, left + 60, GROUND + 60), fill="#ecd9b4")
        draw.rectangle((left - 6, GROUND - 132, left + 66, GROUND - 118), fill="#d8c096")
    draw.rectangle((390, GROUND - 120, 570, GROUND - 70), fill="#ecd9b4")
    draw.rectangle((405, GROUND - 110, 555, GROUND - 82), fill="#a33b2a")
    draw.polygon(
        ((290, GROUND - 142), (330, GROUND - 130), (630, GROUND - 130), (670, GROUND - 142), (600, GROUND - 180),
         (360, GROUND - 180)),
        fill="#8a4a38",
    )  # fmt: skip
    for x, colour in ((180, "#3a6b45"), (690, "#3a6b45")):
        _person(draw, x, GROUND + 150, colour)


def _meeting(draw: Draw, chance: random.Random) -> None:
    draw.rectangle((250, GROUND - 150, 650, GROUND + 40), fill="#f1e3c8")
    draw.polygon(((220, GROUND - 150), (450, GROUND - 240), (680, GROUND - 150)), fill="#a33b2a")
    for x in (290, 390, 490, 590):
        draw.rectangle((x, GROUND - 100, x + 34, GROUND + 40), fill="#8c6a4a")
    for at in range(9):
        colour = chance.choice(("#7a4b8a", "#2f6f6a", "#3b5b8c", "#a35a2a"))
        _person(draw, 110 + at * 80, GROUND + 120 + (at % 2) * 50, colour)


SCENES: Mapping[str, Callable[[Draw, random.Random], None]] = {
    Field.ECONOMY: _rows_of_crops,
    Field.CULTURE_SOCIETY: _road_of_flowers,
    Field.DEFENCE_SECURITY: _lamps_and_gate,
    Field.POLITICAL_SYSTEM: _meeting,
}
