"""Return against risk, from the returns of UTC days; a year has 365 of them, the riskless rate is 0.

Sources: W. Sharpe, "The Sharpe Ratio" (1994); F. Sortino and L. Price (1994); C. Keating and W. Shadwick,
"A Universal Performance Measure" (2002) for Omega; value at risk and its conditional by historical
simulation; skewness and kurtosis with the usual correction for small samples (G1 and G2 of D. Joanes and
C. Gill, 1998). The "smart" ratios divide by the autocorrelation penalty sqrt(1 + 2 sum (n - k)/n |r1|^k),
k = 1 ... n - 1, of A. Lo, "The Statistics of Sharpe Ratios" (2002), r1 being the correlation of one day with
the next. Serenity index: KeyQuant, "Introducing the Serenity Ratio" (2018).
"""

from math import sqrt
from typing import Any

import numpy as np

from bots.core.metrics.days import DAYS_A_YEAR, DailyReturns, deviation
from bots.core.metrics.ordered import percentile
from bots.core.metrics.rounding import PERCENT, RATIO, quotient, told
from bots.core.results import Floats

_YEAR = sqrt(DAYS_A_YEAR)
_LEVELS = (95, 99)


def risk(daily: DailyReturns) -> dict[str, Any]:
    """Ratios as they are; volatility, value at risk and tails in percent. Null under two days."""
    values = daily.values
    several = len(values) >= 2
    spread = deviation(values)
    down = downside(values) if several else 0.0
    penalty = autocorrelation_penalty(values)
    sharpe = _ratio(values, spread)
    sortino = _ratio(values, down)
    gains, losses = (float(np.clip(sign * values, 0, None).sum()) for sign in (1, -1))
    return {
        "sharpe": told(sharpe),
        "sortino": told(sortino),
        "smart_sharpe": None if sharpe is None or penalty is None else told(sharpe / penalty),
        "smart_sortino": None if sortino is None or penalty is None else told(sortino / penalty),
        "omega": quotient(gains, losses),
        "risk_return_ratio": None if sharpe is None else told(sharpe / _YEAR),
        "volatility": told(100 * spread * _YEAR, PERCENT) if several else None,
        "downside_deviation": told(100 * down * _YEAR, PERCENT) if several else None,
        **_tails(values),
        "skew": told(skew(values)),
        "kurtosis": told(kurtosis(values)),
        "serenity_index": told(serenity(values)),
    }


def _ratio(values: Floats, spread: float) -> float | None:
    return float(values.mean()) / spread * _YEAR if spread > 0 else None


def downside(values: Floats) -> float:
    """Root mean square of the losses over all days, winning ones counting 0."""
    return sqrt(float(np.mean(np.minimum(values, 0.0) ** 2))) if len(values) else 0.0


def _tails(values: Floats) -> dict[str, Any]:
    """VaR: the quantile of the daily returns (linear between two), as a loss; CVaR: mean of those at or
    beyond it. The tail ratio is the 95th percentile over the size of the 5th.
    """
    figures: dict[str, Any] = {}
    several = len(values) >= 2
    for level in _LEVELS:
        worst = percentile(values, 100 - level) if several else None
        beyond = None if worst is None else -100 * float(values[values <= worst].mean())
        figures[f"var_{level}"] = None if worst is None else told(-100 * worst, PERCENT)
        figures[f"cvar_{level}"] = told(beyond, PERCENT)
    upper, lower = (percentile(values, share) if several else 0.0 for share in (95, 5))
    figures["tail_ratio"] = told(abs(upper / lower), RATIO) if lower else None
    return figures


def skew(values: Floats) -> float | None:
    """G1; None under three days or unmoved."""
    count = len(values)
    if count < 3 or deviation(values) == 0:
        return None
    away = values - values.mean()
    biased: float = float(np.mean(away**3)) / float(np.mean(away**2)) ** 1.5
    return biased * sqrt(count * (count - 1)) / (count - 2)


def kurtosis(values: Floats) -> float | None:
    """G2, in excess of the normal distribution's; None under four days or unmoved."""
    count = len(values)
    if count < 4 or deviation(values) == 0:
        return None
    away = values - values.mean()
    biased: float = float(np.mean(away**4)) / float(np.mean(away**2)) ** 2 - 3
    return (count - 1) / ((count - 2) * (count - 3)) * ((count + 1) * biased + 6)


def autocorrelation_penalty(values: Floats) -> float | None:
    """At least 1; None under three days or where a day's return does not vary."""
    count = len(values)
    if count < 3 or deviation(values[:-1]) == 0 or deviation(values[1:]) == 0:
        return None
    first = abs(float(np.corrcoef(values[:-1], values[1:])[0, 1]))
    lags = np.arange(1, count)
    return sqrt(1 + 2 * float(((count - lags) / count * first**lags).sum()))


def serenity(values: Floats) -> float | None:
    """Sum of the returns / (ulcer index x pitfall), the pitfall being the mean of the deepest twentieth of
    the daily drawdowns over the deviation of the returns; all of compounded daily closes, as fractions.
    """
    spread = deviation(values)
    if spread == 0:
        return None
    grown = np.cumprod(1 + values)
    fall = 1 - grown / np.maximum.accumulate(np.maximum(grown, 1.0))
    ulcer = sqrt(float((fall**2).sum()) / (len(values) - 1))
    deepest = np.sort(fall)[::-1][: max(len(fall) // 20, 1)]
    pitfall = float(deepest.mean()) / spread
    return float(values.sum()) / (ulcer * pitfall) if ulcer * pitfall > 0 else None
