"""Backtest sessions in the ledger of runs, and what a strategy that raises leaves of one."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from schema.archive.imports import import_candles
from schema.files import ledger
from tests.stack import Stack

DAY = 86_400
START = 1_689_724_800  # 2023-07-19, 00:00 UTC
BTC = "binance-usdm-1m-2023-07/BTC_USDT_USDT-1m-futures.feather"
RAISES = """
from bots.core.strategy import Strategy


class Raises(Strategy):
    def on_bar(self, bar):
        if bar.ts > 1_689_724_800 + 600:
            raise RuntimeError("enough")
"""


@pytest.fixture(scope="module")
def recorded(stack: Stack, data_dir: Path) -> Stack:
    import_candles(stack.home.archive, data_dir / BTC, "bybit", "XBTUSD", "1m")
    return stack


def backtest(stack: Stack, **fields: Any) -> str:
    return stack.create(type="backtest", exchange="bybit", range_start=START, range_end=START + DAY, **fields)


def test_a_session_is_repeated_from_the_ledger_by_the_command_line(recorded: Stack) -> None:
    session = backtest(recorded)
    recorded.start(session)
    recorded.until_status(session, "completed", 60)
    metrics = recorded.get(f"/sessions/{session}/metrics")["metrics"]
    entry = ledger.read(recorded.home.runs, metrics["ledger"])
    assert entry["session"] == {"id": session, "run": 1}
    assert entry["metrics"]["total_pnl"] == metrics["total_pnl"]
    assert f"--repeat {entry['id']}" in recorded.home.log(session).read_text()
    command = [sys.executable, "-m", "cli.main", "backtest", "--repeat", entry["id"], "--json"]
    done = subprocess.run(command, env=recorded.environment, capture_output=True, timeout=100)
    assert json.loads(done.stdout)["repeat"] == {"of": entry["id"], "identical": True, "differences": []}


def test_a_strategy_that_raises_fails_its_session_with_file_line_and_time(recorded: Stack) -> None:
    (recorded.home.strategies / "raises.py").write_text(RAISES)
    session = backtest(recorded, strategy="Raises")
    runs = len(list(ledger.entries(recorded.home.runs)))
    recorded.start(session)
    found = recorded.until_status(session, "failed", 60)
    where = "raises.py, line 8: RuntimeError: enough (at 2023-07-19 00:12:00 UTC)"
    assert found["exit_message"] == where
    assert where in recorded.home.log(session).read_text()
    assert len(list(ledger.entries(recorded.home.runs))) == runs
