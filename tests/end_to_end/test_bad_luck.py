"""What goes wrong, goes wrong visibly, and loses nothing."""

import json
import os
import signal
from pathlib import Path

import psutil
import pytest
from simple_websocket import ConnectionClosed

from tests.api.streaming import Stream
from tests.stack import Stack
from tests.wait import until

EAGER = {"threshold": 0.05, "position_size": 100, "stop_atr": 0.3, "target_atr": 0.3}

RAISES = """
from bots.core.strategy import Strategy

class Raises(Strategy):
    def on_tick(self, tick):
        raise RuntimeError("out of ideas")
"""
SPINS = """
from bots.core.strategy import Strategy

class Spins(Strategy):
    def on_tick(self, tick):
        while True:
            pass
"""
PRINTS = """
import sys
from bots.core.strategy import Strategy

class Prints(Strategy):
    def on_start(self):
        sys.stdout.write("x" * 1_000_000)
        self.log.info("y" * 1_000_000)
        self.log.info("printed")
"""


def write_strategy(stack: Stack, name: str, text: str) -> None:
    (stack.home.strategies / f"{name}.py").write_text(text)


def test_a_bot_killed_by_sigkill_is_failed_with_the_signal_and_can_be_started_again(stack: Stack) -> None:
    session = stack.create()
    os.kill(stack.start(session), signal.SIGKILL)
    found = stack.until_status(session, "failed")
    assert "SIGKILL" in found["exit_message"]
    pid = stack.start(session)
    assert psutil.pid_exists(pid)
    stack.post(f"/sessions/{session}/stop")


def test_a_strategy_that_raises_fails_its_session_and_says_why(stack: Stack) -> None:
    write_strategy(stack, "raises", RAISES)
    session = stack.create(strategy="Raises")
    stack.start(session)
    found = stack.until_status(session, "failed")
    assert "raises.py, line 6: RuntimeError: out of ideas (at 20" in found["exit_message"]
    assert "raises.py, line 6: RuntimeError: out of ideas" in stack.log_text(session)


def test_a_strategy_that_loops_forever_goes_stale_and_can_be_stopped(stack: Stack) -> None:
    write_strategy(stack, "spins", SPINS)
    session = stack.create(strategy="Spins")
    pid = stack.start(session)
    until(lambda: psutil.Process(pid).cpu_times().user > 0.3, 20, "the strategy to spin")
    last = stack.session(session)["last_updated"]
    assert stack.post(f"/sessions/{session}/stop")["session"]["status"] == "stopped"
    assert not psutil.pid_exists(pid)
    assert stack.session(session)["last_updated"] - last <= 1


def test_a_strategy_that_prints_a_megabyte_keeps_its_log_in_bounds(stack: Stack) -> None:
    write_strategy(stack, "prints", PRINTS)
    session = stack.create(strategy="Prints")
    stack.start(session)
    stack.until_logged(session, '"printed"')
    assert max(len(line) for line in stack.log_text(session).splitlines()) <= 65_536
    stack.post(f"/sessions/{session}/stop")


def test_a_strategy_that_does_not_load_is_shown_with_its_error_and_harms_nothing(stack: Stack) -> None:
    write_strategy(stack, "broken", "from nowhere import nothing\n")
    listed = {row["id"]: row for row in stack.get("/strategies")["strategies"]}
    assert "nowhere" in listed["broken"]["error"]
    assert listed["TestBot"]["error"] is None
    (stack.home.strategies / "broken.py").unlink()


def test_a_strategy_that_stops_loading_is_the_answer_to_its_start(stack: Stack) -> None:
    write_strategy(stack, "fickle", RAISES.replace("Raises", "Fickle"))
    session = stack.create(strategy="Fickle")
    write_strategy(stack, "fickle", "class Fickle(\n")
    status, answer = stack.call("POST", f"/sessions/{session}/start")
    assert status >= 400
    assert "fickle.py" in answer["error"]["message"]
    assert stack.session(session)["status"] == "created"
    assert stack.session(session)["pid"] is None
    (stack.home.strategies / "fickle.py").unlink()


def test_files_that_cannot_be_written_are_the_answer_to_the_start(stack: Stack) -> None:
    session = stack.create()
    stack.home.trades(session).mkdir()
    status, answer = stack.call("POST", f"/sessions/{session}/start")
    assert status >= 400
    assert "trades_" in answer["error"]["message"]
    assert stack.session(session)["status"] == "created"
    stack.home.trades(session).rmdir()


def test_a_torn_trades_file_is_mended_and_keeps_every_whole_trade(stack: Stack) -> None:
    session = stack.create(strategy_params=EAGER)
    stack.start(session)
    until(lambda: stack.get(f"/sessions/{session}/trades")["total"] >= 2, 60, "two trades")
    stack.post(f"/sessions/{session}/stop")
    path: Path = stack.home.trades(session)
    whole = json.loads(path.read_text())
    path.write_bytes(path.read_bytes().rstrip()[:-1] + b',\n{"id": 3, "side": "LO')
    stack.start(session)
    stack.post(f"/sessions/{session}/stop")
    assert json.loads(path.read_text())[: len(whole)] == whole
    assert stack.session(session)["trade_count"] >= len(whole)


def test_a_restart_policy_starts_a_crashed_session_again_from_its_snapshot(stack: Stack) -> None:
    session = stack.create(settings={"restart": {"policy": "on-failure", "delay": 0.1}})
    pid = stack.start(session)
    os.kill(pid, signal.SIGKILL)

    def again() -> bool:
        found = stack.session(session)
        return found["status"] == "running" and found["pid"] not in (None, pid)

    until(again, 20, "the session to run again")
    stack.post(f"/sessions/{session}/stop")


@pytest.mark.parametrize("name", ["../../etc/passwd", "no-id", "00000000-0000-0000-0000-000000000000"])
def test_an_id_that_is_none_is_not_found(stack: Stack, name: str) -> None:
    status, answer = stack.call("GET", f"/sessions/{name}")
    assert status == 404
    assert answer["success"] is False


def test_a_killed_api_lets_go_of_its_streams_and_the_next_one_takes_them(stack: Stack) -> None:
    with Stream(stack.url, "/events/stream") as stream:
        stack.kill("web")
        with pytest.raises(ConnectionClosed):
            _ = [stream.next() for _ in range(1_000)]
    stack.start_web()
    session = stack.create()
    with Stream(stack.url, "/events/stream") as stream:
        stack.start(session)
        assert stream.next()["session_id"] == session
