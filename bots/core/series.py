"""Closed candles of one market as columns on its price grid: what a backtest runs over."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from bots.core.bars import CandleError
from bots.core.candles import Candles, Floats
from bots.core.events import Candle, Tick
from bots.core.path import to_level

Levels = NDArray[np.int64]

_BLOCK = 1 << 15


@dataclass(frozen=True)
class Series:
    """Candles in order of time, none twice; all columns have the same length.

    Attributes:
        ts: opening times, Unix seconds.
        open, high, low, close: prices as multiples of `tick`, above 0, low and high around the others.
        volume: as recorded: contracts, or coins where the archive has coins of an inverse market.
    """

    market: str
    tick: Decimal
    ts: Levels
    open: Levels
    high: Levels
    low: Levels
    close: Levels
    volume: Floats

    def __len__(self) -> int:
        return len(self.ts)

    @classmethod
    def from_floats(
        cls, market: str, tick: Decimal, ts: Any, open: Any, high: Any, low: Any, close: Any, volume: Any
    ) -> "Series":
        """From columns of floats, as an archive holds them; prices go to the nearest grid line.

        Raises:
            CandleError: candles out of order or that cannot be; names the first.
        """
        stamps = np.asarray(ts, dtype=np.int64)
        o, h, lo, c = (_levels(column, tick, market, stamps) for column in (open, high, low, close))
        series = cls(market, tick, stamps, o, h, lo, c, np.asarray(volume, dtype=np.float64))
        series._check()
        return series

    @classmethod
    def of(cls, candles: Iterable[Candle], market: str, tick: Decimal) -> "Series":
        """From candles of exact prices. Raises CandleError."""
        rows = list(candles)
        o, h, lo, c = (
            np.array([to_level(price, tick) for price in column], dtype=np.int64)
            for column in (
                [row.open for row in rows],
                [row.high for row in rows],
                [row.low for row in rows],
                [row.close for row in rows],
            )
        )
        stamps = np.array([row.ts for row in rows], dtype=np.int64)
        volume = np.array([float(row.volume) for row in rows], dtype=np.float64)
        series = cls(market, tick, stamps, o, h, lo, c, volume)
        series._check()
        return series

    def between(self, start: float, end: float) -> "Series":
        """The candles that open from `start` on and before `end`; views, nothing is copied."""
        first, last = np.searchsorted(self.ts, [start, end])
        part = slice(first, last)
        prices = (self.open[part], self.high[part], self.low[part], self.close[part])
        found = Series(self.market, self.tick, self.ts[part], *prices, self.volume[part])
        # Floats are made once for all parts.
        columns = self.columns()
        vars(found)["_columns"] = Candles.lazily(lambda name: getattr(columns, name)[part])
        return found

    def columns(self) -> Candles:
        """Prices as the floats nearest to them, for indicators; each column is made when it is looked at."""
        return self._columns

    @cached_property
    def _columns(self) -> Candles:
        return Candles.lazily(self._floats)

    def _floats(self, name: str) -> Floats:
        column = getattr(self, name)
        if name == "ts":
            column = column.astype(np.float64)
        elif name == "volume":
            column = column.view()
        else:
            column = self.price(column)
        column.flags.writeable = False
        return cast(Floats, column)

    def price(self, levels: Levels) -> Floats:
        """Levels as the floats nearest to their prices."""
        numerator, denominator = self.tick.as_integer_ratio()
        prices = np.empty(len(levels), dtype=np.float64)
        for part in _blocks(len(levels)):
            # One correctly rounded division: times 0.1 would miss the nearest float now and then.
            np.divide((levels[part] * numerator).astype(np.float64), float(denominator), out=prices[part])
        return prices

    def candle(self, index: int) -> Candle:
        """One candle with exact prices."""
        prices = (int(column[index]) for column in (self.open, self.high, self.low, self.close))
        open_, high, low, close = (level * self.tick for level in prices)
        volume = Decimal(repr(float(self.volume[index])))
        return Candle(float(self.ts[index]), open_, high, low, close, volume, self.market)

    def _check(self) -> None:
        """Raises CandleError for the first candle that cannot be, or comes too early."""
        late = np.flatnonzero(self.ts[1:] <= self.ts[:-1])
        if len(late):
            before, stamp = self.ts[late[0]], self.ts[late[0] + 1]
            raise CandleError(f"{self.market}: the candle of {stamp} comes after the one of {before}")
        bad = self.low <= 0
        bad |= self.low > self.open
        bad |= self.low > self.close
        bad |= self.high < self.open
        bad |= self.high < self.close
        bad |= ~np.isfinite(self.volume)
        bad |= self.volume < 0
        if bad.any():
            row = self.candle(index) if np.isfinite(self.volume[index := int(np.argmax(bad))]) else None
            told = "its volume is no number" if row is None else _told(row)
            raise CandleError(f"{self.market}: the candle of {self.ts[index]} cannot be: {told}")


def _told(row: Candle) -> str:
    return f"open {row.open}, high {row.high}, low {row.low}, close {row.close}, volume {row.volume}"


def _levels(column: Any, tick: Decimal, market: str, stamps: NDArray[Any]) -> Levels:
    """The nearest grid lines; half way between two, the even one."""
    prices = np.asarray(column, dtype=np.float64)
    levels = np.empty(len(prices), dtype=np.int64)
    for part in _blocks(len(prices)):
        bad = ~np.isfinite(prices[part])
        if bad.any():
            stamp = stamps[part][int(np.argmax(bad))]
            raise CandleError(f"{market}: the candle of {stamp} has a price that is no number")
        levels[part] = _levels_of(prices[part], tick)
    return levels


def _levels_of(prices: Floats, tick: Decimal) -> Levels:
    numerator, denominator = tick.as_integer_ratio()
    exact = prices * denominator / numerator
    nearest = np.rint(exact)
    levels = nearest.astype(np.int64)
    # Floats cannot tell on which side of the half a decimal lies: there the decimals themselves decide.
    for index in np.flatnonzero(np.abs(np.abs(exact - nearest) - 0.5) < 1e-6).tolist():
        levels[index] = to_level(Decimal(repr(float(prices[index]))), tick)
    return levels


def _blocks(length: int) -> Iterator[slice]:
    """A column piece by piece, so that what is made on the way fits into the processor's cache."""
    return (slice(first, first + _BLOCK) for first in range(0, length, _BLOCK))


