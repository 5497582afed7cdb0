"""Worker processes that share the parent's memory: forked once everything is loaded, fed one set at a time.

A worker that dies takes only the set along that it was working on; another takes its place.
"""

import gc
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import Any, NamedTuple

from setproctitle import setproctitle

from bots.sweep.memory import keep_freed
from schema.processes import exit_in_words

Work = Callable[[int], Any]
"""Computes one set. What it returns is pickled: small. It must not raise."""

_LOOK_SECONDS = 0.2
_FORK = multiprocessing.get_context("fork")


class Done(NamedTuple):
    """A set that was computed."""

    number: int
    result: Any


class Lost(NamedTuple):
    """A set whose worker died, and how."""

    number: int
    reason: str


@dataclass
class _Worker:
    process: ForkProcess
    connection: Connection
    number: int


def run(
    work: Work, numbers: Iterable[int], jobs: int, stopping: Callable[[], bool] = lambda: False
) -> Iterator[Done | Lost]:
    """Compute every number in `jobs` processes; results come as they are done.

    Ends early once `stopping()` says so, at most 0.2 s later, and leaves no process behind however it ends.
    """
    queue = deque(numbers)
    workers: list[_Worker] = []
    gc.collect()
    gc.freeze()  # a collection in a child would otherwise copy every page that it looks at
    try:
        while queue or workers:
            while queue and len(workers) < jobs:
                workers.append(_start(work, queue.popleft(), workers))
            for connection in wait([worker.connection for worker in workers], _LOOK_SECONDS):
                worker = next(worker for worker in workers if worker.connection is connection)
                yield _receive(worker)
                if not worker.process.is_alive() or not _give(worker, queue):
                    workers.remove(worker)
                    _end(worker)
            if stopping():
                return
    finally:
        for worker in workers:
            worker.process.terminate()
        for worker in workers:
            _end(worker)
        gc.unfreeze()


def _start(work: Work, number: int, others: list[_Worker]) -> _Worker:
    ours, theirs = _FORK.Pipe()
    # A copy of another's end would keep that one from seeing that this process has died.
    foreign = [ours, *(worker.connection for worker in others)]
    process = _FORK.Process(target=_serve, args=(work, theirs, foreign), daemon=True)
    process.start()
    theirs.close()
    worker = _Worker(process, ours, number)
    ours.send(number)
    return worker


def _receive(worker: _Worker) -> Done | Lost:
    try:
        return Done(worker.number, worker.connection.recv())
    except (EOFError, ConnectionResetError):
        worker.process.join()
        return Lost(worker.number, f"its process {exit_in_words(worker.process.exitcode or 0)}")


def _give(worker: _Worker, queue: deque[int]) -> bool:
    """Hand out the next number; whether there was one, and somebody to take it."""
    if not queue:
        return False
    try:
        worker.connection.send(queue[0])
    except OSError:  # it died since its last answer
        return False
    worker.number = queue.popleft()
    return True


def _end(worker: _Worker) -> None:
    worker.connection.close()
    worker.process.join()


def _serve(work: Work, connection: Connection, foreign: list[Connection]) -> None:
    """The life of a worker: until there is nobody to ask for more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for other in foreign:
        other.close()
    os.dup2(2, 1)  # standard output is the parent's: what a strategy prints must not come between
    setproctitle("botyard sweep worker")
    keep_freed()
    try:
        while True:
            connection.send(work(connection.recv()))
    except (EOFError, ConnectionError):
        return
