"""What is checked: a strategy, and the candles that it is checked on."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from bots.core.assumptions import Assumptions
from bots.core.candles import Candles
from bots.core.events import Funding
from bots.core.instrument import Instrument
from bots.core.resample import aligned, closed_bars
from bots.core.series import Series
from bots.core.settings import EngineSettings
from bots.core.strategy import Strategy
from bots.core.timeframes import seconds


@dataclass(frozen=True)
class Subject:
    """A strategy on recorded candles.

    Attributes:
        make: a fresh instance at each call; where it comes from a file, of the file read anew.
        begin: opening time from which it trades; earlier candles only fill the windows.
    """

    make: Callable[[], Strategy]
    instruments: Mapping[str, Instrument]
    series: Mapping[str, Series]
    settings: EngineSettings
    begin: float = float("-inf")
    assumptions: Assumptions = field(default_factory=Assumptions)
    funding: Iterable[Funding] = ()

    def length(self, timeframe: str) -> int:
        """Seconds of a bar; "" is the session's own timeframe."""
        return seconds(timeframe) if timeframe else self.settings.timeframe

    def bars(self, timeframe: str) -> list[Candles]:
        """The closed bars of each market that a backtest computes its indicators over."""
        length, base = self.length(timeframe), self.settings.base
        return aligned(
            [closed_bars(self.series[market], length, base).candles for market in self.instruments]
        )


def part(legs: list[Candles], first: int, stop: int) -> list[Candles]:
    """Bars `first` to `stop` (exclusive) of each market."""
    return [
        Candles(
            *(column[first:stop] for column in (leg.ts, leg.open, leg.high, leg.low, leg.close, leg.volume))
        )
        for leg in legs
    ]
