"""Walks the public pages as a reader without an account does, inside this process, and says what is wrong with each."""

from kheo.portal.crawler.walking import KINDS, Fault, Walk, walk

__all__ = ["KINDS", "Fault", "Walk", "walk"]
