"""What a report's charts draw: whole at a small size, bounded at any."""

from decimal import Decimal
from itertools import accumulate
from typing import Any

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bots.core.results import EquityCurve, TradeTable
from bots.core.series import Series
from bots.report import columns

START = 1_689_724_800


def walk(size: int, seed: int = 1, gap: int = 0) -> Series:
    random = np.random.default_rng(seed)
    close = 300_000 + random.integers(-50, 51, size).cumsum()
    opening = np.r_[300_000, close[:-1]]
    ts = START + 60 * np.arange(size, dtype=np.int64)
    ts[size // 2 :] += gap
    high, low = np.maximum(opening, close) + 3, np.minimum(opening, close) - 2
    return Series("XBTUSD", Decimal("0.1"), ts, opening, high, low, close, np.ones(size))


def unpacked(packed: dict[str, Any]) -> tuple[list[int], list[list[int]]]:
    """Stamps and levels, as the page's script makes them."""
    steps = [step for count, step in packed["runs"] for _ in range(count)]
    stamps = list(accumulate(steps, initial=packed["ts"]))
    rows, close = [], 0
    for opening, body, above, below in zip(
        packed["open"], packed["body"], packed["above"], packed["below"], strict=True
    ):
        first = close + opening
        close = first + body
        rows.append([first, max(first, close) + above, min(first, close) - below, close])
    return stamps, rows


@example(2, 0, 7200)
@given(st.integers(1, 300), st.integers(0, 99), st.sampled_from([0, 60, 7200]))
@settings(max_examples=40, deadline=None)
def test_candles_come_out_of_their_packing_as_they_were(size: int, seed: int, gap: int) -> None:
    series = walk(size, seed, gap)
    stamps, rows = unpacked(columns.candles(series))
    assert stamps == series.ts.tolist()
    levels = [series.open, series.high, series.low, series.close]
    assert rows == np.array(levels).T.tolist()


def test_many_candles_become_fewer_longer_ones_with_the_same_extremes() -> None:
    series = walk(2_000)
    packed = columns.candles(series, most=150)
    stamps, rows = unpacked(packed)
    assert packed["step"] == 900
    assert len(stamps) <= 150
    assert all(stamp % 900 == 0 for stamp in stamps)
    assert max(row[1] for row in rows) == series.high.max()
    assert min(row[2] for row in rows) == series.low.min()
    assert (rows[0][0], rows[-1][3]) == (series.open[0], series.close[-1])


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=500), st.integers(6, 60))
@settings(max_examples=60, deadline=None)
def test_a_thinned_curve_keeps_its_ends_and_its_extremes(values: list[float], most: int) -> None:
    curve = np.array(values)
    kept = columns.thinned(curve, most)
    assert len(kept) <= most
    assert (np.diff(kept) > 0).all()
    assert (kept[0], kept[-1]) == (0, len(curve) - 1)
    assert {curve.min(), curve.max()} <= set(curve[kept].tolist())


def test_a_million_samples_are_a_bounded_curve() -> None:
    ts = np.arange(1_000_000, dtype=np.float64)
    curve = EquityCurve(ts, np.sin(ts / 9_000), np.zeros(len(ts)))
    assert len(columns.equity(curve, 1.0, "BTC", None)["ts"]) <= columns.MOST_POINTS


@given(st.lists(st.floats(-1e6, 1e6), max_size=300))
@settings(max_examples=60, deadline=None)
def test_every_trade_is_in_the_distribution_and_zero_is_an_edge(values: list[float]) -> None:
    found = columns.distribution(np.array(values), "USD")
    assert sum(found["counts"]) == len(values)
    assert not values or 0.0 in found["edges"]
    assert len(found["edges"]) <= 120


def trade(**fields: Any) -> dict[str, Any]:
    names = ("entry_time", "exit_time", "entry_price", "exit_price", "size", "gross_pnl", "fees", "funding")
    figures = dict.fromkeys((*names, "slippage", "pnl", "pnl_usd"), 1.0)
    return {**figures, "side": "LONG", "market": "XBTUSD", "settle": "BTC", "entry_reason": "in", **fields}


def test_the_first_trades_are_shown_and_all_are_counted() -> None:
    table = TradeTable.of([trade(id=number) for number in range(1, 11)])
    shown = columns.trades(table, most=4)
    assert shown["id"] == ["1", "2", "3", "4"]
    assert (len(shown["entry"]), shown["total"]) == (4, 10)


def test_legs_are_found_by_market_under_the_id_of_their_trade() -> None:
    legs = [trade(market="XBTUSD", entry_price=30.0), trade(market="ETHUSD", entry_price=2.0, settle="ETH")]
    table = TradeTable.of([trade(id=1, legs=legs), trade(id=2, legs=legs)])
    shown = columns.legs(table, "ETHUSD")
    assert (shown["id"], shown["entryPrice"], shown["settle"]) == (["1", "2"], [2.0, 2.0], "ETH")


def test_trades_without_excursions_are_left_out_of_their_chart() -> None:
    table = TradeTable.of([trade(), trade(mae=-2.0, mfe=3.0)])
    found = columns.excursions(table)
    assert (found["x"], found["y"], found["ids"]) == ([2.0], [3.0], ["2"])
