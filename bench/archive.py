"""Opening a year of 1-minute candles out of the archive, by days and by months."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from bench.figures import Figure
from schema.archive.candles import Candles
from schema.archive.compaction import compact
from schema.archive.reader import read_candles
from schema.archive.writer import CandleArchive

_MINUTES = 525_600
_START = 1_672_531_200  # 2023-01-01
_GOAL = 0.100
_RUNS = 7
_FRESH = (
    "import sys, time; from pathlib import Path; began = time.perf_counter()\n"
    "from schema.archive.reader import read_candles\n"
    "found = read_candles(Path(sys.argv[1]), 'bybit', 'XBTUSD', None, None)\n"
    "print(len(found), time.perf_counter() - began)"
)


def a_year_of_minutes() -> list[Figure]:
    """A random walk of 365 days; every reading is checked to be whole and the same."""
    with tempfile.TemporaryDirectory() as folder:
        root, candles = Path(folder), _candles()
        CandleArchive(root).write("bybit", "XBTUSD", candles)
        days = _opened(root, candles)
        began = time.perf_counter()
        compact(root, "bybit", "XBTUSD", whole_only=True)
        compacting = time.perf_counter() - began
        months, fresh = _opened(root, candles), _in_a_fresh_process(root)
        size = sum(path.stat().st_size for path in root.rglob("*.parquet")) / 2**20
    goal = f"under {_GOAL * 1000:.0f} ms"
    return [
        Figure("a year of 1-minute candles, 12 months' files", _ms(months), "", goal, months < _GOAL),
        Figure("the same in a process that imports all for it", _ms(fresh)),
        Figure("the same from 365 days' files", _ms(days)),
        Figure("365 days merged into 12 months, synced to disk", f"{_ms(compacting)}, {size:.1f} MiB"),
    ]


def _candles() -> Candles:
    random = np.random.default_rng(1)
    close = np.round(80_000 + random.normal(0, 20, _MINUTES).cumsum()) / 2
    opening = np.r_[40_000.0, close[:-1]]
    high, low = np.maximum(opening, close) + 0.5, np.minimum(opening, close) - 0.5
    stamps = _START + 60 * np.arange(_MINUTES, dtype=np.int64)
    return Candles(stamps, opening, high, low, close, np.round(random.random(_MINUTES) * 100, 3))


def _opened(root: Path, candles: Candles) -> float:
    """Seconds, the median of several runs."""
    taken = []
    for _ in range(_RUNS):
        began = time.perf_counter()
        found = read_candles(root, "bybit", "XBTUSD", None, None)
        taken.append(time.perf_counter() - began)
        for name, column in candles.columns().items():
            if not np.array_equal(column, getattr(found, name)):
                raise RuntimeError(f"{name} is not what was written")
    return median(taken)


def _in_a_fresh_process(root: Path) -> float:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    command = [sys.executable, "-c", _FRESH, str(root)]
    taken = []
    for _ in range(_RUNS):
        told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
        rows, seconds = told.split()
        if int(rows) != _MINUTES:
            raise RuntimeError(f"{rows} rows instead of {_MINUTES}")
        taken.append(float(seconds))
    return median(taken)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
