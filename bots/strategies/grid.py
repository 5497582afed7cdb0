"""Moving sums that are exact: values on a decimal grid, counted in whole steps of it.

Adding floats rounds, and a running sum (TA-Lib's, NumPy's) rounds differently for each place at which it
began; so its value over the last bars would not be the one over all of them. Prices, sizes and their
differences are decimals with few places, though: as whole numbers their sums are exact, wherever they begin,
and one division rounds them once. The quotient of two exact whole numbers does not depend on how fine the
grid is, so it does not matter either which values elsewhere decided that.

Windows with a value that has more than `PLACES` decimals, or with sums beyond the bounds below, are added up
one by one instead, in one fixed order. Which way a window is computed depends on its own values alone: either
way every value is a function of its window, down to the last bit.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bots.core.candles import Floats
from bots.strategies.ta import talib

PLACES = 10
_EXACT = 2.0**50
"""Whole numbers up to 2^53 are floats; some bits below it, rounding is sure to find the right one."""
_WIDE = 2.0**31
"""With n values in a range below 2^31 / n, n * sum(x^2) - sum(x)^2 is below 2^62: int64 carries it."""
_NOT_DECIMAL = 99.0
_CHUNK = 8192

Mask = NDArray[np.bool_]


class _Way(NamedTuple):
    """How a figure is computed. All but `fits` give an array as long as what they are given.

    Attributes:
        fits: whether windows with this largest size and this range may be counted in steps of 1 / scale.
        exact: from whole numbers of steps, and the scale.
        plain: from the values, one by one.
    """

    fits: Callable[[Floats, Floats, float], Mask]
    exact: Callable[[Floats, float], Floats]
    plain: Callable[[Floats], Floats]


def moving_sum(values: Floats, window: int) -> Floats:
    """Sum of the last `window` values; NaN until there are so many."""
    return _moving(values, window, _sum_over(window, 1))


def moving_mean(values: Floats, window: int) -> Floats:
    """Mean of the last `window` values; NaN until there are so many."""
    return _moving(values, window, _sum_over(window, window))


def moving_variance(values: Floats, window: int) -> Floats:
    """Mean square distance of the last `window` values from their mean (population); NaN until so many.

    On the grid it is n * sum(x^2) - sum(x)^2 in integers, divided once by n^2: not TA-Lib's difference of two
    rounded means, of which a price leaves few right digits.
    """

    def fits(top: Floats, width: Floats, scale: float) -> Mask:
        narrow = (width * (scale * window) < _WIDE) & (scale * window < _WIDE)
        return np.asarray(narrow & (top * (scale * window) < _EXACT))

    def exact(levels: Floats, scale: float) -> Floats:
        result = np.full(len(levels), np.nan)
        divisor = np.longdouble((window * int(scale)) ** 2)
        for first, last in chunks(len(levels) - window + 1):
            steps = levels[first : last + window - 1].astype(np.int64)
            # Sums and products may run over 2^64 and begin again; their difference is below it, and right.
            total, squares = _integer_sum(steps, window), _integer_sum(steps * steps, window)
            # 64 bits of mantissa hold both sides exactly.
            numerator = (window * squares - total * total).astype(np.longdouble)
            result[first + window - 1 : last + window - 1] = numerator / divisor
        return result

    def plain(values: Floats) -> Floats:
        result = np.full(len(values), np.nan)
        for first, last in chunks(len(values) - window + 1):
            mean = plain_sum(values[first : last + window - 1], window)[window - 1 :] / window
            total = np.zeros(last - first)
            for offset in range(window):
                distance = values[first + offset : last + offset] - mean
                total += distance * distance
            result[first + window - 1 : last + window - 1] = total / window
        return result

    return _moving(values, window, _Way(fits, exact, plain))


def plain_sum(values: Floats, window: int) -> Floats:
    """Sum of the last `window` values, added from the oldest to the newest."""
    result = np.full(len(values), np.nan)
    for first, last in chunks(len(values) - window + 1):
        total = np.zeros(last - first)
        for offset in range(window):
            total += values[first + offset : last + offset]
        result[first + window - 1 : last + window - 1] = total
    return result


def chunks(count: int) -> Iterator[tuple[int, int]]:
    """Parts of `count` windows that stay in the processor's cache."""
    return ((first, min(first + _CHUNK, count)) for first in range(0, max(count, 0), _CHUNK))


def as_decimals(values: Floats) -> Floats:
    """Differences of decimals without the rounding of the subtraction: the floats nearest to the true ones.

    To `PLACES` decimals; what is too large for that, and NaN, stays as it is.
    """
    scale = 10.0**PLACES
    with np.errstate(over="ignore", invalid="ignore"):
        steps = np.rint(values * scale)
        return np.where(np.abs(steps) < _EXACT, steps / scale, values)


def moving_max(values: Floats, window: int) -> Floats:
    """Highest of the last `window` values; NaN until there are so many."""
    return _begun(values, window, lambda part: _highest(part, window))


