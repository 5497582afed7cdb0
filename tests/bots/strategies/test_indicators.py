"""Indicators against independent computations, and equal to the last bit wherever the window begins."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.core.candles import Candles, Floats
from bots.strategies import indicators as ta
from bots.strategies.ta import talib
from tests.bots.core.make import wave

VALUES = np.array([1.0, 2.0, 4.0, 3.0, 3.0, 7.0])

PRICES = Candles.of(wave(600, seed=3))


def test_means_and_deviations_are_the_exact_ones_rounded_once() -> None:
    close = PRICES.close
    exact = [Fraction(repr(value)) for value in close.tolist()]
    mean, variance = ta.sma(close, 7), ta.variance(close, 7)
    for end in range(7, 200):
        window = exact[end - 7 : end]
        middle = sum(window) / 7
        assert mean[end - 1] == float(middle)
        assert variance[end - 1] == float(sum((value - middle) ** 2 for value in window) / 7)
    assert np.isnan(mean[:6]).all()
    assert np.isnan(variance[:6]).all()


@pytest.mark.parametrize(
    ("ours", "theirs", "bars"),
    [
        (lambda: ta.sma(PRICES.close, 20), lambda: talib.SMA(PRICES.close, 20), 20),
        (lambda: ta.stddev(PRICES.close, 20), lambda: talib.STDDEV(PRICES.close, 20), 20),
        (lambda: ta.bollinger(PRICES.close, 20, 1.5)[0], lambda: talib.BBANDS(PRICES.close, 20, 1.5)[0], 20),
        (lambda: ta.bollinger(PRICES.close, 20, 2)[2], lambda: talib.BBANDS(PRICES.close, 20, 2, 2)[2], 20),
        (lambda: np.abs(ta.efficiency(PRICES.close, 9)), lambda: talib.ER(PRICES.close, 9), 10),
        (lambda: ta.ema(PRICES.close, 9), lambda: talib.EMA(PRICES.close, 9), ta.settling(9)),
        (lambda: ta.rsi(PRICES.close, 9), lambda: talib.RSI(PRICES.close, 9), ta.rsi_bars(9)),
        (lambda: ta.wilder_atr(PRICES, 9), lambda: talib.ATR(*hlc(), 9), ta.rsi_bars(9)),
        (lambda: ta.macd(PRICES.close)[2], lambda: talib.MACD(PRICES.close)[2], ta.macd_bars()),
        (lambda: ta.highest(PRICES.high, 9), lambda: talib.MAX(PRICES.high, 9), 9),
        (lambda: ta.lowest(PRICES.low, 9), lambda: talib.MIN(PRICES.low, 9), 9),
    ],
)
def test_values_are_ta_libs_from_the_first_full_window_on(
    ours: Callable[[], Floats], theirs: Callable[[], Floats], bars: int
) -> None:
    assert np.isnan(ours()[: bars - 1]).all()
    np.testing.assert_allclose(ours()[bars - 1 :], theirs()[bars - 1 :], rtol=1e-9, atol=1e-6)


def hlc() -> tuple[Floats, Floats, Floats]:
    return tuple(np.array(column) for column in (PRICES.high, PRICES.low, PRICES.close))  # type: ignore[return-value]


def test_a_start_outside_the_settling_bars_weighs_less_than_a_billionth() -> None:
    for period in (2, 14, 200):
        for wilder in (False, True):
            factor = 1 / period if wilder else 2 / (period + 1)
            assert (1 - factor) ** (ta.settling(period, wilder=wilder) - period) <= ta.START_WEIGHT


def test_zscore_is_0_where_nothing_moved() -> None:
    assert ta.zscore(np.array([5.0, 5.0, 5.0]), 3)[-1] == 0.0
    assert ta.zscore(np.array([1.0, 2.0, 3.0]), 3)[-1] == pytest.approx(np.sqrt(1.5))


def test_efficiency_is_1_straight_up_minus_1_straight_down_and_0_for_nothing() -> None:
    assert ta.efficiency(np.array([1.1, 2.1, 3.1]), 2)[-1] == 1.0
    assert ta.efficiency(np.array([3.1, 2.1, 1.1]), 2)[-1] == -1.0
    assert ta.efficiency(np.array([1.0, 1.0, 1.0]), 2)[-1] == 0.0
    assert ta.efficiency(np.array([1.0, 4.0, 3.0]), 2)[-1] == 0.5


def test_true_range_counts_the_gap_to_the_close_before() -> None:
    high, low, close = np.array([10.0, 15.0]), np.array([8.0, 14.0]), np.array([9.0, 14.5])
    candles = Candles(np.array([0.0, 60.0]), close, high, low, close, close)
    assert ta.atr(candles, 1).tolist()[1] == 6.0


def test_differences_of_prices_are_the_decimals_they_should_be() -> None:
    assert ta.change(np.array([0.1, 0.3])).tolist()[1] == 0.2
    assert ta.change(np.array([0.1, 0.3, 0.7]), 2).tolist()[2] == 0.6


@pytest.mark.parametrize(
    "indicator",
    [ta.sma, ta.rolling_sum, ta.stddev, ta.zscore, ta.efficiency, ta.highest, ta.lowest, ta.ema, ta.rsi],
)
def test_a_series_shorter_than_the_window_gives_no_values(indicator: Callable[[Floats, int], Floats]) -> None:
    assert np.isnan(indicator(VALUES[:2], 5)).all()
    assert len(indicator(VALUES[:0], 5)) == 0


def test_indicators_of_indicators_pass_over_what_is_not_there_yet() -> None:
    smooth = ta.sma(ta.sma(VALUES, 2), 2)
    assert np.isnan(smooth[:2]).all()
    assert smooth[2] == (1.5 + 3.0) / 2
    assert not np.isnan(ta.ema(ta.sma(PRICES.close, 5), 3)[ta.settling(3) + 4 :]).any()


def test_a_hole_in_the_values_leaves_only_its_windows_without_value() -> None:
    holed = PRICES.close.copy()
    holed[100] = np.nan
    for indicator in (ta.sma, ta.stddev, ta.highest, ta.lowest):
        values, whole = indicator(holed, 10), indicator(PRICES.close, 10)
        assert np.isnan(values[100:110]).all()
        assert (values[9:100] == whole[9:100]).all()
        assert (values[110:] == whole[110:]).all()


def test_a_window_of_no_bars_is_refused() -> None:
    with pytest.raises(ValueError, match="1 bar or more"):
        ta.sma(VALUES, 0)


MAGNITUDES = st.sampled_from([0, 1, 2, 8, 10, 14])


@given(st.data(), st.integers(1, 12), st.integers(0, 2**32 - 1))
@settings(max_examples=150, deadline=None)
def test_every_sum_over_a_window_is_the_same_however_much_of_the_past_is_there(
    data: st.DataObject, window: int, seed: int
) -> None:
    """Values on different grids, far too large or no decimals at all, before and within the window."""
    draws = np.random.default_rng(seed)
    parts = []
    for _ in range(data.draw(st.integers(1, 4))):
        places, size = data.draw(MAGNITUDES), 10.0 ** data.draw(st.integers(-3, 13))
        parts.append(np.round(draws.normal(0, size, data.draw(st.integers(1, 15))), places))
    values = np.concatenate(parts)
    for indicator in (ta.sma, ta.rolling_sum, ta.variance, ta.zscore, ta.highest, ta.lowest):
        whole = indicator(values, window)
        for end in range(window, len(values) + 1):
            begin = data.draw(st.integers(0, end - window)) if end == len(values) else end - window
            assert indicator(values[begin:end], window)[-1] == whole[end - 1]


@pytest.mark.parametrize(
    ("bars", "indicator"),
    [
        (ta.settling(5), lambda candles: ta.ema(candles.close, 5)),
        (ta.rsi_bars(4), lambda candles: ta.rsi(candles.close, 4)),
        (ta.macd_bars(3, 6, 2), lambda candles: ta.macd(candles.close, 3, 6, 2)[2]),
        (ta.rsi_bars(4), lambda candles: ta.wilder_atr(candles, 4)),
        (6, lambda candles: ta.atr(candles, 5)),
        (6, lambda candles: ta.efficiency(candles.close, 5)),
        (5, lambda candles: ta.bollinger(candles.close, 5, 2.5)[0]),
        (20, lambda candles: ta.windowed(talib.CCI, 20, *three(candles), timeperiod=9)[0]),
    ],
)
@given(seed=st.integers(1, 10_000), end=st.integers(120, 200), longer=st.integers(0, 20))
@settings(max_examples=10, deadline=None)
def test_every_indicator_needs_no_more_bars_than_it_says(
    bars: int, indicator: Callable[[Candles], Floats], seed: int, end: int, longer: int
) -> None:
    candles = Candles.of(wave(200, seed))
    whole = indicator(candles)
    begin = max(end - bars - longer, 0)
    assert indicator(part_of(candles, begin, end))[-1] == whole[end - 1]
    assert not np.isnan(whole[bars - 1 :]).any()


def three(candles: Candles) -> tuple[Floats, Floats, Floats]:
    return candles.high, candles.low, candles.close


def part_of(candles: Candles, begin: int, end: int) -> Candles:
    return Candles(*(getattr(candles, name)[begin:end] for name in Candles.__slots__))
