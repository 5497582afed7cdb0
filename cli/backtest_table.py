"""What `botyard backtest` and `botyard runs show` print: heading, assumptions, figures, notes."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

import click
from rich.markup import escape

from cli import output

_LEFT_OUT = ("restart", "timeframe")
"""Settings that are no assumptions, or stand in the heading."""


def print_result(result: Mapping[str, Any], *, show_trades: bool, report: str | None) -> None:
    """A result of the task `backtest`, or of a session."""
    from cli.metrics_table import print_metrics

    run = result.get("run")
    if run:
        print_run(run, result.get("defaults"))
    else:
        print_facts(_session_heading(result))
        print_assumptions(result["session"]["settings"], result["defaults"])
    print_metrics(result["metrics"])
    print_notes(result.get("notes", []))
    if show_trades:
        from cli.trade_columns import TRADE_COLUMNS

        output.print_table(result["trades"], TRADE_COLUMNS, "No trades.")
    if report:
        click.echo(f"report written to {report}")
    if proof := result.get("repeat"):
        print_proof(proof)
    elif run:
        click.echo(f"run {run['id']}; again, with proof: botyard backtest --repeat {run['id']}")


def print_run(run: Mapping[str, Any], defaults: Mapping[str, Any] | None = None) -> None:
    """Heading and assumptions of a run of the ledger; what is no default is marked."""
    start, end = run["range"]
    print_facts(
        [
            ("strategy", f"{run['strategy']['id']}{_listed(run['strategy']['params'])}"),
            ("market", f"{run['market']} on {run['exchange']}{_sandbox(run['exchange'])}"),
            ("range", _range(start, end, run["settings"])),
            ("candles", ", ".join(f"{count:,} of {name}" for name, count in run["data"]["candles"].items())),
            ("engine", f"{run['engine_used']}, {run['seconds']:.3f} s"),
        ]
    )
    print_assumptions(run["settings"], (defaults or {}).get("settings", {}))


def print_assumptions(settings: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
    """Settings that a result rests on; what is no default is marked."""
    shown = {name: value for name, value in settings.items() if name not in _LEFT_OUT}
    output.console.print(
        "[bold]Assumptions[/]  "
        + "  ".join(_assumption(name, value, defaults) for name, value in shown.items())
    )
    click.echo()


def _assumption(name: str, value: Any, defaults: Mapping[str, Any]) -> str:
    """Marked by a star where it is not the default."""
    text = escape(f"{name}={plain(value)}")
    return f"[bold yellow]{text}*[/]" if name in defaults and defaults[name] != value else f"[dim]{text}[/]"


def print_notes(notes: list[str]) -> None:
    for note in notes:
        click.echo(f"note: {note}")


def print_proof(proof: Mapping[str, Any]) -> None:
    """Whether a run came out the same again."""
    if proof["identical"]:
        click.echo(
            f"identical to run {proof['of']}: same source, data and versions, same result to the last digit"
        )
        return
    click.echo(f"different from run {proof['of']}:")
    for difference in proof["differences"]:
        click.echo(f"  {difference}")


def print_facts(facts: list[tuple[str, str]]) -> None:
    output.print_facts(facts)


def plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.10g}"
    return "none" if value is None else str(value)


def utc(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(seconds))


def _listed(values: Mapping[str, Any]) -> str:
    text = ", ".join(f"{name}={plain(value)}" for name, value in values.items())
    return f" ({text})" if text else ""


def _sandbox(exchange: str) -> str:
    return " (invented prices)" if exchange == "sandbox" else ""


def _session_heading(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    request, session = result["request"], result["session"]
    return [
        ("session", session["id"]),
        ("strategy", f"{session['strategy']}{_listed(session['strategy_params'])}"),
        ("market", f"{request['market']} on {request['exchange']}{_sandbox(request['exchange'])}"),
        ("range", _range(request["range_start"], request["range_end"], session["settings"])),
    ]


def _range(start: float, end: float, settings: Mapping[str, Any]) -> str:
    return f"{utc(start)} to {utc(end)} UTC, bars of {settings['timeframe']}"


def rows_of(runs: Iterator[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Runs without the source of their strategies, which is long."""
    return [
        {**run, "strategy": {**run["strategy"], "source": _without_text(run["strategy"]["source"])}}
        for run in runs
    ]


def _without_text(source: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in source.items() if name != "text"}
