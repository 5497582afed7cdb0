"""What the command line does with trading code: a backtest here and now, a look at an exchange."""

import json
from typing import Any

from bots.process import BadSpec
from schema.home import Home
from schema.settings import load_settings


def say(message: dict[str, Any]) -> None:
    """One JSON object on a line of standard output."""
    print(json.dumps(message, allow_nan=False), flush=True)


def backtest(request: dict[str, Any]) -> dict[str, Any]:
    """Run a strategy over the archive, or a run of the ledger again; see `backtest_here`.

    Raises:
        BadSpec, OutsideTrouble.
    """
    from bots.runner.here import backtest_here

    settings = load_settings()
    request = {**request, "exchange": request.get("exchange") or settings.exchange}
    return backtest_here(request, settings.home.ensure(), say)


def fetch_markets(request: dict[str, Any]) -> dict[str, Any]:
    """What `exchange` lists, into its catalogue.

    Raises:
        BadSpec, OutsideTrouble.
    """
    import asyncio

    from bots.exchange.instruments import fetch
    from schema import markets

    home, exchange = _home(), request["exchange"]
    try:
        asyncio.run(fetch(exchange, home))
    except ValueError as error:  # unknown or closed
        raise BadSpec(str(error), "bad_exchange") from None
    found = markets.markets(exchange, home)
    tradable = sum(markets.why_not(spec, "test") is None for spec in found)
    return {"exchange": exchange, "markets": len(found), "tradable": tradable}


def check_exchange(request: dict[str, Any]) -> dict[str, Any]:
    """Whether the exchange answers, and how far its clock is from ours.

    Raises:
        OutsideTrouble.
    """
    from bots.exchange.check import check

    return {"message": check(request["exchange"], _home())}


def _home() -> Home:
    return load_settings().home.ensure()
