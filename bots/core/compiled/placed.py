"""Orders of a kind: made at once, and looked at seldom."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from bots.core.events import Side
from bots.core.orders import Order, OrderType


class Kind(NamedTuple):
    """What orders have in common that differ by number, limit and time only."""

    row: bytes
    size: Decimal
    lots: int
    type: OrderType
    reduce_only: bool
    reason: str


class PlacedOrder(Order):
    """An order whose fields are filled in when somebody looks at one: most orders are never looked at."""

    __slots__ = ("plan",)
    __qualname__ = Order.__qualname__
    plan: tuple[int, str, Side, Kind, Decimal | None, str, float, Callable[[float], float]]

    def __getattr__(self, name: str) -> Any:
        """A field that is not there yet."""
        if name not in Order.__slots__ or not hasattr(self, "plan"):
            raise AttributeError(f"an order has no {name!r}")
        id, market, side, kind, price, tag, when, time_of = self.plan
        del self.plan
        Order.__init__(
            self, id, market, side, kind.type, kind.size, price,
            reduce_only=kind.reduce_only, tag=tag, reason=kind.reason, created_at=time_of(when),
        )  # fmt: skip
        return getattr(self, name)


new_order: Callable[[type[PlacedOrder]], PlacedOrder] = PlacedOrder.__new__
