"""Order types and the times they are in force. The market stands at 30000.0 (ask) and 29999.9 (bid)."""

from typing import Any

import pytest

from bots.core.events import Candle
from bots.core.orders import OrderState, OrderType
from tests.bots.core.make import D, candle
from tests.bots.core.paper import Desk

S = OrderState


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.tick("30000")
    return made


@pytest.mark.parametrize(
    ("side", "type", "trigger", "quiet", "beyond", "price"),
    [
        ("Buy", "stop", "30010", "30009.9", "30012", "30012"),
        ("Sell", "stop", "29990", "29990.1", "29985", "29984.9"),
        ("Buy", "take_profit", "29990", "29990.1", "29985", "29985"),
        ("Sell", "take_profit", "30010", "30009.9", "30012", "30011.9"),
    ],
)
def test_a_conditional_order_wakes_at_its_trigger_and_takes_at_that_print(
    desk: Desk, side: str, type: str, trigger: str, quiet: str, beyond: str, price: str
) -> None:
    order = desk.order(side, 10, type, trigger=trigger)
    desk.tick(quiet)
    assert (order.state, order.triggered) == (S.WORKING, False)
    desk.tick(beyond)
    assert (order.state, order.triggered) == (S.FILLED, True)
    assert desk.told == [("10", price, False)]
    assert desk.fills[0].reference == D(trigger)


@pytest.mark.parametrize(
    ("side", "type", "trigger"),
    [("Buy", "stop", 29_000), ("Sell", "stop", 31_000), ("Buy", "take_profit", 31_000)],
)
def test_a_condition_that_holds_already_wakes_the_order_at_once(
    desk: Desk, side: str, type: str, trigger: int
) -> None:
    assert desk.order(side, 10, type, trigger=trigger).state is S.FILLED


@pytest.mark.parametrize(
    ("side", "fields"),
    [
        ("Buy", {"stop": "30000"}),
        ("Buy", {"stop": "30010"}),
        ("Sell", {"stop": "30000"}),
        ("Buy", {"type": "limit", "price": "30020", "stop": "30010"}),
    ],
)
def test_an_entry_that_its_own_stop_would_end_at_once_is_refused(desk: Desk, side: str, fields: Any) -> None:
    assert desk.order(side, 10, **fields).state is S.REJECTED
    assert desk.refused == [f"its stop at {fields['stop']} is reached already at a price of 30000"]


def test_a_stop_beyond_the_price_is_no_reason_to_refuse_what_does_not_take_now(desk: Desk) -> None:
    assert desk.order("Buy", 10, stop="29999.9").state is S.FILLED
    assert desk.order("Sell", 10, reduce_only=True, stop="29000").state is S.FILLED
    assert desk.order("Sell", 10, "limit", price="30010", stop="30005").state is S.WORKING
    assert desk.order("Buy", 10, "stop", trigger="30100", stop="30050").state is S.WORKING


def test_a_stop_limit_takes_where_its_limit_allows_and_rests_where_not(desk: Desk) -> None:
    taken = desk.order("Buy", 10, "stop_limit", trigger="30010", price="30015")
    desk.tick("30012")
    assert desk.told == [("10", "30012", False)]
    rested = desk.order("Buy", 10, "stop_limit", trigger="30020", price="30021")
    desk.tick("30025")
    assert (taken.state, rested.state, rested.triggered) == (S.FILLED, S.WORKING, True)
    desk.tick("30021")
    assert rested.is_open
    desk.tick("30020.9")
    assert desk.told[1] == ("10", "30021", True)


def test_a_woken_limit_is_not_matched_as_resting_at_the_print_that_woke_it(desk: Desk) -> None:
    """Bid 29980, print 29990 with ask 30000: below the limit of 29995, but nobody offers there."""
    order = desk.order("Buy", 10, "take_profit_limit", trigger="29992", price="29995")
    desk.print(desk.broker.ticks["XBTUSD"]._replace(ts=5.0, price=D("29990"), bid=D("29980")))
    assert (order.state, order.triggered) == (S.WORKING, True)


