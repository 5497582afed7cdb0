"""A backtest that leaves out candles in which nothing can happen equals one that walks them all.

For orders of every type, under any assumptions, alone and with two legs in one currency.
"""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.core.assumptions import Assumptions
from bots.core.backtest import Backtest, BacktestResult
from bots.core.instrument import Instrument
from bots.core.settings import EngineSettings
from bots.core.strategy import Bar, Strategy
from tests.bots.core.make import BTCUSDT, XBTUSD, D, wave

ETHUSDT = Instrument("ETHUSDT", "linear", "USDT", "ETH", "USDT", D("0.01"), D("0.01"))
QUIET = EngineSettings(verbose=False, starting_balance=D(1))
RICH = EngineSettings(verbose=False, starting_balance=D(20_000))

assumptions = st.builds(
    Assumptions,
    leverage=st.sampled_from([D(1), D(20), D(80)]),
    maintenance_margin=st.sampled_from([D("0.005"), D("0.012")]),
    slippage_ticks=st.integers(0, 2),
    slippage_impact=st.sampled_from([0.0, 0.01]),
    volume_share=st.sampled_from([None, None, 0.3]),
    fill_at_touch=st.booleans(),
    latency_ms=st.sampled_from([0, 0, 700, 61_000]),
    within_bar=st.sampled_from(["pessimistic", "path"]),
)


class Jumble(Strategy):
    """Places, amends and cancels orders of every type at random, worth up to `most` x its equity."""

    id = "jumble"
    share = 0.6

    def __init__(self, seed: int, most: float) -> None:
        super().__init__()
        self.random, self.most = Random(seed), most

    def on_bar(self, bar: Bar) -> None:
        market, draw = bar.market, self.random
        if draw.random() > self.share:
            return
        price, near = bar.close, draw.uniform(-15, 15)
        equity = max(float(self.equity), 0.001)
        size = equity * self.most * draw.uniform(0.01, 1.0)
        size = size * price if self.instrument(market).is_inverse else max(size / price, 0.01)
        place = draw.choice([self.buy, self.sell])
        away = 12 if place == self.buy else -12
        terms: dict[str, Any] = draw.choice([
            {}, {"limit": price + near}, {"trigger": price + near}, {"if_touched": price + near},
            {"trigger": price + near, "limit": price + 2 * near}, {"trail": abs(near) + 1},
            {"stop": price - away, "target": price + away}, {"limit": price + near, "rearm": 4},
            {"limit": price + near, "time_in_force": "GTD", "expires": self.now + 150},
            {"limit": price + near, "time_in_force": "IOC"},
        ])  # fmt: skip
        orders = self.orders(market)
        if orders and draw.random() < 0.3:
            self.cancel(draw.choice(orders))
        elif orders and draw.random() < 0.2:
            self.amend(draw.choice(orders), size=size + float(orders[-1].size))
        elif draw.random() < 0.1:
            self.close(market=market)
        place(size, market=market, reduce_only=draw.random() < 0.2 and "rearm" not in terms, **terms)


class JumbleOfTwo(Jumble):
    id, legs = "jumble_of_two", 2

    def on_bars(self, bars: dict[str, Bar]) -> None:
        for bar in bars.values():
            self.on_bar(bar)


def outcome(test: Backtest) -> BacktestResult:
    for _ in test.run():
        pass
    return test.result()


@given(st.integers(1, 10_000), assumptions, st.sampled_from([XBTUSD, BTCUSDT]), st.sampled_from([0.3, 1.0]))
@settings(max_examples=12, deadline=None)
def test_leaving_out_candles_changes_nothing(
    seed: int, given: Assumptions, instrument: Instrument, daring: float
) -> None:
    results = []
    candles = {instrument.market: wave(60, seed, market=instrument.market, level=40_000)}
    for skip in (True, False):
        strategy = Jumble(seed, daring * float(given.leverage))
        own = QUIET if instrument is XBTUSD else RICH
        test = Backtest(
            strategy, {instrument.market: instrument}, candles, own, assumptions=given, engine="general",
            skip=skip,
        )  # fmt: skip
        results.append(outcome(test))
    assert results[0] == results[1]


@given(st.integers(1, 10_000), assumptions)
@settings(max_examples=5, deadline=None)
def test_two_legs_of_one_currency_are_watched_together(seed: int, given: Assumptions) -> None:
    results = []
    legs = {"BTCUSDT": BTCUSDT, "ETHUSDT": ETHUSDT}
    candles = {
        "BTCUSDT": wave(40, seed, market="BTCUSDT", level=40_000),
        "ETHUSDT": wave(40, seed + 1, market="ETHUSDT", tick="0.01", level=40_000),
    }
    for skip in (True, False):
        test = Backtest(
            JumbleOfTwo(seed, 0.5 * float(given.leverage)),
            legs,
            candles,
            RICH,
            assumptions=given,
            engine="general",
            skip=skip,
        )
        results.append(outcome(test))
    assert results[0] == results[1]


@pytest.mark.parametrize("leverage", [1, 80])
def test_the_jumble_trades_and_is_liquidated_where_it_dares_too_much(leverage: int) -> None:
    """So that the tests above test something."""
    test = Backtest(
        Jumble(3, 0.9 * leverage), {"XBTUSD": XBTUSD}, {"XBTUSD": wave(400, 3, level=40_000)}, QUIET,
        assumptions=Assumptions(leverage=D(leverage)), engine="general",
    )  # fmt: skip
    trades = outcome(test).trades
    assert len(trades) > 5
    assert any(trade["exit_reason"] == "liquidation" for trade in trades) == (leverage > 1)
