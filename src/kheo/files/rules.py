"""What is kept and under which name: pure questions that answer with a Refusal or None. None reads the database."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from kheo.base.errors import Refusal
from kheo.base.text import clean, in_digits
from kheo.files.words import EXTENSION, EXTENSIONS, MB, MOST_BYTES, NAME_LENGTH

_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f-\x9f\u061c\u2028\u2029]+')  # not in a file name on some system
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_SHOWN = 80


def clean_name(filename: str, kind: str) -> str:
    """The name a file is kept under: NFC, no folders, nothing unseen, bounded, ending as its content asks."""
    name = clean(_FORBIDDEN.sub(" ", re.split(r"[/\\]", filename)[-1])).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if dot and ending.lower() in EXTENSIONS:
        name = stem.strip(". ")
    if not name or _RESERVED.fullmatch(name):
        name = f"file {name}".strip()
    ending = f".{EXTENSION[kind]}"
    name = name[: NAME_LENGTH - len(ending)].strip(". ")
    while len((name + ending).encode()) > 250:  # file systems count bytes
        name = name[:-1].strip()
    return name + ending


def shown(filename: str) -> str:
    """A name as a sentence may quote it: one line, nothing unseen, not endless."""
    name = clean(re.split(r"[/\\]", filename)[-1])
    return name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"


def why_not_size(size: int, filename: str) -> Refusal | None:
    """A file is bounded before it is read; `size` in bytes."""
    if size <= 0:
        return Refusal("files.empty", _("“%(name)s” is empty.") % {"name": shown(filename)})
    if size <= MOST_BYTES:
        return None
    text = _("“%(name)s” has %(size)s MB; at most %(limit)s MB are taken. Send a smaller one.")
    said = {"name": shown(filename), "size": in_digits(f"{-(-size // MB)}"), "limit": in_digits(f"{MOST_BYTES // MB}")}
    return Refusal("files.too_big", text % said)


def not_accepted(filename: str) -> Refusal:
    """By its content the file is none of the types that are kept, whatever its name says."""
    text = _(
        "“%(name)s” is not a file that is kept here. Accepted: JPEG, PNG or WebP photos, PDF, Word .docx, Excel .xlsx."
    )
    return Refusal("files.not_accepted", text % {"name": shown(filename)})


def damaged(filename: str) -> Refusal:
    """The content begins rightly and does not go on so."""
    text = _("“%(name)s” is cut off or damaged. Open it where it was made, save it again and send that.")
    return Refusal("files.damaged", text % {"name": shown(filename)})


def too_many_pixels(filename: str, width: int, height: int) -> Refusal:
    """A picture that would fill the memory when it is unpacked."""
    text = _("“%(name)s” has %(width)s × %(height)s pixels, more than a photo has. Make it smaller and send that.")
    said = {"name": shown(filename), "width": in_digits(str(width)), "height": in_digits(str(height))}
    return Refusal("files.too_many_pixels", text % said)


def macros(filename: str) -> Refusal:
    """A document that carries programs."""
    text = _("“%(name)s” carries macros or other programs, which are never kept. Save it without them and send that.")
    return Refusal("files.macros", text % {"name": shown(filename)})


def password(filename: str) -> Refusal:
    """A document nobody could read without its password."""
    text = _("“%(name)s” is protected by a password. Take the password off and send it again.")
    return Refusal("files.password", text % {"name": shown(filename)})


def bomb(filename: str) -> Refusal:
    """A document that unpacks into more than any document holds."""
    text = _("“%(name)s” unpacks into more than a document holds. Save it again where it was made and send that.")
    return Refusal("files.unpacks_too_large", text % {"name": shown(filename)})


def no_room(filename: str) -> Refusal:
    """The folder of contents cannot be written: a full disk, mostly."""
    text = _("The server has no room for “%(name)s” just now. Nothing was saved; tell the administrator.")
    return Refusal("files.no_room", text % {"name": shown(filename)})


def lost(name: str) -> Refusal:
    """The contents of a kept file are not where they were put."""
    text = _("The contents of “%(name)s” are missing on the server. The administrator finds them named by kheo doctor.")
    return Refusal("files.contents_lost", text % {"name": shown(name)})