@dataclass(frozen=True)
class TickSeries:
    """Trade prints of one market with the best bid and ask that stood beside them, in order of time.

    Attributes:
        ts: Unix seconds.
        price, bid, ask: multiples of `tick`.
        size: contracts.
        side: 1 where the taker bought, -1 where he sold.
    """

    market: str
    tick: Decimal
    ts: Floats
    price: Levels
    size: Floats
    side: NDArray[np.int8]
    bid: Levels
    ask: Levels

    def __len__(self) -> int:
        return len(self.ts)

    @classmethod
    def from_floats(
        cls, market: str, tick: Decimal, ts: Any, price: Any, size: Any, side: Any, bid: Any, ask: Any
    ) -> "TickSeries":
        """From columns of floats, as an archive holds them. Raises CandleError for what cannot be."""
        stamps = np.asarray(ts, dtype=np.float64)
        p, b, a = (_levels(column, tick, market, stamps) for column in (price, bid, ask))
        if (np.diff(stamps) < 0).any():
            raise CandleError(f"{market}: its ticks are not in order of time")
        if len(p) and (min(p.min(), b.min(), a.min()) <= 0 or (a < b).any()):
            raise CandleError(f"{market}: ticks with prices of 0 or less, or a bid above the ask")
        sizes, sides = np.asarray(size, dtype=np.float64), np.asarray(side, dtype=np.int8)
        return cls(market, tick, stamps, p, sizes, sides, b, a)

    def within(self, start: float, end: float) -> list[Tick]:
        """Those from `start` on and before `end`, with exact prices."""
        first, last = np.searchsorted(self.ts, [start, end])
        part = slice(int(first), int(last))
        columns = (self.ts, self.price, self.size, self.side, self.bid, self.ask)
        return [
            Tick(
                self.market,
                ts,
                price * self.tick,
                Decimal(repr(size)),
                "Buy" if side > 0 else "Sell",
                bid * self.tick,
                ask * self.tick,
            )
            for ts, price, size, side, bid, ask in zip(
                *(column[part].tolist() for column in columns), strict=True
            )
        ]
