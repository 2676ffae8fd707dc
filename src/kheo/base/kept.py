"""What hardly ever changes and every page asks for: kept in the process, asked again at most a second late."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")
EVERY = 1.0  # seconds between two looks at whether anything changed
_all: list[Kept[Any, Any]] = []


class Kept(Generic[K, V]):
    """Values by key, forgotten as soon as `stamp` (one cheap query) answers otherwise; looked at once a second.

    Only for what may be a second old in another process: names on the map, which role holds which power. Whoever
    writes it says `forget`; for some seconds nothing is kept then, as the transaction may still be taken back.
    """

    def __init__(self, stamp: Callable[[], object], *, most: int) -> None:
        self._stamp, self._most = stamp, most
        self._kept: dict[K, V] = {}
        self._seen: object = None
        self._next = self._off = 0.0
        _all.append(self)

    def values(self) -> dict[K, V]:
        """The values that still hold; the caller adds what it had to ask for."""
        now = time.monotonic()
        if now < self._off:
            return {}
        if now >= self._next:
            seen = self._stamp()
            if seen != self._seen:
                self._kept, self._seen = {}, seen
            self._next = now + EVERY
        if len(self._kept) > self._most:
            self._kept = {}
        return self._kept

    def forget(self) -> None:
        """Keep nothing until the transaction of now is surely over."""
        self._kept, self._seen = {}, None
        self._off = time.monotonic() + 5 * EVERY

    def begin_anew(self, *, look_after: float) -> None:
        """As if the process had just started, and had looked; for tests, whose databases are put back behind it."""
        self._kept, self._off, self._next = {}, 0.0, time.monotonic() + look_after


def all_kept() -> list[Kept[Any, Any]]:
    """Everything that is kept in this process."""
    return _all
