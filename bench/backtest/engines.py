"""Rows of engines that simulate in memory: the crossing by signals and by a handler, and the ladder.

All of them are warm, and each has made the same trades before anything is timed.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import numpy as np

from bench.backtest import check, data, environments
from bench.backtest.table import Row, compare
from bench.backtest.worker import Timing, Worker

_FAST_RUNS, _SLOW_RUNS = 9, 3
_TASKS = {
    "botyard": ("cross", "handler", "ladder", "rearm"),
    "numba": ("cross", "ladder"),
    "vectorbt": ("cross", "cross-numpy"),
    "backtesting": ("cross", "ladder"),
}
_SLOW_PEERS = {"nautilus": "nautilus_trader", "freqtrade": "freqtrade", "backtrader": "backtrader"}

Key = tuple[str, str]


@dataclass
class Runs:
    """Timings by engine and task."""

    timings: dict[Key, list[Timing]] = field(default_factory=dict)

    def add(self, key: Key, timing: Timing) -> None:
        self.timings.setdefault(key, []).append(timing)

    def seconds(self, engine: str, task: str, *stages: str) -> list[float]:
        """Of each run, the whole or the sum of these stages."""
        return [
            sum(each.stages[name] for name in stages) if stages else each.total
            for each in self.timings[engine, task]
        ]

    def told(self, engine: str, task: str) -> str:
        """The medians of the stages."""
        runs = self.timings[engine, task]
        middles = {name: median(run.stages[name] for run in runs) for name in runs[0].stages}
        return ", ".join(f"{name} {seconds:.4f}" for name, seconds in middles.items() if seconds >= 0.00005)


def rows(files: data.Files, everything: bool, versions: dict[str, dict[str, str]]) -> list[Row]:
    """Check, time and compare; the slow peers only if `everything`.

    Raises:
        check.Unequal: engines made different trades.
        WorkerFailed, NotInstalled.
    """
    with _workers(files, everything) as workers:
        versions |= {name: worker.versions for name, worker in workers.items()}
        runs = Runs()
        _check_all(files, workers, runs)
        for repetition in range(_FAST_RUNS):
            for engine, tasks in _TASKS.items():
                for task in tasks:
                    if engine != "backtesting" or repetition % (_FAST_RUNS // _SLOW_RUNS) == 0:
                        runs.add((engine, task), workers[engine].run(task))
    return [*_cross_rows(runs), *_handler_rows(runs, everything), *_ladder_rows(runs)]


@contextmanager
def _workers(files: data.Files, everything: bool) -> Iterator[dict[str, Worker]]:
    """Every engine's program, running."""
    with ExitStack() as stack:
        own = Path(sys.executable)
        pythons = {"botyard": own, "numba": own}
        for peer in (*environments.ALWAYS, *(environments.SLOW if everything else ())):
            pythons[peer] = environments.python_of(peer)
        yield {
            engine: stack.enter_context(Worker(python, f"{engine}_worker", files.folder))
            for engine, python in pythons.items()
        }


def _check_all(files: data.Files, workers: Mapping[str, Worker], runs: Runs) -> None:
    """Every task once: its trades are compared, and everything is warm afterwards.

    The slow peers are run only this once, so their only timing is kept.
    """
    records: dict[Key, dict[str, np.ndarray]] = {}
    for engine, worker in workers.items():
        for task in _TASKS.get(engine, ("cross",)):
            print(f"checking the trades of {engine}, {task} ...", file=sys.stderr, flush=True)
            path = files.folder / f"{engine}-{task}.npz"
            timing = worker.run(task, path)
            records[engine, task] = check.load(path)
            if engine in _SLOW_PEERS:
                runs.add((engine, task), timing)
    columns = np.load(files.columns)
    paid = check.Spread.of(columns[:, 0], columns[:, 3], float(data.TICK))
    bare = records["numba", "cross"]
    for (engine, task), found in records.items():
        if task in ("cross", "cross-numpy", "handler"):
            check.same_trades(f"{engine}, {task}", found, bare, paid if engine == "botyard" else None)
    fills = records["numba", "ladder"]
    check.same_fills("backtesting, ladder", records["backtesting", "ladder"], fills)
    trips = check.trips(fills)
    for task in ("ladder", "rearm"):
        check.same_trips(f"botyard, {task}", records["botyard", task], trips)
    print(
        f"All engines made the same {len(bare['pnl']):,} trades of the crossing and {len(fills['bar']):,} "
        "fills of the ladder: bars, prices, fees and profits. (Botyard sells at the bid: each exit of the "
        "crossing costs the one tick of spread, which is accounted for.)"
    )


def _cross_rows(runs: Runs) -> list[Row]:
    ours = runs.seconds("botyard", "cross")
    rows = [
        compare(
            "crossing by vectorised signals: indicators, fills, fees, trades, equity",
            ours,
            "vectorbt, Rust engine, crossings by its own functions",
            runs.seconds("vectorbt", "cross"),
            "half the time",
            2.0,
        ),
        compare(
            "the same",
            ours,
            "vectorbt, Rust engine, crossings by NumPy",
            runs.seconds("vectorbt", "cross-numpy"),
            "half the time",
            2.0,
        ),
        compare(
            "its simulation alone",
            runs.seconds("botyard", "cross", "simulation"),
            "bare numba loop",
            runs.seconds("numba", "cross", "simulation"),
            "at most 10 times the loop",
            0.1,
        ),
    ]
    told = (runs.told("botyard", "cross"), runs.told("vectorbt", "cross"))
    more = (runs.told("botyard", "cross"), runs.told("vectorbt", "cross-numpy"))
    return [rows[0].noted(*told), rows[1].noted(*more), rows[2]]


def _handler_rows(runs: Runs, everything: bool) -> list[Row]:
    ours = runs.seconds("botyard", "handler")
    rows = [
        compare(
            "crossing by a Python handler on every bar",
            ours,
            "backtesting.py, without its statistics",
            runs.seconds("backtesting", "cross", "simulation"),
            "1/8 of the time",
            8.0,
        ).noted(runs.told("botyard", "handler"), "")
    ]
    for engine, title in _SLOW_PEERS.items() if everything else ():
        rows.append(compare("the same", ours, title, runs.seconds(engine, "cross")))
    return rows


def _ladder_rows(runs: Runs) -> list[Row]:
    theirs = runs.seconds("backtesting", "ladder", "simulation")
    bare = runs.seconds("numba", "ladder")
    by_fill, by_rearm = runs.seconds("botyard", "ladder"), runs.seconds("botyard", "rearm")
    peer = "backtesting.py, without its statistics"
    return [
        compare(
            "ladder of 20 limit orders, re-armed by a Python on_fill", by_fill, peer, theirs, "20 times", 20.0
        ).noted(runs.told("botyard", "ladder"), ""),
        compare(
            "the same by orders that re-arm themselves", by_rearm, peer, theirs, "100 times", 100.0
        ).noted(runs.told("botyard", "rearm"), ""),
        compare("the same", by_rearm, "bare numba loop", bare),
    ]
