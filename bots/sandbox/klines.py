"""Bars of any interval, put together from minutes; the bar that is still open included."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from bots.sandbox.blocks import DAY_MINUTES, Block, Market, MinuteCandle
from bots.sandbox.symbols import Symbol

INTERVALS = {str(n): n for n in (1, 3, 5, 15, 30, 60, 120, 240, 360, 720)} | {"D": DAY_MINUTES}
"""Name to minutes, those that divide a day; "W" (from Monday) and "M" (calendar month) are there too."""

LONG_INTERVALS = ("W", "M")
_MONDAY = 4  # 1970-01-05


class Bar(NamedTuple):
    """A bar in integers (see `blocks`); `start` in minutes since the epoch."""

    start: int
    open: int
    high: int
    low: int
    close: int
    volume: int
    turnover: int

    def then(self, later: "Bar") -> "Bar":
        """This bar continued by a later one."""
        return Bar(
            self.start,
            self.open,
            max(self.high, later.high),
            min(self.low, later.low),
            later.close,
            self.volume + later.volume,
            self.turnover + later.turnover,
        )


@dataclass(frozen=True)
class Now:
    """How far the market is: minutes before `minute` are complete, `partial` is what that one has so far."""

    minute: int
    partial: MinuteCandle | None


def is_interval(name: str) -> bool:
    return name in INTERVALS or name in LONG_INTERVALS


def bar_start(interval: str, minute: int) -> int:
    """Start of the bar that holds that minute."""
    if interval == "W":
        day = minute // DAY_MINUTES
        return (day - (day - _MONDAY) % 7) * DAY_MINUTES
    if interval == "M":
        month = datetime.fromtimestamp(minute * 60, UTC).replace(day=1, hour=0, minute=0, second=0)
        return int(month.timestamp()) // 60
    return minute - minute % INTERVALS[interval]


def step(interval: str, start: int, count: int) -> int:
    """Start of the bar `count` bars after (before, where negative) the one that starts at `start`."""
    if interval == "W":
        return start + count * 7 * DAY_MINUTES
    if interval == "M":
        month = datetime.fromtimestamp(start * 60, UTC)
        months = min(max(month.year * 12 + month.month - 1 + count, 12), 9_999 * 12)
        return int(datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC).timestamp()) // 60
    return start + count * INTERVALS[interval]


class Klines:
    """Bars of a market."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._days: dict[tuple[str, int], Bar | None] = {}

    def bars(self, symbol: Symbol, interval: str, first: int, last: int, now: Now) -> list[Bar]:
        """Bars whose start lies in `first` ... `last` (minutes, both inclusive), oldest first."""
        first = max(first, bar_start(interval, self._market.first))
        last = min(last, bar_start(interval, now.minute))
        if last < first:
            return []
        end = step(interval, bar_start(interval, last), 1)
        found: list[Bar] = []
        for piece in self._pieces(symbol, interval, first, end, now):
            start = bar_start(interval, piece.start)
            if start < first:
                continue
            if found and found[-1].start == start:
                found[-1] = found[-1].then(piece)
            else:
                found.append(piece._replace(start=start))
        return found

    def open_bar(self, symbol: Symbol, interval: str, now: Now) -> Bar | None:
        """The bar that holds the present minute, None before its first trade."""
        start = bar_start(interval, now.minute)
        found = self.bars(symbol, interval, start, start, now)
        return found[-1] if found else None

    def _pieces(self, symbol: Symbol, interval: str, first: int, end: int, now: Now) -> Iterator[Bar]:
        """Bars of at most a day each, in time, up to and with the present minute."""
        complete = min(end, now.minute, self._market.end if self._market.end is not None else now.minute)
        length = INTERVALS.get(interval, DAY_MINUTES)
        for day in range(first // DAY_MINUTES, -(-complete // DAY_MINUTES)):
            begin = day * DAY_MINUTES
            if length == DAY_MINUTES and begin + DAY_MINUTES <= complete:
                whole = self._whole_day(symbol, day)
                if whole:
                    yield whole
            else:
                yield from group(
                    self._market.block(symbol, day), begin, length, max(first - begin, 0), complete - begin
                )
        if now.partial and first <= now.minute < end:
            yield Bar(now.minute, *now.partial)

    def _whole_day(self, symbol: Symbol, day: int) -> Bar | None:
        key = (symbol.id, day)
        if key not in self._days:
            bars = group(self._market.block(symbol, day), day * DAY_MINUTES, DAY_MINUTES, 0, DAY_MINUTES)
            self._days[key] = bars[0] if bars else None
        return self._days[key]


def group(block: Block, begin: int, length: int, first: int, end: int) -> list[Bar]:
    """Bars of `length` minutes from the minutes [first, end) of a day that begins at minute `begin`."""
    index = np.arange(DAY_MINUTES)
    present = (block.present & (index >= first) & (index < end)).reshape(-1, length)
    rows = np.flatnonzero(present.any(axis=1))
    if not len(rows):
        return []
    mask = present[rows]
    opened, closed = mask.argmax(axis=1), length - 1 - mask[:, ::-1].argmax(axis=1)
    at = np.arange(len(rows))
    high = np.where(mask, block.high.reshape(-1, length)[rows], 0).max(axis=1)
    low = np.where(mask, block.low.reshape(-1, length)[rows], np.iinfo(np.int64).max).min(axis=1)
    columns = (
        begin + rows * length,
        block.open.reshape(-1, length)[rows][at, opened],
        high,
        low,
        block.close.reshape(-1, length)[rows][at, closed],
        np.where(mask, block.volume.reshape(-1, length)[rows], 0).sum(axis=1),
        np.where(mask, block.turnover.reshape(-1, length)[rows], 0).sum(axis=1),
    )
    return [Bar(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def row(symbol: Symbol, bar: Bar) -> list[str]:
    """A bar as the REST answer has it: start in ms, four prices, volume, turnover."""
    prices = (str(level * symbol.tick) for level in bar[1:5])
    return [
        str(bar.start * 60_000),
        *prices,
        str(bar.volume * symbol.lot),
        f"{bar.turnover * symbol.turnover_unit:f}",
    ]
