"""Drawdowns against a walk through the samples one by one."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.core.metrics import metrics
from bots.core.results import EquityCurve
from tests.bots.core.metrics.books import DAY, curve_of

levels = st.lists(st.sampled_from([0.5, 0.8, 0.9, 1.0, 1.0, 1.1, 1.2, 1.5]), min_size=1, max_size=30)


def walked(curve: EquityCurve, start: float) -> dict[str, Any]:
    """The same figures, sample by sample."""
    peak, peak_ts = start, curve.ts[0]
    episodes: list[tuple[float, float]] = []  # depth, seconds
    depth = deepest = amount = 0.0
    found: dict[str, Any] = {}
    for ts, equity, _ in curve.rows():
        if equity >= peak:
            if depth:
                episodes.append((depth, ts - peak_ts))
                if found and found["max_drawdown_end"] is None:
                    found["max_drawdown_end"] = ts
            peak, peak_ts, depth = equity, ts, 0.0
            continue
        fall = (peak - equity) / peak * 100
        depth, amount = max(depth, fall), max(amount, peak - equity)
        if fall > deepest:
            deepest = fall
            found = {
                "max_drawdown_top": peak, "max_drawdown_bottom": equity, "max_drawdown_start": peak_ts,
                "max_drawdown_low": ts, "max_drawdown_end": None, "max_drawdown_fall": ts - peak_ts,
            }  # fmt: skip
    if depth:
        episodes.append((depth, curve.ts[-1] - peak_ts))
    count = len(episodes)
    return {
        **found,
        "max_drawdown_amount": amount,
        "max_drawdown_duration": max((seconds for _, seconds in episodes), default=0.0),
        "current_drawdown_duration": curve.ts[-1] - peak_ts if depth else 0.0,
        "current_drawdown": (peak - curve.equity[-1]) / peak * 100,
        "drawdown_count": count,
        "avg_drawdown": sum(depth for depth, _ in episodes) / count if count else None,
        "avg_drawdown_duration": sum(seconds for _, seconds in episodes) / count if count else None,
    }


@given(levels=levels, step=st.sampled_from([60.0, DAY / 2, 2.0 * DAY]))
@settings(max_examples=100, deadline=None)
def test_every_drawdown_is_that_of_a_walk_through_the_samples(levels: list[float], step: float) -> None:
    curve = curve_of(levels, step=step)
    figures = metrics([], curve, 1.0)
    for name, value in walked(curve, 1.0).items():
        if value is None:
            assert figures[name] is None, name
        else:
            assert figures[name] == pytest.approx(value, abs=1e-3 if "duration" in name else 1e-6), name


def test_depth_and_ulcer_index_are_those_of_pandas() -> None:
    equity = pd.Series(np.cumprod(1 + np.random.default_rng(3).normal(0, 0.01, 2_000)))
    peak = equity.cummax().clip(lower=1.0)
    fall = 100 * (1 - equity / peak)
    figures = metrics([], curve_of(equity.to_numpy(), step=60.0), 1.0)
    assert figures["max_drawdown"] == pytest.approx(fall.max(), abs=1e-4)
    assert figures["max_drawdown_amount"] == pytest.approx((peak - equity).max(), abs=1e-8)
    assert figures["ulcer_index"] == pytest.approx(math.sqrt((fall**2).mean()), abs=1e-6)
    assert figures["pain_index"] == pytest.approx(fall.mean(), abs=1e-6)
    assert figures["lowest_equity"] == pytest.approx(min(equity.min(), 1.0), abs=1e-8)
    assert figures["highest_equity"] == pytest.approx(max(equity.max(), 1.0), abs=1e-8)


def test_a_drawdown_that_is_over_by_hand() -> None:
    figures = metrics([], curve_of([2.0, 1.5, 1.0, 1.8, 2.0, 1.9]), 1.0)
    expected = {
        "max_drawdown": 50.0, "max_drawdown_amount": 1.0, "max_drawdown_top": 2.0, "max_drawdown_bottom": 1.0,
        "max_drawdown_start": 1.0 * DAY, "max_drawdown_low": 3.0 * DAY, "max_drawdown_end": 5.0 * DAY,
        "max_drawdown_fall": 2.0 * DAY, "max_drawdown_recovery": 2.0 * DAY,
        "max_drawdown_duration": 4.0 * DAY,
        "current_drawdown": 5.0, "current_drawdown_duration": 1.0 * DAY, "drawdown_count": 2,
        "avg_drawdown": 27.5, "time_underwater": 100.0, "recovery_factor": 0.9,
    }  # fmt: skip
    assert {name: figures[name] for name in expected} == pytest.approx(expected)


def test_growth_over_what_it_cost() -> None:
    figures = metrics([], curve_of([1.0, 0.8, 1.21], step=365 * DAY), 1.0)
    assert figures["cagr"] == pytest.approx(10.0)
    assert figures["calmar"] == pytest.approx(0.5)
    assert figures["martin_ratio"] == pytest.approx(10 / math.sqrt(400 / 3), abs=1e-6)


def test_without_a_fall_there_is_nothing_to_tell() -> None:
    figures = metrics([], curve_of([1.0, 1.1, 1.2]), 1.0)
    assert (figures["max_drawdown"], figures["drawdown_count"], figures["ulcer_index"]) == (0, 0, 0)
    for name in ("max_drawdown_start", "max_drawdown_recovery", "avg_drawdown", "calmar", "recovery_factor"):
        assert figures[name] is None


@given(levels=levels)
@settings(max_examples=50, deadline=None)
def test_times_of_the_deepest_fall_come_one_behind_the_other(levels: list[float]) -> None:
    figures = metrics([], curve_of(levels), 1.0)
    times = [figures[f"max_drawdown_{name}"] for name in ("start", "low", "end")]
    known = [time for time in times if time is not None]
    assert all(before <= after for before, after in pairwise(known))
    assert figures["max_drawdown_duration"] <= figures["period"] + 1e-6
