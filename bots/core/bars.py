"""From closed candles to the bars a strategy decides on: resampled, aligned over legs, in windows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bots.core.candles import Candles, CandleWindow, Resampler, candle_json, candle_of_json
from bots.core.events import Bar, Candle

Bars = dict[str, Bar]
"""Closed bars of one stamp, by market."""

_MOST_UNMATCHED = 1500
"""Bars of one leg that wait for the other's; older ones are given up."""


class CandleError(ValueError):
    """A candle that cannot be: out of order, or of a market that the session does not trade."""


def as_bars(candles: Mapping[str, Candle]) -> Bars:
    """What a strategy is shown of these closed bars."""
    return {
        market: Bar(
            row.ts,
            float(row.open),
            float(row.high),
            float(row.low),
            float(row.close),
            float(row.volume),
            market,
        )
        for market, row in candles.items()
    }


class BarBuilder:
    """Takes closed candles of `base` seconds of each market and gives bars of `seconds`.

    Several markets: a bar comes once every market has the one of the same stamp; stamps that one of them
    lacks are left out for all.
    """

    def __init__(self, markets: Sequence[str], seconds: int, base: int, capacity: int) -> None:
        self.markets = tuple(markets)
        self.seconds, self.base, self.capacity = seconds, base, capacity
        self.windows = {market: CandleWindow(capacity) for market in markets}
        self.last_candle: dict[str, float] = {}
        self._resamplers = {market: Resampler(seconds, base) for market in markets}
        self._unmatched: dict[str, dict[float, Candle]] = {market: {} for market in markets}

    def add(self, candle: Candle) -> Iterator[dict[str, Candle]]:
        """Bars that this candle completes; each is in the windows once it is taken, and no later one is.

        Raises CandleError.
        """
        market = candle.market
        if market not in self.windows:
            raise CandleError(
                f"a candle of {market or 'no market'}: the session trades {'+'.join(self.markets)}"
            )
        last = self.last_candle.get(market)
        if last is not None and candle.ts <= last:
            raise CandleError(f"{market}: the candle of {candle.ts:.0f} comes after the one of {last:.0f}")
        self.last_candle[market] = candle.ts
        for bar in self._resamplers[market].add(candle):
            bars = self._align(bar)
            if bars is not None:
                for name, row in bars.items():
                    self.windows[name].append(row)
                yield bars

    def clear(self) -> None:
        """Forget every candle: the next one, of whatever time, is the first."""
        fresh = BarBuilder(self.markets, self.seconds, self.base, self.capacity)
        self.windows, self.last_candle = fresh.windows, fresh.last_candle
        self._resamplers, self._unmatched = fresh._resamplers, fresh._unmatched

    def views(self) -> list[Candles]:
        """The windows, in the order of the markets."""
        return [self.windows[market].view() for market in self.markets]

    def __len__(self) -> int:
        """Bars in the windows."""
        return len(self.windows[self.markets[0]])

    def _align(self, bar: Candle) -> dict[str, Candle] | None:
        if len(self.markets) == 1:
            return {bar.market: bar}
        self._unmatched[bar.market][bar.ts] = bar
        if not all(bar.ts in waiting for waiting in self._unmatched.values()):
            waiting = self._unmatched[bar.market]
            if len(waiting) > _MOST_UNMATCHED:
                del waiting[min(waiting)]
            return None
        bars = {market: self._unmatched[market][bar.ts] for market in self.markets}
        for market, waiting in self._unmatched.items():
            self._unmatched[market] = {ts: row for ts, row in waiting.items() if ts > bar.ts}
        return bars

    def to_json(self) -> dict[str, Any]:
        return {
            "seconds": self.seconds,
            "windows": {market: window.to_json() for market, window in self.windows.items()},
            "last": dict(self.last_candle),
            "partial": {market: resampler.to_json() for market, resampler in self._resamplers.items()},
            "unmatched": {
                market: [candle_json(bar) for bar in waiting.values()]
                for market, waiting in self._unmatched.items()
            },
        }

    def restore(self, data: Mapping[str, Any]) -> None:
        if data["seconds"] != self.seconds:
            raise ValueError(f"the snapshot is of bars of {data['seconds']} s, not {self.seconds} s")
        for market in self.markets:
            self.windows[market].restore(data["windows"][market])
            self._resamplers[market].restore(data["partial"][market])
            waiting = [candle_of_json(row) for row in data["unmatched"][market]]
            self._unmatched[market] = {bar.ts: bar for bar in waiting}
        self.last_candle = {market: float(ts) for market, ts in data["last"].items()}
