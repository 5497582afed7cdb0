"""Indicators from TA-Lib whose values depend on a known window of bars alone, down to the last bit.

So a value computed live over the last few bars equals the one computed once over a whole backtest. That takes
care, because rounding depends on where a computation began:

- What is a sum, a mean or a deviation over a window is counted on the grid of its decimals, where it is exact
  (`bots.strategies.grid`).
- What feeds on its own last value (EMA, RSI, MACD, Wilder's ATR) has no window: each value follows from all
  before it. Here such a value is TA-Lib's over the last `settling(period)` bars, at each bar anew, by
  `windowed`, which does the same with any function of TA-Lib.

Results are as long as the input, NaN where the window is not full. NaN at the beginning of the input (of
another indicator) is passed over.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from bots.core.candles import Candles, Floats
from bots.strategies.grid import as_decimals, moving_max, moving_mean, moving_min, moving_sum, moving_variance
from bots.strategies.ta import talib

START_WEIGHT = 1e-9
"""What the choice of the first value may still weigh in an average that feeds on itself."""


# Over a window


def sma(values: Floats, window: int) -> Floats:
    """Simple moving average: mean of the last `window` values. TA-Lib's SUM on the grid, divided once."""
    return moving_mean(values, window)


def rolling_sum(values: Floats, window: int) -> Floats:
    """Sum of the last `window` values."""
    return moving_sum(values, window)


def variance(values: Floats, window: int) -> Floats:
    """Variance of the last `window` values (population)."""
    return moving_variance(values, window)


def stddev(values: Floats, window: int) -> Floats:
    """Standard deviation of the last `window` values (population, as TA-Lib's STDDEV)."""
    return np.sqrt(moving_variance(values, window))


def bollinger(values: Floats, window: int, deviations: float = 2.0) -> tuple[Floats, Floats, Floats]:
    """Upper band, mean and lower band: the mean and `deviations` standard deviations on each side of it."""
    middle, reach = sma(values, window), deviations * stddev(values, window)
    return middle + reach, middle, middle - reach


def zscore(values: Floats, window: int) -> Floats:
    """Distance from the mean of the last `window` values in their standard deviations; 0 if none moved."""
    distance, deviation = values - sma(values, window), stddev(values, window)
    result = np.where(np.isnan(deviation), np.nan, 0.0)
    np.divide(distance, deviation, out=result, where=deviation > 0)
    return result


def highest(values: Floats, window: int) -> Floats:
    """Highest of the last `window` values (TA-Lib's MAX)."""
    return moving_max(values, window)


def lowest(values: Floats, window: int) -> Floats:
    """Lowest of the last `window` values (TA-Lib's MIN)."""
    return moving_min(values, window)


def change(values: Floats, bars: int = 1) -> Floats:
    """Difference to the value `bars` before (TA-Lib's MOM), of decimals exactly."""
    return as_decimals(talib.MOM(_array(values), bars))


def true_range(candles: Candles) -> Floats:
    """High less low, the close before counted among them (TA-Lib's TRANGE); NaN at the first bar."""
    return as_decimals(talib.TRANGE(*map(_array, (candles.high, candles.low, candles.close))))


def atr(candles: Candles, window: int) -> Floats:
    """Average true range: simple mean of the last `window` true ranges, so of `window + 1` bars."""
    return sma(true_range(candles), window)


def efficiency(values: Floats, window: int) -> Floats:
    """Net move over the way travelled in `window` bars: 1 straight up, -1 straight down, 0 unmoved.

    Kaufman's efficiency ratio (TA-Lib's ER) with the sign of the move; of `window + 1` values.
    """
    move = change(values, window)
    way = moving_sum(np.abs(change(values)), window)
    result = np.where(np.isnan(way), np.nan, 0.0)
    np.divide(move, way, out=result, where=way > 0)
    return result


def log(values: Floats) -> Floats:
    """Natural logarithms. Not NumPy's, whose last bit may depend on a value's place in the array."""
    return np.array([math.log(value) for value in values.tolist()], dtype=np.float64)


# Of values that feed on themselves


def settling(period: int, *, wilder: bool = False) -> int:
    """Bars over which an exponential average of `period` is computed, for `warmup()`.

    After `period` values, of which TA-Lib makes the first average, so many that this one weighs less than
    `START_WEIGHT`: an average with the factor 2 / (period + 1), or Wilder's 1 / period.
    """
    factor = 1 / period if wilder else 2 / (period + 1)
    return period if factor >= 1 else period + math.ceil(math.log(START_WEIGHT) / math.log1p(-factor))


def ema(values: Floats, period: int) -> Floats:
    """Exponential moving average over the last `settling(period)` values (TA-Lib's EMA)."""
    if period == 1:
        return _array(values).copy()
    return windowed(talib.EMA, settling(period), values, timeperiod=period)[0]


def rsi(values: Floats, period: int = 14) -> Floats:
    """Relative strength index, 0 to 100, over the last `rsi_bars(period)` values (TA-Lib's RSI)."""
    return windowed(talib.RSI, rsi_bars(period), values, timeperiod=period)[0]


def rsi_bars(period: int = 14) -> int:
    """Bars over which `rsi` is computed: Wilder's averages of changes, for each of which it takes two."""
    return settling(period, wilder=True) + 1


def macd(values: Floats, fast: int = 12, slow: int = 26, signal: int = 9) -> tuple[Floats, Floats, Floats]:
    """MACD, its signal line and their difference, over the last `macd_bars(...)` values (TA-Lib's MACD)."""
    terms = {"fastperiod": fast, "slowperiod": slow, "signalperiod": signal}
    line, average, difference = windowed(talib.MACD, macd_bars(fast, slow, signal), values, **terms)
    return line, average, difference


def macd_bars(fast: int = 12, slow: int = 26, signal: int = 9) -> int:
    """Bars over which `macd` is computed: until the slower average has settled, then the signal's."""
    return settling(max(fast, slow)) + settling(signal)


def wilder_atr(candles: Candles, period: int = 14) -> Floats:
    """Average true range as Wilder smoothed it, over the last `rsi_bars(period)` bars (TA-Lib's ATR)."""
    columns = (candles.high, candles.low, candles.close)
    return windowed(talib.ATR, rsi_bars(period), *columns, timeperiod=period)[0]


def windowed(
    function: Callable[..., Any], window: int, *columns: Floats, **options: Any
) -> tuple[Floats, ...]:
    """Any function of TA-Lib, at each bar over the last `window` bars alone: its newest values.

    `function` takes the columns and the options and gives an array, or several, of their length. About 1 us
    a bar for each 200 bars of window. One array for each of the function's results.
    """
    arrays = [_array(column) for column in columns]
    count = len(arrays[0])
    missing = np.concatenate([[0], np.cumsum(~np.isfinite(np.vstack(arrays)).all(axis=0))])
    ends = np.arange(window, count + 1)
    ends = ends[missing[ends] == missing[ends - window]]
    empty = function(*(column[:0] for column in arrays), **options)
    results = np.full((len(empty) if isinstance(empty, tuple) else 1, count), np.nan)
    results[:, ends - 1] = np.array(
        [
            _newest(function(*[column[end - window : end] for column in arrays], **options))
            for end in ends.tolist()
        ]
    ).T
    return tuple(results)


def _newest(result: Any) -> Any:
    return [column[-1] for column in result] if isinstance(result, tuple) else result[-1]


def _array(values: Floats) -> Floats:
    """As TA-Lib takes it."""
    return np.ascontiguousarray(values, dtype=np.float64)
