"""Appending trades to a session's trades file: O(1), durable before it counts, taken back if it fails."""

import contextlib
import errno
import os
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from schema.files import rows, trade_index
from schema.files.trades_mend import mend


class TradesWriter:
    """The one writer of a trades file (the session's lock makes it the only one).

    Attributes:
        count: trades in the file.
        mended: a sentence for the log where opening had to mend the file, else None.
    """

    def __init__(self, path: Path, header: Mapping[str, Any] | None = None) -> None:
        """Open or create, and mend.

        Args:
            header: fields of every trade that does not bring its own ("session", "exchange" ...): an array
                of trades has no other place for them.

        Raises:
            OSError: the file cannot be read, written or created.
        """
        self.path = path
        self._header = dict(header or {})
        self._file = self._index = -1
        self._unindexed: array[int] = array("Q")
        self.mended: str | None = None
        self._open()

    def _open(self) -> None:
        self.close()
        self.mended = mend(self.path)
        self._file = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
        self._index = os.open(trade_index.index_path(self.path), os.O_RDWR | os.O_CLOEXEC)
        self._size = os.fstat(self._file).st_size
        self._unindexed = array("Q")
        self.count = os.fstat(self._index).st_size // trade_index.ENTRY

    def append(self, trade: Mapping[str, Any]) -> int:
        """Add one trade. Returns its number, from 0. Raises as `extend`."""
        self.extend([trade])
        return self.count - 1

    def extend(self, trades: Sequence[Mapping[str, Any]]) -> None:
        """Add trades, all of them or none.

        One write puts their rows and a new closing bracket over the old one; once synced they count.

        Raises:
            OSError: disk full or failing. The file is as before, and the same trades may be given again.
            ValueError: a trade holds what JSON cannot (NaN, an unknown type). The file is as before.
        """
        encoded = [rows.encode({**self._header, **trade}) for trade in trades]
        if not encoded:
            return
        if os.fstat(self._file).st_size != self._size:  # an earlier write could not be taken back
            self._open()
        before = b",\n" if self.count else b"\n"
        bracket = self._size - len(rows.CLOSING)
        data = before + b",\n".join(encoded) + rows.CLOSING
        try:
            if os.pwrite(self._file, data, bracket) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
            os.fsync(self._file)
        except BaseException:
            self._take_back()
            raise
        self._size = bracket + len(data)
        self.count += len(encoded)
        self._add_to_index(_offsets(encoded, bracket + len(before)))

    def _take_back(self) -> None:
        """Restore the bracket and cut the file. Where even that fails, the next append mends first."""
        with contextlib.suppress(OSError):
            os.pwrite(self._file, rows.CLOSING, self._size - len(rows.CLOSING))
            os.ftruncate(self._file, self._size)
            os.fsync(self._file)

    def _add_to_index(self, offsets: Iterable[int]) -> None:
        """Never fails a trade that is already durable: what does not fit now is written with the next one."""
        self._unindexed.extend(offsets)
        data = trade_index.pack(self._unindexed)
        at = (self.count - len(self._unindexed)) * trade_index.ENTRY
        with contextlib.suppress(OSError):
            if os.pwrite(self._index, data, at) == len(data):
                self._unindexed = array("Q")

    def close(self) -> None:
        for descriptor in (self._file, self._index):
            if descriptor >= 0:
                os.close(descriptor)
        self._file = self._index = -1

    def __enter__(self) -> "TradesWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _offsets(encoded: Sequence[bytes], first: int) -> Iterator[int]:
    """Where each row begins."""
    for row in encoded:
        yield first
        first += len(row) + len(b",\n")
