"""The compiled backtest: the same orders, fills and books as the general engine, at the speed of arrays.

Nothing is compiled, and Numba is not imported, before `run` is.
"""

from collections.abc import Mapping
from typing import Any

from bots.core.assumptions import Assumptions
from bots.core.instrument import Instrument
from bots.core.strategy import Strategy


def why_not(
    strategy: Strategy,
    instruments: Mapping[str, Instrument],
    assumptions: Assumptions,
    ticks: Mapping[str, Any],
) -> str:
    """Why this cannot be run compiled; empty if it can."""
    if len(instruments) != 1:
        return "it trades several markets"
    if ticks:
        return "recorded ticks lie under the candles"
    if type(strategy).on_tick is not Strategy.on_tick:
        return "the strategy has a handler for ticks"
    if strategy.timeframes:
        return "the strategy looks at further timeframes"
    if assumptions.latency_ms:
        return "orders take time to arrive"
    if assumptions.volume_share is not None:
        return "a print fills only a share of its volume"
    if assumptions.path_steps < 4 or not 0 <= assumptions.maintenance_margin < 1:
        return "the assumptions are beyond what is compiled"
    return ""
