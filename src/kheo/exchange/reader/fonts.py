"""Fonts that draw an old Vietnamese code: the only sure sign that a cell's letters are not what they seem."""

from __future__ import annotations

import re

_FONT = re.compile(r"^\.?vn(?!i-)[a-z ]|^vni[- ]|^vps ", re.IGNORECASE)
_NAMED = re.compile(r"\"(?:\.vn|vni[- ]|vps )", re.IGNORECASE)


def legacy_font(name: str) -> bool:
    """Whether a font is of TCVN3 (.VnTime …), VNI (VNI-Times …) or VPS."""
    return bool(_FONT.search(name))


def names_legacy_font(text: str) -> bool:
    """Whether a part of a workbook names such a font."""
    return bool(_NAMED.search(text))


def code_of(font: str) -> tuple[str, bool]:
    """The code a font draws, and whether it draws small letters as capitals (.VnTimeH)."""
    lowered = font.lower()
    if lowered.startswith("vni"):
        return "vni", False
    return ("vps", False) if lowered.startswith("vps") else ("tcvn3", lowered.endswith("h"))
