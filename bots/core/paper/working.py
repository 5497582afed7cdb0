"""The working orders of the paper market, in the order in which they are matched."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from bots.core.events import Tick
from bots.core.orders import Order, OrderEvent
from bots.core.paper.matching import Quiet, could_happen, quiet


class WorkingOrders:
    """Accepted, open orders by id, oldest first. Whoever changes one that works says so with `changed`."""

    def __init__(self, at_touch: bool) -> None:
        self.by_id: dict[int, Order] = {}
        self._at_touch = at_touch
        self._quiet: dict[str, Quiet] = {}

    def __bool__(self) -> bool:
        return bool(self.by_id)

    def of(self, market: str) -> list[Order]:
        """Those of a market, oldest first; the list stays as it is while they change."""
        return [order for order in self.by_id.values() if order.market == market]

    def place(self, order: Order) -> None:
        """Put an order behind all others, wherever it stood."""
        self.by_id.pop(order.id, None)
        self.by_id[order.id] = order
        self.changed(order)

    def end(self, order: Order, event: OrderEvent = OrderEvent.CANCEL) -> None:
        """The order is cancelled or expires."""
        order.on(event)
        self.remove(order)

    def remove(self, order: Order) -> None:
        self.by_id.pop(order.id, None)
        self.changed(order)

    def changed(self, order: Order) -> None:
        """What the order waits for is another price now."""
        self._quiet.pop(order.market, None)

    def is_untouched(self, tick: Tick) -> bool:
        """Whether the print changes none of its market's orders (False: it may)."""
        low, high, until = self._quiet.get(tick.market) or self._look(tick.market)
        return low < tick.price < high and tick.ts < until

    def could_change(self, market: str, low: Decimal, high: Decimal, until: float | None) -> bool:
        """Whether any price in [low, high], or the time before `until`, changes an order of the market."""
        now = self._quiet.get(market) or self._look(market)
        if until is not None and until > now.until:
            return True
        if now.low < low and high < now.high:
            return False
        return any(could_happen(order, low, high, self._at_touch) for order in self.of(market))

    def snapshot(self) -> list[dict[str, Any]]:
        return [order.to_json() for order in self.by_id.values()]

    def restore(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.by_id = {order.id: order for order in (Order.from_json(dict(row)) for row in rows)}
        self._quiet.clear()

    def _look(self, market: str) -> Quiet:
        made = self._quiet[market] = quiet(self.of(market))
        return made
