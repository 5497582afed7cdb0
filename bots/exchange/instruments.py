"""What an exchange lists, from ccxt's `load_markets` into the catalogue of the home."""

import asyncio
import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bots.exchange.budget import Budget
from bots.exchange.clients import pro
from bots.exchange.errors import explain
from bots.process import OutsideTrouble
from schema import catalogue
from schema.catalogue import Listing
from schema.home import Home

_LOAD_REQUESTS = 4  # two kinds, each asked for what is traded and for what is announced
_LOAD_SECONDS = 30.0


def listings(found: Mapping[str, Any]) -> list[Listing]:
    """The perpetual contracts among ccxt's markets; those without a grid of prices and sizes are left out."""
    return [
        _listing(market)
        for market in found.values()
        if market.get("swap") and market["precision"]["price"] and market["precision"]["amount"]
    ]


def _listing(market: Mapping[str, Any]) -> Listing:
    limits, size = market["limits"], market.get("contractSize")
    return Listing(
        symbol=market["symbol"],
        exchange_id=market["id"],
        kind="inverse" if market["inverse"] else "linear",
        base=market["base"],
        quote=market["quote"],
        settle=market["settle"],
        tick=_exact(market["precision"]["price"]),
        lot=_exact(market["precision"]["amount"]),
        max_leverage=_exact(limits["leverage"]["max"] or 1),
        min_notional=_exact(limits["cost"]["min"] or 0),
        contract_size=None if size is None else _exact(size),
        active=bool(market["active"]),
    )


def _exact(number: float) -> Decimal:
    """The digits that the exchange sent: the shortest ones that give this float."""
    return Decimal(repr(number)).normalize()


async def load(client: Any, budget: Budget) -> Mapping[str, Any]:
    """Load the markets of a ccxt.pro client. Raises as ccxt, and TimeoutError."""
    for _ in range(_LOAD_REQUESTS):
        await asyncio.sleep(min(budget.reserve(time.monotonic()), _LOAD_SECONDS))
    async with asyncio.timeout(_LOAD_SECONDS):
        found: Mapping[str, Any] = await client.load_markets()
        return found


async def keep(found: Mapping[str, Any], exchange: str, home: Home) -> None:
    """Write down what the exchange lists.

    Raises:
        OutsideTrouble: the file cannot be written.
    """
    try:
        await asyncio.to_thread(catalogue.write, home, exchange, listings(found))
    except OSError as error:
        where = home.catalogue(exchange)
        raise OutsideTrouble(f"cannot write {where}: {error.strerror or error}", "not_writable") from None


async def fetch(exchange: str, home: Home, budget: Budget | None = None) -> None:
    """Ask an exchange what it lists, by a connection of its own, and write that down.

    Raises:
        UnknownExchange, ClosedExchange, ExchangeDown, Refused.
        OutsideTrouble: as `keep`.
    """
    client = pro(exchange, home)
    try:
        found = await load(client, budget or Budget())
    except Exception as error:
        raise explain(error, f"markets of {exchange}") from None
    finally:
        await client.close()
    await keep(found, exchange, home)
