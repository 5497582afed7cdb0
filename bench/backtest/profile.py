"""Where the time of our own rows goes (`make bench-backtest PROFILE=1`)."""

import os
import sys
from pathlib import Path
from statistics import median

from bench.backtest import data, process, whole
from bench.backtest.worker import Worker
from bench.figures import machine

_RUNS = 7
_TASKS = {
    "cross": "crossing by vectorised signals",
    "metrics": "the same with every metric",
    "handler": "crossing by a Python handler on every bar",
    "ladder": "ladder with a Python on_fill",
    "rearm": "ladder of orders that re-arm themselves",
}
_IMPORTS_SHOWN = 12


def run(files: data.Files) -> int:
    """Print stages of each row and the functions that take longest; gives the exit code."""
    print(f"{machine()}\n{data.BARS:,} bars, medians of {_RUNS} warm runs, seconds\n")
    told = files.folder / "profile.txt"
    told.unlink(missing_ok=True)
    with Worker(Path(sys.executable), "botyard_worker", files.folder) as worker:
        for task, title in _TASKS.items():
            _stages(worker, task, title)
        for task in _TASKS:
            worker.run(f"{task}-profile")
    _whole_process(files)
    print("\nFunctions by their own time (cProfile, which makes Python's calls slower than they are):\n")
    print(told.read_text())
    return 0


def _stages(worker: Worker, task: str, title: str) -> None:
    worker.run(task)
    runs = [worker.run(task) for _ in range(_RUNS)]
    print(f"{title}: {median(each.total for each in runs):.4f}")
    for name in runs[0].stages:
        print(f"    {name:<12} {median(each.stages[name] for each in runs):.4f}")


def _whole_process(files: data.Files) -> None:
    """The command as a whole, beside parts of it that can be run alone."""
    process.install_strategies(files.home)
    environment = {"BOTYARD_HOME": str(files.home)}
    botyard = str(Path(sys.executable).with_name("botyard"))
    parts: dict[str, list[str]] = {
        "botyard backtest": process.command(),
        "botyard --help (start of the command)": [botyard, "--help"],
        "python -c 'import bots.runner.here' (start of the worker)": [
            sys.executable, "-c", "import bots.tasks, bots.runner.here"
        ],
        "python -c 'import numba'": [sys.executable, "-c", "import numba"],
        "python -c pass": [sys.executable, "-c", "pass"],
    }  # fmt: skip
    print("whole process")
    for title, command in parts.items():
        runs = [whole.run(command, environment=environment, output=Path(os.devnull)) for _ in range(_RUNS)][
            1:
        ]
        seconds, memory = median(each.seconds for each in runs), max(each.memory for each in runs)
        print(f"    {title:<60} {seconds:.3f}  {memory / 1e6:.0f} MB")