def test_a_trailing_stop_follows_the_best_price_and_never_goes_back(desk: Desk) -> None:
    desk.order("Buy", 10)
    order = desk.order("Sell", 10, "trailing_stop", trail="20", reduce_only=True)
    assert order.trigger == D(29_980)
    for price, trigger in (("30010", 29_990), ("29995", 29_990), ("30050", 30_030), ("30031", 30_030)):
        desk.tick(price)
        assert order.trigger == D(trigger)
        assert order.is_open
    desk.tick("30030")
    assert desk.told[-1] == ("10", "30029.9", False)
    assert desk.fills[-1].reference == D(30_030)


def test_a_trailing_stop_of_a_short_mirrors(desk: Desk) -> None:
    order = desk.order("Buy", 10, "trailing_stop", trail="20")
    desk.tick("29950")
    desk.tick("29969.9")
    assert (order.trigger, order.state) == (D(29_970), S.WORKING)
    desk.tick("29970")
    assert order.state is S.FILLED


def test_a_trail_as_long_as_the_price_is_refused(desk: Desk) -> None:
    assert "leaves nothing" in desk.order("Sell", 10, "trailing_stop", trail="30000").rejection


def test_post_only_is_refused_where_it_would_take_and_rests_else(desk: Desk) -> None:
    crossing = desk.order("Buy", 10, "limit", price="30000", post_only=True)
    assert (crossing.state, crossing.rejection) == (S.REJECTED, "post-only would cross")
    assert desk.order("Buy", 10, "limit", price="29999.9", post_only=True).state is S.WORKING
    assert desk.refused == ["post-only would cross"]


def test_a_woken_post_only_order_that_would_take_is_cancelled_and_says_why(desk: Desk) -> None:
    order = desk.order("Buy", 10, "stop_limit", trigger="30010", price="30020", post_only=True)
    desk.tick("30010")
    assert (order.state, order.rejection) == (S.CANCELLED, "post-only would cross")
    assert desk.refused == ["post-only would cross"]
    assert not desk.fills


@pytest.mark.parametrize("in_force", ["IOC", "FOK"])
def test_what_cannot_fill_at_once_is_cancelled_where_it_must(desk: Desk, in_force: str) -> None:
    assert desk.order("Buy", 10, "limit", price="29990", time_in_force=in_force).state is S.CANCELLED
    assert desk.order("Buy", 10, "limit", price="30000", time_in_force=in_force).state is S.FILLED


def test_immediate_or_cancel_keeps_its_part_and_fill_or_kill_takes_none() -> None:
    """A tenth of a print of 95 contracts is 9 whole ones."""
    desk = Desk(volume_share=0.1)
    desk.tick("30000", size="95")
    killed = desk.order("Buy", 10, time_in_force="FOK")
    assert (killed.state, killed.filled) == (S.CANCELLED, D(0))
    partly = desk.order("Buy", 10, time_in_force="IOC")
    assert (partly.state, partly.filled) == (S.CANCELLED, D(9))
    desk.tick("30000", size="1000")
    assert desk.order("Buy", 10, time_in_force="FOK").state is S.FILLED


def test_a_fill_or_kill_that_may_only_reduce_part_of_its_size_is_killed(desk: Desk) -> None:
    desk.order("Buy", 4)
    assert desk.order("Sell", 10, reduce_only=True, time_in_force="FOK").state is S.CANCELLED
    assert desk.ledger.size("XBTUSD") == 4


def test_good_till_a_date_expires_before_the_matching_of_the_first_print_then(desk: Desk) -> None:
    order = desk.order("Buy", 10, "limit", price="29990", time_in_force="GTD", expires=60.0)
    other = desk.order("Buy", 10, "limit", price="29990", time_in_force="GTD", expires=60.5)
    desk.tick("29989", ts=60.0)
    assert (order.state, other.state) == (S.EXPIRED, S.FILLED)


def test_fill_at_touch_is_an_assumption() -> None:
    desk = Desk(fill_at_touch=True)
    desk.tick("30000")
    order = desk.order("Buy", 10, "limit", price="29990")
    desk.tick("29990")
    assert order.state is S.FILLED


