"""`botyard doctor`: checks what Botyard needs, and says what to do where something is amiss. Needs no API."""

import os
import platform
import resource
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version

import click

from cli import output
from cli.client import Api, CommandError, Exit
from cli.options import as_json
from cli.worker import run_task
from schema.control import ControlClient, DaemonDown
from schema.settings import Settings, load_settings

_LEAST_FREE_BYTES = 1_000_000_000
_ENOUGH_DESCRIPTORS = 4_096
_PACKAGES = ("botyard", "flask", "sqlalchemy", "pymysql", "ccxt", "pandas", "pyarrow")


@dataclass(frozen=True)
class Finding:
    """One thing that was checked; `level` is ok, warn or fail, `advice` what to do about it."""

    subject: str
    level: str
    found: str
    advice: str = ""


@click.command()
@as_json
def doctor(as_json: bool) -> None:
    """Check database, ports, disk, exchange and versions; exits 1 where something fails."""
    settings = load_settings()
    findings = [finding for check in _CHECKS for finding in check(settings)]
    failed = sum(finding.level == "fail" for finding in findings)
    if as_json:
        output.print_json({"findings": [asdict(f) for f in findings], "failed": failed})
    else:
        for finding in findings:
            _tell(finding)
    if failed:
        raise CommandError(f"{failed} of {len(findings)} checks failed", Exit.FAILED)


def _tell(finding: Finding) -> None:
    colour = {"ok": "green", "warn": "yellow", "fail": "red"}[finding.level]
    click.echo(f"{click.style(finding.level.ljust(4), fg=colour)}  {finding.subject}: {finding.found}")
    if finding.advice:
        click.echo(f"      {finding.advice}")


def _versions(settings: Settings) -> Iterator[Finding]:
    found = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    yield Finding("versions", "ok", f"Python {platform.python_version()}, {found}")


def _home(settings: Settings) -> Iterator[Finding]:
    home = settings.home
    try:
        home.ensure()
    except OSError as error:
        yield Finding(
            "home", "fail", f"{home.root}: {error.strerror}", "set BOTYARD_HOME to a folder you may write to"
        )
        return
    if not os.access(home.run, os.W_OK):
        yield Finding("home", "fail", f"{home.root} is not writable", "give it to the user that runs Botyard")
        return
    yield Finding("home", "ok", str(home.root))
    free = shutil.disk_usage(home.root).free
    text = f"{free / 1e9:.1f} GB free"
    if free < _LEAST_FREE_BYTES:
        yield Finding(
            "disk", "warn", text, "logs and archive need room: delete old sessions or move BOTYARD_HOME"
        )
    else:
        yield Finding("disk", "ok", text)


def _limits(settings: Settings) -> Iterator[Finding]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    text = f"{soft} open files (at most {hard})"
    if hard != resource.RLIM_INFINITY and hard < _ENOUGH_DESCRIPTORS:
        yield Finding(
            "limits", "warn", text, "a thousand sessions need more: raise 'ulimit -n' or LimitNOFILE"
        )
    else:
        yield Finding("limits", "ok", text)


def _database(settings: Settings) -> Iterator[Finding]:
    from schema.db.errors import DatabaseDown
    from schema.db.migrate import current, is_current

    kind = "MySQL/MariaDB" if settings.database_url.startswith("mysql") else "SQLite"
    try:
        if is_current(settings.database_url):
            yield Finding("database", "ok", f"{kind}, revision {current(settings.database_url)}")
        else:
            yield Finding("database", "fail", f"{kind}, tables are missing or old", "run: botyard db upgrade")
    except DatabaseDown as error:
        yield Finding("database", "fail", f"{kind}: {error}", "start it, or correct BOTYARD_DATABASE_URL")


def _supervisor(settings: Settings) -> Iterator[Finding]:
    try:
        answer = ControlClient(settings.home).call("ping", timeout=5)
    except DaemonDown as error:
        yield Finding("supervisor", "warn", str(error), "start it with: botyard up")
        return
    yield Finding("supervisor", "ok", f"PID {answer['pid']}, {answer['sessions']} sessions running")


def _api(settings: Settings) -> Iterator[Finding]:
    try:
        Api(settings).get("/healthz")
        yield Finding("API", "ok", f"answers at {settings.url}")
    except CommandError:
        yield _port(settings)


def _port(settings: Settings) -> Finding:
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            return Finding(
                "port",
                "fail",
                f"{settings.host}:{settings.port}: {error.strerror}",
                "choose another with BOTYARD_PORT",
            )
    return Finding(
        "port", "warn", f"{settings.port} is free: the API is not running", "start it with: botyard up"
    )


def _engine(settings: Settings) -> Iterator[Finding]:
    try:
        *_, found = run_task("compile", {"look": True})
    except CommandError as error:
        yield Finding("backtest engine", "warn", str(error))
        return
    if found["compiled"]:
        yield Finding("backtest engine", "ok", f"compiled, in {found['folder']}")
    elif found["folder"]:
        yield Finding(
            "backtest engine", "ok", "not compiled yet: the first large backtest, or botyard up, does it"
        )
    else:
        yield Finding(
            "backtest engine",
            "warn",
            "what is compiled cannot be kept: each large backtest compiles anew",
            "let XDG_CACHE_HOME name a folder that you may write to",
        )


def _exchange(settings: Settings) -> Iterator[Finding]:
    try:
        for message in run_task("check-exchange", {"exchange": settings.exchange}):
            yield Finding("exchange", "ok", message["message"])
    except CommandError as error:
        yield Finding(
            "exchange",
            "warn",
            f"{settings.exchange}: {error}",
            _EXCHANGE_ADVICE[settings.exchange == "sandbox"],
        )


_EXCHANGE_ADVICE = {
    True: "the sandbox runs with the supervisor: botyard up",
    False: "check the network, or use the built-in exchange with BOTYARD_EXCHANGE=sandbox",
}

_CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    _versions,
    _home,
    _limits,
    _database,
    _supervisor,
    _api,
    _engine,
    _exchange,
)
