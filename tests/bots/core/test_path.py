from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.core.path import CandlePath, PathTick, candle_ticks, path_levels, to_level

TICK = Decimal("0.1")


@st.composite
def candles(draw: st.DrawFn) -> tuple[int, int, int, int]:
    """Open, high, low, close as grid levels."""
    low = draw(st.integers(1, 1_000_000))
    high = low + draw(st.integers(0, 5_000))
    return draw(st.integers(low, high)), high, low, draw(st.integers(low, high))


def walk(candle: tuple[int, int, int, int], previous: int | None = None, steps: int = 60) -> list[PathTick]:
    open_, high, low, close = (level * TICK for level in candle)
    before = None if previous is None else previous * TICK
    return candle_ticks(open_, high, low, close, before, Decimal("12.3456789"), TICK, 1_700_000_040.0, steps)


@given(candles(), st.integers(4, 600))
def test_a_path_begins_at_the_open_ends_at_the_close_and_touches_both_extremes(
    candle: tuple[int, int, int, int], steps: int
) -> None:
    open_, high, low, close = candle
    levels = path_levels(open_, high, low, close, steps)
    assert len(levels) == steps
    assert (levels[0], levels[-1]) == (open_, close)
    assert (min(levels), max(levels)) == (low, high)


@given(candles())
def test_a_rising_candle_visits_its_low_first_and_a_falling_one_its_high(
    candle: tuple[int, int, int, int],
) -> None:
    open_, high, low, close = candle
    levels = path_levels(*candle)
    if close > open_ and low < open_:
        assert levels.index(low) < levels.index(high)
    if close < open_ and high > open_:
        assert levels.index(high) < levels.index(low)


@given(candles(), st.integers(1, 1_000_000))
def test_every_tick_is_on_the_grid_with_a_spread_of_one_tick_on_the_right_side(
    candle: tuple[int, int, int, int], previous: int
) -> None:
    before: Decimal = previous * TICK
    for tick in walk(candle, previous):
        assert tick.price == to_level(tick.price, TICK) * TICK
        if tick.price != before:
            assert tick.side == ("Buy" if tick.price > before else "Sell")
        assert tick.price == (tick.ask if tick.side == "Buy" else tick.bid)
        assert tick.ask - tick.bid == TICK or tick.price == TICK
        before = tick.price


@given(candles(), st.one_of(st.none(), st.integers(1, 1_000_000)))
def test_the_same_candle_gives_the_same_ticks_and_first_and_last_can_be_had_alone(
    candle: tuple[int, int, int, int], previous: int | None
) -> None:
    ticks = walk(candle, previous)
    assert ticks == walk(candle, previous)
    path = CandlePath(*candle, previous, Decimal("12.3456789"), TICK, 1_700_000_040.0)
    assert path.first() == ticks[0]
    assert path.last() == ticks[-1]


def test_a_wider_spread_moves_the_opposite_price_away() -> None:
    path = CandlePath(1000, 1030, 990, 1020, None, Decimal(60), TICK, 0.0, spread=3)
    assert {round((tick.ask - tick.bid) / TICK) for tick in path.ticks()} == {3}
    assert all(tick.price == (tick.ask if tick.side == "Buy" else tick.bid) for tick in path.ticks())


def test_ticks_are_evenly_spaced_from_the_opening_to_before_the_end_and_sizes_add_up_to_the_volume() -> None:
    ticks = walk((1000, 1030, 990, 1020))
    assert [tick.ts for tick in ticks] == [1_700_000_040.0 + second for second in range(60)]
    assert sum(tick.size for tick in ticks) == Decimal("12.3456789")
    assert all(tick.size >= 0 for tick in ticks)


def test_a_candle_off_the_grid_is_moved_to_the_nearest_grid_lines() -> None:
    prices = (Decimal("100.04"), Decimal("100.26"), Decimal("99.96"), Decimal("100.16"))
    levels = [tick.price for tick in candle_ticks(*prices, None, Decimal(1), TICK, 0.0)]
    assert (levels[0], max(levels), min(levels), levels[-1]) == tuple(
        map(Decimal, ("100.0", "100.3", "100.0", "100.2"))
    )


@pytest.mark.parametrize("candle", [(100, 99, 98, 99), (100, 101, 102, 101), (1, 1, 0, 1), (-2, 1, -3, 1)])
def test_an_impossible_candle_is_refused(candle: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="impossible candle"):
        path_levels(*candle)


def test_fewer_steps_than_turning_points_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 4 steps"):
        path_levels(5, 9, 1, 5, 3)
