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
from cli.options import as_json

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
    output.print_table(answer["trades"], _TRADE_COLUMNS, "No trades yet.")
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
    output.print_facts(list(flatten(answer["metrics"])))


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


def flatten(figures: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Names and values of nested figures, for people."""
    for name, value in figures.items():
        title = f"{prefix}{name}".replace("_", " ")
        if isinstance(value, dict):
            yield from flatten(value, f"{title} ")
        elif isinstance(value, list):
            yield title, ", ".join(map(str, value)) or "-"
        else:
            yield title, _figure(value)


def _figure(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:,.10g}" if isinstance(value, float) else str(value)


_TRADE_COLUMNS: list[output.Column] = [
    ("Closed", lambda t: output.clock(t["exit_time"])),
    ("Side", lambda t: t["side"]),
    ("Size", lambda t: f"{t['size']:g}"),
    ("Entry", lambda t: output.price(t["entry_price"])),
    ("Exit", lambda t: output.price(t["exit_price"])),
    ("PnL", lambda t: output.money(t["pnl"], t["settle"])),
    ("Fees", lambda t: output.money(-t["fees"], t["settle"])),
    ("In USD", lambda t: output.money(t["pnl_usd"])),
    ("Held", lambda t: output.duration(t["exit_time"] - t["entry_time"])),
    ("Entered", lambda t: t["entry_reason"]),
    ("Left", lambda t: t["exit_reason"]),
]
