"""`botyard check`: does a strategy look ahead, or depend on its warm-up, on chance, or on where it begins?"""

from typing import Any

import click

from cli import output
from cli.errors import CommandError, Exit
from cli.options import TIME, as_json, assignments, run_settings
from cli.progress import progress
from cli.worker import run_task
from schema.settings import load_settings
from schema.words import counted

_TITLES = {
    "look-ahead": "looks ahead",
    "chance": "chance",
    "error": "error",
    "warm-up": "warm-up",
    "rounding": "rounding",
    "past": "depends on the past",
}


@click.command()
@click.argument("strategy")
@click.option("--market", required=True, help="Such as XBTUSD, or XBTUSD+ETHUSD for a pair.")
@click.option("--exchange", help="Whose recorded candles; default: the installation's exchange.")
@click.option("--from", "start", type=TIME, required=True, help="Start of the range.")
@click.option("--to", "end", type=TIME, required=True, help="End of the range, exclusive.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the strategy.")
@click.option("--timeframe", help="Length of the strategy's bars, such as 15m.")
@click.option(
    "--setting", "settings", multiple=True, metavar="NAME=VALUE", help="Such as starting_balance=2."
)
@click.option("--allow-gaps", is_flag=True, help="Run although candles of the range are missing.")
@as_json
def check(
    strategy: str, params: tuple[str, ...], settings: tuple[str, ...], as_json: bool, **given: Any
) -> None:
    """Look for what makes STRATEGY's backtests promise too much, by cutting and shifting the data.

    Exits with 1 where it looks ahead, depends on chance or raises; warnings alone exit with 0.
    """
    result = _run(
        {
            "strategy": strategy,
            "market": given["market"],
            "exchange": given["exchange"] or load_settings().exchange,
            "range_start": given["start"],
            "range_end": given["end"],
            "strategy_params": assignments(params, "--param"),
            "settings": run_settings(settings, given["timeframe"], given["allow_gaps"]),
        }
    )
    output.print_json(result) if as_json else _print(result)
    if not result["passed"]:
        raise SystemExit(int(Exit.FAILED))


def _run(request: dict[str, Any]) -> dict[str, Any]:
    with progress("Check") as report:
        for message in run_task("check", request):
            if message["type"] == "progress":
                report(message["done"], message["total"])
            elif message["type"] == "log" and message["level"] in ("warn", "error"):
                click.echo(f"{message['level']}: {message['message']}", err=True)
            elif message["type"] == "result":
                return {name: value for name, value in message.items() if name != "type"}
    raise CommandError("the check ended without a result")


def _print(result: dict[str, Any]) -> None:
    for finding in result["findings"]:
        click.echo(f"{finding['severity']} ({_TITLES[finding['kind']]}): {finding['message']}")
    for note in result["notes"]:
        click.echo(f"note: {note}")
    errors = sum(finding["severity"] == "error" for finding in result["findings"])
    warnings = len(result["findings"]) - errors
    found = f"{counted(errors, 'error')}, {counted(warnings, 'warning')}"
    verdict = found if errors or warnings else "nothing found"
    bars, orders = counted(result["bars"], "bar"), counted(result["decisions"], "order")
    looked = f"{bars}, {orders} placed, changed or cancelled"
    click.echo(f"{result['strategy']}: {verdict} ({looked})")
