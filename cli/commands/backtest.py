"""`botyard backtest`: a strategy over recorded candles, here and now, or recorded as a session."""

import time
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from cli.errors import CommandError, Exit
from cli.options import TIME, as_json, assignments, run_settings

_POLL_SECONDS = 0.2


@click.command()
@click.option("--market", help="Such as XBTUSD, or XBTUSD+ETHUSD for a pair.")
@click.option("--strategy", default="TestBot", show_default=True)
@click.option("--exchange", help="Whose recorded candles; default: the installation's exchange.")
@click.option("--from", "start", type=TIME, help="Start of the range.")
@click.option("--to", "end", type=TIME, help="End of the range, exclusive.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the strategy.")
@click.option("--timeframe", help="Length of the strategy's bars, such as 15m.")
@click.option("--leverage", type=float, help="Highest value of a position as a multiple of the equity.")
@click.option(
    "--setting",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Any other assumption, such as slippage_ticks=1, volume_share=0.1 or starting_balance=2.",
)
@click.option("--allow-gaps", is_flag=True, help="Run although candles of the range are missing.")
@click.option(
    "--engine", type=click.Choice(["auto", "general", "compiled"]), default="auto", show_default=True
)
@click.option(
    "--report", type=click.Path(dir_okay=False), metavar="FILE.html", help="Write a report, one page."
)
@click.option("--repeat", metavar="ID", help="A run of the ledger again: is it the same to the last digit?")
@click.option("--trades", "show_trades", is_flag=True, help="List the trades too.")
@click.option("--session", "as_session", is_flag=True, help="Record the run as a session (needs the API).")
@click.option("--name", help="Name of that session.")
@as_json
def backtest(
    params: tuple[str, ...], settings: tuple[str, ...], as_session: bool, as_json: bool, **given: Any
) -> None:
    """Run a strategy over recorded candles; missing ones are downloaded from the exchange first."""
    if given["repeat"]:
        _refuse_more_than_repeat(given, params, settings, as_session)
        request: dict[str, Any] = {"repeat": given["repeat"]}
    else:
        _require(given, "market", "start", "end")
        request = _request(given, params, settings)
    if as_session:
        result = _as_session(request, given["name"], given["engine"], given["report"])
    else:
        request |= {"engine": given["engine"], "trades": as_json or given["show_trades"]}
        if given["report"]:
            request["report"] = str(Path(given["report"]).absolute())
        result = _here(request)
    _print(result, given, as_json)


def _request(given: dict[str, Any], params: tuple[str, ...], settings: tuple[str, ...]) -> dict[str, Any]:
    chosen = run_settings(settings, given["timeframe"], given["allow_gaps"])
    if given["leverage"] is not None:
        chosen["leverage"] = given["leverage"]
    return {
        "market": given["market"],
        "strategy": given["strategy"],
        "exchange": given["exchange"],
        "range_start": given["start"],
        "range_end": given["end"],
        "strategy_params": assignments(params, "--param"),
        "settings": chosen,
    }


def _require(given: dict[str, Any], *names: str) -> None:
    options = {"market": "--market", "start": "--from", "end": "--to"}
    if missing := [options[name] for name in names if given[name] is None]:
        raise click.UsageError(f"Missing {' and '.join(missing)} (or --repeat ID).")


def _refuse_more_than_repeat(
    given: dict[str, Any], params: tuple[str, ...], settings: tuple[str, ...], as_session: bool
) -> None:
    """A run again takes everything from the ledger: another option would make another run of it."""
    chosen = [name for name in ("market", "exchange", "start", "end", "timeframe", "leverage") if given[name]]
    if chosen or params or settings or as_session or given["allow_gaps"] or given["name"]:
        raise click.UsageError(
            "--repeat takes everything else from the ledger; only --report, --trades and --json go with it."
        )


def _here(request: dict[str, Any]) -> dict[str, Any]:
    from cli.worker import run_task

    messages = run_task("backtest", request)
    _load_what_prints()
    from cli.progress import progress

    with progress("Backtest") as report:
        for message in messages:
            if message["type"] == "progress":
                report(message["done"], message["total"])
            elif message["type"] == "log" and message["level"] in ("warn", "error"):
                click.echo(f"{message['level']}: {message['message']}", err=True)
            elif message["type"] == "notice":
                click.echo(message["message"], err=True)
            elif message["type"] == "result":
                return message
    raise CommandError("the backtest ended without a result")


def _load_what_prints() -> None:
    """While the other process works: together they take 40 ms."""
    for name in ("cli.backtest_table", "cli.metrics_table"):
        import_module(name)


def _as_session(
    request: dict[str, Any], name: str | None, engine: str, report_file: str | None
) -> dict[str, Any]:
    from cli.client import Api
    from cli.progress import progress
    from schema.session_settings import SessionSettings
    from schema.settings import load_settings

    if report_file or engine != "auto":
        raise CommandError(
            "--report and --engine do not go with --session; make the report of its run with --repeat",
            Exit.USAGE,
        )
    installed = load_settings()
    request = {**request, "exchange": request["exchange"] or installed.exchange}
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
        "request": request,
        "session": state,
        "defaults": SessionSettings().model_dump(mode="json"),
        "metrics": metrics,
        "notes": metrics.pop("notes", []),
        "trades": list(api.pages(f"/sessions/{found}/trades", "trades")),
    }


def _print(result: dict[str, Any], given: dict[str, Any], as_json: bool) -> None:
    """The result, then the exit code of a run that did not come out the same."""
    from cli import output
    from cli.backtest_table import print_result

    result.pop("type", None)
    if as_json:
        output.print_json(result)
    else:
        print_result(result, show_trades=given["show_trades"], report=given["report"])
    if not result.get("repeat", {"identical": True})["identical"]:
        raise SystemExit(int(Exit.FAILED))
