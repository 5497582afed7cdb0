"""The equity curve `<id>.equity`: JSON lines behind a header line.

    {"header":1,"session":"<id>","exchange":"sandbox","market":"XBTUSD","settle":"BTC","start":1}
    [1706000205.0,1.0123,0.5]

A row is [Unix seconds, equity, drawdown in percent], in the settlement currency ("USD" for pairs). The
curve is to look at; trades and snapshot are the truth. So a full disk never stops trading here: rows wait.
"""

import contextlib
import json
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any

from schema.files import exact
from schema.files.aside import keep_aside
from schema.files.atomic import write_atomic
from schema.files.downsample import EquityPoint, downsample

_WAITING = 100_000  # rows kept in memory while the disk is full; beyond that the oldest go
_BLOCK = 64 * 1024

Number = float | Decimal


@dataclass(frozen=True)
class EquityHeader:
    """What a curve is of. `settle` is its currency, `start` the equity it began with."""

    session: str
    exchange: str
    market: str
    settle: str
    start: Number


class EquityWriter:
    """The one writer of a session's curve.

    Attributes:
        mended: a sentence for the log where opening had to mend the file, else None.
        dropped: rows that were given up because the disk stayed full.
    """

    def __init__(
        self,
        path: Path,
        session: str,
        exchange: str,
        market: str,
        settle: str,
        start: Number,
        buffer_rows: int = 1,
    ) -> None:
        """Open or create, mend a torn end, continue.

        Args:
            buffer_rows: rows that are written together; a backtest takes many, a live session one.

        Raises:
            OSError: the file cannot be created, read or written.
        """
        self.path = path
        self.dropped = 0
        self.mended: str | None = None
        self._buffer_rows = buffer_rows
        self._waiting: deque[bytes] = deque()
        header = EquityHeader(session, exchange, market, settle, start)
        if path.exists() and _header(_first_line(path)) is None:
            kept = keep_aside(path)
            self.mended = f"{path.name} had no header; kept as {kept.name}, started anew"
        if not path.exists():
            write_atomic(path, exact.dumps({"header": 1, **asdict(header)}).encode() + b"\n")
        self._descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
        self._size = self._mend()

    def _mend(self) -> int:
        size = os.fstat(self._descriptor).st_size
        whole = _whole_end(self._descriptor, size)
        if whole < size:
            os.ftruncate(self._descriptor, whole)
            self.mended = f"mended the torn end of {self.path.name}: cut {size - whole} bytes"
        return whole

    def append(self, ts: float, equity: Number, drawdown: Number) -> None:
        """Add one row. Never raises OSError: what cannot be written now is tried again with the next rows.

        Raises ValueError for NaN and infinities.
        """
        self._waiting.append(_row(ts, equity, drawdown))
        if len(self._waiting) < self._buffer_rows:
            return
        if len(self._waiting) > max(_WAITING, self._buffer_rows):
            self._waiting.popleft()
            self.dropped += 1
        self.flush()

    def flush(self) -> bool:
        """Write what waits. False where the disk did not take it; it waits on."""
        if not self._waiting:
            return True
        data = b"".join(self._waiting)
        try:
            if os.fstat(self._descriptor).st_size != self._size:  # half a row that could not be taken back
                os.ftruncate(self._descriptor, self._size)
            written = os.write(self._descriptor, data)
        except OSError:
            return False
        if written != len(data):
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self._size)
            return False
        self._size += written
        self._waiting.clear()
        return True

    def close(self) -> None:
        if self._descriptor >= 0:
            self.flush()
            os.close(self._descriptor)
        self._descriptor = -1

    def __enter__(self) -> "EquityWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class EquityReader:
    """Reads one curve, also while it grows. A file that is not there (yet) has no points."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def header(self) -> EquityHeader | None:
        try:
            return _header(_first_line(self.path))
        except FileNotFoundError:
            return None

    def count(self) -> int:
        """Rows, without looking into them."""
        try:
            with self.path.open("rb") as file:
                blocks = iter(lambda: file.read(1 << 20), b"")
                return max(sum(block.count(b"\n") for block in blocks) - 1, 0)
        except FileNotFoundError:
            return 0

    def points(
        self, wanted: int | None = None, start: float | None = None, end: float | None = None
    ) -> list[EquityPoint]:
        """The curve, or its part from `start` to `end` (exclusive), in at most `wanted` points.

        Extremes are kept, see `downsample`. The file is read twice and never held whole.
        """
        if wanted is None:
            return list(self._between(start, end))
        if wanted < 1:
            raise ValueError("a curve has at least one point")
        whole = start is None and end is None
        total = self.count() if whole else sum(1 for _ in self._between(start, end))
        # Rows that came since they were counted are left for the next time: the last one counted is the last.
        return list(downsample(self._between(start, end), total, wanted))

    def first(self) -> EquityPoint | None:
        """The oldest point."""
        points, _ = self.behind(0, _BLOCK)
        return points[0] if points else None

    def last(self) -> EquityPoint | None:
        """The newest point, read from the end."""
        try:
            with self.path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                block = os.pread(file.fileno(), _BLOCK, max(size - _BLOCK, 0))
        except FileNotFoundError:
            return None
        points = (_point(line + b"\n") for line in reversed(block.split(b"\n")[:-1]))
        return next((point for point in points if point), None)

    def behind(self, position: int, most: int = 1 << 18) -> tuple[list[EquityPoint], int]:
        """Whole rows behind a position in bytes (0: all of them), from at most `most` bytes, and the position
        behind them; the same position where there are none (yet).
        """
        try:
            with self.path.open("rb") as file:
                block = os.pread(file.fileno(), most, position)
        except FileNotFoundError:
            return [], position
        whole = block[: block.rfind(b"\n") + 1]
        points = (_point(line) for line in whole.splitlines(keepends=True))
        return [point for point in points if point], position + len(whole)

    def _between(self, start: float | None, end: float | None) -> Iterator[EquityPoint]:
        for point in self:
            if (start is None or point.ts >= start) and (end is None or point.ts < end):
                yield point

    def __iter__(self) -> Iterator[EquityPoint]:
        try:
            with self.path.open("rb") as file:
                for line in file:
                    if point := _point(line):
                        yield point
        except FileNotFoundError:
            return


def _row(ts: float, equity: Number, drawdown: Number) -> bytes:
    if type(equity) is float and type(drawdown) is float and isfinite(ts + equity + drawdown):
        return f"[{float(ts)!r},{equity!r},{drawdown!r}]\n".encode()
    return exact.dumps([ts, equity, drawdown]).encode() + b"\n"


def _point(line: bytes) -> EquityPoint | None:
    """The point in a line; None for the header, a torn end, or anything else."""
    if not (line.startswith(b"[") and line.endswith(b"]\n")):
        return None
    try:
        ts, equity, drawdown = line[1:-2].split(b",")
        return EquityPoint(float(ts), float(equity), float(drawdown))
    except ValueError:
        return None


def _first_line(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.readline(_BLOCK)


def _header(line: bytes) -> EquityHeader | None:
    try:
        raw: Any = json.loads(line, parse_float=Decimal)
    except ValueError:
        return None
    if not isinstance(raw, dict) or raw.get("header") != 1 or not line.endswith(b"\n"):
        return None
    session, exchange, market, settle = (
        str(raw.get(name, "")) for name in ("session", "exchange", "market", "settle")
    )
    return EquityHeader(session, exchange, market, settle, raw.get("start", 0))


def _whole_end(descriptor: int, size: int) -> int:
    """Position behind the last whole row (or the header)."""
    end = size
    while end > 0:
        start = max(end - _BLOCK, 0)
        block = os.pread(descriptor, end - start, start)
        line = block[block.rfind(b"\n", 0, -1) + 1 :]
        if _point(line) or (line.endswith(b"\n") and end - len(line) == 0):
            return end
        end -= len(line)
    return 0
