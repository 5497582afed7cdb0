"""What the archive has of a market and exchange, day by day."""

from dataclasses import dataclass
from pathlib import Path

from schema.archive import layout
from schema.archive.reader import Range, missing, read_candles
from schema.timeframes import seconds


@dataclass(frozen=True)
class DayCoverage:
    """One UTC day.

    Attributes:
        rows: candles there are.
        expected: candles of a whole day, or of its part that was asked for.
        gaps: missing ranges in Unix seconds, the end exclusive.
    """

    day: str
    rows: int
    expected: int
    gaps: list[Range]

    @property
    def complete(self) -> bool:
        return self.rows == self.expected


def coverage(
    root: Path,
    exchange: str,
    market: str,
    timeframe: str = "1m",
    start: int | None = None,
    end: int | None = None,
) -> list[DayCoverage]:
    """Every day from `start` to `end` (exclusive), also those without any data.

    Without a start it begins with the first day that has any, without an end it ends with the last such day,
    which counts as a whole one: give the present moment as `end` for a day that is not over.

    Raises:
        ValueError: unknown timeframe, impossible name of market or exchange.
        BrokenFile: a day's file cannot be read.
    """
    step = seconds(timeframe)
    candles = read_candles(root, exchange, market, start, end, timeframe)
    if not len(candles) and (start is None or end is None):
        return []
    first = int(candles.ts[0]) // layout.DAY * layout.DAY if start is None else start
    stop = (int(candles.ts[-1]) // layout.DAY + 1) * layout.DAY if end is None else end
    days = []
    for day in layout.days_between(first, stop):
        day_first = max(layout.day_start(day), first)
        day_stop = min(layout.day_start(day) + layout.DAY, stop)
        stamps = candles.between(day_first, day_stop).ts.tolist()
        expected = -(-day_stop // step) - -(-day_first // step)
        days.append(DayCoverage(day, len(stamps), expected, missing(stamps, day_first, day_stop, step)))
    return days


def gaps(days: list[DayCoverage]) -> list[Range]:
    """Gaps of several days as one list, joined where they meet at midnight."""
    found: list[Range] = []
    for start, end in (gap for day in days for gap in day.gaps):
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found
