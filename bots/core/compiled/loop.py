"""The Python loop over bars: the strategy's handler for each, the kernel only where something happens."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice, repeat
from typing import Any

import numpy as np

from bots.core.compiled import layout as L
from bots.core.compiled.desk import CompiledDesk
from bots.core.events import Bar
from bots.core.position import FLAT
from bots.core.strategy import Strategy

_new_bar: Callable[[Any], Bar] = partial(tuple.__new__, Bar)


def run_bars(strategy: Strategy, desk: CompiledDesk, chunk: int) -> Iterator[int]:
    """Call the handler for every bar that is traded; gives the candles done, after every `chunk` bars.

    Indicators are read from lists of one chunk: an array's element costs several times a list's.
    """
    first, end = _traded(desk)
    handler = _handler(strategy, desk)
    asked, close_bar = desk.orders.asked, desk.close_bar
    closing = desk.arrays.state.closing
    wake = first
    lists = _Lists(desk)
    if desk.is_plain:
        _shadow(strategy, desk, lists)
    try:
        for begin in range(first, end, chunk):
            stop = min(begin + chunk, end)
            lists.load(begin, stop)
            offset = lists.begin
            desk.back = -1  # until a bar of these lists is closed
            bars = _bars(desk, begin, stop)
            bar = begin
            while bar < stop:
                if bar >= wake:
                    wake = close_bar(bar)
                desk.back = min(desk.window - 1, begin)
                for row in islice(bars, max(min(wake, stop) - bar, 1)):
                    desk.bar, desk.at = bar, bar - offset
                    handler(row)
                    bar += 1
                    if asked:
                        wake = close_bar(bar - 1)
                        break
            yield int(bar if desk.is_plain else closing[bar - 1] + 1)
    finally:
        for name in ("indicator", "position"):
            strategy.__dict__.pop(name, None)
    desk.bar = -1  # not where a handler raised: then its bar's time is still asked for
    desk.arrays.state.i[L.STOP_BAR] = L.NEVER


def _traded(desk: CompiledDesk) -> tuple[int, int]:
    """The first bar whose handler is called and the one after the last."""
    i, closing = desk.arrays.state.i, desk.arrays.state.closing
    begin, warmup, candles = int(i[L.FIRST]), int(i[L.WARMUP]), int(i[L.CANDLES])
    if desk.is_plain:
        return max(begin, warmup - 1), candles - 1
    first = max(int(np.searchsorted(closing, begin)), warmup - 1)
    return first, int(np.searchsorted(closing, candles - 1))


def _handler(strategy: Strategy, desk: CompiledDesk) -> Callable[[Bar], Any]:
    if type(strategy).on_bars is Strategy.on_bars:
        return strategy.on_bar
    market = desk.markets[0]
    return lambda bar: strategy.on_bars({market: bar})


def _bars(desk: CompiledDesk, begin: int, stop: int) -> Iterator[Bar]:
    """The bars of a chunk, as the strategy sees them."""
    bars = desk.bars.candles
    columns = (bars.ts, bars.open, bars.high, bars.low, bars.close, bars.volume)
    lists = (column[begin:stop].tolist() for column in columns)
    return map(_new_bar, zip(*lists, repeat(desk.markets[0])))


class _Lists:
    """A chunk of every indicator as a list, with what lies before it as far as a handler may look back."""

    def __init__(self, desk: CompiledDesk) -> None:
        self._columns, self._back = desk.columns, desk.window - 1
        self.begin = 0
        self.values: dict[str, list[float]] = {}

    def load(self, begin: int, stop: int) -> None:
        self.begin = max(begin - self._back, 0)
        for name, column in self._columns.items():
            self.values[name] = column[self.begin : stop].tolist()


def _shadow(strategy: Strategy, desk: CompiledDesk, lists: _Lists) -> None:
    """Answer the questions that are asked at every bar without asking the desk."""
    values, market_traded, slowly = lists.values, desk.markets[0], desk.indicator

    def indicator(name: str, back: int = 0, timeframe: str = "") -> float:
        if not timeframe and not back and desk.back >= 0:
            try:
                return values[name][desk.at]
            except KeyError:
                pass  # the desk says it better
        return slowly(name, back, timeframe)

    def position(market: str = "") -> Any:
        held = desk.held
        if held is FLAT and not market:
            return held
        del held
        return desk.position(market or market_traded)

    cls = type(strategy)
    if cls.indicator is Strategy.indicator:
        strategy.indicator = indicator  # type: ignore[method-assign]
    if cls.position is Strategy.position:
        strategy.position = position  # type: ignore[method-assign]
