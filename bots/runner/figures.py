"""What a session tells of itself: the payload of its heartbeats."""

import os
import time
from pathlib import Path
from typing import Any

from bots.process import Process
from schema.spec import LaunchSpec

_MEMORY_SECONDS = 60.0
_SMAPS = Path("/proc/self/smaps_rollup")


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


def with_counters(spec: LaunchSpec, counters: dict[str, Any]) -> dict[str, Any]:
    """The counters under the names of the heartbeat; they are exact where the metrics saw only samples."""
    return {**counters, "exchange": spec.exchange, "market": spec.market, "run": spec.run}
