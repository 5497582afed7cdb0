"""Recorded candles as a market: what was recorded and nothing else; a missing minute stays missing."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bots.sandbox.blocks import DAY_MINUTES, Block, turnover, typical_price
from bots.sandbox.noise import Floats, Ints
from bots.sandbox.replay_ticks import RecordedTicks
from bots.sandbox.symbols import SYMBOLS, Symbol
from schema import markets


class ReplayError(ValueError):
    """Recorded candles that cannot be replayed; the text says which and why."""


class Recorded(NamedTuple):
    """Columns of one market, ascending: minutes since the epoch, four prices, volume in coins."""

    minute: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats


class ReplayMarket:
    """Recorded candles of some symbols. `first` is the oldest minute there is, also before the start."""

    title = "replay"

    def __init__(
        self,
        recorded: Mapping[str, Recorded],
        identity: str,
        least_lots: int,
        ticks: Mapping[str, RecordedTicks] | None = None,
    ) -> None:
        """`recorded` by the exchange's symbol names; every candle's volume is at least `least_lots` lots.
        `ticks`: prints of those symbols that have them; their minutes are replayed as they were.

        Raises:
            ReplayError: there is nothing to replay, or candles are impossible.
        """
        if not recorded or not all(len(columns.minute) for columns in recorded.values()):
            raise ReplayError(f"no candles to replay ({identity})")
        self.identity = identity
        self.symbols = tuple(name for name in SYMBOLS if name in recorded)
        self.first = min(int(columns.minute[0]) for columns in recorded.values())
        self.end: int | None = 1 + max(int(columns.minute[-1]) for columns in recorded.values())
        self._blocks = {name: _by_day(SYMBOLS[name], recorded[name], least_lots) for name in self.symbols}
        self._empty = Block.empty()
        self._ticks = dict(ticks or {})

    def ticks(self, symbol: Symbol) -> RecordedTicks | None:
        return self._ticks.get(symbol.id)

    def block(self, symbol: Symbol, day: int) -> Block:
        return self._blocks.get(symbol.id, {}).get(day, self._empty)


def _by_day(symbol: Symbol, columns: Recorded, least_lots: int) -> dict[int, Block]:
    tick = float(symbol.tick)
    open_, high, low, close = (
        np.rint(prices / tick).astype(np.int64)
        for prices in (columns.open, columns.high, columns.low, columns.close)
    )
    bad = np.flatnonzero((low <= 0) | (high < np.maximum(open_, close)) | (low > np.minimum(open_, close)))
    if len(bad):
        raise ReplayError(f"{symbol.id}: impossible candle at {int(columns.minute[bad[0]]) * 60}")
    price = typical_price(symbol, open_, high, low, close)
    lots = np.rint((columns.volume * price if symbol.inverse else columns.volume) / float(symbol.lot))
    volume = np.maximum(lots, least_lots).astype(np.int64)
    worth = turnover(symbol, volume, price)
    day = columns.minute // DAY_MINUTES
    blocks: dict[int, Block] = {}
    for number in np.unique(day).tolist():
        block, chosen = Block.empty(), day == number
        index = columns.minute[chosen] % DAY_MINUTES
        for name, values in zip(
            ("open", "high", "low", "close", "volume", "turnover"),
            (open_, high, low, close, volume, worth),
            strict=True,
        ):
            getattr(block, name)[index] = values[chosen]
        block.present[index] = True
        blocks[number] = block
    return blocks


def read_file(path: Path, start: int | None = None, end: int | None = None) -> Recorded:
    """Candles of a feather, parquet or CSV file (`date` or `time`, `open`, `high`, `low`, `close`, `volume`).

    Stamps are opening times, as dates or Unix seconds; `start` and `end` (Unix seconds, end exclusive) cut.

    Raises:
        ReplayError: the file cannot be read or lacks a column.
    """
    import pyarrow as pa

    try:
        table = _read_table(path)
        stamp = next(name for name in ("date", "time", "ts", "timestamp") if name in table.column_names)
        stamps = table[stamp]
        if pa.types.is_timestamp(stamps.type):
            seconds = (
                stamps.cast(pa.timestamp("s", tz=stamps.type.tz), safe=False).cast(pa.int64()).to_numpy()
            )
        else:
            seconds = stamps.to_numpy().astype(np.int64)
        prices = [table[name].to_numpy().astype(np.float64) for name in ("open", "high", "low", "close")]
        has_volume = "volume" in table.column_names
        volume = table["volume"].to_numpy().astype(np.float64) if has_volume else np.zeros(len(seconds))
    except (OSError, KeyError, StopIteration, pa.ArrowException) as error:
        raise ReplayError(
            f"{path}: no candles can be read from it: {error or 'no column of times'}"
        ) from error
    return _cut(seconds, [*prices, volume], start, end)


def _read_table(path: Path) -> Any:
    from pyarrow import csv, feather, parquet

    readers = {".feather": feather.read_table, ".parquet": parquet.read_table, ".csv": csv.read_csv}
    if path.suffix not in readers:
        raise OSError(f"neither feather, parquet nor CSV: {path.name}")
    return readers[path.suffix](path)


def _cut(seconds: Ints, columns: list[Floats], start: int | None, end: int | None) -> Recorded:
    keep = np.ones(len(seconds), bool)
    if start is not None:
        keep &= seconds >= start
    if end is not None:
        keep &= seconds < end
    order = np.argsort(seconds[keep], kind="stable")
    minute, unique = np.unique(seconds[keep][order] // 60, return_index=True)
    return Recorded(minute, *(column[keep][order][unique] for column in columns))


def from_rows(rows: Iterable[tuple[float, ...]]) -> Recorded:
    """Candles of rows (Unix seconds, open, high, low, close, volume)."""
    columns = np.array(list(rows), dtype=np.float64).reshape(-1, 6).T
    return _cut(columns[0].astype(np.int64), list(columns[1:]), None, None)


def symbol_of(market: str) -> str:
    """The exchange's name of a market, which may be told by any of its names.

    Raises:
        ReplayError: the sandbox does not list it.
    """
    if market in SYMBOLS:
        return market
    try:
        return markets.resolve(market, "sandbox").exchange_id
    except markets.UnknownMarket as error:
        raise ReplayError(str(error)) from None
