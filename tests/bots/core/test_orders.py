import json

import pytest

from bots.core.orders import (
    OPEN_STATES,
    ORDER_TRANSITIONS,
    Order,
    OrderError,
    OrderEvent,
    OrderState,
    OrderType,
    as_decimal,
)
from tests.bots.core.make import D


def order(state: OrderState = OrderState.NEW) -> Order:
    return Order(1, "XBTUSD", "Buy", OrderType.LIMIT, D(10), price=D("29990.5"), state=state)


@pytest.mark.parametrize("state", OrderState)
@pytest.mark.parametrize("event", OrderEvent)
def test_only_what_the_table_holds_can_happen(state: OrderState, event: OrderEvent) -> None:
    made = order(state)
    if (state, event) in ORDER_TRANSITIONS:
        made.on(event)
        assert made.state is ORDER_TRANSITIONS[state, event]
    else:
        with pytest.raises(OrderError, match="impossible"):
            made.on(event)


def test_the_table_holds_what_an_exchange_does_and_no_more() -> None:
    """Written out once more, so that a change of the table is a decision."""
    s, e = OrderState, OrderEvent
    lives = {
        s.NEW: {e.SEND: s.SENT, e.ACCEPT: s.WORKING, e.REJECT: s.REJECTED, e.CANCEL: s.CANCELLED},
        s.SENT: {e.ACCEPT: s.WORKING, e.REJECT: s.REJECTED, e.ASK_CANCEL: s.CANCELLING},
        s.WORKING: {
            e.FILL_PART: s.PARTLY_FILLED, e.FILL_REST: s.FILLED, e.ASK_CANCEL: s.CANCELLING,
            e.CANCEL: s.CANCELLED, e.EXPIRE: s.EXPIRED,
        },
        s.PARTLY_FILLED: {
            e.FILL_PART: s.PARTLY_FILLED, e.FILL_REST: s.FILLED, e.ASK_CANCEL: s.CANCELLING,
            e.CANCEL: s.CANCELLED, e.EXPIRE: s.EXPIRED,
        },
        s.CANCELLING: {
            e.ACCEPT: s.CANCELLING, e.REJECT: s.REJECTED, e.FILL_PART: s.CANCELLING,
            e.FILL_REST: s.FILLED, e.CANCEL: s.CANCELLED, e.EXPIRE: s.EXPIRED,
        },
    }  # fmt: skip
    told = {(state, event): to for state, events in lives.items() for event, to in events.items()}
    assert told == ORDER_TRANSITIONS


@pytest.mark.parametrize(
    "state", [each for each in OrderState if each not in (OrderState.WORKING, OrderState.PARTLY_FILLED)]
)
def test_a_fill_needs_an_order_that_works(state: OrderState) -> None:
    made = order(state)
    if state is OrderState.CANCELLING:
        made.fill(D(4))
        assert (made.state, made.filled) == (OrderState.CANCELLING, D(4))
        return
    with pytest.raises(OrderError, match="impossible"):
        made.fill(D(4))
    assert (made.state, made.filled) == (state, D(0))


def test_nothing_leads_out_of_a_final_state() -> None:
    assert {state for state, _ in ORDER_TRANSITIONS} == OPEN_STATES


def test_partial_fills_add_up_and_never_exceed_the_size() -> None:
    made = order(OrderState.WORKING)
    made.fill(D(4))
    assert (made.state, made.remaining) == (OrderState.PARTLY_FILLED, D(6))
    with pytest.raises(OrderError, match="cannot fill 7 of 6"):
        made.fill(D(7))
    made.fill(D(6))
    assert made.state is OrderState.FILLED


def test_an_order_survives_json() -> None:
    made = order(OrderState.WORKING)
    made.trail, made.expires, made.oco, made.rearm, made.taking = D("0.5"), 12.5, 3, D(7), True
    assert Order.from_json(json.loads(json.dumps(made.to_json()))) == made


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 0, -1, "abc", None, True, [1]])
def test_rubbish_is_no_number(value: object) -> None:
    with pytest.raises(OrderError, match="size must be a number"):
        as_decimal(value, "size")


def test_a_float_means_what_it_shows() -> None:
    assert as_decimal(0.1, "size") == D("0.1")
