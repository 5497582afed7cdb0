"""What the command line does with trading code: a backtest here and now, a download, a look at an
exchange.
"""

import asyncio
import json
import time
from typing import Any

from bots.core.ports import Level
from bots.process import BadSpec
from bots.runner.backtest import make_backtest, steps
from bots.runner.candles import gather
from bots.runner.prepare import prepare
from schema import markets
from schema.home import Home
from schema.settings import load_settings
from schema.spec import LaunchSpec

_PROGRESS_SECONDS = 0.1


def say(message: dict[str, Any]) -> None:
    """One JSON object on a line of standard output."""
    print(json.dumps(message, allow_nan=False), flush=True)


def backtest(request: dict[str, Any]) -> dict[str, Any]:
    """Run a strategy over the archive. `request`: market, exchange, strategy, strategy_params, settings,
    range.

    Raises:
        BadSpec, OutsideTrouble.
    """
    home = _home()
    _check_range(request)
    spec = LaunchSpec(kind="session", id="backtest", run=1, home=str(home.root), type="backtest", **request)
    prepared = prepare(spec, home)
    gathered = gather(prepared, lambda message: _log("info", message), lambda: None)
    run = make_backtest(prepared, gathered, _Log())
    for progress in steps(run):
        say({"type": "progress", "done": progress.done, "total": progress.total})
    result = run.result()
    return {"metrics": result.metrics, "notes": [*gathered.notes, *result.notes], "trades": result.trades}


def download(request: dict[str, Any]) -> dict[str, Any]:
    """Candles of `market` on `exchange` from `start` to `end` into the archive.

    Raises:
        BadSpec, OutsideTrouble.
    """
    from bots.download import download_candles

    home = _home()
    if request["end"] <= request["start"]:
        raise BadSpec("the end of the range must be after its start", "bad_range")
    told = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told >= _PROGRESS_SECONDS:
            told = time.monotonic()
            say({"type": "progress", "done": done, "total": total})

    report = download_candles(
        home, request["exchange"], request["market"], request["start"], request["end"], progress
    )
    return {"rows": report.added, "missing": report.missing, "holes": report.holes}


def fetch_markets(request: dict[str, Any]) -> dict[str, Any]:
    """What `exchange` lists, into its catalogue.

    Raises:
        BadSpec, OutsideTrouble.
    """
    from bots.exchange.instruments import fetch

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


def _check_range(request: dict[str, Any]) -> None:
    if request["range_end"] <= request["range_start"]:
        raise BadSpec("the end of the range must be after its start", "bad_range")
    if request["range_end"] > time.time():
        raise BadSpec("the range ends in the future: there are no candles of it yet", "bad_range")


def _log(level: Level, message: str) -> None:
    say({"type": "log", "level": level, "message": message})


class _Log:
    """The core's journal for a backtest that is watched: trades and equity are in its result."""

    def trade(self, trade: dict[str, Any]) -> None:
        pass

    def log(self, level: Level, message: str, data: dict[str, Any] | None = None) -> None:
        if level in ("warn", "error"):
            _log(level, message)

    def equity(self, ts: float, equity: float, drawdown: float) -> None:
        pass
