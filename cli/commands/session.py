"""`botyard session ...`: everything that is done with one session, over the API."""

from typing import Any

import click

from cli import output
from cli.client import Api, CommandError, Exit
from cli.options import TIME, as_json, assignments

pass_api = click.make_pass_decorator(Api)


@click.group()
def session() -> None:
    """Create, run and look at sessions. A session is named by its id, the end of it, or its name."""


@session.command()
@click.option(
    "--type", "type_", type=click.Choice(["test", "backtest", "scraper"]), default="test", show_default=True
)
@click.option("--market", required=True, help="Such as XBTUSD, or XBTUSD+ETHUSD for a pair.")
@click.option("--strategy", help="Default: TestBot, or MarketScraper for a scraper.")
@click.option("--exchange", help="Default: the installation's exchange.")
@click.option("--name", help="Default: made up from market and type.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the strategy.")
@click.option(
    "--setting", "settings", multiple=True, metavar="NAME=VALUE", help="Such as starting_balance=2."
)
@click.option("--from", "start", type=TIME, help="Start of a backtest.")
@click.option("--to", "end", type=TIME, help="End of a backtest, exclusive.")
@click.option("--notes")
@click.option("--start", "start_now", is_flag=True, help="Start it too.")
@as_json
@pass_api
def create(api: Api, /, type_: str, strategy: str | None, params: tuple[str, ...], **given: Any) -> None:
    """Create a session."""
    body = {
        "type": type_,
        "market": given["market"],
        "strategy": strategy or ("MarketScraper" if type_ == "scraper" else "TestBot"),
        "exchange": given["exchange"],
        "name": given["name"],
        "notes": given["notes"],
        "range_start": given["start"],
        "range_end": given["end"],
        "strategy_params": assignments(params, "--param") or None,
        "settings": assignments(given["settings"], "--setting") or None,
    }
    answer = api.post("/sessions", {name: value for name, value in body.items() if value is not None})
    if given["start_now"]:
        answer = api.post(f"/sessions/{answer['session']['id']}/start")
    _tell(answer, given["as_json"])


@session.command("list")
@click.option("--status", help="Such as running,paused.")
@click.option("--type", "type_", help="Such as test,backtest.")
@click.option("--market")
@click.option("--strategy")
@click.option("--search", help="Text in name or notes.")
@click.option("--sort", default="created_at:desc", show_default=True)
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0)
@as_json
@pass_api
def list_(api: Api, /, type_: str | None, as_json: bool, **filters: Any) -> None:
    """List sessions, newest first."""
    answer = api.get("/sessions", type=type_, **filters)
    if as_json:
        output.print_json(answer)
        return
    output.print_table(
        answer["sessions"], _COLUMNS, "No sessions. Create one with: botyard session create --help"
    )
    shown = answer["offset"] + len(answer["sessions"])
    if answer["total"] > shown:
        click.echo(f"{answer['offset'] + 1} to {shown} of {answer['total']}; more with --offset {shown}")


@session.command()
@click.argument("reference", metavar="SESSION")
@as_json
@pass_api
def show(api: Api, /, reference: str, as_json: bool) -> None:
    """Show one session."""
    _tell(api.get(f"/sessions/{api.find_session(reference)}"), as_json)


@session.command()
@click.argument("reference", metavar="SESSION")
@click.option("--name")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE")
@as_json
@pass_api
def clone(api: Api, /, reference: str, name: str | None, params: tuple[str, ...], as_json: bool) -> None:
    """Make a new session with the settings of another."""
    body: dict[str, Any] = {"name": name} if name else {}
    if params:
        body["strategy_params"] = assignments(params, "--param")
    _tell(api.post(f"/sessions/{api.find_session(reference)}/clone", body), as_json)


@session.command()
@click.argument("reference", metavar="SESSION")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@pass_api
def delete(api: Api, /, reference: str, yes: bool, as_json: bool) -> None:
    """Delete a session with its files."""
    found = api.find_session(reference)
    name = api.get(f"/sessions/{found}")["session"]["name"]
    if not yes and not click.confirm(f"Delete {name!r} with its trades, logs and results?"):
        raise CommandError("nothing was deleted")
    answer = api.delete(f"/sessions/{found}")
    output.print_json(answer) if as_json else click.echo(f"deleted {name!r}")


