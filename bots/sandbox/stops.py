"""Conditional orders and the stops of a position: take profit, stop loss and trailing stop."""

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

from bots.sandbox.account import Account
from bots.sandbox.contracts import ZERO
from bots.sandbox.errors import bad_parameter
from bots.sandbox.orders import Order
from bots.sandbox.parameters import Parameters
from bots.sandbox.positions import Position

if TYPE_CHECKING:
    from bots.sandbox.desk import Desk

OWN = ("TakeProfit", "StopLoss", "PartialTakeProfit", "PartialStopLoss", "TrailingStop")
"""Kinds that hang on a position and end with it."""

RISING, FALLING = 1, 2


def is_triggered(order: Order, price: Decimal) -> bool:
    """Whether that price triggers it; a trailing stop's trigger follows the price."""
    if order.trailing:
        _trail(order, price)
    if not order.trigger_price:
        return False
    return price >= order.trigger_price if order.trigger_direction == RISING else price <= order.trigger_price


def _trail(order: Order, price: Decimal) -> None:
    falling = order.trigger_direction == FALLING
    if order.active_price:
        if price < order.active_price if falling else price > order.active_price:
            return
        order.active_price = ZERO
    if falling:
        order.trigger_price = max(order.trigger_price, price - order.trailing)
    else:
        trigger = price + order.trailing
        order.trigger_price = min(order.trigger_price or trigger, trigger)


def attach(desk: "Desk", account: Account, order: Order) -> None:
    """Take profit and stop loss that came with an order, now that it opened a position."""
    position = account.position(order.symbol_id)
    if position.size * order.sign <= 0:
        return
    for kind, price in (("TakeProfit", order.take_profit), ("StopLoss", order.stop_loss)):
        if price:
            _replace(desk, account, position, kind, price)
    order.take_profit = order.stop_loss = ZERO


def set_stops(desk: "Desk", account: Account, symbol_id: str, asked: Parameters) -> None:
    """What /v5/position/trading-stop asks for; 0 takes a stop away.

    Raises:
        ExchangeError: there is no position, or a price is on the wrong side of the market.
    """
    position = account.position(symbol_id)
    if not position.size:
        raise bad_parameter("can not set tp/sl/ts for zero position")
    partial = asked.choice("tpslMode", ("Full", "Partial"), "Full") == "Partial"
    wanted = [(kind, asked.number(_word(kind))) for kind in ("TakeProfit", "StopLoss")]
    trailing = asked.number("trailingStop")
    for kind, price in wanted:
        if price:
            _check_side(desk, position, kind, price)
    for kind, price in wanted:
        if price is not None and partial and price:
            size = asked.number("tpSize" if kind == "TakeProfit" else "slSize") or abs(position.size)
            if size > abs(position.size) or size % position.symbol.lot:
                raise bad_parameter(f"{_word(kind)} size invalid")
            _add(desk, account, position, f"Partial{kind}", price, size)
        elif price is not None:
            _replace(desk, account, position, kind, price)
    if trailing is not None:
        _replace(desk, account, position, "TrailingStop", ZERO, trailing, asked.number("activePrice") or ZERO)
    desk.end()


def _word(kind: str) -> str:
    return kind[0].lower() + kind[1:]


def _check_side(desk: "Desk", position: Position, kind: str, price: Decimal) -> None:
    """A long's profit lies above the market and its stop below, a short's the other way round."""
    mark = desk.state.mark(position.symbol_id)
    if price % position.symbol.tick:
        raise bad_parameter(f"{_word(kind)} is not on the price grid")
    above = (kind == "TakeProfit") == (position.size > 0)
    if mark is not None and (price <= mark if above else price >= mark):
        side = "higher" if above else "lower"
        raise bad_parameter(f"{kind} set for {position.side} position should be {side} than base_price")


def _replace(
    desk: "Desk",
    account: Account,
    position: Position,
    kind: str,
    price: Decimal,
    trailing: Decimal = ZERO,
    active: Decimal = ZERO,
) -> None:
    """The one stop of that kind for the whole position; none where price and distance are 0."""
    for order in list(account.orders.values()):
        if order.symbol_id == position.symbol_id and order.stop_type == kind:
            desk.cancel(account, order, cancel_type="CancelByUser")
    if price or trailing:
        _add(desk, account, position, kind, price, abs(position.size), True, trailing, active)


def _add(
    desk: "Desk",
    account: Account,
    position: Position,
    kind: str,
    price: Decimal,
    size: Decimal,
    whole: bool = False,
    trailing: Decimal = ZERO,
    active: Decimal = ZERO,
) -> None:
    long = position.size > 0
    rising = long == kind.endswith("TakeProfit")
    now = desk.state.time()
    order = Order(
        id=str(uuid4()),
        account=account.key,
        symbol_id=position.symbol_id,
        side="Sell" if long else "Buy",
        kind="Market",
        qty=size,
        time_in_force="IOC",
        reduce_only=True,
        close_on_trigger=True,
        trigger_price=price,
        trigger_direction=RISING if rising else FALLING,
        trigger_by="LastPrice",
        stop_type=kind,
        create_type=f"CreateBy{kind}",
        tpsl_mode="Full" if whole else "Partial",
        trailing=trailing,
        active_price=active,
        whole=whole,
        status="Untriggered",
        created=now,
        updated=now,
    )
    account.orders[order.id] = order
    desk.store.add_order(order)
    desk.bring(order)
