"""Counts, results, streaks and holding times against plain Python over the records."""

import math
import statistics
from itertools import groupby
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.core.metrics import metrics
from tests.bots.core.metrics.books import DAY, close, curve_of, trade


def made(seed: int, number: int = 200) -> list[dict[str, Any]]:
    """Trades that win, lose and draw, some of them overlapping."""
    rng = np.random.default_rng(seed)
    rows = []
    for n in range(number):
        entry = DAY + float(rng.integers(0, 30 * DAY))
        pnl = float(rng.choice([0.0, 1.0, 1.0])) * round(float(rng.normal(1, 20)), 2)
        rows.append(
            trade(
                pnl, str(rng.choice(["LONG", "SHORT"])), entry, entry + float(rng.integers(1, 2 * DAY)),
                f"exit {rng.integers(0, 3)}", id=n + 1, entry_reason=f"entry {rng.integers(0, 2)}",
                mae=-abs(round(float(rng.normal(0, 0.1)), 4)), mfe=abs(round(float(rng.normal(0, 0.1)), 4)),
                bars_held=int(rng.integers(0, 50)), settle_usd=100.0, fees=float(rng.random()),
                slippage=float(rng.random()), funding=float(rng.normal()),
                entry_price=float(rng.uniform(50, 200)), exit_price=float(rng.uniform(50, 200)),
            )
        )  # fmt: skip
    return sorted(rows, key=lambda row: row["exit_time"])


TRADES = made(1)
FIGURES = metrics(TRADES, curve_of([1.0] * 40), 1.0)
RESULTS = [row["pnl_usd"] for row in TRADES]
WON = [row for row in TRADES if row["pnl"] > 0]
LOST = [row for row in TRADES if row["pnl"] < 0]

results = st.lists(st.integers(-5, 5).map(float), max_size=30)


def total(rows: list[dict[str, Any]], name: str = "pnl_usd") -> float:
    return math.fsum(row[name] for row in rows)


def test_counts_and_sums() -> None:
    draws = len(TRADES) - len(WON) - len(LOST)
    assert draws > 0
    assert (FIGURES["wins"], FIGURES["losses"], FIGURES["draws"]) == (len(WON), len(LOST), draws)
    assert FIGURES["win_rate"] == round(100 * len(WON) / len(TRADES), 2)
    assert FIGURES["total_pnl"] == close(math.fsum(RESULTS))
    assert FIGURES["gross_profit"] == close(total(WON))
    assert FIGURES["gross_loss"] == close(total(LOST))
    assert FIGURES["profit_factor"] == close(total(WON) / -total(LOST))


def test_average_and_extreme_trades() -> None:
    wins, losses = [row["pnl_usd"] for row in WON], [row["pnl_usd"] for row in LOST]
    expected = {
        "expectancy": statistics.fmean(RESULTS), "expectancy_100": 100 * statistics.fmean(RESULTS),
        "median_trade": statistics.median(RESULTS), "trade_deviation": statistics.stdev(RESULTS),
        "avg_win": statistics.fmean(wins), "avg_loss": statistics.fmean(losses), "best_trade": max(RESULTS),
        "worst_trade": min(RESULTS), "smallest_win": min(wins), "smallest_loss": max(losses),
        "payoff_ratio": statistics.fmean(wins) / -statistics.fmean(losses),
        "sqn": math.sqrt(len(RESULTS)) * statistics.fmean(RESULTS) / statistics.stdev(RESULTS),
    }  # fmt: skip
    for name, value in expected.items():
        assert FIGURES[name] == close(value), name


def test_expectancy_ratio_and_kelly_by_hand() -> None:
    figures = metrics([trade(20), trade(20), trade(-10), trade(-10), trade(0)])
    assert figures["payoff_ratio"] == 2.0
    assert figures["expectancy_ratio"] == pytest.approx(0.4 * 3 - 1)
    assert figures["kelly"] == pytest.approx(100 * (0.4 - 0.4 / 2))


