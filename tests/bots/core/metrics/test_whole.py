"""Every figure against one worked by hand or by another library's formula."""

import json

import numpy as np
import pytest

from bots.core.metrics import metrics
from tests.bots.core.metrics.books import DAY, curve_of, trade

TRADES = [
    trade(30, entry=0, exit_=100),
    trade(-10, "SHORT", entry=100, exit_=160, reason="stop"),
    trade(-5, entry=300, exit_=310, reason="stop"),
    trade(0, "SHORT", entry=400, exit_=500),
    trade(20, "SHORT", entry=450, exit_=550),
]


def test_results_of_trades() -> None:
    figures = metrics(TRADES)
    expected = {
        "trade_count": 5, "wins": 2, "losses": 2, "win_rate": 40.0, "total_pnl": 35.0,
        "profit_factor": 50 / 15,
        "expectancy": 7.0, "avg_win": 25.0, "avg_loss": -7.5, "payoff_ratio": 25 / 7.5, "best_trade": 30,
        "worst_trade": -10, "max_win_streak": 1, "max_loss_streak": 2, "gross_pnl": 0.4, "fees": 0.1,
        "funding": 0.05, "slippage": 0.005, "net_pnl": 0.35, "settle": "BTC",
    }  # fmt: skip
    assert {name: figures[name] for name in expected} == pytest.approx(expected, abs=1e-6)


def test_no_figure_is_minus_nothing() -> None:
    """Neither where there is nothing, nor where so little is lost that it is rounded to nothing."""
    lost = [trade(-1e-10, gross_pnl=-1e-12, fees=0.0, funding=0.0, slippage=-1e-12), trade(30, funding=0.0)]
    for figures in (metrics([]), metrics(TRADES), metrics(lost, curve_of([1.0, 1.0, 1.2]), 1.0)):
        assert "-0.0," not in json.dumps(figures)


def test_long_short_and_reasons_split_the_whole() -> None:
    figures = metrics(TRADES)
    long, short = figures["long"], figures["short"]
    assert (long["trade_count"], long["win_rate"], long["total_pnl"]) == (2, 50.0, 25.0)
    assert (short["trade_count"], short["win_rate"], short["total_pnl"]) == (3, 33.33, 10.0)
    stop, target = (figures["by_exit_reason"][name] for name in ("stop", "target"))
    assert (stop["trade_count"], stop["total_pnl"]) == (2, -15.0)
    assert (target["trade_count"], target["total_pnl"]) == (3, 50.0)
    assert list(figures["by_exit_reason"]) == ["target", "stop"]  # those of most trades first


def test_holding_times_in_seconds_and_exposure_counts_overlap_once() -> None:
    figures = metrics(TRADES, [(0, 1.0, 0.0), (1000, 1.0, 0.0)], 1.0)
    assert figures["avg_holding_time"] == 74.0
    assert figures["median_holding_time"] == 100.0
    assert (figures["min_holding_time"], figures["max_holding_time"]) == (10.0, 100.0)
    assert figures["exposure"] == 32.0  # 100 + 60 + 10 + 150 of 1000 s


def test_return_drawdown_and_daily_ratios() -> None:
    levels = [1.02, 1.01, 1.05, 1.04]
    curve = [(day * DAY + 60, 0.9, 12.5) for day in range(4)]
    curve += [(day * DAY + 120, level, 1.0) for day, level in enumerate(levels)]
    figures = metrics([], sorted(curve), 1.0)
    returns = np.diff([1.0, *levels]) / np.array([1.0, *levels[:-1]])
    assert figures["sharpe"] == pytest.approx(returns.mean() / returns.std(ddof=1) * np.sqrt(365), abs=1e-5)
    downside = np.sqrt((np.minimum(returns, 0) ** 2).mean())
    assert figures["sortino"] == pytest.approx(returns.mean() / downside * np.sqrt(365), abs=1e-5)
    assert figures["total_return"] == pytest.approx(4.0)
    assert figures["max_drawdown"] == 12.5
    assert (figures["start_equity"], figures["end_equity"]) == (1.0, 1.04)


def test_what_is_not_defined_is_null_and_all_is_json() -> None:
    figures = metrics([])
    for name in ("profit_factor", "expectancy", "avg_win", "best_trade", "sharpe", "sortino", "exposure"):
        assert figures[name] is None
    assert metrics(TRADES[:1])["profit_factor"] is None
    for some in (figures, metrics(TRADES, [(0, 1.0, 0.0), (9 * DAY, 1.0, 0.0)], 1.0)):
        assert json.loads(json.dumps(some, allow_nan=False)) == some
