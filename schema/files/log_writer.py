"""Writing a session's log: one write a line, rotated by size, and never a reason for trading to stop."""

import contextlib
import errno
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from schema.files import log_lines
from schema.files.aside import keep_aside
from schema.files.log_lines import LogHeader
from schema.files.log_segments import open_segment, open_segments, rotated

_WINDOW = 2 * log_lines.LONGEST


class LogWriter:
    """The one writer of a session's log (the session's lock makes it the only one).

    Attributes:
        end: logical offset behind the last line.
        dropped: lines that could not be written and that the log has not told of yet.
        mended: a sentence for the log where opening had to mend the file, else None.
    """

    def __init__(
        self,
        path: Path,
        session: str,
        exchange: str,
        market: str,
        max_bytes: int = 10_000_000,
        keep: int = 5,
        run: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Open or create, continue the offsets, and mend a torn end.

        Args:
            max_bytes: a file is rotated before it would grow beyond this.
            keep: rotated files to keep (.1 to .keep); 0 keeps none.
            run: number of the launch, told in every line.
            clock: wall clock for lines without a time of their own.

        Raises:
            OSError: the file cannot be created, read or written.
        """
        self.path = path
        self.run = run
        self.dropped = 0
        self.mended: str | None = None
        self._names = (session, exchange, market)
        self._max_bytes = max_bytes
        self._keep = keep
        self._clock = clock
        self._why_dropped = ""
        self._descriptor = -1
        self._base = self._header_length = self._position = 0
        self._torn = False  # behind `_position` lies half a line that could not be taken back yet
        self._open()

    def write(self, level: str, message: str, data: Any = None, ts: float | None = None) -> int | None:
        """Add one line. Returns its logical offset, None where it had to be dropped.

        Never raises: a full disk costs lines, which are counted, and told of once there is space again.
        """
        try:
            return self._write(level, message, data, ts)
        except OSError as error:
            self.dropped += 1
            self._why_dropped = error.strerror or str(error)
            return None

    def _write(self, level: str, message: str, data: Any, ts: float | None) -> int:
        now = self._clock()
        if self.dropped:
            lost = f"{self.dropped} log lines were lost here: {self._why_dropped}"
            self._put(log_lines.encode(now, "warn", lost, self.run))
            self.dropped = 0
        return self._put(log_lines.encode(now if ts is None else ts, level, message, self.run, data))

    def _put(self, line: bytes) -> int:
        if self._position + len(line) > self._max_bytes and self._position > self._header_length:
            self._rotate()
        if self._torn:
            os.ftruncate(self._descriptor, self._position)
            self._torn = False
        try:
            if os.write(self._descriptor, line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            self._torn = True
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self._position)
                self._torn = False
            raise
        offset = self.end
        self._position += len(line)
        return offset

    @property
    def end(self) -> int:
        return self._base + self._position

    def _open(self) -> None:
        self._beside.unlink(missing_ok=True)
        if self.path.exists() and not self._adopt():
            kept = keep_aside(self.path)
            self.mended = f"{self.path.name} had no header; kept as {kept.name}, started anew"
            self._create(self._end_of_rotated() + kept.stat().st_size)
        elif not self.path.exists():
            self._create(self._end_of_rotated())

    def _adopt(self) -> bool:
        """Continue the file that is there; False where it is none of ours."""
        segment = open_segment(self.path)
        if segment is None:
            return False
        os.close(segment.descriptor)
        self._use(segment.header)
        whole = _whole_end(self._descriptor, self._header_length, self._position)
        if whole < self._position:
            self.mended = f"mended the torn end of {self.path.name}: cut {self._position - whole} bytes"
            os.ftruncate(self._descriptor, whole)
            self._position = whole
        return True

    def _end_of_rotated(self) -> int:
        """Where the offsets go on without a current file: a crash in a rotation left the older ones."""
        with open_segments(self.path) as segments:
            return segments[-1].end if segments else 0

    def _create(self, base: int) -> None:
        header = self._new_file(base)
        self._beside.rename(self.path)
        self._use(header)

    @property
    def _beside(self) -> Path:
        return self.path.with_name(f".{self.path.name}.new")

    def _new_file(self, base: int) -> LogHeader:
        """Write the next file beside, with its header: under its name no reader ever meets it without one."""
        line = log_lines.encode_header(LogHeader(*self._names, base))
        self._beside.write_bytes(line)
        return LogHeader(*self._names, base, len(line))

    def _use(self, header: LogHeader) -> None:
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
        self._base = header.base
        self._header_length = header.length
        self._position = os.fstat(self._descriptor).st_size
        self._torn = False

    def _rotate(self) -> None:
        """Start the next file. Where that fails the current one is written on, beyond its size."""
        try:
            header = self._new_file(self.end)
            self._shift()
            self._beside.rename(self.path)
        except OSError:
            return
        os.close(self._descriptor)
        self._use(header)

    def _shift(self) -> None:
        """Move the files up by one, oldest first, as far as the first free number."""
        if not self._keep:
            return
        numbers = range(1, self._keep + 1)
        free = next((n for n in numbers if not rotated(self.path, n).exists()), self._keep)
        for number in range(free, 0, -1):
            rotated(self.path, number - 1).replace(rotated(self.path, number))

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1

    def __enter__(self) -> "LogWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _whole_end(descriptor: int, first: int, end: int) -> int:
    """Position behind the last line that is whole and readable."""
    while end > first:
        start = max(first, end - _WINDOW)
        block = os.pread(descriptor, end - start, start)
        line = block[block.rfind(b"\n", 0, -1) + 1 :]
        if line.endswith(b"\n") and log_lines.decode(line) is not None:
            return end
        end -= len(line)
    return first
