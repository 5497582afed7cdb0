"""`botyard backtest`: a strategy over recorded candles, here and now, or recorded as a session."""

import time
from typing import Any

import click

from cli import output
from cli.client import Api, CommandError
from cli.metrics_table import print_metrics
from cli.options import TIME, as_json, assignments
from cli.progress import progress
from cli.trade_columns import TRADE_COLUMNS
from cli.worker import run_task
from schema.settings import Settings, load_settings

_POLL_SECONDS = 0.2


@click.command()
@click.option("--market", required=True, help="Such as XBTUSD, or XBTUSD+ETHUSD for a pair.")
@click.option("--strategy", default="TestBot", show_default=True)
@click.option("--exchange", help="Whose recorded candles; default: the installation's exchange.")
@click.option("--from", "start", type=TIME, required=True, help="Start of the range.")
@click.option("--to", "end", type=TIME, required=True, help="End of the range, exclusive.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the strategy.")
@click.option(
    "--setting", "settings", multiple=True, metavar="NAME=VALUE", help="Such as starting_balance=2."
)
@click.option("--trades", "show_trades", is_flag=True, help="List the trades too.")
@click.option("--session", "as_session", is_flag=True, help="Record the run as a session (needs the API).")
@click.option("--name", help="Name of that session.")
@as_json
def backtest(
    params: tuple[str, ...],
    settings: tuple[str, ...],
    as_session: bool,
    show_trades: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Run a strategy over recorded candles; missing ones are downloaded from the exchange first."""
    installed = load_settings()
    request = {
        "market": given["market"],
        "strategy": given["strategy"],
        "exchange": given["exchange"] or installed.exchange,
        "range_start": given["start"],
        "range_end": given["end"],
        "strategy_params": assignments(params, "--param"),
        "settings": assignments(settings, "--setting"),
    }
    result = _as_session(installed, request, given["name"]) if as_session else _here(request)
    if as_json:
        output.print_json(result)
        return
    output.print_facts(_heading(request, result))
    click.echo()
    print_metrics(result["metrics"])
    for note in result.get("notes", []):
        click.echo(f"note: {note}")
    if show_trades:
        output.print_table(result["trades"], TRADE_COLUMNS, "No trades.")


def _here(request: dict[str, Any]) -> dict[str, Any]:
    with progress("Backtest") as report:
        for message in run_task("backtest", request):
            if message["type"] == "progress":
                report(message["done"], message["total"])
            elif message["type"] == "log" and message["level"] in ("warn", "error"):
                click.echo(f"{message['level']}: {message['message']}", err=True)
            elif message["type"] == "result":
                return message
    raise CommandError("the backtest ended without a result")


def _as_session(installed: Settings, request: dict[str, Any], name: str | None) -> dict[str, Any]:
    api = Api(installed)
    body = {**request, "type": "backtest", **({"name": name} if name else {})}
    found = api.post("/sessions", body)["session"]["id"]
    api.post(f"/sessions/{found}/start")
    with progress("Backtest") as report:
        while True:
            state = api.get(f"/sessions/{found}")["session"]
            if state["status"] not in ("running", "paused"):
                break
            if done := state.get("progress"):
                report(done["done"], done["total"])
            time.sleep(_POLL_SECONDS)
    if state["status"] != "completed":
        raise CommandError(
            f"session {found} is {state['status']}: {state.get('exit_message') or 'see its log'}"
        )
    metrics = api.get(f"/sessions/{found}/metrics")["metrics"]
    return {
        "session": state,
        "metrics": metrics,
        "notes": metrics.pop("notes", []),
        "trades": list(api.pages(f"/sessions/{found}/trades", "trades")),
    }


def _heading(request: dict[str, Any], result: dict[str, Any]) -> list[tuple[str, str]]:
    recorded = [("session", result["session"]["id"])] if "session" in result else []
    span = f"{_utc(request['range_start'])} to {_utc(request['range_end'])} UTC"
    return [*recorded, ("market", f"{request['market']} on {request['exchange']}"), ("range", span)]


def _utc(seconds: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(seconds))
