"""The session against its market, by SciPy's regression and by definition."""

import math

import numpy as np
import pytest
from scipy import stats

from bots.core.metrics import metrics
from bots.core.results import Floats
from tests.bots.core.metrics.books import DAY, close, days_of

RNG = np.random.default_rng(4)
MARKET: Floats = RNG.normal(0.001, 0.03, 120).astype(np.float64)
OWN: Floats = (0.4 * MARKET + RNG.normal(0.0005, 0.01, 120)).astype(np.float64)
TS: Floats = (np.arange(1, 121) * float(DAY) + 60.0).astype(np.float64)
CLOSES: Floats = (100.0 * np.cumprod(1 + MARKET)).astype(np.float64)
STARTED: Floats = np.insert(CLOSES, 0, 100.0)  # so that the market's first day has something before it
FIGURES = metrics([], days_of(OWN), 1.0, (np.insert(TS, 0, TS[0] - 30), STARTED))
YEAR = math.sqrt(365)


def test_alpha_beta_and_correlation_are_those_of_a_regression() -> None:
    fit = stats.linregress(MARKET, OWN)
    assert FIGURES["beta"] == close(fit.slope)
    assert FIGURES["alpha"] == close(100 * 365 * fit.intercept)
    assert FIGURES["correlation"] == close(fit.rvalue)
    assert FIGURES["treynor"] == close(365 * OWN.mean() / fit.slope)


def test_tracking_and_captures() -> None:
    difference = OWN - MARKET
    assert FIGURES["tracking_error"] == close(100 * difference.std(ddof=1) * YEAR)
    assert FIGURES["information_ratio"] == close(difference.mean() / difference.std(ddof=1) * YEAR)
    rising, falling = MARKET > 0, MARKET < 0
    assert FIGURES["up_capture"] == close(100 * OWN[rising].mean() / MARKET[rising].mean())
    assert FIGURES["down_capture"] == close(100 * OWN[falling].mean() / MARKET[falling].mean())


def test_the_markets_own_return_and_depth() -> None:
    assert FIGURES["market_return"] == close(100 * (CLOSES[-1] / 100 - 1))
    assert FIGURES["excess_return"] == pytest.approx(
        FIGURES["total_return"] - FIGURES["market_return"], abs=2e-6
    )
    depth = max(100 * (1 - price / STARTED[: n + 1].max()) for n, price in enumerate(STARTED))
    assert FIGURES["market_max_drawdown"] == close(depth)


def test_only_days_that_both_have_are_compared() -> None:
    later = TS > 60 * DAY
    figures = metrics([], days_of(OWN), 1.0, (TS[later], CLOSES[later]))
    fit = stats.linregress(np.concatenate(([0.0], MARKET[later][1:])), OWN[later])
    assert figures["beta"] == close(fit.slope)


def test_the_last_candle_of_a_day_counts() -> None:
    ts = np.arange(0, 4 * DAY, 3600, dtype=np.float64) + DAY
    prices = np.linspace(100, 120, len(ts))
    prices[5] = 500.0
    figures = metrics([], days_of([0.01, 0.02, -0.01, 0.0]), 1.0, (ts, prices))
    assert figures["market_return"] == close(20.0)
    assert figures["market_max_drawdown"] == 0.0


def test_the_market_itself_has_beta_one_and_no_alpha() -> None:
    figures = metrics([], days_of(MARKET), 1.0, (np.insert(TS, 0, TS[0] - 30), STARTED))
    assert (figures["beta"], figures["correlation"], figures["tracking_error"]) == (1.0, 1.0, 0.0)
    assert figures["alpha"] == pytest.approx(0, abs=1e-6)
    assert figures["information_ratio"] is None


@pytest.mark.parametrize("market", [None, (np.empty(0), np.empty(0))])
def test_without_a_market_its_figures_are_null(market: tuple[Floats, Floats] | None) -> None:
    figures = metrics([], days_of(OWN), 1.0, market)
    for name in ("market_return", "excess_return", "alpha", "beta", "tracking_error", "up_capture"):
        assert figures[name] is None


def test_a_market_that_stands_still_gives_no_beta() -> None:
    figures = metrics([], days_of(OWN), 1.0, (TS, np.full(120, 100.0)))
    assert (figures["market_return"], figures["beta"], figures["up_capture"]) == (0.0, None, None)
