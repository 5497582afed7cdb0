"""`botyard data ...`: the archive of market data. Needs no API."""

from pathlib import Path
from typing import Any

import click

from cli import output
from cli.client import CommandError, Exit
from cli.commands.data_care import check, compact, repair
from cli.options import TIME, as_json
from cli.progress import progress
from cli.worker import run_task
from schema import markets
from schema.home import Home
from schema.settings import load_settings
from schema.timeframes import TIMEFRAMES
from schema.words import counted


@click.group()
def data() -> None:
    """Import, download, check and list recorded market data."""


for _command in (check, compact, repair):
    data.add_command(_command)


@data.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--market", required=True, help="Such as XBTUSD.")
@click.option("--exchange", help="Exchange it counts as; default: the installation's exchange.")
@click.option("--timeframe", type=click.Choice(list(TIMEFRAMES)), default="1m", show_default=True)
@click.option(
    "--kind",
    type=click.Choice(["candles", "funding", "trades", "quotes"]),
    default="candles",
    show_default=True,
)
@as_json
def import_(file: Path, market: str, exchange: str | None, timeframe: str, kind: str, as_json: bool) -> None:
    """Import candles, funding rates, trades or quotes from a feather, parquet or CSV file.

    Trades and quotes also from a recorded stream: gzip, a line is '<local nanoseconds> <raw JSON>'.
    """
    settings = load_settings()
    exchange = exchange or settings.exchange
    home = settings.home.ensure()
    market = _usual(market, exchange, home)
    from schema.archive.foreign import ImportFailed
    from schema.archive.imports import import_candles, import_funding
    from schema.archive.tick_imports import import_quotes, import_trades

    others = {"funding": import_funding, "trades": import_trades, "quotes": import_quotes}
    try:
        if kind == "candles":
            report = import_candles(home.archive, file, exchange, market, timeframe)
        else:
            report = others[kind](home.archive, file, exchange, market)
    except ImportFailed as error:
        raise CommandError(str(error), Exit.INVALID) from None
    except OSError as error:
        raise CommandError(f"the archive cannot be written: {error}") from None
    output.print_json(report.as_dict()) if as_json else click.echo(report.text())


@data.command()
@click.option("--market", required=True, help="Such as XBTUSD.")
@click.option("--exchange", help="Default: the installation's exchange.")
@click.option("--timeframe", type=click.Choice(list(TIMEFRAMES)), default="1m", show_default=True)
@click.option("--from", "start", type=TIME, help="Needed but for trades.")
@click.option("--to", "end", type=TIME, help="End, exclusive; needed but for trades.")
@click.option(
    "--kind", type=click.Choice(["candles", "funding", "trades"]), default="candles", show_default=True
)
@as_json
def download(
    market: str,
    exchange: str | None,
    timeframe: str,
    start: int | None,
    end: int | None,
    kind: str,
    as_json: bool,
) -> None:
    """Download candles of an exchange into the archive, with funding rates; only those that it lacks.

    It may be interrupted at any moment, and goes on there. Of trades exchanges tell only the latest (Bybit
    1,000) and of past best bids and asks none at all: a scraper records these, and files can be imported.
    """
    exchange = exchange or load_settings().exchange
    if kind == "trades":
        if start is not None or end is not None:
            raise CommandError(
                f"{exchange} tells only its latest trades, of no range: leave --from and --to out. Older "
                "ones are recorded by a scraper, or imported: botyard data import --kind trades",
                Exit.USAGE,
            )
    elif start is None or end is None:
        raise CommandError("give --from and --to", Exit.USAGE)
    request = {
        "market": market,
        "exchange": exchange,
        "start": start,
        "end": end,
        "kind": kind,
        "timeframe": timeframe,
    }
    message: dict[str, Any] = {}
    with progress("Download") as report:
        for message in run_task("download", request):
            if message["type"] == "progress":
                report(message["done"], message["total"])
    output.print_json(message) if as_json else click.echo(_downloaded(message, market, exchange))


def _downloaded(message: dict[str, Any], market: str, exchange: str) -> str:
    rows, where = message["rows"], f"{market} on {exchange}"
    if message["kind"] == "trades":
        latest = f"of its latest {message['told']:,}; it tells no older ones"
        return f"{counted(rows, 'new trade')} of {where}, {latest}"
    if message["kind"] == "funding":
        return f"{counted(rows, 'new funding rate')} of {where}; {message['missing']:,} missing"
    return f"{counted(rows, 'new candle')} of {where}; {message['missing']:,} missing"


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
