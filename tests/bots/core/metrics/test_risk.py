"""Ratios, tails and moments against SciPy, pandas and their definitions in plain Python."""

import math
import statistics
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from bots.core.metrics import metrics
from bots.core.results import Floats
from tests.bots.core.metrics.books import DAY, close, curve_of, days_of

RETURNS: Floats = np.random.default_rng(5).standard_t(4, 400) * 0.02 + 0.001
FIGURES = metrics([], days_of(RETURNS), 1.0)

moderate = st.lists(st.floats(-0.2, 0.2), min_size=4, max_size=40)


def test_sharpe_sortino_and_what_they_are_made_of() -> None:
    year = math.sqrt(365)
    mean, spread = statistics.fmean(RETURNS), statistics.stdev(RETURNS)
    down = math.sqrt(sum(min(value, 0) ** 2 for value in RETURNS) / len(RETURNS))
    assert FIGURES["sharpe"] == close(mean / spread * year)
    assert FIGURES["sortino"] == close(mean / down * year)
    assert FIGURES["risk_return_ratio"] == close(mean / spread)
    assert FIGURES["volatility"] == close(100 * spread * year)
    assert FIGURES["downside_deviation"] == close(100 * down * year)


def test_omega_is_won_over_lost() -> None:
    won, lost = sum(r for r in RETURNS if r > 0), -sum(r for r in RETURNS if r < 0)
    assert FIGURES["omega"] == close(won / lost)


def test_moments_are_those_of_scipy_and_pandas() -> None:
    assert FIGURES["skew"] == close(stats.skew(RETURNS, bias=False))
    assert FIGURES["kurtosis"] == close(stats.kurtosis(RETURNS, bias=False))
    assert FIGURES["skew"] == close(float(np.asarray(pd.Series(RETURNS).skew())))
    assert FIGURES["kurtosis"] == close(float(np.asarray(pd.Series(RETURNS).kurt())))


@pytest.mark.parametrize("level", [95, 99])
def test_value_at_risk_and_what_lies_beyond(level: int) -> None:
    worst = float(pd.Series(RETURNS).quantile(1 - level / 100))
    beyond = float(pd.Series(RETURNS)[pd.Series(RETURNS) <= worst].mean())
    assert FIGURES[f"var_{level}"] == close(-100 * worst)
    assert FIGURES[f"cvar_{level}"] == close(-100 * beyond)


def test_tail_ratio() -> None:
    upper, lower = np.percentile(RETURNS, [95, 5])
    assert FIGURES["tail_ratio"] == close(upper / -lower)


def test_smart_ratios_pay_for_autocorrelation() -> None:
    series = pd.Series(RETURNS)
    first, count = abs(series.autocorr(1)), len(series)
    penalty = math.sqrt(1 + 2 * sum((count - lag) / count * first**lag for lag in range(1, count)))
    assert FIGURES["smart_sharpe"] == close(FIGURES["sharpe"] / penalty)
    assert FIGURES["smart_sortino"] == close(FIGURES["sortino"] / penalty)


def test_serenity_index_of_compounded_days() -> None:
    grown = (1 + pd.Series(RETURNS)).cumprod()
    falls = (1 - grown / grown.cummax().clip(lower=1)).tolist()
    ulcer = math.sqrt(sum(fall**2 for fall in falls) / (len(falls) - 1))
    pitfall = statistics.fmean(sorted(falls, reverse=True)[:20]) / statistics.stdev(RETURNS)
    assert FIGURES["serenity_index"] == close(sum(RETURNS) / (ulcer * pitfall))


@pytest.mark.parametrize(
    "names",
    [
        (
            "sharpe",
            "sortino",
            "volatility",
            "var_95",
            "cvar_95",
            "tail_ratio",
            "skew",
            "kurtosis",
            "smart_sharpe",
        )
    ],
)
@pytest.mark.parametrize("returns", [[], [0.01], [0.0, 0.0, 0.0, 0.0, 0.0]])
def test_what_has_no_meaning_is_null(names: tuple[str, ...], returns: list[float]) -> None:
    figures = metrics([], days_of(returns), 1.0)
    unmoved = {"volatility", "var_95", "cvar_95"} if len(returns) > 1 else set()
    for name in names:
        assert figures[name] == (0 if name in unmoved else None), name


def test_days_are_utc_and_count_from_the_last_equity_before() -> None:
    first = 19_000 * DAY
    curve = curve_of([1.1, 1.2, 0.9, 1.08], step=DAY / 2, first=first + 3600)
    figures = metrics([], curve, 1.0)
    assert list(figures["by_day"].values()) == pytest.approx([20.0, -10.0])
    assert list(figures["by_day"]) == ["2022-01-08", "2022-01-09"]


def test_days_without_a_sample_are_no_days_of_standstill() -> None:
    curve = curve_of([1.1, 1.2], step=10 * DAY)
    assert len(metrics([], curve, 1.0)["by_day"]) == 2


@given(returns=moderate)
@settings(max_examples=60, deadline=None)
def test_ratios_do_not_depend_on_the_size_of_the_account(returns: list[float]) -> None:
    curve = days_of(returns)
    large = curve_of(curve.equity * 1024.0, start=1024.0)
    one, other = metrics([], curve, 1.0), metrics([], large, 1024.0)
    for name in (
        "sharpe",
        "sortino",
        "omega",
        "var_95",
        "cvar_95",
        "skew",
        "max_drawdown",
        "ulcer_index",
        "cagr",
    ):
        assert one[name] == other[name], name


@given(returns=moderate, seed=st.integers(0, 100))
@settings(max_examples=60, deadline=None)
def test_the_order_of_days_does_not_matter_to_ratios_and_tails(returns: list[float], seed: int) -> None:
    mixed = np.random.default_rng(seed).permutation(returns)
    one, other = metrics([], days_of(returns), 1.0), metrics([], days_of(mixed), 1.0)
    for name in ("omega", "var_95", "cvar_95", "volatility", "downside_deviation", "total_return"):
        assert alike(one[name], other[name]), name


@given(returns=moderate)
@settings(max_examples=60, deadline=None)
def test_beyond_the_value_at_risk_it_is_no_better(returns: list[float]) -> None:
    figures = metrics([], days_of(returns), 1.0)
    assert figures["cvar_95"] >= figures["var_95"] - 2e-6
    assert figures["cvar_99"] >= figures["cvar_95"] - 2e-6


def alike(one: Any, other: Any) -> bool:
    """Equal but for the rounding of floats (of a quotient near nothing, too)."""
    if one is None or other is None or abs(one) > 1e6:
        return True
    return math.isclose(one, other, rel_tol=1e-4, abs_tol=1e-5)
