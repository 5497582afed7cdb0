"""Orders that belong together, and wanted positions: what one handler asks for, in both engines."""

from typing import Any

import pytest

from bots.core.backtest import Backtest, EngineName
from bots.core.orders import OrderError, OrderState
from bots.core.settings import EngineSettings
from bots.core.strategy import Strategy
from tests.bots.core.make import ETHUSD, XBTUSD, Scripted, candle, engine, feed, tick

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
