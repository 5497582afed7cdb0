"""Supervisor, API and data agent may die at any instant: sessions trade on, none lost, none doubled."""

import os
import signal
import time
from collections.abc import Iterator

import psutil
import pytest

from schema.home import Home
from tests.stack import Stack, running_stack
from tests.wait import until


@pytest.fixture
def own_stack(home: Home, free_port: int) -> Iterator[Stack]:
    with running_stack(home, free_port, sandbox_speed=30) as stack:
        yield stack


def processes_of(stack: Stack, sessions: list[str]) -> dict[str, list[int]]:
    """PIDs by session, from the process table itself."""
    found: dict[str, list[int]] = {session: [] for session in sessions}
    for process in psutil.process_iter(["cmdline", "status"]):
        title = " ".join(process.info["cmdline"] or [])
        for session in sessions:
            if title.startswith(f"botyard session {session}"):
                found[session].append(process.pid)
    return found


def test_a_killed_daemon_adopts_every_session_when_it_is_started_again(own_stack: Stack) -> None:
    stack = own_stack
    sessions = [stack.create() for _ in range(5)]
    pids = {session: stack.start(session) for session in sessions}
    stack.post(f"/sessions/{sessions[0]}/pause")

    stack.kill("supervisor")
    status, answer = stack.call("POST", f"/sessions/{sessions[1]}/stop")
    assert (status, answer["error"]["code"]) == (503, "daemon_down")
    assert all(psutil.pid_exists(pid) for pid in pids.values())

    stack.start_supervisor()
    assert processes_of(stack, sessions) == {session: [pid] for session, pid in pids.items()}
    assert [stack.session(s)["status"] for s in sessions] == ["paused"] + ["running"] * 4
    assert stack.post(f"/sessions/{sessions[0]}/resume")["session"]["pid"] == pids[sessions[0]]
    for session in sessions:
        stack.post(f"/sessions/{session}/stop")
    assert not any(psutil.pid_exists(pid) for pid in pids.values())


def test_a_bot_that_died_while_the_daemon_was_away_is_failed_with_its_signal(own_stack: Stack) -> None:
    stack = own_stack
    session = stack.create()
    pid = stack.start(session)
    stack.kill("supervisor")
    os.kill(pid, signal.SIGKILL)
    stack.start_supervisor()
    assert "SIGKILL" in stack.until_status(session, "failed")["exit_message"]


def test_a_shutdown_brings_running_and_paused_sessions_back(own_stack: Stack) -> None:
    stack = own_stack
    running, paused, stopped = (stack.create() for _ in range(3))
    for session in (running, paused, stopped):
        stack.start(session)
    stack.post(f"/sessions/{paused}/pause")
    stack.post(f"/sessions/{stopped}/stop")
    before = stack.session(running)["pid"]

    from schema.control import ControlClient

    ControlClient(stack.home).call("shutdown", timeout=30)
    stack.parts.pop("supervisor").wait(20)
    assert not psutil.pid_exists(before)

    stack.start_supervisor()
    stack.until_status(running, "running")
    until(lambda: stack.session(running)["pid"] not in (None, before), 20, "a new process")
    stack.until_status(paused, "paused")
    assert stack.session(stopped)["status"] == "stopped"


def test_sessions_trade_on_while_the_api_is_away(own_stack: Stack) -> None:
    stack = own_stack
    session = stack.create()
    pid = stack.start(session)
    stack.kill("web")
    stack.until_logged(session, "unreachable")
    size = stack.home.log(session).stat().st_size
    until(lambda: stack.home.log(session).stat().st_size > size, 20, "the log to grow")
    stack.start_web()
    now = time.time()
    until(lambda: stack.session(session)["last_updated"] >= int(now), 20, "a heartbeat")
    assert stack.session(session)["pid"] == pid


def test_a_killed_data_agent_comes_back_and_sessions_go_on(own_stack: Stack) -> None:
    stack = own_stack
    session = stack.create()
    stack.start(session)
    stack.until_logged(session, "Market data received")
    (agent,) = [a for a in stack.agents() if a["name"] == "data-sandbox"]
    os.kill(agent["pid"], signal.SIGKILL)
    until(lambda: _is_new(stack, agent["pid"]), 30, "a new data agent")
    seen = stack.session(session)["market_time"]
    until(lambda: (stack.session(session)["market_time"] or 0) > (seen or 0) + 5, 30, "newer market data")
    assert stack.session(session)["status"] == "running"


def _is_new(stack: Stack, pid: int) -> bool:
    found = [a for a in stack.agents() if a["name"] == "data-sandbox"]
    return bool(found) and found[0]["state"] == "running" and found[0]["pid"] != pid
