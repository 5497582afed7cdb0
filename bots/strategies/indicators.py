"""Indicators over windows: each value depends on its own window alone, down to the last bit.

So a value computed live over the last few bars equals the one computed once over a whole backtest. Sums are
therefore made by adding the window's members in one fixed order (a running sum, or NumPy's pairwise one,
would depend on where the array begins). Results are as long as the input; NaN where the window is not full.
"""

import math

import numpy as np

from bots.core.candles import Candles, Floats


def log(values: Floats) -> Floats:
    """Natural logarithms. Not NumPy's, whose last bit may depend on a value's place in the array."""
    return np.array([math.log(value) for value in values.tolist()], dtype=np.float64)


def rolling_sum(values: Floats, window: int) -> Floats:
    """Sum of the last `window` values."""
    result = np.full(len(values), np.nan)
    count = len(values) - window + 1
    if count > 0:
        total = np.zeros(count)
        for offset in range(window):
            total += values[offset : offset + count]
        result[window - 1 :] = total
    return result


def rolling_mean(values: Floats, window: int) -> Floats:
    """Mean of the last `window` values."""
    return rolling_sum(values, window) / window


def rolling_std(values: Floats, window: int) -> Floats:
    """Standard deviation of the last `window` values around their own mean (population)."""
    result = np.full(len(values), np.nan)
    count = len(values) - window + 1
    if count > 0:
        mean = rolling_mean(values, window)[window - 1 :]
        total = np.zeros(count)
        for offset in range(window):
            deviation = values[offset : offset + count] - mean
            total += deviation * deviation
        result[window - 1 :] = np.sqrt(total / window)
    return result


def change(values: Floats, bars: int = 1) -> Floats:
    """Difference to the value `bars` before."""
    result = np.full(len(values), np.nan)
    if len(values) > bars:
        result[bars:] = values[bars:] - values[:-bars]
    return result


def atr(candles: Candles, window: int) -> Floats:
    """Average true range: simple mean of the last `window` true ranges, in price units."""
    previous = np.full(len(candles), np.nan)
    previous[1:] = candles.close[:-1]
    true_range = np.maximum(candles.high, previous) - np.minimum(candles.low, previous)
    return rolling_mean(true_range, window)


def efficiency(values: Floats, window: int) -> Floats:
    """Net move over the way travelled in `window` bars: 1 straight up, -1 straight down, 0 unmoved."""
    move = change(values, window)
    way = rolling_sum(np.abs(change(values)), window)
    result = np.where(np.isnan(way), np.nan, 0.0)
    np.divide(move, way, out=result, where=way > 0)
    return result


def zscore(values: Floats, window: int) -> Floats:
    """Distance from the mean of the last `window` values in their standard deviations; 0 if none moved."""
    distance = values - rolling_mean(values, window)
    spread = rolling_std(values, window)
    result = np.where(np.isnan(spread), np.nan, 0.0)
    np.divide(distance, spread, out=result, where=spread > 0)
    return result
