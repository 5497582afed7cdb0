"""The kinds of public topics: what each tells its subscribers about a print."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from bots.sandbox.book import changes
from bots.sandbox.connection import Connection, encode
from bots.sandbox.klines import Bar, Now, bar_start, step
from bots.sandbox.state import MarketState
from bots.sandbox.symbols import Symbol
from bots.sandbox.tape import Print

_REPEAT_SECONDS = 3.0


def trade_row(symbol: Symbol, printed: Print) -> dict[str, object]:
    """A trade as the stream has it."""
    return {
        "T": printed.ts,
        "s": symbol.id,
        "S": printed.side,
        "v": str(printed.size),
        "p": str(printed.price),
        "L": printed.direction,
        "i": str(printed.n),
        "BT": False,
        "seq": printed.n,
    }


def bar_row(symbol: Symbol, bar: Bar, interval: str, end: int, confirm: bool, ts: int) -> dict[str, object]:
    """A bar as the stream has it; `end` is the minute after it."""
    return {
        "start": bar.start * 60_000,
        "end": end * 60_000 - 1,
        "interval": interval,
        "open": str(bar.open * symbol.tick),
        "close": str(bar.close * symbol.tick),
        "high": str(bar.high * symbol.tick),
        "low": str(bar.low * symbol.tick),
        "volume": str(bar.volume * symbol.lot),
        "turnover": f"{bar.turnover * symbol.turnover_unit:f}",
        "confirm": confirm,
        "timestamp": ts,
    }


@dataclass
class Topic:
    """Subscribers of one topic."""

    topic: str
    symbol: Symbol
    readers: set[Connection] = field(default_factory=set)

    def send(self, frame: str, readers: Iterable[Connection] | None = None) -> None:
        for reader in self.readers if readers is None else readers:
            reader.send(frame)

    def frame(self, kind: str, ts: int, data: object, **more: object) -> str:
        return encode({"topic": self.topic, "type": kind, "ts": ts, "data": data, **more})

    def on_print(self, state: MarketState, printed: Print) -> None:
        raise NotImplementedError

    def joined(self, state: MarketState, reader: Connection) -> None:
        """Send what a new subscriber needs to begin with."""


class Trades(Topic):
    def on_print(self, state: MarketState, printed: Print) -> None:
        self.send(self.frame("snapshot", printed.ts, [trade_row(self.symbol, printed)]))


@dataclass
class Ticker(Topic):
    sent: dict[str, str] = field(default_factory=dict)

    def on_print(self, state: MarketState, printed: Print) -> None:
        ticker = state.ticker(self.symbol.id) or {}
        before, self.sent = self.sent, ticker
        if not before:
            return self.send(self._snapshot(printed))
        changed = {name: value for name, value in ticker.items() if before.get(name) != value}
        if changed:
            delta = {"symbol": self.symbol.id} | changed
            self.send(self.frame("delta", printed.ts, delta, cs=printed.n))
        return None

    def joined(self, state: MarketState, reader: Connection) -> None:
        last = state.last(self.symbol.id)
        if last is not None:
            self.sent = self.sent or state.ticker(self.symbol.id) or {}
            reader.send(self._snapshot(last))

    def _snapshot(self, printed: Print) -> str:
        return self.frame("snapshot", printed.ts, self.sent, cs=printed.n)


@dataclass
class Depth(Topic):
    depth: int = 50
    update: int = 0
    bids: dict[int, int] = field(default_factory=dict)
    asks: dict[int, int] = field(default_factory=dict)
    sent_at: float = 0.0

    def on_print(self, state: MarketState, printed: Print) -> None:
        book = state.books[self.symbol.id]
        bids, asks = book.bids(printed, self.depth), book.asks(printed, self.depth)
        first = not self.bids
        changed = (changes(self.bids, bids), changes(self.asks, asks))
        self.bids, self.asks = bids, asks
        if first or self.depth == 1:
            self._next(state, printed, "snapshot", (bids, asks))
        elif changed[0] or changed[1]:
            self._next(state, printed, "delta", changed)

    def joined(self, state: MarketState, reader: Connection) -> None:
        last = state.last(self.symbol.id)
        if last is None:
            return
        if not self.bids:
            book = state.books[self.symbol.id]
            self.bids, self.asks = book.bids(last, self.depth), book.asks(last, self.depth)
            self.update += 1
        reader.send(self._frame(state, last, "snapshot", (self.bids, self.asks)))

    def repeat(self, state: MarketState) -> None:
        """The best level again, after silence."""
        last = state.last(self.symbol.id)
        if self.depth == 1 and last is not None and time.monotonic() - self.sent_at >= _REPEAT_SECONDS:
            self._next(state, last, "snapshot", (self.bids, self.asks))

    def _next(
        self, state: MarketState, printed: Print, kind: str, sides: tuple[dict[int, int], dict[int, int]]
    ) -> None:
        self.update += 1
        self.sent_at = time.monotonic()
        self.send(self._frame(state, printed, kind, sides))

    def _frame(
        self, state: MarketState, printed: Print, kind: str, sides: tuple[dict[int, int], dict[int, int]]
    ) -> str:
        book = state.books[self.symbol.id]
        data = {
            "s": self.symbol.id,
            "b": book.rows(sides[0]),
            "a": book.rows(sides[1]),
            "u": self.update,
            "seq": printed.n,
        }
        return self.frame(kind, printed.ts, data, cts=printed.ts)


@dataclass
class Bars(Topic):
    interval: str = "1"
    start: int | None = None
    minute: int = -1
    complete: Bar | None = None
    """The open bar without its present minute; known for `minute`."""

    def on_print(self, state: MarketState, printed: Print) -> None:
        start = bar_start(self.interval, state.minute)
        if self.start is not None and self.start != start:
            for ended in self._ended(state, self.start, state.minute):
                self.send(self.frame("snapshot", printed.ts, [ended]))
        self.start = start
        self.send(self.frame("snapshot", printed.ts, [self._open(state, printed)]))
        if state.done and step(self.interval, start, 1) <= state.minute + 1:
            for ended in self._ended(state, start, state.minute + 1):  # no later print will say so
                self.send(self.frame("snapshot", printed.ts, [ended]))

    def joined(self, state: MarketState, reader: Connection) -> None:
        last = state.last(self.symbol.id)
        if last is not None and state.now(self.symbol.id).partial is not None:
            self.start = bar_start(self.interval, state.minute)
            reader.send(self.frame("snapshot", last.ts, [self._open(state, last)]))

    def _ended(self, state: MarketState, start: int, minute: int) -> list[dict[str, object]]:
        """The bar from `start` on, confirmed, now that the minutes before `minute` are over."""
        bars = state.klines.bars(self.symbol, self.interval, start, start, Now(minute, None))
        return [self._row(state, bar, True) for bar in bars]

    def _open(self, state: MarketState, printed: Print) -> dict[str, object]:
        minute = printed.n // state.steps
        if minute != self.minute:
            self.minute = minute
            self.complete = state.klines.open_bar(self.symbol, self.interval, Now(minute, None))
        present = Bar(bar_start(self.interval, minute), *printed.candle)
        return self._row(state, self.complete.then(present) if self.complete else present, False)

    def _row(self, state: MarketState, bar: Bar, confirm: bool) -> dict[str, object]:
        end = step(self.interval, bar.start, 1)
        ts = end * 60_000 - 1 if confirm else state.ms
        return bar_row(self.symbol, bar, self.interval, end, confirm, ts)
