"""Orders that belong together, and wanted positions: what one handler asks for, in both engines."""

import json
from typing import Any

import pytest

from bots.core.backtest import Backtest, EngineName
from bots.core.instrument import Instrument
from bots.core.orders import OrderError, OrderState
from bots.core.settings import EngineSettings
from bots.core.strategy import Strategy
from tests.bots.core.make import ETHUSD, XBTUSD, D, Scripted, candle, engine, feed, tick

ENGINES: tuple[EngineName, ...] = ("general", "compiled")


def backtest(strategy: Strategy, name: EngineName, balance: int = 1) -> Backtest:
    """Five minutes at 30,000 under a strategy."""
    rows = [candle(60 * index, "30000") for index in range(5)]
    settings = EngineSettings(starting_balance=XBTUSD.lot * balance)
    test = Backtest(strategy, {"XBTUSD": XBTUSD}, {"XBTUSD": rows}, settings, engine=name)
    assert list(test.run())
    return test


@pytest.mark.parametrize("name", ENGINES)
def test_a_position_wanted_twice_in_one_handler_is_ordered_once(name: EngineName) -> None:
    def want(strategy: Strategy) -> None:
        strategy.order_to(100)
        assert strategy.order_to(100) is None
        more = strategy.order_to(150)
        assert more is not None
        assert more.size == 50
        strategy.cancel(more)
        assert strategy.order_to(100) is None

    test = backtest(Scripted({0: want}), name)
    assert [trade["size"] for trade in test.result().trades] == [100.0]


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("kind", ["all_or_none", "one_cancels_other"])
def test_an_error_among_orders_that_belong_together_takes_the_others_back(
    kind: str, name: EngineName
) -> None:
    placed: list[Any] = []

    def together(strategy: Strategy) -> None:
        try:
            with getattr(strategy, kind)():
                placed.append(strategy.buy(100))
                strategy.sell("rubbish")
        except OrderError:
            strategy.buy(7)

    test = backtest(Scripted({0: together}), name)
    assert placed[0].state is OrderState.CANCELLED
    assert [trade["size"] for trade in test.result().trades] == [7.0]


def test_a_leg_that_cannot_be_leaves_no_other_leg_alone() -> None:
    class Pair(Strategy):
        legs = 2

        def on_start(self) -> None:
            try:
                with self.all_or_none():
                    self.buy(100, market="XBTUSD")
                    self.sell(0.1, market="ETHUSD")
            except OrderError:
                self.log.warn("too small")

    made, _ = engine(Pair(), XBTUSD, ETHUSD)
    feed(made, tick("30000"), tick("2000", market="ETHUSD", spread="0.01"))
    assert made.ledger.is_flat


def two_legs(**options: Any) -> Any:
    """Both legs are worth all of the equity but the fee of one: the fee of the other is what is missing."""
    usdt = (
        Instrument("BTCUSDT", "linear", "USDT", "BTC", "USDT", D("0.1"), D("0.001")),
        Instrument("ETHUSDT", "linear", "USDT", "ETH", "USDT", D("0.1"), D("0.001")),
    )

    class Pair(Strategy):
        legs = 2

        def on_start(self) -> None:
            with self.all_or_none():
                self.buy(1, market="BTCUSDT")
                self.sell(1, market="ETHUSDT")

    made, journal = engine(Pair(), *usdt, balance="60034", **options)
    feed(made, tick("30000", 0, "BTCUSDT"), tick("30000", 0, "ETHUSDT"))
    return made, journal


def test_the_costs_of_the_first_leg_do_not_leave_it_alone() -> None:
    made, _ = two_legs()
    assert [made.ledger.size(market) for market in ("BTCUSDT", "ETHUSDT")] == [1, -1]


def test_legs_on_their_way_are_refused_together_where_one_cannot_be_taken_on_any_more() -> None:
    """The second market has doubled before the orders arrive; the same after a restart."""
    for restarts in (False, True):
        made, _ = two_legs(latency_ms=1000)
        orders = list(made.broker.working.values())
        assert [order.state for order in orders] == [OrderState.SENT] * 2
        if restarts:
            fresh, _ = two_legs(latency_ms=1000)
            fresh.restore(json.loads(json.dumps(made.snapshot())))
            made = fresh
        feed(made, tick("60000", 0.5, "ETHUSDT"), tick("30000", 2, "BTCUSDT"))
        assert made.ledger.is_flat
        assert not made.broker.working


@pytest.mark.parametrize("name", ENGINES)
def test_an_order_that_must_not_take_is_refused_with_its_group(name: EngineName) -> None:
    placed: list[Any] = []

    def together(strategy: Strategy) -> None:
        with strategy.all_or_none():
            placed.append(strategy.buy(100))
            placed.append(strategy.sell(100, limit=29_000, post_only=True))

    test = backtest(Scripted({0: together}), name)
    assert [(order.state, order.rejection) for order in placed] == [
        (OrderState.REJECTED, "post-only would cross")
    ] * 2
    assert not test.result().trades
