"""ccxt clients for market data. They cannot send an order: what needs a key is refused before it is sent."""

from collections.abc import Callable
from typing import Any, NoReturn

import ccxt
import ccxt.pro

from bots.exchange.config import configuration
from schema.home import Home

Tap = Callable[[dict[str, Any]], None]
"""Takes each message of the exchange's public sockets, in the order in which they come."""


class _Rest(ccxt.bybit):  # type: ignore[misc]
    def sign(self, path: str, api: str | list[str] = "public", *rest: Any, **named: Any) -> Any:
        _only_public(api)
        return super().sign(path, api, *rest, **named)


class _Pro(ccxt.pro.bybit):  # type: ignore[misc]
    tap: Tap | None = None

    def sign(self, path: str, api: str | list[str] = "public", *rest: Any, **named: Any) -> Any:
        _only_public(api)
        return super().sign(path, api, *rest, **named)

    async def authenticate(self, *_: Any, **__: Any) -> NoReturn:
        _only_public("private")
        raise AssertionError

    def handle_message(self, client: Any, message: Any) -> None:
        # ccxt sorts messages into caches by kind; the order among kinds counts: a quote before its trade.
        if (
            self.tap is not None
            and isinstance(message, dict)
            and ("topic" in message or message.get("op") == "subscribe")
        ):
            self.tap(message)
        super().handle_message(client, message)


def _only_public(api: str | list[str]) -> None:
    if api not in ("public", ["public"]):  # ccxt passes the group of a route, or its path of groups
        raise ccxt.PermissionDenied("a market data client sends nothing that needs a key")


def rest(exchange: str, home: Home) -> Any:
    """A synchronous ccxt client for public data. Raises as `configuration`."""
    return _Rest(configuration(exchange, home))


def pro(exchange: str, home: Home, tap: Tap | None = None) -> Any:
    """A ccxt.pro client (asyncio: REST and WebSocket) for public data. Its owner awaits `close()`.

    Raises:
        As `configuration`.
    """
    client = _Pro(configuration(exchange, home))
    client.tap = tap
    return client