def test_results_in_percent_of_the_value_entered() -> None:
    inverse = trade(5, entry_price=50.0)  # two coins
    linear = trade(500, entry_price=50.0, size=2.0, settle="USDT")  # a hundred dollars
    pair = trade(500, entry_price=1.2, size=250.0, settle="USD", market="XBTUSD+ETHUSD")
    for row, percent in ((inverse, 2.5), (linear, 5.0), (pair, 2.0)):
        assert metrics([row])["avg_trade_return"] == pytest.approx(percent)
    figures = metrics([linear, linear | {"pnl": -10.0}])
    assert (figures["best_trade_return"], figures["worst_trade_return"]) == (5.0, -10.0)


@given(values=results)
@settings(max_examples=100, deadline=None)
def test_streaks_are_the_longest_runs(values: list[float]) -> None:
    figures = metrics([trade(value) for value in values])
    runs = [(sign, len(list(run))) for sign, run in groupby(values, key=lambda v: (v > 0) - (v < 0))]
    longest = {sign: max((size for s, size in runs if s == sign), default=0) for sign in (1, -1)}
    assert (figures["max_win_streak"], figures["max_loss_streak"]) == (longest[1], longest[-1])
    assert figures["current_streak"] == (runs[-1][0] * runs[-1][1] if runs else 0)


def test_holding_times() -> None:
    times = [row["exit_time"] - row["entry_time"] for row in TRADES]
    won = [row["exit_time"] - row["entry_time"] for row in WON]
    lost = [row["exit_time"] - row["entry_time"] for row in LOST]
    bars = [row["bars_held"] for row in TRADES]
    expected = {
        "avg_holding_time": statistics.fmean(times), "median_holding_time": statistics.median(times),
        "max_holding_time": max(times), "min_holding_time": min(times),
        "avg_holding_time_wins": statistics.fmean(won), "max_holding_time_wins": max(won),
        "min_holding_time_wins": min(won), "avg_holding_time_losses": statistics.fmean(lost),
        "max_holding_time_losses": max(lost), "min_holding_time_losses": min(lost),
        "avg_bars_held": statistics.fmean(bars), "max_bars_held": max(bars),
    }  # fmt: skip
    for name, value in expected.items():
        assert FIGURES[name] == pytest.approx(value, abs=1e-3), name


def test_excursions_are_of_trades_that_have_them() -> None:
    rows = [*TRADES, trade(1)]  # the last was recorded before they were noted
    adverse, favourable = [row["mae"] for row in TRADES], [row["mfe"] for row in TRADES]
    figures = metrics(rows)
    expected = {
        "avg_mae": statistics.fmean(adverse), "worst_mae": min(adverse),
        "avg_mae_wins": statistics.fmean(row["mae"] for row in WON),
        "avg_mfe": statistics.fmean(favourable), "best_mfe": max(favourable),
        "avg_mfe_losses": statistics.fmean(row["mfe"] for row in LOST),
        "edge_ratio": sum(favourable) / -sum(adverse),
        "mfe_captured": 100 * total(TRADES, "gross_pnl") / sum(favourable),
    }  # fmt: skip
    for name, value in expected.items():
        assert figures[name] == close(value), name
    assert metrics([trade(1)])["edge_ratio"] is None


def test_costs_and_their_shares() -> None:
    fees, slippage, funding = (total(TRADES, name) for name in ("fees", "slippage", "funding"))
    figures = metrics([row | {"gross_pnl": 10.0} for row in TRADES], curve_of([1.0, 3.0]), 1.0)
    before = 10.0 * len(TRADES) + slippage
    values = [[row["size"] / row[price] for price in ("entry_price", "exit_price")] for row in TRADES]
    volume = math.fsum(sum(pair) for pair in values)
    expected = {
        "gross_pnl": 10.0 * len(TRADES), "fees": fees, "slippage": slippage, "funding": funding,
        "net_pnl": total(TRADES, "pnl"), "costs": fees + slippage - funding, "avg_fees": fees / len(TRADES),
        "fees_share": 100 * fees / before, "slippage_share": 100 * slippage / before,
        "funding_share": -100 * funding / before, "costs_share": 100 * (fees + slippage - funding) / before,
        "fee_rate": 100 * fees / volume, "slippage_rate": 100 * slippage / volume, "volume": volume,
        "volume_usd": 100 * volume, "turnover": volume / 2.0,
        "avg_position_value": statistics.fmean(entry for entry, _ in values),
    }  # fmt: skip
    for name, value in expected.items():
        assert figures[name] == close(value), name


