"""Orders, their states, and the one table of what may follow what."""

import reprlib
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bots.core.events import Side
from bots.core.instrument import ZERO, Instrument


class OrderType(StrEnum):
    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop_limit"
    TAKE_PROFIT = "take_profit"
    TAKE_PROFIT_LIMIT = "take_profit_limit"
    TRAILING_STOP = "trailing_stop"


class TimeInForce(StrEnum):
    """Good till cancelled, immediate or cancel, fill or kill, good till a date."""

    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"
    GTD = "GTD"


class OrderState(StrEnum):
    """NEW: not sent. SENT: on its way. CANCELLING: a cancel is on its way, and may meet a fill."""

    NEW = "new"
    SENT = "sent"
    WORKING = "working"
    PARTLY_FILLED = "partly_filled"
    CANCELLING = "cancelling"
    FILLED = "filled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REJECTED = "rejected"


class OrderEvent(StrEnum):
    """What happens to an order. All but SEND and ASK_CANCEL are the exchange's word."""

    SEND = "send"
    ACCEPT = "accept"
    REJECT = "reject"
    FILL_PART = "fill_part"
    FILL_REST = "fill_rest"
    ASK_CANCEL = "ask_cancel"
    CANCEL = "cancel"
    EXPIRE = "expire"


_S, _E = OrderState, OrderEvent
ORDER_TRANSITIONS: dict[tuple[OrderState, OrderEvent], OrderState] = {
    (_S.NEW, _E.SEND): _S.SENT,
    (_S.NEW, _E.ACCEPT): _S.WORKING,
    (_S.NEW, _E.REJECT): _S.REJECTED,
    (_S.NEW, _E.CANCEL): _S.CANCELLED,
    (_S.SENT, _E.ACCEPT): _S.WORKING,
    (_S.SENT, _E.REJECT): _S.REJECTED,
    (_S.SENT, _E.ASK_CANCEL): _S.CANCELLING,
    (_S.WORKING, _E.FILL_PART): _S.PARTLY_FILLED,
    (_S.WORKING, _E.FILL_REST): _S.FILLED,
    (_S.WORKING, _E.ASK_CANCEL): _S.CANCELLING,
    (_S.WORKING, _E.CANCEL): _S.CANCELLED,
    (_S.WORKING, _E.EXPIRE): _S.EXPIRED,
    (_S.PARTLY_FILLED, _E.FILL_PART): _S.PARTLY_FILLED,
    (_S.PARTLY_FILLED, _E.FILL_REST): _S.FILLED,
    (_S.PARTLY_FILLED, _E.ASK_CANCEL): _S.CANCELLING,
    (_S.PARTLY_FILLED, _E.CANCEL): _S.CANCELLED,
    (_S.PARTLY_FILLED, _E.EXPIRE): _S.EXPIRED,
    (_S.CANCELLING, _E.ACCEPT): _S.CANCELLING,
    (_S.CANCELLING, _E.REJECT): _S.REJECTED,
    (_S.CANCELLING, _E.FILL_PART): _S.CANCELLING,
    (_S.CANCELLING, _E.FILL_REST): _S.FILLED,
    (_S.CANCELLING, _E.CANCEL): _S.CANCELLED,
    (_S.CANCELLING, _E.EXPIRE): _S.EXPIRED,
}
OPEN_STATES = frozenset({_S.NEW, _S.SENT, _S.WORKING, _S.PARTLY_FILLED, _S.CANCELLING})


MOST = Decimal(10**15)
"""Larger sizes and prices are no orders: the books keep all digits of what is below."""


class OrderError(ValueError):
    """An order that cannot be: an impossible size, price or state."""


@dataclass(slots=True)
class Order:
    """An order of a strategy. `stop` and `target` are prices of the exits placed once it fills.

    A `reduce_only` order never opens or enlarges a position: it fills at most what is open and is cancelled
    once the market is flat. `tag` says what it is for: entry, exit, stop, target, liquidation.

    Attributes:
        price: of limit orders (also once a stop-limit was triggered).
        trigger: price that wakes a stop (against the position) or a take-profit (in its favour); a trailing
            stop's moves along.
        trail: distance of a trailing stop from the best price since it was accepted.
        post_only: refused instead of taking.
        expires: Unix seconds at which a GTD order expires.
        oco: orders of one group (not 0) shrink by each other's fills, and go with the last of them.
        rearm: once filled whole, a limit order of the other side and the same size and `rearm` is placed this
            far away in its favour; so a ladder goes on by itself.
        triggered: whether a conditional order was woken, and is a market or limit order since.
        taking: whether it takes and only the size of the print bounded its fill: it goes on at the next ones.
        reference: the price that was hoped for, against which slippage is counted.
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
    trail: Decimal | None = None
    post_only: bool = False
    time_in_force: TimeInForce = TimeInForce.GTC
    expires: float | None = None
    oco: int = 0
    rearm: Decimal | None = None
    triggered: bool = False
    taking: bool = False

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
        return {name: _plain(getattr(self, name)) for name in Order.__slots__}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Order":
        """From `to_json`; what an earlier version did not know has its default."""
        values = dict(data)
        for name in ("size", "price", "trigger", "stop", "target", "reference", "filled", "trail", "rearm"):
            if values.get(name) is not None:
                values[name] = Decimal(values[name])
        for name, enum in (("type", OrderType), ("state", OrderState), ("time_in_force", TimeInForce)):
            if name in values:
                values[name] = enum(values[name])
        return cls(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.value if isinstance(value, StrEnum) else value


def as_decimal(value: object, what: str) -> Decimal:
    """A number from a strategy as an exact, finite Decimal above 0 (0.1 is one tenth). Raises OrderError."""
    number = _decimal(value)
    if number is None:
        raise OrderError(f"{what} must be a number, not {_shown(value)}")
    if not number.is_finite() or number <= 0:
        raise OrderError(f"{what} must be a number above 0, not {_shown(value)}")
    if number > MOST:
        raise OrderError(f"{what} must be at most {MOST:f}, not {_shown(value)}")
    return number


def as_position(value: object, instrument: Instrument) -> Decimal:
    """A wanted position from a strategy in whole lots, towards 0. Raises OrderError for what is no number."""
    number = _decimal(value)
    if number is None or not number.is_finite():
        raise OrderError(f"{instrument.market}: a position must be a number, not {_shown(value)}")
    if abs(number) > MOST:
        raise OrderError(f"{instrument.market}: a position must be at most {MOST:f}, not {_shown(value)}")
    return instrument.round_size(number)


def _decimal(value: object) -> Decimal | None:
    """None for what is no number; True and False are none."""
    if isinstance(value, Decimal):
        return value
    try:
        return None if isinstance(value, bool) else Decimal(str(value))
    except (ArithmeticError, ValueError):  # ValueError: more digits than Python writes out
        return None


def _shown(value: object) -> str:
    """The value for a message, whatever its length."""
    try:
        return reprlib.repr(value)
    except ValueError:
        return "a number of thousands of digits"
