"""A backtest of a real month as a session of a running installation."""

import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.backtest import data
from bench.backtest.process import install_strategies
from bench.backtest.table import Row, spread
from bench.stack import Stack, running
from schema.archive.candles import Candles
from schema.archive.imports import import_candles
from schema.archive.writer import CandleArchive

_GOAL = 1.0
_RUNS = 5
_POLL_SECONDS = 0.005
_LONGEST = 120.0
_REAL = "binance-usdm-1m-2023-07/BTC_USDT_USDT-1m-futures.feather"
_WARM_UP = 40 * 60


@dataclass(frozen=True)
class _Asked:
    strategy: str
    market: str
    settings: dict[str, Any]


@dataclass(frozen=True)
class _Month:
    """Range to trade, and what the candles are."""

    begin: int
    end: int
    what: str


_ASKED = (
    _Asked("TestBot", "XBTUSD", {}),
    _Asked("BenchCrossTargets", data.MARKET, {"starting_balance": 10_000_000}),
)


def rows(recorded: Path) -> list[Row]:
    """From `POST start` to `completed`, for a built-in strategy and for the crossing.

    Args:
        recorded: folder with real candles; without them a month of the generated ones is taken.
    """
    with running() as stack:
        install_strategies(stack.home)
        return [_row(stack, asked, _fill(stack.home / "archive", recorded, asked.market)) for asked in _ASKED]


def _fill(archive: Path, recorded: Path, market: str) -> _Month:
    """Candles of a month into the archive."""
    file = recorded / _REAL
    if file.exists():
        report = import_candles(archive, file, data.EXCHANGE, market)
        assert report.first is not None
        assert report.last is not None
        return _Month(report.first + _WARM_UP, report.last + 60, "the real month of BTC")
    made = data.make(31 * 1440)
    candles = Candles(made.ts, made.open, made.high, made.low, made.close, made.volume)
    CandleArchive(archive).write(data.EXCHANGE, market, candles)
    return _Month(data.RANGE_START, data.START + 60 * len(made), "a month of made candles")


def _row(stack: Stack, asked: _Asked, month: _Month) -> Row:
    runs = [_run(stack, asked, month) for _ in range(_RUNS + 1)][1:]
    seconds = [run[0] for run in runs]
    candles = (month.end - month.begin) // 60
    return Row(
        f"session of {asked.strategy} over {month.what} ({candles:,} candles, {runs[0][1]:,} trades), "
        "POST start to completed",
        median(seconds),
        spread(seconds),
        goal=f"at most {_GOAL:.0f} s",
        reached=median(seconds) <= _GOAL,
    )


def _run(stack: Stack, asked: _Asked, month: _Month) -> tuple[float, int]:
    """Seconds of one run of a session of its own, and its trades."""
    session = stack.create(
        type="backtest",
        market=asked.market,
        exchange=data.EXCHANGE,
        strategy=asked.strategy,
        range_start=month.begin,
        range_end=month.end,
        settings=asked.settings,
    )
    begin = time.perf_counter()
    stack.post(f"/sessions/{session}/start")
    while True:
        state = stack.get(f"/sessions/{session}")["session"]
        seconds = time.perf_counter() - begin
        if state["status"] == "completed":
            return seconds, int(state["trade_count"])
        if state["status"] != "running" or seconds > _LONGEST:
            raise RuntimeError(f"session {session} is {state['status']}: {state.get('exit_message')}")
        time.sleep(_POLL_SECONDS)
