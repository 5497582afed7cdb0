"""Recorded trades for a backtest: those minutes of them that are whole."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bots.core.series import Series, TickSeries
from schema.archive.layout import TRADES
from schema.archive.manifest import read_manifest
from schema.archive.tick_reader import Ticks, read_ticks

_MINUTE = 60


@dataclass(frozen=True)
class RecordedTicks:
    """Ticks of a market, and of how many minutes.

    Attributes:
        minutes: that have ticks which make their whole candle.
        left_out: minutes whose ticks do not, such as that in which a recording began.
    """

    series: TickSeries
    minutes: int
    left_out: int


def recorded_ticks(root: Path, exchange: str, series: Series, start: int, end: int) -> RecordedTicks | None:
    """Ticks under the 1-minute candles of [start, end), None where none are recorded.

    A minute counts where its ticks reach just the candle's high and low (its open apart, which exchanges may
    carry over from the candle before) and end at its close: a part of the trades would decide fills wrongly.

    Raises:
        BrokenFile: a file cannot be read.
    """
    manifest = read_manifest(root, exchange, series.market)
    first, last = manifest.kinds.get(TRADES, (0.0, -1.0))
    if last < max(first, start) or first >= end:
        return None
    found = read_ticks(root, exchange, series.market, start, end)
    if not len(found):
        return None
    known = _with_best_prices(found, series.tick)
    ticks = TickSeries.from_floats(
        series.market,
        series.tick,
        *(getattr(known, name) for name in ("ts", "price", "size", "side", "bid", "ask")),
    )
    minutes = (ticks.ts // _MINUTE * _MINUTE).astype(np.int64)
    whole = _whole_minutes(series, ticks, minutes)
    keep = np.isin(minutes, whole)
    return RecordedTicks(_taken(ticks, keep), len(whole), len(np.unique(minutes)) - len(whole))


def _with_best_prices(found: Ticks, tick: Decimal) -> Ticks:
    """Trades without a known quote get the one of a market that is one tick wide: a buyer paid the ask."""
    one = float(tick)
    bid = np.where(np.isnan(found.bid), np.where(found.side > 0, found.price - one, found.price), found.bid)
    ask = np.where(np.isnan(found.ask), np.where(found.side > 0, found.price, found.price + one), found.ask)
    return Ticks(found.ts, found.price, found.size, found.side, np.maximum(bid, one), np.maximum(ask, bid))


def _whole_minutes(series: Series, ticks: TickSeries, minutes: NDArray[np.int64]) -> NDArray[np.int64]:
    stamps, first = np.unique(minutes, return_index=True)
    last = np.r_[first[1:], len(minutes)] - 1
    at = np.searchsorted(series.ts, stamps)
    there = at < len(series)
    there[there] = series.ts[at[there]] == stamps[there]
    at = np.where(there, at, 0)
    if not len(series):
        return stamps[:0]
    opening = series.open[at]
    high = np.maximum(np.maximum.reduceat(ticks.price, first), opening)
    low = np.minimum(np.minimum.reduceat(ticks.price, first), opening)
    same = (high == series.high[at]) & (low == series.low[at]) & (ticks.price[last] == series.close[at])
    return np.asarray(stamps[there & same], dtype=np.int64)


def _taken(ticks: TickSeries, keep: NDArray[np.bool_]) -> TickSeries:
    price, bid, ask = ticks.price[keep], ticks.bid[keep], ticks.ask[keep]
    return TickSeries(
        ticks.market, ticks.tick, ticks.ts[keep], price, ticks.size[keep], ticks.side[keep], bid, ask
    )


def ticks_note(market: str, found: RecordedTicks, minutes: int) -> str:
    """A sentence on what the recorded trades cover of `minutes`."""
    told = f"recorded trades decide {found.minutes:,} of {minutes:,} minutes of {market}"
    if found.left_out:
        told += f"; those of {found.left_out:,} more do not make up their candle and are not used"
    return told
