"""OLE compound files, the container of old Office files: streams are taken out by bounded steps."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from kheo.exchange.reader import guard

_END = 0xFFFFFFFE
_FREE = 0xFFFFFFFF


@dataclass(frozen=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int


class CompoundFile:
    """The streams of an OLE compound file. Raises `Refused` for a damaged one; every chain is bounded."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        if len(data) < 512:
            raise guard.damaged()
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise guard.damaged()
        self._sector = 1 << shift
        (directory,) = struct.unpack_from("<I", data, 48)
        self._cutoff, mini_start = struct.unpack_from("<II", data, 56)
        self._fat = self._read_fat()
        self.entries = self._read_directory(directory)
        root = next((e for e in self.entries if e.kind == 5), None)
        self._mini = self._chain(root.start) if root else b""
        mini_fat = self._chain(mini_start) if mini_start not in (_END, _FREE) else b""
        self._mini_fat = struct.unpack(f"<{len(mini_fat) // 4}I", mini_fat[: len(mini_fat) // 4 * 4])

    def names(self) -> set[str]:
        return {entry.name for entry in self.entries}

    def stream(self, name: str) -> bytes:
        """A stream's content, b"" when there is none of that name."""
        entry = next((e for e in self.entries if e.kind == 2 and e.name == name), None)
        if entry is None:
            return b""
        if entry.size >= self._cutoff:
            return self._chain(entry.start)[: entry.size]
        pieces = []
        at, left = entry.start, len(self._mini_fat)
        while at < len(self._mini_fat) and left > 0:
            pieces.append(self._mini[at * 64 : at * 64 + 64])
            at, left = self._mini_fat[at], left - 1
        return b"".join(pieces)[: entry.size]

    def _at(self, number: int) -> bytes:
        start = (number + 1) * self._sector
        return self._data[start : start + self._sector]

    def _read_fat(self) -> tuple[int, ...]:
        numbers = list(struct.unpack_from("<109I", self._data, 76))
        (following,) = struct.unpack_from("<I", self._data, 68)
        width = self._sector // 4
        limit = len(self._data) // self._sector + 1
        while following not in (_END, _FREE) and limit > 0:
            block = self._at(following)
            if len(block) < self._sector:
                raise guard.damaged()
            words = struct.unpack(f"<{width}I", block)
            numbers.extend(words[:-1])
            following, limit = words[-1], limit - 1
        blocks = [self._at(n) for n in numbers[: len(self._data) // self._sector + 1] if n < 0xFFFFFFFA]
        fat = b"".join(blocks)
        return struct.unpack(f"<{len(fat) // 4}I", fat[: len(fat) // 4 * 4])

    def _chain(self, start: int) -> bytes:
        pieces = []
        at, left = start, len(self._fat)
        while at < len(self._fat) and left > 0:
            pieces.append(self._at(at))
            at, left = self._fat[at], left - 1
        return b"".join(pieces)

    def _read_directory(self, start: int) -> list[_Entry]:
        directory = self._chain(start)
        entries = []
        for at in range(0, len(directory) - 127, 128):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            first, size = struct.unpack_from("<II", directory, at + 116)
            if kind and 2 <= length <= 64:
                name = directory[at : at + length - 2].decode("utf-16-le", "replace")
                entries.append(_Entry(name, kind, first, size))
        return entries
