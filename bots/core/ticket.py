"""From a strategy's terms to an order with its numbers on the grid, or a clear refusal."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bots.core.events import Side
from bots.core.instrument import Instrument
from bots.core.orders import Order, OrderError, OrderType, TimeInForce, as_decimal
from bots.core.terms import Number, Terms

_PRICES = ("limit", "trigger", "if_touched", "trail", "stop", "target", "rearm")
_TYPES = {
    frozenset[str](): OrderType.MARKET,
    frozenset({"limit"}): OrderType.LIMIT,
    frozenset({"trigger"}): OrderType.STOP,
    frozenset({"trigger", "limit"}): OrderType.STOP_LIMIT,
    frozenset({"if_touched"}): OrderType.TAKE_PROFIT,
    frozenset({"if_touched", "limit"}): OrderType.TAKE_PROFIT_LIMIT,
    frozenset({"trail"}): OrderType.TRAILING_STOP,
}
LONGEST_REASON = 1000
_RESTING = frozenset({OrderType.LIMIT, OrderType.STOP_LIMIT, OrderType.TAKE_PROFIT_LIMIT})


def make_order(instrument: Instrument, side: Side, size: Number, terms: Terms, tag: str, now: float) -> Order:
    """An order without a number yet. Raises OrderError for what cannot be; names market and term."""
    if unknown := terms.keys() - Terms.__annotations__.keys():
        raise OrderError(f"{instrument.market}: an order has no {', '.join(sorted(unknown))}")
    market = instrument.market
    prices = {name: _price(instrument, terms.get(name), name) for name in _PRICES}
    type_ = _type(market, {name for name in ("limit", "trigger", "if_touched", "trail") if prices[name]})
    _check_exits(market, side, prices["limit"], prices["stop"], prices["target"])
    in_force, expires = _time_in_force(market, type_, terms, now)
    if terms.get("post_only") and (type_ not in _RESTING or in_force in (TimeInForce.IOC, TimeInForce.FOK)):
        raise OrderError(f"{market}: post_only is for limit orders that may rest")
    if prices["rearm"] and type_ is not OrderType.LIMIT:
        raise OrderError(f"{market}: rearm is for limit orders")
    if prices["rearm"] and terms.get("reduce_only"):
        raise OrderError(f"{market}: rearm opens positions, reduce_only never does")
    return Order(
        0,
        market,
        side,
        type_,
        _size(instrument, size),
        price=prices["limit"],
        trigger=prices["trigger"] or prices["if_touched"],
        stop=prices["stop"],
        target=prices["target"],
        reduce_only=bool(terms.get("reduce_only", False)),
        tag=tag,
        reason=reason_of(market, terms),
        created_at=now,
        trail=prices["trail"],
        post_only=bool(terms.get("post_only", False)),
        time_in_force=in_force,
        expires=expires,
        rearm=prices["rearm"],
    )


def reason_of(market: str, terms: Terms) -> str:
    """The reason that is told in log and trades. Raises OrderError for a book."""
    reason = str(terms.get("reason") or "")
    if len(reason) > LONGEST_REASON:
        raise OrderError(f"{market}: a reason has at most {LONGEST_REASON} characters, not {len(reason)}")
    return reason


def amendment(instrument: Instrument, order: Order, changes: Mapping[str, Any]) -> dict[str, Decimal]:
    """The changes that are asked for, on the grid. Raises OrderError for those that the order cannot have."""
    changed: dict[str, Decimal] = {}
    for name, value in changes.items():
        if value is None:
            continue
        if name == "size":
            changed[name] = _size(instrument, value)
        elif getattr(order, name) is None:
            raise OrderError(f"order {order.id}: a {order.type} order has no {name} to amend")
        else:
            price = _price(instrument, value, name)
            assert price is not None
            changed[name] = price
    _check_exits(instrument.market, order.side, changed.get("price"), order.stop, order.target)
    return changed


def _size(instrument: Instrument, size: Number) -> Decimal:
    quantity = instrument.round_size(as_decimal(size, f"{instrument.market}: size"))
    if not quantity:
        raise OrderError(f"{instrument.market}: a size of {size} is less than one lot of {instrument.lot}")
    return quantity


def _price(instrument: Instrument, value: object, name: str) -> Decimal | None:
    if value is None:
        return None
    price = instrument.round_price(as_decimal(value, f"{instrument.market}: {name}"))
    if not price:
        raise OrderError(f"{instrument.market}: {name} {value} is less than half a tick of {instrument.tick}")
    return price


def _type(market: str, given: set[str]) -> OrderType:
    try:
        return _TYPES[frozenset(given)]
    except KeyError:
        raise OrderError(f"{market}: {' and '.join(sorted(given))} cannot go together") from None


def _time_in_force(
    market: str, type_: OrderType, terms: Terms, now: float
) -> tuple[TimeInForce, float | None]:
    name = terms.get("time_in_force", "GTC")
    try:
        in_force = TimeInForce(name)
    except ValueError:
        raise OrderError(f"{market}: time_in_force is {', '.join(TimeInForce)}, not {name!r:.100}") from None
    expires = _expires(market, terms.get("expires"), now)
    if (expires is not None) != (in_force is TimeInForce.GTD):
        raise OrderError(f"{market}: GTD and expires go together")
    if in_force in (TimeInForce.IOC, TimeInForce.FOK) and type_ not in (OrderType.MARKET, OrderType.LIMIT):
        raise OrderError(f"{market}: {in_force} is for market and limit orders")
    return in_force, expires


def _expires(market: str, value: object, now: float) -> float | None:
    if value is None:
        return None
    expires = float(as_decimal(value, f"{market}: expires"))
    if expires <= now:
        raise OrderError(f"{market}: expires must lie after now, {expires} does not")
    return expires


def _check_exits(
    market: str, side: Side, limit: Decimal | None, stop: Decimal | None, target: Decimal | None
) -> None:
    if stop is None:
        return
    sign = 1 if side == "Buy" else -1
    if target is not None and sign * (target - stop) <= 0:
        raise OrderError(
            f"{market}: stop {stop} and target {target} are on the wrong sides for a {side} order"
        )
    if limit is not None and sign * (limit - stop) < 0:  # whatever it fills at, the stop is reached there
        raise OrderError(f"{market}: stop {stop} is on the wrong side of limit {limit} for a {side} order")
