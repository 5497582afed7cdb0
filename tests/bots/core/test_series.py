"""Candles as columns on a price grid."""

import pickle
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.core import series as series_module
from bots.core.bars import CandleError
from bots.core.candles import COLUMNS, Candles
from bots.core.resample import closed_bars
from bots.core.series import Series
from tests.bots.core.make import D, prices, wave

HALF, TENTH = D("0.5"), D("0.1")
TICKS = st.sampled_from([D("0.1"), D("0.5"), D("0.01"), D("0.25"), D("1"), D("5"), D("0.00001")])


def flat(closes: list[float], tick: Decimal = HALF, start: int = 60) -> Series:
    """Candles that stand still at these prices."""
    ts = start + 60 * np.arange(len(closes))
    return Series.from_floats("BTC", tick, ts, closes, closes, closes, closes, np.ones(len(closes)))


def random_walk(count: int, tick: Decimal = TENTH) -> Series:
    draw = np.random.default_rng(7)
    levels = 300_000 + draw.integers(-50, 51, count).cumsum()
    high, low = levels + draw.integers(0, 9, count), levels - draw.integers(0, 9, count)
    ts, volume = 60 * np.arange(count), draw.random(count)
    o, h, lo, c = (column / float(1 / tick) for column in (levels, high, low, levels))
    return Series.from_floats("BTC", tick, ts, o, h, lo, c, volume)


@settings(deadline=None, max_examples=200)
@given(st.integers(1, 10**7), TICKS)
def test_half_way_between_two_lines_goes_to_the_even_one(half: int, tick: Decimal) -> None:
    price = (2 * half + 1) * tick / 2
    even = (price / tick).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    assert int(even) % 2 == 0
    assert flat([float(price)], tick).close.tolist() == [int(even)]


@settings(deadline=None, max_examples=200)
@given(st.decimals("0.00002", "100000", places=7), TICKS)
def test_prices_off_the_grid_go_to_the_nearest_line(price: Decimal, tick: Decimal) -> None:
    level = (price / tick).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    if level > 0:
        assert flat([float(price)], tick).close.tolist() == [int(level)]


@settings(deadline=None, max_examples=200)
@given(st.integers(1, 10**9), TICKS)
def test_a_level_comes_back_as_the_float_nearest_to_its_price(level: int, tick: Decimal) -> None:
    nearest = float(level * tick)
    series = flat([nearest], tick)
    assert series.close.tolist() == [level]
    assert series.columns().close.tolist() == [nearest]


def test_columns_are_the_same_however_they_are_cut_into_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = random_walk(1000)
    monkeypatch.setattr(series_module, "_BLOCK", 7)
    pieces = random_walk(1000)
    for name in ("open", "high", "low", "close"):
        assert getattr(whole, name).tolist() == getattr(pieces, name).tolist()
        assert getattr(whole.columns(), name).tolist() == getattr(pieces.columns(), name).tolist()


@pytest.mark.parametrize("at", [0, 3, 12])
@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_a_price_that_is_no_number_is_named(at: int, bad: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(series_module, "_BLOCK", 5)
    closes = [10.0] * 15
    closes[at] = closes[14] = bad
    with pytest.raises(CandleError, match=f"BTC: the candle of {60 + 60 * at} has a price that is no number"):
        flat(closes)


def test_candles_out_of_order_are_named() -> None:
    column = [10.0] * 4
    with pytest.raises(CandleError, match="BTC: the candle of 120 comes after the one of 180"):
        Series.from_floats("BTC", D("0.5"), [60, 180, 120, 240], column, column, column, column, column)
    with pytest.raises(CandleError, match="BTC: the candle of 60 comes after the one of 60"):
        Series.from_floats("BTC", D("0.5"), [60, 60], *[column[:2]] * 5)


@pytest.mark.parametrize(
    ("open_", "high", "low", "close", "volume"),
    [
        (10, 9.5, 9, 9, 1),
        (10, 10, 10.5, 11, 1),
        (10, 11, 9.5, 9, 1),
        (10, 10, 9, 11, 1),
        (10, 10, 0, 10, 1),
        (10, 11, 9, 10, -1),
        (10, 11, 9, 10, float("nan")),
        (10, 11, 9, 10, float("inf")),
    ],
)
def test_a_candle_that_cannot_be_is_named(
    open_: float, high: float, low: float, close: float, volume: float
) -> None:
    with pytest.raises(CandleError, match="BTC: the candle of 120 cannot be"):
        Series.from_floats(
            "BTC", D("0.5"), [60, 120], [10, open_], [10, high], [10, low], [10, close], [1, volume]
        )


def test_candles_go_in_and_come_out_as_they_are() -> None:
    rows = wave(30)
    series = Series.of(rows, "XBTUSD", TENTH)
    assert [series.candle(index).close for index in range(30)] == prices(rows)
    assert len(series.columns()) == len(series) == 30


def test_a_part_is_a_view_and_has_the_same_floats() -> None:
    series = random_walk(100)
    part = series.between(60 * 10, 60 * 20.5)
    assert part.ts.tolist() == [60 * number for number in range(10, 21)]
    for name in COLUMNS:
        assert np.shares_memory(getattr(series, name), getattr(part, name))
        assert np.shares_memory(getattr(series.columns(), name), getattr(part.columns(), name))
        assert getattr(part.columns(), name).tolist() == getattr(series.columns(), name)[10:21].tolist()
    again = part.between(60 * 12, 60 * 15)
    assert again.columns().close.tolist() == series.columns().close[12:15].tolist()


def test_columns_are_made_when_they_are_looked_at_and_kept() -> None:
    made: list[str] = []

    def make(name: str) -> np.ndarray:
        made.append(name)
        return np.arange(3.0)

    candles = Candles.lazily(make)
    assert candles.close is candles.close
    assert len(candles) == 3
    assert made == ["close", "volume"]
    other = replace(candles, close=np.zeros(3))
    assert other.close.tolist() == [0, 0, 0]
    assert other.low is candles.low
    with pytest.raises(AttributeError, match="candles have no 'middle'"):
        _ = candles.middle  # type: ignore[attr-defined]


def test_a_series_with_its_columns_can_be_pickled() -> None:
    series = random_walk(20)
    closes = series.columns().close.tolist()
    copy = pickle.loads(pickle.dumps(series.between(0, 600)))
    assert copy.columns().close.tolist() == closes[:10]


def test_columns_cannot_be_written_but_the_series_keeps_its_own_volume_writable_or_not() -> None:
    series = random_walk(5)
    for name in COLUMNS:
        with pytest.raises(ValueError, match="read-only"):
            getattr(series.columns(), name)[0] = 1
    assert series.volume.flags.writeable


def test_plain_bars_are_the_candles_themselves() -> None:
    series = random_walk(50)
    bars = closed_bars(series, 60, 60)
    assert bars.candles is series.columns()
    assert bars.closing.tolist() == list(range(50))


def test_larger_bars_know_the_candle_that_completes_them() -> None:
    bars = closed_bars(random_walk(50), 300, 60)
    assert bars.closing.tolist() == list(range(4, 50, 5))
    assert bars.candles.ts.tolist() == [300.0 * number for number in range(10)]