def test_a_print_fills_its_share_in_order_of_acceptance_and_takers_go_on_at_the_next() -> None:
    desk = Desk(volume_share=0.5)
    desk.tick("30000", size="10")
    first, second = desk.order("Buy", 8), desk.order("Buy", 4)
    assert (first.state, first.filled, second.state, second.filled) == (
        S.PARTLY_FILLED,
        D(5),
        S.WORKING,
        D(0),
    )
    desk.tick("30001", size="8")
    assert (first.state, second.state, second.filled) == (S.FILLED, S.PARTLY_FILLED, D(1))
    desk.tick("30002", size="100")
    assert second.state is S.FILLED
    assert [(size, price) for size, price, _ in desk.told] == [
        ("5", "30000"), ("3", "30001"), ("1", "30001"), ("3", "30002"),
    ]  # fmt: skip


def test_resting_orders_share_a_print_too_and_keep_their_price() -> None:
    desk = Desk(volume_share=0.5)
    desk.tick("30000")
    order = desk.order("Buy", 10, "limit", price="29990")
    for _ in range(2):
        desk.tick("29980", size="12")
    assert desk.told == [("6", "29990", True), ("4", "29990", True)]
    assert order.state is S.FILLED


def test_a_limit_order_that_took_a_part_goes_on_taking_and_rests_once_the_market_has_left() -> None:
    desk = Desk(volume_share=0.5)
    desk.tick("30000", size="4")
    order = desk.order("Buy", 10, "limit", price="30001")
    desk.tick("30000.5", size="4")
    assert desk.told == [("2", "30000", False), ("2", "30000.5", False)]
    desk.tick("30005", size="4")
    desk.tick("30000.5", size="100")
    assert desk.told[2:] == [("6", "30001", True)]
    assert order.state is S.FILLED


def test_takers_pay_ticks_a_share_of_the_price_and_their_impact() -> None:
    """3 ticks + 0.01 % of 300,000 ticks = 30 + (100 of 1000 contracts)^2 x 0.1 % = 3: 36 ticks."""
    desk = Desk(slippage_ticks=3, slippage_rate=0.0001, slippage_impact=0.001)
    desk.tick("30000")
    desk.broker.on_candle(_candle(volume="0.05"))  # 0.05 coins at 20,000 are 1000 contracts
    desk.order("Buy", 100)
    assert desk.told == [("100", "30003.6", False)]
    assert desk.fills[0].reference == D("29999.95")


def test_slippage_never_goes_beyond_a_limit_or_below_a_tick() -> None:
    desk = Desk(slippage_ticks=5)
    desk.tick("30000")
    desk.order("Buy", 10, "limit", price="30000.2")
    assert desk.told == [("10", "30000.2", False)]
    desk.tick("0.3", ts=9.0)
    desk.order("Sell", 10)
    assert desk.told[-1] == ("10", "0.1", False)


def test_an_order_that_rearms_places_its_opposite_again_and_again(desk: Desk) -> None:
    desk.order("Buy", 10, "limit", price="29990", rearm="20", reason="rung")
    desk.tick("29989")
    (armed,) = desk.broker.working.values()
    assert (armed.side, armed.price, armed.size, armed.reason) == ("Sell", D(30_010), D(10), "rung")
    desk.tick("30011")
    (again,) = desk.broker.working.values()
    assert (again.type, again.side, again.price) == (OrderType.LIMIT, "Buy", D(29_990))
    assert desk.closed[0].left == 10


def test_a_rearmed_order_waits_for_the_next_print_even_if_this_one_is_beyond_it(desk: Desk) -> None:
    """A gap to 30100: the buy at 30050 that follows the sale at 30060 rests below the market."""
    desk.order("Sell", 10, "limit", price="30060", rearm="10")
    desk.tick("30100")
    assert len(desk.fills) == 1
    (armed,) = desk.broker.working.values()
    assert (armed.side, armed.price, armed.state) == ("Buy", D(30_050), S.WORKING)
    desk.tick("30040")
    assert [price for _, price, _ in desk.told] == ["30060", "30050"]


def test_rearming_below_zero_is_refused_aloud(desk: Desk) -> None:
    desk.order("Sell", 10, "limit", price="30010", rearm="40000")
    desk.tick("30011")
    assert desk.refused == ["a price of -9990 is not above 0"]


def _candle(volume: str) -> Candle:
    return candle(0, "20000")._replace(volume=D(volume))
