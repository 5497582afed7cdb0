"""The main job as a user does it: create, start, watch, pause, resume, stop, clone, delete."""

import json
import os
from typing import Any

import psutil
import pytest
from simple_websocket import Client

from tests.stack import Stack
from tests.wait import until

EAGER = {"threshold": 0.05, "position_size": 100, "stop_atr": 0.3, "target_atr": 0.3}


def test_a_session_is_a_process_that_trades_until_it_is_stopped(stack: Stack) -> None:
    session = stack.create(name="BTC Test #1", strategy_params=EAGER)
    assert stack.session(session)["status"] == "created"

    pid = stack.start(session)
    assert "botyard session" in " ".join(psutil.Process(pid).cmdline())
    running = stack.session(session)
    assert (running["status"], running["pid"], running["exchange"]) == ("running", pid, "sandbox")

    until(lambda: stack.get(f"/sessions/{session}/trades")["total"] >= 1, 50, "a closed trade")
    trade = stack.get(f"/sessions/{session}/trades")["trades"][0]
    assert trade["exchange"] == "sandbox"
    assert trade["settle"] == "BTC"
    assert trade["pnl"] == pytest.approx(trade["gross_pnl"] - trade["fees"] + trade["funding"], abs=1e-8)

    stopped = stack.post(f"/sessions/{session}/stop")["session"]
    assert stopped["status"] == "stopped"
    assert not psutil.pid_exists(pid)

    found = stack.session(session)
    file = json.loads(stack.home.trades(session).read_text())
    assert found["trade_count"] == len(file)
    assert found["total_pnl"] == pytest.approx(sum(t["pnl_usd"] for t in file), abs=1e-6)
    assert stack.get(f"/sessions/{session}/equity")["equity"]
    assert stack.get(f"/sessions/{session}/metrics")["metrics"]["trade_count"] == len(file)


def test_a_paused_session_lives_and_beats_but_does_not_trade(stack: Stack) -> None:
    session = stack.create(strategy_params=EAGER)
    pid = stack.start(session)
    assert stack.post(f"/sessions/{session}/pause")["session"]["status"] == "paused"
    stack.until_logged(session, "Paused")
    before = stack.session(session)["last_updated"]
    until(lambda: stack.session(session)["last_updated"] > before, 10, "a heartbeat of the paused session")
    assert psutil.pid_exists(pid)

    assert stack.post(f"/sessions/{session}/resume")["session"]["status"] == "running"
    stack.until_logged(session, "Resumed")
    assert stack.session(session)["pid"] == pid
    stack.post(f"/sessions/{session}/stop")


def test_a_stopped_session_starts_again_with_its_position_and_its_files(stack: Stack) -> None:
    session = stack.create(strategy_params={**EAGER, "stop_atr": 20, "target_atr": 20})
    stack.start(session)
    until(lambda: stack.session(session)["position"], 50, "an open position")
    stack.post(f"/sessions/{session}/stop")
    held = stack.session(session)["position"]
    stack.start(session)
    stack.until_logged(session, "Continuing from the snapshot")
    again = until(lambda: stack.session(session)["position"], 20, "the position after the restart")
    for name in ("market", "side", "size", "entry_price"):
        assert again[0][name] == held[0][name]
    stack.post(f"/sessions/{session}/stop")


def test_wrong_calls_are_conflicts_and_change_nothing(stack: Stack) -> None:
    session = stack.create()
    for action in ("stop", "pause", "resume"):
        status, answer = stack.call("POST", f"/sessions/{session}/{action}")
        assert (status, answer["success"]) == (409, False)
        assert answer["error"]["details"]["status"] == "created"
    stack.start(session)
    assert stack.call("POST", f"/sessions/{session}/start")[0] == 409
    assert stack.call("DELETE", f"/sessions/{session}")[0] == 409
    assert stack.session(session)["status"] == "running"
    stack.post(f"/sessions/{session}/stop")


def test_a_clone_has_the_parameters_and_a_deleted_session_leaves_no_file(stack: Stack) -> None:
    session = stack.create(strategy_params=EAGER, notes="first")
    stack.start(session)
    stack.post(f"/sessions/{session}/stop")
    clone = stack.post(f"/sessions/{session}/clone", {"name": "Second"})["session"]
    assert (clone["cloned_from"], clone["status"], clone["name"]) == (session, "created", "Second")
    assert clone["strategy_params"]["threshold"] == 0.05

    assert stack.call("DELETE", f"/sessions/{session}")[0] == 200
    assert stack.call("GET", f"/sessions/{session}")[0] == 404
    assert not [path for path in stack.home.sessions.iterdir() if session in path.name]
    assert stack.get(f"/sessions/{clone['id']}")["session"]["cloned_from"] is None


def test_the_log_stream_sends_old_lines_then_new_ones_and_resumes_without_gap(stack: Stack) -> None:
    session = stack.create()
    stack.start(session)
    stack.until_logged(session, "Market data received")
    first = _read(stack, session, "?tail=200", 12)
    logged = [m for m in first if m["type"] != "heartbeat"]
    assert any(m["type"] == "log" and m["level"] == "info" for m in logged)
    resumed = _read(stack, session, f"?offset={logged[1]['offset']}", 4)
    assert [m["message"] for m in resumed if m["type"] != "heartbeat"][:2] == [
        m["message"] for m in logged[2:4]
    ]
    stack.post(f"/sessions/{session}/stop")


def test_everybody_who_listens_hears_of_every_change(stack: Stack) -> None:
    client = Client.connect(f"ws{stack.url.removeprefix('http')}/events/stream")
    session = stack.create()
    stack.start(session)
    stack.post(f"/sessions/{session}/stop")
    seen: list[dict[str, Any]] = []
    try:
        while not any(m.get("status") == "stopped" for m in seen):
            message = json.loads(client.receive(timeout=10) or "null")
            assert message is not None, seen
            if message.get("session_id") == session:
                seen.append(message)
    finally:
        client.close()
    statuses = [m["status"] for m in seen if m["type"] == "event" and m["status"]]
    assert statuses == ["created", "running", "stopped"]


def test_two_starts_at_the_same_instant_have_one_winner(stack: Stack) -> None:
    from concurrent.futures import ThreadPoolExecutor

    session = stack.create()
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: stack.call("POST", f"/sessions/{session}/start"), range(2)))
    assert sorted(status for status, _ in answers) == [200, 409]
    winner = next(answer for status, answer in answers if status == 200)
    assert stack.session(session)["pid"] == winner["session"]["pid"]
    os.kill(winner["session"]["pid"], 0)
    stack.post(f"/sessions/{session}/stop")


def _read(stack: Stack, session: str, query: str, count: int) -> list[dict[str, Any]]:
    client = Client.connect(f"ws{stack.url.removeprefix('http')}/sessions/{session}/logs/stream{query}")
    try:
        return [json.loads(client.receive(timeout=20)) for _ in range(count)]
    finally:
        client.close()
