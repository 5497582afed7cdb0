"""A daemon that can write nothing still stops what runs."""

import resource
from collections.abc import Iterator

import pytest

from schema.control import DaemonError
from schema.home import Home
from schema.states import Status
from tests.supervisor.harness import Bench, runs, until_gone

_HARD = resource.getrlimit(resource.RLIMIT_FSIZE)[1]


@pytest.fixture
def bench(home: Home, mariadb_url: str) -> Iterator[Bench]:
    """A home whose database lies on another disk."""
    bench = Bench(home, database=mariadb_url)
    bench.environment["BOTYARD_DATABASE_URL"] = mariadb_url
    bench.start_daemon()
    yield bench
    bench.clear_away()


def test_a_stop_and_a_shutdown_need_no_space(bench: Bench) -> None:
    id, pid = bench.start()
    other, other_pid = bench.start()
    assert bench.daemon is not None
    resource.prlimit(bench.daemon.pid, resource.RLIMIT_FSIZE, (1, _HARD))
    with pytest.raises(DaemonError) as caught:
        bench.ask("pause", id=id)
    assert caught.value.code == "not_writable"
    assert bench.row(id).status is Status.RUNNING
    assert bench.ask("stop", id=id)["session"]["status"] == "stopped"
    assert not runs(pid)
    assert bench.ask("shutdown")["sessions"] == 1
    until_gone(other_pid)
    bench.daemon.wait(30)
    bench.start_daemon()
    bench.until_run(other, 2)
