"""Draws the picture of a shared link: knows no room, only words, colours and our own fonts."""

from kheo.portal.picture.drawing import Card, draw

__all__ = ["Card", "draw"]
