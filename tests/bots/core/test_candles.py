import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.core.candles import Candles, CandleWindow, Resampler
from tests.bots.core.make import D, candle, prices, wave


@given(st.integers(1, 20), st.integers(0, 100))
def test_a_window_holds_the_newest_candles_in_order(capacity: int, count: int) -> None:
    window, rows = CandleWindow(capacity), wave(count)
    for row in rows:
        window.append(row)
    assert window.view().close.tolist() == [float(price) for price in prices(rows)[-capacity:]]
    other = CandleWindow(capacity)
    other.restore(window.to_json())
    assert other.to_json() == window.to_json()


def test_a_view_does_not_change_when_the_window_moves_on() -> None:
    window, rows = CandleWindow(3), wave(20)
    views = []
    for row in rows:
        window.append(row)
        views.append((window.view(), window.view().close.tolist()))
    for view, then in views:
        assert view.close.tolist() == then


def test_a_larger_bar_has_the_first_open_the_last_close_the_extremes_and_the_sum() -> None:
    rows, resampler = wave(10, start=300.0), Resampler(300)
    bars = [bar for row in rows for bar in resampler.add(row)]
    assert [bar.ts for bar in bars] == [300.0, 600.0]
    first = rows[:5]
    assert bars[0] == candle(300.0, "1")._replace(
        open=first[0].open,
        high=max(row.high for row in first),
        low=min(row.low for row in first),
        close=first[-1].close,
        volume=D(300),
    )


def test_a_bar_whose_last_candle_is_missing_comes_with_the_next_candle() -> None:
    resampler = Resampler(180)
    assert resampler.add(candle(0, "1")) == []
    assert [bar.ts for bar in resampler.add(candle(300, "2"))] == [0, 180]


def test_a_partial_bar_survives_json() -> None:
    resampler, other = Resampler(180), Resampler(180)
    resampler.add(candle(0, "1.5"))
    other.restore(resampler.to_json())
    assert other.add(candle(120, "2")) == resampler.add(candle(120, "2"))


def test_bars_that_candles_cannot_make_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be made"):
        Resampler(90)


def test_columns_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="read-only"):
        Candles.of(wave(3)).close[0] = 1
