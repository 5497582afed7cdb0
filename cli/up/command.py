"""The command `botyard up`."""

import os
import socket
import sys
from pathlib import Path

import click

from cli.client import CommandError, Exit
from cli.ownership import ForeignPackages, require_own_packages
from cli.up.compiling import compile_in_background
from cli.up.log import Log
from cli.up.predecessor import AlreadyUp, end_leftovers, record_parts, take_home
from cli.up.procfile import ProcfileError, read_procfile
from cli.up.readiness import announce_when_ready
from cli.up.runner import Runner
from schema.control import ControlClient
from schema.settings import Settings, load_settings
from schema.subreaper import become_subreaper

_PROCFILE = Path(__file__).resolve().parents[2] / "Procfile"
_SHUTDOWN_SECONDS = 60.0


@click.command()
@click.option(
    "--procfile",
    type=click.Path(dir_okay=False, path_type=Path),
    default=_PROCFILE,
    help="What to run; default: Botyard's own.",
)
def up(procfile: Path) -> None:
    """Run all of Botyard in the foreground: API, supervisor and what that starts. Ctrl-C ends it in order."""
    settings = load_settings()
    try:
        require_own_packages()
        entries = read_procfile(procfile)
        lock = take_home(settings.home.ensure())
    except (ForeignPackages, ProcfileError, OSError) as error:
        raise CommandError(str(error), Exit.FAILED) from None
    except AlreadyUp as error:
        raise CommandError(str(error), Exit.CONFLICT) from None
    try:
        log = Log(sys.stdout, [entry.name for entry in entries])
        for name in end_leftovers(settings.home, settings.grace_seconds):
            log.own(f"ended {name} of an earlier run that was killed")
        _require_free_port(settings)
        _upgrade(settings)
        become_subreaper()
        runner = Runner(
            entries,
            procfile.resolve().parent,
            _environment(settings),
            log,
            on_change=lambda parts: record_parts(settings.home, parts),
            orderly=("supervisor", lambda: _shut_down(settings)),
            end_seconds=settings.grace_seconds,
        )
        announce_when_ready(_own_url(settings), settings.token, log.own)
        compile_in_background(_environment(settings), log.own)
        runner.run()
        log.own("ended")
    finally:
        lock.release()


def _require_free_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise CommandError(
                f"the API cannot listen on {settings.host}:{settings.port}: {error.strerror}. "
                "Choose another port with BOTYARD_PORT",
                Exit.UNAVAILABLE,
            ) from None


def _upgrade(settings: Settings) -> None:
    from schema.db.errors import DatabaseDown
    from schema.db.migrate import MigrationError, upgrade

    try:
        upgrade(settings.database_url)
    except DatabaseDown as error:
        raise CommandError(f"the database cannot be reached: {error}", Exit.UNAVAILABLE) from None
    except MigrationError as error:
        raise CommandError(str(error), Exit.FAILED) from None


def _shut_down(settings: Settings) -> None:
    ControlClient(settings.home).call("shutdown", timeout=_SHUTDOWN_SECONDS)


def _own_url(settings: Settings) -> str:
    """Where the API that is started here listens, whatever BOTYARD_URL names for the command line."""
    return settings.model_copy(update={"client_url": None}).url


def _environment(settings: Settings) -> dict[str, str]:
    """For the parts: the programs of this installation first, and paths that hold in another folder too."""
    programs = str(Path(sys.executable).parent)
    changed = {
        "PATH": os.pathsep.join([programs, os.environ.get("PATH", os.defpath)]),
        "PYTHONUNBUFFERED": "1",
        "BOTYARD_HOME": str(settings.home.root),
    }
    if settings.sandbox_replay:
        changed["BOTYARD_SANDBOX_REPLAY"] = str(settings.sandbox_replay.absolute())
    if settings.database and settings.database.startswith("sqlite:///"):
        path = Path(settings.database.removeprefix("sqlite:///")).absolute()
        changed["BOTYARD_DATABASE_URL"] = f"sqlite:///{path}"
    return {**os.environ, **changed}
