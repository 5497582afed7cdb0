"""The kernel's arrays as Python holds them; Numba is not imported here."""

from typing import Any, NamedTuple

import numpy as np

UNITS = 1e8
"""Booked units in one whole: money is booked to 8 decimals."""

Array = Any
"""A NumPy array of the field's type: int64 or float64."""


class State(NamedTuple):
    """All that a run knows. One-dimensional unless columns are named; see `layout` for the positions."""

    i: Array
    f: Array
    orders: Array
    order_floats: Array
    queue: Array
    free: Array
    exits: Array
    rearmed: Array
    groups: Array
    inbox: Array
    inbox_floats: Array
    outbox: Array
    trades: Array
    trade_times: Array
    sample_ts: Array
    sample_equity: Array
    sample_drawdown: Array
    ts: Array
    open: Array
    high: Array
    low: Array
    close: Array
    volume: Array
    closing: Array
    targets: Array
    target_lots: Array
    funding: Array


def addresses(state: State) -> Array:
    """The table for `state_of`. Whoever holds it must hold the arrays as well."""
    return np.array([(array.ctypes.data, len(array)) for array in state], dtype=np.int64)
