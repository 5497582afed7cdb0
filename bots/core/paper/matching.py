"""When an order of the paper market wakes, takes, rests or fills. Pure rules: nothing here changes the books.

A conditional order (stop, take-profit, trailing stop) waits for its trigger; awake, it is a market order, or
a limit order where it has a limit. A limit order takes where it reaches the opposite best on arrival, and
rests otherwise: then it fills once a print goes strictly beyond its price, at it only with `fill_at_touch`.
"""

from collections.abc import Iterable
from decimal import Decimal
from math import inf
from typing import NamedTuple

from bots.core.events import Tick
from bots.core.orders import Order, OrderType

_TAKE_PROFITS = frozenset({OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_LIMIT})
_CONDITIONAL = _TAKE_PROFITS | {OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP}
_HIGHEST, _LOWEST = Decimal("Infinity"), Decimal("-Infinity")


class Quiet(NamedTuple):
    """Nothing happens to a market's orders while low < price < high and the time is before `until`."""

    low: Decimal = _LOWEST
    high: Decimal = _HIGHEST
    until: float = inf


def is_waiting(order: Order) -> bool:
    """Whether it still waits for its trigger."""
    return not order.triggered and order.type in _CONDITIONAL


def wakes_above(order: Order) -> bool:
    """Whether its trigger is reached by a rise; else by a fall."""
    return (order.side == "Buy") != (order.type in _TAKE_PROFITS)


def is_triggered(order: Order, price: Decimal) -> bool:
    """Whether a print at `price` wakes it."""
    assert order.trigger is not None
    return price >= order.trigger if wakes_above(order) else price <= order.trigger


def trail(order: Order, price: Decimal) -> bool:
    """Move the trigger of a trailing stop along with the best price; whether it moved. Never back."""
    if order.trail is None or order.type is not OrderType.TRAILING_STOP:
        return False
    trigger = price + order.trail if order.side == "Buy" else price - order.trail
    if order.trigger is not None and (
        trigger >= order.trigger if order.side == "Buy" else trigger <= order.trigger
    ):
        return False
    order.trigger = trigger
    return True


def would_take(order: Order, tick: Tick) -> bool:
    """Whether an order that is awake takes at the opposite best of this tick."""
    if order.price is None:
        return True
    return order.price >= tick.ask if order.side == "Buy" else order.price <= tick.bid


def is_traded_through(order: Order, price: Decimal, at_touch: bool) -> bool:
    """Whether a print at `price` fills a resting limit order."""
    assert order.price is not None
    if price == order.price:
        return at_touch
    return (price < order.price) == (order.side == "Buy")


def could_happen(order: Order, low: Decimal, high: Decimal, at_touch: bool) -> bool:
    """Whether any price in [low, high] changes the order: fills or wakes it, or moves its trigger."""
    if is_waiting(order):
        assert order.trigger is not None
        if is_triggered(order, high if wakes_above(order) else low):
            return True
        if order.trail is None:
            return False
        return (
            low < order.trigger - order.trail if order.side == "Buy" else high > order.trigger + order.trail
        )
    if order.price is None or order.taking:
        return True
    return is_traded_through(order, low if order.side == "Buy" else high, at_touch)


def quiet(orders: Iterable[Order]) -> Quiet:
    """The prices between which none of these orders changes, so that most prints need no look at each."""
    low, high, until = Quiet()
    for order in orders:
        if order.expires is not None:
            until = min(until, order.expires)
        if is_waiting(order):
            assert order.trigger is not None
            above = wakes_above(order)
            reach = order.trail or _HIGHEST
            high = min(high, order.trigger if above else order.trigger + reach)
            low = max(low, order.trigger - reach if above else order.trigger)
        elif order.price is None or order.taking:
            return Quiet(_HIGHEST, _LOWEST)
        elif order.side == "Buy":
            low = max(low, order.price)
        else:
            high = min(high, order.price)
    return Quiet(low, high, until)
