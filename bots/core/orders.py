"""Orders, their states, and the one table of what may follow what."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bots.core.events import Side
from bots.core.instrument import ZERO


class OrderType(StrEnum):
    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"


class OrderState(StrEnum):
    NEW = "new"
    WORKING = "working"
    PARTLY_FILLED = "partly_filled"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


class OrderEvent(StrEnum):
    ACCEPT = "accept"
    REJECT = "reject"
    FILL_PART = "fill_part"
    FILL_REST = "fill_rest"
    CANCEL = "cancel"


_S, _E = OrderState, OrderEvent
ORDER_TRANSITIONS: dict[tuple[OrderState, OrderEvent], OrderState] = {
    (_S.NEW, _E.ACCEPT): _S.WORKING,
    (_S.NEW, _E.REJECT): _S.REJECTED,
    (_S.NEW, _E.CANCEL): _S.CANCELLED,
    (_S.WORKING, _E.FILL_PART): _S.PARTLY_FILLED,
    (_S.WORKING, _E.FILL_REST): _S.FILLED,
    (_S.WORKING, _E.CANCEL): _S.CANCELLED,
    (_S.PARTLY_FILLED, _E.FILL_PART): _S.PARTLY_FILLED,
    (_S.PARTLY_FILLED, _E.FILL_REST): _S.FILLED,
    (_S.PARTLY_FILLED, _E.CANCEL): _S.CANCELLED,
}
OPEN_STATES = frozenset({OrderState.NEW, OrderState.WORKING, OrderState.PARTLY_FILLED})


class OrderError(ValueError):
    """An order that cannot be: an impossible size, price or state."""


@dataclass(slots=True)
class Order:
    """An order of a strategy. `stop` and `target` are prices of the exits placed once it fills.

    A `reduce_only` order never opens or enlarges a position: it fills at most what is open and is cancelled
    once the market is flat. `tag` says what it is for: entry, exit, stop, target.
    """

    id: int
    market: str
    side: Side
    type: OrderType
    size: Decimal
    price: Decimal | None = None
    trigger: Decimal | None = None
    reduce_only: bool = False
    stop: Decimal | None = None
    target: Decimal | None = None
    tag: str = "entry"
    reason: str = ""
    reference: Decimal = ZERO
    created_at: float = 0.0
    state: OrderState = OrderState.NEW
    filled: Decimal = ZERO
    rejection: str = ""

    @property
    def remaining(self) -> Decimal:
        return self.size - self.filled

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def signed_remaining(self) -> Decimal:
        return self.remaining if self.side == "Buy" else -self.remaining

    def on(self, event: OrderEvent) -> None:
        """Move to the state that the table gives. Raises OrderError where it has none."""
        try:
            self.state = ORDER_TRANSITIONS[self.state, event]
        except KeyError:
            raise OrderError(f"order {self.id}: {event} is impossible while {self.state}") from None

    def fill(self, size: Decimal) -> None:
        """Count `size` as filled."""
        if not 0 < size <= self.remaining:
            raise OrderError(f"order {self.id}: cannot fill {size} of {self.remaining}")
        self.on(OrderEvent.FILL_REST if size == self.remaining else OrderEvent.FILL_PART)
        self.filled += size

    def reject(self, reason: str) -> None:
        self.on(OrderEvent.REJECT)
        self.rejection = reason

    def to_json(self) -> dict[str, Any]:
        """The order as a JSON object; Decimals as strings."""
        return {name: _plain(getattr(self, name)) for name in self.__slots__}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Order":
        decimals = ("size", "price", "trigger", "stop", "target", "reference", "filled")
        values = dict(data)
        for name in decimals:
            values[name] = None if values[name] is None else Decimal(values[name])
        return cls(**values | {"type": OrderType(values["type"]), "state": OrderState(values["state"])})


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.value if isinstance(value, StrEnum) else value


def as_decimal(value: object, what: str) -> Decimal:
    """A number from a strategy as an exact, finite Decimal above 0 (0.1 is one tenth). Raises OrderError."""
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except ArithmeticError:
        raise OrderError(f"{what} must be a number, not {value!r}") from None
    if isinstance(value, bool) or not number.is_finite() or number <= 0:
        raise OrderError(f"{what} must be a number above 0, not {value!r}")
    return number
