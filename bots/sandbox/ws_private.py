"""The private socket (/v5/private) and the trade socket (/v5/trade)."""

from typing import Any

from aiohttp import web

from bots.sandbox import rest_orders
from bots.sandbox.account import Account
from bots.sandbox.connection import Connection, encode, wall_ms
from bots.sandbox.desk import Desk
from bots.sandbox.errors import ExchangeError
from bots.sandbox.gate import Gate, Handler, batch_size, check_time
from bots.sandbox.outbox import TOPICS
from bots.sandbox.parameters import Parameters
from bots.sandbox.symbols import CATEGORIES

_TOPICS = frozenset(TOPICS) | {f"{topic}.{category}" for topic in TOPICS[:3] for category in CATEGORIES}


class _SignedConnection(Connection):
    """A connection that has to say who it is before anything else."""

    def __init__(self, request: web.Request, gate: Gate) -> None:
        super().__init__(request)
        self._gate = gate
        self.account: Account | None = None

    def authenticate(self, message: dict[str, Any]) -> None:
        """Check `args`: key, expiry in ms, signature of "GET/realtime" and the expiry.

        Raises:
            ExchangeError: it is not signed, or has expired.
        """
        arguments = message.get("args")
        if not isinstance(arguments, list) or len(arguments) != 3:
            raise ExchangeError(10001, "params error: args must be key, expires and signature")
        key, expires, signature = map(str, arguments)
        if not expires.isdecimal() or int(expires) <= wall_ms():
            raise ExchangeError(10002, "Params Error: expires is over")
        self.account = self._gate.identify(key, f"GET/realtime{expires}", signature)

    def pong(self, message: dict[str, Any]) -> None:
        answer: dict[str, object] = {"op": "pong", "args": [str(wall_ms())], "conn_id": self.id}
        if "req_id" in message:
            answer["req_id"] = str(message["req_id"])
        self.send(encode(answer))


class PrivateConnection(_SignedConnection):
    """Listens to one account's orders, executions, positions and wallet."""

    kind = "private"

    def __init__(self, request: web.Request, gate: Gate, desk: Desk) -> None:
        super().__init__(request, gate)
        self._desk = desk

    def handle(self, message: dict[str, Any]) -> None:
        if message.get("op") == "auth":
            self._auth(message)
        elif message.get("op") == "subscribe" and self.account is None:
            self.refuse(message, "Request not authorized")
        else:
            super().handle(message)

    def _auth(self, message: dict[str, Any]) -> None:
        answer: dict[str, object] = {"success": True, "ret_msg": "", "op": "auth", "conn_id": self.id}
        try:
            self.authenticate(message)
        except ExchangeError as error:
            # With the code and the request, ccxt tells a refused key from other errors.
            told = {"retCode": error.code, "request": {"op": "auth"}}
            answer |= {"success": False, "ret_msg": error.message, **told}
        else:
            assert self.account is not None
            self.account.connections.add(self)
        if "req_id" in message:
            answer["req_id"] = str(message["req_id"])
        self.send(encode(answer))

    def knows(self, topic: str) -> bool:
        return topic in _TOPICS

    def closed(self) -> None:
        super().closed()
        if self.account is not None:
            self.account.connections.discard(self)
            rest_orders.connection_lost(self._desk, self.account)


_TRADES: dict[str, tuple[str, Handler]] = {
    "order.create": ("/v5/order/create", rest_orders.create),
    "order.amend": ("/v5/order/amend", rest_orders.amend),
    "order.cancel": ("/v5/order/cancel", rest_orders.cancel),
    "order.create-batch": ("/v5/order/create-batch", rest_orders.create_batch),
    "order.amend-batch": ("/v5/order/amend-batch", rest_orders.amend_batch),
    "order.cancel-batch": ("/v5/order/cancel-batch", rest_orders.cancel_batch),
}
_PER_SECOND = 10


class TradeConnection(_SignedConnection):
    """Places, changes and cancels orders; its requests count with those by REST."""

    kind = "trade"

    def __init__(self, request: web.Request, gate: Gate, desk: Desk) -> None:
        super().__init__(request, gate)
        self._desk = desk

    def handle(self, message: dict[str, Any]) -> None:
        op = str(message.get("op"))
        if op == "ping":
            return self.pong(message)
        answer: dict[str, Any] = {"retCode": 0, "retMsg": "OK", "op": op, "connId": self.id}
        if "reqId" in message:
            answer = {"reqId": message["reqId"]} | answer
        try:
            data = self._do(op, message)
            if data is not None:
                answer["retExtInfo"] = data.pop("_ext", {})
                answer["data"] = data
        except ExchangeError as error:
            answer |= {"retCode": error.code, "retMsg": error.message}
        return self.send(encode(answer))

    def _do(self, op: str, message: dict[str, Any]) -> dict[str, Any] | None:
        if op == "auth":
            self.authenticate(message)
            return None
        if op not in _TRADES:
            raise ExchangeError(10404, f"op {op} is not known")
        if self.account is None:
            raise ExchangeError(10003, "Request not authorized")
        header, arguments = message.get("header"), message.get("args")
        if not isinstance(header, dict) or not isinstance(arguments, list) or not arguments:
            raise ExchangeError(10001, "params error: header and args are required")
        check_time(str(header.get("X-BAPI-TIMESTAMP", "")), str(header.get("X-BAPI-RECV-WINDOW", "5000")))
        path, handler = _TRADES[op]
        asked = Parameters(arguments[0] if isinstance(arguments[0], dict) else {})
        self._gate.allow(self.account, path, _PER_SECOND, batch_size(asked))
        return handler(self._desk, self.account, asked)
