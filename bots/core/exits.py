"""The exits that an order asks for: a stop and a target for what it filled."""

from collections.abc import Iterator
from typing import Any, cast

from bots.core.desk import TradingDesk
from bots.core.events import Fill, Side
from bots.core.orders import Order
from bots.core.terms import Terms

_REASONS = {"stop": "stop-loss", "target": "take-profit"}


def exits(desk: TradingDesk, order: Order, fill: Fill) -> Iterator[Order]:
    """Reduce-only orders for what was filled, the stop first; the one cancels the other."""
    side: Side = "Sell" if fill.side == "Buy" else "Buy"
    group = 0
    for tag, name, price in (("stop", "trigger", order.stop), ("target", "limit", order.target)):
        if price is not None:
            terms: dict[str, Any] = {name: price, "reduce_only": True, "reason": _REASONS[tag]}
            exit_ = desk.make(fill.market, side, fill.size, cast(Terms, terms), tag)
            if order.stop is not None and order.target is not None:
                group = exit_.oco = group or exit_.id
            yield exit_
