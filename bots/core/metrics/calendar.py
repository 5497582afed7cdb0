"""Results by UTC day, ISO week, month, year and weekday.

The return of a period is its last equity over the last one before it, in percent. Trades belong to the
period in which they closed.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np

from bots.core.metrics.days import DAY, DailyCloses
from bots.core.metrics.ordered import distinct
from bots.core.metrics.rounding import MONEY, PERCENT, quotient, rounded, told
from bots.core.results import Floats, Ints, TradeTable

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EPOCH = date(1970, 1, 1)
_THURSDAY = 3  # 1970-01-01, counted from Monday


def calendar(trades: TradeTable, days: DailyCloses) -> dict[str, Any]:
    """Tables by period, and the best, worst and average day, week and month.

    `by_day` gives the return of each day; the others give return, change of the equity (settlement currency),
    closed trades, their result in dollars and their win rate. A day without a change is a draw.
    """
    closed = (trades.exit_time // DAY).astype(np.int64)
    daily = days.returns()
    by_week, by_month, by_year = (
        _by_period(trades, days, period(closed), period(days.days), name)
        for period, name in ((_weeks, _week_name), (_months, _month_name), (_years, str))
    )
    moves = days.closes - days.before
    months = _returns_of(by_month)
    return {
        "best_day": _extreme(100 * daily.values, np.max),
        "worst_day": _extreme(100 * daily.values, np.min),
        "avg_day": _extreme(100 * daily.values, np.mean),
        "avg_winning_day": _extreme(100 * daily.values[daily.values > 0], np.mean),
        "avg_losing_day": _extreme(100 * daily.values[daily.values < 0], np.mean),
        "best_day_profit": told(float(moves.max()), MONEY) if len(moves) else None,
        "worst_day_profit": told(float(moves.min()), MONEY) if len(moves) else None,
        "winning_days": int((daily.values > 0).sum()),
        "draw_days": int((daily.values == 0).sum()),
        "losing_days": int((daily.values < 0).sum()),
        **_summary("week", _returns_of(by_week)),
        **_summary("month", months),
        "gain_to_pain": quotient(float(months.sum()), -float(np.minimum(months, 0).sum())),
        "by_weekday": _by_weekday(trades, days, closed),
        "by_year": by_year,
        "by_month": by_month,
        "by_week": by_week,
        "by_day": {_day_name(day): told(100 * value, PERCENT) for day, value in _pairs(daily)},
    }


def _pairs(daily: Any) -> Any:
    return zip(daily.days.tolist(), daily.values.tolist(), strict=True)


def _summary(name: str, returns: Floats) -> dict[str, Any]:
    return {
        f"best_{name}": _extreme(returns, np.max),
        f"worst_{name}": _extreme(returns, np.min),
        f"avg_{name}": _extreme(returns, np.mean),
        f"winning_{name}s": int((returns > 0).sum()),
        f"losing_{name}s": int((returns < 0).sum()),
    }


def _extreme(values: Floats, of: Callable[..., Any]) -> float | None:
    return told(float(of(values)), PERCENT) if len(values) else None


def _returns_of(periods: dict[str, Any]) -> Floats:
    known = [period["return"] for period in periods.values() if period["return"] is not None]
    return np.array(known, dtype=np.float64)


def _by_period(
    trades: TradeTable, days: DailyCloses, closed: Ints, sampled: Ints, name: Callable[[int], str]
) -> dict[str, Any]:
    """Figures of each period in which there are trades or samples; periods are ascending numbers."""
    lasts = np.flatnonzero(np.diff(sampled, append=np.iinfo(np.int64).max))
    closes = days.closes[lasts]
    befores = np.concatenate(([days.start], closes[:-1])) if len(closes) else closes
    found = {
        number: (_fraction(close, before), close - before)
        for number, close, before in zip(
            sampled[lasts].tolist(), closes.tolist(), befores.tolist(), strict=True
        )
    }
    counted = _closed(trades, closed)
    return {
        name(number): {
            "return": told(found[number][0], PERCENT) if number in found else None,
            "profit": told(found[number][1], MONEY) if number in found else None,
            **counted.get(number, _NO_TRADES),
        }
        for number in sorted(found.keys() | counted.keys())
    }


def _fraction(close: float, before: float) -> float | None:
    return 100 * (close / before - 1) if before > 0 else None


_NO_TRADES = {"trade_count": 0, "total_pnl": 0.0, "win_rate": None}


def _closed(trades: TradeTable, periods: Ints) -> dict[int, dict[str, Any]]:
    """Trades, their result and win rate of each period."""
    numbers, which = distinct(periods)
    counts = np.bincount(which, minlength=len(numbers))
    results = np.bincount(which, trades.pnl_usd, len(numbers))
    wins = np.bincount(which, trades.pnl > 0, len(numbers))
    return {
        number: {
            "trade_count": count,
            "total_pnl": rounded(result, MONEY),
            "win_rate": round(100 * won / count, 2),
        }
        for number, count, result, won in zip(
            numbers.tolist(), counts.tolist(), results.tolist(), wins.tolist(), strict=True
        )
    }


def _by_weekday(trades: TradeTable, days: DailyCloses, closed: Ints) -> dict[str, Any]:
    """`return` is the mean of the daily returns, `profit` the sum of the daily changes."""
    counted = _closed(trades, _weekday(closed))
    daily = days.returns()
    weekdays, moves = _weekday(days.days), days.closes - days.before
    returned = _weekday(daily.days)
    table: dict[str, Any] = {}
    for number, name in enumerate(WEEKDAYS):
        here = weekdays == number
        if here.any() or number in counted:
            table[name] = {
                "days": int(here.sum()),
                "return": _extreme(100 * daily.values[returned == number], np.mean),
                "profit": told(float(moves[here].sum()), MONEY),
                **counted.get(number, _NO_TRADES),
            }
    return table


def _weekday(days: Ints) -> Ints:
    return (days + _THURSDAY) % 7


def _weeks(days: Ints) -> Ints:
    return (days + _THURSDAY) // 7


def _months(days: Ints) -> Ints:
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _years(days: Ints) -> Ints:
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def _day_name(day: int) -> str:
    return (_EPOCH + timedelta(days=day)).isoformat()


def _week_name(week: int) -> str:
    """Such as 2024-W04; a week belongs to the year of its Thursday."""
    year, number, _ = (_EPOCH + timedelta(days=7 * week)).isocalendar()
    return f"{year}-W{number:02d}"


def _month_name(month: int) -> str:
    return f"{1970 + month // 12}-{month % 12 + 1:02d}"
