"""The rolling regression of one leg's log price on the other's: hedge ratio and z-score of what is left."""

import numpy as np

from bots.core.candles import Floats
from bots.strategies.grid import chunks, plain_sum

_NOTHING_LEFT = 1e-12
"""Share of the variance below which what is left of it is rounding."""


def hedge(first: Floats, second: Floats, window: int) -> tuple[Floats, Floats]:
    """Hedge ratio and z-score of the spread, from log prices, each over its own last `window` bars alone.

    The ratio is the slope of the least squares line of `first` on `second`: cov / var. The spread of a bar is
    first - ratio * second, with the newest ratio for the whole window (with each bar's own ratio the spread
    would move whenever the ratio does); z is its distance from its mean in its standard deviations
    (population). Both 0 where `second` did not move, z also where nothing but rounding is left. NaN until the
    window is full.
    """
    ratio, score = np.full(len(first), np.nan), np.full(len(first), np.nan)
    for begin, end in chunks(len(first) - window + 1):
        span = slice(begin, end + window - 1)
        newest = slice(begin + window - 1, end + window - 1)
        ratio[newest], score[newest] = _part(first[span], second[span], window)
    return ratio, score


def _part(a: Floats, b: Floats, window: int) -> tuple[Floats, Floats]:
    count = len(a) - window + 1
    mean_a = plain_sum(a, window)[window - 1 :] / window
    mean_b = plain_sum(b, window)[window - 1 :] / window
    aa, ab, bb = np.zeros(count), np.zeros(count), np.zeros(count)
    # From the oldest to the newest, whatever lies before: a window's sums are its own to the last bit.
    for offset in range(window):
        x, y = a[offset : offset + count] - mean_a, b[offset : offset + count] - mean_b
        aa += x * x
        ab += x * y
        bb += y * y
    zero = np.zeros(count)
    ratio = np.divide(ab, bb, out=zero.copy(), where=bb > 0)
    # The newest bar's distances are what the loop ended with.
    distance = x - ratio * y
    left = aa - ratio * ab
    moved = (bb > 0) & (left > _NOTHING_LEFT * aa)
    deviation = np.sqrt(np.where(moved, left, 1.0) / window)
    return ratio, np.divide(distance, deviation, out=zero, where=moved)
