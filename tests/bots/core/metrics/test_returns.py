"""What the equity returned, by definition and by SciPy."""

import numpy as np
import pytest
from scipy import stats

from bots.core.metrics import metrics
from bots.core.results import EquityCurve
from tests.bots.core.metrics.books import DAY, curve_of


def test_return_and_growth_a_year() -> None:
    figures = metrics([], curve_of([1.0, 1.05, 1.44], step=365 * DAY), 1.0)
    assert figures["total_return"] == pytest.approx(44.0)
    assert figures["cagr"] == pytest.approx(20.0)
    assert figures["profit"] == pytest.approx(0.44)
    assert figures["period"] == 730 * DAY
    assert figures["avg_daily_profit"] == pytest.approx(0.44 / 730, abs=1e-8)
    assert (figures["start_time"], figures["end_time"]) == (DAY, 731 * DAY)


def test_growth_a_year_says_nothing_under_a_day_and_everything_after_ruin() -> None:
    assert metrics([], curve_of([1.0, 1.5], step=3600), 1.0)["cagr"] is None
    assert metrics([], curve_of([1.0, -0.2], step=DAY), 1.0)["cagr"] == -100.0
    assert metrics([], curve_of([1.0, 1e6], step=DAY), 1.0)["cagr"] is None  # beyond any number


def test_straightness_is_that_of_a_regression() -> None:
    closes = np.cumsum(np.random.default_rng(2).normal(0.01, 0.05, 60)) + 10
    figures = metrics([], curve_of(closes, start=10.0), 10.0)
    fit = stats.linregress(np.arange(60), closes)
    assert figures["r_squared"] == pytest.approx(fit.rvalue**2, abs=1e-6)
    assert metrics([], curve_of([1.1, 1.2, 1.3, 1.4]), 1.0)["r_squared"] == 1.0
    assert metrics([], curve_of([1.0, 1.0, 1.0]), 1.0)["r_squared"] is None


def test_nothing_sampled_is_nothing_earned() -> None:
    figures = metrics([], (), 2.0)
    assert (figures["end_equity"], figures["profit"], figures["total_return"]) == (2.0, 0.0, 0.0)
    assert figures["start_time"] is None


def test_an_unknown_start_is_not_divided_by() -> None:
    figures = metrics([], curve_of([1.1, 1.0], start=0.0), 0.0)
    assert figures["total_return"] is None
    assert figures["lowest_equity"] == 1.0
    assert list(figures["by_day"].values()) == pytest.approx([-100 / 11])


def test_a_stamp_that_goes_back_counts_as_the_one_before() -> None:
    curve = EquityCurve(np.array([DAY, 3 * DAY, 2 * DAY]) * 1.0, np.array([1.0, 1.1, 1.2]), np.zeros(3))
    figures = metrics([], curve, 1.0)
    assert figures["end_equity"] == 1.2
    assert list(figures["by_day"]) == ["1970-01-02", "1970-01-04"]
    assert figures["period"] == 2 * DAY
