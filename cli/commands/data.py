"""`botyard data ...`: the archive of market data. Needs no API."""

from pathlib import Path
from typing import Any

import click

from cli import output
from cli.client import CommandError, Exit
from cli.options import TIME, as_json
from cli.progress import progress
from cli.worker import run_task
from schema import markets
from schema.home import Home
from schema.settings import load_settings
from schema.timeframes import TIMEFRAMES


@click.group()
def data() -> None:
    """Import, download and list recorded market data."""


@data.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--market", required=True, help="Such as XBTUSD.")
@click.option("--exchange", help="Exchange it counts as; default: the installation's exchange.")
@click.option("--timeframe", type=click.Choice(list(TIMEFRAMES)), default="1m", show_default=True)
@click.option("--kind", type=click.Choice(["candles", "funding"]), default="candles", show_default=True)
@as_json
def import_(file: Path, market: str, exchange: str | None, timeframe: str, kind: str, as_json: bool) -> None:
    """Import candles or funding rates from a feather, parquet or CSV file."""
    settings = load_settings()
    exchange = exchange or settings.exchange
    home = settings.home.ensure()
    market = _usual(market, exchange, home)
    from schema.archive.imports import ImportFailed, import_candles, import_funding

    try:
        if kind == "funding":
            report = import_funding(home.archive, file, exchange, market)
        else:
            report = import_candles(home.archive, file, exchange, market, timeframe)
    except ImportFailed as error:
        raise CommandError(str(error), Exit.INVALID) from None
    output.print_json(report.as_dict()) if as_json else click.echo(report.text())


@data.command()
@click.option("--market", required=True, help="Such as XBTUSD.")
@click.option("--exchange", help="Default: the installation's exchange.")
@click.option("--from", "start", type=TIME, required=True)
@click.option("--to", "end", type=TIME, required=True, help="End, exclusive.")
@as_json
def download(market: str, exchange: str | None, start: int, end: int, as_json: bool) -> None:
    """Download 1-minute candles of an exchange into the archive; what is there is not asked for again."""
    exchange = exchange or load_settings().exchange
    request = {"market": market, "exchange": exchange, "start": start, "end": end}
    with progress("Download") as report:
        for message in run_task("download", request):
            if message["type"] == "progress":
                report(message["done"], message["total"])
            elif message["type"] == "result":
                break
    output.print_json(message) if as_json else click.echo(
        f"{message['rows']:,} new candles of {market} on {exchange}; {message['missing']:,} are missing"
    )


@data.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List what is recorded, by market and exchange."""
    from schema.archive.summary import summarise

    rows: list[dict[str, Any]] = [entry.as_dict() for entry in summarise(load_settings().home.archive)]
    if as_json:
        output.print_json({"data": rows})
        return
    output.print_table(rows, _COLUMNS, "The archive is empty. Fill it with: botyard data download --help")


@data.command("markets")
@click.option("--exchange", help="Default: the installation's exchange.")
@as_json
def markets_(exchange: str | None, as_json: bool) -> None:
    """Fetch what an exchange lists, so that its further markets can be used; an agent does so daily."""
    *_, message = run_task("fetch-markets", {"exchange": exchange or load_settings().exchange})
    output.print_json(message) if as_json else click.echo(
        f"{message['exchange']} has {message['markets']} markets, {message['tradable']} can be traded"
    )


def _usual(market: str, exchange: str, home: Home) -> str:
    """The market's name in the archive."""
    try:
        return markets.resolve(market, exchange, home).market
    except ValueError as error:
        raise CommandError(str(error), Exit.INVALID) from None


_COLUMNS: list[output.Column] = [
    ("Market", lambda r: r["market"]),
    ("Exchange", lambda r: r["exchange"]),
    ("Kind", lambda r: r["kind"]),
    ("Days", lambda r: str(r["days"])),
    ("First day", lambda r: r["first_day"]),
    ("Last day", lambda r: r["last_day"]),
]
