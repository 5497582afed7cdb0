"""A sweep of a hundred pairs of windows on two cores."""

import json
import os
import sys
from pathlib import Path

from bench.backtest import data, environments, whole
from bench.backtest.check import FEE, Unequal
from bench.backtest.process import install_strategies, utc
from bench.backtest.table import Row, compare
from bench.backtest.whole import Whole
from bench.backtest.worker import SINGLE
from bots.sweep.grid import Grid
from schema.home import Home

_RUNS = 3
_CORES = 2
_COLUMNS = 2  # of one chunk: with more of them vectorbt takes longer, and gigabytes
_FAST, _SLOW = range(5, 51, 5), range(60, 241, 20)
_SCRIPT = Path(__file__).with_name("peers") / "vectorbt_sweep.py"

Pair = tuple[int, int]
Found = dict[Pair, tuple[int, float]]
"""Number of trades and profit in dollars, by the two windows."""


def rows(files: data.Files) -> list[Row]:
    """Both sweeps, one after the other, again and again; every set must have made the same trades.

    Raises:
        Unequal, ProgramFailed, NotInstalled.
    """
    install_strategies(files.home)
    ours: list[Whole] = []
    theirs: list[Whole] = []
    for _ in range(_RUNS):
        theirs.append(_vectorbt(files))
        ours.append(_botyard(files))
        _check(_ours(files), _theirs(theirs[-1]))
    row = compare(
        f"sweep of {len(_FAST) * len(_SLOW)} parameter sets on {_CORES} cores, from the shell, all metrics",
        [run.seconds for run in ours],
        f"vectorbt, {_CORES} processes, chunks of {_COLUMNS} columns, four metrics",
        [run.seconds for run in theirs],
        "1/3 of the time",
        3.0,
    )
    return [row.noted(_megabytes(ours), _megabytes(theirs))]


def _botyard(files: data.Files) -> Whole:
    command = [
        str(Path(sys.executable).with_name("botyard")),
        *("sweep", "BenchCrossTargets", "--market", data.MARKET, "--exchange", data.EXCHANGE),
        *("--from", utc(data.RANGE_START), "--to", utc(data.START + 60 * data.BARS)),
        *("--param", f"fast={_told(_FAST)}", "--param", f"slow={_told(_SLOW)}"),
        *("--setting", "starting_balance=10000000", "--setting", "taker_fee=0.0005"),
        *("--jobs", str(_CORES)),
    ]
    return whole.run(
        command, environment={"BOTYARD_HOME": str(files.home)}, output=files.folder / "botyard-sweep.out"
    )


def _told(values: range) -> str:
    """first:last:step, the last included."""
    return f"{values[0]}:{values[-1]}:{values.step}"


def _vectorbt(files: data.Files) -> Whole:
    pairs = files.folder / "pairs.json"
    pairs.write_text(json.dumps([[fast, slow] for fast in _FAST for slow in _SLOW]))
    python = environments.python_of("vectorbt")
    commands: list[list[str | Path]] = [
        ["env", *(f"{name}={value}" for name, value in SINGLE.items()), python, _SCRIPT, files.parquet,
         str(part), str(_CORES), str(_COLUMNS)]
        for part in range(_CORES)
    ]  # fmt: skip
    return whole.run_together(
        commands, pairs, [files.folder / f"vectorbt-sweep-{part}.out" for part in range(_CORES)]
    )


def _ours(files: data.Files) -> Found:
    """Of the sweep that was stored last."""
    newest = max(Home.at(files.home).sweeps.glob("*.jsonl"), key=os.path.getmtime)
    header, *sets = (json.loads(line) for line in newest.read_text().splitlines())
    grid = Grid.from_json(header["grid"])
    found: Found = {}
    for each in sets:
        params, figures = grid.point(each["set"]), each["figures"]
        found[params["fast"], params["slow"]] = (figures["trade_count"], figures["total_pnl"])
    return found


def _theirs(run: Whole) -> Found:
    lines = (json.loads(line) for line in run.output.splitlines() if line.startswith("[["))
    return {(fast, slow): (int(count), profit) for line in lines for fast, slow, count, profit, *_ in line}


def _check(ours: Found, theirs: Found) -> None:
    """As many trades for each pair, and their profit but for the one tick that an exit of ours costs."""
    if ours.keys() != theirs.keys():
        raise Unequal(f"sweep: pairs {sorted(ours.keys() ^ theirs.keys())[:5]} are only in one of both")
    tick = float(data.TICK)
    for pair, (count, profit) in theirs.items():
        expected = profit - count * (tick - FEE * tick)
        if ours[pair][0] != count or abs(ours[pair][1] - expected) > 0.01:
            raise Unequal(f"sweep: {pair} made {ours[pair]} against {(count, expected)}")


def _megabytes(runs: list[Whole]) -> str:
    return f"{max(run.memory for run in runs) / 1e6:.0f} MB"
