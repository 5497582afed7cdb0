"""Days, weeks, months, years and weekdays against pandas' calendar."""

import numpy as np
import pandas as pd
import pytest

from bots.core.metrics import metrics
from tests.bots.core.metrics.books import DAY, close, curve_of, trade

FIRST = 19_690 * DAY + 7 * 3600.0  # 2023-11-29, a Wednesday
LEVELS = np.cumprod(1 + np.random.default_rng(8).normal(0, 0.01, 900)).astype(np.float64)
CURVE = curve_of(LEVELS, step=5 * 3600, first=FIRST)
SERIES = pd.Series(LEVELS, index=pd.to_datetime(CURVE.ts, unit="s"))
TRADES = [
    trade(float(pnl), entry=FIRST + 7_000.0 * n, exit_=FIRST + 7_000.0 * n + 60, id=n + 1)
    for n, pnl in enumerate(np.random.default_rng(9).normal(1, 10, 600).round(2))
]
CLOSED = pd.DataFrame(TRADES).set_index(pd.to_datetime([row["exit_time"] for row in TRADES], unit="s"))
FIGURES = metrics(TRADES, CURVE, 1.0)


def returns_by(rule: str) -> "pd.Series[float]":
    closes = SERIES.resample(rule).last().dropna()
    return 100 * (closes / closes.shift(fill_value=1.0) - 1)


@pytest.mark.parametrize(
    ("table", "rule", "name"),
    [("by_week", "W-SUN", "%G-W%V"), ("by_month", "ME", "%Y-%m"), ("by_year", "YE", "%Y")],
)
def test_periods_are_those_of_pandas(table: str, rule: str, name: str) -> None:
    returns, sums = returns_by(rule), CLOSED["pnl_usd"].resample(rule).agg(["sum", "count"])
    wins = (CLOSED["pnl"] > 0).resample(rule).mean() * 100
    names = returns.index.strftime(name)  # type: ignore[attr-defined]
    assert list(FIGURES[table]) == list(names)
    for at, period in zip(returns.index, names, strict=True):
        row = FIGURES[table][period]
        assert row["return"] == close(returns[at])
        assert row["trade_count"] == (sums["count"][at] if at in sums.index else 0)
        assert row["total_pnl"] == close(sums["sum"][at] if at in sums.index else 0.0)
        assert row["win_rate"] == (pytest.approx(wins[at], abs=0.006) if row["trade_count"] else None)


def test_days_are_those_of_pandas() -> None:
    returns = returns_by("D")
    names = returns.index.strftime("%Y-%m-%d")  # type: ignore[attr-defined]
    assert FIGURES["by_day"] == pytest.approx(dict(zip(names, returns, strict=True)), abs=1e-6)
    won, lost = returns[returns > 0], returns[returns < 0]
    expected = {
        "best_day": returns.max(), "worst_day": returns.min(), "avg_day": returns.mean(),
        "avg_winning_day": won.mean(), "avg_losing_day": lost.mean(), "winning_days": len(won),
        "losing_days": len(lost), "draw_days": 0,
    }  # fmt: skip
    for name, value in expected.items():
        assert FIGURES[name] == close(float(value)), name


@pytest.mark.parametrize(("unit", "rule"), [("week", "W-SUN"), ("month", "ME")])
def test_best_and_worst_weeks_and_months(unit: str, rule: str) -> None:
    returns = returns_by(rule)
    assert FIGURES[f"best_{unit}"] == close(returns.max())
    assert FIGURES[f"worst_{unit}"] == close(returns.min())
    assert FIGURES[f"avg_{unit}"] == close(returns.mean())
    assert FIGURES[f"winning_{unit}s"] == (returns > 0).sum()
    assert FIGURES[f"losing_{unit}s"] == (returns < 0).sum()


def test_gain_to_pain_is_of_months() -> None:
    months = returns_by("ME")
    assert FIGURES["gain_to_pain"] == close(months.sum() / -months[months < 0].sum())


def test_weekdays_are_those_of_pandas() -> None:
    returns = returns_by("D")
    weekdays = returns.index.day_name()  # type: ignore[attr-defined]
    means = returns.groupby(weekdays).mean()
    sums = CLOSED["pnl_usd"].groupby(CLOSED.index.day_name()).sum()  # type: ignore[attr-defined]
    table = FIGURES["by_weekday"]
    assert next(iter(table)) == "Monday"
    assert len(table) == 7
    for name, row in table.items():
        assert row["days"] == (weekdays == name).sum()
        assert row["return"] == close(means[name])
        assert row["total_pnl"] == close(sums[name])


def test_profits_of_periods_add_up() -> None:
    for table in ("by_week", "by_month", "by_year", "by_weekday"):
        assert sum(row["profit"] for row in FIGURES[table].values()) == pytest.approx(FIGURES["profit"])
    moves = np.diff(np.concatenate(([1.0], SERIES.resample("D").last().to_numpy())))
    assert FIGURES["best_day_profit"] == close(moves.max())
    assert FIGURES["worst_day_profit"] == close(moves.min())


def test_trades_without_equity_and_equity_without_trades_have_their_periods() -> None:
    months = metrics([trade(1, exit_=40.0 * DAY)], curve_of([1.1]), 1.0)["by_month"]
    assert list(months) == ["1970-01", "1970-02"]
    assert months["1970-01"]["return"] == 10.0
    assert months["1970-01"]["trade_count"] == 0
    assert (months["1970-02"]["return"], months["1970-02"]["trade_count"]) == (None, 1)


def test_a_week_is_of_the_year_of_its_thursday() -> None:
    newyear = 19_722 * DAY  # Sunday 2023-12-31, Monday is 2024-01-01
    weeks = metrics([], curve_of([1.1, 1.2], first=newyear), 1.0)["by_week"]
    assert list(weeks) == ["2023-W52", "2024-W01"]
