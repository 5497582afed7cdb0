"""Groups of which one cancels the other, amendments, and candles that hold both stop and target."""

import pytest

from bots.core.orders import Order, OrderState
from tests.bots.core.make import D
from tests.bots.core.paper import Desk

S = OrderState


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.tick("30000")
    return made


def exits(desk: Desk, size: int = 10) -> tuple[Order, Order]:
    """Ten long, a stop at 29900 and a target at 30100."""
    desk.order("Buy", size)
    stop = desk.order("Sell", size, "stop", trigger="29900", reduce_only=True, oco=7, tag="stop")
    target = desk.order("Sell", size, "limit", price="30100", reduce_only=True, oco=7, tag="target")
    return stop, target


def test_one_cancels_the_other(desk: Desk) -> None:
    above = desk.order("Buy", 10, "stop", trigger="30100", oco=5)
    below = desk.order("Sell", 10, "stop", trigger="29900", oco=5)
    desk.tick("29890")
    assert (above.state, below.state) == (S.CANCELLED, S.FILLED)
    desk.tick("30100")
    assert desk.ledger.size("XBTUSD") == -10


def test_a_part_filled_makes_the_others_smaller() -> None:
    desk = Desk(volume_share=0.5)
    desk.tick("30000", size="100")
    stop, target = exits(desk)
    desk.tick("30101", size="8")
    assert (target.filled, target.remaining, stop.size, stop.state) == (D(4), D(6), D(6), S.WORKING)
    desk.tick("29900", size="100")
    assert (stop.state, target.state, target.filled) == (S.FILLED, S.CANCELLED, D(4))
    assert desk.ledger.is_flat


def test_a_member_that_arrives_after_the_others_have_filled_finds_nothing_left(desk: Desk) -> None:
    first = desk.order("Buy", 10, "stop", trigger="29990", oco=3)
    second = desk.order("Sell", 10, "limit", price="30100", oco=3)
    third = desk.order("Sell", 25, "limit", price="30100", oco=3)
    assert (first.state, second.state) == (S.FILLED, S.CANCELLED)
    assert (third.state, third.size) == (S.WORKING, D(15))


@pytest.mark.parametrize(("within_bar", "price"), [("pessimistic", "29900"), ("path", "30100")])
def test_a_candle_that_holds_stop_and_target_is_decided_for_the_worse_and_counted(
    within_bar: str, price: str
) -> None:
    desk = Desk(within_bar=within_bar)
    desk.tick("30000")
    exits(desk)
    desk.tick("30100.1", bar=("29900", "30200"))
    assert desk.told[1][1] == price
    assert not desk.broker.working
    assert desk.broker.ambiguous == {"candles": 1, "finer": 0, "pessimistic": 0, "path": 0} | {within_bar: 1}


def test_a_stop_that_is_feared_fills_at_its_trigger_and_worse_as_taker() -> None:
    desk = Desk(slippage_ticks=3)
    desk.tick("30000")
    exits(desk)
    desk.tick("30100.1", ts=42.0, bar=("29900", "30200"))
    fill = desk.fills[-1]
    assert (fill.price, fill.maker, fill.ts, fill.tag) == (D("29899.7"), False, 42.0, "stop")
    assert fill.reference == D(29_900)


def test_what_is_left_of_a_feared_stop_fills_no_better_until_the_candle_is_over() -> None:
    desk = Desk(volume_share=0.5)
    desk.tick("30000", size="1000")
    exits(desk)
    for _ in range(2):
        desk.tick("30100.1", size="8", bar=("29900", "30200"))
    desk.broker.new_candle()
    desk.tick("30100.1", size="8")
    assert desk.told[1:] == [("4", "29900", False), ("4", "29900", False), ("2", "30100.0", False)]


