"""Closed trades: how many won and lost, and how much.

A trade wins where its `pnl` is above zero and loses where it is below; else it is a draw. Amounts are
dollars (`pnl_usd`). Sources: profit factor, expectancy and payoff ratio as is usual; expectancy ratio, win
rate x (1 + payoff) - 1; SQN, V. Tharp, "The Definitive Guide to Position Sizing" (2008), sqrt(n) x mean /
standard deviation of the results; Kelly share, J. Kelly (1956), win rate - loss rate / payoff.
"""

from math import sqrt
from typing import Any

import numpy as np

from bots.core.metrics.ordered import median
from bots.core.metrics.rounding import MONEY, PERCENT, RATIO, SECONDS, extreme, mean, quotient, told, total
from bots.core.metrics.values import entry_values
from bots.core.results import NOT_COUNTED, Floats, Ints, TradeTable


def outcomes(trades: TradeTable) -> dict[str, Any]:
    """Counts, rates in percent, results in dollars, and results in percent of the value entered."""
    results, count = trades.pnl_usd, len(trades)
    won, lost = trades.pnl > 0, trades.pnl < 0
    wins, losses = results[won], results[lost]
    gain, loss = total(wins), -total(losses)
    payoff = quotient(float(wins.mean()), -float(losses.mean())) if len(wins) and len(losses) else None
    win_rate = len(wins) / count if count else 0.0
    spread = float(results.std(ddof=1)) if count >= 2 else 0.0
    return {
        "total_pnl": total(results),
        "wins": len(wins),
        "losses": len(losses),
        "draws": count - len(wins) - len(losses),
        "win_rate": round(100 * win_rate, 2),
        "gross_profit": gain,
        "gross_loss": -loss if loss else 0.0,
        "profit_factor": quotient(gain, loss),
        "expectancy": mean(results),
        "expectancy_100": told(100 * float(results.mean()), MONEY) if count else None,
        "expectancy_ratio": None if payoff is None else told(win_rate * (1 + payoff) - 1),
        "payoff_ratio": payoff,
        "avg_win": mean(wins),
        "avg_loss": mean(losses),
        "median_trade": told(median(results), MONEY) if count else None,
        "trade_deviation": told(spread, MONEY) if count >= 2 else None,
        "best_trade": extreme(results, highest=True),
        "worst_trade": extreme(results, highest=False),
        "smallest_win": extreme(wins, highest=False),
        "smallest_loss": extreme(losses, highest=True),
        **_in_percent(trades),
        "sqn": told(sqrt(count) * float(results.mean()) / spread) if spread > 0 else None,
        "kelly": None if not payoff else told(100 * (win_rate - len(losses) / count / payoff), PERCENT),
    }


def _in_percent(trades: TradeTable) -> dict[str, Any]:
    values = entry_values(trades)
    known = values > 0
    results = 100 * trades.pnl[known] / values[known]
    return {
        "avg_trade_return": mean(results, PERCENT),
        "best_trade_return": extreme(results, highest=True, digits=PERCENT),
        "worst_trade_return": extreme(results, highest=False, digits=PERCENT),
    }


def streaks(trades: TradeTable) -> dict[str, Any]:
    """Longest runs of wins and of losses; the current one, negative for losses, 0 after a draw."""
    signs = np.sign(trades.pnl).astype(np.int64)
    starts = np.flatnonzero(np.diff(signs, prepend=-2)) if len(signs) else np.empty(0, np.int64)
    lengths = np.diff(starts, append=len(signs))
    kinds = signs[starts]
    return {
        "max_win_streak": _longest(lengths[kinds > 0]),
        "max_loss_streak": _longest(lengths[kinds < 0]),
        "current_streak": int(kinds[-1] * lengths[-1]) if len(kinds) else 0,
    }


def _longest(lengths: Ints) -> int:
    return int(lengths.max()) if len(lengths) else 0


def holding(trades: TradeTable) -> dict[str, Any]:
    """How long trades were open: seconds, and bars of the session's timeframe."""
    times = trades.exit_time - trades.entry_time
    bars = trades.bars_held[trades.bars_held != NOT_COUNTED].astype(np.float64)
    return {
        "avg_holding_time": mean(times, SECONDS),
        "median_holding_time": told(median(times), SECONDS) if len(times) else None,
        "max_holding_time": extreme(times, highest=True, digits=SECONDS),
        "min_holding_time": extreme(times, highest=False, digits=SECONDS),
        **_holding_of("wins", times[trades.pnl > 0]),
        **_holding_of("losses", times[trades.pnl < 0]),
        "avg_bars_held": mean(bars, RATIO),
        "max_bars_held": int(bars.max()) if len(bars) else None,
    }


def _holding_of(name: str, times: Floats) -> dict[str, Any]:
    return {
        f"avg_holding_time_{name}": mean(times, SECONDS),
        f"max_holding_time_{name}": extreme(times, highest=True, digits=SECONDS),
        f"min_holding_time_{name}": extreme(times, highest=False, digits=SECONDS),
    }
