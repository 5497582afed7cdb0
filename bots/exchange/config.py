"""Where an exchange is and how ccxt has to be set up for it."""

import json
from typing import Any

from bots.exchange.errors import ExchangeDown
from schema import markets
from schema.home import Home

REQUEST_SECONDS = 10.0


def configuration(exchange: str, home: Home) -> dict[str, Any]:
    """ccxt's configuration for market data of an exchange, without any keys.

    Raises:
        UnknownExchange, ClosedExchange.
        ExchangeDown: the sandbox is not running.
    """
    markets.require_open(exchange)
    config: dict[str, Any] = {
        "enableRateLimit": False,  # bots.exchange.budget paces all requests of a process
        "timeout": int(REQUEST_SECONDS * 1000),
        "has": {"fetchCurrencies": False},
        "options": {"fetchMarkets": {"types": ["linear", "inverse"]}},
    }
    if exchange == "sandbox":
        config["urls"] = {"api": _sandbox_urls(home)}
    return config


def sandbox_address(home: Home) -> dict[str, Any]:
    """What the running sandbox wrote: `url`, `ws`, `pid`. Read anew at each connection: its port changes.

    Raises:
        ExchangeDown: it is not running, or just writing.
    """
    try:
        address = json.loads(home.sandbox_address.read_text())
        return {"url": str(address["url"]), "ws": str(address["ws"]), "pid": int(address["pid"])}
    except FileNotFoundError:
        raise ExchangeDown(
            f"the sandbox exchange is not running: there is no {home.sandbox_address}"
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ExchangeDown(f"{home.sandbox_address} cannot be read: {error!r}") from None


def _sandbox_urls(home: Home) -> dict[str, Any]:
    address = sandbox_address(home)
    http, ws = address["url"], address["ws"]
    return {
        "public": http,
        "private": http,
        "ws": {
            "public": {kind: f"{ws}/v5/public/{kind}" for kind in ("inverse", "linear")},
            # The order socket too: ccxt's default for it is the real exchange, whatever the host name is.
            "private": {"contract": f"{ws}/v5/private", "trade": f"{ws}/v5/trade"},
        },
    }
