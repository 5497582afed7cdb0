"""One market on its way to the tape: quotes beside trades, closed candles in their place, holes filled.

A closed candle goes behind the first trade of the next bar, since a session acts on that trade's prices.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from bots.agents.data.bars import Bars
from bots.agents.data.raw import Bar, Item, Top
from bots.agents.data.tape import Tape
from bots.exchange.errors import BadMarket, ExchangeDown, Refused
from bots.exchange.history import History
from bots.exchange.klines import CandleRow, Print
from schema.markets import MarketSpec

BAR_SECONDS = 60
HOLD_SECONDS = 2.0
"""How long a closed candle waits for the next trade; a market may be quiet."""

_RETRY_SECONDS = 2.0
_ATTEMPTS = 3
_REMEMBERED = 2_000
_FURTHEST_BACK = 1_000  # bars that a new line catches up for its first reader


@dataclass(frozen=True)
class Outlets:
    """Where a line delivers. `changed`: a longer tape; `quoted`: a new best bid or ask; `say`: tell all."""

    changed: Callable[[], None]
    quoted: Callable[[Top], None]
    say: Callable[[str], None]


class Line:
    """Attributes:
    last_trade: time of the newest trade, 0 before the first.
    heard: monotonic time of the newest message.
    """

    def __init__(
        self,
        spec: MarketSpec,
        tape: Tape,
        history: History,
        outlets: Outlets,
        after_candle: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.spec = spec
        self.tape = tape
        self.last_trade = 0.0
        self.heard = clock()
        self.steady = False  # lock-step replay: time stands still between two steps
        self._history = history
        self._outlets = outlets
        self._clock = clock
        self._wanted_after = after_candle
        self._bars = Bars(BAR_SECONDS)
        self._due: deque[tuple[float, CandleRow]] = deque()  # closed, with the time until which each may wait
        self._bid: tuple[str, str] | None = None
        self._ask: tuple[str, str] | None = None
        self._seen: dict[str, None] = {}  # ids of the latest trades, in order
        self._sent = 0.0  # the exchange's clock at the newest message ...
        self._sent_at = 0.0  # ... and ours
        self._reconnected = False
        self._backlog: list[Item] | None = None
        self._fetching: asyncio.Task[None] | None = None
        self._failures = 0
        self._fetch_after = 0.0

    # Messages

    def take(self, items: list[Item]) -> None:
        """Items of one message, in the order in which the exchange sent them."""
        self.heard = self._clock()
        if self._backlog is not None:
            self._backlog += items
            return
        if self._reconnected and not isinstance(items[0], Bar):
            self._reconnected = False
            self._backlog = list(items)
            self._fetching = asyncio.create_task(self._catch_up())
            return
        for item in items:
            self._take(item)

    def reconnected(self) -> None:
        """A new connection: what happened meanwhile is asked for as soon as it tells something."""
        self.heard = self._clock()
        self._reconnected = bool(self._seen) or self._bars.last is not None

    def reached(self, at: float) -> bool:
        """The trade of that time is on the tape, and every candle that was closed by then."""
        closed = int(at) // BAR_SECONDS * BAR_SECONDS - BAR_SECONDS
        told = self._bars.last is not None and self._bars.last >= closed
        return self.last_trade >= at and told and self._backlog is None

    def close(self) -> None:
        if self._fetching is not None:
            self._fetching.cancel()

    def _take(self, item: Item) -> None:
        if isinstance(item, Print):
            self._on_print(item)
        elif isinstance(item, Top):
            self._on_top(item)
        else:
            self._on_bar(item)

    def _on_top(self, top: Top) -> None:
        self._note_time(top.ts)
        self._bid, self._ask = top.bid or self._bid, top.ask or self._ask
        if self._bid and self._ask:
            self._outlets.quoted(Top(top.ts, self._bid, self._ask))

    def _on_print(self, trade: Print) -> None:
        self._note_time(trade.ts)
        bid, ask = self._beside(trade)
        self._add_trade(trade, bid, ask)

    def _on_bar(self, bar: Bar) -> None:
        self._note_time(bar.sent)
        if self._bars.last is not None and bar.row[0] < self._bars.last:
            self._start_over(int(bar.row[0]))
        if self._bars.last is None and self._wanted_after is not None:
            self._bars.last = self._begin_after(int(bar.row[0]), self._wanted_after)
        self._bars.update(bar.row, bar.final)
        self._release(self.last_trade)
        self._fetch_missing()

    def _start_over(self, start: int) -> None:
        """The exchange's clock was set back (a sandbox started anew): its market is followed from there."""
        self._bars = Bars(BAR_SECONDS, start - BAR_SECONDS)
        self._due.clear()
        self._seen.clear()
        self._wanted_after = None
        self.last_trade = self._sent = 0.0
        self.tape.skip_trades()
        self._outlets.say(
            f"{self.spec.exchange} set its clock back: {self.spec.market} begins anew at {start}"
        )

    @staticmethod
    def _begin_after(current: int, wanted: float) -> int:
        """The bar behind which a new line begins: the one its reader saw last, where that is not too far."""
        oldest, newest = current - _FURTHEST_BACK * BAR_SECONDS, current - BAR_SECONDS
        return min(max(int(wanted) // BAR_SECONDS * BAR_SECONDS, oldest), newest)

    def _note_time(self, sent: float) -> None:
        self._sent, self._sent_at = max(sent, self._sent), self._clock()

    # Trades

    def _beside(self, trade: Print) -> tuple[str, str]:
        """Bid and ask as of a trade; where none is known yet, those that its side implies."""
        if self._bid and self._ask:
            return self._bid[0], self._ask[0]
        return self._implied(trade)

    def _implied(self, trade: Print) -> tuple[str, str]:
        price, tick = Decimal(trade.price), self.spec.tick
        return (str(price - tick), str(price)) if trade.side == "Buy" else (str(price), str(price + tick))

    def _add_trade(self, trade: Print, bid: str, ask: str) -> None:
        if trade.id in self._seen:
            return
        self._seen[trade.id] = None
        if len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]
        self.last_trade = max(self.last_trade, trade.ts)
        self.tape.add_trade([trade.ts, trade.price, trade.size, trade.side, bid, ask, trade.id])
        self._outlets.changed()
        self._release(trade.ts)

    # Candles

    def _release(self, traded: float) -> None:
        """Put the closed candles onto the tape whose next bar has had its first trade."""
        until = self._clock() + HOLD_SECONDS
        self._due.extend((until, row) for row in self._bars.ready())
        while self._due and self._due[0][1][0] + BAR_SECONDS <= traded:
            self._add_candle(self._due.popleft()[1])

    def _add_candle(self, row: CandleRow) -> None:
        self.tape.add_candle(row)
        self._outlets.changed()

    def tick(self) -> None:
        """Called about twice a second: candles that waited long enough, bars that nobody closed."""
        if self.steady or self._backlog is not None:
            return
        now = self._clock()
        while self._due and self._due[0][0] <= now:
            self._add_candle(self._due.popleft()[1])
        self._fetch_missing()

    def _fetch_missing(self) -> None:
        busy = self._fetching is not None and not self._fetching.done()
        if busy or self._reconnected or self._clock() < self._fetch_after:
            return
        now = None if self.steady or not self._sent else self._sent + self._clock() - self._sent_at
        if missing := self._bars.missing(now):
            self._fetching = asyncio.create_task(self._fetch(*missing))

    async def _fetch(self, start: int, end: int) -> None:
        """Ask for bars [start, end); those that the exchange never has are left out in the end."""
        try:
            await self._fetch_bars(start, end)
        except (ExchangeDown, Refused, BadMarket) as error:
            self._fetch_after = self._clock() + _RETRY_SECONDS
            self._outlets.say(f"candles of {self.spec.market} are late: {error.message}")
            return
        left = self._bars.missing(None)
        if left is None or left[0] >= end:
            self._failures = 0
            return
        self._failures += 1
        self._fetch_after = self._clock() + _RETRY_SECONDS
        if self._failures >= _ATTEMPTS:
            self._failures = 0
            self._bars.skip(left[1])
            self._outlets.say(
                f"{self.spec.exchange} has no candles of {self.spec.market} from {left[0]} to {left[1]}"
            )
            self._release(self.last_trade)

    async def _fetch_bars(self, start: int, end: int) -> None:
        async for rows in self._history.candles(self.spec, "1m", start, end):
            for row in rows:
                self._bars.add(row)
        self._release(self.last_trade)

    # After a reconnect

    async def _catch_up(self) -> None:
        """Put what happened without a connection onto the tape, then what was told meanwhile."""
        try:
            prints = await self._recent_trades()
            await self._missed_bars()  # before the trades: each closed candle finds its place among them
            self._insert(prints)
        finally:
            backlog, self._backlog = self._backlog or [], None
            self._fetching = None
        for item in backlog:
            self._take(item)
        self._fetch_missing()

    async def _recent_trades(self) -> list[Print] | None:
        try:
            return await self._history.recent_trades(self.spec)
        except (ExchangeDown, Refused, BadMarket) as error:
            self._outlets.say(
                f"trades of {self.spec.market} during the interruption are lost: {error.message}"
            )
            return None

    async def _missed_bars(self) -> None:
        if self._bars.last is None:
            return
        start = self._bars.last + BAR_SECONDS
        try:
            pages = self._history.candles(self.spec, "1m", start, start + _FURTHEST_BACK * BAR_SECONDS)
            async for rows in pages:
                for row in rows:
                    self._bars.add(row)
        except (ExchangeDown, Refused, BadMarket) as error:
            self._outlets.say(f"candles of {self.spec.market} are late: {error.message}")

    def _insert(self, prints: list[Print] | None) -> None:
        missed = None if prints is None else self._behind_the_last(prints)
        if missed is None:
            self.tape.skip_trades()
            missed = [trade for trade in prints or () if trade.ts >= self.last_trade]
            self._outlets.say(f"trades of {self.spec.market} during the interruption are lost in part")
        for trade in missed:
            self._add_trade(trade, *self._implied(trade))
        self._release(self.last_trade)
        self._outlets.say(f"{self.spec.market}: {len(missed)} trades fetched after the interruption")

    def _behind_the_last(self, prints: list[Print]) -> list[Print] | None:
        """The trades behind the last one known; None where the exchange does not reach back to it."""
        if not self._seen:
            return []
        last = next(reversed(self._seen))
        for index in range(len(prints) - 1, -1, -1):
            if prints[index].id == last:
                return prints[index + 1 :]
        return None
