"""Made trades and curves for the tests of the figures."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from bots.core.results import EquityCurve, Floats

DAY = 86_400


def trade(
    pnl: float,
    side: str = "LONG",
    entry: float = 0.0,
    exit_: float = 60.0,
    reason: str = "target",
    **changed: Any,
) -> dict[str, Any]:
    """A trade of `pnl` dollars, at 100 dollars a coin; its value at the entry is one coin."""
    made = {
        "id": 1, "session": "s", "exchange": "sandbox", "market": "XBTUSD", "side": side,
        "entry_time": entry, "exit_time": exit_, "entry_price": 100.0, "exit_price": 100.0, "size": 100.0,
        "gross_pnl": pnl / 100 + 0.01, "fees": 0.02, "funding": 0.01, "pnl": pnl / 100, "slippage": 0.001,
        "settle": "BTC", "pnl_usd": pnl, "entry_reason": "signal", "exit_reason": reason, "run": 1,
    }  # fmt: skip
    return made | changed


def curve_of(
    equity: Sequence[float] | Floats, start: float = 1.0, step: float = DAY, first: float = DAY
) -> EquityCurve:
    """Samples `step` seconds apart; drawdowns from the highest so far, the start among it."""
    values = np.asarray(equity, np.float64)
    peaks = np.maximum(np.maximum.accumulate(values), start)
    ts = first + step * np.arange(len(values), dtype=np.float64)
    return EquityCurve(ts, values, (peaks - values) / peaks * 100)


def days_of(returns: Sequence[float] | Floats) -> EquityCurve:
    """One sample a UTC day, from a start of 1."""
    return curve_of(list(np.cumprod(1 + np.asarray(returns, np.float64))))


def close(expected: float) -> Any:
    """Equal but for the six decimals to which a figure is rounded."""
    return pytest.approx(expected, rel=1e-9, abs=2e-6)
