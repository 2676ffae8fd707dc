"""Photos drawn anew: only pixels survive, so no place, no owner, no comment and no second file hidden behind them."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image, ImageOps

from kheo.base.errors import Refused
from kheo.files import rules
from kheo.files.words import LONGEST_EDGE, MOST_PIXELS, FileType

# Our own limit is asked before anything is decoded; Pillow's would warn and go on.
Image.MAX_IMAGE_PIXELS = None

_QUALITY = 85
_SAVING: dict[str, dict[str, object]] = {
    FileType.JPEG: {"format": "JPEG", "quality": _QUALITY, "optimize": True},
    FileType.PNG: {"format": "PNG"},
    FileType.WEBP: {"format": "WEBP", "quality": _QUALITY},
}
# What Pillow's decoders raise on spoilt bytes.
_SPOILT = (OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError, EOFError, struct.error, zlib.error)


def cleaned_photo(data: bytes, kind: FileType, filename: str) -> tuple[bytes, int, int]:
    """The photo upright, its longest edge at most LONGEST_EDGE, nothing but pixels; with its width and height."""
    try:
        with Image.open(BytesIO(data), formats=[kind.upper()]) as opened:
            if opened.width * opened.height > MOST_PIXELS[kind]:
                raise Refused(rules.too_many_pixels(filename, opened.width, opened.height))
            opened.draft(
                None, (LONGEST_EDGE, LONGEST_EDGE)
            )  # a JPEG is decoded at 1/2, 1/4 or 1/8 where that is enough
            opened.load()
            photo = _plain(ImageOps.exif_transpose(opened), kind)
    except _SPOILT as fault:
        raise Refused(rules.damaged(filename)) from fault
    photo.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    photo.info.clear()  # profiles, comments and times would be written again from here
    out = BytesIO()
    photo.save(out, **_SAVING[kind])  # type: ignore[arg-type]
    return out.getvalue(), photo.width, photo.height


def _plain(photo: Image.Image, kind: FileType) -> Image.Image:
    """In one of the few modes every screen knows."""
    if kind != FileType.JPEG and photo.has_transparency_data:
        return photo.convert("RGBA")
    return photo.convert("L" if photo.mode in ("1", "L", "LA") else "RGB")
