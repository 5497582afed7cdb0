"""Live and backtest are the same engine: the same candles give the same trades."""

import json
from pathlib import Path
from typing import Any

import pytest

from schema.archive.imports import import_candles, import_funding
from schema.home import Home
from tests.stack import running_stack

BTC = "binance-usdm-1m-2023-07/BTC_USDT_USDT-1m-futures.feather"
FUNDING = "binance-usdm-1m-2023-07/BTC_USDT_USDT-8h-funding_rate.feather"
START = 1_689_746_400  # 2023-07-19, 06:00 UTC: the funding stamp of 08:00 lies within
MINUTES = 240
STEPS = 12
PARAMS = {"threshold": 0.2, "position_size": 100}


@pytest.mark.timeout(240)
def test_a_replayed_live_session_and_its_backtest_have_the_same_trades(
    home: Home, free_port: int, data_dir: Path
) -> None:
    import_candles(home.archive, data_dir / BTC, "bybit", "XBTUSD", "1m")
    import_funding(home.archive, data_dir / FUNDING, "bybit", "XBTUSD")
    replay = {
        "sandbox_replay": home.archive,
        "sandbox_replay_start": START,
        "sandbox_replay_end": START + MINUTES * 60,
        "sandbox_steps": STEPS,
        "sandbox_lockstep": "true",
    }
    with running_stack(home, free_port, **replay) as stack:
        live = stack.create(strategy_params=PARAMS)
        stack.start(live)
        stack.until_logged(live, "The replay is at its end", 200)
        stack.post(f"/sessions/{live}/stop")
        traded = json.loads(home.trades(live).read_text())

        tested = stack.create(
            type="backtest",
            exchange="bybit",
            strategy_params=PARAMS,
            settings={"path_steps": STEPS},
            range_start=START,
            range_end=START + MINUTES * 60,
        )
        stack.start(tested)
        stack.until_status(tested, "completed", 60)
        backtested = json.loads(home.trades(tested).read_text())

    expected = [trade for trade in backtested if trade["exit_reason"] != "end of range"]
    assert len(expected) >= 5
    assert any(trade["funding"] for trade in expected)
    assert [_figures(trade) for trade in traded] == [_figures(trade) for trade in expected]


def _figures(trade: dict[str, Any]) -> dict[str, Any]:
    """All that is not where and as which session it was traded."""
    return {name: value for name, value in trade.items() if name not in ("session", "exchange", "run")}
