"""Backtests as sessions, over real candles."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from schema.archive.imports import import_candles
from tests.stack import Stack
from tests.wait import until

DAY = 86_400
START = 1_689_724_800  # 2023-07-19, 00:00 UTC
BTC = "binance-usdm-1m-2023-07/BTC_USDT_USDT-1m-futures.feather"


@pytest.fixture(scope="module")
def recorded(stack: Stack, data_dir: Path) -> Stack:
    """The stack with a month of BTC in its archive, as Bybit's."""
    import_candles(stack.home.archive, data_dir / BTC, "bybit", "XBTUSD", "1m")
    return stack


def backtest(stack: Stack, **fields: Any) -> str:
    given = {"exchange": "bybit", "range_start": START, "range_end": START + DAY, **fields}
    return stack.create(type="backtest", strategy_params={"threshold": 0.3}, **given)


def test_a_backtest_completes_with_progress_trades_and_metrics(recorded: Stack) -> None:
    session = backtest(recorded, range_end=START + 3 * DAY)
    recorded.start(session)
    found = recorded.until_status(session, "completed", 60)
    assert found["progress"] == {"done": 3 * 1440, "total": 3 * 1440}
    trades = json.loads(recorded.home.trades(session).read_text())
    assert found["trade_count"] == len(trades) > 0
    assert all(START <= t["entry_time"] <= t["exit_time"] <= START + 3 * DAY for t in trades)
    metrics = recorded.get(f"/sessions/{session}/metrics")["metrics"]
    assert any("funding" in note for note in metrics["notes"])
    assert recorded.call("POST", f"/sessions/{session}/start")[0] == 409


def test_the_same_backtest_twice_gives_the_same_trades(recorded: Stack) -> None:
    results = []
    for _ in range(2):
        session = backtest(recorded)
        recorded.start(session)
        recorded.until_status(session, "completed", 60)
        trades = json.loads(recorded.home.trades(session).read_text())
        results.append([{k: v for k, v in t.items() if k != "session"} for t in trades])
    assert results[0] == results[1]


def test_candles_that_nobody_has_fail_the_session_and_are_named(recorded: Stack) -> None:
    session = backtest(recorded, exchange="bitmex")
    recorded.start(session)
    found = recorded.until_status(session, "failed", 60)
    assert "2023-07-19" in found["exit_message"]
    assert "XBTUSD" in found["exit_message"]


def test_missing_candles_are_fetched_from_the_exchange_first(recorded: Stack) -> None:
    session = backtest(recorded, exchange="sandbox", range_end=START + 7200)
    recorded.start(session)
    found = recorded.until_status(session, "completed", 60)
    assert found["progress"]["total"] == 120
    coverage = recorded.get("/markets/XBTUSD/coverage", exchange="sandbox")
    rows = {day["day"]: day["rows"] for day in coverage["days"]}
    assert rows["2023-07-19"] >= 120


def test_a_pair_is_backtested_as_one_trade_with_legs(recorded: Stack, data_dir: Path) -> None:
    eth = data_dir / BTC.replace("BTC", "ETH")
    import_candles(recorded.home.archive, eth, "bybit", "ETHUSD", "1m")
    session = recorded.create(
        type="backtest",
        market="XBTUSD+ETHUSD",
        strategy="PairTradeBot",
        exchange="bybit",
        range_start=START,
        range_end=START + DAY,
    )
    recorded.start(session)
    found = recorded.until_status(session, "completed", 60)
    trades = json.loads(recorded.home.trades(session).read_text())
    assert found["trade_count"] == len(trades) > 0
    assert {leg["settle"] for leg in trades[0]["legs"]} == {"BTC", "ETH"}
    assert trades[0]["settle"] == "USD"


def test_the_command_line_finds_the_same_trades_without_the_api(recorded: Stack) -> None:
    session = backtest(recorded)
    recorded.start(session)
    recorded.until_status(session, "completed", 60)
    command = [sys.executable, "-m", "cli.main", "backtest", "--market", "XBTUSD", "--exchange", "bybit"]
    options = ["--from", str(START), "--to", str(START + DAY), "--param", "threshold=0.3", "--json"]
    environment = {**recorded.environment, "BOTYARD_URL": "http://127.0.0.1:1"}
    done = subprocess.run(command + options, env=environment, capture_output=True, timeout=100, check=True)
    here = json.loads(done.stdout)["trades"]
    there = json.loads(recorded.home.trades(session).read_text())
    same = ("side", "entry_time", "exit_time", "entry_price", "exit_price", "pnl", "fees", "exit_reason")
    assert [[t[k] for k in same] for t in here] == [[t[k] for k in same] for t in there]


def test_the_command_line_records_a_run_as_a_session(recorded: Stack) -> None:
    command = [sys.executable, "-m", "cli.main", "backtest", "--session", "--name", "Recorded", "--json"]
    options = ["--market", "XBTUSD", "--exchange", "bybit", "--from", "2023-07-19", "--to", "2023-07-20"]
    done = subprocess.run(
        command + options, env=recorded.environment, capture_output=True, timeout=100, check=True
    )
    result = json.loads(done.stdout)
    found = recorded.session(result["session"]["id"])
    assert (found["name"], found["status"], found["trade_count"]) == (
        "Recorded",
        "completed",
        len(result["trades"]),
    )
    command = [word for word in command if word not in ("--json", "--name", "Recorded")]
    told = subprocess.run(
        [*command, *options, "--setting", "slippage_ticks=2"],
        env=recorded.environment,
        capture_output=True,
        timeout=100,
        check=True,
        text=True,
    ).stdout
    assert "TestBot (threshold=" in told
    assert "slippage_ticks=2*" in told
    assert "latency_ms=0 " in told
    assert "Closed trades" in told


def test_a_backtest_can_be_paused_and_stopped(recorded: Stack) -> None:
    session = backtest(recorded, range_end=START + 25 * DAY)
    recorded.start(session)
    recorded.post(f"/sessions/{session}/pause")
    done = until(lambda: recorded.session(session)["progress"], 20, "progress")["done"]
    recorded.post(f"/sessions/{session}/resume")
    until(lambda: recorded.session(session)["progress"]["done"] > done, 30, "more progress")
    assert recorded.post(f"/sessions/{session}/stop")["session"]["status"] == "stopped"
