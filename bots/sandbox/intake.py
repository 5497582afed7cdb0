"""From a request to an order: every field checked against the symbol's rules."""

import re
from decimal import Decimal
from uuid import uuid4

from bots.sandbox import errors
from bots.sandbox.account import Account
from bots.sandbox.contracts import ZERO
from bots.sandbox.desk import Desk
from bots.sandbox.errors import bad_parameter, refuse
from bots.sandbox.orders import Order
from bots.sandbox.parameters import Parameters
from bots.sandbox.stops import FALLING, RISING
from bots.sandbox.symbols import Symbol

_LINK = re.compile(r"[A-Za-z0-9_-]{1,36}")
_BAND = Decimal("0.1")
"""How far on the wrong side of the market a limit price may be."""


def new_order(desk: Desk, account: Account, asked: Parameters) -> Order:
    """The order that a create request asks for, not accepted yet.

    Raises:
        ExchangeError: a field is missing or breaks a rule.
    """
    symbol = desk.state.symbol(asked.need("symbol"), asked.category())
    side = asked.choice("side", ("Buy", "Sell"))
    kind = asked.choice("orderType", ("Market", "Limit"))
    if asked.integer("positionIdx", 0) != 0:
        raise bad_parameter("position idx not match position mode")
    trigger = asked.number("triggerPrice") or ZERO
    order = Order(
        id=str(uuid4()),
        account=account.key,
        symbol_id=symbol.id,
        side=side,
        kind=kind,
        qty=_quantity(desk, account, symbol, asked, kind),
        link=_link(asked),
        time_in_force="IOC" if kind == "Market" else _time_in_force(asked),
        reduce_only=asked.flag("reduceOnly") or asked.flag("closeOnTrigger"),
        close_on_trigger=asked.flag("closeOnTrigger"),
        take_profit=on_grid(symbol, "takeProfit", asked.number("takeProfit") or ZERO),
        stop_loss=on_grid(symbol, "stopLoss", asked.number("stopLoss") or ZERO),
        tpsl_mode="Full" if asked.text("takeProfit") or asked.text("stopLoss") else "",
    )
    if trigger:
        _make_conditional(desk, order, on_grid(symbol, "triggerPrice", trigger), asked)
    _set_price(desk, order, asked)
    _check_value(order, desk)
    return order


def _link(asked: Parameters) -> str:
    link = asked.text("orderLinkId")
    if link and not _LINK.fullmatch(link):
        raise bad_parameter("orderLinkId has up to 36 letters, digits, _ and -")
    return link


def _time_in_force(asked: Parameters) -> str:
    return asked.choice("timeInForce", ("GTC", "IOC", "FOK", "PostOnly"), "GTC")


def on_grid(symbol: Symbol, name: str, price: Decimal) -> Decimal:
    """The price, if it is a multiple of the tick."""
    if price % symbol.tick:
        raise bad_parameter(f"{name} is not a multiple of the tick size {symbol.tick}")
    return price.quantize(symbol.tick) if price else ZERO


def checked_quantity(symbol: Symbol, quantity: Decimal, kind: str) -> Decimal:
    """The quantity, if it is a multiple of the lot within the symbol's limits."""
    most = symbol.risk.max_market if kind == "Market" else symbol.risk.max_limit
    if quantity <= 0 or quantity % symbol.lot:
        raise bad_parameter(f"qty is not a positive multiple of {symbol.lot}")
    if quantity > most:
        raise bad_parameter(f"the number of contracts exceeds maximum limit allowed: {quantity} > {most}")
    return quantity.quantize(symbol.lot)


def _quantity(desk: Desk, account: Account, symbol: Symbol, asked: Parameters, kind: str) -> Decimal:
    quantity = asked.number("qty")
    if quantity is None:
        raise bad_parameter("qty is required")
    if not quantity and asked.flag("reduceOnly"):  # the documented way to close all of a position
        quantity = abs(account.position(symbol.id).size)
        if not quantity:
            raise refuse(errors.NO_POSITION_TO_REDUCE)
    return checked_quantity(symbol, quantity, kind)


