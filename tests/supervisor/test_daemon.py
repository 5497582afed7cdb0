"""The daemon as a program: one for each home, its exit codes, its socket."""

import contextlib
import json
import socket
import subprocess
import sys

from tests.supervisor.harness import ROOT, Bench, title


def run(bench: Bench, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "supervisor"],
        env={**bench.environment, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
    )


def test_a_second_daemon_of_the_same_home_is_refused(shared_bench: Bench) -> None:
    second = run(shared_bench)
    assert second.returncode == 3
    assert shared_bench.daemon is not None
    assert second.stderr == (
        f"a supervisor of {shared_bench.home.root} is running already, pid {shared_bench.daemon.pid}\n"
    )
    assert shared_bench.ask("ping")["pid"] == shared_bench.daemon.pid


def test_bad_settings_are_told_one_a_line(stopped_bench: Bench) -> None:
    ended = run(stopped_bench, BOTYARD_GRACE_SECONDS="soon", BOTYARD_EXCHANGE="nowhere")
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 2


def test_ping_tells_what_runs(shared_bench: Bench) -> None:
    answer = shared_bench.ask("ping")
    assert answer["zygote"]["ready"] is True
    assert title(answer["pid"]) == "botyard supervisor"
    assert answer.keys() >= {"pid", "zygote", "started_at", "sessions", "agents", "version"}


def test_the_socket_is_for_its_owner_only(shared_bench: Bench) -> None:
    assert shared_bench.home.control_socket.stat().st_mode & 0o777 == 0o600


def test_a_connection_sends_many_requests_and_bad_ones_close_nothing(shared_bench: Bench) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(shared_bench.home.control_socket))
        lines = connection.makefile("rwb")
        lines.write(b'{"op": "ping"}\nno json\n[1]\n{"op": "ping"}\n')
        lines.flush()
        answers = [json.loads(lines.readline()) for _ in range(4)]
    assert [answer["ok"] for answer in answers] == [True, False, False, True]
    assert answers[1]["error"]["code"] == answers[2]["error"]["code"] == "bad_request"


def test_a_request_without_end_is_refused(shared_bench: Bench) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(shared_bench.home.control_socket))
        with contextlib.suppress(BrokenPipeError):  # it stops reading somewhere in the middle
            connection.sendall(b"x" * 3_000_000)
        answer = json.loads(connection.makefile("rb").readline())
    assert answer["error"]["code"] == "bad_request"


def test_detach_ends_the_daemon_only(bench: Bench) -> None:
    id, pid = bench.start()
    bench.zygote_pid()
    bench.ask("detach")
    assert bench.daemon is not None
    assert bench.daemon.wait(30) == 0
    bench.start_daemon()
    assert bench.row(id).pid == pid
