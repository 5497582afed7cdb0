"""What a handler can see ends with the bar that it is called for, live and in a backtest."""

from typing import Any

import pytest

from bots.core.backtest import Backtest, EngineName
from bots.core.candles import Candles, Floats
from bots.core.events import Bar, Candle
from bots.core.settings import EngineSettings
from bots.core.strategy import Strategy
from tests.bots.core.make import XBTUSD, engine, feed, tick, wave


class Watcher(Strategy):
    """Notes what it can see at each bar."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Any] = []

    def warmup(self) -> int:
        return 2

    def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
        return {"close": candles.close}

    def on_bar(self, bar: Bar) -> None:
        last = float(self.history().ts[-1])
        self.seen.append((bar.ts, last, bar.close == self.indicator("close"), len(self.history())))


GAP = [0, 60, 120, 540, 600, 660, 720, 780, 840, 900]
"""The candle of 540 completes two bars of five minutes at once: the unfinished first, and the second."""


def rows(stamps: list[int]) -> list[Candle]:
    return [row._replace(ts=float(ts)) for row, ts in zip(wave(len(stamps)), stamps, strict=True)]


@pytest.mark.parametrize("name", ["live", "general", "compiled"])
def test_of_two_bars_completed_at_once_the_first_is_decided_on_without_the_second(name: str) -> None:
    strategy = Watcher()
    if name == "live":
        made, _ = engine(strategy, timeframe=300)
        for row in rows(GAP):
            feed(made, tick(row.close, row.ts + 60), row)
    else:
        kind: EngineName = "general" if name == "general" else "compiled"
        test = Backtest(
            strategy, {"XBTUSD": XBTUSD}, {"XBTUSD": rows(GAP)}, EngineSettings(timeframe=300), engine=kind
        )
        assert len(list(test.run()))
    assert strategy.seen == [(300, 300, True, 2), (600, 600, True, 2)]
