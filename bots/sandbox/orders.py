"""An order: what was asked for, what became of it, and how the wire tells it."""

from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

from bots.sandbox.contracts import ZERO, average_price, plain, value
from bots.sandbox.symbols import SYMBOLS, Symbol

OPEN = frozenset({"New", "PartiallyFilled", "Untriggered", "Triggered"})
_DECIMALS = frozenset(
    {
        "price",
        "qty",
        "trigger_price",
        "take_profit",
        "stop_loss",
        "trailing",
        "active_price",
        "filled",
        "filled_value",
        "fee",
        "queue",
        "last_price",
    }
)


@dataclass
class Order:
    """One order of one account. Times in ms of market time.

    Attributes:
        price: limit, or for a market order the price beyond which it does not go; 0 until a conditional
            market order is triggered.
        released: it reached the market (an accepted order does so a moment later).
        queue: size that stands before it at its price.
        trailing: distance of a trailing stop, whose trigger price follows the market once `active_price`
            was reached.
        whole: it closes whatever the position then is.
    """

    id: str
    account: str
    symbol_id: str
    side: str
    kind: str
    qty: Decimal
    price: Decimal = ZERO
    link: str = ""
    time_in_force: str = "GTC"
    reduce_only: bool = False
    close_on_trigger: bool = False
    trigger_price: Decimal = ZERO
    trigger_direction: int = 0
    trigger_by: str = ""
    stop_type: str = ""
    create_type: str = "CreateByUser"
    tpsl_mode: str = ""
    take_profit: Decimal = ZERO
    stop_loss: Decimal = ZERO
    trailing: Decimal = ZERO
    active_price: Decimal = ZERO
    whole: bool = False
    status: str = "New"
    filled: Decimal = ZERO
    filled_value: Decimal = ZERO
    fee: Decimal = ZERO
    queue: Decimal = ZERO
    last_price: Decimal = ZERO
    cancel_type: str = "UNKNOWN"
    reject_reason: str = "EC_NoError"
    created: int = 0
    updated: int = 0
    released: bool = False

    @property
    def symbol(self) -> Symbol:
        return SYMBOLS[self.symbol_id]

    @property
    def leaves(self) -> Decimal:
        """What is still to be filled."""
        return self.qty - self.filled if self.is_open else ZERO

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_waiting(self) -> bool:
        """Conditional, and not triggered yet."""
        return self.status == "Untriggered"

    @property
    def sign(self) -> int:
        return 1 if self.side == "Buy" else -1

    def to_json(self) -> dict[str, Any]:
        return {name: str(v) if isinstance(v, Decimal) else v for name, v in asdict(self).items()}

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> "Order":
        known = {field.name for field in fields(cls)}
        values: dict[str, Any] = {
            name: Decimal(value) if name in _DECIMALS else value
            for name, value in raw.items()
            if name in known
        }
        return cls(**values)

    def row(self) -> dict[str, Any]:
        """As REST and the private stream have it."""
        symbol = self.symbol
        average = average_price(symbol, self.filled, self.filled_value)
        return {
            "category": symbol.category,
            "symbol": self.symbol_id,
            "orderId": self.id,
            "orderLinkId": self.link,
            "blockTradeId": "",
            "side": self.side,
            "positionIdx": 0,
            "orderStatus": self.status,
            "createType": self.create_type,
            "cancelType": self.cancel_type,
            "rejectReason": self.reject_reason,
            "timeInForce": self.time_in_force,
            "isLeverage": "",
            "price": plain(self.price),
            "qty": plain(self.qty),
            "avgPrice": _shown(average),
            "leavesQty": plain(self.leaves),
            "leavesValue": plain(rest_value(symbol, self.leaves, self.price)),
            "cumExecQty": plain(self.filled),
            "cumExecValue": plain(self.filled_value),
            "cumExecFee": plain(self.fee),
            "cumFeeDetail": {symbol.settle: plain(self.fee)} if self.fee else {},
            "closedPnl": "0",
            "feeCurrency": "",
            "orderType": self.kind,
            "stopOrderType": self.stop_type,
            "triggerPrice": _shown(self.trigger_price),
            "triggerDirection": self.trigger_direction,
            "triggerBy": self.trigger_by,
            "takeProfit": _shown(self.take_profit),
            "stopLoss": _shown(self.stop_loss),
            "tpTriggerBy": "LastPrice" if self.take_profit else "",
            "slTriggerBy": "LastPrice" if self.stop_loss else "",
            "tpslMode": self.tpsl_mode,
            "tpLimitPrice": "",
            "slLimitPrice": "",
            "lastPriceOnCreated": _shown(self.last_price),
            "reduceOnly": self.reduce_only,
            "closeOnTrigger": self.close_on_trigger,
            "placeType": "",
            "smpType": "None",
            "smpGroup": 0,
            "smpOrderId": "",
            "createdTime": str(self.created),
            "updatedTime": str(self.updated),
        }


def _shown(price: Decimal) -> str:
    """A price, or nothing where there is none."""
    return plain(price.normalize()) if price else ""


def rest_value(symbol: Symbol, size: Decimal, price: Decimal) -> Decimal:
    """Value of an order's rest at its price, 0 where it has none."""
    return value(symbol, size, price) if size and price else ZERO
