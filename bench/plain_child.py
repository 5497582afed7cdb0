"""The measure beside which sessions are measured: a plain Python child with pandas and ccxt."""

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_PROGRAM = "import pandas, ccxt; print('ready', flush=True); input()"


@dataclass(frozen=True)
class PlainChild:
    """Seconds until its first line, and its proportional memory in bytes while nobody else shares its
    pages.
    """

    seconds: float
    memory: int


def measure() -> PlainChild:
    begin = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        seconds = time.perf_counter() - begin
        memory = proportional_memory(child.pid)
        child.kill()
    return PlainChild(seconds, memory)


def proportional_memory(pid: int) -> int:
    """PSS in bytes."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"no PSS is told of process {pid}")
