"""Candles of a long range out of the archive, for a process that has no other use for what reads them.

The library for the archive's files takes 40 MB, and what it leaves behind another 10: they go with a copy of
this process that reads, into memory that both share.
"""

import mmap
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from bots.apart import apart
from schema.archive.candles import COLUMNS, Candles

MOST_HERE = 100_000
"""Candles that are read by the process itself: a copy of it costs 20 ms."""

_WIDTH = 8  # bytes of a number
_LONGEST = 600.0


def read_apart(read: Callable[[], Candles], most: int) -> Candles:
    """What `read` gives, at most `most` candles. Raises what it raises."""
    if most <= MOST_HERE:
        return read()
    shared = _Shared(most)
    with suppress(OSError):
        apart("botyard reading candles", lambda: shared.fill(read), _LONGEST)
    # Where it came to nothing, the same here tells why, or does better.
    return read() if shared.candles is None else shared.candles


def _column(kind: type, length: int) -> Any:
    return np.frombuffer(mmap.mmap(-1, length * _WIDTH), kind)


class _Shared:
    """Room for candles, in memory that a copy of this process shares."""

    def __init__(self, most: int) -> None:
        self._count = _column(np.int64, 1)
        # A piece of memory for each: one goes back to the system when nobody needs its column any longer.
        self._columns = {name: _column(np.int64 if name == "ts" else np.float64, most) for name in COLUMNS}
        self._count[0] = -1

    def fill(self, read: Callable[[], Candles]) -> None:
        """In the copy: read, and leave the candles here; nothing where that fails, or they are too many."""
        with suppress(Exception):
            found = read()
            for name, column in found.columns().items():
                self._columns[name][: len(found)] = column
            self._count[0] = len(found)

    @property
    def candles(self) -> Candles | None:
        """What the copy left; None where it did not come to that."""
        count = int(self._count[0])
        if count < 0:
            return None
        return Candles.of({name: column[:count] for name, column in self._columns.items()})