def test_costs_have_no_share_in_a_loss() -> None:
    figures = metrics([trade(-5, gross_pnl=-0.05)])
    assert figures["fees_share"] is None
    assert figures["costs"] == pytest.approx(0.011)
    assert figures["volume_usd"] is None  # no price of the coin was noted


def test_time_in_the_market_is_the_time_on_which_a_trade_was_open() -> None:
    rows = [row | {"entry_time": round(row["entry_time"] / 60) * 60.0} for row in TRADES]
    rows = [row | {"exit_time": row["entry_time"] + 60.0 * (1 + n % 40)} for n, row in enumerate(rows)]
    figures = metrics(rows, curve_of([1.0] * 32), 1.0)

    def minutes(chosen: list[dict[str, Any]]) -> float:
        spans = ((int(row["entry_time"]), int(row["exit_time"])) for row in chosen)
        return 60.0 * len({minute for start, end in spans for minute in range(start, end, 60)})

    period = 31 * DAY
    assert figures["exposure"] == pytest.approx(100 * minutes(rows) / period, abs=1e-4)
    for side in ("long", "short"):
        chosen = [row for row in rows if row["side"] == side.upper()]
        assert figures[f"exposure_{side}"] == pytest.approx(100 * minutes(chosen) / period, abs=1e-4)
    assert figures["trades_per_day"] == pytest.approx(200 / 31, abs=1e-6)


def test_the_longest_time_without_a_trade_is_between_two() -> None:
    spans = [(0, 100), (50, 80), (150, 160), (400, 410)]
    figures = metrics([trade(1, entry=entry, exit_=exit_) for entry, exit_ in spans])
    assert figures["longest_flat"] == 240.0
    assert metrics([trade(1)])["longest_flat"] is None


@given(values=results, seed=st.integers(0, 100))
@settings(max_examples=60, deadline=None)
def test_the_order_of_trades_matters_only_to_streaks(values: list[float], seed: int) -> None:
    rows = [trade(value, id=n) for n, value in enumerate(values)]
    mixed = [rows[n] for n in np.random.default_rng(seed).permutation(len(rows))]
    one, other = metrics(rows), metrics(mixed)
    for name, value in one.items():
        if "streak" not in name and not isinstance(value, dict):
            assert other[name] == (value if value is None else pytest.approx(value)), name


@given(values=results)
@settings(max_examples=60, deadline=None)
def test_ratios_of_trades_do_not_depend_on_their_size(values: list[float]) -> None:
    one = metrics([trade(value) for value in values])
    other = metrics([trade(4 * value) for value in values])
    for name in (
        "win_rate",
        "profit_factor",
        "payoff_ratio",
        "sqn",
        "kelly",
        "expectancy_ratio",
        "max_win_streak",
    ):
        assert one[name] == other[name], name
    assert other["total_pnl"] == 4 * one["total_pnl"]


@given(values=results)
@settings(max_examples=60, deadline=None)
def test_expectancy_is_what_wins_and_losses_say(values: list[float]) -> None:
    figures = metrics([trade(value) for value in values])
    won, lost = figures["wins"] / max(len(values), 1), figures["losses"] / max(len(values), 1)
    said = won * (figures["avg_win"] or 0) + lost * (figures["avg_loss"] or 0)
    assert (figures["expectancy"] or 0) == pytest.approx(said, abs=1e-6)
