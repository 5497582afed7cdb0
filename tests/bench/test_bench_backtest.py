"""The benchmark's candles are always the same, and it does not time engines that trade differently."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bench.backtest import check, data
from bench.backtest.check import Spread, Unequal

Records = dict[str, NDArray[Any]]


@pytest.fixture(scope="module")
def bars() -> data.Bars:
    return data.make(20_000)


def test_the_candles_are_the_same_every_time(bars: data.Bars) -> None:
    again = data.make(20_000)
    for name in ("ts", "open", "high", "low", "close", "volume"):
        np.testing.assert_array_equal(getattr(bars, name), getattr(again, name))
    assert not np.array_equal(bars.close, data.make(20_000, seed=1).close)


def test_the_candles_are_on_the_grid_and_without_gaps(bars: data.Bars) -> None:
    for column in (bars.open, bars.high, bars.low, bars.close):
        np.testing.assert_array_equal(column, np.round(column))
    assert (bars.low <= np.minimum(bars.open, bars.close)).all()
    assert (bars.high >= np.maximum(bars.open, bars.close)).all()
    np.testing.assert_array_equal(bars.open[1:], bars.close[:-1])
    assert set(np.diff(bars.ts)) == {60}


def test_no_candle_reaches_from_one_order_of_the_ladder_to_the_next(bars: data.Bars) -> None:
    assert (bars.high - bars.low).max() < data.STEP_OF_LADDER


@pytest.fixture
def trades(bars: data.Bars) -> Records:
    """Three trades at the open, without a spread."""
    entry, exit_ = np.array([400, 500, 600]), np.array([450, 550, 650])
    bought, sold = bars.open[entry], bars.open[exit_]
    pnl = sold - bought - check.FEE * (sold + bought)
    return {
        "entry_bar": entry,
        "exit_bar": exit_,
        "entry_price": bought,
        "exit_price": sold,
        "pnl": pnl,
        "equity": np.array([1e7 + pnl.sum()]),
    }


def _paid(trades: Records, spread: Spread) -> Records:
    """The same trades at the ask and the bid."""
    bought = trades["entry_price"] + spread.buy[trades["entry_bar"]]
    sold = trades["exit_price"] - spread.sell[trades["exit_bar"]]
    pnl = sold - bought - check.FEE * (sold + bought)
    return {
        **trades,
        "entry_price": bought,
        "exit_price": sold,
        "pnl": pnl,
        "equity": np.array([1e7 + pnl.sum()]),
    }


def test_equal_trades_pass(trades: Records) -> None:
    check.same_trades("peer", dict(trades), trades)


def test_the_spread_is_accounted_for_to_the_tick(bars: data.Bars, trades: Records) -> None:
    spread = Spread.of(bars.open, bars.close, 0.1)
    check.same_trades("ours", _paid(trades, spread), trades, spread)
    with pytest.raises(Unequal, match="price of exit"):
        check.same_trades("ours", _paid(trades, Spread.of(bars.open, bars.close, 0.2)), trades, spread)


def test_a_fall_to_the_open_prints_at_the_bid() -> None:
    spread = Spread.of(np.array([10.0, 9.0, 9.0, 11.0]), np.array([10.0, 9.0, 10.0, 11.0]), 0.5)
    assert spread.buy.tolist() == [0, 0.5, 0, 0]
    assert spread.sell.tolist() == [0.5, 0, 0.5, 0.5]


def _later_exit(trades: Records) -> None:
    trades["exit_bar"] = trades["exit_bar"] + np.array([0, 1, 0])


def _a_cent_more(trades: Records) -> None:
    trades["pnl"] = trades["pnl"] + np.array([0, 0, 0.01])


def _another_price(trades: Records) -> None:
    trades["entry_price"] = trades["entry_price"] + np.array([0.1, 0, 0])


def _one_less(trades: Records) -> None:
    for name in ("entry_bar", "exit_bar", "entry_price", "exit_price", "pnl"):
        trades[name] = trades[name][:-1]


def _other_equity(trades: Records) -> None:
    trades["equity"] = trades["equity"] + 0.01


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_later_exit, "bar of exit: number 1 is 551 against 550"),
        (_a_cent_more, "profit: number 2"),
        (_another_price, "price of entry: number 0"),
        (_one_less, "2 against 3"),
        (_other_equity, "final equity"),
    ],
)
def test_a_changed_trade_is_told(trades: Records, change: Callable[[Records], None], told: str) -> None:
    changed = dict(trades)
    change(changed)
    with pytest.raises(Unequal, match=told):
        check.same_trades("peer", changed, trades)


_FILLS = {
    "bar": np.array([1, 2, 3, 5, 8]),
    "side": np.array([1, 1, -1, -1, 1]),
    "price": np.array([100.0, 90.0, 100.0, 110.0, 100.0]),
    "equity": np.array([1000.0]),
}


def test_fills_make_trips_from_flat_to_flat() -> None:
    found = check.trips(_FILLS, fee=0.01)
    assert {name: column.tolist() for name, column in found.items()} == {
        "entry_bar": [1],
        "exit_bar": [5],
        "size": [2],
        "pnl": [20 - 4],
    }


def test_a_changed_fill_is_told() -> None:
    check.same_fills("peer", dict(_FILLS), _FILLS)
    with pytest.raises(Unequal, match="side: number 4 is -1 against 1"):
        check.same_fills("peer", {**_FILLS, "side": np.array([1, 1, -1, -1, -1])}, _FILLS)


def test_a_changed_trip_is_told() -> None:
    trips = check.trips(_FILLS)
    check.same_trips("ours", dict(trips), trips)
    with pytest.raises(Unequal, match="size"):
        check.same_trips("ours", {**trips, "size": np.array([3])}, trips)
