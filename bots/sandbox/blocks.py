"""Candles of one symbol and UTC day, as integers: prices in ticks, volumes in lots, turnover in its unit."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from bots.sandbox.noise import Floats, Ints
from bots.sandbox.replay_ticks import RecordedTicks
from bots.sandbox.symbols import Symbol

DAY_MINUTES = 1_440


class MinuteCandle(NamedTuple):
    """One minute in integers: prices in ticks, volume in lots, turnover in `Symbol.turnover_unit`."""

    open: int
    high: int
    low: int
    close: int
    volume: int
    turnover: int


@dataclass(frozen=True, eq=False)
class Block:
    """The minutes of a UTC day, or of several; `present` is False where there is no candle."""

    open: Ints
    high: Ints
    low: Ints
    close: Ints
    volume: Ints
    turnover: Ints
    present: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, symbol: Symbol, prices: list[Ints], usd: Floats, least_lots: int) -> "Block":
        """Whole days from open, high, low and close in ticks, and dollars traded, at least so many lots."""
        open_, high, low, close = prices
        high, low = np.maximum(high, np.maximum(open_, close)), np.minimum(low, np.minimum(open_, close))
        price = typical_price(symbol, open_, high, low, close)
        lots = np.rint((usd if symbol.inverse else usd / price) / float(symbol.lot))
        volume = np.maximum(lots, least_lots).astype(np.int64)
        return cls(
            open_, high, low, close, volume, turnover(symbol, volume, price), np.ones(len(open_), bool)
        )

    def days(self, count: int) -> "list[Block]":
        """Cut into `count` days."""
        pieces = (
            np.split(column, count)
            for column in (self.open, self.high, self.low, self.close, self.volume, self.turnover)
        )
        return [Block(*day) for day in zip(*pieces, np.split(self.present, count), strict=True)]

    @classmethod
    def empty(cls) -> "Block":
        open_, high, low, close, volume, worth = np.zeros((6, DAY_MINUTES), np.int64)
        return cls(open_, high, low, close, volume, worth, np.zeros(DAY_MINUTES, bool))

    def minute(self, index: int) -> MinuteCandle | None:
        """The candle `index` minutes into the day."""
        if not self.present[index]:
            return None
        columns = (self.open, self.high, self.low, self.close, self.volume, self.turnover)
        return MinuteCandle(*(int(column[index]) for column in columns))


def typical_price(symbol: Symbol, open_: Ints, high: Ints, low: Ints, close: Ints) -> Floats:
    """Mean of a candle's four prices (in ticks)."""
    return np.asarray((open_ + high + low + close) * (float(symbol.tick) / 4.0), np.float64)


def turnover(symbol: Symbol, volume: Ints, price: Floats) -> Ints:
    """Coins (inverse) or USDT (linear) that `volume` lots at `price` are worth, in the symbol's unit."""
    size = volume * float(symbol.lot)
    worth = size / price if symbol.inverse else size * price
    return np.asarray(np.rint(worth / float(symbol.turnover_unit)).astype(np.int64))


class Market(Protocol):
    """Where candles come from.

    Attributes:
        identity: same for two markets that give the same candles.
        symbols: names of those it has.
        first, end: range in minutes since the epoch, the end exclusive; None: without end.
    """

    title: str
    identity: str
    symbols: tuple[str, ...]
    first: int
    end: int | None

    def block(self, symbol: Symbol, day: int) -> Block: ...

    def ticks(self, symbol: Symbol) -> RecordedTicks | None:
        """The recorded prints, where there are any; else they are made of the candles."""


def minute_candle(market: Market, symbol: Symbol, minute: int) -> MinuteCandle | None:
    """The candle of that minute (since the epoch), None where the market has none."""
    if minute < market.first or (market.end is not None and minute >= market.end):
        return None
    return market.block(symbol, minute // DAY_MINUTES).minute(minute % DAY_MINUTES)


def previous_close(market: Market, symbol: Symbol, minute: int) -> int | None:
    """Last close before that minute in ticks, looking back over gaps of up to a week."""
    day = minute // DAY_MINUTES
    for back in range(8):
        block = market.block(symbol, day - back)
        known = np.flatnonzero(block.present[: minute % DAY_MINUTES] if back == 0 else block.present)
        if len(known):
            return int(block.close[known[-1]])
    return None


def to_price(symbol: Symbol, ticks: int) -> Decimal:
    return ticks * symbol.tick
