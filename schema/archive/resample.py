"""Longer bars out of shorter ones."""

import math

import numpy as np

from schema.archive.candles import Candles


def resample(candles: Candles, step: int) -> Candles:
    """Bars of `step` seconds, which open at multiples of it. A bar is made of what there is of it."""
    return _grouped(candles, candles.ts - candles.ts % step)


def downsample(candles: Candles, points: int) -> Candles:
    """At most `points` bars for a chart, each made of neighbours, so that no high or low is lost.

    A bar carries the opening time of its first candle; bars hold equal numbers of candles, not equal times.
    """
    if points < 1:
        raise ValueError("a chart has at least one point")
    size = math.ceil(len(candles) / points)
    if size <= 1:
        return candles
    positions = np.arange(len(candles))
    return _grouped(candles, candles.ts[positions - positions % size])


def _grouped(candles: Candles, opening: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Candles:
    """Merge runs of rows with the same opening time."""
    if not len(candles):
        return candles
    starts = np.flatnonzero(np.r_[True, opening[1:] != opening[:-1]])
    ends = np.r_[starts[1:], len(opening)] - 1
    return Candles(
        opening[starts],
        candles.open[starts],
        np.maximum.reduceat(candles.high, starts),
        np.minimum.reduceat(candles.low, starts),
        candles.close[ends],
        np.around(np.add.reduceat(candles.volume, starts), 8).astype(np.float64),  # sums of floats have tails
    )
