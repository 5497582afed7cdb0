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
_CROSS = {
    "botyard": ("cross", "handler"),
    "numba": ("cross",),
    "vectorbt": ("cross", "cross-numpy"),
    "backtesting": ("cross",),
}
_LADDER = {"botyard": ("ladder", "rearm"), "numba": ("ladder",), "backtesting": ("ladder",)}
_SLOW_PEERS = {"nautilus": "nautilus_trader", "freqtrade": "freqtrade", "backtrader": "backtrader"}

Key = tuple[str, str]
Found = dict[Key, dict[str, np.ndarray]]
"""Records by engine and task."""


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


Tasks = Mapping[str, tuple[str, ...]]


def cross(files: data.Files, everything: bool, versions: dict[str, dict[str, str]]) -> list[Row]:
    """Check, time and compare the crossing; the slow peers only if `everything`.

    Raises:
        check.Unequal: engines made different trades.
        WorkerFailed, NotInstalled.
    """
    tasks = {**_CROSS, **{engine: ("cross",) for engine in environments.SLOW if everything}}
    with _workers(files, tasks) as workers:
        versions |= {name: worker.versions for name, worker in workers.items()}
        runs = Runs()
        _check_cross(files, _records(files, workers, tasks, runs))
        _time(workers, _CROSS, runs)
    return [*_cross_rows(runs), *_handler_rows(runs, everything)]


def ladder(files: data.Files, versions: dict[str, dict[str, str]]) -> list[Row]:
    """Check, time and compare the ladder. Raises as `cross`."""
    with _workers(files, _LADDER) as workers:
        versions |= {name: worker.versions for name, worker in workers.items()}
        runs = Runs()
        _check_ladder(_records(files, workers, _LADDER, runs))
        _time(workers, _LADDER, runs)
    return _ladder_rows(runs)


@contextmanager
def _workers(files: data.Files, tasks: Tasks) -> Iterator[dict[str, Worker]]:
    """The engines' programs, running."""
    with ExitStack() as stack:
        own = Path(sys.executable)
        pythons = {
            engine: own if engine in ("botyard", "numba") else environments.python_of(engine)
            for engine in tasks
        }
        yield {
            engine: stack.enter_context(Worker(python, f"{engine}_worker", files.folder))
            for engine, python in pythons.items()
        }


def _records(files: data.Files, workers: Mapping[str, Worker], tasks: Tasks, runs: Runs) -> Found:
    """What every task gives; everything is warm afterwards.

    The slow peers are run only this once, so their only timing is kept.
    """
    found: Found = {}
    for engine, worker in workers.items():
        for task in tasks[engine]:
            print(f"checking what {engine} does, {task} ...", file=sys.stderr, flush=True)
            path = files.folder / f"{engine}-{task}.npz"
            timing = worker.run(task, path)
            found[engine, task] = check.load(path)
            if engine in environments.SLOW:
                runs.add((engine, task), timing)
    return found


def _time(workers: Mapping[str, Worker], tasks: Tasks, runs: Runs) -> None:
    """Engine after engine, again and again; one that takes seconds less often."""
    for repetition in range(_FAST_RUNS):
        for engine, names in tasks.items():
            for task in names:
                if engine != "backtesting" or repetition % (_FAST_RUNS // _SLOW_RUNS) == 0:
                    runs.add((engine, task), workers[engine].run(task))


def _check_cross(files: data.Files, found: Found) -> None:
    columns = np.load(files.columns)
    paid = check.Spread.of(columns[:, 0], columns[:, 3], float(data.TICK))
    bare = found["numba", "cross"]
    for (engine, task), each in found.items():
        check.same_trades(f"{engine}, {task}", each, bare, paid if engine == "botyard" else None)
    print(
        f"All engines made the same {len(bare['pnl']):,} trades of the crossing: bars, prices, fees and "
        "profits. (Botyard sells at the bid: each exit costs the one tick of spread, which is accounted for.)"
    )


def _check_ladder(found: Found) -> None:
    fills = found["numba", "ladder"]
    check.same_fills("backtesting, ladder", found["backtesting", "ladder"], fills)
    trips = check.trips(fills)
    for task in _LADDER["botyard"]:
        check.same_trips(f"botyard, {task}", found["botyard", task], trips)
    print(f"All engines made the same {len(fills['bar']):,} fills of the ladder, fees and profits.")


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
