"""The benchmark's strategies, written as a user writes them; the whole-process run loads this file as one of
the user's own.
"""

from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from bots.core.strategy import Bar, Candles, Fill, Floats, Strategy
from bots.strategies.ta import talib

FIRST, STEP, RUNGS = 30_000.5, 86.0, 20


class Windows(BaseModel):
    """Two moving averages."""

    model_config = ConfigDict(extra="forbid")

    fast: int = Field(10, ge=2, le=1000, description="bars of the fast average")
    slow: int = Field(30, ge=2, le=1000, description="bars of the slow average")


class BenchCrossTargets(Strategy):
    """A moving-average cross by vectorised signals: long while the fast one is above the slow one."""

    Params = Windows

    def warmup(self) -> int:
        return int(self.params.slow)

    def targets(self, candles: Candles, *others: Candles) -> Floats:
        fast = talib.SMA(candles.close, self.params.fast)
        slow = talib.SMA(candles.close, self.params.slow)
        return np.where(fast > slow, 1.0, np.where(fast < slow, 0.0, np.nan))


class BenchCrossHandler(Strategy):
    """The same, decided in Python at every bar."""

    Params = Windows

    def warmup(self) -> int:
        return int(self.params.slow)

    def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
        return {
            "fast": talib.SMA(candles.close, self.params.fast),
            "slow": talib.SMA(candles.close, self.params.slow),
        }

    def on_bar(self, bar: Bar) -> None:
        fast, slow = self.indicator("fast"), self.indicator("slow")
        if fast > slow and not self.position():
            self.buy(1)
        elif fast < slow and self.position():
            self.close()


class BenchLadder(Strategy):
    """Limit orders above and below; each that is filled is followed by the opposite one a step further."""

    rearms = False

    def on_start(self) -> None:
        again: dict[str, Any] = {"rearm": STEP} if self.rearms else {}
        for rung in range(1, RUNGS // 2 + 1):
            self.buy(1, limit=FIRST - STEP * rung, **again)
            self.sell(1, limit=FIRST + STEP * rung, **again)

    def on_fill(self, fill: Fill) -> None:
        price = float(fill.price)
        if fill.side == "Buy":
            self.sell(1, limit=price + STEP)
        else:
            self.buy(1, limit=price - STEP)


class BenchLadderRearm(BenchLadder):
    """The same by orders that follow themselves, without a line of Python at a fill."""

    rearms = True
    on_fill = Strategy.on_fill
