"""Candles for indicators: columns of floats, a sliding window, larger bars made of smaller candles."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bots.core.events import Candle

Floats = NDArray[np.float64]
COLUMNS = ("ts", "open", "high", "low", "close", "volume")


class _Lazy:
    """Has the place for what makes columns that are not there yet; it is no field."""

    __slots__ = ("_make",)


@dataclass(frozen=True, slots=True)
class Candles(_Lazy):
    """Closed candles as read-only columns of equal length, oldest first; `ts` is the opening time."""

    ts: Floats
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    def __len__(self) -> int:
        return len(self.volume)  # the column that costs nothing to make

    @classmethod
    def lazily(cls, make: Callable[[str], Floats]) -> "Candles":
        """Columns that are made, by name, when they are first looked at: most strategies look at few."""
        candles = object.__new__(cls)
        object.__setattr__(candles, "_make", make)
        return candles

    if not TYPE_CHECKING:  # a misspelt column is still an error for type checkers

        def __getattr__(self, name: str) -> Floats:
            """A column that is not there yet."""
            if name not in COLUMNS:
                raise AttributeError(f"candles have no {name!r}; there are {', '.join(COLUMNS)}")
            column = self._make(name)
            object.__setattr__(self, name, column)
            return column

    @classmethod
    def of(cls, rows: Iterable[Candle]) -> "Candles":
        """Columns of these candles."""
        table = np.array([[float(value) for value in row[:6]] for row in rows], dtype=np.float64).reshape(
            -1, 6
        )
        return cls.from_table(np.ascontiguousarray(table.T))

    @classmethod
    def from_table(cls, table: Floats) -> "Candles":
        """Views of the six rows of `table`, which can no longer be written through them."""
        views = [row.view() for row in table]
        for view in views:
            view.flags.writeable = False
        return cls(*views)


class CandleWindow:
    """The newest `capacity` candles. Appending costs the same however large the window is."""

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"a window holds at least 1 candle, not {capacity}")
        self.capacity = capacity
        self._table = np.empty((6, 2 * capacity), dtype=np.float64)
        self._end = 0

    def __len__(self) -> int:
        return min(self._end, self.capacity)

    def append(self, candle: Candle) -> None:
        if self._end == 2 * self.capacity:
            # A new table, not a move within: views handed out before must not change under their holders.
            table = np.empty_like(self._table)
            table[:, : self.capacity] = self._table[:, self.capacity :]
            self._table, self._end = table, self.capacity
        self._table[:, self._end] = [float(value) for value in candle[:6]]
        self._end += 1

    def view(self) -> Candles:
        """What the window holds now."""
        return Candles.from_table(self._table[:, self._end - len(self) : self._end])

    def to_json(self) -> list[list[float]]:
        rows: list[list[float]] = self._table[:, self._end - len(self) : self._end].T.tolist()
        return rows

    def restore(self, rows: list[list[float]]) -> None:
        rows = rows[-self.capacity :]
        self._end = len(rows)
        if rows:
            self._table[:, : self._end] = np.array(rows, dtype=np.float64).T


class Resampler:
    """Makes bars of `seconds` from candles of `base` seconds. Bars start at multiples of their length.

    A bar is complete with its last candle. Where that is missing, the bar comes, as far as it is known, with
    the first candle after it.
    """

    def __init__(self, seconds: int, base: int = 60) -> None:
        if seconds < base or seconds % base:
            raise ValueError(f"bars of {seconds} s cannot be made of candles of {base} s")
        self.seconds, self.base = seconds, base
        self._bar: Candle | None = None

    def add(self, candle: Candle) -> list[Candle]:
        """The bars that this candle completes: none, one, or two after a gap."""
        if self.seconds == self.base:
            return [candle]
        start = candle.ts - candle.ts % self.seconds
        done: list[Candle] = []
        if self._bar is not None and self._bar.ts != start:
            done.append(self._bar)
            self._bar = None
        self._bar = candle._replace(ts=start) if self._bar is None else _merged(self._bar, candle)
        if candle.ts + self.base >= start + self.seconds:
            done.append(self._bar)
            self._bar = None
        return done

    def to_json(self) -> list[Any] | None:
        return None if self._bar is None else candle_json(self._bar)

    def restore(self, data: list[Any] | None) -> None:
        self._bar = None if data is None else candle_of_json(data)


def _merged(bar: Candle, candle: Candle) -> Candle:
    return Candle(
        bar.ts,
        bar.open,
        max(bar.high, candle.high),
        min(bar.low, candle.low),
        candle.close,
        bar.volume + candle.volume,
        bar.market,
    )


def candle_json(candle: Candle) -> list[Any]:
    """[ts, open, high, low, close, volume, market], prices as strings."""
    return [candle.ts, *map(str, candle[1:6]), candle.market]


def candle_of_json(data: list[Any]) -> Candle:
    ts, open_, high, low, close, volume, market = data
    return Candle(ts, Decimal(open_), Decimal(high), Decimal(low), Decimal(close), Decimal(volume), market)
