"""Figures kept up as trades and samples come are those of the whole."""

import subprocess
import sys
from math import isclose
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.core.metrics import RunningMetrics, metrics
from bots.core.results import EquityCurve
from tests.bots.core.metrics.books import DAY, curve_of, trade

ROOT = Path(__file__).resolve().parents[4]

levels = st.lists(st.sampled_from([0.8, 0.9, 0.95, 1.0, 1.0, 1.05, 1.1, 1.2]), min_size=1, max_size=40)
steps = st.sampled_from([60.0, 7_000.0, DAY / 2, DAY, 3.5 * DAY])


def walk(seed: int, samples: int) -> EquityCurve:
    changes = np.random.default_rng(seed).normal(0, 0.001, samples)
    return curve_of(list(np.cumprod(1 + changes)), step=600.0)


def trades(seed: int, number: int) -> list[dict[str, Any]]:
    rng = np.random.default_rng(seed)
    return [
        trade(
            float(pnl),
            "SHORT" if n % 3 else "LONG",
            DAY + 900.0 * n,
            DAY + 900.0 * n + 500,
            f"r{n % 4}",
            id=n + 1,
        )
        for n, pnl in enumerate(rng.normal(0, 10, number))
    ]


def same(found: Any, expected: Any) -> bool:
    """Equal but for the order in which floats were summed."""
    if isinstance(expected, dict):
        return found.keys() == expected.keys() and all(same(found[key], expected[key]) for key in expected)
    if isinstance(expected, float) and isinstance(found, float):
        return isclose(found, expected, rel_tol=1e-6, abs_tol=2e-6)
    return bool(found == expected)


def test_they_are_those_of_the_whole_whenever_they_are_asked_for() -> None:
    curve, closed = walk(1, 5_000), trades(1, 300)
    running = RunningMetrics(1.0)
    added = 0
    for number, row in enumerate(curve.rows(), 1):
        running.add_equity(*row)
        while added < len(closed) and closed[added]["exit_time"] <= row[0]:
            running.add_trade(closed[added])
            added += 1
        if number in (1, 2, 150, 1_500, 5_000):
            sofar = EquityCurve(curve.ts[:number], curve.equity[:number], curve.drawdown[:number])
            assert same(running.figures(), metrics(closed[:added], sofar, 1.0))
    assert running.trade_count == 300


@given(levels=levels, step=steps, block=st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_any_division_of_the_samples_gives_the_same(levels: list[float], step: float, block: int) -> None:
    curve = curve_of(levels, step=step)
    running = RunningMetrics(1.0)
    for number, row in enumerate(curve.rows()):
        running.add_equity(*row)
        if number % block == 0:
            running.figures()  # counts what waits
    assert same(running.figures(), metrics([], curve, 1.0))


def test_samples_are_forgotten_once_counted() -> None:
    running = RunningMetrics(1.0)
    for row in walk(2, 3_000).rows():
        running.add_equity(*row)
        assert len(running._waiting) <= 3 * 1024
    running.figures()
    assert len(running._waiting) == 0
    assert len(running._path.days()) == 21


def test_the_market_counts_by_its_last_price_of_each_day() -> None:
    curve = curve_of([1.1, 1.05, 1.2, 1.15])
    prices = np.array([90.0, 100.0, 105.0, 101.0, 110.0, 111.0, 120.0, 118.0])
    ts = np.arange(DAY, 5 * DAY, DAY / 2, dtype=np.float64)
    running = RunningMetrics(1.0)
    for row in curve.rows():
        running.add_equity(*row)
    for at, price in zip(ts.tolist(), prices.tolist(), strict=True):
        running.add_market(at, price)
    expected = metrics([], curve, 1.0, (ts, prices))
    assert expected["beta"] is not None
    assert same(running.figures(), expected)
    again = RunningMetrics(1.0)
    for row in curve.rows():
        again.add_equity(*row)
    again.market_from_json(running.market_to_json() or {})
    assert again.figures() == running.figures()


def test_what_is_no_trade_is_refused_and_changes_nothing() -> None:
    running = RunningMetrics(1.0)
    running.add_trade(trade(1.0))
    with pytest.raises(ValueError, match="trade 2: pnl_usd is None"):
        running.add_trade(trade(2.0, pnl_usd=None))
    assert running.figures()["trade_count"] == 1


def test_a_live_session_loads_nothing_heavy_for_its_figures() -> None:
    """Of NumPy's own functions some load its masked arrays: half a megabyte for each session."""
    program = (
        "import sys; from bots.core.metrics import RunningMetrics;"
        "from tests.bots.core.metrics.books import DAY, trade;"
        "running = RunningMetrics(1.0);"
        "[running.add_trade(trade(n, exit_=60.0 * n + 60, id=n)) for n in range(-3, 4)];"
        "[running.add_equity(DAY * n, 1 + n % 3 / 10, 1.0) for n in range(9)];"
        "[running.add_market(DAY * n, 100.0 + n % 4) for n in range(9)];"
        "assert running.figures()['beta'] is not None;"
        "print(sorted({'numpy.ma', 'numba', 'pandas', 'scipy', 'talib'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=30
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
