"""The server: REST and WebSockets on one port of the loopback interface."""

import asyncio
import contextlib
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from bots.sandbox import admin
from bots.sandbox.config import SandboxConfig
from bots.sandbox.connection import Connection
from bots.sandbox.errors import ExchangeError, bad_parameter
from bots.sandbox.gate import ROUTES as PRIVATE_ROUTES
from bots.sandbox.gate import Route, TooMany, batch_size
from bots.sandbox.parameters import Parameters
from bots.sandbox.rest_public import ROUTES, Handler, envelope
from bots.sandbox.symbols import CATEGORIES
from bots.sandbox.venue import Venue
from bots.sandbox.ws_private import PrivateConnection, TradeConnection
from bots.sandbox.ws_public import PublicConnection

_HOST = "127.0.0.1"
_ADMIN = "/sandbox"

Serve = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """A running sandbox exchange."""

    def __init__(self, venue: Venue, runner: web.AppRunner, port: int) -> None:
        self.venue = venue
        self.port = port
        self.url = f"http://{_HOST}:{port}"
        self.ws = f"ws://{_HOST}:{port}"
        self._runner = runner
        self._tasks = [asyncio.create_task(_repeat_quotes(venue))]
        if not venue.config.lockstep:
            self._tasks.append(asyncio.create_task(venue.driver.run()))

    @property
    def tasks(self) -> list[asyncio.Task[None]]:
        """What must not end while the server runs."""
        return self._tasks

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.venue.drop_sockets("all")
        await self._runner.cleanup()
        self.venue.close()


async def serve(config: SandboxConfig) -> Server:
    """Start a sandbox exchange in the running loop.

    Raises:
        ReplayError: the candles to replay are not there.
        OSError: the port or a file cannot be had.
    """
    venue = Venue(config)
    runner = web.AppRunner(application(venue), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    port = await _listen(runner, config)
    server = Server(venue, runner, port)
    if config.address is not None:
        _write_address(config.address, server)
    return server


async def _listen(runner: web.AppRunner, config: SandboxConfig) -> int:
    """Listen on the configured port; where any will do, on the last one if it is free."""
    last = _last_port(config.address) if not config.port else 0
    for port in [last, 0] if last else [config.port]:
        try:
            site = web.TCPSite(runner, _HOST, port, reuse_address=True)
            await site.start()
        except OSError:
            if port != last or not last:
                raise
            continue
        break
    bound: int = runner.addresses[-1][1]
    return bound


def _last_port(address: Path | None) -> int:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        return int(json.loads(address.read_text())["url"].rsplit(":", 1)[1]) if address else 0
    return 0


def _write_address(path: Path, server: Server) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.write_text(json.dumps({"url": server.url, "ws": server.ws, "pid": os.getpid()}) + "\n")
    os.replace(beside, path)


async def _repeat_quotes(venue: Venue) -> None:
    while True:
        await asyncio.sleep(1.0)
        venue.streams.repeat()


def application(venue: Venue) -> web.Application:
    """The routes of an exchange."""

    @web.middleware
    async def guard(request: web.Request, handler: Serve) -> web.StreamResponse:
        """Pages of a browser are kept out; then come the limit by address, and faults."""
        if "Origin" in request.headers:
            return web.Response(status=403, text="no browsers")
        if request.path.startswith(_ADMIN):
            return await handler(request)
        if venue.config.limits and not venue.addresses.request(request.remote or ""):
            return web.Response(status=403, text="access too frequent")
        return await venue.faults.apply(request, handler)

    app = web.Application(middlewares=[guard], client_max_size=1 << 20)
    app.add_routes([web.get(path, _public(venue, handler)) for path, handler in ROUTES.items()])
    app.add_routes([web.get(f"/v5/public/{category}", _socket(venue, category)) for category in CATEGORIES])
    app.add_routes([web.route(route.method, route.path, _private(venue, route)) for route in PRIVATE_ROUTES])
    app.add_routes([web.get("/v5/private", _signed_socket(venue, PrivateConnection))])
    app.add_routes([web.get("/v5/trade", _signed_socket(venue, TradeConnection))])
    app.add_routes(admin.routes(venue))
    return app


def answer(result: dict[str, object], headers: dict[str, str] | None = None) -> web.Response:
    text = json.dumps(envelope(result), separators=(",", ":"))
    return web.Response(text=text, content_type="application/json", headers=headers)


def refusal(error: ExchangeError, headers: dict[str, str] | None = None) -> web.Response:
    text = json.dumps(envelope({}, error.code, error.message), separators=(",", ":"))
    return web.Response(text=text, content_type="application/json", headers=headers)


def _public(venue: Venue, handler: Handler) -> Serve:
    async def respond(request: web.Request) -> web.StreamResponse:
        try:
            return answer(await handler(venue.state, Parameters(request.query)))
        except ExchangeError as error:
            return refusal(error)

    return respond


def _private(venue: Venue, route: Route) -> Serve:
    async def respond(request: web.Request) -> web.StreamResponse:
        headers: dict[str, str] = {}
        try:
            body = await request.text() if route.method == "POST" else ""
            raw_query = request.raw_path.partition("?")[2]
            account = venue.gate.enter(request.headers, body if route.method == "POST" else raw_query)
            asked = Parameters(_object(body)) if route.method == "POST" else Parameters(request.query)
            allowance = venue.gate.allow(account, route.path, route.per_second, batch_size(asked))
            headers = allowance.headers()
            return answer(route.handler(venue.desk, account, asked), headers)
        except TooMany as error:
            return refusal(error, error.allowance.headers())
        except ExchangeError as error:
            return refusal(error, headers)

    return respond


def _object(body: str) -> dict[str, Any]:
    """A JSON object."""
    try:
        found = json.loads(body or "{}")
    except ValueError:
        raise bad_parameter("the body is not JSON") from None
    if not isinstance(found, dict):
        raise bad_parameter("the body is not a JSON object")
    return found


def _signed_socket(venue: Venue, kind: type[PrivateConnection] | type[TradeConnection]) -> Serve:
    async def respond(request: web.Request) -> web.StreamResponse:
        return await talk(venue, request, kind(request, venue.gate, venue.desk))

    return respond


def _socket(venue: Venue, category: str) -> Serve:
    async def respond(request: web.Request) -> web.StreamResponse:
        return await talk(venue, request, PublicConnection(request, venue.streams, category))

    return respond


async def talk(venue: Venue, request: web.Request, connection: Connection) -> web.StreamResponse:
    """Serve a WebSocket until it ends."""
    if venue.config.limits and not venue.addresses.connection(request.remote or ""):
        return web.Response(status=403, text="access too frequent")
    venue.sockets.add(connection)
    try:
        return await connection.serve()
    finally:
        venue.sockets.discard(connection)
