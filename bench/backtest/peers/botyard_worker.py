"""Botyard, as its own backtests run it."""

import cProfile
import os
import pstats
import sys
from decimal import Decimal
from importlib.metadata import version

import numpy as np

sys.path.insert(0, os.environ["BOTYARD_ROOT"])

from serve import CASH, FEE, Clock, load, serve

from bench.backtest import data, strategies
from bots.core.backtest import Backtest
from bots.core.engine import EngineSettings
from bots.core.instrument import Instrument
from bots.core.series import Series

OPEN, HIGH, LOW, CLOSE, VOLUME = load()
TS = data.START + 60 * np.arange(len(CLOSE))
INSTRUMENT = Instrument(
    data.MARKET,
    "linear",
    "USDT",
    "BTC",
    "USDT",
    Decimal(data.TICK),
    Decimal("0.001"),
    taker_fee=Decimal(str(FEE)),
    maker_fee=Decimal(str(FEE)),
)
SERIES = Series.from_floats(data.MARKET, INSTRUMENT.tick, TS, OPEN, HIGH, LOW, CLOSE, VOLUME)
SETTINGS = EngineSettings(starting_balance=Decimal(int(CASH)), verbose=False)
ENGINE = os.environ.get("BOTYARD_BENCH_ENGINE", "compiled")


def _run(kind, clock):
    with clock.stage("prepare"):
        strategy = kind(kind.Params() if kind.Params is not None else None)
        for name in ("indicators", "targets"):
            setattr(strategy, name, _timed(getattr(strategy, name), clock))
        test = Backtest(strategy, {data.MARKET: INSTRUMENT}, {data.MARKET: SERIES}, SETTINGS, engine=ENGINE)
    with clock.stage("simulation"):
        for _ in test.run(every=10_000_000):
            pass
    with clock.stage("result"):
        result = test.result()
    if ENGINE == "compiled" and test.engine_used != "compiled":
        raise RuntimeError(f"{kind.__name__} was run by the {test.engine_used} engine")
    return result


def _timed(method, clock):
    def timed(*candles):
        with clock.stage("indicators"):
            return method(*candles)

    return timed


def _bars(times):
    return ((times - data.START) // 60).astype(np.int64)


def _cross(kind):
    def task(clock: Clock):
        result = _run(kind, clock)
        table = result.table
        return lambda: {
            "entry_bar": _bars(table.entry_time),
            "exit_bar": _bars(table.exit_time),
            "entry_price": table.entry_price,
            "exit_price": table.exit_price,
            "pnl": table.pnl,
            "equity": result.curve.equity[-1:],
        }

    return task


def _ladder(kind):
    def task(clock: Clock):
        result = _run(kind, clock)
        table = result.table
        closed = slice(None)
        if len(table) and table.reasons[table.exit_reason[-1]] == "end of range":
            closed = slice(-1)  # no order of the ladder closed it
        return lambda: {
            "entry_bar": _bars(table.entry_time)[closed],
            "exit_bar": _bars(table.exit_time)[closed],
            "size": table.size[closed].astype(np.int64),
            "pnl": table.pnl[closed],
        }

    return task


def _metrics(clock: Clock):
    result = _run(strategies.BenchCrossTargets, clock)
    with clock.stage("metrics"):
        count = len(result.metrics)
    return lambda: {"count": np.array([count])}


def _profiled(task):
    def run(clock: Clock):
        profile = cProfile.Profile()
        profile.enable()
        records = task(clock)
        profile.disable()
        with open(os.path.join(sys.argv[1], "profile.txt"), "a") as told:
            pstats.Stats(profile, stream=told).sort_stats("tottime").print_stats(25)
        return records

    return run


TASKS = {
    "cross": _cross(strategies.BenchCrossTargets),
    "handler": _cross(strategies.BenchCrossHandler),
    "ladder": _ladder(strategies.BenchLadder),
    "rearm": _ladder(strategies.BenchLadderRearm),
    "metrics": _metrics,
}

if __name__ == "__main__":
    serve(
        TASKS | {f"{name}-profile": _profiled(task) for name, task in TASKS.items()},
        {name: version(name) for name in ("botyard", "numba", "TA-Lib")},
    )
