"""What a session tells of itself: the payload of its heartbeats, and its file of metrics."""

import os
import time
from pathlib import Path
from typing import Any

from bots.core.metrics import metrics
from bots.process import Process
from schema.files.equity import EquityReader
from schema.files.metrics import write_metrics
from schema.files.trades import TradesReader
from schema.home import Home
from schema.spec import LaunchSpec

_MEMORY_SECONDS = 60.0
_SMAPS = Path("/proc/self/smaps_rollup")
_EQUITY_POINTS = 4_000


class ProcessFigures:
    """What every process can tell; asked for its memory seldom, since the kernel walks all pages for that."""

    def __init__(self, process: Process, spec: LaunchSpec) -> None:
        self._process = process
        self._run = spec.run
        self._memory: int | None = None
        self._measured_at = -_MEMORY_SECONDS

    def payload(self) -> dict[str, Any]:
        return {
            "run": self._run,
            "pid": os.getpid(),
            "state": self._process.wanted,
            "at": round(time.time(), 3),
            "memory_bytes": self._memory_bytes(),
        }

    def _memory_bytes(self) -> int | None:
        now = time.monotonic()
        if now - self._measured_at >= _MEMORY_SECONDS:
            self._measured_at = now
            self._memory = proportional_memory()
        return self._memory


def proportional_memory() -> int | None:
    """Memory of this process in bytes, shared pages divided among those who share them; None where not
    told.
    """
    try:
        for line in _SMAPS.read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None


class MetricsFile:
    """Writes the metrics of a live session as its trades come, never taking more than a hundredth of its
    time.
    """

    def __init__(self, home: Home, spec: LaunchSpec, starting_balance: float) -> None:
        self._home = home
        self._spec = spec
        self._start = starting_balance
        self._written_for = -1
        self._next = 0.0

    def refresh(self, counters: dict[str, Any], *, final: bool = False) -> None:
        """Write, where trades have come since the last time or this is the end.

        Raises:
            OSError.
        """
        now = time.monotonic()
        if not final and (counters["trade_count"] == self._written_for or now < self._next):
            return
        equity = EquityReader(self._home.equity(self._spec.id)).points(_EQUITY_POINTS)
        trades = list(TradesReader(self._home.trades(self._spec.id)))
        figures = metrics(trades, equity, counters["starting_balance"] or self._start)
        write_metrics(self._home.metrics(self._spec.id), figures | with_counters(self._spec, counters))
        self._written_for = counters["trade_count"]
        self._next = time.monotonic() + 100 * (time.monotonic() - now)


def with_counters(spec: LaunchSpec, counters: dict[str, Any]) -> dict[str, Any]:
    """The counters under the names of the heartbeat; they are exact where the metrics saw only samples."""
    return {**counters, "exchange": spec.exchange, "market": spec.market, "run": spec.run}
