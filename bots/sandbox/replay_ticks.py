"""Recorded prints as a market's tape: each as it was, between the best bid and ask of its moment."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bots.sandbox.noise import Floats
from bots.sandbox.symbols import Symbol


class TickError(ValueError):
    """Recorded prints that cannot be replayed."""


class RecordedPrint(NamedTuple):
    """One print in integers: its place in the minute, ms since the epoch, prices in ticks, size in lots."""

    step: int
    ts: int
    level: int
    lots: int
    side: str
    bid: int
    ask: int


class RecordedTicks:
    """Prints of one symbol, ascending. Prices in ticks, `side` 1 where the taker bought, else -1."""

    def __init__(
        self,
        symbol: Symbol,
        ts: Floats,
        price: Floats,
        size: Floats,
        side: NDArray[np.int8],
        bid: Floats,
        ask: Floats,
    ) -> None:
        """Columns as an archive holds them; where no quote stood the spread is one tick.

        Raises:
            TickError: prices that are not above 0, or out of order.
        """
        tick = float(symbol.tick)
        self._ms = np.rint(ts * 1000).astype(np.int64)
        self._level = np.rint(price / tick).astype(np.int64)
        self._lots = np.maximum(np.rint(size / float(symbol.lot)), 1).astype(np.int64)
        self._buys = side > 0
        beside = np.where(self._buys, self._level - 1, self._level + 1)
        known = ~(np.isnan(bid) | np.isnan(ask))
        self._bid = np.where(self._buys, beside, self._level)
        self._ask = np.where(self._buys, self._level, beside)
        self._bid[known] = np.rint(bid[known] / tick).astype(np.int64)
        self._ask[known] = np.rint(ask[known] / tick).astype(np.int64)
        if len(ts) and (min(self._level.min(), self._bid.min()) < 1 or (np.diff(self._ms) < 0).any()):
            raise TickError(f"{symbol.id}: recorded prints with prices of 0 or less, or not in order of time")

    def minute(self, minute: int, steps: int) -> Iterator[RecordedPrint]:
        """The prints of a minute, each at a step of its own, in order, as near to its time as can be.

        Raises:
            TickError: there are more prints than steps.
        """
        first, last = np.searchsorted(self._ms, [minute * 60_000, (minute + 1) * 60_000]).tolist()
        if last - first > steps:
            raise TickError(
                f"{last - first} prints in the minute of {minute * 60} do not fit into {steps} steps"
            )
        step = -1
        for index in range(first, last):
            ms = int(self._ms[index])
            own = (ms - minute * 60_000) * steps // 60_000
            step = min(max(own, step + 1), steps - (last - index))
            side = "Buy" if self._buys[index] else "Sell"
            level, lots = int(self._level[index]), int(self._lots[index])
            yield RecordedPrint(step, ms, level, lots, side, int(self._bid[index]), int(self._ask[index]))
