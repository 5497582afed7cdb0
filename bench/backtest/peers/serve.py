"""The worker's side: requests come as JSON lines on standard input, answers go to standard output.

Whatever an engine prints meanwhile goes to standard error. Nothing but NumPy is imported here: it must run in
every peer's environment.
"""

import gc
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

CASH = 10_000_000.0
FEE = 0.0005
FAST, SLOW = 10, 30
FIRST_SELL_BUY_MIDDLE = 30_000.5
STEP, RUNGS = 86.0, 20


class Clock:
    """Seconds of named stages. A stage within another counts for itself alone, so that they add up."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self._open: list[str] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self._open.append(name)
        begin = time.perf_counter()
        yield
        spent = time.perf_counter() - begin
        self._open.pop()
        self._add(name, spent)
        if self._open:
            self._add(self._open[-1], -spent)

    def _add(self, name: str, seconds: float) -> None:
        self.stages[name] = self.stages.get(name, 0.0) + seconds


Result = dict[str, NDArray[Any]]
Task = Callable[[Clock], Callable[[], Result]]
"""Does the work under the clock; gives a function that makes the records for the check, untimed."""


def serve(tasks: dict[str, Task], versions: dict[str, str]) -> None:
    """Answer {"task": name, "save": path or null} with {"stages": {name: seconds}} until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    _say(answers, {"versions": {"python": sys.version.split()[0], "numpy": np.__version__, **versions}})
    for line in sys.stdin:
        request = json.loads(line)
        gc.collect()
        clock = Clock()
        records = tasks[request["task"]](clock)
        if request["save"]:
            arrays: dict[str, Any] = records()
            np.savez(request["save"], **arrays)
            del arrays
        del records
        _say(answers, {"stages": clock.stages})


def _say(answers: Any, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def load() -> tuple[NDArray[np.float64], ...]:
    """open, high, low, close, volume, from the folder named on the command line."""
    columns = np.load(os.path.join(sys.argv[1], "bars.npy"))
    return tuple(np.ascontiguousarray(columns[:, number]) for number in range(5))
