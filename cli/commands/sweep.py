"""`botyard sweep`: a strategy over a grid of parameters, on all cores."""

import os
from pathlib import Path
from typing import Any

import click

from cli import output
from cli.errors import CommandError, Exit
from cli.metrics_table import shown
from cli.options import TIME, as_json, run_settings
from cli.progress import progress
from cli.worker import run_task
from schema.metrics_catalogue import CATALOGUE
from schema.settings import load_settings
from schema.words import counted

_BESIDE = ("total_return", "sharpe", "max_drawdown", "trade_count", "win_rate", "profit_factor")
_NEEDED = {"strategy": "STRATEGY", "market": "--market", "range_start": "--from", "range_end": "--to"}


@click.command()
@click.argument("strategy", required=False)
@click.option("--market", help="Such as XBTUSD, or XBTUSD+ETHUSD for a pair.")
@click.option("--exchange", help="Whose recorded candles; default: the installation's exchange.")
@click.option("--from", "start", type=TIME, help="Start of the range.")
@click.option("--to", "end", type=TIME, help="End of the range, exclusive.")
@click.option(
    "--param",
    "params",
    multiple=True,
    metavar="NAME=VALUES",
    help="FIRST:LAST:STEP, VALUE,VALUE,... or one value; for each parameter once.",
)
@click.option("--timeframe", help="Length of the strategy's bars, such as 15m.")
@click.option(
    "--setting", "settings", multiple=True, metavar="NAME=VALUE", help="Such as starting_balance=2."
)
@click.option("--allow-gaps", is_flag=True, help="Run although candles of the range are missing.")
@click.option(
    "--metric", default="sharpe", show_default=True, help="Figure by which the sets are put in order."
)
@click.option("--jobs", type=click.IntRange(1, 1024), help="Processes; default: one a core.")
@click.option("--top", type=click.IntRange(1), default=20, show_default=True, help="Sets that are listed.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write a page to this file.")
@click.option("--x", help="Parameter across the report's map; default: the first that varies.")
@click.option("--y", help="Parameter up the report's map; default: the second that varies.")
@click.option(
    "--others",
    type=click.Choice(["best", "mean"]),
    default="best",
    show_default=True,
    help="What the map shows of sets that differ only in further parameters.",
)
@click.option("--resume", metavar="ID", help="Go on with a sweep; what it was asked need not be repeated.")
@as_json
def sweep(
    params: tuple[str, ...], settings: tuple[str, ...], as_json: bool, report: Path | None, **given: Any
) -> None:
    """Backtest STRATEGY with every combination of parameters, over candles that are loaded once.

    Ctrl-C stops it; `--resume ID` goes on.
    """
    request = {
        name: given[name] for name in ("strategy", "market", "metric", "jobs", "top", "x", "y", "others")
    }
    request |= {"range_start": given["start"], "range_end": given["end"], "resume": given["resume"]}
    request |= {"exchange": given["exchange"], "report": None if report is None else str(report.absolute())}
    request["grid"] = list(params) or None
    request["settings"] = run_settings(settings, given["timeframe"], given["allow_gaps"]) or None
    if not given["resume"]:
        if missing := [option for name, option in _NEEDED.items() if request[name] is None]:
            raise CommandError(f"give {', '.join(missing)}, or --resume ID", Exit.USAGE)
        request["exchange"] = request["exchange"] or load_settings().exchange
    result = _run(request)
    output.print_json(result) if as_json else _print(result)
    if result["stopped"] and result["done"] < result["total"]:
        raise SystemExit(_INTERRUPTED)


_INTERRUPTED = 130


def _run(request: dict[str, Any]) -> dict[str, Any]:
    with progress("Sweep", unit="sets") as report:
        for message in run_task("sweep", request, forward_interrupt=True):
            if message["type"] == "progress":
                report(message["done"], message["total"])
            elif message["type"] == "log":
                click.echo(f"{message['level']}: {message['message']}", err=True)
            elif message["type"] == "result":
                return {name: value for name, value in message.items() if name != "type"}
    raise CommandError("the sweep ended without a result")


def _print(result: dict[str, Any]) -> None:
    metric = result["metric"]
    names = [metric, *(name for name in _BESIDE if name != metric)]
    varied = result["varied"] or sorted({name for row in result["rows"] for name in row["params"]})
    columns = _columns(varied, names, result["settle"])
    rows = [{**row, "place": place} for place, row in enumerate(result["rows"], 1)]
    output.print_table(rows, columns, "No set has a result.", right={title for title, _ in columns})
    click.echo()
    click.echo(_summary(result))
    for refused in result["refused"]:
        first = ", ".join(f"{name}={_value(value)}" for name, value in refused["first"].items())
        click.echo(f"refused: {counted(refused['count'], 'set')}: {refused['reason']} (the first: {first})")
    for failure in result["failures"]:
        click.echo(f"failed: {_params(failure)}: {failure['error']}")
    for lost in result["lost"]:
        click.echo(f"lost: {_params(lost)}: {lost['reason']}")
    for note in result["notes"]:
        click.echo(f"note: {note}")
    if result["report"]:
        click.echo(f"report: {os.path.relpath(result['report'])}")
    if result["done"] < result["total"]:
        click.echo(f"go on with: botyard sweep --resume {result['id']}")


def _columns(varied: list[str], figures: list[str], settle: str) -> list[output.Column]:
    def param(name: str) -> output.Column:
        return name, lambda row: _value(row["params"][name])

    def figure(name: str) -> output.Column:
        return CATALOGUE[name].label, lambda row: shown(
            row["figures"].get(name), CATALOGUE[name].unit, settle
        )

    place: output.Column = ("#", lambda row: str(row["place"]))
    return [place, *map(param, varied), *map(figure, figures)]


def _summary(result: dict[str, Any]) -> str:
    done = f"{result['done']:,} of {counted(result['total'], 'set')}"
    rate = (
        f", {result['ran']:,} in {result['seconds']:.1f} s ({result['ran'] / result['seconds']:.1f} a second)"
        if result["ran"] and result["seconds"]
        else ""
    )
    return f"sweep {result['id']}: {done}{rate}, {counted(result['jobs'], 'process', 'processes')}"


def _params(row: dict[str, Any]) -> str:
    return ", ".join(f"{name}={_value(value)}" for name, value in row["params"].items()) or "defaults"


def _value(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
