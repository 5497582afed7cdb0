"""Whether the kernels are compiled, and to compile them: half a minute of a processor, once a version.

A compiled backtest that finds them on disk starts at once. Asking costs a look into a folder, not Numba.
"""

import fcntl
import math
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import numpy as np

from bots.core.assumptions import Assumptions
from bots.core.candles import Candles, Floats
from bots.core.compiled.place import folder_for_kernels
from bots.core.events import Bar
from bots.core.instrument import Instrument
from bots.core.series import Series
from bots.core.settings import EngineSettings
from bots.core.strategy import Strategy

ENTRIES = ("kernel.advance",)
"""Module and name of every kernel that Python calls. Each is called in one way: one signature to compile."""

MOST_UNCOMPILED = 300_000
"""Candles that the general engine has done by the time that the kernels are compiled."""

_PATIENCE = 120.0
_LOOK = 0.1
_CANDLES = 64


def is_warm() -> bool:
    """Whether a compiled backtest could start at once, in this process or by what is on disk."""
    module = sys.modules.get("bots.core.compiled.kernel")
    if module is not None and module.advance.signatures:
        return True
    folder = folder_for_kernels()
    return folder is not None and all(any(folder.glob(f"*/{entry}-*.nbc")) for entry in ENTRIES)


def worth_compiling(candles: int) -> bool:
    """Whether so many candles are done sooner by the compiled engine than by the general one."""
    return candles > MOST_UNCOMPILED or is_warm()


def warm() -> bool:
    """Have the kernels compiled; gives whether they had to be.

    One process at a time: another waits for it, for two minutes at most, and takes them from the disk.
    """
    if is_warm():
        return False
    with _one_at_a_time():
        if is_warm():
            return False
        for strategy in (_Seldom(), _Follower()):
            _run(strategy)
    return True


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Hold the lock; without it after some patience, since its holder may have been stopped."""
    folder = folder_for_kernels()
    if folder is None:
        yield
        return
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        until = time.monotonic() + _PATIENCE
        while not _locked(descriptor) and time.monotonic() < until:
            time.sleep(_LOOK)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


class _Seldom(Strategy):
    """Trades now and then, by its handler."""

    def on_bar(self, bar: Bar) -> None:
        if self.position():
            self.close()
        elif int(bar.ts) // 60 % 4 == 0:
            self.buy(10, stop=bar.close - 3)


class _Follower(Strategy):
    """Trades by its targets: no handler is called."""

    def targets(self, candles: Candles, *others: Candles) -> Floats:
        return np.where(np.arange(len(candles)) % 8 < 4, 10.0, 0.0)


def _run(strategy: Strategy) -> None:
    """A whole compiled backtest, as short as can be."""
    from bots.core.compiled.run import CompiledBacktest

    market = Instrument("XBTUSD", "inverse", "BTC", "BTC", "USD", Decimal("0.5"), Decimal(1))
    close = 1000.0 + np.round(4 * np.sin(np.arange(_CANDLES) / 3))
    stamps = 60 * np.arange(_CANDLES)
    series = Series.from_floats(
        market.market, market.tick, stamps, close, close + 1, close - 1, close, np.ones(_CANDLES)
    )
    settings = EngineSettings(verbose=False)
    run = CompiledBacktest(strategy, market, series, settings, Assumptions(), -math.inf, (), None)
    for _ in run.run(every=_CANDLES):
        pass
