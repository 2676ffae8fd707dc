"""The mark that keeps text from running in a csv: put on the way out, taken off on the way in.

A csv has no cell types, so a spreadsheet takes `=1+1`, `+84 ...`, `-5`, `@thu` (and their full-width twins) for
formulas. Such text leaves with one apostrophe before it; text that already has apostrophes there gets one more, so
that taking one off gives back every letter. Numbers are not text and leave bare. A workbook needs no mark: its cells
are typed.
"""

from __future__ import annotations

import re

_RUNS = re.compile(r"'*\s*[=+\-@\t\r\n＝＋－＠−]")
_MARKED = re.compile(r"'+\s*[=+\-@\t\r\n＝＋－＠−]")


def guard(text: str) -> str:
    """The text as a csv may hold it: `=1+1` leaves as `'=1+1`, all other text as it is."""
    return f"'{text}" if _RUNS.match(text) else text


def unguard(text: str) -> str:
    """The text as it was before `guard`; a csv reader calls this on every cell of text."""
    return text[1:] if _MARKED.match(text) else text
