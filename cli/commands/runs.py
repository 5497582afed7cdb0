"""`botyard runs`: the ledger of backtest runs. Needs no API."""

from itertools import islice
from pathlib import Path
from typing import Any

import click

from cli import output
from cli.backtest_table import print_notes, print_run, rows_of
from cli.errors import CommandError, Exit
from cli.options import as_json
from schema.files import ledger
from schema.files.aside import BrokenFile
from schema.settings import load_settings
from schema.words import signed


@click.group(invoke_without_command=True)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="The newest ones.")
@click.option("--strategy", help="Only those of this strategy.")
@as_json
@click.pass_context
def runs(ctx: click.Context, limit: int, strategy: str | None, as_json: bool) -> None:
    """List backtest runs, the newest first."""
    if ctx.invoked_subcommand:
        return
    found = ledger.entries(_folder())
    chosen = (run for run in found if strategy in (None, run["strategy"]["id"]))
    rows = rows_of(islice(chosen, limit))
    if as_json:
        output.print_json({"runs": rows})
        return
    output.print_table(rows, _COLUMNS, "No runs yet. Make one with: botyard backtest --help")


@runs.command()
@click.argument("run", metavar="ID")
@click.option("--source", is_flag=True, help="Print the source of its strategy, as it was.")
@as_json
def show(run: str, source: bool, as_json: bool) -> None:
    """Everything that the ledger knows of a run."""
    entry = _read(run)
    if source:
        click.echo(entry["strategy"]["source"]["text"], nl=False)
        return
    if as_json:
        output.print_json(entry)
        return
    from cli.metrics_table import print_metrics

    print_run(entry)
    print_metrics(entry["metrics"])
    print_notes(entry["notes"])
    click.echo()
    output.print_facts(list(_origin(entry)))


@runs.command()
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
def remove(ids: tuple[str, ...]) -> None:
    """Forget runs."""
    for found in [_read(id)["id"] for id in ids]:
        ledger.remove(_folder(), found)
        click.echo(f"run {found} removed")


def _folder() -> Path:
    return load_settings().home.runs


def _read(id: str) -> ledger.Entry:
    try:
        return ledger.read(_folder(), id)
    except ledger.UnknownRun as error:
        raise CommandError(str(error), Exit.NOT_FOUND) from None
    except BrokenFile as error:
        raise CommandError(str(error)) from None


def _origin(entry: ledger.Entry) -> list[tuple[str, str]]:
    session = entry["session"]
    return [
        ("run", entry["id"]),
        ("made", output.clock(entry["at"])),
        ("session", f"{session['id']}, run {session['run']}" if session else "none"),
        ("source", f"{entry['strategy']['source']['file']} {entry['strategy']['source']['sha256']}"),
        ("data", entry["data"]["sha256"]),
        ("result", entry["result"]["sha256"]),
        *[(name, str(version)) for name, version in entry["versions"].items()],
    ]


def _percent(value: Any) -> str:
    return "-" if value is None else f"{signed(value, 2)} %"


_COLUMNS: list[output.Column] = [
    ("Run", lambda r: r["id"]),
    ("When", lambda r: output.clock(r["at"])),
    ("Strategy", lambda r: r["strategy"]["id"]),
    ("Market", lambda r: f"{r['market']} on {r['exchange']}"),
    ("Range", lambda r: f"{_day(r['range'][0])} to {_day(r['range'][1])}"),
    ("Trades", lambda r: str(r["result"]["trades"])),
    ("Return", lambda r: _percent(r["metrics"].get("total_return"))),
    ("Drawdown", lambda r: f"{r['metrics'].get('max_drawdown') or 0.0:.2f} %"),
    ("Engine", lambda r: r["engine_used"]),
]


def _day(seconds: float) -> str:
    from cli.backtest_table import utc

    return utc(seconds)[:10]