def _make_conditional(desk: Desk, order: Order, trigger: Decimal, asked: Parameters) -> None:
    direction = asked.integer("triggerDirection", 0)
    if direction not in (RISING, FALLING):
        raise bad_parameter("triggerDirection invalid")
    check_trigger(desk, order.symbol, trigger, direction)
    order.trigger_price, order.trigger_direction = trigger, direction
    order.trigger_by = asked.choice("triggerBy", ("LastPrice", "MarkPrice", "IndexPrice"), "LastPrice")
    order.stop_type, order.status = "Stop", "Untriggered"


def check_trigger(desk: Desk, symbol: Symbol, trigger: Decimal, direction: int) -> None:
    """A trigger lies on the side from which the price does not come."""
    mark = desk.state.mark(symbol.id)
    if mark is not None and direction == RISING and trigger <= mark:
        raise refuse(errors.TRIGGER_NOT_RISING)
    if mark is not None and direction == FALLING and trigger >= mark:
        raise refuse(errors.TRIGGER_NOT_FALLING)


def _set_price(desk: Desk, order: Order, asked: Parameters) -> None:
    last = desk.state.last(order.symbol_id)
    if last is None:
        raise bad_parameter(f"{order.symbol_id} has no price yet")
    order.last_price = last.price
    if order.kind == "Limit":
        price = asked.number("price")
        if not price:
            raise bad_parameter("price is required")
        order.price = on_grid(order.symbol, "price", price)
        if not order.is_waiting:
            check_band(desk, order)
    elif not order.is_waiting:
        order.price = desk.matching.protected_price(order.symbol, order.side, last)


def check_band(desk: Desk, order: Order) -> None:
    """A limit far beyond the market on the wrong side is a slip of the finger."""
    mark = desk.state.mark(order.symbol_id)
    if mark is None:
        return
    if order.price > mark * (1 + _BAND) if order.side == "Buy" else order.price < mark * (1 - _BAND):
        raise refuse(errors.PRICE_OUT_OF_RANGE)


def _check_value(order: Order, desk: Desk) -> None:
    least, mark = order.symbol.spec.min_notional, desk.state.mark(order.symbol_id)
    if not least or order.reduce_only or mark is None:
        return
    price = order.price if order.kind == "Limit" else mark
    if order.qty * price < least:
        raise refuse(errors.BELOW_MINIMUM)


def amend(desk: Desk, account: Account, order: Order, asked: Parameters) -> None:
    """Change an open order in place: new total quantity, price, or trigger price.

    Raises:
        ExchangeError: nothing would change, or the new values break a rule; the order stays as it was.
    """
    symbol = order.symbol
    quantity, price, trigger = asked.number("qty"), asked.number("price"), asked.number("triggerPrice")
    before = (order.qty, order.price, order.trigger_price)
    after = (
        before[0] if quantity is None else checked_quantity(symbol, quantity, order.kind),
        before[1] if not price or order.kind == "Market" else on_grid(symbol, "price", price),
        before[2] if not trigger or not order.is_waiting else on_grid(symbol, "triggerPrice", trigger),
    )
    if after == before:
        raise refuse(errors.NOT_MODIFIED)
    if after[0] <= order.filled:
        raise bad_parameter("qty is not more than what is filled")
    if after[2] != before[2]:
        check_trigger(desk, symbol, after[2], order.trigger_direction)
    held = account.margin_of(order)
    order.qty, order.price, order.trigger_price = after
    try:
        if not order.is_waiting and after[1] != before[1]:
            check_band(desk, order)
        # What is available now is already less by what the order holds now.
        if account.margin_of(order) > held and account.available(symbol.settle, desk.state) < 0:
            raise refuse(errors.TOO_LITTLE_MARGIN)
    except errors.ExchangeError:
        order.qty, order.price, order.trigger_price = before
        raise
    if after[1] != before[1] or after[0] > before[0]:
        desk.bring(order)  # loses its place in the queue, may trade at once
    else:
        desk.books.save_order(account, order)
        desk.end()
