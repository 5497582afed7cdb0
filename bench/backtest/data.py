"""The million one-minute candles that every engine gets, made from a seed.

Prices are whole dollars and the contract's tick is a tenth of one: sums of prices are exact in floats, so
every library's moving average is the same number to the last bit, ties included; and a limit order at half a
dollar is traded through wherever it is touched, so the two conventions of filling it agree. A candle opens at
the close before it and is narrower than the step of the ladder: no order that a fill places could be filled
within the same candle, which the peers cannot do.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from schema.archive.candles import Candles
from schema.archive.compaction import compact_all
from schema.archive.writer import CandleArchive
from schema.home import Home

SEED = 20_261_121
BARS = 1_000_000
START = 1_609_459_200
"""2021-01-01 00:00 UTC, the first candle's opening."""

RANGE_START = START + 260 * 60
"""From here on the whole-process run trades; what is before fills its windows."""

CENTRE = 30_000
STEP_OF_LADDER = 86
RUNGS = 20
TICK = "0.1"
MARKET, EXCHANGE = "BTC/USDT:USDT", "bybit"

_VERSION = 4
_QUIET_START = 300  # candles at the centre: no average has crossed another before them, however long
_FALL = 600  # candles down to the end, so that no crossing is open there
_REACH = 37  # of each of the two draws that a candle's move is made of
_WICK = 4
_RETURN = 1 / 400  # share of the distance from the centre that is taken back in a minute


@dataclass(frozen=True)
class Bars:
    """Candles as equally long arrays: opening time (Unix seconds), prices in dollars, volume in contracts."""

    ts: NDArray[np.int64]
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]
    volume: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ts)


def make(bars: int = BARS, seed: int = SEED) -> Bars:
    """A walk drawn back to its centre; the same for the same arguments."""
    draw = np.random.default_rng(seed)
    moves = draw.integers(-_REACH, _REACH + 1, size=(bars, 2)).sum(axis=1)
    moves[:_QUIET_START] = 0
    close = np.array(_walk(moves.tolist()), dtype=np.float64)
    fall = min(_FALL, bars)
    close[bars - fall :] = close[bars - fall] - np.arange(fall)
    open_ = np.concatenate([[float(CENTRE)], close[:-1]])
    wicks = draw.integers(0, _WICK + 1, size=(bars, 2))
    high, low = np.maximum(open_, close) + wicks[:, 0], np.minimum(open_, close) - wicks[:, 1]
    volume = draw.integers(60, 60_000, size=bars).astype(np.float64)
    return Bars(START + 60 * np.arange(bars), open_, high, low, close, volume)


def _walk(moves: list[int]) -> list[int]:
    price, prices = CENTRE, []
    for move in moves:
        price += move - round((price - CENTRE) * _RETURN)
        prices.append(price)
    return prices


@dataclass(frozen=True)
class Files:
    """Where the candles lie for the engines, each in the form that it reads."""

    folder: Path

    @property
    def columns(self) -> Path:
        """float64[n, 5]: open, high, low, close, volume."""
        return self.folder / "bars.npy"

    @property
    def parquet(self) -> Path:
        """`date` (naive UTC), open, high, low, close, volume."""
        return self.folder / "bars.parquet"

    @property
    def home(self) -> Path:
        """A Botyard home whose archive has them."""
        return self.folder / "home"

    @cached_property
    def done(self) -> Path:
        return self.folder / "done"


def prepare(root: Path, bars: int = BARS) -> Files:
    """The files under `root`, made where they are not there yet."""
    files = Files(root / f"v{_VERSION}-{bars}")
    if files.done.exists():
        return files
    files.folder.mkdir(parents=True, exist_ok=True)
    made = make(bars)
    columns = np.column_stack([made.open, made.high, made.low, made.close, made.volume])
    np.save(files.columns, columns)
    _write_parquet(files.parquet, made)
    _write_archive(files.home, made)
    files.done.touch()
    return files


def _write_parquet(path: Path, bars: Bars) -> None:
    columns = {name: getattr(bars, name) for name in ("open", "high", "low", "close", "volume")}
    pd.DataFrame({"date": bars.ts.astype("datetime64[s]"), **columns}).to_parquet(path, index=False)


def _write_archive(home: Path, bars: Bars) -> None:
    archive = Home.at(home).ensure().archive
    candles = Candles(bars.ts, bars.open, bars.high, bars.low, bars.close, bars.volume)
    CandleArchive(archive).write(EXCHANGE, MARKET, candles)
    compact_all(archive)  # months that are over are one file, as after a download
