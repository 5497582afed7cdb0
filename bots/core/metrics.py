"""Figures of a session from its trades and its equity curve: a pure function of the two."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from math import fsum, sqrt
from statistics import fmean, median, stdev
from typing import Any

Trade = Mapping[str, Any]
EquityRow = Sequence[float]
"""[ts, equity, drawdown in percent]"""

_DAY = 86_400
_DAYS_A_YEAR = 365
"""Crypto markets do not close."""


def metrics(trades: Sequence[Trade], equity: Sequence[EquityRow] = (), start: float = 0.0) -> dict[str, Any]:
    """Everything the detail view shows, as JSON; a figure that is not defined is null.

    Results of trades (`total_pnl`, averages, extremes, long, short) are dollars; `fees`, `funding`,
    `slippage`, `gross_pnl` and `net_pnl` are in the trades' settlement currency, `settle`. Rates, drawdown,
    return and exposure are percentages, holding times seconds. `start` is the starting balance.
    """
    results = [float(trade["pnl_usd"]) for trade in trades]
    return {
        "trade_count": len(trades),
        "settle": trades[0]["settle"] if trades else None,
        **_results(trades, results),
        "long": _side(trades, "LONG"),
        "short": _side(trades, "SHORT"),
        "by_exit_reason": _by_reason(trades),
        **{
            name: _total(trade[name] for trade in trades)
            for name in ("gross_pnl", "fees", "funding", "slippage")
        },
        "net_pnl": _total(trade["pnl"] for trade in trades),
        **_holding(trades),
        "max_win_streak": _streak(trades, won=True),
        "max_loss_streak": _streak(trades, won=False),
        **_equity(equity, start),
        "exposure": _exposure(trades, equity),
    }


def _results(trades: Sequence[Trade], results: Sequence[float]) -> dict[str, Any]:
    wins = [result for trade, result in zip(trades, results, strict=True) if trade["pnl"] > 0]
    losses = [result for trade, result in zip(trades, results, strict=True) if trade["pnl"] < 0]
    won, lost = fsum(wins), -fsum(losses)
    return {
        "total_pnl": _total(results),
        "wins": len(wins),
        "losses": len(losses),
        "win_rate": round(100 * len(wins) / len(trades), 2) if trades else 0.0,
        "profit_factor": round(won / lost, 6) if lost else None,
        "expectancy": _mean(results),
        "avg_win": _mean(wins),
        "avg_loss": _mean(losses),
        "payoff_ratio": round(fmean(wins) / -fmean(losses), 6) if wins and losses else None,
        "best_trade": max(results, default=None),
        "worst_trade": min(results, default=None),
    }


def _side(trades: Sequence[Trade], side: str) -> dict[str, Any]:
    chosen = [trade for trade in trades if trade["side"] == side]
    wins = sum(trade["pnl"] > 0 for trade in chosen)
    return {
        "trade_count": len(chosen),
        "win_rate": round(100 * wins / len(chosen), 2) if chosen else 0.0,
        "total_pnl": _total(trade["pnl_usd"] for trade in chosen),
    }


def _by_reason(trades: Sequence[Trade]) -> dict[str, Any]:
    ordered = sorted(trades, key=_reason)
    groups = {reason: list(chosen) for reason, chosen in groupby(ordered, key=_reason)}
    return {
        reason: {"trade_count": len(chosen), "total_pnl": _total(trade["pnl_usd"] for trade in chosen)}
        for reason, chosen in groups.items()
    }


def _reason(trade: Trade) -> str:
    return str(trade["exit_reason"])


def _holding(trades: Sequence[Trade]) -> dict[str, Any]:
    times = [float(trade["exit_time"]) - float(trade["entry_time"]) for trade in trades]
    return {
        "avg_holding_time": round(fmean(times), 3) if times else None,
        "median_holding_time": round(median(times), 3) if times else None,
        "max_holding_time": round(max(times), 3) if times else None,
        "min_holding_time": round(min(times), 3) if times else None,
    }


def _streak(trades: Sequence[Trade], won: bool) -> int:
    longest = current = 0
    for trade in trades:
        hit = trade["pnl"] > 0 if won else trade["pnl"] < 0
        current = current + 1 if hit else 0
        longest = max(longest, current)
    return longest


def _equity(equity: Sequence[EquityRow], start: float) -> dict[str, Any]:
    last = float(equity[-1][1]) if equity else start
    returns = _daily_returns(equity, start)
    return {
        "start_equity": start,
        "end_equity": last,
        "total_return": round(100 * (last / start - 1), 6) if start > 0 else None,
        "max_drawdown": round(max((float(row[2]) for row in equity), default=0.0), 4),
        "sharpe": _sharpe(returns),
        "sortino": _sortino(returns),
        "period": round(float(equity[-1][0]) - float(equity[0][0]), 3) if equity else 0.0,
    }


def _daily_returns(equity: Sequence[EquityRow], start: float) -> list[float]:
    """Return of each UTC day, from the last equity of the day before (on the first day: the start)."""
    returns: list[float] = []
    before = start
    for _, rows in groupby(equity, key=lambda row: row[0] // _DAY):
        *_, last = rows
        if before > 0:
            returns.append(float(last[1]) / before - 1)
        before = float(last[1])
    return returns


def _sharpe(returns: Sequence[float]) -> float | None:
    """Mean over standard deviation of daily returns, a year's worth; null under two days or unmoved."""
    if len(returns) < 2 or (spread := stdev(returns)) == 0:
        return None
    return round(fmean(returns) / spread * sqrt(_DAYS_A_YEAR), 6)


def _sortino(returns: Sequence[float]) -> float | None:
    """As Sharpe, over the root mean square of the losing days alone; null where no day lost."""
    downside = sqrt(fsum(min(value, 0.0) ** 2 for value in returns) / len(returns)) if returns else 0.0
    if len(returns) < 2 or downside == 0:
        return None
    return round(fmean(returns) / downside * sqrt(_DAYS_A_YEAR), 6)


def _exposure(trades: Sequence[Trade], equity: Sequence[EquityRow]) -> float | None:
    """Share of the time with a position, in percent; trades that overlap count once."""
    if not equity or equity[-1][0] <= equity[0][0]:
        return None
    held, until = 0.0, float("-inf")
    for entry, exit_ in sorted((float(trade["entry_time"]), float(trade["exit_time"])) for trade in trades):
        held += max(exit_ - max(entry, until), 0.0)
        until = max(until, exit_)
    return round(min(100 * held / (equity[-1][0] - equity[0][0]), 100.0), 4)


def _total(values: Any) -> float:
    return round(fsum(float(value) for value in values), 8)


def _mean(values: Sequence[float]) -> float | None:
    return round(fmean(values), 8) if values else None
