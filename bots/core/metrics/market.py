"""The session against its market: returns of UTC days of both, on the days that both have.

Sources: Jensen's alpha (1968), (mean of the session - beta x mean of the market) x 365, riskless rate 0;
Treynor (1965); information ratio: mean over deviation of the difference, a year's worth; capture: mean return
of the session over that of the market, on the days when it rose (fell). The equity of an inverse contract
counts coins: its beta is that of the number of coins against the coin's price in dollars.
"""

from math import sqrt
from typing import Any

import numpy as np

from bots.core.metrics.days import DAYS_A_YEAR, DailyCloses, DailyReturns, deviation
from bots.core.metrics.ordered import common
from bots.core.metrics.rounding import PERCENT, RATIO, told
from bots.core.results import Floats


def market(session: DailyReturns, closes: DailyCloses | None, total_return: float | None) -> dict[str, Any]:
    """Returns, alpha, captures and tracking error in percent; the market's own return is from its first
    close to its last.
    """
    whole = _whole(closes)
    beyond = None if whole is None or total_return is None else told(total_return - whole, PERCENT)
    own, other = _common(session, closes)
    return {
        "market_return": told(whole, PERCENT),
        "market_max_drawdown": _deepest(closes),
        "excess_return": beyond,
        **_regression(own, other),
        **_tracking(own - other),
        "up_capture": _capture(own, other, other > 0),
        "down_capture": _capture(own, other, other < 0),
    }


def _whole(closes: DailyCloses | None) -> float | None:
    if closes is None or not len(closes) or closes.start <= 0:
        return None
    return float(100 * (closes.closes[-1] / closes.start - 1))


def _deepest(closes: DailyCloses | None) -> float | None:
    """Of the daily closes, in percent."""
    if closes is None or not len(closes) or closes.start <= 0:
        return None
    prices = np.concatenate(([closes.start], closes.closes))
    return told(float(100 * (1 - prices / np.maximum.accumulate(prices)).max()), PERCENT)


def _common(session: DailyReturns, closes: DailyCloses | None) -> tuple[Floats, Floats]:
    if closes is None:
        return np.empty(0), np.empty(0)
    other = closes.returns()
    own_at, other_at = common(session.days, other.days)
    return session.values[own_at], other.values[other_at]


def _regression(own: Floats, other: Floats) -> dict[str, Any]:
    names = ("alpha", "beta", "correlation", "treynor")
    if len(own) < 2 or np.ptp(other) == 0:
        return dict.fromkeys(names)
    around, against = own - own.mean(), other - other.mean()
    beta = float(np.dot(around, against) / np.dot(against, against))
    alpha = 100 * DAYS_A_YEAR * float(own.mean() - beta * other.mean())
    both = sqrt(float(np.dot(around, around)) * float(np.dot(against, against)))
    return {
        "alpha": told(alpha, PERCENT),
        "beta": told(beta, RATIO),
        "correlation": told(float(np.dot(around, against)) / both, RATIO) if both > 0 else None,
        "treynor": told(DAYS_A_YEAR * float(own.mean()) / beta, RATIO) if beta else None,
    }


def _tracking(difference: Floats) -> dict[str, Any]:
    spread = deviation(difference)
    year = sqrt(DAYS_A_YEAR)
    return {
        "tracking_error": told(100 * spread * year, PERCENT) if len(difference) >= 2 else None,
        "information_ratio": told(float(difference.mean()) / spread * year) if spread > 0 else None,
    }


def _capture(own: Floats, other: Floats, days: Any) -> float | None:
    if not days.any():
        return None
    return told(float(100 * own[days].mean() / other[days].mean()), PERCENT)
