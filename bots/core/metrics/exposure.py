"""Time in the market: of closed trades, over the period of the equity; trades that overlap count once."""

from typing import Any

import numpy as np

from bots.core.metrics.days import DAY
from bots.core.metrics.equity_path import EquityPath
from bots.core.metrics.rounding import RATIO, SECONDS, told
from bots.core.results import Floats, TradeTable


def exposure(trades: TradeTable, path: EquityPath) -> dict[str, Any]:
    """Shares in percent; `longest_flat` is the longest time between two trades, in seconds."""
    long, short = trades.side > 0, trades.side < 0
    entries, exits = trades.entry_time, trades.exit_time
    days = path.period / DAY
    return {
        "exposure": _share(_held(entries, exits), path),
        "exposure_long": _share(_held(entries[long], exits[long]), path),
        "exposure_short": _share(_held(entries[short], exits[short]), path),
        "longest_flat": _longest_flat(entries, exits),
        "trades_per_day": told(len(trades) / days, RATIO) if days > 0 else None,
    }


def _share(held: float, path: EquityPath) -> float | None:
    return round(min(100 * held / path.period, 100.0), 4) if path.period > 0 else None


def _sorted(entries: Floats, exits: Floats) -> tuple[Floats, Floats, Floats]:
    """Entries and exits in order of entry, and the latest exit of the trades before each."""
    order = np.lexsort((exits, entries))
    entries, exits = entries[order], exits[order]
    until = np.maximum.accumulate(np.concatenate(([-np.inf], exits[:-1])))
    return entries, exits, until


def _held(entries: Floats, exits: Floats) -> float:
    if not len(entries):
        return 0.0
    entries, exits, until = _sorted(entries, exits)
    return float(np.maximum(exits - np.maximum(entries, until), 0.0).sum())


def _longest_flat(entries: Floats, exits: Floats) -> float | None:
    if len(entries) < 2:
        return None
    entries, _, until = _sorted(entries, exits)
    return told(max(float((entries[1:] - until[1:]).max()), 0.0), SECONDS)
