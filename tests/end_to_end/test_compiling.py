"""A backtest session that has to compile first: it says so, lives on, and can be stopped meanwhile."""

from pathlib import Path

import numpy as np
import pytest

from bots.core.compiled.warm import MOST_UNCOMPILED
from schema.archive.candles import Candles
from schema.archive.writer import CandleArchive
from schema.home import Home
from tests.ports import free_port
from tests.stack import running_stack
from tests.wait import until

START = 1_672_531_200  # 2023-01-01, 00:00 UTC
MINUTES = MOST_UNCOMPILED + 2000


def test_a_long_backtest_says_that_it_compiles_and_can_be_stopped_meanwhile(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    stamps, price = START + 60 * np.arange(MINUTES, dtype=np.int64), np.full(MINUTES, 20_000.0)
    candles = Candles(stamps, price, price, price, price, np.ones(MINUTES))
    CandleArchive(home.archive).write("bybit", "XBTUSD", candles)
    with running_stack(home, free_port()) as stack:
        session = stack.create(
            type="backtest", exchange="bybit", range_start=START + 86_400, range_end=START + 60 * MINUTES
        )
        stack.start(session)
        stack.until_logged(session, "compiling the engine, once", 60)
        told = stack.session(session)["last_updated"]
        until(lambda: stack.session(session)["last_updated"] != told, what="another heartbeat")
        stack.post(f"/sessions/{session}/stop")
        stack.until_status(session, "stopped")
