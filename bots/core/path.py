"""The one way from a candle to ticks, used by the sandbox exchange and by every backtest.

A candle tells four prices and not the way between them. We assume: from the open to one extreme, to the
other, to the close, in straight lines. A falling candle (close below open) visits its high first, any other
its low.
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from itertools import pairwise
from typing import NamedTuple

DEFAULT_STEPS = 60
FEWEST_STEPS = 4
"""Four turning points need four ticks."""

_SIZE_UNIT = Decimal("0.00000001")


class PathTick(NamedTuple):
    """One trade print with the best bid and ask that stand beside it."""

    ts: float
    price: Decimal
    size: Decimal
    side: str
    bid: Decimal
    ask: Decimal


def to_level(price: Decimal, tick: Decimal) -> int:
    """The number of the grid line nearest to `price`."""
    return int((price / tick).to_integral_value(rounding=ROUND_HALF_EVEN))


def turning_points(open_: int, high: int, low: int, close: int) -> tuple[int, int, int, int]:
    """The four prices in the order in which the path visits them (grid levels)."""
    if close < open_:
        return open_, high, low, close
    return open_, low, high, close


def path_levels(open_: int, high: int, low: int, close: int, steps: int = DEFAULT_STEPS) -> list[int]:
    """The path as `steps` grid levels, from the open to the close; every turning point is among them."""
    _check_candle(open_, high, low, close)
    if steps < FEWEST_STEPS:
        raise ValueError(f"a path needs at least {FEWEST_STEPS} steps, not {steps}")
    points = turning_points(open_, high, low, close)
    corners = _corner_steps(points, steps)
    levels = [points[0]]
    for (begin, end), (first, last) in zip(pairwise(points), pairwise(corners), strict=True):
        levels += _line(begin, end, last - first)
    return levels


def _check_candle(open_: int, high: int, low: int, close: int) -> None:
    if not 0 < low <= min(open_, close) <= max(open_, close) <= high:
        raise ValueError(f"impossible candle (in ticks): open {open_}, high {high}, low {low}, close {close}")


def _corner_steps(points: tuple[int, int, int, int], steps: int) -> list[int]:
    """The step at which each turning point is reached: in proportion to the legs, at least one each."""
    lengths = [abs(end - begin) for begin, end in pairwise(points)]
    total, intervals = sum(lengths), steps - 1
    if total == 0:
        return [0, 0, 0, intervals]
    corners, travelled = [0], 0
    for leg in (0, 1):
        travelled += lengths[leg]
        corner = (2 * intervals * travelled + total) // (2 * total)
        earliest = corners[-1] + (lengths[leg] > 0)
        latest = intervals - sum(length > 0 for length in lengths[leg + 1 :])
        corners.append(min(max(corner, earliest), latest))
    return [*corners, intervals]


def _line(begin: int, end: int, steps: int) -> list[int]:
    """`steps` levels after `begin`, the last of them `end`, rounded half up on the grid."""
    move = end - begin
    return [begin + (2 * move * step + steps) // (2 * steps) for step in range(1, steps + 1)]


@dataclass(frozen=True, slots=True)
class CandlePath:
    """One candle on its price grid, and the ticks that it is assumed to have been made of.

    Attributes:
        open, high, low, close, previous_close: grid levels.
        volume: shared out among the ticks; the last one has what remains.
        start, length: Unix seconds, seconds.
        spread: distance of bid and ask in ticks.
    """

    open: int
    high: int
    low: int
    close: int
    previous_close: int | None
    volume: Decimal
    tick: Decimal
    start: float
    steps: int = DEFAULT_STEPS
    length: float = 60.0
    spread: int = 1

    def ticks(self) -> list[PathTick]:
        """All of them. Raises ValueError for an impossible candle."""
        levels = path_levels(self.open, self.high, self.low, self.close, self.steps)
        size, last = self._size(0), self.steps - 1
        before, side = self.previous_close, "Buy"
        ticks: list[PathTick] = []
        for step, level in enumerate(levels):
            side = tick_side(before, level, side)
            ticks.append(self._print(step, level, size if step < last else self._size(last), side))
            before = level
        return ticks

    def first(self) -> PathTick:
        """The first of `ticks`, without making the others."""
        return self._print(0, self.open, self._size(0), tick_side(self.previous_close, self.open, "Buy"))

    def last(self) -> PathTick:
        """The last of `ticks`, without making the others."""
        levels = path_levels(self.open, self.high, self.low, self.close, self.steps)
        end = levels[-1]
        turn = next((level for level in reversed(levels) if level != end), None)
        side = tick_side(self.previous_close if turn is None else turn, end, "Buy")
        return self._print(self.steps - 1, end, self._size(self.steps - 1), side)

    def _size(self, step: int) -> Decimal:
        return print_size(self.volume, self.steps, step)

    def _print(self, step: int, level: int, size: Decimal, side: str) -> PathTick:
        ts = self.start + step * self.length / self.steps
        price = level * self.tick
        if side == "Buy":
            return PathTick(ts, price, size, side, max(level - self.spread, 1) * self.tick, price)
        return PathTick(ts, price, size, side, price, (level + self.spread) * self.tick)


def candle_ticks(
    open: Decimal,
    high: Decimal,
    low: Decimal,
    close: Decimal,
    previous_close: Decimal | None,
    volume: Decimal,
    tick: Decimal,
    start: float,
    steps: int = DEFAULT_STEPS,
    length: float = 60.0,
) -> list[PathTick]:
    """The candle that opens at `start` (Unix seconds) and lasts `length` seconds as `steps` trade prints.

    Prices off the grid are moved to the nearest grid line first. A rise prints at the ask (side Buy), a fall
    at the bid (side Sell), the spread is one tick; an unchanged price keeps the side before it, and where
    there is none before it, it counts as a rise. Sizes add up to `volume`. Raises ValueError for an
    impossible candle.
    """
    before = None if previous_close is None else to_level(previous_close, tick)
    o, h, lo, c = (to_level(price, tick) for price in (open, high, low, close))
    return CandlePath(o, h, lo, c, before, volume, tick, start, steps, length).ticks()


def print_size(volume: Decimal, steps: int, step: int) -> Decimal:
    """The part of a candle's volume that one of its prints has: all the same, the last what remains."""
    size = (volume / steps).quantize(_SIZE_UNIT, rounding=ROUND_DOWN)
    return size if step < steps - 1 else volume - size * (steps - 1)


def tick_side(before: int | None, level: int, side: str) -> str:
    """Buy after a rise, Sell after a fall, else as before."""
    if before is None or level == before:
        return side
    return "Buy" if level > before else "Sell"
