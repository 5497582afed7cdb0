"""How deep the equity fell below its highest, for how long, and how it came back.

Sources: ulcer index, P. Martin and B. McCann, "The Investor's Guide to Fidelity Funds" (1989): the root mean
square of the drawdown in percent; pain index: its mean. Both over all samples of the equity.
"""

from math import sqrt
from typing import Any

from bots.core.metrics.equity_path import EquityPath
from bots.core.metrics.returns import cagr
from bots.core.metrics.rounding import MONEY, PERCENT, RATIO, SECONDS, quotient, share, told


def drawdown(path: EquityPath) -> dict[str, Any]:
    """Depths in percent of the peak (amounts in the settlement currency), times in seconds.

    The deepest drawdown: `max_drawdown_fall` from its peak to its bottom, `max_drawdown_recovery` from there
    to the peak again, null before. `max_drawdown_duration` is the longest time under a peak, of whatever
    drawdown. Calmar is the compound return over the deepest drawdown, Martin's ratio the same over the ulcer
    index; the recovery factor is the profit over the deepest fall in currency.
    """
    fell = path.deepest > 0
    ulcer = sqrt(path.squares / path.count) if path.count else None
    drawdowns = path.over + (path.open_depth is not None)
    depth = (path.over_depth + (path.open_depth or 0.0)) / drawdowns if drawdowns else None
    under = path.over_seconds + path.open_seconds
    recovered = path.recovered_ts
    return {
        "max_drawdown": round(path.deepest, 4),
        "max_drawdown_amount": told(path.deepest_amount, MONEY),
        "max_drawdown_top": told(path.top, MONEY) if fell else None,
        "max_drawdown_bottom": told(path.bottom, MONEY) if fell else None,
        "max_drawdown_start": told(path.top_ts, SECONDS) if fell else None,
        "max_drawdown_low": told(path.bottom_ts, SECONDS) if fell else None,
        "max_drawdown_end": told(recovered, SECONDS),
        "max_drawdown_fall": told(path.bottom_ts - path.top_ts, SECONDS) if fell else None,
        "max_drawdown_recovery": None if recovered is None else told(recovered - path.bottom_ts, SECONDS),
        "max_drawdown_duration": told(max(path.over_longest, path.open_seconds), SECONDS),
        "current_drawdown": told(share(path.peak - path.last, path.peak), PERCENT) if path.count else 0.0,
        "current_drawdown_duration": told(path.open_seconds, SECONDS),
        "drawdown_count": drawdowns,
        "avg_drawdown": told(depth, PERCENT),
        "avg_drawdown_duration": told(under / drawdowns, SECONDS) if drawdowns else None,
        "time_underwater": share(under, path.period),
        "ulcer_index": told(ulcer, RATIO),
        "pain_index": told(path.depths / path.count, RATIO) if path.count else None,
        "calmar": quotient(cagr(path), path.deepest),
        "martin_ratio": quotient(cagr(path), ulcer),
        "recovery_factor": quotient(path.last - path.start, path.deepest_amount),
    }
