"""MovingAverageCross: long while the fast average is above the slow one, else short or flat."""

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from bots.core.candles import Candles, Floats
from bots.core.strategy import Strategy
from bots.strategies.indicators import sma
from bots.strategies.params import StrategyParams


class MovingAverageCross(Strategy):
    """Holds what the two averages say. An example of a strategy that states targets and writes no handler."""

    id = "MovingAverageCross"
    title = "Moving Average Cross"
    description = "Long while the fast moving average is above the slow one, short while it is below"

    class Params(StrategyParams):
        fast: int = Field(10, ge=1, le=5000, description="bars of the fast average")
        slow: int = Field(30, ge=2, le=5000, description="bars of the slow average")
        size: float = Field(100.0, ge=0.000001, le=100_000_000, description="contracts held")
        allow_short: bool = Field(True, description="whether it is short below the slow average, or flat")

        @model_validator(mode="after")
        def _fast_is_faster(self) -> Self:
            if self.fast >= self.slow:
                raise ValueError("fast must be below slow")
            return self

    params: Params

    def warmup(self) -> int:
        return self.params.slow

    def targets(self, candles: Candles, *others: Candles) -> Floats:
        fast, slow = sma(candles.close, self.params.fast), sma(candles.close, self.params.slow)
        below = -self.params.size if self.params.allow_short else 0.0
        # Where the two are equal, and before there are any, the position stays as it is.
        wanted = np.where(fast > slow, self.params.size, below)
        wanted[~((fast > slow) | (fast < slow))] = np.nan
        return wanted
