"""Sessions that end by themselves, or are ended by somebody else."""

import os
import signal
import time
from typing import Any

import pytest

from schema.home import Home
from schema.locks import probe
from schema.states import Status
from tests.supervisor.harness import Bench, until_gone
from tests.wait import until

ON_FAILURE: dict[str, Any] = {
    "restart": {"policy": "on-failure", "delay": 0.05, "max_delay": 0.2, "limit": 2}
}


@pytest.fixture
def bench(shared_bench: Bench) -> Bench:
    return shared_bench


def test_a_killed_session_is_failed_with_the_signal(bench: Bench) -> None:
    id, pid = bench.start()
    os.kill(pid, signal.SIGKILL)
    row = bench.until_status(id, Status.FAILED)
    assert (row.exit_signal, row.exit_outcome, row.exit_message) == (9, "killed", "killed by SIGKILL")
    assert row.pid is None
    assert bench.last_event(id)["message"] == "killed by SIGKILL"


def test_what_a_killed_session_started_is_killed_too(bench: Bench) -> None:
    id, pid = bench.start("parent")
    os.kill(pid, signal.SIGKILL)
    bench.until_status(id, Status.FAILED)
    until(lambda: not probe(bench.home.lock(id)).held)


def test_a_strategy_that_raises_leaves_its_error(bench: Bench) -> None:
    id, _ = bench.start("crash")
    row = bench.until_status(id, Status.FAILED)
    assert (row.exit_code, row.exit_message) == (70, "RuntimeError: the strategy broke")
    assert "raise RuntimeError" in "\n".join(bench.last_event(id)["traceback"])
    assert "raise RuntimeError" in bench.home.out(id).read_text()


def test_a_code_of_zero_without_a_word_completes_nothing(bench: Bench) -> None:
    id, _ = bench.start("exits")
    row = bench.until_status(id, Status.FAILED)
    assert row.exit_message == "ended with code 0 and did not say why"


def test_a_failed_session_can_be_started_again(bench: Bench) -> None:
    id, pid = bench.start()
    os.kill(pid, signal.SIGKILL)
    bench.until_status(id, Status.FAILED)
    assert bench.ask("start", id=id)["session"]["run"] == 2


def test_the_restart_policy_starts_again_and_gives_up_at_its_limit(bench: Bench) -> None:
    id, _ = bench.start("crash", **ON_FAILURE)
    row = bench.until_status(id, Status.FAILED, 15)
    assert (row.run, row.restarts) == (3, 2)
    assert row.exit_message == "RuntimeError: the strategy broke; given up after 2 starts in a row"
    assert bench.events(id) == [
        "created",
        "started",
        *["error", "restarted"] * 2,
        "failed",
    ]


def test_the_restart_policy_covers_trouble_outside(bench: Bench) -> None:
    id, _ = bench.start("trouble", **ON_FAILURE)
    assert bench.until_status(id, Status.FAILED, 15).run == 3


def test_a_bad_specification_is_never_tried_again(bench: Bench) -> None:
    id, _ = bench.start("wrong_later", **ON_FAILURE)
    row = bench.until_status(id, Status.FAILED)
    assert (row.run, row.exit_code) == (1, 64)


def test_a_session_that_waits_for_its_restart_can_be_stopped(bench: Bench) -> None:
    waiting: dict[str, Any] = {"restart": {"policy": "on-failure", "delay": 60, "max_delay": 60, "limit": 5}}
    id, pid = bench.start("crash", params={"seconds": 0}, **waiting)
    until_gone(pid)
    until(lambda: bench.events(id)[-1] == "error")
    assert bench.row(id).status is Status.RUNNING
    assert bench.ask("stop", id=id)["session"]["status"] == "stopped"
    assert bench.ask("start", id=id)["session"]["run"] == 2


def test_a_session_that_waits_for_its_restart_can_be_paused(bench: Bench) -> None:
    soon: dict[str, Any] = {"restart": {"policy": "on-failure", "delay": 1, "max_delay": 1, "limit": 5}}
    id, pid = bench.start(**soon)
    os.kill(pid, signal.SIGKILL)
    until(lambda: bench.events(id)[-1] == "error")
    assert bench.ask("pause", id=id)["session"]["status"] == "paused"
    bench.until_run(id, 2)
    until(lambda: "paused" in bench.home.actual(id).read_text())


def test_a_termination_that_nobody_asked_for_is_no_end(bench: Bench) -> None:
    id, pid = bench.start()
    os.kill(pid, signal.SIGTERM)
    bench.until_run(id, 2)
    assert bench.row(id).status is Status.RUNNING
    assert bench.events(id) == ["created", "started", "restarted"]


def test_a_paused_session_comes_back_paused(bench: Bench) -> None:
    id, pid = bench.start()
    bench.ask("pause", id=id)
    os.kill(pid, signal.SIGTERM)
    bench.until_run(id, 2)
    assert bench.row(id).status is Status.PAUSED
    until(lambda: "paused" in bench.home.actual(id).read_text())


def test_a_stopped_process_is_killed_without_waiting_for_the_grace_period(home: Home) -> None:
    bench = Bench(home, grace_seconds="30")
    try:
        bench.start_daemon()
        id, pid = bench.start()
        os.kill(pid, signal.SIGSTOP)
        before = time.monotonic()
        bench.ask("stop", id=id)
        assert time.monotonic() - before < 5
        until_gone(pid)
    finally:
        bench.clear_away()
