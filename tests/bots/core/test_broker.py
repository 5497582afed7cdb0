from collections.abc import Callable

import pytest

from bots.core.instrument import Instrument
from bots.core.orders import Order, OrderState, OrderType
from tests.bots.core.make import BTCUSDT, D, tick
from tests.bots.core.paper import Desk

S = OrderState


@pytest.fixture
def desk() -> Desk:
    """The market stands at 30000.0 (ask) and 29999.9 (bid)."""
    made = Desk()
    made.tick("30000")
    return made


def test_a_market_order_fills_at_once_at_the_best_opposite_price_as_taker(desk: Desk) -> None:
    assert desk.order("Buy", "10").state is S.FILLED
    assert desk.order("Sell", "10").state is S.FILLED
    assert [(fill.price, fill.maker) for fill in desk.fills] == [(D("30000"), False), (D("29999.9"), False)]


def test_a_limit_order_fills_at_its_price_as_maker_only_when_traded_through(desk: Desk) -> None:
    order = desk.order("Buy", "10", "limit", price=D(29_990))
    desk.tick("29990")
    assert order.is_open
    desk.tick("29989.9")
    assert order.state is S.FILLED
    assert [(fill.price, fill.maker) for fill in desk.fills] == [(D(29_990), True)]


def test_a_limit_order_that_crosses_takes_at_the_best_opposite_price(desk: Desk) -> None:
    desk.order("Buy", "10", "limit", price=D(30_500))
    desk.order("Sell", "10", "limit", price=D(29_000))
    assert [(fill.price, fill.maker) for fill in desk.fills] == [(D("30000"), False), (D("29999.9"), False)]


def test_a_stop_triggers_at_its_very_price(desk: Desk) -> None:
    order = desk.order("Buy", "10", "stop", trigger=D(30_010))
    desk.tick("30010")
    assert order.state is S.FILLED


def test_a_reduce_only_order_is_cut_to_what_is_open_and_its_siblings_go_with_the_position(desk: Desk) -> None:
    desk.order("Buy", "10")
    stop = desk.order("Sell", "100", "stop", trigger=D(29_900), reduce_only=True)
    target = desk.order("Sell", "100", "limit", price=D(30_100), reduce_only=True)
    desk.tick("30100.1")
    assert desk.ledger.is_flat
    assert desk.fills[-1].size == 10
    assert (stop.state, target.state) == (S.CANCELLED, S.CANCELLED)
    assert not desk.broker.working


def test_a_flip_cancels_the_exits_of_the_old_side(desk: Desk) -> None:
    desk.order("Buy", "10")
    stop = desk.order("Sell", "10", "stop", trigger=D(29_900), reduce_only=True)
    desk.order("Sell", "20")
    assert desk.ledger.size("XBTUSD") == -10
    assert stop.state is S.CANCELLED


def test_a_reduce_only_order_without_a_position_is_refused(desk: Desk) -> None:
    order = desk.order("Sell", "10", reduce_only=True)
    assert order.state is S.REJECTED
    assert "no position to reduce" in order.rejection


def test_an_order_before_the_first_price_is_refused() -> None:
    assert Desk().order("Buy", "10").rejection == "XBTUSD has no price yet"


def test_a_position_worth_more_than_leverage_times_equity_is_refused_with_the_figures(desk: Desk) -> None:
    """1 BTC at 30,000 carries 30,000 contracts less the fee."""
    refused = desk.order("Buy", "30000")
    assert refused.state is S.REJECTED
    assert "worth 1.00000000 BTC, more than 1 x the equity of 1" in refused.rejection
    assert desk.order("Buy", "29900").state is S.FILLED


def test_leverage_multiplies_what_can_be_held_and_resting_entries_count(desk: Desk) -> None:
    desk = Desk(leverage="10")
    desk.tick("30000")
    assert desk.order("Buy", "200000", "limit", price=D(29_000)).state is S.WORKING
    assert desk.order("Buy", "200000").state is S.REJECTED
    assert desk.order("Buy", "50000").state is S.FILLED


def test_closing_and_reducing_need_no_margin(desk: Desk) -> None:
    desk.order("Buy", "29900")
    desk.ledger.cash["BTC"] -= D("0.9")
    assert desk.order("Sell", "20000").state is S.FILLED
    assert desk.order("Sell", "9900").state is S.FILLED


def test_orders_together_are_refused_if_only_one_alone_would_fit() -> None:
    other = Instrument("ETHUSDT", "linear", "USDT", "ETH", "USDT", D("0.01"), D("0.01"))
    desk = Desk(BTCUSDT, other, balance="40000")
    for market, price in (("BTCUSDT", "30000"), ("ETHUSDT", "2000")):
        desk.broker.on_tick(tick(price, market=market))
        desk.ledger.mark(market, D(price))
    make: Callable[[str, str], Order] = lambda market, size: Order(  # noqa: E731
        1, market, "Buy", OrderType.MARKET, D(size)
    )
    first, second = make("BTCUSDT", "1"), make("ETHUSDT", "6")
    assert desk.broker.refusal([first]) == ""
    assert desk.broker.refusal([second]) == ""
    assert desk.broker.refusal([first, second]).startswith("margin")


def test_cancelling_is_final_and_a_done_order_cannot_be_cancelled(desk: Desk) -> None:
    order = desk.order("Buy", "10", "limit", price=D(29_990))
    assert desk.broker.cancel(order, 0.0)
    desk.tick("29000")
    assert not desk.fills
    assert not desk.broker.cancel(order, 0.0)
