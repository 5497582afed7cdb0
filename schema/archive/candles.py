"""Candles as columns."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Stamps = NDArray[np.int64]
Row = tuple[int, float, float, float, float, float]
COLUMNS = ("ts", "open", "high", "low", "close", "volume")
PRICES = ("open", "high", "low", "close")


@dataclass(frozen=True)
class Candles:
    """Columns of equal length, oldest first. Iterating gives rows (ts, open, high, low, close, volume).

    Attributes:
        ts: opening times, Unix seconds.
        open, high, low, close: prices; a float64 holds any price of up to 15 digits, and its shortest text is
            that price again (see `decimals`).
        volume: as the exchange counts it; 0 where it was not recorded.
    """

    ts: Stamps
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    @classmethod
    def of(cls, columns: Mapping[str, Any]) -> "Candles":
        """From columns by name. Raises KeyError for a missing one."""
        floats = (np.asarray(columns[name], dtype=np.float64) for name in COLUMNS[1:])
        return cls(np.asarray(columns["ts"], dtype=np.int64), *floats)

    @classmethod
    def from_rows(cls, rows: Iterable[Iterable[Any]]) -> "Candles":
        """From rows (ts, open, high, low, close, volume) of floats, Decimals or number texts."""
        table = [[float(value) for value in row] for row in rows]
        columns = np.array(table, dtype=np.float64).reshape(-1, 6).T
        return cls(columns[0].astype(np.int64), *columns[1:])

    @classmethod
    def empty(cls) -> "Candles":
        return cls.from_rows([])

    def columns(self) -> dict[str, NDArray[Any]]:
        return {name: getattr(self, name) for name in COLUMNS}

    def __len__(self) -> int:
        return len(self.ts)

    def __iter__(self) -> Iterator[Row]:
        return zip(*(column.tolist() for column in self.columns().values()), strict=True)

    def decimals(self) -> Iterator[tuple[int, Decimal, Decimal, Decimal, Decimal, Decimal]]:
        """Rows with the exact numbers that were stored."""
        for ts, *values in self:
            o, h, low, c, v = (Decimal(repr(value)) for value in values)
            yield ts, o, h, low, c, v

    def take(self, which: Any) -> "Candles":
        """Rows by a numpy index: a slice, a mask, an array of positions."""
        return Candles.of({name: column[which] for name, column in self.columns().items()})

    def between(self, start: float | None, end: float | None) -> "Candles":
        """Rows from `start` to `end`, exclusive. The columns must be in order."""
        first = 0 if start is None else int(np.searchsorted(self.ts, start))
        stop = len(self) if end is None else int(np.searchsorted(self.ts, end))
        return self.take(slice(first, stop))


def joined(parts: Iterable[Candles]) -> Candles:
    """One after another."""
    tables = [part.columns() for part in parts]
    if not tables:
        return Candles.empty()
    return Candles.of({name: np.concatenate([table[name] for table in tables]) for name in COLUMNS})


def latest_by_stamp(candles: Candles) -> Candles:
    """In order of time, one row a stamp: the last one given wins."""
    _, from_the_end = np.unique(candles.ts[::-1], return_index=True)
    return candles.take(len(candles) - 1 - from_the_end)


def impossible(candles: Candles, step: int) -> dict[str, NDArray[np.bool_]]:
    """Masks of rows that no market can have made, by reason."""
    prices = np.vstack([getattr(candles, name) for name in PRICES])
    with np.errstate(invalid="ignore"):
        return {
            "a number that is not finite": ~np.isfinite(prices).all(axis=0) | ~np.isfinite(candles.volume),
            "a price that is not above zero": (prices <= 0).any(axis=0),
            "high below low": candles.high < candles.low,
            "open or close outside high and low": (
                (candles.high < np.maximum(candles.open, candles.close))
                | (candles.low > np.minimum(candles.open, candles.close))
            ),
            "a negative volume": candles.volume < 0,
            f"a stamp that is no multiple of {step} s": candles.ts % step != 0,
        }
