"""Routes of the sandbox itself, under /sandbox: not the exchange's, and for this machine only."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from aiohttp import web

from bots.sandbox.faults import Fault
from bots.sandbox.venue import Venue


def routes(venue: Venue) -> list[web.RouteDef]:
    """All of them, for that venue."""
    admin = Admin(venue)
    return [
        web.get("/sandbox", admin.show),
        web.post("/sandbox/advance", admin.advance),
        web.post("/sandbox/accounts", admin.add_account),
        web.post("/sandbox/faults", admin.add_fault),
        web.delete("/sandbox/faults", admin.clear_faults),
        web.get("/sandbox/sockets", admin.sockets),
        web.post("/sandbox/drop", admin.drop),
        web.post("/sandbox/lift-bans", admin.lift_bans),
    ]


class Admin:
    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    async def show(self, request: web.Request) -> web.Response:
        return web.json_response(self._now())

    def _now(self) -> dict[str, Any]:
        state, config = self._venue.state, self._venue.config
        return {
            "time": state.ms,
            "seq": state.n,
            "done": state.done,
            "market": state.market.identity,
            "speed": config.speed,
            "steps": config.steps,
            "lockstep": config.lockstep,
            "readers": config.readers,
            "symbols": list(state.symbols),
        }

    async def advance(self, request: web.Request) -> web.Response:
        """One print forward; `symbols` are those that printed."""
        if not self._venue.config.lockstep:
            return _bad("this market follows its clock; it is not in lock-step", 409)
        printed = await self._venue.driver.advance()
        state = self._venue.state
        stamps = [last.ts for name in printed if (last := state.last(name)) is not None]
        time = min(stamps, default=state.ms)  # a recorded print keeps its own time
        return web.json_response({"time": time, "seq": state.n, "done": state.done, "symbols": printed})

    async def add_account(self, request: web.Request) -> web.Response:
        """An account with a secret and a wallet of its own: {"key", "secret", "wallet": {coin: amount}}."""
        try:
            body = await _object(request)
            key, secret = body["key"], body.get("secret", body["key"])
            wallet = {str(coin): Decimal(str(amount)) for coin, amount in (body.get("wallet") or {}).items()}
            self._venue.desk.open_account(key, secret, wallet or self._venue.config.wallet)
        except (ValueError, KeyError, InvalidOperation, AttributeError) as error:
            return _bad(f"no account: {error}")
        return web.json_response({"key": key})

    async def add_fault(self, request: web.Request) -> web.Response:
        try:
            self._venue.faults.add(Fault.parse(await _object(request)))
        except ValueError as error:
            return _bad(str(error))
        return web.json_response({})

    async def clear_faults(self, request: web.Request) -> web.Response:
        self._venue.faults.clear()
        return web.json_response({})

    async def sockets(self, request: web.Request) -> web.Response:
        """The open WebSockets and what they are subscribed to."""
        told = [
            {"id": socket.id, "kind": socket.kind, "topics": sorted(socket.topics)}
            for socket in self._venue.sockets
        ]
        return web.json_response({"sockets": told})

    async def drop(self, request: web.Request) -> web.Response:
        """Cut WebSockets: {"sockets": "public" | "private" | "trade" | "all"}."""
        try:
            kind = (await _object(request)).get("sockets", "all")
        except ValueError as error:
            return _bad(str(error))
        return web.json_response({"dropped": self._venue.drop_sockets(kind)})

    async def lift_bans(self, request: web.Request) -> web.Response:
        self._venue.addresses.lift()
        return web.json_response({})


async def _object(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError:
        raise ValueError("the body is not JSON") from None
    if not isinstance(body, dict):
        raise ValueError("the body is not a JSON object")
    return body


def _bad(message: str, status: int = 400) -> web.Response:
    return web.json_response({"error": message}, status=status)