def moving_min(values: Floats, window: int) -> Floats:
    """Lowest of the last `window` values; NaN until there are so many."""
    return _begun(values, window, lambda part: -_highest(-part, window))


def _sum_over(window: int, divisor: int) -> _Way:
    def fits(top: Floats, _width: Floats, scale: float) -> Mask:
        return np.asarray(top * (scale * window) < _EXACT)

    def exact(levels: Floats, scale: float) -> Floats:
        total: Floats = levels if window == 1 else talib.SUM(levels, window)
        return np.divide(total, divisor * scale, out=total)

    return _Way(fits, exact, lambda values: plain_sum(values, window) / divisor)


def _moving(values: Floats, window: int, way: _Way) -> Floats:
    def figure(part: Floats) -> Floats:
        with np.errstate(over="ignore", invalid="ignore"):
            whole = _whole(part, way)
            return _each_window(part, window, way) if whole is None else whole

    return _begun(values, window, figure)


def _begun(values: Floats, window: int, figure: Callable[[Floats], Floats]) -> Floats:
    """The figure from the first number on: NaN before it (of another indicator) is no value."""
    if window < 1:
        raise ValueError(f"a window is 1 bar or more, not {window}")
    values = np.ascontiguousarray(values, dtype=np.float64)
    start = _first_number(values)
    if len(values) - start < window:
        return np.full(len(values), np.nan)
    if not start:
        return figure(values)
    return np.concatenate([values[:start], figure(values[start:])])


def _first_number(values: Floats) -> int:
    if len(values) and not np.isnan(values[0]):
        return 0
    number = ~np.isnan(values)
    return int(np.argmax(number)) if number.any() else len(values)


def _whole(values: Floats, way: _Way) -> Floats | None:
    """All at once on the coarsest grid that has all values; None where there is none, or one does not fit."""
    for places in range(PLACES + 1):
        levels = _levels(values, 10.0**places)
        if levels is not None:
            low, high = values.min(), values.max()
            top, width = np.array(max(-low, high)), np.array(high - low)
            return way.exact(levels, 10.0**places) if way.fits(top, width, 10.0**places) else None
    return None


def _levels(values: Floats, scale: float) -> Floats | None:
    """The values in steps of 1 / scale; None where one of them is between two. Part by part, in the cache."""
    levels, back = np.empty(len(values)), np.empty(_CHUNK)
    for first, last in chunks(len(values)):
        part, steps = values[first:last], levels[first:last]
        np.rint(np.multiply(part, scale, out=steps), out=steps)
        if not np.array_equal(np.divide(steps, scale, out=back[: last - first]), part):
            return None
    return levels


def _each_window(values: Floats, window: int, way: _Way) -> Floats:
    """Each window on its own grid: exactly where it fits there, else plainly."""
    size = np.where(np.isfinite(values), np.abs(values), np.inf)
    most = _highest(_places(values), window)
    top = _highest(size, window)
    number = np.where(np.isfinite(values), values, np.inf)
    width = _highest(number, window) + _highest(-number, window)
    result, left = np.full(len(values), np.nan), most >= 0
    for places in np.unique(most[most <= PLACES]).tolist():
        scale = 10.0**places
        mine = (most == places) & way.fits(top, width, scale)
        if mine.any():
            levels = np.rint(np.where(np.isfinite(values), values, 0.0) * scale)
            # Too large a number would spoil the running sums of all windows after it. None of those that are
            # counted here holds one, so it may as well be 0.
            levels[~(np.abs(levels) < _EXACT / window)] = 0.0
            result[mine] = way.exact(levels, scale)[mine]
            left &= ~mine
    if left.any():
        result[left] = way.plain(values)[left]
    return result


def _places(values: Floats) -> Floats:
    """How many decimals each value has; `_NOT_DECIMAL` for more than `PLACES`."""
    result = np.full(len(values), _NOT_DECIMAL)
    for places in range(PLACES, -1, -1):
        result[_is_on_grid(values, 10.0**places)] = places
    return result


def _is_on_grid(values: Floats, scale: float) -> Mask:
    levels = np.rint(values * scale)
    return np.asarray((levels / scale == values) & (np.abs(levels) < _EXACT))


def _highest(values: Floats, window: int) -> Floats:
    """Maximum of each window; NaN where it holds one."""
    if window == 1:
        return values
    result = np.asarray(talib.MAX(values, window))
    bad = np.isnan(values)
    if bad.any():  # TA-Lib does not say what it makes of them
        held = talib.SUM(bad.astype(np.float64), window) > 0
        result = np.where(held, np.nan, talib.MAX(np.where(bad, -np.inf, values), window))
    return result


def _integer_sum(steps: NDArray[np.int64], window: int) -> NDArray[np.int64]:
    total = np.cumsum(steps)
    result = total[window - 1 :].copy()
    result[1:] -= total[:-window]
    return result
