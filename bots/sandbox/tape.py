"""The tape: every trade print of a symbol, recorded, or recomputed from its candles whenever it is asked for.

Prints are numbered `n = minute * steps + step`; so a number means the same print in every run, and a reader
that fetches twice recognises what it has.
"""

from bisect import bisect_right
from collections import OrderedDict
from decimal import Decimal
from typing import NamedTuple

from bots.core.path import candle_ticks
from bots.sandbox.blocks import DAY_MINUTES, Market, MinuteCandle, minute_candle, previous_close, to_price
from bots.sandbox.symbols import Symbol

_CACHED_MINUTES = 40
MINUTE_MS = 60_000


class Print(NamedTuple):
    """One trade on the tape with the best bid and ask beside it; `candle` is its minute up to and with it."""

    n: int
    ts: int
    price: Decimal
    size: Decimal
    side: str
    bid: Decimal
    ask: Decimal
    direction: str
    candle: MinuteCandle

    @property
    def level(self) -> int:
        """The price in ticks."""
        return self.candle.close


def tick_ms(n: int, steps: int) -> int:
    """When print `n` happens, ms since the epoch."""
    return -(-n * MINUTE_MS // steps)


def tick_at(ms: float, steps: int) -> int:
    """Number of the last print at or before that time."""
    return int(ms * steps // MINUTE_MS)


class Tape:
    """Prints of one symbol."""

    def __init__(self, symbol: Symbol, market: Market, steps: int) -> None:
        self.symbol = symbol
        self._market = market
        self._steps = steps
        self._ticks = market.ticks(symbol)
        self._minutes: OrderedDict[int, tuple[Print, ...]] = OrderedDict()

    def minute(self, minute: int) -> tuple[Print, ...]:
        """All prints of that minute, empty where it has no candle."""
        found = self._minutes.get(minute)
        if found is None:
            candle = minute_candle(self._market, self.symbol, minute)
            found = self._recorded(minute) or self._prints(minute, candle) if candle else ()
            self._minutes[minute] = found
            while len(self._minutes) > _CACHED_MINUTES:
                self._minutes.popitem(last=False)
        return found

    def at(self, n: int) -> Print | None:
        """Print `n`, None where nothing was traded then."""
        prints, step = self.minute(n // self._steps), n % self._steps
        if step < len(prints) and prints[step].n == n:  # made of a candle: a print at every step
            return prints[step]
        last = _until(prints, n)
        return last if last is not None and last.n == n else None

    def last(self, n: int) -> Print | None:
        """The newest print at or before `n`; looks back over gaps of up to a day."""
        for minute in range(n // self._steps, n // self._steps - DAY_MINUTES, -1):
            if (last := _until(self.minute(minute), n)) is not None:
                return last
            if minute < self._market.first:
                return None
        return None

    def latest(self, n: int, count: int) -> list[Print]:
        """Up to `count` prints at or before `n`, newest first, within a day."""
        found: list[Print] = []
        minute = n // self._steps
        oldest = max(self._market.first, minute - DAY_MINUTES)
        while len(found) < count and minute >= oldest:
            found += [p for p in reversed(self.minute(minute)) if p.n <= n]
            minute -= 1
        return found[:count]

    def _recorded(self, minute: int) -> tuple[Print, ...]:
        """The prints of that minute as they were recorded; none where only its candle was."""
        if self._ticks is None:
            return ()
        symbol = self.symbol
        before = previous_close(self._market, symbol, minute)
        prints: list[Print] = []
        candle, direction = None, "ZeroPlusTick"
        for step, ts, level, lots, side, bid, ask in self._ticks.minute(minute, self._steps):
            candle = _with_print(symbol, candle, level, lots)
            direction = _direction(before, level, direction)
            prices = (to_price(symbol, price) for price in (level, bid, ask))
            price, best_bid, best_ask = prices
            n, size = minute * self._steps + step, lots * symbol.lot
            prints.append(Print(n, ts, price, size, side, best_bid, best_ask, direction, candle))
            before = level
        return tuple(prints)

    def _prints(self, minute: int, candle: MinuteCandle) -> tuple[Print, ...]:
        symbol, steps = self.symbol, self._steps
        before = previous_close(self._market, symbol, minute)
        ticks = candle_ticks(
            to_price(symbol, candle.open),
            to_price(symbol, candle.high),
            to_price(symbol, candle.low),
            to_price(symbol, candle.close),
            previous_close=None if before is None else to_price(symbol, before),
            volume=candle.volume * symbol.lot,
            tick=symbol.tick,
            start=minute * 60.0,
            steps=steps,
        )
        high = low = candle.open
        prints: list[Print] = []
        lots, direction = 0, "ZeroPlusTick"
        for step, tick in enumerate(ticks):
            level = int(tick.price / symbol.tick)
            high, low = max(high, level), min(low, level)
            # Whole lots, at least one a print, that add up to the candle's volume.
            until = candle.volume * (step + 1) // steps
            size, lots = until - lots, until
            direction = _direction(before, level, direction)
            turnover = candle.turnover * lots // candle.volume
            so_far = MinuteCandle(candle.open, high, low, level, lots, turnover)
            n = minute * steps + step
            prints.append(
                Print(
                    n,
                    tick_ms(n, steps),
                    tick.price,
                    size * symbol.lot,
                    tick.side,
                    tick.bid,
                    tick.ask,
                    direction,
                    so_far,
                )
            )
            before = level
        return tuple(prints)


def _until(prints: tuple[Print, ...], n: int) -> Print | None:
    """The last of a minute's prints at or before `n`."""
    if prints and prints[-1].n <= n:
        return prints[-1]
    index = bisect_right(prints, n, key=lambda printed: printed.n)
    return prints[index - 1] if index else None


def _with_print(symbol: Symbol, candle: MinuteCandle | None, level: int, lots: int) -> MinuteCandle:
    """The minute so far, with one print more."""
    size, price = float(lots * symbol.lot), float(level * symbol.tick)
    worth = round((size / price if symbol.inverse else size * price) / float(symbol.turnover_unit))
    if candle is None:
        return MinuteCandle(level, level, level, level, lots, worth)
    return MinuteCandle(
        candle.open,
        max(candle.high, level),
        min(candle.low, level),
        level,
        candle.volume + lots,
        candle.turnover + worth,
    )


def _direction(before: int | None, level: int, previous: str) -> str:
    """The exchange's word for the price change."""
    if before is None or level == before:
        return "ZeroPlusTick" if "Plus" in previous else "ZeroMinusTick"
    return "PlusTick" if level > before else "MinusTick"
