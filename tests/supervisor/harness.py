"""A real daemon in a home of its own, for tests: started, asked, killed, and cleared away by PID."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Engine

from schema.control import ControlClient, DaemonDown
from schema.db import migrate, sessions
from schema.db.engine import make_engine
from schema.db.events import page
from schema.db.models import SessionType
from schema.db.rows import SessionRow
from schema.home import Home
from schema.locks import openers, probe
from schema.processes import is_alive, read_stat
from schema.states import Status
from tests.wait import until

ROOT = Path(__file__).resolve().parents[2]


class Bench:
    """A home with a database, and at most one daemon at a time."""

    def __init__(self, home: Home, database: str | None = None, **settings: str) -> None:
        self.home = home
        self.url = database or home.database_url
        migrate.upgrade(self.url)
        self.engine: Engine = make_engine(self.url)
        self.control = ControlClient(home)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("BOTYARD_")},
            "BOTYARD_HOME": str(home.root),
            "BOTYARD_GRACE_SECONDS": "30",  # however busy the machine is
            "BOTYARD_READY_SECONDS": "30",
            **{f"BOTYARD_{name.upper()}": value for name, value in settings.items()},
        }
        self.daemon: subprocess.Popen[bytes] | None = None
        self.zygotes: set[int] = set()
        self.log = home.root / "daemon.log"

    def start_daemon(
        self, *, entry: str = "tests.supervisor.children:main", wait: bool = True, output: int | None = None
    ) -> int:
        """`output`: a descriptor for what it prints, in place of its log."""
        command = [sys.executable, "-m", "supervisor", "--entry", entry, "--preload", ""]
        with self.log.open("ab") as log:
            self.daemon = subprocess.Popen(
                command, env=self.environment, cwd=ROOT, stderr=log if output is None else output
            )
        if wait:
            until(self._answers, 15, f"the daemon: {self.log.read_text()}")
        return self.daemon.pid

    def _answers(self) -> bool:
        assert self.daemon is not None
        assert self.daemon.poll() is None, self.log.read_text()
        try:
            zygote = self.ask("ping")["zygote"]
        except DaemonDown:
            return False
        if zygote["pid"]:
            self.zygotes.add(zygote["pid"])
        return bool(zygote["ready"])

    def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        return self.control.call(op, **fields)

    def kill_daemon(self, number: signal.Signals = signal.SIGKILL) -> None:
        assert self.daemon is not None
        self.daemon.send_signal(number)
        self.daemon.wait(30)

    def zygote_pid(self) -> int:
        """The zygote that is ready."""

        def there() -> int | None:
            pid: int | None = self.ask("ping")["zygote"]["pid"]
            return pid

        pid = until(there, 15, "a zygote")
        assert pid is not None
        self.zygotes.add(pid)
        return pid

    # Sessions

    def session(self, program: str = "loop", type: SessionType = SessionType.TEST, **fields: Any) -> str:
        new = sessions.NewSession(
            type=type,
            market="XBTUSD",
            exchange=fields.pop("exchange", "sandbox"),
            strategy=program,
            strategy_params=fields.pop("params", {}),
            settings=fields,
        )
        return sessions.create(self.engine, new).id

    def start(self, program: str = "loop", **fields: Any) -> tuple[str, int]:
        """A new session, started: its id and its PID."""
        id = self.session(program, **fields)
        return id, self.ask("start", id=id)["session"]["pid"]

    def row(self, id: str) -> SessionRow:
        return sessions.get(self.engine, id)

    def until_status(self, id: str, status: Status, seconds: float = 8) -> SessionRow:
        def there() -> SessionRow | None:
            row = self.row(id)
            assert row.status is status, f"{row.status} {row.exit_message}"
            return row

        found = until(there, seconds, f"session {id} to be {status}")
        assert found is not None
        return found

    def until_run(self, id: str, run: int, seconds: float = 10) -> int:
        """Wait until a process of this run holds the lock and the row has its PID; that PID."""

        def there() -> int:
            row = self.row(id)
            info = probe(self.home.lock(id)).info
            assert row.run == run, row
            assert info is not None
            assert info.run == run
            assert info.leader_alive()
            assert row.pid == info.pid
            return info.pid

        return until(there, seconds, f"run {run} of {id}")

    def events(self, id: str) -> list[str]:
        found, _ = page(self.engine, id, limit=100, newest_first=False)
        return [event.event_type.value for event in found]

    def last_event(self, id: str) -> dict[str, Any]:
        found, _ = page(self.engine, id, limit=1)
        return found[0].event_data

    def clear_away(self) -> None:
        """End everything of this home, by PID: daemon, zygotes with their children, whoever holds a lock."""
        if self.daemon is not None and self.daemon.poll() is None:
            with contextlib.suppress(DaemonDown, AssertionError):
                self.zygote_pid()
            self.daemon.kill()
            self.daemon.wait()
        for pid in self.zygotes:
            with contextlib.suppress(psutil.NoSuchProcess):
                _kill_with_children(psutil.Process(pid))
        for path in self.home.run.glob("*.lock"):
            state = probe(path)
            if state.held and state.info is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(state.info.pid, signal.SIGKILL)
                for pid in openers(path):  # those that left its group
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
        self.engine.dispose()


def _kill_with_children(zygote: psutil.Process) -> None:
    """Its latest child may not hold its lock yet; a suspended zygote makes no more of them."""
    zygote.suspend()
    children = zygote.children()
    zygote.kill()
    for child in children:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()


def start_of(pid: int) -> int:
    stat = read_stat(pid)
    assert stat is not None
    return stat.start


def runs(pid: int) -> bool:
    stat = read_stat(pid)
    return stat is not None and is_alive(pid, stat.start)


def until_gone(pid: int, seconds: float = 5) -> None:
    until(lambda: not runs(pid), seconds, f"process {pid} to end")


def now() -> float:
    return time.monotonic()


def title(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
