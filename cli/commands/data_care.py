"""`botyard data check`, `repair` and `compact`: whether recorded data are whole, and making them so."""

import time
from datetime import UTC, datetime
from typing import Any

import click

from cli import output
from cli.client import CommandError, Exit
from cli.options import TIME, as_json
from cli.progress import progress
from cli.worker import run_task
from schema.archive.layout import QUOTES, TRADES
from schema.settings import load_settings
from schema.timeframes import TIMEFRAMES
from schema.words import counted

_MOST_ROWS = 50


@click.command()
@click.option("--market", help="Such as XBTUSD; default: all.")
@click.option("--exchange", help="Default: all that are recorded.")
@click.option("--timeframe", type=click.Choice(list(TIMEFRAMES)), help="Default: all that are recorded.")
@click.option("--from", "start", type=TIME, help="Default: the first candle.")
@click.option("--to", "end", type=TIME, help="End, exclusive; default: the last candle.")
@click.option("--jump", default=10.0, show_default=True, help="Percent that a price may jump.")
@as_json
def check(
    market: str | None,
    exchange: str | None,
    timeframe: str | None,
    start: int | None,
    end: int | None,
    jump: float,
    as_json: bool,
) -> None:
    """Look for gaps, duplicates, impossible rows, stamps off the grid, jumps and runs without volume.

    Ends with exit code 1 where data are not whole: gaps, duplicates, impossible candles, stamps off the grid,
    files that cannot be read. Jumps, runs without volume and missing funding rates are only told.
    """
    if start is not None and end is not None and end <= start:
        raise CommandError("--to must be after --from", Exit.USAGE)
    if jump <= 0:
        raise CommandError("--jump must be above 0", Exit.USAGE)
    from schema.archive.inspection import inspect

    root = load_settings().home.archive
    try:
        looked = inspect(root, _usual(market, exchange), exchange, timeframe, start, end, jump)
    except ValueError as error:
        raise CommandError(str(error), Exit.INVALID) from None
    if not looked:
        raise CommandError("nothing like this is recorded; see: botyard data list", Exit.NOT_FOUND)
    rows = [each.as_dict() for each in looked]
    whole = all(row["whole"] for row in rows)
    if as_json:
        output.print_json({"whole": whole, "data": rows})
    else:
        _print_findings([finding for row in rows for finding in row["findings"]])
        output.print_table(rows, _LOOKED, "")
        click.echo("whole" if whole else f"not whole; {_remedy(rows)}")
    if not whole:
        click.get_current_context().exit(int(Exit.FAILED))


def _remedy(rows: list[dict[str, Any]]) -> str:
    """What helps: no exchange tells its past trades and quotes again."""
    kinds = {row["kind"] for row in rows if not row["whole"]}
    advice = []
    if kinds - {TRADES, QUOTES}:
        advice.append("what is missing or wrong fetches: botyard data repair")
    if kinds & {TRADES, QUOTES}:
        advice.append(
            "recorded trades and quotes cannot be fetched again: move what is broken out of the archive"
        )
    return "; ".join(advice)


@click.command()
@click.option("--market", required=True, help="Such as XBTUSD.")
@click.option("--exchange", help="Default: the installation's exchange.")
@click.option("--timeframe", type=click.Choice(list(TIMEFRAMES)), default="1m", show_default=True)
@click.option("--from", "start", type=TIME, help="Default: the first candle there is.")
@click.option("--to", "end", type=TIME, help="End, exclusive; default: the end of the last candle.")
@as_json
def repair(
    market: str,
    exchange: str | None,
    timeframe: str,
    start: int | None,
    end: int | None,
    as_json: bool,
) -> None:
    """Fetch again what is missing, comes twice or cannot be; tells what the exchange does not have."""
    exchange = exchange or load_settings().exchange
    first, stop = _reach(market, exchange, timeframe, start, end)
    request = {
        "market": market,
        "exchange": exchange,
        "timeframe": timeframe,
        "start": first,
        "end": min(stop, int(time.time())),
    }
    message: dict[str, Any] = {}
    with progress("Repair") as report:
        for message in run_task("repair", request):
            if message["type"] == "progress":
                report(message["done"], message["total"])
    if as_json:
        output.print_json(message)
    else:
        click.echo(_told(message, market, exchange))
    if message["missing"] or message["left"]:
        click.get_current_context().exit(int(Exit.FAILED))


