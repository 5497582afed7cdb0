"""The Python loop over bars: the strategy's handler for each, the kernel only where something happens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import repeat
from sys import getrefcount
from typing import Any, Unpack

import numpy as np

from bots.core.compiled import layout as L
from bots.core.compiled.desk import CompiledDesk
from bots.core.compiled.position import HELD_BY_NOBODY
from bots.core.events import Bar, Side
from bots.core.orders import Order
from bots.core.position import FLAT, Position
from bots.core.strategy import Strategy
from bots.core.terms import Number, Terms

_NOWHERE = 1 << 62
_new_bar: Any = tuple.__new__


def run_bars(strategy: Strategy, desk: CompiledDesk, chunk: int) -> Iterator[int]:
    """Call the handler for every bar that is traded; gives the candles done, after every `chunk` bars.

    What a handler asks for at every bar is answered here, without the desk: `at` is the place of its bar in
    lists of one chunk (an array's element costs several times a list's), nowhere while the kernel runs.
    """
    first, end = _traded(desk)
    handler = _handler(strategy, desk)
    asked, close_bar, slowly = desk.orders.asked, desk.close_bar, desk.indicator
    closing, only = desk.arrays.state.closing, desk.markets[0]
    values: dict[str, list[float]] = {}
    wake = begin = bar = first
    at, before = _NOWHERE, -1

    def indicator(name: str, back: int = 0, timeframe: str = "") -> float:
        if not back and not timeframe:
            try:
                return values[name][at]
            except (KeyError, IndexError):
                pass  # the desk knows it, or says it better
        return slowly(name, back, timeframe)

    def position(market: str = "") -> Position:
        held = desk.held
        if not market:
            if desk.is_flat:
                return FLAT
            if held is None:
                return desk.new_position()
            if getrefcount(held) == HELD_BY_NOBODY:
                held.bar = begin + at
                return held
        del held
        return desk.position(market or only)

    desk.where = lambda: before if at == _NOWHERE else begin + at
    with answering(strategy, indicator=indicator, position=position):
        for begin in range(first, end, chunk):
            stop = min(begin + chunk, end)
            for name, column in desk.columns.items():
                values[name] = column[begin:stop].tolist()
            bars = _bars(desk, begin, stop)
            bar = begin
            while bar < stop:
                if bar >= wake:
                    wake = close_bar(bar)
                places = range(bar - begin, max(min(wake, stop), bar + 1) - begin)
                for at, row in zip(places, bars, strict=False):
                    handler(row)
                    if asked:
                        before, at = begin + at, _NOWHERE
                        wake = close_bar(before)
                        if wake < begin + places.stop:
                            break
                if at != _NOWHERE:
                    before, at = begin + at, _NOWHERE
                bar = before + 1
            yield int(bar if desk.is_plain else closing[before] + 1)
    before = -1  # not where a handler raised: then its bar's time is still asked for
    desk.arrays.state.i[L.STOP_BAR] = L.NEVER


@contextmanager
def answering(strategy: Strategy, **answers: Any) -> Iterator[None]:
    """The strategy asks these instead of its desk, where it has not its own ways of asking."""
    for name, answer in answers.items():
        if getattr(type(strategy), name) is getattr(Strategy, name):
            setattr(strategy, name, answer)
    try:
        yield
    finally:
        for name in answers:
            strategy.__dict__.pop(name, None)


def ordering(desk: CompiledDesk) -> dict[str, Any]:
    """How to buy, sell and close without a detour."""
    make, when, only = desk.orders.make, desk.when, desk.markets[0]

    def buy(size: Number, *, market: str = "", **terms: Unpack[Terms]) -> Order:
        if market and market != only:
            desk.instrument(market)  # says that it is not traded here
        return make("Buy", size, terms, "entry", when())

    def sell(size: Number, *, market: str = "", **terms: Unpack[Terms]) -> Order:
        if market and market != only:
            desk.instrument(market)
        return make("Sell", size, terms, "entry", when())

    def close(reason: str = "", market: str = "") -> list[Order]:
        size = desk.position(market or only).size
        if not size:
            return []
        side: Side = "Sell" if size > 0 else "Buy"
        return [make(side, abs(size), {"reduce_only": True, "reason": reason}, "exit", when())]

    return {"buy": buy, "sell": sell, "close": close}


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
    return map(_new_bar, repeat(Bar), zip(*lists, repeat(desk.markets[0])))
