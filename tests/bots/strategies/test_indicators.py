"""Indicators against independent computations, and equal to the last bit wherever the window begins."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.core.candles import Candles
from bots.core.signals import compute
from bots.core.strategy import Strategy
from bots.strategies.indicators import atr, efficiency, rolling_mean, rolling_std, zscore
from bots.strategies.pair_trade_bot import PairTradeBot
from bots.strategies.test_bot import TestBot
from tests.bots.core.make import wave

VALUES = np.array([1.0, 2.0, 4.0, 3.0, 3.0, 7.0])


def test_rolling_mean_and_deviation_agree_with_numpy_on_each_window() -> None:
    for end in range(3, 7):
        window = VALUES[end - 3 : end]
        assert rolling_mean(VALUES, 3)[end - 1] == pytest.approx(window.mean())
        assert rolling_std(VALUES, 3)[end - 1] == pytest.approx(window.std())
    assert np.isnan(rolling_mean(VALUES, 3)[:2]).all()


def test_zscore_is_0_where_nothing_moved() -> None:
    assert zscore(np.array([5.0, 5.0, 5.0]), 3)[-1] == 0.0
    assert zscore(np.array([1.0, 2.0, 3.0]), 3)[-1] == pytest.approx(np.sqrt(1.5))


def test_efficiency_is_1_straight_up_minus_1_straight_down_and_0_for_nothing() -> None:
    assert efficiency(np.array([1.0, 2.0, 3.0]), 2)[-1] == 1.0
    assert efficiency(np.array([3.0, 2.0, 1.0]), 2)[-1] == -1.0
    assert efficiency(np.array([1.0, 1.0, 1.0]), 2)[-1] == 0.0
    assert efficiency(np.array([1.0, 4.0, 3.0]), 2)[-1] == 0.5


def test_true_range_counts_the_gap_to_the_close_before() -> None:
    high, low, close = np.array([10.0, 15.0]), np.array([8.0, 14.0]), np.array([9.0, 14.5])
    candles = Candles(np.array([0.0, 60.0]), close, high, low, close, close)
    assert atr(candles, 1).tolist()[1] == 6.0


def test_a_series_shorter_than_the_window_gives_no_values() -> None:
    for indicator in (rolling_mean, rolling_std, zscore, efficiency):
        assert np.isnan(indicator(VALUES[:2], 5)).all()


def columns(candles: Candles, begin: int, end: int) -> Candles:
    return Candles(*(getattr(candles, name)[begin:end] for name in Candles.__slots__))


@given(st.integers(1, 10_000), st.data())
@settings(max_examples=40, deadline=None)
def test_any_window_of_warmup_bars_gives_the_values_of_the_whole_series(
    seed: int, data: st.DataObject
) -> None:
    window = data.draw(st.integers(2, 40))
    strategies: list[Strategy] = [
        TestBot(TestBot.Params(momentum_window=window, atr_window=data.draw(st.integers(2, 40)))),
        PairTradeBot(PairTradeBot.Params(lookback=window)),
    ]
    for strategy in strategies:
        legs = [Candles.of(wave(150, seed + leg)) for leg in range(strategy.legs)]
        whole = compute(strategy, legs)
        warmup = strategy.warmup()
        end = data.draw(st.integers(warmup, 150))
        longer = data.draw(st.integers(0, end - warmup))
        part = compute(strategy, [columns(leg, end - warmup - longer, end) for leg in legs])
        for name, column in whole.items():
            assert part[name][-1] == column[end - 1], name
            assert not np.isnan(column[warmup - 1 :]).any()
