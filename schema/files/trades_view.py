"""One consistent look at a trades file that may grow meanwhile: how many whole rows and where each begins."""

import os
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from schema.files import rows, trade_index

_RETRY_AFTER = 0.005  # seconds: an append is one write; if the end is still torn then, its writer is gone
_CHUNK = 1 << 20


class TradesView:
    """Row offsets of an open trades file: the index as far as it is right, and what a scan found behind it.

    Attributes:
        count: whole rows.
        torn: the file does not end in the closing bracket: a write is going on, or was cut short.
    """

    def __init__(self, file: int, index: int | None) -> None:
        self._file = file
        self._index = index
        self._size = os.fstat(file).st_size
        self._indexed = self._usable_entries()
        self._behind: array[int] = array("Q")
        self.end = 0
        self._scan(self._last_indexed())
        self.count = self._indexed + len(self._behind)
        self.torn = os.pread(file, len(rows.CLOSING), self.end) != rows.CLOSING

    def _usable_entries(self) -> int:
        if self._index is None:
            return 0
        entries = os.fstat(self._index).st_size // trade_index.ENTRY
        if not entries:
            return 0
        last = trade_index.read_entries(self._index, entries - 1, 1)[0]
        fits = 0 < last < self._size and os.pread(self._file, 2, last - 1) == b"\n{"
        return entries - 1 if fits else 0  # the last one is found again by the scan, which also finds its end

    def _last_indexed(self) -> int:
        if self._indexed and self._index is not None:
            return trade_index.read_entries(self._index, self._indexed, 1)[0]
        return 0

    def _scan(self, start: int) -> None:
        """Find whole rows from `start` to the end of the file."""
        self.end = start or len(rows.OPENING)
        rest, at = b"", start
        while chunk := self._read(at + len(rest), _CHUNK):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._take(at, line)
                at += len(line) + 1
        self._take(at, rest)

    def _take(self, at: int, line: bytes) -> None:
        """Count a line if it is a row; a torn one at the end of the file may still begin with a whole row."""
        row = line.removesuffix(b",") if rows.looks_whole(line) else rows.leading(line)
        if row is not None:
            self._behind.append(at)
            self.end = at + len(row)

    def _read(self, at: int, length: int) -> bytes:
        """Bytes of the file as long as it was when it was opened."""
        return os.pread(self._file, max(min(length, self._size - at), 0), at)

    def offset(self, row: int) -> int:
        """Where a row begins; for the row behind the last one where the last one ends."""
        if row >= self.count:
            return self.end
        if row >= self._indexed or self._index is None:
            return self._behind[row - self._indexed]
        return trade_index.read_entries(self._index, row, 1)[0]

    def lines(self, first: int, stop: int) -> list[bytes]:
        """Rows `first` to `stop` (exclusive) as bytes, without commas and line ends."""
        start, end = self.offset(first), self.offset(stop)
        block = os.pread(self._file, end - start, start)
        return [line.removesuffix(b",") for line in block.split(b"\n") if line.startswith(b"{")]


@contextmanager
def open_view(path: Path) -> Iterator[TradesView | None]:
    """A look at the file, retried once where a write is going on. None where there is no file."""
    try:
        index: int | None = os.open(trade_index.index_path(path), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        index = None
    file = -1
    try:
        with suppress(FileNotFoundError):
            file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        view = TradesView(file, index) if file >= 0 else None
        if view is not None and view.torn:
            time.sleep(_RETRY_AFTER)
            view = TradesView(file, index)
        yield view
    finally:
        for descriptor in (file, index):
            if descriptor is not None and descriptor >= 0:
                os.close(descriptor)