def _ask(action: str, help_text: str) -> None:
    @click.argument("references", metavar="SESSION...", nargs=-1, required=True)
    @as_json
    @pass_api
    def command(api: Api, /, references: tuple[str, ...], as_json: bool) -> None:
        answers = [api.post(f"/sessions/{api.find_session(reference)}/{action}") for reference in references]
        if as_json:
            output.print_json(answers[0] if len(answers) == 1 else answers)
            return
        for answer in answers:
            found = answer["session"]
            pid = f", PID {found['pid']}" if found.get("pid") else ""
            click.echo(f"{output.short_id(found['id'])}  {found['name']}: {found['status']}{pid}")

    session.command(action, help=help_text)(command)


_ask("start", "Start sessions; answers when their processes are ready.")
_ask("stop", "Stop sessions; an open position is kept for the next start.")
_ask("pause", "Pause sessions: the process lives on, the strategy rests.")
_ask("resume", "Resume paused sessions.")
_ask("restart", "Stop and start sessions.")


def _tell(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        output.print_json(answer)
        return
    found = answer["session"]
    output.print_facts([(title, cell(found)) for title, cell in _FACTS if cell(found) not in ("", "-")])


def _progress(found: dict[str, Any]) -> str:
    progress = found.get("progress")
    if not progress or not progress["total"]:
        return ""
    share = 100 * progress["done"] / progress["total"]
    return f"{progress['done']:,} of {progress['total']:,} candles ({share:.0f} %)"


def _positions(found: dict[str, Any]) -> str:
    return "; ".join(
        f"{p['side']} {p['size']:g} {p['market']} @ {output.price(p['entry_price'])}"
        for p in found.get("position") or []
    )


_COLUMNS: list[output.Column] = [
    ("Id", lambda s: output.short_id(s["id"])),
    ("Name", lambda s: s["name"]),
    ("Type", lambda s: s["type"]),
    ("Market", lambda s: s["market"]),
    ("Exchange", lambda s: s["exchange"]),
    ("Strategy", lambda s: s["strategy"]),
    ("Status", lambda s: s["status"]),
    ("Trades", lambda s: str(s["trade_count"])),
    ("PnL", lambda s: output.money(s["total_pnl"])),
    ("Win", lambda s: output.percent(s["win_rate"])),
    ("Created", lambda s: output.clock(s["created_at"])),
]

_FACTS: list[output.Column] = [
    ("Id", lambda s: s["id"]),
    ("Name", lambda s: s["name"]),
    ("Type", lambda s: s["type"]),
    ("Market", lambda s: f"{s['market']} on {s['exchange']}"),
    ("Strategy", lambda s: s["strategy"]),
    ("Parameters", lambda s: ", ".join(f"{k}={v}" for k, v in (s.get("strategy_params") or {}).items())),
    ("Status", lambda s: s["status"]),
    ("PID", lambda s: str(s.get("pid") or "-")),
    ("Created", lambda s: output.clock(s.get("created_at"))),
    ("Started", lambda s: output.clock(s.get("started_at"))),
    ("Stopped", lambda s: output.clock(s.get("stopped_at"))),
    ("Heartbeat", lambda s: _age(s.get("seconds_since_update"))),
    ("Progress", _progress),
    ("Data points", lambda s: str(s.get("data_points") or "-")),
    ("Position", _positions),
    ("Trades", lambda s: str(s.get("trade_count", "-"))),
    ("PnL", lambda s: output.money(s.get("total_pnl"))),
    ("Win rate", lambda s: output.percent(s.get("win_rate"))),
    ("Drawdown", lambda s: output.percent(s.get("max_drawdown"))),
    ("Ended", lambda s: s.get("exit_message") or ""),
    ("Notes", lambda s: s.get("notes") or ""),
]


def _age(seconds: float | None) -> str:
    return "-" if seconds is None else f"{output.duration(seconds)} ago"


__all__ = ["Exit", "session"]
