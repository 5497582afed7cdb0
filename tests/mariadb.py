"""A private MariaDB server in a temporary directory: one for a whole test run, shared by its workers."""

import fcntl
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from select import poll

import pymysql
import pytest

from tests.needs import leave_out

_numbers = itertools.count()


@dataclass(frozen=True)
class MariaDb:
    """A running server; root has no password. `guard` is the process that it belongs to."""

    port: int
    socket: str
    guard: int

    def url(self, database: str) -> str:
        return f"mysql+pymysql://root@127.0.0.1:{self.port}/{database}?charset=utf8mb4"

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """URL of an empty database, dropped afterwards."""
        name = f"test_{os.getpid()}_{next(_numbers)}"
        self.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name}")

    def execute(self, statement: str) -> None:
        connection = pymysql.connect(unix_socket=self.socket, user="root", autocommit=True)
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()

    def stop(self) -> None:
        """End the server and wait until it is gone with its files."""
        guard = os.pidfd_open(self.guard)
        try:
            signal.pidfd_send_signal(guard, signal.SIGTERM)
            ended = poll()
            ended.register(guard)
            ended.poll(30_000)
        finally:
            os.close(guard)


def shared_server(basetemp: Path) -> MariaDb:
    """The test run's server, started by the first worker that asks; it ends with the test run.

    Args:
        basetemp: the worker's base directory for temporary files.
    """
    worker = "PYTEST_XDIST_WORKER" in os.environ
    common, owner = (basetemp.parent, os.getppid()) if worker else (basetemp, os.getpid())
    with (common / "mariadb.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        note = common / "mariadb.json"
        if not note.exists():
            note.write_text(json.dumps(asdict(start_server(owner))))
        return MariaDb(**json.loads(note.read_text()))


def start_server(owner: int | None = None) -> MariaDb:
    """Start a server of one's own, for a test that takes it away.

    Args:
        owner: PID of the process with which it ends at the latest; by default this one.
    """
    guard = Path(__file__).with_name("mariadb_guard.py")
    programs = [_program("mariadbd"), _program("mariadb-install-db")]
    command = [sys.executable, str(guard), str(owner or os.getpid()), *programs]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert started.stdout is not None
    with started.stdout:
        line = started.stdout.readline()
    if not line:
        pytest.fail(f"the private MariaDB server did not start: exit code {started.wait()}", pytrace=False)
    started.returncode = 0  # watched by its pidfd from here on; Popen would warn of a child still running
    return MariaDb(**json.loads(line))


def _program(name: str) -> str:
    """Debian keeps the server in /usr/sbin, which an ordinary user's PATH lacks."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if not found:
        leave_out(f"{name} is not installed (Debian: apt-get install mariadb-server)")
    return found
