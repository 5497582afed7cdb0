"""The whole process: from the shell to the printed table, and how much memory it takes."""

import sys
import time
from pathlib import Path
from statistics import median

from bench.backtest import data, environments, whole
from bench.backtest.table import Row, compare
from bench.backtest.whole import Whole

_RUNS = 5
_MEMORY_GOAL = 300e6
_PEERS = Path(__file__).with_name("peers")


def command() -> list[str]:
    """`botyard backtest` of the crossing over all candles."""
    return [
        str(Path(sys.executable).with_name("botyard")),
        "backtest",
        *("--market", data.MARKET, "--exchange", data.EXCHANGE, "--strategy", "BenchCrossTargets"),
        *("--from", utc(data.RANGE_START), "--to", utc(data.START + 60 * data.BARS)),
        *("--setting", "starting_balance=10000000", "--setting", "taker_fee=0.0005"),
    ]


def install_strategies(home: Path) -> None:
    """The benchmark's strategies as the user's own of that home."""
    folder = home / "strategies"
    folder.mkdir(exist_ok=True)
    (folder / "bench_strategies.py").write_text(Path(__file__).with_name("strategies.py").read_text())


def rows(files: data.Files) -> list[Row]:
    """Runs of all three programs, one after another, again and again.

    Raises:
        ProgramFailed, NotInstalled.
    """
    install_strategies(files.home)
    ours: list[Whole] = []
    theirs: dict[str, list[Whole]] = {peer: [] for peer in environments.ALWAYS}
    for number in range(_RUNS + 1):
        run = whole.run(
            command(), environment={"BOTYARD_HOME": str(files.home)}, output=files.folder / "botyard.out"
        )
        peers = {
            peer: whole.run(
                [environments.python_of(peer), _PEERS / f"{peer}_script.py", files.parquet],
                output=files.folder / f"{peer}.out",
            )
            for peer in theirs
        }
        if number == 0:
            continue  # caches of files and of compiled code are warm from here on
        ours.append(run)
        for peer, done in peers.items():
            theirs[peer].append(done)
    return [
        _row(
            "whole process, shell to printed table",
            ours,
            "vectorbt",
            theirs["vectorbt"],
            "1/3 of the time",
            3.0,
        ),
        _row("the same", ours, "backtesting.py", theirs["backtesting"], "", None),
        _memory(ours),
    ]


def _row(name: str, ours: list[Whole], peer: str, theirs: list[Whole], goal: str, times: float | None) -> Row:
    row = compare(name, [run.seconds for run in ours], peer, [run.seconds for run in theirs], goal, times)
    return row.noted(_megabytes(ours), _megabytes(theirs))


def _memory(ours: list[Whole]) -> Row:
    peak = max(run.memory for run in ours)
    seconds = [run.seconds for run in ours]
    return Row(
        "its memory at the peak, command and worker together",
        median(seconds),
        (min(seconds), max(seconds)),
        goal="at most 300 MB",
        reached=peak <= _MEMORY_GOAL,
        ours_note=f"{peak / 1e6:.0f} MB",
    )


def _megabytes(runs: list[Whole]) -> str:
    return f"{max(run.memory for run in runs) / 1e6:.0f} MB"


def utc(moment: int) -> str:
    """A moment as the command line takes it."""
    return time.strftime("%Y-%m-%dT%H:%M", time.gmtime(moment))
