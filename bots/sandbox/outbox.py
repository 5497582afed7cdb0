"""What the private streams are told: collected while something happens, sent when it is over.

For one change the order is: execution, order, position, wallet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from bots.sandbox.account import Account
from bots.sandbox.connection import encode
from bots.sandbox.orders import Order
from bots.sandbox.state import MarketState

TOPICS = ("execution", "order", "position", "wallet")


@dataclass
class _Parcel:
    """News of one account."""

    account: Account
    executions: list[dict[str, Any]] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)
    positions: dict[str, None] = field(default_factory=dict)
    wallet: bool = False


class Outbox:
    """News that waits to be sent. Nothing is collected for an account that nobody listens to."""

    def __init__(self, state: MarketState) -> None:
        self._state = state
        self._parcels: dict[str, _Parcel] = {}

    def _parcel(self, account: Account) -> _Parcel | None:
        if not account.connections:
            return None
        return self._parcels.setdefault(account.key, _Parcel(account))

    def execution(self, account: Account, row: dict[str, Any]) -> None:
        if parcel := self._parcel(account):
            parcel.executions.append(row)

    def order(self, account: Account, order: Order) -> None:
        """The order as it is now, and its position, which is told even where it did not change."""
        if parcel := self._parcel(account):
            parcel.orders.append(order.row())
            parcel.positions[order.symbol_id] = None

    def position(self, account: Account, symbol_id: str) -> None:
        if parcel := self._parcel(account):
            parcel.positions[symbol_id] = None

    def wallet(self, account: Account) -> None:
        if parcel := self._parcel(account):
            parcel.wallet = True

    def send(self) -> None:
        """Send all of it."""
        parcels, self._parcels = self._parcels, {}
        for parcel in parcels.values():
            account = parcel.account
            positions = [account.position_row(symbol, self._state) for symbol in parcel.positions]
            wallet = [account.wallet_row(self._state, streamed=True)] if parcel.wallet else []
            rows = dict(zip(TOPICS, (parcel.executions, parcel.orders, positions, wallet), strict=True))
            for topic, data in rows.items():
                if data:
                    self._push(account, topic, data)

    def _push(self, account: Account, topic: str, rows: list[dict[str, Any]]) -> None:
        for connection in tuple(account.connections):
            for subscribed in connection.topics:
                name, _, category = subscribed.partition(".")
                chosen = rows if not category else [row for row in rows if row.get("category") == category]
                if name == topic and chosen:
                    connection.send(encode(self._message(subscribed, chosen)))

    def _message(self, topic: str, rows: list[dict[str, Any]]) -> Mapping[str, Any]:
        return {"topic": topic, "id": str(uuid4()), "creationTime": self._state.time(), "data": rows}