@click.command()
@as_json
def compact(as_json: bool) -> None:
    """Merge the days of months that are over into one file each; scrapers and downloads do so themselves."""
    from schema.archive.compaction import compact_all

    try:
        done = [each.as_dict() for each in compact_all(load_settings().home.archive)]
    except OSError as error:
        raise CommandError(f"the archive cannot be written: {error}") from None
    if as_json:
        output.print_json({"data": done})
        return
    output.print_table(done, _COMPACTED, "Nothing to do: every month that is over is one file already.")
    for name in (name for each in done for name in each["broken"]):
        click.echo(f"cannot be read, and was left as it is: {name}", err=True)


def _usual(market: str | None, exchange: str | None) -> str | None:
    """The market's name in the archive; as it was given where the exchange does not list it (any more)."""
    if market is None:
        return None
    from schema import markets

    settings = load_settings()
    try:
        return markets.resolve(market, exchange or settings.exchange, settings.home).market
    except ValueError:
        return market


def _reach(market: str, exchange: str, timeframe: str, start: int | None, end: int | None) -> tuple[int, int]:
    """The range asked for, by default that of the recorded candles."""
    if start is not None and end is not None:
        return start, end
    from schema.archive.summary import last_stamps

    manifest = last_stamps(load_settings().home.archive, _usual(market, exchange) or market).get(exchange)
    reach = manifest.kinds.get(timeframe) if manifest else None
    if reach is None:
        raise CommandError(
            f"no {timeframe} candles of {market} on {exchange} are recorded: give --from and --to",
            Exit.NOT_FOUND,
        )
    first, last = int(reach[0]), int(reach[1]) + TIMEFRAMES[timeframe]
    return first if start is None else start, last if end is None else end


def _told(message: dict[str, Any], market: str, exchange: str) -> str:
    added = f"{counted(message['added'], 'candle')} of {market} added"
    rates = f"{counted(message['funding'], 'funding rate')} added"
    errors = counted(message["found"], "error")
    lines = [f"{errors} found; {added}, {message['replaced']:,} replaced, {rates}"]
    lines += [f"could not be read, and is kept as {path}" for path in message["kept_aside"]]
    if message["missing"]:
        lines.append(f"{counted(message['missing'], 'candle')} still missing: {exchange} has no more")
        lines += [f"  {_moment(start)} to {_moment(end)}" for start, end in message["holes"][:10]]
        if (more := message["hole_count"] - 10) > 0:
            lines.append(f"  and {counted(more, 'more range')}")
    if message["left"]:
        lines.append(f"{counted(message['left'], 'error')} left; see: botyard data check")
    return "\n".join(lines)


def _print_findings(findings: list[dict[str, Any]]) -> None:
    if not findings:
        return
    worst = sorted(findings, key=lambda finding: not finding["error"])
    output.print_table(worst[:_MOST_ROWS], _FINDINGS, "")
    if len(worst) > _MOST_ROWS:
        click.echo(f"and {len(worst) - _MOST_ROWS:,} more; --json lists all of them")
    click.echo()


def _moment(ts: float) -> str:
    return f"{datetime.fromtimestamp(ts, UTC):%Y-%m-%d %H:%M:%S}"


_FINDINGS: list[output.Column] = [
    ("", lambda r: "error" if r["error"] else "note"),
    ("Market", lambda r: r["market"]),
    ("Exchange", lambda r: r["exchange"]),
    ("Kind", lambda r: r["timeframe"]),
    ("From (UTC)", lambda r: _moment(r["start"])),
    ("To (UTC)", lambda r: _moment(r["end"])),
    ("What", lambda r: r["kind"]),
    ("", lambda r: r["text"]),
]
_LOOKED: list[output.Column] = [
    ("Market", lambda r: r["market"]),
    ("Exchange", lambda r: r["exchange"]),
    ("Kind", lambda r: r["kind"]),
    ("From (UTC)", lambda r: _moment(r["start"])),
    ("To (UTC)", lambda r: _moment(r["end"])),
    ("Rows", lambda r: f"{r['rows']:,}"),
    ("Result", lambda r: r["summary"]),
]
_COMPACTED: list[output.Column] = [
    ("Market", lambda r: r["market"]),
    ("Exchange", lambda r: r["exchange"]),
    ("Months", lambda r: str(len(r["files"]))),
    ("Files removed", lambda r: str(r["removed"])),
]
