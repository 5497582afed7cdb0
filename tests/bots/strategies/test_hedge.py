"""Hedge ratio and z-score against NumPy's least squares, one window at a time."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.core.candles import Floats
from bots.strategies.hedge import hedge

FLAT = np.full(8, 2.0)


def walk(seed: int, count: int = 60) -> tuple[Floats, Floats]:
    draws = np.random.default_rng(seed)
    b = 7 + np.cumsum(draws.normal(0, 0.001, count))
    return 10 + 0.6 * (b - 7) + draws.normal(0, 0.0005, count), b


def test_ratio_and_score_are_those_of_least_squares_over_each_window() -> None:
    a, b = walk(1)
    ratio, z = hedge(a, b, 20)
    for end in range(20, 61):
        x, y = a[end - 20 : end], b[end - 20 : end]
        slope = np.polyfit(y - y.mean(), x - x.mean(), 1)[0]
        spread = x - slope * y
        np.testing.assert_allclose(ratio[end - 1], slope, rtol=1e-9)
        np.testing.assert_allclose(z[end - 1], (spread[-1] - spread.mean()) / spread.std(), rtol=1e-7)
    assert np.isnan(ratio[:19]).all()
    assert np.isnan(z[:19]).all()


def test_a_second_leg_that_does_not_move_has_no_ratio_and_no_score() -> None:
    ratio, z = hedge(walk(1)[0][:8], FLAT, 8)
    assert (ratio[-1], z[-1]) == (0.0, 0.0)


def test_legs_that_move_as_one_leave_nothing_to_trade() -> None:
    _, b = walk(2)
    ratio, z = hedge(3 + 0.5 * b, b, 30)
    np.testing.assert_allclose(ratio[29:], 0.5)
    assert (z[29:] == 0).all()


@given(st.integers(1, 10_000), st.integers(2, 30), st.data())
@settings(max_examples=40, deadline=None)
def test_any_part_of_the_past_gives_the_same_to_the_last_bit(
    seed: int, window: int, data: st.DataObject
) -> None:
    a, b = walk(seed)
    whole = hedge(a, b, window)
    end = data.draw(st.integers(window, 60))
    begin = data.draw(st.integers(0, end - window))
    part = hedge(a[begin:end], b[begin:end], window)
    assert (part[0][-1], part[1][-1]) == (whole[0][end - 1], whole[1][end - 1])
