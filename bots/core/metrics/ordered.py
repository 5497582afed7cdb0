"""Distinct numbers, what two series have in common, percentiles.

NumPy's own (`unique`, `intersect1d`, `percentile`, `median`) load its masked arrays, which would cost every
live session half a megabyte of memory.
"""

import numpy as np

from bots.core.results import Floats, Ints


def distinct(values: Ints) -> tuple[Ints, Ints]:
    """The distinct values, ascending, and for each value the place of it among them."""
    if not len(values):
        return values, values
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    is_new = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    which = np.empty(len(values), np.int64)
    which[order] = np.cumsum(is_new) - 1
    return ordered[is_new], which


def common(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Places in both of the numbers that both have; each ascending and without doubles."""
    if not len(left) or not len(right):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    at = np.minimum(np.searchsorted(right, left), len(right) - 1)
    both = np.flatnonzero(right[at] == left)
    return both, at[both]


def percentile(values: Floats, share: float) -> float:
    """The value below which `share` percent of them lie (at least one), linear between two."""
    ordered = np.sort(values)
    position = (len(ordered) - 1) * share / 100
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (position - below) * (ordered[above] - ordered[below]))


def median(values: Floats) -> float:
    return percentile(values, 50)
