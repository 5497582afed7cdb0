"""What the charts draw, as JSON of bounded size: candles, curves, trades, their distribution."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bots.core.results import EquityCurve, Record, TradeTable
from bots.core.series import Series

MOST_CANDLES = 50_000
MOST_POINTS = 3_000
MOST_TRADES = 20_000
MOST_DOTS = 3_000
_BINS = 41
_STEPS = (1, 3, 5, 15, 30, 60, 120, 240, 360, 720, 1440)
"""Lengths of embedded candles, in multiples of the recorded ones' length."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def candles(series: Series, most: int = MOST_CANDLES) -> dict[str, Any]:
    """Candles as small whole numbers, in ticks: each open as the difference from the close before, the close
    from the open, and the wicks beyond the body. `runs` tells the stamps: how many steps of which length.

    More than `most` candles are merged into longer ones.
    """
    # Their length divides every stamp; the least distance may be that over a gap.
    base = int(np.gcd.reduce(series.ts)) if len(series) > 1 else 60
    step = base * next((n for n in _STEPS if _count(series.ts, n * base) <= most), _STEPS[-1])
    ts, open_, high, low, close = _merged(series, step)
    a, b = series.tick.as_integer_ratio()
    before = np.concatenate(([0], close[:-1]))
    return {
        "market": series.market,
        "a": a,
        "b": b,
        "step": step,
        "ts": int(ts[0]),
        "runs": _runs(np.diff(ts)),
        "open": (open_ - before).tolist(),
        "body": (close - open_).tolist(),
        "above": (high - np.maximum(open_, close)).tolist(),
        "below": (np.minimum(open_, close) - low).tolist(),
    }


