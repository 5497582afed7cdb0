"""The database goes away for a while: sessions run on, and nothing that happens is lost."""

import os
import signal
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from schema.control import DaemonError
from schema.home import Home
from schema.states import Status
from tests.line import Line
from tests.supervisor.harness import Bench, runs, until_gone
from tests.wait import until


@pytest.fixture
def line(mariadb_url: str) -> Iterator[Line]:
    parts = urlsplit(mariadb_url)
    assert parts.hostname
    assert parts.port
    line = Line((parts.hostname, parts.port))
    yield line
    line.close()


@pytest.fixture
def bench(home: Home, mariadb_url: str, line: Line) -> Iterator[Bench]:
    """A home whose daemon reaches a real MariaDB over a line; the test itself has its own."""
    bench = Bench(home, database=mariadb_url)
    port = urlsplit(mariadb_url).port
    bench.environment["BOTYARD_DATABASE_URL"] = mariadb_url.replace(f":{port}/", f":{line.port}/")
    bench.start_daemon()
    yield bench
    bench.clear_away()


def test_ends_are_booked_when_the_database_is_back(bench: Bench, line: Line) -> None:
    killed, killed_pid = bench.start()
    finished, finished_pid = bench.start("finish", params={"seconds": 1})
    running, running_pid = bench.start()
    line.cut()
    os.kill(killed_pid, signal.SIGKILL)
    until_gone(killed_pid)
    until_gone(finished_pid)
    until(lambda: "the database is away" in bench.log.read_text())
    assert runs(running_pid)
    assert bench.row(killed).status is Status.RUNNING
    line.mend()
    assert bench.until_status(killed, Status.FAILED).exit_message == "killed by SIGKILL"
    assert bench.until_status(finished, Status.COMPLETED).trade_count == 3
    assert bench.row(running).pid == running_pid


def test_requests_are_answered_with_the_fact(bench: Bench, line: Line) -> None:
    id, pid = bench.start()
    line.cut()
    for op in ("start", "stop", "pause"):
        with pytest.raises(DaemonError) as caught:
            bench.ask(op, id=id)
        assert caught.value.code == "database_down"
    assert runs(pid)
    line.mend()
    assert bench.ask("stop", id=id)["session"]["status"] == "stopped"


def test_a_daemon_that_starts_without_its_database_adopts_later(bench: Bench, line: Line) -> None:
    id, pid = bench.start()
    bench.kill_daemon()
    line.cut()
    bench.start_daemon()
    assert runs(pid)
    line.mend()
    until(lambda: bench.events(id)[-1] == "adopted")
    assert bench.row(id).pid == pid
    os.kill(pid, signal.SIGKILL)
    bench.until_status(id, Status.FAILED)
