"""The market of a compiled backtest: its last print, and the first print of any candle."""

from decimal import Decimal

from bots.core.compiled import layout as L
from bots.core.compiled.grid import Grid
from bots.core.compiled.setup import Arrays
from bots.core.events import Funding, Tick
from bots.core.instrument import Instrument
from bots.core.path import print_size
from bots.core.series import Series
from bots.core.signals import StrategyError


class Market:
    """Prices and times as the general engine has them. `base`: seconds of a candle."""

    def __init__(self, instrument: Instrument, series: Series, arrays: Arrays, grid: Grid, base: int) -> None:
        self._instrument, self._series, self._base = instrument, series, base
        self._price = grid.price
        self._state, self._i = arrays.state, memoryview(arrays.state.i)
        self._ts = memoryview(arrays.state.ts)
        self.is_plain = len(arrays.state.closing) == 0
        """Whether each candle is a bar."""

    def candle_after(self, bar: int) -> int:
        """The candle at whose first print a bar is closed."""
        return (bar if self.is_plain else int(self._state.closing[bar])) + 1

    def closed_at(self, bar: int) -> float:
        """The time at which a bar is closed and decided on."""
        candle, ts = self.candle_after(bar), self._ts
        return max(float(ts[candle]), float(ts[candle - 1]) + self._base)

    def mark_after(self, bar: int) -> int:
        """The level of the print at which a bar is closed."""
        return int(self._state.open[self.candle_after(bar)])

    def last_print(self) -> Tick:
        """Raises StrategyError before the first."""
        i = self._i
        if not i[L.HAS_TICK]:
            raise StrategyError(f"{self._instrument.market} has no price yet")
        return self._tick(i[L.QUOTE_CANDLE], i[L.QUOTE_STEP], i[L.MARK], i[L.SIDE] > 0)

    def print_after(self, bar: int) -> Tick:
        """The print at which a bar is closed."""
        candle, state = self.candle_after(bar), self._state
        level = int(state.open[candle])
        return self._tick(candle, 0, level, candle == 0 or level >= state.close[candle - 1])

    def marked(self, event: Funding) -> Funding:
        """A stamp that is booked just now, with the mark that it is booked at."""
        if event.mark is not None:
            return event
        candle, state = self._i[L.CANDLE], self._state
        is_in_gap = candle > self._i[L.FIRST] and event.ts < state.ts[candle]
        level = state.close[candle - 1] if is_in_gap else state.open[candle]
        return event._replace(mark=self._price(int(level)))

    def _tick(self, candle: int, step: int, level: int, is_rise: bool) -> Tick:
        i, price = self._i, self._price
        spread, steps = i[L.SPREAD], i[L.STEPS]
        bid, ask = (max(level - spread, 1), level) if is_rise else (level, level + spread)
        return Tick(
            self._instrument.market,
            float(self._state.ts[candle]) + step * float(self._base) / steps,
            price(level),
            print_size(self._contracts(candle), steps, step),
            "Buy" if is_rise else "Sell",
            price(bid),
            price(ask),
        )

    def _contracts(self, candle: int) -> Decimal:
        """Contracts that a candle traded."""
        volume = Decimal(repr(float(self._series.volume[candle])))
        return self._instrument.contracts(volume, self._price(int(self._series.close[candle])))