def _count(ts: Ints, step: int) -> int:
    return int(np.count_nonzero(np.diff(ts // step))) + 1


def _merged(series: Series, step: int) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Stamps, opens, highs, lows and closes of candles of `step` seconds."""
    numbers = series.ts // step
    firsts = np.concatenate(([0], np.flatnonzero(np.diff(numbers)) + 1))
    lasts = np.concatenate((firsts[1:] - 1, [len(numbers) - 1]))
    return (
        numbers[firsts] * step,
        series.open[firsts],
        np.maximum.reduceat(series.high, firsts),
        np.minimum.reduceat(series.low, firsts),
        series.close[lasts],
    )


def _runs(steps: Ints) -> list[list[int]]:
    """Equal steps in a row, as [how many, how long]."""
    if not len(steps):
        return []
    starts = np.concatenate(([0], np.flatnonzero(np.diff(steps)) + 1, [len(steps)]))
    return [[stop - start, int(steps[start])] for start, stop in pairwise(starts.tolist())]


def thinned(values: Floats, most: int = MOST_POINTS) -> Ints:
    """Indices of at most `most` points that keep the ends, and of each stretch the least and the greatest."""
    size = len(values)
    if size <= most:
        return np.arange(size)
    edges = np.linspace(0, size, (most - 2) // 2 + 1).astype(np.int64)
    starts, width = edges[:-1], int(np.diff(edges).max())
    # Stretches as rows of one table; shorter ones look once more at their first value.
    places = starts[:, None] + np.arange(width)
    places = np.where(places < edges[1:, None], places, starts[:, None])
    rows, table = np.arange(len(starts)), values[places]
    kept = [places[rows, table.argmin(axis=1)], places[rows, table.argmax(axis=1)]]
    return np.unique(np.concatenate(([0, size - 1], *kept)))


def equity(curve: EquityCurve, start: float, unit: str, market: Series | None) -> dict[str, Any]:
    """The equity over time, with what holding the market from the start would have made of `start`."""
    chosen = thinned(curve.equity)
    held = []
    if market is not None and len(market):
        prices = market.price(market.close)
        at = thinned(prices)
        if _is_comparable(prices, curve, start):
            worth = np.round(prices[at] * (start / prices[0]), 8)
            held = [{"name": "held market", "ts": market.ts[at].tolist(), "values": worth.tolist()}]
    return {
        "name": "equity",
        "unit": unit,
        "start": start,
        "ts": curve.ts[chosen].tolist(),
        "values": curve.equity[chosen].tolist(),
        "lines": held,
    }


def _is_comparable(prices: Floats, curve: EquityCurve, start: float) -> bool:
    """Whether the market's line leaves the equity's legible: not many times its range."""
    if not len(curve) or start <= 0:
        return False
    own = max(float(np.ptp(curve.equity)), 0.002 * start)
    return float(np.ptp(prices)) * start / float(prices[0]) <= 6 * own


def underwater(curve: EquityCurve) -> dict[str, Any]:
    """How far the equity was below its highest so far, in percent."""
    chosen = thinned(curve.drawdown)
    return {
        "name": "below the peak",
        "unit": "%",
        "hanging": True,
        "ts": curve.ts[chosen].tolist(),
        "values": np.round(curve.drawdown[chosen], 6).tolist(),
    }


def trades(table: TradeTable, most: int = MOST_TRADES) -> dict[str, Any]:
    """The first `most` trades, as columns."""
    part = slice(0, most)
    size = min(len(table), most)
    names = {
        "entry": "entry_time",
        "exit": "exit_time",
        "entryPrice": "entry_price",
        "exitPrice": "exit_price",
        "size": "size",
        "side": "side",
        "pnl": "pnl",
        "usd": "pnl_usd",
        "fees": "fees",
        "funding": "funding",
        "mae": "mae",
        "mfe": "mfe",
        "entryReason": "entry_reason",
        "exitReason": "exit_reason",
    }
    return {
        "total": len(table),
        "settle": table.settle,
        "reasons": list(table.reasons),
        "id": [str(id) for id in (table.ids or range(1, size + 1))[part]],
        **{name: getattr(table, column)[part].tolist() for name, column in names.items()},
    }


def legs(table: TradeTable, market: str) -> dict[str, Any]:
    """The legs of trades in one market, each under the id of its trade."""
    rows: list[Record] = []
    for number, several in enumerate(table.legs or (), 1):
        rows += [{**leg, "id": number} for leg in several or () if leg.get("market") == market]
    return trades(TradeTable.of(rows))


def distribution(values: Floats, unit: str) -> dict[str, Any]:
    """How many trades had which result. Its ends are the outermost hundredths, so that one trade does not
    press all others together; what lies beyond counts at the ends, and zero is an edge.
    """
    if not len(values):
        return {"edges": [], "counts": [], "unit": unit, "name": "trades"}
    low, high = np.quantile(values, [0.005, 0.995]) if len(values) > 50 else (values.min(), values.max())
    low, high = min(float(low), 0.0), max(float(high), 0.0)
    width = _round_width((high - low) / min(_BINS, max(6, int(2 * np.sqrt(len(values))))))
    first, last = int(np.floor(low / width)), max(int(np.ceil(high / width)), 1)
    edges = np.round(np.arange(first, last + 1) * width, 10)
    counts, _ = np.histogram(np.clip(values, edges[0], np.nextafter(edges[-1], -np.inf)), edges)
    return {"edges": edges.tolist(), "counts": counts.tolist(), "unit": unit, "name": "trades"}


def _round_width(rough: float) -> float:
    """1, 2, 2.5 or 5 times a power of ten."""
    if rough <= 0:
        return 1.0
    rough = max(rough, 1e-6)
    power = 10.0 ** np.floor(np.log10(rough))
    return float(next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999))


def excursions(table: TradeTable) -> dict[str, Any]:
    """How far each trade went against (mae, as a positive figure) and for it (mfe); a sample of many."""
    known = np.flatnonzero(np.isfinite(table.mae) & np.isfinite(table.mfe))
    chosen = known[:: max(1, -(-len(known) // MOST_DOTS))]
    ids: Sequence[Any] = table.ids or range(1, len(table) + 1)
    return {
        "x": np.abs(table.mae[chosen]).tolist(),
        "y": table.mfe[chosen].tolist(),
        "tone": table.pnl[chosen].tolist(),
        "ids": [str(ids[place]) for place in chosen.tolist()],
        "xName": "worst before costs",
        "yName": "best before costs",
        "unit": table.settle,
    }


def is_empty(data: Mapping[str, Any]) -> bool:
    """Whether a part has nothing to draw."""
    return not any(data.get(name) for name in ("ts", "counts", "x", "entry"))
