"""Reading a session's log over its rotations: from the end, from an offset, by filter, or whole."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, takewhile
from pathlib import Path

from schema.files import log_lines
from schema.files.log_lines import LogHeader, Record
from schema.files.log_segments import Segment, open_segments

_EVERYTHING = -1


@dataclass(frozen=True)
class LogLine:
    """One line: where it begins, where the next one begins, and what it says."""

    offset: int
    next_offset: int
    record: Record


@dataclass(frozen=True)
class LogFilter:
    """Which lines are wanted; None wants all.

    Attributes:
        levels: any of these.
        text: found in the message, in any case.
        start, end: Unix seconds, the end exclusive.
    """

    levels: frozenset[str] | None = None
    text: str | None = None
    start: float | None = None
    end: float | None = None

    def matches(self, record: Record) -> bool:
        return (
            (self.levels is None or record.get("level") in self.levels)
            and (self.text is None or self.text.casefold() in str(record.get("message", "")).casefold())
            and (self.start is None or record.get("ts", 0) >= self.start)
            and (self.end is None or record.get("ts", 0) < self.end)
        )


@dataclass(frozen=True)
class LogChunk:
    """Lines in the order they were written.

    Attributes:
        next_offset: read on from here.
        lost: bytes that were asked for and are gone, rotated away; not silently skipped.
        reset: the offset asked for lies beyond the end, so it belongs to another log; this is from the start.
    """

    lines: list[LogLine]
    next_offset: int
    lost: int = 0
    reset: bool = False


@dataclass(frozen=True)
class LogPage:
    """Some lines, and how many there are in all (of those that the filter wants)."""

    lines: list[LogLine] = field(default_factory=list)
    total: int = 0


class LogReader:
    """Reads the log of one session. A log that is not there (yet) has no lines and ends at 0."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def header(self) -> LogHeader | None:
        """Header of the newest file: session, exchange, market."""
        with open_segments(self.path, back_to=1 << 62) as segments:
            return segments[-1].header if segments else None

    def first_offset(self) -> int:
        """Where the oldest kept line begins."""
        with open_segments(self.path, _EVERYTHING) as segments:
            return segments[0].base + segments[0].header.length if segments else 0

    def end_offset(self) -> int:
        """Where the next line will begin."""
        with open_segments(self.path, back_to=1 << 62) as segments:
            return segments[-1].whole_end() if segments else 0

    def read_from(self, offset: int, max_bytes: int = 1 << 20, max_lines: int = 1000) -> LogChunk:
        """Whole lines from a logical offset on, as many as fit (one at least). Opens only the files it needs.

        An offset within a line goes on at the next one.
        """
        with open_segments(self.path, back_to=offset) as segments:
            if not segments:
                return LogChunk([], 0, reset=offset > 0)
            if offset > segments[-1].end:
                chunk = self.read_from(0, max_bytes, max_lines)
                return LogChunk(chunk.lines, chunk.next_offset, reset=True)
            return _collect(segments, offset, max_bytes, max_lines)

    def tail(self, number: int, where: LogFilter | None = None) -> LogChunk:
        """The last lines (that the filter wants), read from the end; `next_offset` is the end of the log."""
        end = self.end_offset()
        lines = (line for line in self._backward() if line.next_offset <= end)
        wanted = lines if where is None else (line for line in lines if where.matches(line.record))
        return LogChunk(list(islice(wanted, number))[::-1], end)

    def page(
        self,
        offset: int = 0,
        limit: int = 100,
        newest_first: bool = True,
        where: LogFilter | None = None,
        before: int | None = None,
    ) -> LogPage:
        """Lines `offset` to `offset + limit` in the order asked for; `offset` counts lines here.

        Args:
            before: a logical offset. Only lines in front of the one that ends there are counted and answered,
                so that reading on backwards costs the same at any depth, and lines that come do not shift it.
        """
        lines = self._backward(before) if newest_first else self._until(before)
        if where is None:
            return LogPage(list(islice(lines, offset, offset + limit)), self._count(before))
        page, total = [], 0
        for line in lines:
            if where.matches(line.record):
                if offset <= total < offset + limit:
                    page.append(line)
                total += 1
        return LogPage(page, total)

    def _count(self, before: int | None) -> int:
        with open_segments(self.path, _EVERYTHING) as segments:
            return sum(_line_ends(segment, before) for segment in segments)

    def iterate(self, where: LogFilter | None = None) -> Iterator[LogLine]:
        """Every kept line from the oldest on, in constant memory."""
        with open_segments(self.path, _EVERYTHING) as segments:
            for segment in segments:
                for offset, raw in segment.forward(segment.align(0)):
                    line = _parse(offset, raw)
                    if where is None or where.matches(line.record):
                        yield line

    def _until(self, before: int | None) -> Iterator[LogLine]:
        lines = self.iterate()
        return lines if before is None else takewhile(lambda line: line.next_offset < before, lines)

    def _backward(self, before: int | None = None) -> Iterator[LogLine]:
        with open_segments(self.path, _EVERYTHING) as segments:
            for segment in reversed(segments):
                for offset, raw in segment.backward(before):
                    yield _parse(offset, raw)


def _collect(segments: list[Segment], offset: int, max_bytes: int, max_lines: int) -> LogChunk:
    """Read on from `offset`, counting what is missing before and between the files."""
    lines: list[LogLine] = []
    at, lost = max(offset, 0), 0
    for segment in segments:
        lost += max(segment.base - at, 0)
        at = max(at, segment.base)
        for position, raw in segment.forward(segment.align(at)):
            max_bytes -= len(raw)
            if lines and (len(lines) >= max_lines or max_bytes < 0):
                return LogChunk(lines, at, lost)
            at = position + len(raw)
            lines.append(_parse(position, raw))
    return LogChunk(lines, at, lost)


def _parse(offset: int, raw: bytes) -> LogLine:
    record = log_lines.decode(raw)
    return LogLine(offset, offset + len(raw), log_lines.unreadable(raw) if record is None else record)


def _line_ends(segment: Segment, before: int | None) -> int:
    """Lines of one file that end before an offset, its header not counted, without looking into them."""
    at, found = segment.base + segment.header.length, 0
    end = segment.end if before is None else min(segment.end, before - 1)
    while at < end and (block := segment.read(at, min(at + (1 << 20), end))):
        found += block.count(b"\n")
        at += len(block)
    return found