@pytest.mark.parametrize("bar", [None, ("29900.1", "30200")])
def test_a_print_that_is_no_assumption_or_a_candle_without_the_stop_fills_the_target(
    desk: Desk, bar: tuple[str, str] | None
) -> None:
    exits(desk)
    desk.tick("30100.1", bar=bar)
    assert desk.told[1] == ("10", "30100", True)
    assert desk.broker.ambiguous == dict.fromkeys(("candles", "finer", "pessimistic", "path"), 0)


def test_a_stop_that_fills_in_a_candle_with_its_target_counts_too(desk: Desk) -> None:
    exits(desk)
    desk.tick("29899.9", bar=("29800", "30200"))
    assert desk.broker.ambiguous == {"candles": 1, "pessimistic": 1, "finer": 0, "path": 0}


def test_a_recorded_print_decides_by_itself_and_is_counted_as_finer(desk: Desk) -> None:
    exits(desk)
    desk.tick("30100.1", bar=("29900", "30200"), is_recorded=True)
    assert desk.told[1] == ("10", "30100", True)
    assert desk.broker.ambiguous == {"candles": 1, "finer": 1, "pessimistic": 0, "path": 0}


def test_each_candle_is_counted_once(desk: Desk) -> None:
    for _ in range(2):
        exits(desk)
        desk.tick("30100.1", bar=("29900", "30200"))
        desk.tick("30000")
    assert desk.broker.ambiguous == {"candles": 1, "pessimistic": 1, "finer": 0, "path": 0}
    desk.broker.new_candle()
    exits(desk)
    desk.tick("30100.1", bar=("29900", "30200"))
    assert desk.broker.ambiguous == {"candles": 2, "pessimistic": 2, "finer": 0, "path": 0}


def test_an_amended_price_puts_an_order_behind_the_others_and_a_smaller_size_does_not(desk: Desk) -> None:
    first = desk.order("Buy", 10, "limit", price="29990")
    second = desk.order("Buy", 10, "limit", price="29990")
    desk.broker.amend(first, 1.0, size=D(5))
    assert list(desk.broker.working) == [first.id, second.id]
    desk.broker.amend(first, 1.0, price=D(29_991))
    assert list(desk.broker.working) == [second.id, first.id]
    desk.broker.amend(second, 1.0, size=D(11))
    desk.tick("29980")
    assert desk.told == [("5", "29991", True), ("11", "29990", True)]


def test_an_order_amended_across_the_market_takes_and_one_to_what_is_filled_ends() -> None:
    desk = Desk(volume_share=0.5)
    desk.tick("30000")
    order = desk.order("Buy", 10, "limit", price="29990")
    desk.tick("29980", size="8")
    desk.broker.amend(order, 2.0, size=D(4))
    assert (order.state, order.filled) == (S.CANCELLED, D(4))
    other = desk.order("Sell", 2, "limit", price="30100")
    desk.tick("29980", size="8")
    desk.broker.amend(other, 3.0, price=D(29_900))
    assert desk.told[-1] == ("2", "29979.9", False)


def test_an_amended_trigger_may_wake_the_order_and_slippage_counts_against_it(desk: Desk) -> None:
    order = desk.order("Sell", 10, "stop", trigger="29900")
    desk.broker.amend(order, 1.0, trigger=D(30_000))
    assert order.state is S.FILLED
    assert desk.fills[0].reference == D(30_000)


def test_an_amendment_that_would_be_refused_leaves_the_order_as_it_was(desk: Desk) -> None:
    order = desk.order("Buy", 10, "limit", price="29990", post_only=True)
    desk.broker.amend(order, 1.0, price=D(30_000))
    desk.broker.amend(order, 1.0, size=D(100_000))
    assert (order.state, order.price, order.size) == (S.WORKING, D(29_990), D(10))
    assert desk.refused[0] == "amendment: post-only would cross"
    assert desk.refused[1].startswith("amendment: margin")


def test_an_order_that_is_done_cannot_be_amended(desk: Desk) -> None:
    order = desk.order("Buy", 10)
    desk.broker.amend(order, 1.0, size=D(20))
    assert (order.size, order.state) == (D(10), S.FILLED)
