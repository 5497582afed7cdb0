"""The zygote: what it forks, what it outlives, when it goes."""

import asyncio
import os
import signal
import socket
import subprocess
import sys

import pytest

from schema.home import Home
from schema.processes import read_stat
from schema.states import Status
from supervisor.zygote_client import ZygoteClient, ZygoteLost
from tests.supervisor.harness import ROOT, Bench, runs, title, until_gone
from tests.wait import until


def test_it_is_single_threaded_and_leads_a_session_of_its_own(bench: Bench) -> None:
    zygote = bench.zygote_pid()
    assert len(os.listdir(f"/proc/{zygote}/task")) == 1
    assert os.getsid(zygote) == zygote
    assert title(zygote) == "botyard zygote"
    address = next(bench.home.run.glob("zygote-*.sock"))
    assert address.stat().st_mode & 0o777 == 0o600


def test_it_knows_no_secret_of_the_daemons(stopped_bench: Bench) -> None:
    stopped_bench.environment["BOTYARD_TOKEN"] = "a-secret-of-sixteen"
    stopped_bench.environment["BOTYARD_DATABASE_URL"] = stopped_bench.url
    stopped_bench.start_daemon()
    id, _ = stopped_bench.start("tell")
    told = stopped_bench.home.out(id).read_text()
    assert "BOTYARD_HOME" in told
    assert "BOTYARD_TOKEN" not in told
    assert "BOTYARD_DATABASE_URL" not in told
    assert "OPENBLAS_NUM_THREADS=1" in told


def test_its_children_outlive_it_and_are_watched(bench: Bench) -> None:
    id, pid = bench.start()
    other, other_pid = bench.start()
    first = bench.zygote_pid()
    os.kill(first, signal.SIGKILL)
    until(lambda: bench.zygote_pid() != first, 15)
    assert runs(pid)
    stat = read_stat(pid)
    assert stat is not None
    assert bench.daemon is not None
    assert stat.parent == bench.daemon.pid
    os.kill(pid, signal.SIGKILL)
    assert bench.until_status(id, Status.FAILED).exit_signal == 9
    assert bench.ask("stop", id=other)["session"]["status"] == "stopped"
    assert not runs(other_pid)
    assert read_stat(other_pid) is None


def test_a_start_right_after_its_death_works(bench: Bench) -> None:
    os.kill(bench.zygote_pid(), signal.SIGKILL)
    _, pid = bench.start()
    assert runs(pid)
    bench.zygote_pid()


def test_a_zygote_that_hangs_is_killed_and_replaced(home: Home) -> None:
    """Else it would hold up every start for ever."""

    async def scenario() -> None:
        lost: list[None] = []
        client = ZygoteClient(
            home, lambda: lost.append(None), "tests.supervisor.children:main", (), answer_seconds=2
        )
        await client.ensure()
        first = client.pid
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        with pytest.raises(ZygoteLost):
            await client.find("nobody")
        while not lost:
            await asyncio.sleep(0.01)
        assert await client.find("nobody") is None
        assert client.pid != first
        os.waitpid(first, 0)
        await client.retire()

    asyncio.run(scenario())


def test_newer_code_gets_a_zygote_of_its_own_and_the_old_one_goes_with_its_last_child(bench: Bench) -> None:
    id, pid = bench.start()
    old = bench.zygote_pid()
    bench.kill_daemon(signal.SIGTERM)
    bench.start_daemon(entry="tests.supervisor.children:main_of_newer_code")
    new = bench.zygote_pid()
    assert new != old
    assert runs(old)
    agents = [agent["pid"] for agent in bench.ask("agents")["agents"]]
    other, _ = bench.start()
    bench.ask("stop", id=id)
    assert not runs(pid)
    for agent in agents:
        os.kill(agent, signal.SIGKILL)
    until_gone(old)
    assert bench.ask("stop", id=other)["session"]["status"] == "stopped"


def test_without_a_daemon_and_without_children_it_goes(bench: Bench) -> None:
    read_end, write_end = os.pipe()
    command = [sys.executable, "-m", "supervisor.zygote", "--home", str(bench.home.root), "--name", "lonely"]
    command += ["--entry", "tests.supervisor.children:main", "--ready-fd", str(write_end)]
    zygote = subprocess.Popen([*command, "--orphan-seconds", "2"], cwd=ROOT, pass_fds=[write_end])
    os.close(write_end)
    assert os.read(read_end, 16) == b"ready\n"
    os.close(read_end)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.connect(str(bench.home.zygote_socket("lonely")))
        connection.settimeout(30)
        connection.send(b'{"op": "find", "rid": 1, "id": "nobody"}')
        assert connection.recv(1000) == b'{"rid": 1, "child": null}'
    assert zygote.wait(30) == 0
    assert not bench.home.zygote_socket("lonely").exists()


def test_daemon_and_zygote_outlive_whoever_read_the_daemons_output(stopped_bench: Bench) -> None:
    """As after a `botyard up` that was killed: only the daemon had its pipe, and ends in order."""
    bench = stopped_bench
    read_end, write_end = os.pipe()
    bench.start_daemon(output=write_end)
    os.close(write_end)
    zygote = bench.zygote_pid()
    id, pid = bench.start()
    pipe = os.fstat(read_end).st_ino
    for process in (zygote, pid, *(agent["pid"] for agent in bench.ask("agents")["agents"])):
        assert [fd for fd in (0, 1, 2) if os.stat(f"/proc/{process}/fd/{fd}").st_ino == pipe] == []
    os.close(read_end)
    assert os.readlink(f"/proc/{zygote}/fd/2") == str(bench.home.zygote_out)
    other, other_pid = bench.start()
    assert bench.ask("stop", id=other)["session"]["status"] == "stopped"
    assert not runs(other_pid)
    bench.kill_daemon(signal.SIGTERM)
    assert bench.daemon is not None
    assert bench.daemon.returncode == 0
    bench.start_daemon()
    assert (bench.zygote_pid(), bench.row(id).pid) == (zygote, pid)


def test_what_the_zygote_prints_is_capped(bench: Bench) -> None:
    bench.zygote_pid()
    with bench.home.zygote_out.open("ab") as out:  # as C code would, past the capping object
        out.write(b"x" * 1_100_000)
    until(lambda: bench.home.zygote_out.stat().st_size < 1_000, 5, "a new file")
    assert bench.home.zygote_out.with_name("zygote.out.1").exists()
