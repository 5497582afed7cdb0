"""Collecting a market: trades, best bid and ask, and 1-minute candles into the archive.

What was stored is never stored twice (trades carry the exchange's own id), and what was missed while it did
not run is fetched as far as the exchange still has it. A crash costs what came since the last flush, and that
is fetched again as far as it is to be had. Days that are over become one file, then months.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from bots.core.events import Candle
from bots.feed.client import FeedClient
from bots.feed.errors import FeedDown, FeedError, FeedRefused
from bots.feed.events import FeedEvent, FeedGap, FeedStatus, Print, Quote
from schema import markets
from schema.archive import layout
from schema.archive.compaction import GRACE, compact
from schema.archive.ticks import QuoteRow, TickArchive, TradeRow
from schema.archive.writer import CandleArchive
from schema.home import Home
from schema.spec import LaunchSpec

Log = Callable[[str, str], object]
"""Takes level and message."""

STREAMS = ("trades", "quotes", "candles")
DEFAULT_INTERVAL = 60.0
MOST_HELD = 500_000
"""Rows that wait for a disk that cannot be written; the oldest go first beyond that."""

_FOREVER = 2.0**40
_UNKNOWN = float("nan")


class Scraper:
    """Attributes:
    data_points: trades, quotes and candles stored by this session since it was created.
    last_time: market time of the newest event, None before the first.
    last_price: of the newest trade.
    """

    def __init__(
        self,
        spec: LaunchSpec,
        home: Home,
        feed: FeedClient,
        log: Log,
        waiting: Callable[[], object] | None = None,
    ) -> None:
        """Raises UnknownMarket. `waiting` is called about twice a second while old candles are fetched."""
        self.data_points = 0
        self.last_time: float | None = None
        self.last_price: float | None = None
        self.interval = float(spec.strategy_params.get("archive_interval", DEFAULT_INTERVAL))
        self._exchange = spec.exchange
        self._markets = [found.market for found in markets.resolve_all(spec.market, spec.exchange, home)]
        self._feed = feed
        self._log = log
        self._waiting = waiting
        self._ticks = {market: TickArchive(home.archive, spec.exchange, market) for market in self._markets}
        self._candle_archive = CandleArchive(home.archive)
        self._root = home.archive
        self._compacted = ""
        self._trades: dict[str, list[TradeRow]] = {market: [] for market in self._markets}
        self._quotes: dict[str, list[QuoteRow]] = {market: [] for market in self._markets}
        self._candles: dict[str, list[Candle]] = {market: [] for market in self._markets}
        self._last_candle: dict[str, float] = {}
        self._position: dict[str, Any] = {}
        self._flushed_at: float | None = None
        self._behind: set[str] = set()
        self._due: set[str] = set()
        feed.with_ids = True

    # Life

    def start(self) -> None:
        """Follow the market from where the last run or pause ended.

        The feed brings what was missed; what it has no more it tells as a gap, and `tick` asks the exchange.
        """
        known = self._position.get("markets", {})
        # A run that was killed before its first snapshot left prints and no position to go on from.
        self._behind |= {market for market in self._markets if market not in known}
        self._feed.subscribe(self._markets, STREAMS, self._position or None)

    def pause(self) -> None:
        """Store what is there and follow nothing; `start` goes on."""
        self.flush()
        self._feed.subscribe([])

    def handle(self, event: FeedEvent) -> None:
        """Take an event of the feed."""
        if isinstance(event, Print):
            self._note(event.ts)
            self.last_price = float(event.price)
            self._trades[event.market].append(_trade_row(event))
            if event.market in self._behind:
                self._behind.discard(event.market)
                self._due.add(event.market)
        elif isinstance(event, Quote):
            self._note(event.ts)
            self._quotes[event.market].append(QuoteRow(*event[1:]))
        elif isinstance(event, Candle):
            self._candles[event.market].append(event)
            self._last_candle[event.market] = max(event.ts, self._last_candle.get(event.market, 0.0))
        elif isinstance(event, FeedGap):
            self._log("warn", event.message)
            self._behind.add(event.market)  # asked for behind the next trade: then nothing lies between
        elif isinstance(event, FeedStatus):
            self._log("info" if event.connected else "warn", event.message)

    def tick(self, now: float) -> bool:
        """Called every turn of the loop with monotonic time: flushes when that is due.

        True where it stored something: the time to write the snapshot, so that its count is right.
        """
        if self._due:
            self._catch_up()
        if self._flushed_at is None:
            self._flushed_at = now
        if now - self._flushed_at < self.interval:
            return False
        self._flushed_at = now
        if not self.flush():
            return False
        self._compact()
        return True

    # Storing

    def flush(self) -> bool:
        """Store what has come; False where the archive cannot be written: then it is kept and tried again."""
        position = self._feed.resume()
        stored = 0
        try:
            for market in self._markets:
                stored += self._flush_market(market)
        except OSError as error:
            self._log("error", f"the archive cannot be written, data wait in memory: {error}")
            self._drop_oldest()
            return False
        finally:
            self.data_points += stored
        if position["markets"]:
            self._position = position
        return True

    def _flush_market(self, market: str) -> int:
        archive = self._ticks[market]
        # Of a trade that came twice the first one is kept: that with its quotes, not REST's without.
        self._trades[market].sort(key=lambda row: row.bid is _UNKNOWN)
        stored = archive.append_trades(self._trades[market])
        self._trades[market].clear()
        stored += archive.append_quotes(self._quotes[market])
        self._quotes[market].clear()
        rows = [candle[:6] for candle in self._candles[market]]
        stored += self._candle_archive.write(self._exchange, market, rows).added
        self._candles[market].clear()
        return stored

    def _compact(self) -> None:
        """Months that are over become one file; looked for at the first flush and when a month has ended."""
        newest = min(time.time(), self.last_time or 0.0)
        month = layout.month_of(newest - GRACE)
        if self.last_time is None or month == self._compacted:
            return
        self._compacted = month
        for market in self._markets:
            try:
                done = compact(self._root, self._exchange, market, newest, idle=self._waiting)
            except OSError as error:
                self._log("warn", f"finished months of {market} are not merged: {error}")
                continue
            for name in done.files:
                self._log("info", f"merged a finished month into {name}")
            for name in done.broken:
                self._log("warn", f"{name} cannot be read: its month is not merged")

    def _drop_oldest(self) -> None:
        for kind in (self._trades, self._quotes):
            for rows in kind.values():
                if len(rows) > MOST_HELD:
                    self._log("error", f"{len(rows) - MOST_HELD} rows that could not be stored are lost")
                    del rows[:-MOST_HELD]

    # Catching up

    def _catch_up(self) -> None:
        """Fetch what was missed; a failure is logged, and what the feed tells next is not held up by it."""
        due, self._due = self._due, set()
        for market in due:
            try:
                self._fetch_trades(market)
                self._fetch_candles(market)
            except (FeedDown, FeedError, FeedRefused) as error:
                self._log("warn", f"what was missed of {market} cannot be fetched: {error.message}")
            except OSError:  # the archive cannot be read, which the flush tells: again with the next trade
                self._behind.add(market)

    def _fetch_trades(self, market: str) -> None:
        last = self._ticks[market].last_trade()
        if last is None:
            return
        recent = self._feed.recent_trades(market)
        self._trades[market] += [_trade_row(row) for row in recent if row.ts >= last.ts]

    def _fetch_candles(self, market: str) -> None:
        """Also asked for by the feed itself once the next candle comes; this does not wait for it."""
        last = self._last_candle.get(market)
        if last is None:
            return
        pages = self._feed.candles(market, "1m", last + 60, _FOREVER, waiting=self._waiting)
        self._candles[market] += [candle for page in pages for candle in page]

    # State

    def snapshot(self) -> dict[str, Any]:
        """JSON; what is not flushed is not in it."""
        return {"data_points": self.data_points, "feed": self._position, "candles": self._last_candle}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a snapshot; before `start`."""
        self.data_points = int(state.get("data_points", 0))
        self._position = dict(state.get("feed", {}))
        self._last_candle = {str(name): float(ts) for name, ts in state.get("candles", {}).items()}

    def _note(self, ts: float) -> None:
        self.last_time = max(ts, self.last_time or ts)


def _trade_row(row: Print) -> TradeRow:
    bid = _UNKNOWN if row.bid is None else row.bid
    ask = _UNKNOWN if row.ask is None else row.ask
    return TradeRow(row.id, row.ts, row.price, row.size, row.side, bid, ask)
