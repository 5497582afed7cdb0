"""Requests take a second to arrive. Prints come every second unless told."""

import json

import pytest

from bots.core.orders import OrderState
from tests.bots.core.make import D
from tests.bots.core.paper import Desk

S = OrderState


@pytest.fixture
def desk() -> Desk:
    made = Desk(latency_ms=1000)
    made.tick("30000", ts=0.0)
    return made


def test_an_order_arrives_after_the_latency_and_meets_the_quotes_that_stand_then(desk: Desk) -> None:
    order = desk.order("Buy", 10)
    assert (order.state, list(desk.broker.working)) == (S.SENT, [order.id])
    desk.tick("30005", ts=0.5)
    desk.tick("30020", ts=1.5)
    assert order.state is S.FILLED
    fill = desk.fills[0]
    assert (fill.price, fill.ts) == (D("30005"), 1.0)
    assert fill.reference == D("29999.95")  # the delay is part of the slippage


def test_a_request_due_at_a_print_comes_after_the_resting_orders_of_it(desk: Desk) -> None:
    first = desk.order("Sell", 10, "limit", price="30050")
    desk.tick("30000", ts=1.0)
    assert first.state is S.WORKING
    second = desk.order("Buy", 10)
    desk.tick("30060", ts=2.0)
    assert [fill.order_id for fill in desk.fills] == [first.id, second.id]
    assert [fill.price for fill in desk.fills] == [D(30_050), D(30_060)]


def test_a_fill_that_comes_before_the_cancel_wins(desk: Desk) -> None:
    order = desk.order("Buy", 10, "limit", price="29990")
    desk.tick("30000", ts=1.0)
    desk.broker.cancel(order, 1.0)
    assert [order.state] == [S.CANCELLING]
    desk.tick("29980", ts=1.9)
    assert order.state is S.FILLED
    desk.tick("29980", ts=3.0)
    assert order.state is S.FILLED


def test_a_cancel_that_arrives_first_ends_the_order_and_it_never_fills(desk: Desk) -> None:
    order = desk.order("Buy", 10, "limit", price="29990")
    desk.tick("30000", ts=1.0)
    desk.broker.cancel(order, 1.0)
    desk.tick("29980", ts=2.1)
    assert (order.state, desk.fills) == (S.CANCELLED, [])


def test_a_cancelled_order_may_be_partly_filled() -> None:
    desk = Desk(latency_ms=1000, volume_share=0.5)
    desk.tick("30000", ts=0.0)
    order = desk.order("Buy", 10, "limit", price="29990")
    desk.tick("30000", ts=1.0)
    desk.broker.cancel(order, 1.0)
    desk.tick("29980", ts=1.5, size="6")
    assert (order.state, order.filled) == (S.CANCELLING, D(3))
    desk.tick("29980", ts=2.5, size="6")
    assert (order.state, order.filled) == (S.CANCELLED, D(3))


def test_an_order_cancelled_on_its_way_arrives_first(desk: Desk) -> None:
    resting = desk.order("Buy", 10, "limit", price="29990")
    taking = desk.order("Buy", 5)
    for order in (resting, taking):
        assert desk.broker.cancel(order, 0.0)
    assert (resting.state, taking.state) == (S.CANCELLING, S.CANCELLING)
    desk.tick("29980", ts=1.5)
    assert (resting.state, taking.state) == (S.CANCELLED, S.FILLED)


def test_a_refusal_comes_when_the_order_arrives(desk: Desk) -> None:
    order = desk.order("Buy", 10, "limit", price="29990", post_only=True)
    desk.tick("29980", ts=0.5)
    assert order.state is S.SENT
    desk.tick("29980", ts=1.5)
    assert (order.state, desk.refused) == (S.REJECTED, ["post-only would cross"])


def test_an_amendment_takes_its_time_and_has_no_effect_on_what_is_done(desk: Desk) -> None:
    order = desk.order("Buy", 10, "limit", price="29990")
    desk.tick("30000", ts=1.0)
    desk.broker.amend(order, 1.0, price=D(29_900))
    assert order.price == D(29_990)
    desk.tick("29980", ts=1.5)
    desk.tick("30000", ts=2.5)
    assert (order.state, order.price) == (S.FILLED, D(29_990))


def test_orders_of_a_group_on_their_way_shrink_by_what_was_filled_meanwhile(desk: Desk) -> None:
    first = desk.order("Buy", 10, oco=4)
    second = desk.order("Sell", 10, "limit", price="30100", oco=4)
    desk.tick("30000", ts=1.5)
    assert (first.state, second.state) == (S.FILLED, S.CANCELLED)


def test_an_order_whose_cancel_is_on_its_way_is_not_rearmed(desk: Desk) -> None:
    order = desk.order("Buy", 10, "limit", price="29990", rearm="20")
    desk.tick("30000", ts=1.0)
    desk.broker.cancel(order, 1.0)
    desk.tick("29980", ts=1.5)
    assert order.state is S.FILLED
    assert not desk.broker.working


def test_a_rearmed_order_travels_like_any_other(desk: Desk) -> None:
    desk.order("Buy", 10, "limit", price="29990", rearm="20")
    desk.tick("30000", ts=1.0)
    desk.tick("29980", ts=1.5)
    (armed,) = desk.broker.working.values()
    assert [armed.state] == [S.SENT]
    desk.tick("30011", ts=2.5)  # above it by now: it takes
    assert armed.state is S.FILLED
    assert desk.told[1] == ("10", "30010.9", False)


def test_nothing_may_be_left_out_while_a_request_is_on_its_way(desk: Desk) -> None:
    assert not desk.broker.can_fill_between("XBTUSD", D(1), D(99_999))
    desk.order("Buy", 10, "limit", price="20000")
    assert desk.broker.can_fill_between("XBTUSD", D(30_000), D(30_000))
    desk.tick("30000", ts=1.0)
    assert not desk.broker.can_fill_between("XBTUSD", D(30_000), D(30_000))


def test_closing_down_ends_what_is_on_its_way_and_what_follows_is_immediate(desk: Desk) -> None:
    resting = desk.order("Buy", 10, "limit", price="29990")
    desk.tick("30000", ts=1.0)
    sent, cancelled = desk.order("Buy", 10), desk.order("Buy", 20)
    desk.broker.cancel(cancelled, 1.0)
    desk.broker.close_down(1.0)
    assert {order.state for order in (resting, sent, cancelled)} == {S.CANCELLED}
    assert not desk.broker.working
    assert desk.order("Sell", 5).state is S.FILLED


def test_requests_survive_a_snapshot(desk: Desk) -> None:
    resting = desk.order("Buy", 10, "limit", price="29990")
    desk.tick("30000", ts=1.0)
    desk.order("Sell", 5)
    desk.broker.amend(resting, 1.0, price=D(29_980))
    desk.broker.cancel(resting, 1.5)
    other = Desk(latency_ms=1000)
    other.broker.restore(json.loads(json.dumps(desk.broker.snapshot())))
    assert other.broker.snapshot() == desk.broker.snapshot()
    for each in (desk, other):
        each.tick("29985", ts=2.1)
        each.tick("29985", ts=3.0)
    assert other.fills == desk.fills
    assert other.broker.snapshot() == desk.broker.snapshot()


def test_what_is_on_its_way_arrives_soon_when_market_time_goes_back(desk: Desk) -> None:
    desk.tick("30000", ts=1000.0)
    order = desk.order("Buy", 10)
    desk.broker.rewind(500.0)
    desk.tick("30000", ts=501.5)
    assert order.state is S.FILLED
