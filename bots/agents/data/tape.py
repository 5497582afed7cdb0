"""What happened on one market, in order: a ring of numbered trades and closed candles.

Readers hold a position in it instead of a queue of their own: a slow one costs no memory and holds nobody up.
"""

import json
from collections.abc import Callable
from typing import NamedTuple

from bots.exchange.klines import CandleRow
from bots.feed.protocol import TradeRow, candle

CAPACITY = 10_000
LONGEST_BATCH = 500


class Entry(NamedTuple):
    """A trade (`row`: its JSON) or a candle (`row`: its whole message).

    Attributes:
        trade: number of this trade, or of the trade that comes next after this candle.
        candle: opening time of the newest candle up to here, 0 before the first.
    """

    is_trade: bool
    trade: int
    candle: int
    row: bytes


class Tape:
    """Attributes:
    start, end: positions of the oldest entry and behind the newest one.
    next_trade, next_candle: numbers that come next.
    """

    def __init__(
        self, market: str, first_trade: int = 1, first_candle: int = 1, capacity: int = CAPACITY
    ) -> None:
        self.market = market
        self.start = self.end = 0
        self.next_trade = first_trade
        self.next_candle = first_candle
        self._capacity = capacity
        self._ring: list[Entry | None] = [None] * capacity
        self._last_candle = 0
        self._prefix = b'{"t":"trades","m":' + json.dumps(market).encode() + b',"n":'
        self._cached: tuple[int, int, bytes] = (-1, -1, b"")

    def add_trade(self, row: TradeRow) -> None:
        text = json.dumps(row, separators=(",", ":")).encode()
        self._add(Entry(True, self.next_trade, self._last_candle, text))
        self.next_trade += 1

    def add_candle(self, row: CandleRow) -> None:
        self._last_candle = int(row[0])
        message = candle(self.market, self.next_candle, "1m", row)
        self._add(Entry(False, self.next_trade, self._last_candle, message))
        self.next_candle += 1

    def skip_trades(self) -> None:
        """Trades were lost here, nobody knows how many: readers see it by a number left out."""
        self.next_trade += 1

    def _add(self, entry: Entry) -> None:
        self._ring[self.end % self._capacity] = entry
        self.end += 1
        self.start = max(self.start, self.end - self._capacity)

    def position(self, after_trade: int | None, after_candle: float | None) -> int:
        """Where a reader goes on that saw these last: trade by its number, candle by its opening time."""
        if after_trade is not None:
            return self._search(lambda entry: entry.trade > after_trade)
        return self.end if after_candle is None else self.candle_position(after_candle)

    def candle_position(self, after: float) -> int:
        """Where the first candle behind that one is."""
        return self._search(lambda entry: entry.candle > after)

    def read(self, position: int, trades: bool, candles_from: int | None) -> tuple[int, bytes]:
        """The next message from `position`, and the position behind it; no message at the end.

        Candles before position `candles_from` are left out, with None all.

        A position that the ring has left behind goes on at the oldest entry: a gap in the numbers shows it.
        """
        position = max(position, self.start)
        while position < self.end:
            entry = self._at(position)
            if entry.is_trade and trades:
                return self._batch(position)
            position += 1
            if not entry.is_trade and candles_from is not None and position > candles_from:
                return position, entry.row
        return position, b""

    def trades(self, first: int, last: int) -> tuple[int, bytes]:
        """(number of the first one, JSON array of the rows) of the trades first..last that are still held."""
        position = self._search(lambda entry: entry.trade >= first)
        rows: list[bytes] = []
        number = first
        while position < self.end and (entry := self._at(position)).trade <= last:
            if entry.is_trade:
                number = entry.trade if not rows else number
                rows.append(entry.row)
            position += 1
        return number, b"[" + b",".join(rows) + b"]"

    def oldest_trade(self) -> int:
        """Number of the oldest trade held, or of the next one where none is."""
        return self._at(self.start).trade if self.end > self.start else self.next_trade

    def _batch(self, position: int) -> tuple[int, bytes]:
        """Trades without a gap among them, as one message. Shared by all readers that stand here."""
        if self._cached[0] == position and (self._cached[1] == self.end or self._full(self._cached)):
            return self._cached[1], self._cached[2]
        first = expected = self._at(position).trade
        rows: list[bytes] = []
        at = position
        while at < self.end and len(rows) < LONGEST_BATCH:
            entry = self._at(at)
            if not entry.is_trade or entry.trade != expected:
                break
            rows.append(entry.row)
            expected += 1
            at += 1
        message = self._prefix + str(first).encode() + b',"rows":[' + b",".join(rows) + b"]}\n"
        self._cached = (position, at, message)
        return at, message

    @staticmethod
    def _full(cached: tuple[int, int, bytes]) -> bool:
        return cached[1] - cached[0] == LONGEST_BATCH

    def _at(self, position: int) -> Entry:
        entry = self._ring[position % self._capacity]
        assert entry is not None
        return entry

    def _search(self, reached: Callable[[Entry], bool]) -> int:
        low, high = self.start, self.end
        while low < high:
            middle = (low + high) // 2
            if reached(self._at(middle)):
                high = middle
            else:
                low = middle + 1
        return low
