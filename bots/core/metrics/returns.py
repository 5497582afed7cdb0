"""What the equity returned, in all and a year.

Compound rate: CAGR = (end / start) ** (365 days / period) - 1. R²: the squared correlation (Pearson) of the
daily closes with a straight line.
"""

from typing import Any

import numpy as np

from bots.core.metrics.days import DAY, DAYS_A_YEAR, DailyCloses
from bots.core.metrics.equity_path import EquityPath
from bots.core.metrics.rounding import MONEY, PERCENT, RATIO, SECONDS, told


def returns(path: EquityPath) -> dict[str, Any]:
    """`total_return` and `cagr` in percent (`cagr` from one day on), amounts in the settlement currency."""
    days = path.period / DAY
    return {
        "start_time": told(path.first_ts, SECONDS) if path.count else None,
        "end_time": told(path.last_ts, SECONDS) if path.count else None,
        "period": round(path.period, SECONDS),
        "start_equity": path.start,
        "end_equity": path.last,
        "lowest_equity": told(path.lowest, MONEY),
        "highest_equity": told(path.highest, MONEY),
        "profit": told(path.last - path.start, MONEY) if path.count else 0.0,
        "total_return": told(100 * (path.last / path.start - 1), PERCENT) if path.start > 0 else None,
        "cagr": told(cagr(path), PERCENT),
        "avg_daily_profit": told((path.last - path.start) / days, MONEY) if days >= 1 else None,
        "r_squared": told(r_squared(path.days()), RATIO),
    }


def cagr(path: EquityPath) -> float | None:
    """Percent a year; None under a day, where it would say nothing."""
    if path.start <= 0 or path.period < DAY:
        return None
    if path.last <= 0:
        return -100.0
    exponent = DAYS_A_YEAR * DAY / path.period
    try:
        return float(100 * ((path.last / path.start) ** exponent - 1))
    except OverflowError:
        return None


def r_squared(days: DailyCloses) -> float | None:
    """How straight the equity rose (or fell), 0 to 1; None under three days, or where it did not move."""
    if len(days) < 3 or np.ptp(days.closes) == 0:
        return None
    return float(np.corrcoef(days.days, days.closes)[0, 1] ** 2)
