"""`botyard session trades|metrics|logs`: what a session did."""

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import click
from websocket import WebSocketConnectionClosedException, WebSocketException, create_connection

from cli import output
from cli.client import Api, CommandError, Exit
from cli.commands.session import pass_api, session
from cli.metrics_table import print_metrics
from cli.options import as_json
from cli.trade_columns import TRADE_COLUMNS

_COLOURS = {"warn": "yellow", "error": "red", "trade": "green"}
_RETRY_SECONDS = 1.0


@session.command()
@click.argument("reference", metavar="SESSION")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True, help="The newest ones.")
@click.option("--csv", "as_csv", is_flag=True, help="All trades as CSV.")
@as_json
@pass_api
def trades(api: Api, /, reference: str, limit: int, as_csv: bool, as_json: bool) -> None:
    """Closed trades of a session, newest first."""
    path = f"/sessions/{api.find_session(reference)}/trades"
    if as_csv:
        for piece in api.download(path, format="csv"):
            sys.stdout.buffer.write(piece)
        return
    answer = api.get(path, limit=limit)
    if as_json:
        output.print_json(answer)
        return
    output.print_table(answer["trades"], TRADE_COLUMNS, "No trades yet.")
    if answer["total"] > len(answer["trades"]):
        click.echo(f"{len(answer['trades'])} of {answer['total']}; all of them with --csv")


@session.command()
@click.argument("reference", metavar="SESSION")
@as_json
@pass_api
def metrics(api: Api, /, reference: str, as_json: bool) -> None:
    """Figures of a session."""
    answer = api.get(f"/sessions/{api.find_session(reference)}/metrics")
    if as_json:
        output.print_json(answer)
        return
    figures = answer["metrics"]
    output.print_facts([(name, value) for name, value in _now(figures) if value != "-"])
    click.echo()
    print_metrics(figures)
    for note in figures.get("notes") or []:
        click.echo(f"note: {note}")


@session.command()
@click.argument("reference", metavar="SESSION")
@click.option("-f", "--follow", is_flag=True, help="Go on with new lines as they come.")
@click.option("-n", "--lines", type=click.IntRange(0, 1000), default=50, show_default=True)
@click.option("--level", help="Only these levels, such as warn,error.")
@as_json
@pass_api
def logs(api: Api, /, reference: str, follow: bool, lines: int, level: str | None, as_json: bool) -> None:
    """The log of a session."""
    found = api.find_session(reference)
    levels = set(level.split(",")) if level else None
    messages = _stream(api, found, lines) if follow else _last(api, found, lines, level)
    for message in messages:
        if message["type"] == "heartbeat" or (levels and message.get("level") not in levels):
            continue
        click.echo(json.dumps(message, ensure_ascii=False) if as_json else _line(message))


def _last(api: Api, /, session_id: str, lines: int, level: str | None) -> Iterator[dict[str, Any]]:
    if lines:
        answer = api.get(f"/sessions/{session_id}/logs", limit=lines, level=level)
        yield from ({"type": "log", **row} for row in sorted(answer["logs"], key=lambda row: row["offset"]))


def _stream(api: Api, /, session_id: str, lines: int) -> Iterator[dict[str, Any]]:
    """Messages of the log stream; after a lost connection it goes on where it was."""
    path = f"/sessions/{session_id}/logs/stream"
    query = f"?tail={lines}"
    api.get(f"/sessions/{session_id}")  # a session that is not there gets its proper error
    while True:
        try:
            stream = create_connection(
                api.websocket_url(path + query), header=api.websocket_headers, http_no_proxy=["*"]
            )
        except (WebSocketException, OSError) as error:
            raise CommandError(f"the log stream cannot be opened: {error}", Exit.UNAVAILABLE) from None
        try:
            while True:
                message = json.loads(stream.recv())
                if message.get("offset") is not None:
                    query = f"?offset={message['offset']}"
                if message["type"] in ("log", "trade", "heartbeat", "gap"):
                    yield message
        except (WebSocketConnectionClosedException, OSError):
            stream.close()
            time.sleep(_RETRY_SECONDS)
            api.get(f"/sessions/{session_id}")


def _line(message: dict[str, Any]) -> str:
    at = message["timestamp"]
    stamp = time.strftime("%H:%M:%S", time.localtime(at)) + f".{int(at * 1000) % 1000:03d}"
    level = str(message.get("level", "warn"))  # a gap has none
    text = f"{stamp}  {level.upper():<5}  {message.get('message', '')}"
    return click.style(text, fg=_COLOURS[level]) if level in _COLOURS else text


def _now(figures: dict[str, Any]) -> list[tuple[str, str]]:
    """What is so at this moment, positions included."""
    settle = figures.get("settle") or ""
    return [
        ("market time", output.clock(figures.get("market_time"))),
        ("last price", output.price(figures.get("last_price"))),
        ("equity", output.money(figures.get("equity"), settle)),
        ("open positions", output.money(figures.get("unrealised_pnl"), settle)),
        *(("position", _position(position)) for position in figures.get("position") or []),
    ]


def _position(position: dict[str, Any]) -> str:
    result = output.money(position["unrealised_pnl"], position["settle"])
    entry = output.price(position["entry_price"])
    return f"{position['side']} {position['size']:g} {position['market']} @ {entry}, {result}"
