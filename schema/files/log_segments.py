"""The files that one log consists of: <id>.log, and .1, .2 ... behind it, each older than the one before."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from schema.files import log_lines
from schema.files.log_lines import LogHeader

_BLOCK = 64 * 1024
_LONGEST_HEADER = 8 * 1024


def rotated(path: Path, number: int) -> Path:
    """Path of the log itself (0) or of its n-th rotation."""
    return path.with_name(f"{path.name}.{number}") if number else path


@dataclass(frozen=True)
class Segment:
    """One open file of a log.

    Attributes:
        base, end: logical offsets of its first byte and of the byte behind its last (when it was opened).
    """

    descriptor: int
    header: LogHeader
    end: int

    @property
    def base(self) -> int:
        return self.header.base

    def read(self, start: int, stop: int) -> bytes:
        """Bytes between two logical offsets."""
        return os.pread(self.descriptor, stop - start, start - self.base)

    def align(self, offset: int) -> int:
        """The beginning of the first line at or behind `offset`."""
        if offset <= self.base + self.header.length:
            return self.base + self.header.length
        at = offset - 1
        while at < self.end:
            block = self.read(at, min(at + _BLOCK, self.end))
            if (found := block.find(b"\n")) >= 0:
                return at + found + 1
            at += max(len(block), 1)
        return self.end

    def forward(self, start: int) -> Iterator[tuple[int, bytes]]:
        """Whole lines from `start` on, which is the beginning of one: logical offset and bytes."""
        rest, at = b"", start
        while at + len(rest) < self.end:
            block = self.read(at + len(rest), min(at + len(rest) + _BLOCK, self.end))
            if not block:
                return
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                yield at, line + b"\n"
                at += len(line) + 1

    def backward(self, before: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Whole lines from the last one (that ends before an offset) to the first; a torn end is left out."""
        first = self.base + self.header.length
        at, rest = self.whole_end(before), b""  # rest: the end of a line whose beginning lies before `at`
        while at > first:
            start = max(first, at - _BLOCK)
            block = self.read(start, at) + rest
            lines = block.split(b"\n")[:-1]
            offset = start + len(block)
            for line in reversed(lines if start == first else lines[1:]):
                offset -= len(line) + 1
                yield offset, line + b"\n"
            at, rest = start, lines[0] + b"\n"

    def whole_end(self, before: int | None = None) -> int:
        """The offset behind the last whole line (that ends before an offset)."""
        first = self.base + self.header.length
        at = self.end if before is None else min(self.end, before - 1)
        while at > first:
            start = max(first, at - _BLOCK)
            if (found := self.read(start, at).rfind(b"\n")) >= 0:
                return start + found + 1
            at = start
        return first


def open_segment(path: Path) -> Segment | None:
    """Open one file of a log; None where it is missing or has no header (yet)."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    beginning = os.pread(descriptor, _LONGEST_HEADER, 0)
    header = log_lines.decode_header(beginning[: beginning.find(b"\n") + 1])
    if header is None:
        os.close(descriptor)
        return None
    return Segment(descriptor, header, header.base + os.fstat(descriptor).st_size)


@contextmanager
def open_segments(path: Path, back_to: int = 0) -> Iterator[list[Segment]]:
    """Open the files of a log, oldest first, as far back as logical offset `back_to` needs.

    They are opened newest first, the way a rotation moves files too: so none is missed, one may be met twice.
    Two missing numbers in a row end the search; one is missing for a moment in a rotation.
    """
    segments: list[Segment] = []
    try:
        number = missing = 0
        while missing < 2 and not (segments and segments[0].base <= back_to):
            segment = open_segment(rotated(path, number))
            number += 1
            missing = 0 if segment else missing + 1
            if segment and segments and segment.base >= segments[0].base:
                os.close(segment.descriptor)
            elif segment:
                segments.insert(0, segment)
        yield segments
    finally:
        for segment in segments:
            os.close(segment.descriptor)
